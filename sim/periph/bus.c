/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Finds the device behind an address. A kind without a model makes no device: its registers
 * read 0, as those of empty addresses do, and show in the profile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/periph/periph.h"
#include "sim/state.h"
#include "tools/base/json.h"

static const struct periph_ops *const kinds[] = {
#define KIND(record) &(record),
#include "sim/periph/kinds.def"
#undef KIND
    NULL,
};

/* What every Cortex-M4 and M7 has (ARMv7-M ARM B3.1). */
static const struct {
    const char *name, *kind;
    uint32_t base, size;
} core_devices[] = {
    {"ITM", "itm", 0xe0000000U, 0x1000},       {"DWT", "dwt", 0xe0001000U, 0x1000},
    {"SYSTICK", "systick", 0xe000e010U, 0x10}, {"NVIC", "nvic", 0xe000e100U, 0xc00},
    {"SCB", "scb", 0xe000ed00U, 0x300},
};

static const struct periph_ops *ops_of(const char *kind)
{
    for (size_t i = 0; kinds[i]; i++)
        if (strcmp(kinds[i]->kind, kind) == 0) return kinds[i];
    return NULL;
}

static int by_base(const void *a, const void *b)
{
    const struct device *x = a, *y = b;
    return x->base < y->base ? -1 : x->base > y->base;
}

static void add(struct bus *b, struct device d, const char *kind)
{
    d.ops = ops_of(kind);
    if (!d.ops) return;
    d.state = xcalloc(1, d.ops->state_bytes + 1);
    b->devices[b->count++] = d;
}

static bool start(struct bus *b, struct err *e)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->devices[i].ops->init && !b->devices[i].ops->init(&b->devices[i], e))
            return err_prefix(e, "%s: %s", b->devices[i].sim->board->name, b->devices[i].name);
    return true;
}

bool bus_init(struct bus *b, struct sim *s, struct err *e)
{
    enum { CORE = sizeof core_devices / sizeof *core_devices };
    const struct board *board = s->board;
    *b = (struct bus){.devices = xcalloc(board->periph_count + CORE, sizeof(struct device))};
    for (size_t i = 0; i < CORE; i++)
        add(b,
            (struct device){.name = core_devices[i].name,
                            .base = core_devices[i].base,
                            .size = core_devices[i].size,
                            .irq = -1,
                            .sim = s},
            core_devices[i].kind);
    for (size_t i = 0; i < board->periph_count; i++) {
        const struct periph *p = &board->periphs[i];
        add(b,
            (struct device){.name = p->name,
                            .base = p->base,
                            .size = p->size,
                            .irq = p->irq,
                            .json = p->json,
                            .sim = s},
            p->kind);
    }
    qsort(b->devices, b->count, sizeof *b->devices, by_base);
    return start(b, e);
}

bool bus_reset(struct bus *b, struct err *e)
{
    for (size_t i = 0; i < b->count; i++) {
        struct device *d = &b->devices[i];
        if (d->ops->done) d->ops->done(d);
        memset(d->state, 0, d->ops->state_bytes);
    }
    return start(b, e);
}

void bus_done(struct bus *b)
{
    for (size_t i = 0; i < b->count; i++) {
        if (b->devices[i].ops->done) b->devices[i].ops->done(&b->devices[i]);
        free(b->devices[i].state);
    }
    free(b->devices);
    *b = (struct bus){0};
}

int device_irq(const struct device *d, size_t n)
{
    return (int)json_int(json_at(json_get(d->json, "irqs"), n), -1);
}

uint32_t device_apb_hz(const struct device *d)
{
    const char *bus = json_str(json_get(d->json, "bus"), "apb1");
    return strcmp(bus, "apb2") == 0 ? d->sim->chip.apb2_hz : d->sim->chip.apb1_hz;
}

void device_wake(struct device *d, struct event *ev, uint64_t cycles)
{
    event_at(&d->sim->events, ev, sim_time(d->sim) + cycles);
    sim_attention(d->sim);
}

static struct sim *sim_of(const struct bus *b)
{
    return b->devices[0].sim; /* the core's devices are always there */
}

void bus_clock_changes(struct bus *b, bool after)
{
    if (!after && b->count) {
        struct sim *s = sim_of(b);
        chronicle_clock(&s->trace);
        s->clock_ns = sim_ns(s);
        s->clock_since = s->now;
    }
    for (size_t i = 0; i < b->count; i++)
        if (b->devices[i].ops->clock_changes)
            b->devices[i].ops->clock_changes(&b->devices[i], after);
}

struct device *bus_device(const struct bus *b, const char *name)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->devices[i].name, name) == 0) return &b->devices[i];
    return NULL;
}

struct device *bus_find(struct bus *b, uint32_t addr)
{
    if (b->last && addr - b->last->base < b->last->size) return b->last;
    size_t low = 0, high = b->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (b->devices[mid].base <= addr)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == 0 || addr - b->devices[low - 1].base >= b->devices[low - 1].size) return NULL;
    return b->last = &b->devices[low - 1];
}

void bus_describe(const struct board *board, uint32_t addr, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "0x%08x", addr);
    for (size_t i = 0; i < sizeof core_devices / sizeof *core_devices; i++)
        if (addr - core_devices[i].base < core_devices[i].size)
            snprintf(out, out_bytes, "%s + 0x%02x", core_devices[i].name,
                     addr - core_devices[i].base);
    for (size_t i = 0; i < board->periph_count; i++)
        if (addr - board->periphs[i].base < board->periphs[i].size)
            snprintf(out, out_bytes, "%.32s + 0x%02x", board->periphs[i].name,
                     addr - board->periphs[i].base);
}

/* No model has the register. What a debugger reads does not end the run. */
static void unmodelled(struct sim *s, uint32_t addr, unsigned size, bool write)
{
    trace_unmodelled(&s->trace, addr, write);
    if (s->options.strict && s->current) fault_unmodelled(s, addr, size, write);
}

uint32_t bus_read(struct bus *b, uint32_t addr, unsigned size)
{
    struct device *d = bus_find(b, addr);
    uint32_t value = 0;
    if (!d) {
        unmodelled(sim_of(b), addr, size, false);
        return 0;
    }
    uint32_t offset = addr - d->base;
    bool whole = d->ops->narrow || size == 4;
    if (!d->ops->read(d, whole ? offset : offset & ~3U, whole ? size : 4, &value)) {
        unmodelled(d->sim, addr, size, false);
        return 0;
    }
    if (!whole) value = value >> (offset & 3U) * 8 & (size == 1 ? 0xffU : 0xffffU);
    return value;
}

void bus_write(struct bus *b, uint32_t addr, unsigned size, uint32_t value)
{
    struct device *d = bus_find(b, addr);
    if (!d) {
        unmodelled(sim_of(b), addr, size, true);
        return;
    }
    uint32_t offset = addr - d->base;
    unsigned asked = size;
    if (!d->ops->narrow && size != 4) {
        uint32_t word = 0, mask = size == 1 ? 0xffU : 0xffffU;
        unsigned shift = (offset & 3U) * 8;
        d->ops->read(d, offset & ~3U, 4, &word);
        value = (word & ~(mask << shift)) | (value & mask) << shift;
        offset &= ~3U;
        size = 4;
    }
    if (!d->ops->write(d, offset, size, value)) unmodelled(d->sim, addr, asked, true);
}
