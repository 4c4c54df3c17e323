/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames (ARMv7-M ARM B1.5.6), from the new stack pointer up:
 *
 *     basic     r0 r1 r2 r3 r12 lr pc xpsr
 *     extended  … s0–s15 fpscr (reserved)
 *
 * xpsr bit 9 says that a word was left out to align the frame to 8 bytes. EXC_RETURN: bit 4
 * clear = extended, bit 3 set = to Thread mode, bit 2 set = on the process stack.
 * FP registers are always stored; the cycles are those of lazy stacking (Arm: none on entry).
 */
#include "sim/exception.h"

#include <string.h>

#include "sim/state.h"

enum { BASIC_WORDS = 8, EXTENDED_WORDS = 26, XPSR_PADDED = 1 << 9 };
enum { CONTROL_SPSEL = 2, CONTROL_FPCA = 4 };
enum { RETURN_BASIC = 1 << 4, RETURN_THREAD = 1 << 3, RETURN_PSP = 1 << 2 };
/* Cortex-M4 TRM (r0p1) 3.3, "exception entry 12 cycles, tail-chain 6"; the return is as long as
 * its pops. The M7 TRM gives no numbers: the same are used. PROVISIONAL. */
enum { ENTRY_CYCLES = 12, RETURN_CYCLES = 10, TAIL_CYCLES = 6 };

bool nvic_bit(const uint32_t words[EXC_WORDS], unsigned n)
{
    return words[n / 32] >> n % 32 & 1U;
}

static void set_bit(uint32_t words[EXC_WORDS], unsigned n, bool on)
{
    if (on)
        words[n / 32] |= 1U << n % 32;
    else
        words[n / 32] &= ~(1U << n % 32);
}

void nvic_reset(struct nvic *v, uint32_t vtor)
{
    *v = (struct nvic){.vtor = vtor};
    v->enabled[0] = 1U << EXC_NMI | 1U << EXC_HARD_FAULT | 1U << EXC_SVC | 1U << EXC_DEBUG |
                    1U << EXC_PENDSV | 1U << EXC_SYSTICK;
}

void nvic_pend(struct sim *s, unsigned exception, bool pending)
{
    set_bit(s->nvic.pending, exception, pending);
    if (pending) sim_attention(s);
}

void nvic_line(struct sim *s, int irq, bool high)
{
    if (irq < 0 || irq >= EXC_COUNT - EXC_IRQ0) return;
    unsigned n = EXC_IRQ0 + (unsigned)irq;
    bool was = nvic_bit(s->nvic.line, n);
    set_bit(s->nvic.line, n, high);
    if (high && !was) nvic_pend(s, n, true);
}

void nvic_enable(struct sim *s, unsigned exception, bool on)
{
    set_bit(s->nvic.enabled, exception, on);
    sim_attention(s);
}

static int group_priority(const struct nvic *v, unsigned n)
{
    if (n == EXC_NMI) return -2;
    if (n == EXC_HARD_FAULT) return -1;
    return v->priority[n] >> (v->group_bits + 1) << (v->group_bits + 1);
}

/* The most urgent active exception: what a pending one must beat when nothing is masked. */
static int active_priority(const struct nvic *v)
{
    int level = 256;
    for (unsigned w = 0; w < EXC_WORDS; w++)
        for (uint32_t bits = v->active[w]; bits; bits &= bits - 1) {
            int p = group_priority(v, w * 32 + (unsigned)__builtin_ctz(bits));
            if (p < level) level = p;
        }
    return level;
}

/* … and with the masks. wake: PRIMASK does not count. */
static int execution_priority(const struct sim *s, bool wake)
{
    const struct nvic *v = &s->nvic;
    int level = active_priority(v);
    uint32_t basepri = machine_reg(s->machine, MREG_BASEPRI) & 0xffU;
    if (basepri) {
        int p = (int)(basepri >> (v->group_bits + 1) << (v->group_bits + 1));
        if (p < level) level = p;
    }
    if (!wake && machine_reg(s->machine, MREG_PRIMASK) & 1U && level > 0) level = 0;
    if (machine_reg(s->machine, MREG_FAULTMASK) & 1U && level > -1) level = -1;
    return level;
}

