/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The run loop. Between two blocks lies a border, and everything happens there: the block that
 * ran is charged, due events are called, exceptions are taken. The executor's BLOCK hook
 * (calls.c) is the border while nothing needs attention; otherwise it stops and border() deals
 * with it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/careful.h"
#include "sim/exec/takeover.h"
#include "sim/fault.h"
#include "sim/gdb/server.h"
#include "sim/idle.h"
#include "sim/periph/flash.h"
#include "sim/run.h"
#include "sim/state.h"

enum { CONSOLE_MAX = 16 << 20 };
static const uint64_t look_cycles = 50000000; /* … to progress and host time */

static double host_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* What was seen once stays: the estimate inside a block may be above what the block then costs,
 * and a timer must not run backwards. */
uint64_t sim_time(struct sim *s)
{
    uint64_t now = s->now;
    struct effects did = log_effects(&s->log);
    if (s->current) now = timing_peek(s->timing, s->current->block, &did);
    if (now > s->seen) s->seen = now;
    return s->seen;
}

void sim_attention(struct sim *s)
{
    s->attention = true;
}

void sim_charge(struct sim *s, enum cause cause, uint64_t cycles)
{
    bool sleeps = cause == CAUSE_IDLE && s->trace.chronicle;
    if (sleeps) chronicle_happens(&s->trace, &(struct happening){HAPPENS_SLEEP, .value = 1});
    timing_add(s->timing, cause, cycles, &s->trace.pending);
    s->now = timing_cycles(s->timing);
    if (sleeps) chronicle_happens(&s->trace, &(struct happening){HAPPENS_SLEEP, .value = 0});
}

/* Bits 1 and 0 of SP do not exist (ARMv7-M ARM B1.4.1); some linker scripts set the stack's top
 * to the last byte of memory. The executor keeps what is written. */
static void align_sp(struct sim *s)
{
    static const enum machine_reg all[] = {MREG_SP, MREG_MSP, MREG_PSP};
    for (int i = 0; i < 3; i++) {
        uint32_t sp = machine_reg(s->machine, all[i]);
        if (sp & 3U) machine_set_reg(s->machine, all[i], sp & ~3U);
    }
}

void sim_finish_block(struct sim *s, uint32_t next_pc)
{
    const struct code *c = s->current;
    if (!c) return;
    s->current = NULL;
    if (s->options.gdb) gdb_block_done(s->options.gdb, s);
    if (s->flash_open) flash_stored(s->flash, true);
    struct effects did = log_effects(&s->log);
    if (c->fine)
        fine_block(&s->trace, s->timing, c, &did, next_pc);
    else
        timing_block(s->timing, c->block, &did, next_pc, &s->trace.pending);
    uint64_t before = s->now;
    s->now = timing_cycles(s->timing);
    ((struct code *)c)->cost = (uint32_t)(s->now - before);
    if (c->signals) s->nvic.event = true;
    if (c->control) mpu_guard(s);
    if (c->sets_sp) align_sp(s);
    if (s->log.n) {
        trace_accesses(&s->trace, s->log.at, s->log.n);
        s->log.n = 0;
    }
}

void sim_end(struct sim *s, enum sim_cause cause, uint32_t code, const char *fmt, ...)
{
    s->attention = true;
    if (s->ended) return;
    s->ended = true;
    s->stop.cause = cause;
    s->stop.code = code;
    s->stop.pc = machine_reg(s->machine, MREG_PC);
    const struct faults *f = &s->faults;
    size_t used = 0;
    if (f->handler && cause != SIM_INTERNAL && cause != SIM_REFUSED) {
        s->stop.cause = SIM_FAULT; /* the handler gave up, the fault is why */
        s->stop.code = f->code;
        s->stop.pc = f->pc;
        char name[16];
        used = (size_t)snprintf(s->stop.text, sizeof s->stop.text,
                                "%.*s\nthen, in the handler of %s: ", SIM_TEXT - 512, f->text,
                                exception_name(f->handler, name));
    }
    va_list args;
    va_start(args, fmt);
    vsnprintf(s->stop.text + used, sizeof s->stop.text - used, fmt, args);
    va_end(args);
    used = strlen(s->stop.text);
    if (f->handled && cause != SIM_EXIT && cause != SIM_FAULT)
        snprintf(s->stop.text + used, sizeof s->stop.text - used,
                 "\n  %u faults before this were handled; the last: %s", f->handled, f->last);
}

