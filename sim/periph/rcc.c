/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The common part of the RCCs. Oscillators and PLLs are ready at once: how long a crystal takes
 * to start is no property of the firmware.
 */
#include "sim/periph/rcc.h"

#include "sim/state.h"
#include "tools/base/json.h"

uint32_t rcc_hse_hz(const struct device *d)
{
    const struct json *j = json_get(d->sim->board->json, "hse_hz");
    int64_t hz = json_is_object(j) ? json_int(json_get(j, "value"), 0) : json_int(j, 0);
    return hz > 0 && hz <= 50000000 ? (uint32_t)hz : 8000000;
}

uint32_t rcc_ahb_divider(uint32_t code)
{
    static const uint16_t dividers[8] = {2, 4, 8, 16, 64, 128, 256, 512};
    return code & 8U ? dividers[code & 7U] : 1;
}

uint32_t rcc_apb_divider(uint32_t code)
{
    return code & 4U ? 2U << (code & 3U) : 1;
}

uint32_t rcc_timer_hz(uint32_t ahb_hz, uint32_t apb_divider)
{
    return apb_divider == 1 ? ahb_hz : ahb_hz / apb_divider * 2;
}

static void update(struct device *d)
{
    const struct rcc_family *f = ((struct rcc *)d->state)->family;
    struct chip *c = &d->sim->chip, next = *c;
    regs_follow(d, f->follows, f->follow_count);
    uint32_t *cfgr = regs_at(d, f->cfgr), mask = (1U << f->sw_bits) - 1;
    *cfgr = (*cfgr & ~(mask << f->sws_shift)) | (*cfgr & mask) << f->sws_shift;
    f->clocks(d, &next);
    if (next.hclk_hz == 0) return; /* a PLL that divides by nothing: stays where it was */
    if (next.hclk_hz == c->hclk_hz && next.axi_divider == c->axi_divider &&
        next.apb1_hz == c->apb1_hz && next.apb2_hz == c->apb2_hz &&
        next.apb1_timer_hz == c->apb1_timer_hz && next.apb2_timer_hz == c->apb2_timer_hz)
        return;
    bus_clock_changes(&d->sim->bus, false);
    next.generation++;
    *c = next;
    bus_clock_changes(&d->sim->bus, true);
}

void rcc_init(struct device *d, const struct rcc_family *f)
{
    ((struct rcc *)d->state)->family = f;
    regs_reset(d, f->resets, f->reset_count);
    update(d);
}

bool rcc_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    if (!regs_write(d, offset, size, value)) return false;
    update(d);
    return true;
}

uint32_t rcc_pixel_hz(struct sim *s)
{
    struct device *d = bus_device(&s->bus, "RCC");
    if (!d || d->ops->write != rcc_write) return 0;
    const struct rcc_family *f = ((struct rcc *)d->state)->family;
    return f->pixel_hz ? f->pixel_hz(d) : 0;
}