/* The most urgent pending exception, or 0. */
static unsigned first_pending(const struct nvic *v, int *priority)
{
    unsigned best = 0;
    for (unsigned w = 0; w < EXC_WORDS; w++)
        for (uint32_t bits = v->pending[w] & v->enabled[w]; bits; bits &= bits - 1) {
            unsigned n = w * 32 + (unsigned)__builtin_ctz(bits);
            int p = group_priority(v, n);
            if (!best || p < *priority ||
                (p == *priority && v->priority[n] < v->priority[best])) {
                best = n;
                *priority = p;
            }
        }
    return best;
}

unsigned nvic_next(const struct sim *s, bool wake)
{
    int priority = 0;
    unsigned best = first_pending(&s->nvic, &priority);
    return best && priority < execution_priority(s, wake) ? best : 0;
}

bool nvic_waiting(const struct sim *s)
{
    int priority = 0;
    return first_pending(&s->nvic, &priority) && priority < active_priority(&s->nvic);
}

unsigned nvic_active(const struct sim *s)
{
    return machine_reg(s->machine, MREG_IPSR) & 0x1ffU;
}

/* The handler's address; 0 with the run ended when the table does not hold one. */
static uint32_t vector(struct sim *s, unsigned n)
{
    uint32_t addr = s->nvic.vtor + n * 4, target = 0;
    if (!machine_read(s->machine, addr, &target, sizeof target)) {
        sim_end(s, SIM_FAULT, addr, "exception %u: the vector table is not in memory", n);
        return 0;
    }
    if (!(target & 1U)) {
        sim_end(s, SIM_FAULT, target,
                "exception %u: its vector 0x%08x has no Thumb bit: no handler?", n, target);
        return 0;
    }
    return target & ~1U;
}

/* The core goes to the handler of n; registers of the interrupted code are on the stack. */
static void go_to_handler(struct sim *s, unsigned n, uint32_t exc_return, uint32_t target)
{
    struct machine *m = s->machine;
    set_bit(s->nvic.pending, n, false);
    set_bit(s->nvic.active, n, true);
    machine_set_reg(m, MREG_IPSR, n);
    machine_set_reg(m, MREG_LR, exc_return);
    machine_set_reg(m, MREG_PC, target);
    s->nvic.event = true;
}

static bool push_frame(struct sim *s, uint32_t control, uint32_t *exc_return)
{
    struct machine *m = s->machine;
    uint32_t frame[EXTENDED_WORDS] = {0};
    bool extended = control & CONTROL_FPCA;
    bool handler = nvic_active(s) != 0;
    uint32_t sp = machine_reg(m, MREG_SP);
    uint32_t bytes = (extended ? EXTENDED_WORDS : BASIC_WORDS) * 4U;
    uint32_t to = (sp - bytes) & ~7U;
    static const enum machine_reg order[] = {MREG_R0,  MREG_R1, MREG_R2, MREG_R3,
                                             MREG_R12, MREG_LR, MREG_PC, MREG_XPSR};
    for (unsigned i = 0; i < BASIC_WORDS; i++)
        frame[i] = machine_reg(m, order[i]);
    if (to != sp - bytes) frame[7] |= XPSR_PADDED;
    if (extended) {
        for (unsigned i = 0; i < 16; i++)
            frame[8 + i] = machine_reg(m, (enum machine_reg)(MREG_S0 + i));
        frame[24] = machine_reg(m, MREG_FPSCR);
    }
    const struct span_host *span = memory_span(&s->memory, to);
    if (!span || span->region->kind != REGION_RAM || !machine_write(m, to, frame, bytes)) {
        char where[96];
        memory_describe(&s->memory, to, where, sizeof where);
        sim_end(s, SIM_FAULT, to,
                "exception entry: the frame cannot be stored at %s: stack overflow?", where);
        return false;
    }
    memory_touch(&s->memory, to, bytes);
    *exc_return = 0xffffffe1U | (extended ? 0U : RETURN_BASIC);
    if (!handler) *exc_return |= RETURN_THREAD | (control & CONTROL_SPSEL ? RETURN_PSP : 0U);
    machine_set_reg(m, MREG_SP, to);
    if (!(*exc_return & RETURN_PSP)) trace_stack_pointer(&s->trace, to);
    return true;
}

bool exceptions_take(struct sim *s)
{
    unsigned n = nvic_next(s, false);
    if (!n) return false;
    uint32_t target = vector(s, n), exc_return;
    uint32_t control = machine_reg(s->machine, MREG_CONTROL);
    if (!target || !push_frame(s, control, &exc_return)) return false;
    uint32_t frame = machine_reg(s->machine, MREG_SP);
    go_to_handler(s, n, exc_return, target);
    machine_set_reg(s->machine, MREG_CONTROL, control & ~(uint32_t)CONTROL_FPCA);
    sim_charge(s, CAUSE_EXCEPTION, ENTRY_CYCLES);
    stack_exception(&s->trace, n, frame);
    return true;
}