void sim_console(struct sim *s, enum sim_console from, const char *port, const char *bytes,
                 size_t n)
{
    if (n > CONSOLE_MAX - s->trace.console.len) {
        sim_end(s, SIM_REFUSED, 0, "more than %d MiB were printed", CONSOLE_MAX >> 20);
        return;
    }
    buf_add(&s->trace.console, bytes, n);
    if (s->options.console) s->options.console(s->options.context, from, port, bytes, n);
}

void sim_serial(struct sim *s, const struct device *d, uint8_t byte)
{
    char c = (char)byte;
    if (s->options.serial) s->options.serial(s->options.context, s, d->name, byte);
    sim_console(s, CONSOLE_UART, d->name, &c, 1);
    host_heard(&s->host, s, d, byte);
}

/* ITSTATE of a block that starts inside an IT block (after a page's end), from XPSR. */
unsigned run_itstate(void *context)
{
    const struct sim *s = context;
    uint32_t xpsr = machine_reg(s->machine, MREG_XPSR);
    return (xpsr >> 25 & 3U) | (xpsr >> 8 & 0xfcU);
}

/* A block that goes round and round without storing or asking what time it is: when no register
 * changes either, only an event can end it. */
static bool spins(struct sim *s, const struct code *c)
{
    enum { SUSPECT = 64 };
    if (s->spin.code != c) {
        s->spin.code = c;
        s->spin.polled = 0;
        s->spin.count = 0;
        s->spin.have_regs = false;
        return false;
    }
    if (++s->spin.count < SUSPECT) return false;
    uint32_t regs[MREG_S0];
    for (int i = 0; i < MREG_S0; i++)
        regs[i] = machine_reg(s->machine, (enum machine_reg)i);
    bool same = s->spin.have_regs && memcmp(regs, s->spin.regs, sizeof regs) == 0;
    memcpy(s->spin.regs, regs, sizeof regs);
    s->spin.have_regs = true;
    if (!same) trace_flush(&s->trace); /* what is charged from now on is one round */
    if (!same)
        s->spin.count = s->spin.count > SUSPECT ? 0 : SUSPECT; /* again next time, then later */
    return same;
}

bool run_close(struct sim *s, uint32_t pc)
{
    const struct code *ran = s->current;
    if (ran) {
        bool quiet = ran->pc == pc && !ran->stores && !ran->uses_fpu && !s->spin.io;
        sim_finish_block(s, pc);
        s->spin.io = false;
        if (!quiet)
            s->spin.code = NULL;
        else if (spins(s, ran))
            s->attention = s->spinning = true;
    }
    return !(s->attention || (ran && s->recheck) || s->now >= s->deadline);
}

void run_open(struct sim *s, const struct code *c)
{
    s->log.guard = s->guard | c->strict;
    trace_block(&s->trace, c);
    if (!s->logs) trace_stack_pointer(&s->trace, machine_reg(s->machine, MREG_MSP));
    if (c->fine && s->trace.chronicle) insn_log_start(&s->trace);
    s->current = c;
    s->log.n = s->log.divides = 0;
}

enum machine_end run_part(struct sim *s, uint32_t pc, uint32_t until)
{
    s->part = true;
    enum machine_end end = machine_run_to(s->machine, pc, until, until - pc);
    s->part = false;
    return end;
}

uint64_t run_max_cycles(const struct sim *s)
{
    return s->options.max_cycles ? s->options.max_cycles : UINT64_C(20000000000);
}

/* With where the firmware is: it may be lost. */
static void limit(struct sim *s, enum sim_cause cause, const char *fmt, double most)
{
    char what[128];
    snprintf(what, sizeof what, fmt, most);
    fault_text(s, cause, machine_reg(s->machine, MREG_PC), what);
}

