/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames (ARMv7-M ARM B1.5.6), from the new stack pointer up:
 *
 *     basic     r0 r1 r2 r3 r12 lr pc xpsr
 *     extended  … s0–s15 fpscr (reserved)
 *
 * xpsr bit 9 says that a word was left out to align the frame to 8 bytes. EXC_RETURN: bit 4
 * clear = extended, bit 3 set = to Thread mode, bit 2 set = on the process stack.
 *
 * FP registers of a frame are stored when the handler first uses the FPU (lazy stacking), or at
 * once when FPCCR.LSPEN is clear. Faults on the way (a stack without memory, a vector that is
 * none) are exceptions of their own: fault.c makes them pending, and the most urgent one wins.
 */
#include "sim/exception.h"

#include <string.h>

#include "sim/fault.h"
#include "sim/idle.h"
#include "sim/state.h"

enum { BASIC_WORDS = 8, FP_WORDS = 17, EXTENDED_WORDS = 26, XPSR_PADDED = 1 << 9 };
enum { XPSR_THUMB = 1 << 24 };
enum { RETURN_BASIC = 1 << 4, RETURN_THREAD = 1 << 3, RETURN_PSP = 1 << 2 };
/* Entry 12 cycles, tail-chain 6: Cortex-M4 TRM (r0p1) 3.3; entry on the M7 "typically 12, worst
 * case 14": Arm, "Cortex-M for Beginners". The return is as long as its pops, FP registers take
 * a cycle a word, and the M7 is as the M4 in both: PROVISIONAL. */
enum { ENTRY_CYCLES = 12, RETURN_CYCLES = 10, TAIL_CYCLES = 6, FP_CYCLES = FP_WORDS };

static void set_active(struct sim *s, unsigned n, bool on)
{
    uint32_t bit = 1U << n % 32, *word = &s->nvic.active[n / 32];
    *word = on ? *word | bit : *word & ~bit;
}

/* The executor ignores what unprivileged code writes to CONTROL, and the host is no exception:
 * a detour through Handler mode takes the bit away first. */
void exceptions_set_control(struct sim *s, uint32_t value)
{
    struct machine *m = s->machine;
    if (!core_privileged(s)) {
        machine_set_reg(m, MREG_IPSR, EXC_HARD_FAULT);
        machine_set_reg(m, MREG_CONTROL, 0);
        machine_set_reg(m, MREG_IPSR, 0);
    }
    machine_set_reg(m, MREG_CONTROL, value);
}

static bool frame_writable(struct sim *s, uint32_t addr, uint32_t bytes)
{
    const struct span_host *span = memory_span(&s->memory, addr);
    return span && span->region->kind == REGION_RAM && memory_at(&s->memory, addr, bytes);
}

static void store_fp(struct sim *s, uint32_t addr)
{
    uint32_t fp[FP_WORDS];
    for (unsigned i = 0; i < 16; i++)
        fp[i] = machine_reg(s->machine, (enum machine_reg)(MREG_S0 + i));
    fp[16] = machine_reg(s->machine, MREG_FPSCR);
    machine_write(s->machine, addr, fp, sizeof fp);
    memory_touch(&s->memory, addr, sizeof fp);
    sim_charge(s, CAUSE_EXCEPTION, FP_CYCLES);
}

void exceptions_store_fp(struct sim *s)
{
    s->nvic.lazy = false;
    bool allowed = mpu_allows_all(s, s->nvic.fpcar, FP_WORDS * 4, MPU_WRITE);
    if (allowed && frame_writable(s, s->nvic.fpcar, FP_WORDS * 4))
        store_fp(s, s->nvic.fpcar);
    else
        fault_stack(s, allowed ? FAULT_LSPERR : FAULT_MLSPERR, s->nvic.fpcar,
                    "FP registers of an exception's frame");
}

