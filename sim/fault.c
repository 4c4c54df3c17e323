/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From what went wrong to the exception (ARMv7-M ARM B1.5): a configurable fault that is
 * disabled or not urgent enough becomes a HardFault, and a HardFault that cannot run locks the
 * core up. Every bad access is precise here; silicon reports some stores later, as imprecise.
 */
#include "sim/fault.h"

#include <stdio.h>
#include <string.h>

#include "sim/fault_text.h"
#include "sim/gdb/server.h"
#include "sim/precise.h"
#include "sim/state.h"

/* Firmware that lives with its faults need not wait for a backtrace each time. */
enum { CONTEXTS_MAX = 16, RETRIES_MAX = 16 };
static const uint64_t patience_cycles = 500000000; /* seconds: more than any last words take */
enum { MMARVALID = 1 << 7, BFARVALID = 1 << 15, FORCED = 1 << 30 };

static void end(struct sim *s, enum sim_cause cause, const char *text)
{
    uint32_t pc = s->faults.pc, code = s->faults.code;
    s->faults.handler = 0; /* said already */
    if (s->ended) return;
    sim_end(s, cause, code, "%s", text);
    s->stop.pc = pc;
}

/* The exception that a fault becomes; 0: none can run. */
static unsigned escalate(struct sim *s, enum fault_kind kind)
{
    unsigned n = fault_exception(kind);
    int level = nvic_level(s);
    if (n != EXC_HARD_FAULT && nvic_bit(s->nvic.enabled, n) &&
        nvic_priority(&s->nvic, n) < level)
        return n;
    if (n != EXC_HARD_FAULT) s->faults.hfsr |= FORCED;
    return level > -1 ? EXC_HARD_FAULT : 0;
}

/* What the handler of exception n is good for, when it is nothing: NULL when it may do
 * something. */
static const char *useless(struct sim *s, unsigned n, char out[96])
{
    uint32_t target = 0;
    if (!memory_read(&s->memory, s->nvic.vtor + n * 4, sizeof target, (uint8_t *)&target) ||
        !(target & 1U)) {
        snprintf(out, 96, "its vector 0x%08x is none: the core locks up", target);
        return out;
    }
    if (!fault_code_spins(s, target & ~1U)) return NULL;
    const struct symbol *sym = fault_symbol(s, target & ~1U);
    snprintf(out, 96, "its handler loops for ever (%s)", sym ? sym->name : "no symbol");
    return out;
}

/* The fault of `b`, which is released: status, text, a pending exception. The first fault's
 * text stays until its handler returns; what happens inside that is added to it. */
void fault_pend(struct sim *s, enum fault_kind kind, uint32_t pc, const uint32_t *addr,
                struct buf *b)
{
    struct faults *f = &s->faults;
    char why[96], name[16];
    fault_bits(kind, f);
    if (addr && fault_exception(kind) == EXC_MEM_MANAGE) {
        f->mmfar = *addr;
        f->cfsr |= MMARVALID;
    } else if (addr && fault_exception(kind) == EXC_BUS_FAULT) {
        f->bfar = *addr;
        f->cfsr |= BFARVALID;
    }
    unsigned n = escalate(s, kind);
    fault_status(s, kind, n ? n : EXC_HARD_FAULT, b);
    struct buf all = {0};
    if (f->handler) {
        buf_printf(&all, "%s\nthen, in the handler of %s: %s", f->text,
                   exception_name(f->handler, name), buf_text(b));
    } else {
        uint32_t code = addr ? *addr : pc;
        bool again = f->returned_to == pc && f->pc == pc && f->code == code;
        f->again = again ? f->again + 1 : 0;
        f->returned_to = 1;
        f->pc = pc;
        f->code = code;
        snprintf(f->last, sizeof f->last, "%.*s", (int)strcspn(buf_text(b), "\n"), buf_text(b));
        buf_puts(&all, buf_text(b));
        if (f->handled < CONTEXTS_MAX || f->again == RETRIES_MAX) fault_context(s, pc, &all);
        f->since = s->now;
    }
    if (!n) {
        buf_printf(&all, "\n  the core locks up: a fault at the priority of %s",
                   exception_name(nvic_active(s) == EXC_NMI ? EXC_NMI : EXC_HARD_FAULT, name));
        end(s, SIM_FAULT, buf_text(&all));
    } else if (f->again == RETRIES_MAX) {
        buf_printf(&all, "\n  %s: its handler has returned %d times without a repair",
                   exception_name(n, name), RETRIES_MAX);
        end(s, SIM_FAULT, buf_text(&all));
    } else if (useless(s, n, why)) {
        buf_printf(&all, "\n  %s: %s", exception_name(n, name), why);
        end(s, SIM_FAULT, buf_text(&all));
    } else {
        snprintf(f->text, sizeof f->text, "%s", buf_text(&all));
        if (!f->handler) f->handler = n;
        if (s->options.gdb)
            gdb_fault(s->options.gdb, fault_exception(kind) == EXC_USAGE_FAULT, f->text);
        nvic_pend(s, n, true);
    }
    buf_done(&all);
    buf_done(b);
}

