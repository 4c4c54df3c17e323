/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From what went wrong to the exception (ARMv7-M ARM B1.5): a configurable fault that is
 * disabled or not urgent enough becomes a HardFault, and a HardFault that cannot run locks the
 * core up. Every bad access is precise here; silicon reports some stores later, as imprecise.
 */
#include "sim/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/fault_text.h"
#include "sim/gdb/server.h"
#include "sim/precise.h"
#include "sim/state.h"

/* Firmware that lives with its faults need not wait for a backtrace each time. */
enum { CONTEXTS_MAX = 16 };
static const uint64_t patience_cycles = 500000000; /* seconds: more than any last words take */
enum { MMARVALID = 1 << 7, BFARVALID = 1 << 15, FORCED = 1 << 30, XPSR_IT = 0x0600fc00 };

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
static void pend(struct sim *s, enum fault_kind kind, uint32_t pc, const uint32_t *addr,
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
        f->pc = pc;
        f->code = addr ? *addr : pc;
        snprintf(f->last, sizeof f->last, "%.*s", (int)strcspn(buf_text(b), "\n"), buf_text(b));
        buf_puts(&all, buf_text(b));
        if (f->handled < CONTEXTS_MAX) fault_context(s, pc, &all);
        f->since = s->now;
    }
    if (!n) {
        buf_printf(&all, "\n  the core locks up: a fault at the priority of %s",
                   exception_name(nvic_active(s) == EXC_NMI ? EXC_NMI : EXC_HARD_FAULT, name));
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

/* The same for the instruction at pc: it is where the core is, and the handler is entered. */
static void raise_at(struct sim *s, enum fault_kind kind, uint32_t pc, const uint32_t *addr,
                     struct buf *b)
{
    machine_set_reg(s->machine, MREG_PC, pc);
    pend(s, kind, pc, addr, b);
    exceptions_take(s);
}

static unsigned itstate_of(void *context)
{
    return ((const struct code *)context)->itstate;
}

/* The block that runs ended before its instruction at pc, with so many accesses made. */
static void cut_block(struct sim *s, uint32_t pc, size_t accesses)
{
    struct code *c = (struct code *)s->current;
    bool fresh;
    if (!c) return;
    s->current = NULL;
    s->log.n = accesses;
    if (pc - c->pc - 1 >= c->bytes) { /* nothing of it was run, or pc is elsewhere */
        s->log.n = 0;
        return;
    }
    struct code *part =
        blocks_find(&s->blocks, &s->memory, c->pc, pc - c->pc, itstate_of, c, &fresh);
    if (part && fresh) trace_code(&s->trace, part);
    s->current = part;
    sim_finish_block(s, pc);
}

/* Where an instruction is, and what it says. */
static void add_place(struct sim *s, const struct precise *p, struct buf *b)
{
    char text[160];
    fault_place(s, p->pc, text, sizeof text);
    buf_printf(b, "\n  at %s%s", p->sure ? "" : "or after ", text);
    if (!p->insn) return;
    insn_text(p->insn, p->pc, true, text, sizeof text);
    buf_printf(b, ": %s", text);
}

static void add_likely(struct buf *b, const char *why)
{
    if (why) buf_printf(b, "\n  likely: %s", why);
}

static void set_itstate(struct sim *s, unsigned it)
{
    uint32_t xpsr = machine_reg(s->machine, MREG_XPSR) & ~(uint32_t)XPSR_IT;
    machine_set_reg(s->machine, MREG_XPSR, xpsr | (it & 3U) << 25 | (it & 0xfcU) << 8);
}

/* CCR.BFHFNMIGN: HardFault, NMI and FAULTMASK go on behind the access; its register stays. */
static void ignore(struct sim *s, const struct precise *p, uint32_t addr)
{
    fault_bits(FAULT_PRECISERR, &s->faults);
    s->faults.cfsr |= BFARVALID;
    s->faults.bfar = addr;
    machine_set_reg(s->machine, MREG_PC, p->pc + p->insn->bytes);
    set_itstate(s, precise_next_itstate(p->itstate));
}

void fault_access(struct sim *s, const struct machine_fault *fault)
{
    struct machine_fault copy = *fault, *f = &copy;
    if (f->kind != BAD_FETCH && !f->why &&
        !mpu_allows(s, f->addr, f->kind == BAD_WRITE ? MPU_WRITE : MPU_READ))
        f->why = DENIED_MPU;
    if (f->kind == BAD_FETCH) {
        uint32_t pc = machine_reg(s->machine, MREG_PC); /* an instruction may begin before */
        fault_fetch(s, f->addr - pc < 4 ? pc : f->addr);
        return;
    }
    struct precise p = precise_find(s, fault);
    char where[96];
    memory_describe(&s->memory, f->addr, where, sizeof where);
    struct buf b = {0};
    enum fault_kind kind = FAULT_PRECISERR;
    switch ((enum denied)f->why) {
    case DENIED_UNALIGNED:
        kind = FAULT_UNALIGNED;
        buf_printf(&b, "unaligned multiple, double or FP access to %s", where);
        break;
    case DENIED_TRAPPED:
        kind = FAULT_UNALIGNED;
        buf_printf(&b, "unaligned %u-byte access to %s", f->size, where);
        break;
    case DENIED_UNPRIVILEGED:
        buf_printf(&b, "unprivileged access to %s", where);
        break;
    case DENIED_MPU:
        kind = FAULT_DACCVIOL;
        buf_printf(&b, "%u-byte %s %s, which the MPU forbids", f->size,
                   f->kind == BAD_WRITE ? "store to" : "load from", where);
        break;
    default: {
        const struct region *r = board_region(s->board, f->addr);
        bool flash = f->mapped && r && r->kind == REGION_FLASH && f->kind == BAD_WRITE;
        buf_printf(&b, "%s: %u-byte %s %s", flash ? "write to flash" : "bad access", f->size,
                   f->kind == BAD_WRITE ? "store to" : "load from", where);
        break;
    }
    }
    add_place(s, &p, &b);
    add_likely(&b, f->why == DENIED_UNALIGNED
                       ? "a byte pointer read as words; only LDR, LDRH, STR and STRH may be "
                         "unaligned"
                   : f->why == DENIED_TRAPPED      ? "CCR.UNALIGN_TRP is set"
                   : f->why == DENIED_UNPRIVILEGED ? "CONTROL.nPRIV is set: system registers "
                                                     "are for privileged code"
                   : f->why                        ? NULL
                                                   : fault_likely_access(s, f));
    cut_block(s, p.pc, p.accesses);
    if (kind == FAULT_PRECISERR && p.insn && s->nvic.ccr & CCR_BFHFNMIGN && nvic_level(s) < 0) {
        ignore(s, &p, f->addr);
        buf_done(&b);
        return;
    }
    set_itstate(s, p.itstate);
    raise_at(s, kind, p.pc, kind == FAULT_UNALIGNED ? NULL : &f->addr, &b);
}

void fault_fetch(struct sim *s, uint32_t pc)
{
    char where[96], place[160];
    struct buf b = {0};
    bool never = (pc >= 0x40000000U && pc < 0x60000000U) || pc >= 0xa0000000U;
    memory_describe(&s->memory, pc, where, sizeof where);
    buf_printf(&b, "no code there: the core was sent to %s", where);
    if (s->current) {
        fault_place(s, s->current->pc, place, sizeof place);
        buf_printf(&b, "\n  by the block at %s", place);
    }
    add_likely(&b, fault_likely_fetch(s, pc));
    sim_finish_block(s, pc);
    raise_at(s, never ? FAULT_IACCVIOL : FAULT_IBUSERR, pc, NULL, &b);
}

void fault_state(struct sim *s, uint32_t pc, const char *after)
{
    char place[160];
    struct buf b = {0};
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b, "jump to an address without the Thumb bit\n  to %s", place);
    if (after) buf_printf(&b, "\n  by %s", after);
    if (pc < 0x1000) add_likely(&b, fault_likely_fetch(s, pc));
    s->nvic.no_thumb = true;
    raise_at(s, FAULT_INVSTATE, pc & ~1U, NULL, &b);
}

