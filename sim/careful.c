/* SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sim/careful.h"

#include "sim/fault.h"
#include "sim/run.h"
#include "sim/state.h"

bool careful_wants(struct sim *s, struct code *c)
{
    struct nvic *v = &s->nvic;
    if (s->allowed == c->pc) return false;
    if (s->mpu.fetches && !mpu_allows_all(s, c->pc, c->bytes, MPU_RUN)) {
        s->careful = c;
        return true;
    }
    if ((c->uses_fpu && !s->fpu_on) || c->arms || (c->divides && v->ccr & CCR_DIV_0_TRP)) {
        s->careful = c;
        return true;
    }
    if (c->uses_fpu && v->lazy) {
        exceptions_store_fp(s);
        return s->attention;
    }
    if (c->uses_fpu && v->fpdscr && !(machine_reg(s->machine, MREG_CONTROL) & CONTROL_FPCA)) {
        exceptions_set_control(s, machine_reg(s->machine, MREG_CONTROL) | CONTROL_FPCA);
        machine_set_reg(s->machine, MREG_FPSCR, v->fpdscr);
        return s->attention = true; /* code that resets FPSCR was chosen already */
    }
    return false;
}

/* Does the condition of the instruction at PC hold? Outside an IT block it always does. */
static bool condition_holds(struct sim *s)
{
    unsigned cond = run_itstate(s) >> 4;
    uint32_t x = machine_reg(s->machine, MREG_XPSR);
    bool n = x >> 31, z = x >> 30 & 1U, c = x >> 29 & 1U, v = x >> 28 & 1U, holds = true;
    if (!(run_itstate(s) & 15U)) return true;
    switch (cond >> 1) {
    case 0:
        holds = z;
        break;
    case 1:
        holds = c;
        break;
    case 2:
        holds = n;
        break;
    case 3:
        holds = v;
        break;
    case 4:
        holds = c && !z;
        break;
    case 5:
        holds = n == v;
        break;
    case 6:
        holds = n == v && !z;
        break;
    }
    return cond & 1U && cond < 14 ? !holds : holds;
}

/* Can the instruction, which is the next one, fault by itself? Then raises the fault that it
 * makes, if any. */
static bool decide(struct sim *s, const struct insn *i, uint32_t pc)
{
    if (s->mpu.fetches && !mpu_allows_all(s, pc, i->bytes, MPU_RUN)) {
        fault_forbidden(s);
        return true;
    }
    if (!condition_holds(s)) return false;
    bool off = !s->fpu_on && insn_is_fpu(i);
    bool zero = s->nvic.ccr & CCR_DIV_0_TRP && i->kind == INSN_DIV &&
                !machine_reg(s->machine, (enum machine_reg)(i->encoding & 15U));
    if (off)
        fault_no_fpu(s);
    else if (zero)
        fault_divide(s);
    return off || zero;
}

static bool suspect(const struct sim *s, const struct insn *i, uint32_t pc, bool arms)
{
    return (!s->fpu_on && insn_is_fpu(i)) ||
           ((arms || s->nvic.ccr & CCR_DIV_0_TRP) && i->kind == INSN_DIV) ||
           (s->mpu.fetches && !mpu_allows_all(s, pc, i->bytes, MPU_RUN));
}

enum machine_end careful_run(struct sim *s)
{
    struct code *c = s->careful;
    const bool arms = c->arms;
    s->careful = NULL;
    c->arms = false;
    for (uint32_t k = 0; k < c->block->count; k++) {
        const struct insn *i = &c->block->insns[k];
        uint32_t at = c->pc + i->offset;
        if (!suspect(s, i, at, arms)) continue;
        if (i->offset) return run_part(s, c->pc, at);
        if (decide(s, i, at)) return MACHINE_STOPPED;
        s->allowed = at;
        enum machine_end end = run_part(s, at, at + i->bytes);
        s->allowed = 1;
        return end;
    }
    return MACHINE_STOPPED;
}
