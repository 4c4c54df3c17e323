/* SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sim/fault_text.h"

#include <stdio.h>
#include <string.h>

#include "sim/backtrace.h"
#include "sim/load/lines.h"
#include "sim/state.h"

static const struct {
    const char *name, *reg, *text;
    unsigned exception, bit;
} kinds[FAULT_COUNT] = {
#define FAULT(name, exception, reg, bit, text) {#name, reg, text, exception, bit},
#include "sim/faults.def"
#undef FAULT
};

unsigned fault_exception(enum fault_kind kind)
{
    return kinds[kind].exception;
}

void fault_bits(enum fault_kind kind, struct faults *f)
{
    if (kinds[kind].exception == EXC_HARD_FAULT)
        f->hfsr |= 1U << kinds[kind].bit;
    else
        f->cfsr |= 1U << kinds[kind].bit;
}

void fault_status(const struct sim *s, enum fault_kind kind, unsigned taken, struct buf *b)
{
    char name[16];
    unsigned n = kinds[kind].exception;
    buf_printf(b, "\n  %s, %s.%s: %s", exception_name(n, name), kinds[kind].reg,
               kinds[kind].name, kinds[kind].text);
    if (taken != n)
        buf_printf(b, "; %s is %s: HardFault (HFSR.FORCED)", exception_name(n, name),
                   nvic_bit(s->nvic.enabled, n) ? "not urgent enough" : "not enabled");
}

const struct symbol *fault_symbol(const struct sim *s, uint32_t pc)
{
    return s->image ? image_symbol_at(s->image, pc) : NULL;
}

void fault_place_of(struct sim *s, uint32_t pc, bool is_return, char *out, size_t out_bytes)
{
    char line[96];
    const struct symbol *sym = fault_symbol(s, is_return ? pc - 1 : pc);
    lines_at(sim_lines(s), is_return ? pc - 1 : pc, line, sizeof line);
    if (sym)
        snprintf(out, out_bytes, "0x%08x (%.64s + %u%s%s)", pc, sym->name, pc - sym->addr,
                 line[0] ? ", " : "", line);
    else
        memory_describe(&s->memory, pc, out, out_bytes);
}

void fault_place(struct sim *s, uint32_t pc, char *out, size_t out_bytes)
{
    fault_place_of(s, pc, false, out, out_bytes);
}

/* A main stack that has grown into the data below it has damaged that, whatever came of it. */
static void add_overflow(struct sim *s, struct buf *b)
{
    uint32_t sp = machine_reg(s->machine, MREG_MSP), floor = s->trace.stack_floor;
    const struct span_host *span = memory_span(&s->memory, floor);
    if (span && sp < floor && sp >= span->region->base)
        buf_printf(
            b,
            "\n  stack overflow: the stack pointer is %u bytes below the end of the data "
            "at 0x%08x",
            floor - sp, floor);
}

void fault_context(struct sim *s, uint32_t pc, struct buf *b)
{
    static const char *const names[] = {"r0", "r1", "r2",  "r3",  "r4",  "r5", "r6", "r7",
                                        "r8", "r9", "r10", "r11", "r12", "sp", "lr"};
    char name[16];
    const struct faults *f = &s->faults;
    add_overflow(s, b);
    for (int i = 0; i <= MREG_LR; i++)
        buf_printf(b, "%s%s=%08x", i % 8 ? " " : "\n  ", names[i],
                   machine_reg(s->machine, (enum machine_reg)i));
    buf_printf(b, " xpsr=%08x", machine_reg(s->machine, MREG_XPSR));
    if (f->cfsr || f->hfsr)
        buf_printf(b, "\n  CFSR=%08x HFSR=%08x MMFAR=%08x BFAR=%08x", f->cfsr, f->hfsr,
                   f->mmfar, f->bfar);
    unsigned exception = nvic_active(s);
    if (exception)
        buf_printf(b, "\n  inside the handler of exception %u (%s)", exception,
                   exception_name(exception, name));
    fault_backtrace(s, pc, b);
}

bool fault_stack_top(const struct sim *s, uint32_t *top)
{
    struct memory *m = (struct memory *)&s->memory;
    return memory_read(m, s->image->vectors, sizeof *top, (uint8_t *)top);
}

