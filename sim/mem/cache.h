/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cache: the tags of a set-associative cache, no data. Used for the M7's L1 caches and for the
 * line buffers of the flash accelerators (ART). Flat: a copy by assignment is a full copy.
 *
 *     cache_init(&c, bytes, ways, line_bytes, CACHE_RANDOM);
 *     if (!cache_hit(&c, addr)) victim = cache_fill(&c, addr);
 */
#ifndef SIM_MEM_CACHE_H
#define SIM_MEM_CACHE_H

#include <stdbool.h>
#include <stdint.h>

enum cache_policy {
    CACHE_RANDOM, /* pseudo-random: the M7's L1 caches */
    CACHE_LRU,    /* least recently used */
};

enum { CACHE_MAX_LINES = 1024 };

struct cache {
    uint32_t sets, ways; /* powers of two; 0 ways: no such cache, never hits */
    uint32_t line_shift; /* log2 of the line's bytes */
    uint32_t policy;
    uint32_t random;                 /* state of the generator */
    uint32_t clock;                  /* counts uses, for LRU */
    uint32_t tags[CACHE_MAX_LINES];  /* line number + 1, 0: empty */
    uint32_t stamp[CACHE_MAX_LINES]; /* last use, LRU only */
    uint8_t dirty[CACHE_MAX_LINES];
};

/* bytes 0 makes a cache that never hits. False when the shape is not sets × ways × lines or is
 * larger than CACHE_MAX_LINES. ways 0: fully associative. */
bool cache_init(struct cache *c, uint32_t bytes, uint32_t ways, uint32_t line_bytes,
                enum cache_policy policy);

/* The slot that holds addr, or -1; a hit counts as a use. */
static inline int cache_find(struct cache *c, uint32_t addr)
{
    uint32_t line = addr >> c->line_shift;
    uint32_t first = (line & (c->sets - 1)) * c->ways;
    for (uint32_t w = 0; w < c->ways; w++) {
        if (c->tags[first + w] == line + 1) {
            if (c->policy == CACHE_LRU) c->stamp[first + w] = ++c->clock;
            return (int)(first + w);
        }
    }
    return -1;
}

/* Puts addr's line in place of another one and returns its slot; *victim_dirty tells whether
 * that one has to be written back. */
int cache_fill(struct cache *c, uint32_t addr, bool *victim_dirty);

/* Drops the lines that overlap addr … addr+bytes-1; bytes 0: all. Dirty ones are forgotten. */
void cache_invalidate(struct cache *c, uint32_t addr, uint32_t bytes);

#endif
