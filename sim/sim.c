/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A machine from its parts: board, memory, executor, timing, devices; an image into its memory.
 */
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "sim/fault.h"
#include "sim/load/lines.h"
#include "sim/load/map.h"
#include "sim/periph/ltdc.h"
#include "sim/periph/usart.h"
#include "sim/run.h"
#include "sim/state.h"

const char *sim_cause_name(enum sim_cause cause)
{
    static const char *const names[] = {
#define STOP(name, exit, text) [SIM_##name] = #name,
#include "sim/stops.def"
#undef STOP
    };
    return names[cause];
}

int sim_cause_exit(enum sim_cause cause)
{
    static const int exits[] = {
#define STOP(name, exit, text) [SIM_##name] = (exit),
#include "sim/stops.def"
#undef STOP
    };
    return exits[cause];
}

/* Counting instructions needs no addresses: without the log the executor is twice as fast. */
static bool wants_log(const struct sim_options *o)
{
    return o->timing != TIMING_ICOUNT || o->gdb; /* watchpoints need them */
}

static const struct chip chip_at_reset = {.hclk_hz = 16000000, .axi_divider = 1};

struct sim *sim_new(const struct sim_options *options, struct err *e)
{
    struct sim *s = xcalloc(1, sizeof *s);
    s->options = *options;
    s->board = options->board;
    s->chip = chip_at_reset;
    s->allowed = s->prompt.pass = 1;
    s->prompt.due = UINT64_MAX;
    mpu_init(s);
    blocks_init(&s->blocks);
    semihost_init(&s->semihost);
    s->logs = wants_log(options);
    struct machine_calls calls = run_calls(options);
    s->machine = machine_new(s->board->core, s->logs ? &s->log : NULL, &calls, s, e);
    if (!s->machine || !memory_init(&s->memory, s->board, s->machine, e)) goto fail;
    s->timing = timing_new(s->board, options->timing, &s->chip, e);
    if (s->timing && options->range && options->timing == TIMING_MODEL &&
        !timing_spread(s->timing, s->board, &s->chip, options->threads, e))
        goto fail;
    if (!s->timing || !bus_init(&s->bus, s, e) || !host_init(&s->host, s, e)) goto fail;
    takeover_init(s);
    return s;
fail:
    sim_free(s);
    return NULL;
}

void sim_free(struct sim *s)
{
    if (!s) return;
    timing_free(s->timing); /* first: a thread of it may hold on to blocks of the others */
    takeover_done(s);
    trace_done(&s->trace);
    host_done(&s->host);
    bus_done(&s->bus);
    machine_free(s->machine);
    memory_done(&s->memory);
    blocks_done(&s->blocks);
    semihost_done(&s->semihost);
    lines_close(s->lines);
    image_free(s->image);
    free(s);
}

struct lines *sim_lines(struct sim *s)
{
    if (!s->lines_tried) s->lines = lines_open(s->image);
    s->lines_tried = true;
    return s->lines;
}

static uint32_t flash_base(const struct board *b)
{
    uint32_t base = 0;
    for (size_t i = 0; i < b->region_count; i++)
        if (b->regions[i].kind == REGION_FLASH && !b->regions[i].alias_of && !base)
            base = b->regions[i].base;
    return base;
}

static bool store_segments(struct sim *s, struct err *e)
{
    for (size_t i = 0; i < s->image->segment_count; i++) {
        const struct segment *seg = &s->image->segments[i];
        for (uint32_t done = 0; done < seg->size;) { /* a segment may span regions that touch */
            uint32_t addr = seg->addr + done;
            const struct span_host *span = memory_span(&s->memory, addr);
            if (!span) {
                char where[96];
                memory_describe(&s->memory, addr, where, sizeof where);
                return err_set(e, ERR_NO_FIT,
                               "%s: %u bytes to load at 0x%08x, but %s has no memory at %s",
                               s->image->name, seg->size, seg->addr, s->board->name, where);
            }
            uint32_t room = span->region->size - (addr - span->region->base);
            uint32_t n = seg->size - done < room ? seg->size - done : room;
            machine_write(s->machine, addr, seg->bytes + done, n);
            done += n;
        }
    }
    return true;
}

bool sim_load(struct sim *s, const char *path, struct err *e)
{
    if (s->image) return err_set(e, ERR_USAGE, "%s: an image is loaded already", path);
    s->image = image_load(path, flash_base(s->board), e);
    if (s->image && s->options.symbols && !image_name(s->image, s->options.symbols, e))
        return false;
    return s->image && store_segments(s, e) &&
           trace_init(&s->trace, &s->options, s->image, &s->memory, s->machine, &s->now,
                      &s->chip.hclk_hz, e);
}

