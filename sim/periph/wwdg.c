/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Window watchdog (RM0385 chapter 27): a counter that the firmware must set again before bit 6
 * falls, and not while it is above the window; else it resets the chip, which ends the run. One
 * step of it is 4096 << WDGTB clocks of its APB. The early-wakeup interrupt comes at 0x40.
 */
#include "sim/state.h"

enum { CR = 0x00, CFR = 0x04, SR = 0x08 };
enum { ACTIVE = 1 << 7, EWI = 1 << 9, T = 0x7f, LAST = 0x40 };

struct wwdg {
    uint32_t cr, cfr, sr;
    uint64_t since; /* the time when cr was written */
    struct event event;
};

static uint64_t step_cycles(const struct device *d)
{
    const struct wwdg *w = d->state;
    const struct chip *c = &d->sim->chip;
    uint64_t clock = c->apb1_hz ? c->apb1_hz : c->hclk_hz;
    return (UINT64_C(4096) << (w->cfr >> 7 & 3U)) * c->hclk_hz / clock;
}

static uint32_t counter(const struct device *d, uint64_t now)
{
    const struct wwdg *w = d->state;
    if (!(w->cr & ACTIVE)) return w->cr & T;
    uint64_t steps = (now - w->since) / step_cycles(d);
    return steps < (w->cr & T) ? (w->cr & T) - (uint32_t)steps : 0;
}

static void reset_chip(struct device *d, const char *why)
{
    fault_text(d->sim, SIM_EXIT_CODE, machine_reg(d->sim->machine, MREG_PC), why);
}

/* 0x40 is reached: an interrupt, and a step later the reset. */
static void step(void *context)
{
    struct device *d = context;
    struct wwdg *w = d->state;
    if (counter(d, d->sim->now) < LAST) {
        reset_chip(d, "the window watchdog (WWDG) was not refreshed in time: reset");
        return;
    }
    w->sr = 1;
    nvic_line(d->sim, d->irq, (w->cfr & EWI) != 0);
    event_at(&d->sim->events, &w->event,
             w->since + ((w->cr & T) - LAST + UINT64_C(1)) * step_cycles(d));
}

static void start(struct device *d, uint32_t value)
{
    struct wwdg *w = d->state;
    uint64_t now = sim_time(d->sim);
    if (w->cr & ACTIVE && counter(d, now) > (w->cfr & T)) {
        reset_chip(d, "the window watchdog (WWDG) was refreshed too early: reset");
        return;
    }
    w->cr = (value & T) | ((w->cr | value) & ACTIVE);
    w->since = now;
    if (!(w->cr & ACTIVE)) return;
    if ((w->cr & T) < LAST) {
        reset_chip(d, "the window watchdog (WWDG) was set below 0x40: reset");
        return;
    }
    event_at(&d->sim->events, &w->event, now + ((w->cr & T) - LAST) * step_cycles(d));
    sim_attention(d->sim);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct wwdg *w = d->state;
    w->cr = w->cfr = T;
    w->event = (struct event){.call = step, .context = d};
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    const struct wwdg *w = d->state;
    if (offset > SR) return false;
    *value = offset == CR    ? (w->cr & ACTIVE) | counter(d, sim_time(d->sim))
             : offset == CFR ? w->cfr
                             : w->sr;
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    struct wwdg *w = d->state;
    if (offset == CR) {
        start(d, value);
    } else if (offset == CFR) {
        w->cfr = value;
    } else if (offset == SR) {
        w->sr &= value;
        nvic_line(d->sim, d->irq, w->sr && w->cfr & EWI);
    }
    return offset <= SR;
}

const struct periph_ops periph_wwdg = {
    .kind = "wwdg",
    .state_bytes = sizeof(struct wwdg),
    .clockwork = true,
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