static bool pop_frame(struct sim *s, uint32_t exc_return)
{
    struct machine *m = s->machine;
    bool thread = exc_return & RETURN_THREAD, psp = exc_return & RETURN_PSP;
    bool extended = !(exc_return & RETURN_BASIC);
    uint32_t frame[EXTENDED_WORDS] = {0};
    uint32_t from = machine_reg(m, psp ? MREG_PSP : MREG_MSP);
    uint32_t bytes = (extended ? EXTENDED_WORDS : BASIC_WORDS) * 4U;
    if (!machine_read(m, from, frame, bytes)) {
        char where[96];
        memory_describe(&s->memory, from, where, sizeof where);
        sim_end(s, SIM_FAULT, from, "exception return: no frame at %s: stack pointer lost?",
                where);
        return false;
    }
    uint32_t xpsr = frame[7], to = from + bytes + (xpsr & XPSR_PADDED ? 4U : 0U);
    if (thread != ((xpsr & 0x1ffU) == 0) || !(xpsr & 1U << 24)) {
        sim_end(s, SIM_FAULT, from,
                "exception return 0x%08x: the frame's xPSR 0x%08x does not fit: stack damaged?",
                exc_return, xpsr);
        return false;
    }
    machine_set_reg(m, MREG_IPSR, xpsr & 0x1ffU);
    if (thread)
        machine_set_reg(m, MREG_CONTROL,
                        (machine_reg(m, MREG_CONTROL) & 1U) | (psp ? CONTROL_SPSEL : 0U) |
                            (extended ? CONTROL_FPCA : 0U));
    else if (extended)
        machine_set_reg(m, MREG_CONTROL, machine_reg(m, MREG_CONTROL) | CONTROL_FPCA);
    machine_set_reg(m, MREG_SP, to);
    static const enum machine_reg order[] = {MREG_R0,  MREG_R1, MREG_R2, MREG_R3,
                                             MREG_R12, MREG_LR, MREG_PC};
    for (unsigned i = 0; i < BASIC_WORDS - 1; i++)
        machine_set_reg(m, order[i], frame[i]);
    machine_set_reg(m, MREG_XPSR, xpsr & ~(uint32_t)XPSR_PADDED);
    if (extended) {
        for (unsigned i = 0; i < 16; i++)
            machine_set_reg(m, (enum machine_reg)(MREG_S0 + i), frame[8 + i]);
        machine_set_reg(m, MREG_FPSCR, frame[24]);
    }
    return true;
}

void exceptions_return(struct sim *s, uint32_t exc_return)
{
    unsigned n = nvic_active(s);
    if (!n || !nvic_bit(s->nvic.active, n) ||
        (exc_return & RETURN_PSP && !(exc_return & RETURN_THREAD))) {
        sim_end(s, SIM_FAULT, exc_return, "bad exception return 0x%08x%s", exc_return,
                n ? "" : ": no exception is active");
        return;
    }
    set_bit(s->nvic.active, n, false);
    if (n != EXC_NMI) machine_set_reg(s->machine, MREG_FAULTMASK, 0);
    if (nvic_bit(s->nvic.line, n)) /* the line is still high */
        set_bit(s->nvic.pending, n, true);
    /* Does another one go first? Compared with what is below in the stack. */
    unsigned next = nvic_next(s, false);
    uint32_t target = next ? vector(s, next) : 0;
    uint32_t frame = machine_reg(s->machine, exc_return & RETURN_PSP ? MREG_PSP : MREG_MSP);
    if (target) {
        sim_finish_block(s, target);
        go_to_handler(s, next, exc_return, target);
        sim_charge(s, CAUSE_EXCEPTION, TAIL_CYCLES);
        stack_exception_chain(&s->trace, next);
    } else if (!s->ended && pop_frame(s, exc_return)) {
        sim_finish_block(s, machine_reg(s->machine, MREG_PC));
        sim_charge(s, CAUSE_EXCEPTION, RETURN_CYCLES);
        stack_exception_return(&s->trace, frame, machine_reg(s->machine, MREG_PC));
        sim_attention(s); /* what a mask held back may have to be watched again */
    }
}
