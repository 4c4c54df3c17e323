/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A copy takes COPY_CYCLES an item: two bus accesses and the arbitration between them.
 * PROVISIONAL: the reference manuals give the phases, not a sum. Any item takes a cycle at
 * least, so that time passes whatever a firmware sets up.
 */
#include "sim/periph/dma.h"

#include <string.h>

#include "sim/state.h"

enum { COPY_CYCLES = 5 };

static bool load(struct sim *s, const struct transfer_end *e, uint32_t addr, uint32_t *value)
{
    *value = 0;
    if (memory_read(&s->memory, addr, e->bytes, (uint8_t *)value)) return true;
    if (!bus_find(&s->bus, addr)) return false;
    *value = bus_read(&s->bus, addr, e->bytes);
    return true;
}

static bool store(struct sim *s, const struct transfer_end *e, uint32_t addr, uint32_t value)
{
    const struct span_host *span = memory_span(&s->memory, addr);
    if (span) {
        memory_touch(&s->memory, addr, e->bytes);
        return span->region->kind == REGION_RAM && span->rights &&
               machine_write(s->machine, addr, &value, e->bytes);
    }
    if (!bus_find(&s->bus, addr)) return false;
    bus_write(&s->bus, addr, e->bytes, value);
    return true;
}

static uint32_t place(const struct transfer *f, const struct transfer_end *e)
{
    return e->addr + (e->steps ? (f->count - f->left) * e->bytes : 0);
}

/* Moves an item; false with the transfer at its end. */
static bool move(struct transfer *f)
{
    struct sim *s = f->dma->sim;
    uint32_t value;
    if (!load(s, &f->from, place(f, &f->from), &value) ||
        !store(s, &f->to, place(f, &f->to), value)) {
        f->on = false;
        f->tell(f, TRANSFER_ERROR);
        return false;
    }
    f->left--;
    if (f->left == f->count / 2 && f->left) f->tell(f, TRANSFER_HALF);
    if (f->left) return true;
    f->on = f->circular;
    if (f->circular) f->left = f->count;
    f->tell(f, TRANSFER_DONE);
    return f->on;
}

/* The device at the end that asks. */
static struct device *asker(const struct transfer *f, uint32_t *offset)
{
    const struct transfer_end *e = f->from.device ? &f->from : &f->to;
    struct device *d = bus_find(&f->dma->sim->bus, e->addr);
    if (d) *offset = e->addr - d->base;
    return d;
}

static bool asked(const struct transfer *f, uint64_t *wait)
{
    uint32_t offset = 0;
    struct device *d = asker(f, &offset);
    *wait = 0;
    return d && d->ops->dma && d->ops->dma(d, offset, f->to.device, wait);
}

static void schedule(struct transfer *f)
{
    uint64_t wait;
    if (!f->on || f->event.armed) return;
    if (f->copy) {
        uint32_t half = f->left > f->count / 2 ? f->left - f->count / 2 : f->left;
        wait = (uint64_t)half * COPY_CYCLES;
    } else if (!asked(f, &wait)) {
        return;
    }
    device_wake(f->dma, &f->event, wait ? wait : 1);
}

static void step(void *context)
{
    struct transfer *f = context;
    uint64_t wait;
    if (!f->on) return;
    if (f->copy) {
        uint32_t until = f->left > f->count / 2 ? f->count / 2 : 0;
        while (f->left > until && move(f) && f->left != f->count)
            ;
    } else if (asked(f, &wait)) {
        move(f);
    }
    schedule(f);
}

void dma_init(struct device *d, void (*tell)(struct transfer *f, enum transfer_news news))
{
    struct dma *dma = d->state;
    for (unsigned i = 0; i < DMA_TRANSFERS; i++)
        dma->transfer[i] =
            (struct transfer){.dma = d,
                              .index = i,
                              .tell = tell,
                              .event = {.call = step, .context = &dma->transfer[i]}};
}

void transfer_start(struct transfer *f)
{
    if (f->count == 0) return;
    f->left = f->count;
    f->on = true;
    schedule(f);
}

void transfer_stop(struct transfer *f)
{
    f->on = false;
    event_cancel(&f->dma->sim->events, &f->event);
}

void dma_request(struct sim *s, const struct device *d)
{
    for (size_t i = 0; i < s->bus.count; i++) {
        struct device *c = &s->bus.devices[i];
        if (c->ops != &periph_dma_stream && c->ops != &periph_dma_channel) continue;
        for (unsigned k = 0; k < DMA_TRANSFERS; k++) {
            struct transfer *f = &((struct dma *)c->state)->transfer[k];
            uint32_t offset;
            if (f->on && !f->copy && asker(f, &offset) == d) schedule(f);
        }
    }
}
