/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Btac: the M7's branch prediction: a small cache of taken branches with two-bit counters, and
 * a return stack. Flat: a copy by assignment is a full copy.
 *
 *     at = btac_find(&b, pc);
 *     guess = btac_predict(&b, at, fall, is_return);
 *     if (at < 0 && …) at = btac_add(&b, pc);
 *     btac_update(&b, at, next, taken, conditional, is_return, call_returns_to);
 */
#ifndef SIM_CPU_BTAC_H
#define SIM_CPU_BTAC_H

#include <stdbool.h>
#include <stdint.h>

enum { BTAC_MAX = 256, BTAC_STACK = 16, BTAC_HINTS = 64 };

struct btac {
    uint32_t sets, ways, depth;
    uint32_t clock;
    uint32_t pc[BTAC_MAX], target[BTAC_MAX], used[BTAC_MAX];
    uint8_t counter[BTAC_MAX]; /* 0, 1: not taken; 2, 3: taken */
    uint8_t hint[BTAC_HINTS];  /* where a branch with these low bits was found last */
    uint32_t stack[BTAC_STACK];
    uint32_t top;
};

void btac_init(struct btac *b, uint32_t sets, uint32_t ways, uint32_t stack_depth);

/* Looks at all ways of its set. */
int btac_search(struct btac *b, uint32_t pc);
/* The entry of the branch at pc, or -1. */
static inline int btac_find(struct btac *b, uint32_t pc)
{
    uint8_t at = b->hint[(pc >> 1) % BTAC_HINTS];
    return b->pc[at] == pc + 1 ? at : btac_search(b, pc);
}

/* Where fetch goes after the branch with entry `at`: its target, or `fall`. */
static inline uint32_t btac_predict(struct btac *b, int at, uint32_t fall, bool is_return)
{
    if (at < 0) return fall;
    b->used[at] = ++b->clock;
    if (b->counter[at] < 2) return fall;
    if (is_return && b->depth && b->top) return b->stack[(b->top - 1) % b->depth];
    return b->target[at];
}

/* Takes in a branch that is new, in place of the one used least recently: weakly not taken. */
int btac_add(struct btac *b, uint32_t pc);
/* What the branch did; it teaches only the entry that there is. */
static inline void btac_update(struct btac *b, int at, uint32_t next, bool taken,
                               bool conditional, bool is_return, uint32_t call_returns_to)
{
    if (at >= 0) {
        uint8_t *counter = &b->counter[at];
        if (taken) b->target[at] = next;
        if (taken && *counter < 3) ++*counter;
        if (!taken && *counter > 0) --*counter;
        if (!conditional) *counter = 3;
    }
    if (is_return && taken && b->depth && b->top) b->top--;
    if (call_returns_to && b->depth) b->stack[b->top++ % b->depth] = call_returns_to;
}

#endif
