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

void m4_world_copy(void *to, const void *from)
{
    struct m4_world *t = to;
    const struct m4_world *f = from;
    t->map = f->map;
    art_copy(&t->art, &f->art);
    t->sdram = f->sdram;
    t->divide = f->divide;
}

static uint32_t place(const struct map *map, const struct access *a)
{
    uint32_t number = map_place(map, a->addr), off = a->addr & (a->size - 1u);
    if (!off || a->size > 4) return number;
    return number | (off & 1 && a->size == 4 ? 2u : 1u) << ANSWER_SPLIT;
}

struct view { /* the world as one block sees it */
    struct m4_world *w;
    const struct executed *x;
    const struct access *accesses;
};

static inline uint32_t answer(const void *view, uint32_t kind, uint32_t subject, uint64_t at)
{
    const struct view *v = view;
    switch (kind) {
    case M4_PLACE:
        return place(v->w->map, &v->accesses[subject]);
    case M4_FLASH: {
        uint32_t addr = v->accesses[subject].addr;
        addr += map_find(v->w->map, addr)->canonical;
        return art_read(&v->w->art, addr, at) << ANSWER_WAIT;
    }
    case M4_SDRAM: {
        const struct access *a = &v->accesses[subject];
        const struct place *p = map_find(v->w->map, a->addr);
        return sdram_access(&v->w->sdram, v->w->art.chip, p->sdram, a->addr - p->base, a->size,
                            a->write)
               << ANSWER_WAIT;
    }
    case M4_FIT:
        return accesses_fit(v->x, subject);
    case M4_DIVIDED:
        return divide_cycles(&v->w->divide, v->x, subject) << ANSWER_WAIT;
    }
    if (art_fetch_hits(&v->w->art, subject)) return 0;
    return art_fetch(&v->w->art, subject, at - (kind - M4_FETCH)) << ANSWER_WAIT;
}

uint32_t m4_answer(struct m4_world *w, const struct executed *x, uint32_t kind,
                   uint32_t subject, uint64_t at)
{
    struct view v = {w, x, x->accesses};
    return answer(&v, kind, subject, at);
}

const struct memo_node *m4_walk(struct m4_world *w, const struct executed *x,
                                struct memo_path *path, const struct memo_node *root,
                                uint64_t now)
{
    struct view v = {w, x, x->accesses};
    return memo_follow(&v, path, root, now, answer);
}
