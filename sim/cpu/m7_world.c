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

static uint32_t waiting(uint32_t wait, enum cause why)
{
    return wait ? wait << ANSWER_WAIT | (uint32_t)why : 0;
}

static uint32_t fetch(struct l1 *l, uint32_t packet, uint64_t at)
{
    if (l1_fetch_hits(l, packet)) return ANSWER_SETTLED;
    enum cause why = CAUSE_BRANCH;
    uint32_t wait = l1_fetch(l, packet, at, &why);
    if (!wait && l1_fetch_settled(l, packet, at)) return ANSWER_SETTLED;
    return waiting(wait, why);
}

static uint32_t bank(const struct l1 *l, uint32_t addr)
{
    return l1_hits(l, addr) || l1_is_fast(l, addr) ? 1 + (addr >> 2 & 1) : 0;
}

static uint32_t unaligned(const struct access *a)
{
    return a->size <= 4 && a->addr & (a->size - 1u) ? ANSWER_UNALIGNED : 0;
}

static inline uint32_t make_access(struct l1 *l, const struct access *a, uint64_t at)
{
    if (!a->write && l1_load_hits(l, a->addr, at)) return unaligned(a);
    enum cause why = CAUSE_BUS;
    uint32_t wait = a->write ? l1_store(l, a->addr, a->size, at, &why)
                             : l1_load(l, a->addr, a->size, at, &why);
    return waiting(wait, why) | (a->write ? 0 : unaligned(a));
}

static uint32_t branch(struct btac *b, const struct executed *x, uint32_t subject)
{
    uint32_t pc = x->block->pc + (subject & 0xffff), fall = pc + (subject >> 16 & 15);
    bool is_return = subject >> 24 & 1, conditional = subject >> 25 & 1;
    bool statically = subject >> 27 & 1;
    uint32_t guess;
    bool known = btac_predict(b, pc, fall, is_return, &guess);
    bool taken = x->next_pc != fall;
    if (!known && (taken || statically)) btac_add(b, pc); /* what fetch went past unknowing */
    btac_update(b, pc, x->next_pc, taken, conditional, is_return, subject >> 26 & 1 ? fall : 0);
    return !known ? ANSWER_UNSEEN : guess == x->next_pc ? ANSWER_RIGHT : 0u;
}

static inline uint32_t answer(void *world, const struct executed *x, uint32_t kind,
                              uint32_t subject, uint64_t at)
{
    struct m7_world *w = world;
    if (kind == M7_ACCESS) return make_access(&w->l1, &x->accesses[subject], at); /* most are */
    switch ((enum m7_question)kind) {
    case M7_FETCH:
        return fetch(&w->l1, subject, at);
    case M7_ACCESS:
        return make_access(&w->l1, &x->accesses[subject], at);
    case M7_BANK:
        return bank(&w->l1, x->accesses[subject].addr);
    case M7_ODD:
        return (x->accesses[subject].addr & 7) != 0;
    case M7_FIT:
        return accesses_fit(x, subject);
    case M7_BRANCH:
        return branch(&w->btac, x, subject);
    case M7_DRAIN:
        return l1_drain(&w->l1, at) << ANSWER_WAIT;
    }
    return 0;
}

uint32_t m7_answer(struct m7_world *w, const struct executed *x, uint32_t kind,
                   uint32_t subject, uint64_t at)
{
    return answer(w, x, kind, subject, at);
}

const struct memo_node *m7_walk(struct m7_world *w, const struct executed *x,
                                struct memo_path *path, const struct memo_node *root,
                                uint64_t now)
{
    return memo_follow(w, x, path, root, now, answer);
}
