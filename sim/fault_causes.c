/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each thing that the core can find wrong: what happened, in words, and which fault it is. The
 * block that runs is charged up to the instruction that failed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/fault_text.h"
#include "sim/precise.h"
#include "sim/state.h"

enum { BFARVALID = 1 << 15 };

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

/* CCR.BFHFNMIGN: HardFault, NMI and FAULTMASK go on behind the access; its register stays. */
static void ignore(struct sim *s, const struct precise *p, uint32_t addr)
{
    fault_bits(FAULT_PRECISERR, &s->faults);
    s->faults.cfsr |= BFARVALID;
    s->faults.bfar = addr;
    machine_set_reg(s->machine, MREG_PC, p->pc + p->insn->bytes);
    precise_set_itstate(s, precise_next_itstate(p->itstate));
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
    case DENIED_DEVICE:
        kind = FAULT_UNALIGNED;
        buf_printf(&b, "unaligned %u-byte access to Device memory at %s", f->size, where);
        break;
    case DENIED_UNPRIVILEGED:
        buf_printf(&b, "unprivileged access to %s", where);
        break;
    case DENIED_MPU:
        kind = FAULT_DACCVIOL;
        buf_printf(&b, "%u-byte %s %s, which the MPU forbids", f->size,
                   f->kind == BAD_WRITE ? "store to" : "load from", where);
        break;
    case DENIED_PROMPT: /* never wrong */
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
                   : f->why == DENIED_TRAPPED ? "CCR.UNALIGN_TRP is set"
                   : f->why == DENIED_DEVICE
                       ? "a Cortex-M7 wants registers, backup SRAM, and SDRAM "
                         "unless an MPU region makes it Normal, aligned; "
                         "memcpy does not care"
                   : f->why == DENIED_UNPRIVILEGED ? "CONTROL.nPRIV is set: system registers "
                                                     "are for privileged code"
                   : f->why                        ? NULL
                                                   : fault_likely_access(s, f));
    precise_cut(s, p.pc, p.accesses);
    if (kind == FAULT_PRECISERR && p.insn && s->nvic.ccr & CCR_BFHFNMIGN && nvic_level(s) < 0) {
        ignore(s, &p, f->addr);
        buf_done(&b);
        return;
    }
    precise_set_itstate(s, p.itstate);
    fault_raise(s, kind, p.pc, kind == FAULT_UNALIGNED ? NULL : &f->addr, &b);
}

void fault_fetch(struct sim *s, uint32_t pc)
{
    char where[96], place[160];
    struct buf b = {0};
    bool never = (pc >= 0x40000000U && pc < 0x60000000U) || pc >= 0xa0000000U;
    memory_describe(&s->memory, pc, where, sizeof where);
    if (external_may_run(s, pc)) {
        sim_end(s, SIM_REFUSED, pc,
                "code at %s, which an MPU region lets run: the simulator runs none from "
                "0xa0000000 on; SYSCFG_MEMRMP.SWP_FMC puts the SDRAM where it does",
                where);
        buf_done(&b);
        return;
    }
    buf_printf(&b, "no code there: the core was sent to %s", where);
    if (s->current) {
        fault_place(s, s->current->pc, place, sizeof place);
        buf_printf(&b, "\n  by the block at %s", place);
    }
    add_likely(&b, fault_likely_fetch(s, pc));
    sim_finish_block(s, pc);
    fault_raise(s, never ? FAULT_IACCVIOL : FAULT_IBUSERR, pc, NULL, &b);
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
    fault_raise(s, FAULT_INVSTATE, pc & ~1U, NULL, &b);
}

/* The `bx lr` behind `bl main` of ST's and others' start-up code, with the stack empty: main
 * does not keep LR. */
static bool leaves_start_up(const struct sim *s, uint32_t pc)
{
    uint32_t top = 0;
    fault_stack_top(s, &top);
    return machine_reg(s->machine, MREG_LR) == pc && !nvic_active(s) &&
           machine_reg(s->machine, MREG_SP) == (top & ~3U);
}

void fault_undefined(struct sim *s)
{
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    if (!(machine_reg(s->machine, MREG_XPSR) & 1U << 24)) {
        precise_cut(s, pc, 0);
        fault_state(s, pc,
                    leaves_start_up(s, pc)
                        ? "the end of the start-up code: main returned, nothing follows"
                        : NULL);
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
    precise_cut(s, pc, s->log.n);
    fault_raise(s, FAULT_UNDEFINSTR, pc, NULL, &b);
}

/* What happened and where the machine stands, which is the answer. */
static uint32_t at_pc(struct sim *s, const char *what, struct buf *b)
{
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    char text[160];
    struct err e;
    uint16_t code[2] = {0};
    memory_read(&s->memory, pc, sizeof code, (uint8_t *)code);
    fault_place(s, pc, text, sizeof text);
    buf_printf(b, "%s\n  at %s", what, text);
    struct block *one = block_decode((uint8_t *)code, pc, code[0] >= 0xe800 ? 4 : 2, &e);
    if (one) {
        insn_text(&one->insns[0], pc, true, text, sizeof text);
        buf_printf(b, ": %s", text);
    }
    block_free(one);
    return pc;
}

void fault_no_fpu(struct sim *s)
{
    struct buf b = {0};
    uint32_t pc = at_pc(s, "FPU instruction while the FPU is off", &b);
    add_likely(&b, "start-up code does not enable it: SCB->CPACR |= 0xf << 20");
    fault_raise(s, FAULT_NOCP, pc, NULL, &b);
}

void fault_divide(struct sim *s)
{
    struct buf b = {0};
    uint32_t pc = at_pc(s, "division by zero", &b);
    fault_raise(s, FAULT_DIVBYZERO, pc, NULL, &b);
}

void fault_forbidden(struct sim *s)
{
    struct buf b = {0};
    uint32_t pc = at_pc(s, "code that the MPU does not let run", &b);
    fault_raise(s, FAULT_IACCVIOL, pc, NULL, &b);
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
    fault_raise(s, FAULT_DEBUGEVT, pc, NULL, &b);
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
    fault_raise(s, FAULT_FORCED, pc, NULL, &b);
}

void fault_stack(struct sim *s, enum fault_kind kind, uint32_t addr, const char *what)
{
    char where[96];
    struct buf b = {0};
    bool load = kind == FAULT_UNSTKERR || kind == FAULT_MUNSTKERR;
    memory_describe(&s->memory, addr, where, sizeof where);
    buf_printf(&b, "%s cannot be %s %s", what, load ? "loaded from" : "stored at", where);
    add_likely(&b, load ? "the stack pointer was lost" : "stack overflow");
    fault_pend(s, kind, machine_reg(s->machine, MREG_PC), NULL, &b);
}

void fault_vector(struct sim *s, unsigned exception, uint32_t addr)
{
    char where[96];
    struct buf b = {0};
    memory_describe(&s->memory, addr, where, sizeof where);
    buf_printf(&b, "exception %u: the vector table is not in memory: %s", exception, where);
    fault_pend(s, FAULT_VECTTBL, machine_reg(s->machine, MREG_PC), NULL, &b);
}

void fault_no_handler(struct sim *s, unsigned exception, uint32_t pc)
{
    char name[16];
    struct buf b = {0};
    buf_printf(&b, "exception %u: its vector 0x%08x has no Thumb bit: no handler?\n  %s",
               exception, pc, exception_name(exception, name));
    s->nvic.no_thumb = true;
    fault_raise(s, FAULT_INVSTATE, pc & ~1U, NULL, &b);
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
    fault_pend(s, FAULT_INVPC, machine_reg(s->machine, MREG_PC), NULL, &b);
}
