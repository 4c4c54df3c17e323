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

int cache_fill(struct cache *c, uint32_t addr, bool *victim_dirty)
{
    *victim_dirty = false;
    if (!c->ways) return -1;
    uint32_t line = addr >> c->line_shift;
    uint32_t first = (line & (c->sets - 1)) * c->ways, way = c->ways;
    for (uint32_t w = 0; w < c->ways && way == c->ways; w++)
        if (!c->tags[first + w]) way = w;
    if (way == c->ways && c->policy == CACHE_RANDOM) {
        c->random = (c->random >> 1) ^ (c->random & 1u ? 0xb400u : 0u);
        way = c->random % c->ways;
    } else if (way == c->ways) {
        way = 0;
        for (uint32_t w = 1; w < c->ways; w++)
            if (c->stamp[first + w] < c->stamp[first + way]) way = w;
    }
    uint32_t slot = first + way;
    *victim_dirty = c->dirty[slot];
    c->tags[slot] = line + 1;
    c->dirty[slot] = 0;
    c->stamp[slot] = ++c->clock;
    return (int)slot;
}

void cache_invalidate(struct cache *c, uint32_t addr, uint32_t bytes)
{
    if (!bytes) {
        memset(c->tags, 0, sizeof c->tags);
        memset(c->dirty, 0, sizeof c->dirty);
        return;
    }
    uint32_t from = addr >> c->line_shift, to = (addr + bytes - 1) >> c->line_shift;
    for (uint32_t s = 0; s < c->sets * c->ways; s++) {
        if (c->tags[s] && c->tags[s] - 1 - from <= to - from) {
            c->tags[s] = 0;
            c->dirty[s] = 0;
        }
    }
}