/* Registers of the interrupted code go onto its stack. */
static void push_frame(struct sim *s, uint32_t control, uint32_t *exc_return)
{
    struct machine *m = s->machine;
    struct nvic *v = &s->nvic;
    uint32_t frame[BASIC_WORDS];
    bool extended = control & CONTROL_FPCA && v->fp_auto;
    bool handler = nvic_active(s) != 0;
    uint32_t sp = machine_reg(m, MREG_SP);
    uint32_t bytes = (extended ? EXTENDED_WORDS : BASIC_WORDS) * 4U;
    bool align = extended || v->ccr & CCR_STKALIGN;
    uint32_t to = (sp - bytes) & ~(align ? 7U : 3U);
    static const enum machine_reg order[] = {MREG_R0,  MREG_R1, MREG_R2, MREG_R3,
                                             MREG_R12, MREG_LR, MREG_PC, MREG_XPSR};
    for (unsigned i = 0; i < BASIC_WORDS; i++)
        frame[i] = machine_reg(m, order[i]);
    frame[7] &= ~(uint32_t)(XPSR_PADDED | (v->no_thumb ? XPSR_THUMB : 0));
    v->no_thumb = false;
    if (align && sp & 4U) frame[7] |= XPSR_PADDED;
    *exc_return = 0xffffffe1U | (extended ? 0U : RETURN_BASIC);
    if (!handler) *exc_return |= RETURN_THREAD | (control & CONTROL_SPSEL ? RETURN_PSP : 0U);
    machine_set_reg(m, MREG_SP, to);
    bool allowed = mpu_allows_all(s, to, bytes, MPU_WRITE);
    if (!allowed || !frame_writable(s, to, bytes)) {
        fault_stack(s, allowed ? FAULT_STKERR : FAULT_MSTKERR, to,
                    "exception entry: the frame");
        return;
    }
    machine_write(m, to, frame, sizeof frame);
    memory_touch(&s->memory, to, bytes);
    if (extended) {
        v->fpcar = to + BASIC_WORDS * 4;
        v->lazy = v->fp_lazy;
        if (!v->lazy) store_fp(s, v->fpcar);
    }
    if (!(*exc_return & RETURN_PSP)) trace_stack_pointer(&s->trace, to);
}

/* The core goes to the handler of n; registers of the interrupted code are on the stack, at
 * `frame`, or at an earlier exception's when that is 0. */
static void enter(struct sim *s, unsigned n, uint32_t exc_return, uint32_t frame)
{
    s->stuck.disturbed = true;
    struct machine *m = s->machine;
    uint32_t entry = s->nvic.vtor + n * 4, target = 0;
    nvic_pend(s, n, false);
    if (!memory_read(&s->memory, entry, sizeof target, (uint8_t *)&target)) {
        fault_vector(s, n, entry);
        n = nvic_next(s);
        if (s->ended || !n) return;
        nvic_pend(s, n, false);
        memory_read(&s->memory, s->nvic.vtor + n * 4, sizeof target, (uint8_t *)&target);
    }
    set_active(s, n, true);
    s->nvic.event = true;
    machine_set_reg(m, MREG_IPSR, n);
    machine_set_reg(m, MREG_LR, exc_return);
    machine_set_reg(m, MREG_PC, target & ~1U);
    mpu_guard(s);
    if (frame)
        stack_exception(&s->trace, n, frame);
    else
        stack_exception_chain(&s->trace, n);
    if (!(target & 1U)) fault_no_handler(s, n, target);
}

bool exceptions_take(struct sim *s)
{
    uint32_t exc_return;
    if (s->ended || !nvic_next(s)) return false;
    uint32_t control = machine_reg(s->machine, MREG_CONTROL);
    push_frame(s, control, &exc_return);
    if (s->ended) return false;
    uint32_t frame = machine_reg(s->machine, MREG_SP);
    exceptions_set_control(s, control & CONTROL_NPRIV);
    sim_charge(s, CAUSE_EXCEPTION, ENTRY_CYCLES);
    /* What became pending meanwhile and is more urgent arrives late and goes first. */
    events_run(&s->events, s->now);
    unsigned n = nvic_next(s);
    if (!s->ended && n) enter(s, n, exc_return, frame);
    return !s->ended;
}

/* Another handler follows the one that ended, on the same frame. */
static void tail_chain(struct sim *s, uint32_t exc_return)
{
    if (s->ended || !nvic_next(s)) return;
    sim_charge(s, CAUSE_EXCEPTION, TAIL_CYCLES);
    events_run(&s->events, s->now);
    unsigned n = nvic_next(s);
    if (!s->ended && n) enter(s, n, exc_return, 0);
}

/* The frame at `from` back into the registers. */
static void restore(struct sim *s, uint32_t exc_return, const uint32_t *frame)
{
    struct machine *m = s->machine;
    bool thread = exc_return & RETURN_THREAD, psp = exc_return & RETURN_PSP;
    bool extended = !(exc_return & RETURN_BASIC);
    uint32_t xpsr = frame[7], control = machine_reg(m, MREG_CONTROL) & CONTROL_NPRIV;
    machine_set_reg(m, MREG_IPSR, xpsr & 0x1ffU);
    if (thread && psp) control |= CONTROL_SPSEL;
    exceptions_set_control(s, control | (extended ? CONTROL_FPCA : 0U));
    static const enum machine_reg order[] = {MREG_R0,  MREG_R1, MREG_R2, MREG_R3,
                                             MREG_R12, MREG_LR, MREG_PC};
    for (unsigned i = 0; i < BASIC_WORDS - 1; i++)
        machine_set_reg(m, order[i], frame[i]);
    machine_set_reg(m, MREG_XPSR, (xpsr & ~(uint32_t)XPSR_PADDED) | XPSR_THUMB);
    if (extended && !s->nvic.lazy) {
        for (unsigned i = 0; i < 16; i++)
            machine_set_reg(m, (enum machine_reg)(MREG_S0 + i), frame[8 + i]);
        machine_set_reg(m, MREG_FPSCR, frame[24]);
        sim_charge(s, CAUSE_EXCEPTION, FP_CYCLES);
    }
    if (extended) s->nvic.lazy = false;
}