void fault_undefined(struct sim *s)
{
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    if (!(machine_reg(s->machine, MREG_XPSR) & 1U << 24)) {
        cut_block(s, pc, 0);
        fault_state(s, pc, NULL);
        return;
    }
    char place[160], why[96];
    struct buf b = {0};
    uint16_t h[2] = {0};
    fault_place(s, pc, place, sizeof place);
    memory_read(&s->memory, pc, 2, (uint8_t *)&h[0]);
    memory_read(&s->memory, pc + 2, 2, (uint8_t *)&h[1]);
    buf_printf(&b, "undefined instruction %04x %04x\n  at %s", h[0], h[1], place);
    add_likely(&b, fault_likely_undefined(s, pc, why));
    cut_block(s, pc, s->log.n);
    raise_at(s, FAULT_UNDEFINSTR, pc, NULL, &b);
}

void fault_no_fpu(struct sim *s)
{
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    char place[160];
    struct buf b = {0};
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b, "FPU instruction while the FPU is off\n  at %s", place);
    add_likely(&b, "start-up code does not enable it: SCB->CPACR |= 0xf << 20");
    raise_at(s, FAULT_NOCP, pc, NULL, &b);
}

void fault_divide(struct sim *s)
{
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    char place[160];
    struct buf b = {0};
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b, "division by zero\n  at %s", place);
    raise_at(s, FAULT_DIVBYZERO, pc, NULL, &b);
}

