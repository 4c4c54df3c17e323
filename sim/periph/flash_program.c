/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Stores go where they point, at once; what takes time is BSY. A word that is not blank is
 * overwritten, where silicon would refuse (L4, H7) or only clear bits (F4, F7). Code that was
 * decoded from changed flash is forgotten.
 */
#include <string.h>

#include "sim/periph/flash.h"
#include "sim/state.h"
#include "tools/base/json.h"

static const uint32_t key1 = 0x45670123, key2 = 0xcdef89ab;

static uint32_t *at(struct device *d, unsigned bank, uint32_t offset)
{
    const struct flash *f = d->state;
    return regs_at(d, offset + bank * f->layout->bank_step);
}

static unsigned banks(const struct flash_layout *l)
{
    return l->bank_step ? 2 : 1;
}

static uint64_t cycles_of(const struct device *d, int64_t us)
{
    return (uint64_t)us * d->sim->chip.hclk_hz / 1000000;
}

static void line(struct device *d)
{
    const struct flash *f = d->state;
    bool high = false;
    for (unsigned i = 0; i < banks(f->layout); i++)
        high |= *at(d, i, f->layout->sr) & f->layout->eop &&
                *at(d, i, f->layout->cr) & f->layout->eopie;
    nvic_line(d->sim, d->irq, high);
}

static void finished(void *context)
{
    struct flash_bank *b = context;
    const struct flash_layout *l = ((struct flash *)b->device->state)->layout;
    *at(b->device, b->index, l->sr) &= ~l->busy;
    *at(b->device, b->index, l->sr) |= l->eop;
    *at(b->device, b->index, l->cr) &= ~l->start;
    line(b->device);
}

static void busy(struct device *d, unsigned bank, uint64_t cycles)
{
    struct flash *f = d->state;
    struct event *done = &f->bank[bank].done;
    uint64_t now = sim_time(d->sim), from = done->armed && done->at > now ? done->at : now;
    *at(d, bank, f->layout->sr) |= f->layout->busy;
    event_at(&d->sim->events, done, from + cycles);
    sim_attention(d->sim);
}

void flash_program_init(struct device *d, const struct flash_layout *layout)
{
    struct flash *f = d->state;
    f->layout = layout;
    for (unsigned i = 0; i < 2; i++) {
        f->bank[i] = (struct flash_bank){
            .device = d, .index = i, .done = {.call = finished, .context = &f->bank[i]}};
        *at(d, i, layout->cr) |= layout->lock;
    }
    d->sim->flash = d;
}

static void erase(struct device *d, uint32_t addr, uint32_t bytes)
{
    uint8_t blank[1024];
    memset(blank, 0xff, sizeof blank);
    for (uint32_t done = 0; done < bytes; done += sizeof blank)
        if (!machine_write(d->sim->machine, addr + done, blank, sizeof blank)) return;
    blocks_forget(&d->sim->blocks, addr, bytes);
}

/* Erases sector n of a bank: how long that takes, 0 when there is no such sector. */
static int64_t erase_sector(struct device *d, uint32_t bank_base, uint32_t n)
{
    const struct json *sectors = json_get(d->json, "sectors");
    uint32_t offset = 0;
    for (size_t i = 0; i < json_len(sectors); i++) {
        const struct json *s = json_at(sectors, i);
        uint32_t count = (uint32_t)json_int(json_get(s, "count"), 0);
        uint32_t bytes = (uint32_t)json_int(json_get(s, "bytes"), 0);
        if (n < count) {
            erase(d, bank_base + offset + n * bytes, bytes);
            return json_int(json_get(s, "erase_us"), 0);
        }
        n -= count;
        offset += count * bytes;
    }
    return 0;
}

static void start(struct device *d, unsigned set, uint32_t cr)
{
    const struct flash_layout *l = ((struct flash *)d->state)->layout;
    const struct board *b = d->sim->board;
    uint32_t base = 0, bank_bytes = (uint32_t)json_int(json_get(d->json, "bank_bytes"), 0);
    for (size_t i = b->region_count; i-- > 0;)
        if (b->regions[i].kind == REGION_FLASH && !b->regions[i].alias_of)
            base = b->regions[i].base;
    if (!bank_bytes) bank_bytes = b->flash_bytes / 2;
    uint32_t n = cr >> l->number_shift & ((1U << l->number_bits) - 1);
    unsigned bank = l->bank_step ? set : l->bank_bit ? (cr & l->bank_bit) != 0 : n >> 4;
    if (!l->bank_step && !l->bank_bit) n &= 15U;
    int64_t us = 0;
    if (cr & l->sector) {
        us = erase_sector(d, base + bank * bank_bytes, n);
    } else if (cr & l->mass) { /* as long as its sectors, or a second */
        uint32_t first = l->bank_step ? base + bank * bank_bytes : base;
        erase(d, first, l->bank_step ? bank_bytes : b->flash_bytes);
        us = 1000000;
    }
    busy(d, set, cycles_of(d, us));
}

/* Flash can be stored to while some bank's PG is set. */
static void open_or_close(struct device *d)
{
    struct flash *f = d->state;
    bool open = false;
    for (unsigned i = 0; i < banks(f->layout); i++)
        open |= (*at(d, i, f->layout->cr) & (f->layout->lock | f->layout->pg)) == f->layout->pg;
    if (open == d->sim->flash_open) return;
    flash_stored(d, false); /* the block's stores so far */
    d->sim->flash_open = open;
    memory_open_flash(&d->sim->memory, d->sim->machine, open);
}

static void unlock(struct device *d, unsigned bank, uint32_t value)
{
    struct flash *f = d->state;
    if (value == key2 && f->bank[bank].half_unlocked)
        *at(d, bank, f->layout->cr) &= ~f->layout->lock;
    f->bank[bank].half_unlocked = value == key1;
}

bool flash_program_write(struct device *d, uint32_t offset, uint32_t value)
{
    struct flash *f = d->state;
    const struct flash_layout *l = f->layout;
    for (unsigned i = 0; i < banks(l); i++) {
        uint32_t own = offset - i * l->bank_step;
        if (own == l->keyr) {
            unlock(d, i, value);
            return true;
        }
        if (own == (l->ccr ? l->ccr : l->sr)) {
            *at(d, i, l->sr) &= ~(value & ~l->busy);
            line(d);
            return true;
        }
        if (own == l->sr) return true;
        if (own == l->cr) {
            if (*at(d, i, l->cr) & l->lock) return true;
            *at(d, i, l->cr) = value;
            if (value & l->start && !(value & l->lock)) start(d, i, value);
            open_or_close(d);
            line(d);
            return true;
        }
    }
    return false;
}

void flash_stored(struct device *d, bool over)
{
    struct flash *f = d->state;
    struct sim *s = d->sim;
    if (!s->flash_open) return;
    int64_t us = json_int(json_get(d->json, "program_us"), 0);
    for (; f->seen < s->log.n; f->seen++) {
        const struct access *a = &s->log.at[f->seen];
        const struct span_host *span = a->write ? memory_span(&s->memory, a->addr) : NULL;
        if (!span || span->region->kind != REGION_FLASH) continue;
        uint32_t base = span->region->alias_of ? span->region->alias_of : span->region->base;
        uint32_t bank_bytes = s->board->flash_bytes / 2;
        unsigned bank =
            f->layout->bank_step ? (a->addr - span->region->base) / bank_bytes % 2 : 0;
        blocks_forget(&s->blocks, base + (a->addr - span->region->base), a->size);
        busy(d, bank, cycles_of(d, us));
    }
    if (over) f->seen = 0;
}
