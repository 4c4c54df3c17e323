/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pool: arrays that grow and whose items are known by number, and tables that find a number by
 * a hash. Number 0 is an item of zeros and stands for nothing. For memo.c and states.c.
 *
 *     uint32_t n = POOL_ADD(&pool, struct thing, 1);
 *     *POOL_AT(&pool, struct thing, n) = …;
 *     table_put(&table, hash, n);
 *
 * An address in a pool holds until the next addition.
 */
#ifndef SIM_TIMING_POOL_H
#define SIM_TIMING_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool {
    void *at;
    uint32_t count, room;
};

struct table { /* open addressing */
    uint32_t *slots;
    uint32_t room; /* a power of two, or 0 */
};

#define POOL_AT(pool, type, number) ((type *)pool_at(pool, sizeof(type), number))
#define POOL_ADD(pool, type, items) pool_add(pool, sizeof(type), items)
#define POOL_RESET(pool, type)      pool_reset(pool, sizeof(type))
#define POOL_BYTES(pool, type)      ((pool)->count * sizeof(type))

static inline void *pool_at(const struct pool *p, size_t bytes, uint32_t number)
{
    return (char *)p->at + bytes * number;
}

/* The number of the first of so many new items, all zero. */
uint32_t pool_add(struct pool *p, size_t bytes, uint32_t items);
/* Nothing but number 0 is left. */
void pool_reset(struct pool *p, size_t bytes);
void pool_done(struct pool *p);

static inline uint64_t hash_mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

/* The number in the first slot to look at, and in those after it; 0: no more. */
static inline uint32_t table_first(const struct table *t, uint32_t hash, uint32_t *slot)
{
    *slot = hash & (t->room - 1);
    return t->slots[*slot];
}

static inline uint32_t table_next(const struct table *t, uint32_t *slot)
{
    *slot = (*slot + 1) & (t->room - 1);
    return t->slots[*slot];
}

void table_put(struct table *t, uint32_t hash, uint32_t number);
/* Makes room for number `count`; hash() tells the hash of a number that is in. */
void table_grow(struct table *t, uint32_t count,
                uint32_t (*hash)(const void *context, uint32_t number), const void *context);
void table_clear(struct table *t);
void table_done(struct table *t);

#endif
