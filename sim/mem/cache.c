/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Random replacement is a 16-bit Galois LFSR: what silicon uses is not published, and any one
 * generator stands for the others (their effect on whole programs is below 1 %).
 */
#include "sim/mem/cache.h"

#include <string.h>

bool cache_init(struct cache *c, uint32_t bytes, uint32_t ways, uint32_t line_bytes,
                enum cache_policy policy)
{
    *c = (struct cache){.sets = 1, .policy = policy, .random = 0xace1};
    if (!bytes) return true;
    if (!line_bytes || (line_bytes & (line_bytes - 1)) || bytes % line_bytes) return false;
    uint32_t lines = bytes / line_bytes;
    if (!ways) ways = lines;
    if (lines > CACHE_MAX_LINES || lines % ways) return false;
    c->ways = ways;
    c->sets = lines / ways;
    c->line_shift = (uint32_t)__builtin_ctz(line_bytes);
    return (c->sets & (c->sets - 1)) == 0;
}

int cache_search(struct cache *c, uint32_t addr)
{
    uint32_t line = addr >> c->line_shift;
    const uint32_t *tags = &c->tags[(size_t)(line & (c->sets - 1)) * c->ways];
    uint32_t there = 0; /* way + 1; no early end: the compiler looks at several at once */
    for (uint32_t w = 0; w < c->ways; w++)
        there |= tags[w] == line + 1 ? w + 1 : 0;
    if (!there) return -1;
    uint32_t slot = (uint32_t)(tags - c->tags) + there - 1;
    c->hint[line % CACHE_HINTS] = (uint16_t)slot;
    return (int)slot;
}

int cache_fill(struct cache *c, uint32_t addr, bool *victim_dirty)
{
    *victim_dirty = false;
    if (!c->ways) return -1;
    uint32_t line = addr >> c->line_shift;
    uint32_t first = (line & (c->sets - 1)) * c->ways, way = 0;
    /* The first empty way, else a victim. */
    if (c->policy == CACHE_RANDOM) {
        while (way < c->ways && c->tags[first + way])
            way++;
        if (way == c->ways) {
            c->random = (c->random >> 1) ^ (c->random & 1u ? 0xb400u : 0u);
            way = c->random % c->ways;
        }
    } else { /* the stamp of an empty one is 0 */
        for (uint32_t w = 1; w < c->ways; w++)
            if (c->stamp[first + w] < c->stamp[first + way]) way = w;
    }
    uint32_t slot = first + way;
    *victim_dirty = c->dirty[slot];
    c->changes++;
    c->tags[slot] = line + 1;
    c->dirty[slot] = 0;
    c->stamp[slot] = ++c->clock;
    c->hint[line % CACHE_HINTS] = (uint16_t)slot;
    return (int)slot;
}

void cache_invalidate(struct cache *c, uint32_t addr, uint32_t bytes)
{
    c->changes++;
    if (!bytes) {
        memset(c->tags, 0, sizeof c->tags);
        memset(c->dirty, 0, sizeof c->dirty);
        memset(c->stamp, 0, sizeof c->stamp);
        return;
    }
    uint32_t from = addr >> c->line_shift, to = (addr + bytes - 1) >> c->line_shift;
    for (uint32_t s = 0; s < c->sets * c->ways; s++) {
        if (c->tags[s] && c->tags[s] - 1 - from <= to - from) {
            c->tags[s] = 0;
            c->dirty[s] = 0;
            c->stamp[s] = 0;
        }
    }
}
