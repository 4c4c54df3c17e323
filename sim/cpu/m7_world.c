/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One switch: which part of the world knows.
 */
#include "sim/cpu/m7_world.h"

_Static_assert(CAUSE_COUNT <= ANSWER_CAUSE + 1, "a cause fits below the wait");

bool m7_world_init(struct m7_world *w, const struct board *b, const struct chip *chip,
                   struct err *e)
{
    w->map = map_new(b, e);
    return w->map && l1_init(&w->l1, b, w->map, chip, e);
}

void m7_world_done(struct m7_world *w)
{
    map_free(w->map);
}

void m7_world_copy(void *to, const void *from)
{
    struct m7_world *t = to;
    const struct m7_world *f = from;
    t->map = f->map;
    l1_copy(&t->l1, &f->l1);
    t->btac = f->btac;
    t->divide = f->divide;
}

static uint32_t waiting(uint32_t wait, enum cause why)
{
    return wait ? wait << ANSWER_WAIT | (uint32_t)why : 0;
}

static uint32_t fetch(struct l1 *l, uint32_t packet, uint64_t at)
{
    enum cause why = CAUSE_BRANCH;
    uint32_t wait = l1_fetch(l, packet, at, &why);
    return waiting(wait, why);
}

static uint32_t make_access(struct l1 *l, const struct access *a, uint64_t at)
{
    enum cause why = CAUSE_BUS;
    uint32_t wait = a->write ? l1_store(l, a->addr, a->size, at, &why)
                             : l1_load(l, a->addr, a->size, at, &why);
    bool unaligned = !a->write && a->size <= 4 && (a->addr & (a->size - 1u));
    return waiting(wait, why) | (unaligned ? ANSWER_UNALIGNED : 0u);
}

static inline uint32_t branch(struct btac *b, const struct executed *x, uint32_t subject)
{
    uint32_t pc = x->block->pc + (subject & 0xffff), fall = pc + (subject >> 16 & 15);
    bool is_return = subject >> 24 & 1, conditional = subject >> 25 & 1;
    bool statically = subject >> 27 & 1, taken = x->next_pc != fall;
    int at = btac_find(b, pc);
    bool known = at >= 0;
    uint32_t guess = btac_predict(b, at, fall, is_return);
    if (!known && (taken || statically)) at = btac_add(b, pc); /* fetch went past unknowing */
    btac_update(b, at, x->next_pc, taken, conditional, is_return, subject >> 26 & 1 ? fall : 0);
    return !known ? ANSWER_UNSEEN : guess == x->next_pc ? ANSWER_RIGHT : 0u;
}

/* The world as one block sees it: what cannot change meanwhile is looked at once. */
struct view {
    struct m7_world *w;
    const struct executed *x;
    const struct access *accesses;
    bool plain;
};

static inline struct view look(struct m7_world *w, const struct executed *x)
{
    return (struct view){w, x, x->accesses, l1_plain(&w->l1)};
}

static inline uint32_t answer_access(const struct view *v, const struct access *a, uint64_t at)
{
    bool simple = v->plain & !a->write & !(a->addr & (a->size - 1u));
    if (simple && l1_load_hits(&v->w->l1, a->addr, at)) return 0;
    return make_access(&v->w->l1, a, at);
}

static inline uint32_t answer_bank(const struct view *v, uint32_t addr)
{
    bool fast = (v->plain && l1_hits(&v->w->l1, addr)) || l1_is_fast(&v->w->l1, addr);
    return fast ? 1 + (addr >> 2 & 1) : 0;
}

static inline uint32_t answer(const void *view, uint32_t kind, uint32_t subject, uint64_t at)
{
    const struct view *v = view;
    struct l1 *l = &v->w->l1;
    if (kind == M7_ACCESS) return answer_access(v, &v->accesses[subject], at); /* most are */
    switch ((enum m7_question)kind) {
    case M7_ACCESS:
        break;
    case M7_BANK:
        return answer_bank(v, v->accesses[subject].addr);
    case M7_BLOCK:
        return l1_code_is_settled(l, v->x->block->pc, v->x->block->bytes, at);
    case M7_FETCH:
        return v->plain && l1_fetch_hits(l, subject) ? 0 : fetch(l, subject, at);
    case M7_BRANCH:
        return branch(&v->w->btac, v->x, subject);
    case M7_ODD:
        return (v->accesses[subject].addr & 7) != 0;
    case M7_FIT:
        return accesses_fit(v->x, subject);
    case M7_DIVIDED:
        return divide_cycles(&v->w->divide, v->x, subject) << ANSWER_WAIT;
    case M7_DRAIN:
        return l1_drain(l, at) << ANSWER_WAIT;
    }
    return 0;
}

uint32_t m7_answer(struct m7_world *w, const struct executed *x, uint32_t kind,
                   uint32_t subject, uint64_t at)
{
    struct view v = look(w, x);
    return answer(&v, kind, subject, at);
}

const struct memo_node *m7_walk(struct m7_world *w, const struct executed *x,
                                struct memo_path *path, const struct memo_node *root,
                                uint64_t now)
{
    struct view v = look(w, x);
    return memo_follow(&v, path, root, now, answer);
}
