/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the executor asks while it runs: may this block go on, what is this trap, what does this
 * device say, may this access be made. Who changes where the core goes on only asks for
 * attention here; the run loop sees to it at the next border.
 */
#include "sim/bitband.h"
#include "sim/careful.h"
#include "sim/exec/takeover.h"
#include "sim/fault.h"
#include "sim/gdb/server.h"
#include "sim/precise.h"
#include "sim/run.h"
#include "sim/state.h"

/* Divides of a block that is new. True: it has to be translated again, to log them. */
static bool log_divides(struct sim *s, const struct code *c)
{
    bool again = false;
    for (uint32_t k = 0; k < c->block->count; k++)
        if (c->block->insns[k].kind == INSN_DIV)
            again |= machine_log_divide(s->machine, c->pc + c->block->insns[k].offset);
    return again;
}

static bool on_block(void *context, uint32_t pc, uint32_t bytes)
{
    struct sim *s = context;
    if (s->options.gdb && s->current && gdb_goes_on(s->options.gdb, s->current, pc))
        return true;
    bool go_on;
    if (takeover_border(s, pc, &go_on)) return go_on;
    if (!run_close(s, pc)) return false;
    bool fresh;
    struct code *c = blocks_find(&s->blocks, &s->memory, pc, bytes, run_itstate, s, &fresh);
    if (!c) {
        /* A jump to an even address is no Thumb code: the executor says so next. */
        if (machine_reg(s->machine, MREG_XPSR) & 1U << 24)
            sim_end(s, SIM_INTERNAL, pc, "block at 0x%08x cannot be decoded", pc);
        return !s->ended;
    }
    if (fresh) {
        trace_code(&s->trace, c);
        if (c->live && s->takeover.on) pages_code(&s->takeover.pages, c->pc, c->bytes);
        if (s->blocks.decoded_bytes > BLOCKS_DECODED_MAX) s->attention = true;
        if (c->divides && log_divides(s, c)) return false;
    }
    c->whole |= !s->part;
    bool passes = s->prompt.pass == pc;
    s->prompt.pass = 1;
    if ((c->uses_fpu || c->divides || s->mpu.fetches) && careful_wants(s, c)) return false;
    if (!passes && prompt_wants(s, c)) {
        s->prompt.code = c;
        return false;
    }
    if (!s->part && takeover_wants(s, c)) return false;
    run_open(s, c);
    if (s->options.gdb) gdb_block(s->options.gdb, c);
    return true;
}

static bool on_insn(void *context, uint32_t pc)
{
    struct sim *s = context;
    return gdb_insn(s->options.gdb, s, pc);
}

static bool on_trap(void *context, enum machine_trap trap)
{
    struct sim *s = context;
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    switch (trap) {
    case TRAP_SVC:
        if (nvic_priority(&s->nvic, EXC_SVC) < nvic_level(s))
            nvic_pend(s, EXC_SVC, true);
        else
            fault_svc(s);
        return !s->ended;
    case TRAP_BKPT: {
        uint16_t insn = 0;
        machine_read(s->machine, pc, &insn, sizeof insn);
        if (insn == 0xbeab) {
            semihost_call(s);
            machine_set_reg(s->machine, MREG_PC, pc + 2);
        } else if (s->options.gdb && gdb_attached(s->options.gdb)) {
            gdb_breakpoint_insn(s->options.gdb);
            return false;
        } else {
            fault_breakpoint(s);
        }
        return !s->ended;
    }
    case TRAP_EXC_RETURN:
        exceptions_return(s, pc | 1U);
        break;
    }
    return !s->ended;
}

/* System registers are for privileged code, but for the ITM's. */
static bool forbidden(struct sim *s, uint32_t addr, unsigned size, enum bad_access kind)
{
    if (addr < 0xe0001000U || core_privileged(s)) return false;
    machine_deny(s->machine, kind, addr, size, DENIED_UNPRIVILEGED);
    return true;
}

static uint32_t on_io_read(void *context, uint32_t addr, unsigned size)
{
    struct sim *s = context;
    if (forbidden(s, addr, size, BAD_READ)) return 0;
    if (bitband_has(s, addr)) {
        uint32_t value = 0;
        s->spin.io = s->stuck.disturbed = true;
        if (!bitband_read(s, addr, &value)) machine_deny(s->machine, BAD_READ, addr, size, 0);
        return value;
    }
    const struct device *d = bus_find(&s->bus, addr);
    s->spin.io |= d && d->ops->clockwork;
    s->stuck.disturbed |= d && d->ops->clockwork;
    s->spin.polled = addr;
    return bus_read(&s->bus, addr, size);
}

static void on_io_write(void *context, uint32_t addr, unsigned size, uint32_t value)
{
    struct sim *s = context;
    if (prompt_made(s) || forbidden(s, addr, size, BAD_WRITE)) return;
    s->spin.io = s->stuck.disturbed = true;
    if (!bitband_has(s, addr)) {
        bus_write(&s->bus, addr, size, value);
    } else if (!bitband_write(s, addr, value)) {
        machine_deny(s->machine, BAD_WRITE, addr, size, 0);
        return;
    }
    prompt_store(s, addr, size);
}

/* An access that the executor would let pass and silicon does not. Unaligned ones to Device
 * memory are UNPREDICTABLE (ARMv7-M ARM A3.5.7): the Cortex-M7 faults, the Cortex-M4's bus
 * interface makes several of them. */
static int on_check(void *context, uint32_t addr, unsigned size, bool write)
{
    struct sim *s = context;
    if (s->guard & GUARD_ALL && !mpu_allows_all(s, addr, size, write ? MPU_WRITE : MPU_READ))
        return DENIED_MPU;
    if (!(addr & (size > 4 ? 3 : size - 1))) return 0;
    if (s->nvic.ccr & CCR_UNALIGN_TRP) return DENIED_TRAPPED;
    if (s->board->core == CORE_CORTEX_M7 && chip_is_device(&s->chip, addr))
        return DENIED_DEVICE;
    if (size < 4 || !(addr & 3U)) return 0;
    const struct machine_fault f = {.kind = write ? BAD_WRITE : BAD_READ,
                                    .why = DENIED_UNALIGNED,
                                    .addr = addr,
                                    .size = size};
    struct precise p = precise_find(s, &f);
    return p.insn && insn_is_strict(p.insn) ? DENIED_UNALIGNED : 0;
}

struct machine_calls run_calls(const struct sim_options *o)
{
    return (struct machine_calls){
        .block = on_block,
        .insn = o->gdb ? on_insn : NULL,
        .trap = on_trap,
        .check = on_check,
        .io_read = on_io_read,
        .io_write = on_io_write,
    };
}
