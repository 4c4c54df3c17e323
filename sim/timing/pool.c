/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A pool grows by half, a table to twice its size when it is half full.
 */
#include "sim/timing/pool.h"

#include <stdlib.h>
#include <string.h>

#include "tools/base/arena.h"

uint32_t pool_add(struct pool *p, size_t bytes, uint32_t items)
{
    if (p->count + items > p->room) {
        uint32_t room = p->count + items + p->room / 2 + 64;
        p->at = xrealloc(p->at, room, bytes);
        p->room = room;
    }
    uint32_t first = p->count;
    p->count += items;
    memset(pool_at(p, bytes, first), 0, bytes * items);
    return first;
}

void pool_reset(struct pool *p, size_t bytes)
{
    p->count = 0;
    pool_add(p, bytes, 1);
}

void pool_done(struct pool *p)
{
    free(p->at);
    *p = (struct pool){0};
}

void table_put(struct table *t, uint32_t hash, uint32_t number)
{
    uint32_t slot;
    uint32_t there = table_first(t, hash, &slot);
    while (there)
        there = table_next(t, &slot);
    t->slots[slot] = number;
}

void table_grow(struct table *t, uint32_t count,
                uint32_t (*hash)(const void *context, uint32_t number), const void *context)
{
    if (2 * count < t->room) return;
    free(t->slots);
    t->room = t->room ? 2 * t->room : 1024;
    t->slots = xcalloc(t->room, sizeof *t->slots);
    for (uint32_t k = 1; k < count; k++)
        table_put(t, hash(context, k), k);
}

void table_clear(struct table *t)
{
    if (t->room) memset(t->slots, 0, t->room * sizeof *t->slots);
}

void table_done(struct table *t)
{
    free(t->slots);
    *t = (struct table){0};
}
