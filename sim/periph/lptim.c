/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Low-power timer (RM0385 chapter 25, RM0433 chapter 43): counts up to ARR with its APB's
 * clock, prescaled. Compare and overflow flags, single and continuous mode; external clocks,
 * triggers, outputs have no effect.
 */
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { ISR = 0x00, ICR = 0x04, IER = 0x08, CFGR = 0x0c, CR = 0x10, CMP = 0x14, ARR = 0x18 };
enum { CNT = 0x1c, LAST = 0x30, CMPM = 1 << 0, ARRM = 1 << 1, CMPOK = 1 << 3, ARROK = 1 << 4 };
enum { ENABLE = 1 << 0, SINGLE = 1 << 1, CONTINUOUS = 1 << 2 };

struct lptim {
    struct regs regs; /* first: regs_*() */
    bool runs;
    uint64_t since; /* the cycle at which it was 0 */
    struct event compare, overflow;
};

static uint64_t tick_cycles(struct device *d)
{
    const struct chip *c = &d->sim->chip;
    uint64_t clock = c->apb1_hz ? c->apb1_hz : c->hclk_hz;
    return (UINT64_C(1) << (*regs_at(d, CFGR) >> 9 & 7U)) * c->hclk_hz / clock;
}

static void line(struct device *d)
{
    nvic_line(d->sim, d->irq, (*regs_at(d, ISR) & *regs_at(d, IER) & 0x7fU) != 0);
}

static void arm(struct device *d)
{
    struct lptim *t = d->state;
    uint32_t arr = *regs_at(d, ARR) & 0xffffU, cmp = *regs_at(d, CMP) & 0xffffU;
    event_cancel(&d->sim->events, &t->compare);
    event_cancel(&d->sim->events, &t->overflow);
    if (!t->runs || arr == 0) return;
    uint64_t each = tick_cycles(d), now = sim_time(d->sim), turn = (arr + UINT64_C(1)) * each;
    while (t->since + turn <= now) /* ARR was made smaller */
        t->since += turn;
    event_at(&d->sim->events, &t->overflow, t->since + turn);
    if (cmp < arr && t->since + (cmp + UINT64_C(1)) * each > now)
        event_at(&d->sim->events, &t->compare, t->since + (cmp + UINT64_C(1)) * each);
    sim_attention(d->sim);
}

static void compares(void *context)
{
    struct device *d = context;
    *regs_at(d, ISR) |= CMPM;
    line(d);
}

static void overflows(void *context)
{
    struct device *d = context;
    struct lptim *t = d->state;
    *regs_at(d, ISR) |= ARRM;
    t->since = d->sim->now;
    t->runs = *regs_at(d, CR) & CONTINUOUS;
    arm(d);
    line(d);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct lptim *t = d->state;
    t->compare = (struct event){.call = compares, .context = d};
    t->overflow = (struct event){.call = overflows, .context = d};
    *regs_at(d, ARR) = 1;
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    const struct lptim *t = d->state;
    if (offset > LAST || !regs_read(d, offset, size, value)) return false;
    if (offset == CNT)
        *value =
            t->runs ? (uint32_t)((sim_time(d->sim) - t->since) / tick_cycles(d)) & 0xffffU : 0;
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    struct lptim *t = d->state;
    if (offset > LAST) return false;
    if (offset == ICR) {
        *regs_at(d, ISR) &= ~value;
    } else if (offset != ISR && offset != CNT) {
        regs_write(d, offset, size, value);
        if (offset == CMP) *regs_at(d, ISR) |= CMPOK;
        if (offset == ARR) *regs_at(d, ISR) |= ARROK;
        if (offset == CR && value & (SINGLE | CONTINUOUS) && value & ENABLE && !t->runs) {
            t->runs = true;
            t->since = sim_time(d->sim);
        }
        if (offset == CR && !(value & ENABLE)) t->runs = false;
        if (offset == CR || offset == CMP || offset == ARR) arm(d);
    }
    line(d);
    return true;
}

const struct periph_ops periph_lptim = {
    .kind = "lptim",
    .state_bytes = sizeof(struct lptim),
    .clockwork = true,
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
