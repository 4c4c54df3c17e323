/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cache: the tags of a set-associative cache, no data. Used for the M7's L1 caches and for the
 * line buffers of the flash accelerators (ART). Flat: a copy by assignment is a full copy, and
 * cache_copy() between two of one shape is a shorter one.
 *
 *     cache_init(&c, bytes, ways, line_bytes, CACHE_RANDOM);
 *     if (!cache_hit(&c, addr)) victim = cache_fill(&c, addr);
 */
#ifndef SIM_MEM_CACHE_H
#define SIM_MEM_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum cache_policy {
    CACHE_RANDOM, /* pseudo-random: the M7's L1 caches */
    CACHE_LRU,    /* least recently used */
};

enum { CACHE_MAX_LINES = 1024, CACHE_HINTS = 256 };

struct cache {
    uint32_t sets, ways; /* powers of two; 0 ways: no such cache, never hits */
    uint32_t line_shift; /* log2 of the line's bytes */
    uint32_t policy;
    uint32_t random;                 /* state of the generator */
    uint32_t clock;                  /* counts uses, for LRU */
    uint32_t changes;                /* counts fills and invalidations */
    uint32_t tags[CACHE_MAX_LINES];  /* line number + 1, 0: empty */
    uint32_t stamp[CACHE_MAX_LINES]; /* last use, LRU only */
    uint8_t dirty[CACHE_MAX_LINES];
    uint16_t
        hint[CACHE_HINTS]; /* the slot in which a line with these low bits was found last */
};

/* bytes 0 makes a cache that never hits. False when the shape is not sets × ways × lines or is
 * larger than CACHE_MAX_LINES. ways 0: fully associative. */
bool cache_init(struct cache *c, uint32_t bytes, uint32_t ways, uint32_t line_bytes,
                enum cache_policy policy);

/* The lines that there are, not the room for more. */
static inline void cache_copy(struct cache *to, const struct cache *from)
{
    size_t lines = (size_t)from->sets * from->ways;
    memcpy(to, from, offsetof(struct cache, tags));
    memcpy(to->tags, from->tags, lines * sizeof from->tags[0]);
    memcpy(to->stamp, from->stamp, lines * sizeof from->stamp[0]);
    memcpy(to->dirty, from->dirty, lines * sizeof from->dirty[0]);
    memcpy(to->hint, from->hint, sizeof from->hint);
}

/* Looks at all ways of addr's set: the slot, or -1. */
int cache_search(struct cache *c, uint32_t addr);

/* Is addr's line where it was found last? Then cache_find() finds it. */
static inline bool cache_expects(const struct cache *c, uint32_t addr)
{
    uint32_t line = addr >> c->line_shift;
    return c->tags[c->hint[line % CACHE_HINTS]] == line + 1;
}

/* The slot that holds addr, or -1; a hit counts as a use. */
static inline int cache_find(struct cache *c, uint32_t addr)
{
    int slot = cache_expects(c, addr) ? c->hint[(addr >> c->line_shift) % CACHE_HINTS]
                                      : cache_search(c, addr);
    if (slot >= 0 && c->policy == CACHE_LRU) c->stamp[slot] = ++c->clock;
    return slot;
}

/* Puts addr's line in place of another one and returns its slot; *victim_dirty tells whether
 * that one has to be written back. */
int cache_fill(struct cache *c, uint32_t addr, bool *victim_dirty);

/* Drops the lines that overlap addr … addr+bytes-1; bytes 0: all. Dirty ones are forgotten. */
void cache_invalidate(struct cache *c, uint32_t addr, uint32_t bytes);

#endif
