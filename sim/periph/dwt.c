/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * DWT (ARMv7-M ARM C1.8): the cycle counter, driven by our own cycle count. It counts while
 * DEMCR.TRCENA and CTRL.CYCCNTENA are set. On the M7 the unit is locked until LAR is written
 * with the key: firmware that forgets that reads a counter that stands still, as on silicon.
 */
#include "sim/state.h"

enum {
    CTRL = 0x000,
    CYCCNT = 0x004,
    COUNTERS_LAST = 0x018,
    PCSR = 0x01c,
    COMPARE_LAST = 0x05c,
    LAR = 0xfb0,
    LSR = 0xfb4,
    KEY = 0xc5acce55,
    CYCCNTENA = 1,
};

struct dwt {
    uint32_t ctrl;
    bool trace, locked;
    uint32_t count;  /* while it stands still */
    uint64_t origin; /* the cycle at which it would have been 0, while it counts */
    uint32_t other[COMPARE_LAST / 4 + 1];
};

static bool counts(const struct dwt *t)
{
    return t->trace && t->ctrl & CYCCNTENA;
}

/* Changes what decides about counting; the count goes on from where it is. */
static void change(struct device *d, bool trace, uint32_t ctrl)
{
    struct dwt *t = d->state;
    uint64_t now = sim_time(d->sim);
    if (counts(t)) t->count = (uint32_t)(now - t->origin);
    t->trace = trace;
    t->ctrl = ctrl;
    t->origin = now - t->count;
}

void dwt_trace_enable(struct sim *s, bool on)
{
    struct device *d = bus_device(&s->bus, "DWT");
    change(d, on, ((struct dwt *)d->state)->ctrl);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct dwt *t = d->state;
    t->ctrl = 0x40000000U; /* four comparators */
    t->locked = d->sim->board->core == CORE_CORTEX_M7 && !d->sim->options.dwt_open;
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *out)
{
    (void)size;
    const struct dwt *t = d->state;
    if (offset == CTRL)
        *out = t->ctrl;
    else if (offset == CYCCNT)
        *out = counts(t) ? (uint32_t)(sim_time(d->sim) - t->origin) : t->count;
    else if (offset == LSR)
        *out = d->sim->board->core == CORE_CORTEX_M7 ? 1U | (t->locked ? 2U : 0U) : 0;
    else if (offset <= COMPARE_LAST)
        *out = t->other[offset / 4];
    else
        return offset >= 0xfd0;
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t v)
{
    (void)size;
    struct dwt *t = d->state;
    if (offset == LAR) {
        t->locked = d->sim->board->core == CORE_CORTEX_M7 && v != KEY;
        if (!t->locked) d->sim->trace.dwt_refused = false;
        return true;
    }
    if (offset > COMPARE_LAST) return false;
    if (t->locked) {
        d->sim->trace.dwt_refused |= offset == CTRL && v & CYCCNTENA;
        return true;
    }
    if (offset == CTRL) {
        change(d, t->trace, (v & 0x0fffffffU) | 0x40000000U);
    } else if (offset == CYCCNT) {
        t->count = v;
        t->origin = sim_time(d->sim) - v;
    } else if (offset != PCSR) {
        t->other[offset / 4] = v;
    }
    return true;
}

const struct periph_ops periph_dwt = {
    .kind = "dwt",
    .clockwork = true,
    .state_bytes = sizeof(struct dwt),
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
