/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * General-purpose timers (RM0385 chapters 23 and 25): up-counting, prescaler, auto-reload,
 * update and compare flags and interrupts, one-pulse. The count is computed from the cycles
 * since its origin; events are armed only for interrupts. Prescaler and reload are taken over
 * at the next update event that firmware or an overflow makes; here: at UG, or at once while
 * the counter stands.
 */
#include <string.h>

#include "sim/state.h"
#include "tools/base/json.h"

enum {
    CR1 = 0x00,
    DIER = 0x0c,
    SR = 0x10,
    EGR = 0x14,
    CNT = 0x24,
    PSC = 0x28,
    ARR = 0x2c,
    CCR1 = 0x34,
    LAST = 0x68,
    CEN = 1,
    URS = 4,
    OPM = 8,
    UIF = 1,
    FLAGS = 0x1f, /* update and four compares */
};

struct tim {
    uint32_t reg[LAST / 4 + 1];
    uint32_t mask;      /* 16 or 32 bits */
    uint32_t prescaler; /* in use */
    uint64_t origin;    /* the cycle of the last synchronisation … */
    uint64_t part;      /* … and how far into a tick it was, in cycles * timer_hz */
    uint32_t count;     /* then */
    struct event event;
};

static uint64_t timer_hz(const struct device *d)
{
    const char *bus = json_str(json_get(d->json, "bus"), "apb1");
    const struct chip *c = &d->sim->chip;
    return strcmp(bus, "apb2") == 0 ? c->apb2_timer_hz : c->apb1_timer_hz;
}

/* One tick in units of 1 / (CPU clock * timer clock). */
static uint64_t tick_size(const struct device *d)
{
    const struct tim *t = d->state;
    return (t->prescaler + UINT64_C(1)) * d->sim->chip.hclk_hz;
}

static void passed(struct tim *t, uint64_t ticks)
{
    uint64_t period = (t->reg[ARR / 4] & t->mask) + UINT64_C(1);
    for (unsigned i = 0; i < 4; i++) {
        uint64_t compare = t->reg[CCR1 / 4 + i] & t->mask;
        uint64_t distance =
            compare > t->count ? compare - t->count : compare + period - t->count;
        if (compare < period && distance <= ticks) t->reg[SR / 4] |= 2U << i;
    }
    if (t->count + ticks >= period) {
        t->reg[SR / 4] |= UIF;
        if (t->reg[CR1 / 4] & OPM) {
            t->reg[CR1 / 4] &= ~(uint32_t)CEN;
            t->count = 0;
            return;
        }
    }
    t->count = (uint32_t)((t->count + ticks) % period);
}

static void sync(struct device *d)
{
    struct tim *t = d->state;
    uint64_t now = sim_time(d->sim), hz = timer_hz(d), size = tick_size(d);
    uint64_t cycles = now - t->origin;
    t->origin = now;
    if (!(t->reg[CR1 / 4] & CEN) || !hz || !size) return;
    /* cycles < 2^36 and hz < 2^29: the product may need more than 64 bits */
    unsigned __int128 elapsed = (unsigned __int128)cycles * hz + t->part;
    uint64_t ticks = (uint64_t)(elapsed / size);
    t->part = (uint64_t)(elapsed % size);
    if (ticks) passed(t, ticks);
}

/* Cycles from now until `ticks` more ticks have passed. */
static uint64_t cycles_until(const struct device *d, uint64_t ticks)
{
    const struct tim *t = d->state;
    uint64_t hz = timer_hz(d);
    unsigned __int128 need = (unsigned __int128)ticks * tick_size(d) - t->part;
    return hz ? (uint64_t)((need + hz - 1) / hz) : UINT64_MAX / 2;
}

static void arm(struct device *d)
{
    struct tim *t = d->state;
    uint32_t wanted = t->reg[DIER / 4] & FLAGS;
    nvic_line(d->sim, d->irq, t->reg[SR / 4] & wanted);
    event_cancel(&d->sim->events, &t->event);
    if (!(t->reg[CR1 / 4] & CEN) || !wanted) return;
    uint64_t period = (t->reg[ARR / 4] & t->mask) + UINT64_C(1), next = UINT64_MAX;
    if (wanted & UIF) next = t->count < period ? period - t->count : 1;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t compare = t->reg[CCR1 / 4 + i] & t->mask;
        if (!(wanted & 2U << i) || compare >= period) continue;
        uint64_t distance =
            compare > t->count ? compare - t->count : compare + period - t->count;
        if (distance < next) next = distance;
    }
    if (next == UINT64_MAX) return;
    event_at(&d->sim->events, &t->event, t->origin + cycles_until(d, next));
    sim_attention(d->sim);
}

static void due(void *context)
{
    struct device *d = context;
    sync(d);
    arm(d);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct tim *t = d->state;
    t->mask = json_int(json_get(d->json, "bits"), 16) == 32 ? 0xffffffffU : 0xffffU;
    t->reg[ARR / 4] = t->mask;
    t->event = (struct event){.call = due, .context = d};
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    struct tim *t = d->state;
    if (offset > LAST) return false;
    sync(d);
    *value = offset == CNT ? t->count : t->reg[offset / 4];
    return true;
}

static void update(struct tim *t)
{
    t->count = 0;
    t->part = 0;
    t->prescaler = t->reg[PSC / 4] & 0xffffU;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    struct tim *t = d->state;
    if (offset > LAST) return false;
    sync(d);
    switch (offset) {
    case SR: /* flags are cleared by writing 0 */
        t->reg[SR / 4] &= value;
        break;
    case EGR:
        t->reg[SR / 4] |= value & 0x1eU;
        if (value & 1U) {
            update(t);
            if (!(t->reg[CR1 / 4] & URS)) t->reg[SR / 4] |= UIF;
        }
        break;
    case CNT:
        t->count = value & t->mask;
        t->part = 0;
        break;
    case PSC:
        t->reg[PSC / 4] = value & 0xffffU;
        if (!(t->reg[CR1 / 4] & CEN)) t->prescaler = value & 0xffffU;
        break;
    case ARR:
        t->reg[ARR / 4] = value & t->mask;
        break;
    default:
        t->reg[offset / 4] = value;
        break;
    }
    arm(d);
    return true;
}

/* The clock is about to change: what has passed counts at the old one. */
static void clock_changes(struct device *d, bool after)
{
    struct tim *t = d->state;
    if (!after) {
        sync(d);
        t->part = 0;
    } else {
        arm(d);
    }
}

const struct periph_ops periph_tim = {
    .kind = "tim",
    .clockwork = true,
    .state_bytes = sizeof(struct tim),
    .init = init,
    .read = read_reg,
    .write = write_reg,
    .clock_changes = clock_changes,
};