/* What the core does at reset: stack pointer and first address from the vector table. */
static bool reset(struct sim *s, uint32_t *pc)
{
    uint32_t table[2] = {0};
    nvic_reset(&s->nvic, s->image->vectors);
    if (!machine_read(s->machine, s->image->vectors, table, sizeof table)) {
        sim_end(s, SIM_FAULT, s->image->vectors, "no vector table at 0x%08x",
                s->image->vectors);
        return false;
    }
    trace_stack(&s->trace, table[0]);
    machine_set_reg(s->machine, MREG_MSP, table[0] & ~3U);
    machine_set_reg(s->machine, MREG_SP, table[0] & ~3U);
    machine_set_reg(s->machine, MREG_LR, 0xffffffffU);
    machine_set_reg(s->machine, MREG_XPSR, 1U << 24);
    *pc = table[1] & ~1U;
    char where[96];
    uint64_t code = 1;
    memory_describe(&s->memory, *pc, where, sizeof where);
    memory_read(&s->memory, *pc, sizeof code, (uint8_t *)&code);
    if (!memory_at(&s->memory, *pc, 2))
        sim_end(s, SIM_FAULT, table[1],
                "the vector table at 0x%08x sends the core to %s, where no code can be:\n"
                "  is this an image for %s?",
                s->image->vectors, where, s->board->name);
    else if (!(table[1] & 1U))
        sim_end(s, SIM_FAULT, table[1],
                "the reset vector 0x%08x has no Thumb bit: is this an image for Cortex-M?",
                table[1]);
    else if (code == 0 || code == UINT64_MAX)
        sim_end(
            s, SIM_FAULT, table[1],
            "the vector table at 0x%08x sends the core to %s, where the image has nothing:\n"
            "  is it a binary for another address? ELF and HEX say where they belong",
            s->image->vectors, where);
    if (s->ended) s->stop.pc = *pc;
    return !s->ended;
}

void sim_reset(struct sim *s)
{
    static const enum machine_reg masks[] = {MREG_PRIMASK, MREG_BASEPRI, MREG_FAULTMASK};
    struct err e;
    uint32_t pc = 0;
    if (s->current) sim_finish_block(s, s->current->pc + s->current->bytes);
    s->ended = s->spinning = s->fpu_on = false;
    s->stop = (struct sim_stop){0};
    s->faults = (struct faults){0};
    s->careful = NULL;
    s->prompt = (struct prompt){.due = UINT64_MAX, .pass = 1};
    s->guard = 0;
    s->spin.code = NULL;
    s->events = (struct events){0};
    stack_reset(&s->trace);
    uint32_t generation = s->chip.generation;
    s->chip = chip_at_reset;
    s->chip.generation = generation + 1;
    mpu_init(s);
    timing_invalidate(s->timing, true, true, 0, 0);
    /* Both succeeded when the machine was made. */
    if (!bus_reset(&s->bus, &e) || !store_segments(s, &e)) {
        sim_end(s, SIM_INTERNAL, 0, "reset: %s", e.text);
        return;
    }
    for (int i = 0; i < MREG_SP; i++)
        machine_set_reg(s->machine, (enum machine_reg)i, 0);
    exceptions_set_control(s, 0);
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
        machine_set_reg(s->machine, masks[i], 0);
    host_begin(&s->host, s);
    if (reset(s, &pc)) machine_set_reg(s->machine, MREG_PC, pc);
    sim_attention(s);
}

struct sim_stop sim_run(struct sim *s)
{
    uint32_t pc;
    if (!s->image) {
        s->stop = (struct sim_stop){.cause = SIM_INTERNAL};
        strcpy(s->stop.text, "sim_run() without an image");
        return s->stop;
    }
    if (!s->ended && reset(s, &pc)) {
        host_begin(&s->host, s);
        run_loop(s, pc);
        host_end(&s->host, s);
    }
    timing_range(s->timing); /* waits for it: that counts as time of the host */
    trace_profile(&s->trace, s->timing, s->chip.hclk_hz,
                  s->host_start > 0 ? run_host_seconds(s) : 0);
    s->trace.profile.verified_instructions = takeover_verified(s);
    return s->stop;
}

bool sim_send(struct sim *s, const char *port, const void *bytes, size_t n)
{
    struct device *d = bus_device(&s->bus, port);
    if (!d || !usart_is(d)) return false;
    usart_receive(d, bytes, n);
    return true;
}

bool sim_display(struct sim *s, struct sim_picture *out)
{
    *out = (struct sim_picture){0};
    for (size_t i = 0; i < s->bus.count; i++) {
        struct device *d = &s->bus.devices[i];
        if (!ltdc_is(d) || !ltdc_size(d, &out->width, &out->height)) continue;
        out->rgb = xcalloc((size_t)out->width * out->height, 3);
        ltdc_draw(d, out->rgb);
        return true;
    }
    return false;
}

uint64_t sim_cycles(const struct sim *s)
{
    return s->now;
}

uint64_t sim_ns(const struct sim *s)
{
    return s->clock_ns + (uint64_t)((double)(s->now - s->clock_since) * 1e9 / s->chip.hclk_hz);
}

struct timing_range sim_range(const struct sim *s)
{
    return s->timing ? timing_range(s->timing) : (struct timing_range){0};
}

void sim_range_restart(struct sim *s)
{
    if (s->timing) timing_range_restart(s->timing);
}

void sim_finish(struct sim *s)
{
    sim_end(s, SIM_EXIT, 0, "ended by the host");
}

const struct profile *sim_profile(const struct sim *s)
{
    return &s->trace.profile;
}
