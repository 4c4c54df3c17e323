/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One switch: which part of the world knows.
 */
#include "sim/cpu/m4_world.h"

_Static_assert(MAP_MAX_PLACES <= ANSWER_PLACE + 1, "a place fits below the split");

bool m4_world_init(struct m4_world *w, const struct board *b, const struct chip *chip,
                   struct err *e)
{
    w->map = map_new(b, e);
    return w->map && art_init(&w->art, b, chip, e);
}

void m4_world_done(struct m4_world *w)
{
    map_free(w->map);
}

static uint32_t place(const struct map *map, const struct access *a)
{
    uint32_t number = map_place(map, a->addr), off = a->addr & (a->size - 1u);
    if (!off || a->size > 4) return number;
    return number | (off & 1 && a->size == 4 ? 2u : 1u) << ANSWER_SPLIT;
}

static inline uint32_t answer(void *world, const struct executed *x, uint32_t kind,
                              uint32_t subject, uint64_t at)
{
    struct m4_world *w = world;
    if (kind == M4_PLACE) return place(w->map, &x->accesses[subject]); /* most are */
    switch (kind) {
    case M4_FLASH: {
        uint32_t addr = x->accesses[subject].addr;
        return art_read(&w->art, addr + map_find(w->map, addr)->canonical, at) << ANSWER_WAIT;
    }
    case M4_FIT:
        return accesses_fit(x, subject);
    }
    return art_fetch(&w->art, subject, at - (kind - M4_FETCH), at) << ANSWER_WAIT;
}

uint32_t m4_answer(struct m4_world *w, const struct executed *x, uint32_t kind,
                   uint32_t subject, uint64_t at)
{
    return answer(w, x, kind, subject, at);
}

const struct memo_node *m4_walk(struct m4_world *w, const struct executed *x,
                                struct memo_path *path, const struct memo_node *root,
                                uint64_t now)
{
    return memo_follow(w, x, path, root, now, answer);
}
