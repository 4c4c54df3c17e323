/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SysTick (ARMv7-M ARM B3.3): counts down from LOAD, period LOAD + 1. Nothing ticks here: the
 * counter is computed from the cycle at which it next reaches zero, and an event is armed only
 * when that raises the exception.
 */
#include "sim/events.h"
#include "sim/state.h"

enum { CTRL = 0x0, LOAD = 0x4, VAL = 0x8, CALIB = 0xc };
enum { ENABLE = 1, TICKINT = 2, CLKSOURCE = 4, COUNTFLAG = 1 << 16 };

struct systick {
    uint32_t ctrl, load;
    bool flag;
    uint32_t left;    /* value while stopped */
    uint64_t zero_at; /* cycle of the next zero, while running */
    struct event event;
};

static uint64_t tick(const struct systick *t)
{
    return t->ctrl & CLKSOURCE ? 1 : 8; /* the external reference is HCLK / 8 */
}

static bool runs(const struct systick *t)
{
    return t->ctrl & ENABLE && t->load;
}

static void sync(struct device *d, uint64_t now)
{
    struct systick *t = d->state;
    uint64_t period = (t->load + UINT64_C(1)) * tick(t);
    if (!runs(t) || t->zero_at > now) return;
    t->flag = true;
    t->zero_at += ((now - t->zero_at) / period + 1) * period;
}

static void arm(struct device *d)
{
    struct systick *t = d->state;
    d->sim->nvic.ticks = runs(t) && t->ctrl & TICKINT;
    if (d->sim->nvic.ticks)
        event_at(&d->sim->events, &t->event, t->zero_at);
    else
        event_cancel(&d->sim->events, &t->event);
    sim_attention(d->sim);
}

static void zero(void *context)
{
    struct device *d = context;
    sync(d, d->sim->now);
    nvic_pend(d->sim, EXC_SYSTICK, true);
    arm(d);
}

static uint32_t value(const struct systick *t, uint64_t now)
{
    if (!runs(t)) return t->left;
    uint64_t left = (t->zero_at - now + tick(t) - 1) / tick(t);
    return left > t->load ? 0 : (uint32_t)left;
}

static void start(struct systick *t, uint64_t now)
{
    t->zero_at = now + (t->left ? t->left : t->load + UINT64_C(1)) * tick(t);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct systick *t = d->state;
    t->event = (struct event){.call = zero, .context = d, .pends = EXC_SYSTICK};
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *out)
{
    (void)size;
    struct systick *t = d->state;
    uint64_t now = sim_time(d->sim);
    sync(d, now);
    switch (offset) {
    case CTRL:
        *out = t->ctrl | (t->flag ? COUNTFLAG : 0U);
        t->flag = false;
        return true;
    case LOAD:
        *out = t->load;
        return true;
    case VAL:
        *out = value(t, now);
        return true;
    case CALIB:
        *out = 0xc0000000U; /* no reference, no calibrated value */
        return true;
    }
    return false;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t v)
{
    (void)size;
    struct systick *t = d->state;
    uint64_t now = sim_time(d->sim);
    sync(d, now);
    t->left = value(t, now);
    switch (offset) {
    case CTRL:
        t->ctrl = v & (ENABLE | TICKINT | CLKSOURCE);
        start(t, now);
        break;
    case LOAD: {
        bool ran = runs(t);
        t->load = v & 0xffffffU;
        if (!ran) start(t, now);
        break;
    }
    case VAL:
        t->left = 0;
        t->flag = false;
        start(t, now);
        break;
    default:
        return offset == CALIB;
    }
    arm(d);
    return true;
}

const struct periph_ops periph_systick = {
    .kind = "systick",
    .clockwork = true,
    .state_bytes = sizeof(struct systick),
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