static bool stack_is_nowhere(const struct sim *s)
{
    uint32_t top;
    return fault_stack_top(s, &top) && !board_region(s->board, top - 4);
}

const char *fault_likely_access(const struct sim *s, const struct machine_fault *f)
{
    uint32_t sp = machine_reg(s->machine, MREG_SP);
    const struct region *r = board_region(s->board, f->addr);
    if (r && external_why(s, r)) return external_why(s, r);
    if (r && r->sdram && f->mapped && f->kind == BAD_WRITE)
        return "FMC_SDCR.WP protects the SDRAM from stores";
    if (f->mapped && r && r->kind == REGION_FLASH)
        return "flash cannot be stored to: a const object written, or a pointer gone astray";
    if (f->addr < 0x1000) return "a null pointer";
    if (f->addr + 256 >= sp && f->addr < sp + 256 && !r && stack_is_nowhere(s))
        return "the vector table puts the stack where the board has no memory: an image for "
               "another chip?";
    if (f->addr + 256 >= sp && f->addr < sp + 256 && (!r || f->addr < s->trace.stack_floor))
        return "stack overflow: the stack grew below its memory";
    if (f->addr == 0xffffffffU || (f->addr & 3U && f->addr >= 0xc0000000U))
        return "a pointer that was never set, or was overwritten";
    if (f->addr >= 0x60000000U && f->addr < 0xe0000000U)
        return "external memory (FMC, QSPI, SDRAM) that the board's file does not have";
    return NULL;
}

const char *fault_likely_fetch(const struct sim *s, uint32_t pc)
{
    if (pc < 0x1000) return "a call through a null function pointer";
    const struct region *r = board_region(s->board, pc);
    if (r && external_why(s, r)) return external_why(s, r);
    if (pc >= 0xa0000000U && r)
        return "external memory here can be run only where an MPU region says so";
    if (r) return "a damaged return address or function pointer";
    return "a damaged return address (stack overflow?) or function pointer";
}

const char *fault_likely_undefined(const struct sim *s, uint32_t pc, char out[96])
{
    uint16_t h = 0;
    memory_read((struct memory *)&s->memory, pc, sizeof h, (uint8_t *)&h);
    if ((h & 0xff00U) == 0xde00U)
        return "a trap that the compiler placed (abort, unreachable code)";
    if (h == 0 || h == 0xffff)
        return "the core runs through empty memory: a lost return address";
    if ((h & 0xec00U) != 0xec00U) return NULL;
    snprintf(out, 96, "built for another core or FPU than %s has", s->board->core_name);
    return out;
}

/* Instructions of a handler that leave nothing behind: nop, wfi, wfe, push, a frame pointer,
 * room on the stack, cpsid. */
static bool idle(unsigned h)
{
    return h == 0xbf00 || h == 0xbf30 || h == 0xbf20 || (h & 0xfe00U) == 0xb400U ||
           (h & 0xff80U) == 0xb080U || (h & 0xff00U) == 0xaf00U || h == 0x466f ||
           (h & 0xffecU) == 0xb660U;
}

bool fault_code_spins(const struct sim *s, uint32_t pc)
{
    enum { LOOK = 8 };
    for (uint32_t at = pc, k = 0; k < LOOK; at += 2, k++) {
        uint16_t h[2] = {0};
        if (!memory_read((struct memory *)&s->memory, at, 2, (uint8_t *)h)) return false;
        if (h[0] >> 11 == 0x1c) { /* B */
            uint32_t offset = (uint32_t)((int32_t)((uint32_t)h[0] << 21) >> 20);
            return at + 4 + offset <= at && at + 4 + offset >= pc;
        }
        if (h[0] == 0xf7ff) { /* B.W, backwards */
            memory_read((struct memory *)&s->memory, at, 4, (uint8_t *)h);
            uint32_t back = 0x1000U - (h[1] & 0x7ffU) * 2;
            return (h[1] & 0xf800U) == 0xb800U && at + 4 - back >= pc && at + 4 - back <= at;
        }
        if (!idle(h[0])) return false;
    }
    return false;
}
