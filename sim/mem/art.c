/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sizes are the board's (RM0090, RM0402: 64 lines of 128 bits and 8 of them; RM0432: 32 lines
 * of 4 x 64 bits and 8 of them). Replacement is taken as least recently used, which the manuals
 * say for the instruction side. A branch back into the word in the fetch buffer costs nothing,
 * caches or not.
 */
#include "sim/mem/art.h"

bool art_init(struct art *a, const struct board *b, const struct chip *chip, struct err *e)
{
    *a = (struct art){.chip = chip};
    uint32_t line = (uint32_t)map_number(b, "timing.art.line_bytes", 16);
    a->word_bytes = (uint32_t)map_number(b, "timing.flash.line_bytes", line);
    a->data_wait = (uint32_t)map_number(b, "timing.art.data_wait", 0);
    if (!a->word_bytes || (a->word_bytes & (a->word_bytes - 1)) || line % a->word_bytes)
        return err_set(e, ERR_FORMAT,
                       "%s: timing.flash.line_bytes is %u: have a power of two that divides "
                       "timing.art.line_bytes",
                       b->name, a->word_bytes);
    a->word_shift = (uint32_t)__builtin_ctz(a->word_bytes);
    uint32_t ilines = (uint32_t)map_number(b, "timing.art.icache_lines", 0);
    uint32_t dlines = (uint32_t)map_number(b, "timing.art.dcache_lines", 0);
    return (cache_init(&a->icache, ilines * line, 0, line, CACHE_LRU) &&
            cache_init(&a->dcache, dlines * line, 0, line, CACHE_LRU)) ||
           err_set(e, ERR_FORMAT, "%s: timing.art: more than %d lines", b->name,
                   CACHE_MAX_LINES);
}

/* Each line keeps in `dirty` which of its flash words are there. */
static bool holds(struct cache *c, uint32_t addr, uint32_t word_shift)
{
    int slot = cache_find(c, addr);
    uint32_t word = (addr & ((1u << c->line_shift) - 1)) >> word_shift;
    return slot >= 0 && (c->dirty[slot] >> word & 1);
}

static void put(struct cache *c, uint32_t addr, uint32_t word_shift)
{
    bool unused;
    int slot = cache_find(c, addr);
    if (slot < 0) slot = cache_fill(c, addr, &unused);
    if (slot < 0) return;
    uint32_t word = (addr & ((1u << c->line_shift) - 1)) >> word_shift;
    c->dirty[slot] = (uint8_t)(c->dirty[slot] | 1u << word);
}

static uint64_t later(uint64_t x, uint64_t y)
{
    return x > y ? x : y;
}

/* After a read the next word is fetched ahead, when it is not there yet. */
static void prefetch(struct art *a, uint32_t word, uint64_t when)
{
    if (!a->chip->flash_prefetch) return;
    uint32_t next = word + 1;
    if (a->chip->flash_icache && holds(&a->icache, next << a->word_shift, a->word_shift))
        return;
    if (a->prefetched == next + 1) return;
    a->prefetched = next + 1;
    a->prefetch_ready = later(when, a->flash_free) + a->chip->flash_wait_states + 1;
}

/* A read that is wanted now takes the flash from a prefetch that is not done. */
static void stop_prefetch(struct art *a, uint64_t now)
{
    if (a->prefetch_ready > now) a->prefetched = 0;
}

uint32_t art_fetch(struct art *a, uint32_t addr, uint64_t now)
{
    uint32_t word = addr >> a->word_shift, ws = a->chip->flash_wait_states;
    if (!ws || a->fetched == word + 1) return 0;
    uint64_t ready;
    if (a->chip->flash_icache && holds(&a->icache, addr, a->word_shift)) {
        a->fetched = word + 1;
        return 0;
    }
    if (a->prefetched == word + 1) {
        ready = a->prefetch_ready - 1; /* its last cycle is the fetch itself */
    } else {
        stop_prefetch(a, now);
        ready = later(now, a->flash_free) + ws;
        a->flash_free = ready + 1;
    }
    a->fetched = word + 1;
    if (a->chip->flash_icache) put(&a->icache, addr, a->word_shift);
    prefetch(a, word, later(ready + 1, now));
    return ready > now ? (uint32_t)(ready - now) : 0;
}

uint32_t art_read(struct art *a, uint32_t addr, uint64_t now)
{
    uint32_t word = addr >> a->word_shift, ws = a->chip->flash_wait_states;
    if (!ws) return 0;
    if (a->chip->flash_dcache) {
        if (holds(&a->dcache, addr, a->word_shift)) return 0;
        put(&a->dcache, addr, a->word_shift);
    }
    a->read = word + 1;
    stop_prefetch(a, now);
    uint64_t start = later(now, a->flash_free);
    uint64_t ready = start + ws + a->data_wait;
    a->flash_free = ready + 1;
    return (uint32_t)(ready - now);
}

void art_invalidate(struct art *a, bool icache, bool dcache)
{
    if (icache) {
        cache_invalidate(&a->icache, 0, 0);
        a->fetched = a->prefetched = 0;
    }
    if (dcache) {
        cache_invalidate(&a->dcache, 0, 0);
        a->read = 0;
    }
}