/* Events, exceptions, limits: everything that can change where the core goes on. */
static void border(struct sim *s)
{
    s->attention = s->recheck = false;
    trace_flush(&s->trace);
    events_run(&s->events, s->now);
    host_look(&s->host, s);
    if (s->ended) return;
    if (s->now >= run_max_cycles(s)) {
        limit(s, SIM_MAX_CYCLES, "the limit of %.0f cycles was reached (--max-cycles)",
              (double)run_max_cycles(s));
        return;
    }
    if (s->options.max_host_seconds > 0 &&
        host_time() - s->host_start > s->options.max_host_seconds) {
        limit(s, SIM_MAX_HOST,
              "the limit of %g seconds on the host was reached (--max-host-seconds)",
              s->options.max_host_seconds);
        return;
    }
    if (s->blocks.decoded_bytes > BLOCKS_DECODED_MAX) {
        sim_end(s, SIM_REFUSED, 0,
                "more than %d MiB of code were run: the firmware rewrites itself without end",
                BLOCKS_DECODED_MAX >> 20);
        return;
    }
    fault_watch(s);
    if (s->now >= s->stuck.due) stuck_look(s);
    if (s->options.progress) s->options.progress(s->options.context, s->now);
    /* What is pending but masked may be unmasked by any block: looks again after each. */
    exceptions_take(s);
    if (s->ended) return;
    s->recheck = nvic_waiting(s);
    uint64_t next = events_next(&s->events);
    uint64_t look = s->now + look_cycles;
    s->deadline = run_max_cycles(s) < look ? run_max_cycles(s) : look;
    if (next < s->deadline) s->deadline = next;
    if (s->stuck.due < s->deadline) s->deadline = s->stuck.due;
    if (s->host.next < s->deadline) s->deadline = s->host.next;
    s->prompt.due = nvic_listens(s) ? next : UINT64_MAX;
}

/* The debugger has the machine; its time does not count. */
static void halt(struct sim *s)
{
    double from = host_time();
    gdb_halt(s->options.gdb, s);
    s->host_start += host_time() - from;
}

static void until_ended(struct sim *s)
{
    border(s);
    while (!s->ended) {
        uint32_t pc = machine_reg(s->machine, MREG_PC);
        enum machine_end end = s->careful       ? careful_run(s)
                               : s->prompt.code ? prompt_run(s, pc)
                                                : machine_start(s->machine, pc);
        if (s->options.gdb && gdb_stopping(s->options.gdb) && !s->ended) {
            halt(s);
            continue;
        }
        switch (end) {
        case MACHINE_REACHED:
            sim_finish_block(s, machine_reg(s->machine, MREG_PC));
            break;
        case MACHINE_STOPPED:
            if (s->takeover.start && !takeover_run(s)) continue;
            if (s->spinning && !s->ended) idle_spin(s);
            s->spinning = false;
            break;
        case MACHINE_WFI:
            idle_wfi(s);
            break;
        case MACHINE_WFE:
            idle_wfe(s);
            break;
        case MACHINE_UNDEFINED:
            fault_undefined(s);
            break;
        case MACHINE_BAD_ACCESS:
            if (machine_fault(s->machine)->why == DENIED_PROMPT)
                prompt_finish(s);
            else
                fault_access(s, machine_fault(s->machine));
            break;
        case MACHINE_REFUSED:
            sim_finish_block(s, machine_reg(s->machine, MREG_PC));
            break;
        case MACHINE_BROKEN:
            sim_end(s, SIM_INTERNAL, pc, "%s", machine_trouble(s->machine));
            break;
        }
        if (!s->ended) border(s);
    }
}

void run_loop(struct sim *s, uint32_t pc)
{
    struct gdb *gdb = s->options.gdb;
    machine_set_reg(s->machine, MREG_PC, pc);
    if (gdb) gdb_start(gdb, s);
    s->host_start = host_time();
    do
        until_ended(s);
    while (gdb && gdb_ended(gdb, s));
    if (s->current) sim_finish_block(s, s->current->pc + s->current->bytes);
    s->stop.cycle = s->now;
    if (s->options.progress) s->options.progress(s->options.context, s->now);
}

double run_host_seconds(const struct sim *s)
{
    return host_time() - s->host_start;
}