static void pop_frame(struct sim *s, uint32_t exc_return)
{
    bool thread = exc_return & RETURN_THREAD;
    enum machine_reg stack = exc_return & RETURN_PSP ? MREG_PSP : MREG_MSP;
    uint32_t words = exc_return & RETURN_BASIC ? BASIC_WORDS : EXTENDED_WORDS;
    uint32_t frame[EXTENDED_WORDS] = {0}, from = machine_reg(s->machine, stack);
    uint32_t bytes = words * 4U;
    if (thread) s->mpu.privileged = !(machine_reg(s->machine, MREG_CONTROL) & CONTROL_NPRIV);
    bool allowed = mpu_allows_all(s, from, bytes, MPU_READ);
    if (!allowed || !memory_read(&s->memory, from, bytes, (uint8_t *)frame)) {
        fault_stack(s, allowed ? FAULT_UNSTKERR : FAULT_MUNSTKERR, from,
                    "exception return: the frame");
        tail_chain(s, exc_return);
        return;
    }
    uint32_t xpsr = frame[7];
    if (thread != ((xpsr & 0x1ffU) == 0)) {
        fault_return(s, exc_return, "the frame's xPSR 0x%08x does not fit: stack damaged?",
                     xpsr);
        tail_chain(s, 0xf0000000U | (exc_return & 0x0fffffffU));
        return;
    }
    sim_charge(s, CAUSE_EXCEPTION, RETURN_CYCLES);
    machine_set_reg(s->machine, stack, from + bytes + (xpsr & XPSR_PADDED ? 4U : 0U));
    restore(s, exc_return, frame);
    mpu_guard(s);
    stack_exception_return(&s->trace, from, machine_reg(s->machine, MREG_PC));
    fault_returned(s, frame[6] & ~1U);
    s->nvic.event = true;
    sim_attention(s); /* what a mask held back may have to be watched again */
    if (!(xpsr & XPSR_THUMB)) fault_state(s, frame[6], "an exception's return");
}

static unsigned active_count(const struct nvic *v)
{
    unsigned n = 0;
    for (unsigned w = 0; w < EXC_WORDS; w++)
        n += (unsigned)__builtin_popcount(v->active[w]);
    return n;
}

/* Where the core goes on: the next handler, or the interrupted code. */
static uint32_t goes_on(struct sim *s, uint32_t exc_return)
{
    unsigned next = nvic_next(s);
    enum machine_reg stack = exc_return & RETURN_PSP ? MREG_PSP : MREG_MSP;
    uint32_t from = next ? s->nvic.vtor + next * 4 : machine_reg(s->machine, stack) + 6 * 4;
    uint32_t pc = exc_return;
    memory_read(&s->memory, from, sizeof pc, (uint8_t *)&pc);
    return pc & ~1U;
}

void exceptions_return(struct sim *s, uint32_t exc_return)
{
    struct nvic *v = &s->nvic;
    unsigned n = nvic_active(s), to = exc_return & 15U;
    bool thread = exc_return & RETURN_THREAD;
    bool was_active = nvic_bit(v->active, n), nested = active_count(v) != 1;
    set_active(s, n, false);
    fault_handled(s, n);
    if (n != EXC_NMI) machine_set_reg(s->machine, MREG_FAULTMASK, 0);
    if (nvic_bit(v->line, n)) /* the line is still high */
        nvic_pend(s, n, true);
    sim_finish_block(s, goes_on(s, exc_return));
    if (!was_active || exc_return >> 5 != 0x7ffffffU || (to != 1 && to != 9 && to != 13) ||
        (thread && nested && !(v->ccr & CCR_NONBASETHRDENA))) {
        fault_return(s, exc_return, "%s",
                     !was_active          ? "that exception is not active"
                     : !thread || !nested ? "no such return: the link register was damaged"
                                          : "to Thread mode while another handler is active");
        tail_chain(s, 0xf0000000U | (exc_return & 0x0fffffffU));
        return;
    }
    /* Does another one go first? Compared with what is below in the stack. */
    if (!nvic_next(s) && thread && v->scr & SCR_SLEEPONEXIT) idle_on_exit(s);
    if (s->ended) return;
    if (nvic_next(s))
        tail_chain(s, exc_return);
    else
        pop_frame(s, exc_return);
}