void fault_raise(struct sim *s, enum fault_kind kind, uint32_t pc, const uint32_t *addr,
                 struct buf *b)
{
    machine_set_reg(s->machine, MREG_PC, pc);
    fault_pend(s, kind, pc, addr, b);
    exceptions_take(s);
}

void fault_handled(struct sim *s, unsigned exception)
{
    if (s->faults.handler != exception || !exception) return;
    s->faults.handler = 0;
    s->faults.handled++;
    s->faults.returning = true;
}

void fault_returned(struct sim *s, uint32_t pc)
{
    if (s->faults.returning) s->faults.returned_to = pc;
    s->faults.returning = false;
}

void fault_watch(struct sim *s)
{
    if (s->faults.handler && s->now - s->faults.since > patience_cycles)
        sim_end(s, SIM_FAULT, 0, "it has not returned for %llu million cycles",
                (unsigned long long)patience_cycles / 1000000);
}

static void end_at(struct sim *s, enum sim_cause cause, uint32_t pc, uint32_t code,
                   const char *what)
{
    char place[160];
    struct buf b = {0};
    if (s->ended) return;
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b, "%s\n  at %s", what, place);
    fault_context(s, pc, &b);
    sim_end(s, cause, code, "%s", buf_text(&b));
    s->stop.pc = pc;
    buf_done(&b);
}

void fault_text(struct sim *s, enum sim_cause cause, uint32_t pc, const char *what)
{
    end_at(s, cause, pc, 0, what);
}

void fault_reset(struct sim *s, uint32_t addr, uint32_t value)
{
    const struct machine_fault f = {
        .kind = BAD_WRITE, .why = DENIED_MPU, .addr = addr, .size = 4};
    end_at(s, SIM_EXIT_CODE, precise_find(s, &f).pc, value,
           "the firmware asked for a reset (AIRCR.SYSRESETREQ)");
}

void fault_unmodelled(struct sim *s, uint32_t addr, unsigned size, bool write)
{
    char reg[64], what[256];
    const struct machine_fault f = {
        .kind = write ? BAD_WRITE : BAD_READ, .why = DENIED_MPU, .addr = addr, .size = size};
    struct precise p = precise_find(s, &f);
    bus_describe(s->board, addr, reg, sizeof reg);
    snprintf(what, sizeof what,
             "%u-byte %s %s (0x%08x), which is not modelled\n"
             "  without --strict it reads 0 and stores nothing",
             size, write ? "store to" : "load from", reg, addr);
    fault_text(s, SIM_UNMODELLED, p.pc, what);
}

void fault_loop(struct sim *s)
{
    char what[256], waits[96] = "";
    unsigned exception = nvic_active(s);
    const struct device *d = bus_find(&s->bus, s->spin.polled);
    if (d)
        snprintf(waits, sizeof waits, "\n  it waits for %s (register 0x%02x)", d->name,
                 s->spin.polled - d->base);
    else if (s->spin.polled)
        snprintf(waits, sizeof waits, "\n  it waits for 0x%08x, a device without a model",
                 s->spin.polled);
    if (exception)
        snprintf(what, sizeof what, "the core spins for ever in the handler of exception %u%s",
                 exception, waits);
    else
        snprintf(what, sizeof what,
                 "the core spins for ever, and nothing is pending that could interrupt it%s",
                 waits);
    fault_text(s, SIM_LOOP, machine_reg(s->machine, MREG_PC), what);
}