void fault_forbidden(struct sim *s)
{
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    char place[160];
    struct buf b = {0};
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b, "code that the MPU does not let run\n  at %s", place);
    raise_at(s, FAULT_IACCVIOL, pc, NULL, &b);
}

void fault_breakpoint(struct sim *s)
{
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    char place[160];
    struct buf b = {0};
    uint16_t insn = 0;
    memory_read(&s->memory, pc, sizeof insn, (uint8_t *)&insn);
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b, "breakpoint BKPT 0x%02x with no debugger attached\n  at %s", insn & 0xffU,
               place);
    s->faults.dfsr |= 2;
    sim_finish_block(s, pc);
    if (s->nvic.monitor && nvic_priority(&s->nvic, EXC_DEBUG) < nvic_level(s)) {
        machine_set_reg(s->machine, MREG_PC, pc);
        nvic_pend(s, EXC_DEBUG, true);
        exceptions_take(s);
        buf_done(&b);
        return;
    }
    raise_at(s, FAULT_DEBUGEVT, pc, NULL, &b);
}

void fault_svc(struct sim *s)
{
    uint32_t pc = machine_reg(s->machine, MREG_PC) - 2;
    char place[160];
    struct buf b = {0};
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b,
               "SVC while its exception must not run\n  at %s\n"
               "  likely: called with interrupts masked, or from a handler as urgent as SVC",
               place);
    sim_finish_block(s, pc + 2);
    raise_at(s, FAULT_FORCED, pc, NULL, &b);
}

void fault_stack(struct sim *s, enum fault_kind kind, uint32_t addr, const char *what)
{
    char where[96];
    struct buf b = {0};
    bool load = kind == FAULT_UNSTKERR || kind == FAULT_MUNSTKERR;
    memory_describe(&s->memory, addr, where, sizeof where);
    buf_printf(&b, "%s cannot be %s %s", what, load ? "loaded from" : "stored at", where);
    add_likely(&b, load ? "the stack pointer was lost" : "stack overflow");
    pend(s, kind, machine_reg(s->machine, MREG_PC), NULL, &b);
}

void fault_vector(struct sim *s, unsigned exception, uint32_t addr)
{
    char where[96];
    struct buf b = {0};
    memory_describe(&s->memory, addr, where, sizeof where);
    buf_printf(&b, "exception %u: the vector table is not in memory: %s", exception, where);
    pend(s, FAULT_VECTTBL, machine_reg(s->machine, MREG_PC), NULL, &b);
}

void fault_no_handler(struct sim *s, unsigned exception, uint32_t pc)
{
    char name[16];
    struct buf b = {0};
    buf_printf(&b, "exception %u: its vector 0x%08x has no Thumb bit: no handler?\n  %s",
               exception, pc, exception_name(exception, name));
    s->nvic.no_thumb = true;
    raise_at(s, FAULT_INVSTATE, pc & ~1U, NULL, &b);
}

void fault_return(struct sim *s, uint32_t exc_return, const char *fmt, ...)
{
    char name[16], why[128];
    struct buf b = {0};
    va_list args;
    va_start(args, fmt);
    vsnprintf(why, sizeof why, fmt, args);
    va_end(args);
    buf_printf(&b, "bad exception return 0x%08x from %s: %s", exc_return,
               exception_name(nvic_active(s), name), why);
    pend(s, FAULT_INVPC, machine_reg(s->machine, MREG_PC), NULL, &b);
}

void fault_handled(struct sim *s, unsigned exception)
{
    if (s->faults.handler != exception || !exception) return;
    s->faults.handler = 0;
    s->faults.handled++;
}

void fault_watch(struct sim *s)
{
    if (s->faults.handler && s->now - s->faults.since > patience_cycles)
        sim_end(s, SIM_FAULT, 0, "it has not returned for %llu million cycles",
                (unsigned long long)patience_cycles / 1000000);
}

void fault_text(struct sim *s, enum sim_cause cause, uint32_t pc, const char *what)
{
    char place[160];
    struct buf b = {0};
    if (s->ended) return;
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b, "%s\n  at %s", what, place);
    fault_context(s, pc, &b);
    sim_end(s, cause, 0, "%s", buf_text(&b));
    s->stop.pc = pc;
    buf_done(&b);
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
