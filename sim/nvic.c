/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which exception is pending, which may run: priorities and masks (ARMv7-M ARM B1.5.4).
 */
#include <stdio.h>

#include "sim/exception.h"
#include "sim/state.h"

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
    *v = (struct nvic){.vtor = vtor, .ccr = CCR_STKALIGN, .fp_auto = true, .fp_lazy = true};
    v->enabled[0] = 1U << EXC_NMI | 1U << EXC_HARD_FAULT | 1U << EXC_SVC | 1U << EXC_DEBUG |
                    1U << EXC_PENDSV | 1U << EXC_SYSTICK;
}

void nvic_pend(struct sim *s, unsigned exception, bool pending)
{
    struct nvic *v = &s->nvic;
    if (pending && v->scr & SCR_SEVONPEND && !nvic_bit(v->pending, exception)) v->event = true;
    set_bit(v->pending, exception, pending);
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

int nvic_priority(const struct nvic *v, unsigned n)
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
            int p = nvic_priority(v, w * 32 + (unsigned)__builtin_ctz(bits));
            if (p < level) level = p;
        }
    return level;
}

/* … and with the masks. */
static int level(const struct sim *s, bool primask)
{
    const struct nvic *v = &s->nvic;
    int l = active_priority(v);
    uint32_t basepri = machine_reg(s->machine, MREG_BASEPRI) & 0xffU;
    if (basepri) {
        int p = (int)(basepri >> (v->group_bits + 1) << (v->group_bits + 1));
        if (p < l) l = p;
    }
    if (primask && machine_reg(s->machine, MREG_PRIMASK) & 1U && l > 0) l = 0;
    if (machine_reg(s->machine, MREG_FAULTMASK) & 1U && l > -1) l = -1;
    return l;
}

int nvic_level(const struct sim *s)
{
    return level(s, true);
}

/* The most urgent pending exception, or 0. */
static unsigned first_pending(const struct nvic *v, int *priority)
{
    unsigned best = 0;
    for (unsigned w = 0; w < EXC_WORDS; w++)
        for (uint32_t bits = v->pending[w] & v->enabled[w]; bits; bits &= bits - 1) {
            unsigned n = w * 32 + (unsigned)__builtin_ctz(bits);
            int p = nvic_priority(v, n);
            if (!best || p < *priority ||
                (p == *priority && v->priority[n] < v->priority[best])) {
                best = n;
                *priority = p;
            }
        }
    return best;
}

unsigned nvic_next(const struct sim *s)
{
    int priority = 0;
    unsigned best = first_pending(&s->nvic, &priority);
    return best && priority < level(s, true) ? best : 0;
}

bool nvic_wakes(const struct sim *s)
{
    int priority = 0;
    unsigned best = first_pending(&s->nvic, &priority);
    return best && priority < level(s, false);
}

bool nvic_waiting(const struct sim *s)
{
    int priority = 0;
    return first_pending(&s->nvic, &priority) && priority < active_priority(&s->nvic);
}

bool nvic_listens(const struct sim *s)
{
    const struct nvic *v = &s->nvic;
    uint32_t any = v->enabled[0] >> EXC_IRQ0;
    for (unsigned w = 1; w < EXC_WORDS; w++)
        any |= v->enabled[w];
    return any || v->ticks;
}

unsigned nvic_active(const struct sim *s)
{
    return machine_reg(s->machine, MREG_IPSR) & 0x1ffU;
}

bool core_privileged(const struct sim *s)
{
    return nvic_active(s) || !(machine_reg(s->machine, MREG_CONTROL) & CONTROL_NPRIV);
}

const char *exception_name(unsigned n, char out[16])
{
    static const char *const names[EXC_IRQ0] = {
        [EXC_RESET] = "Reset",
        [EXC_NMI] = "NMI",
        [EXC_HARD_FAULT] = "HardFault",
        [EXC_MEM_MANAGE] = "MemManage",
        [EXC_BUS_FAULT] = "BusFault",
        [EXC_USAGE_FAULT] = "UsageFault",
        [EXC_SVC] = "SVC",
        [EXC_DEBUG] = "DebugMonitor",
        [EXC_PENDSV] = "PendSV",
        [EXC_SYSTICK] = "SysTick",
    };
    if (n < EXC_IRQ0 && names[n]) return names[n];
    snprintf(out, 16, n < EXC_IRQ0 ? "exception %u" : "interrupt %u",
             n < EXC_IRQ0 ? n : n - EXC_IRQ0);
    return out;
}
