/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Btac: the M7's branch prediction: a small cache of taken branches with two-bit counters, and
 * a return stack. Flat: a copy by assignment is a full copy.
 *
 *     known = btac_predict(&b, pc, fall, is_return, &guess);
 *     if (!known && …) btac_add(&b, pc);
 *     btac_update(&b, pc, next, taken, conditional, is_return, call_returns_to);
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
/* Where fetch goes after the branch at pc: its target, or `fall`. False: it is not in here. */
bool btac_predict(struct btac *b, uint32_t pc, uint32_t fall, bool is_return, uint32_t *guess);
/* Takes in a branch that is new, in place of the one used least recently: weakly not taken. */
void btac_add(struct btac *b, uint32_t pc);
/* What the branch at pc did; it teaches only the entry that there is. */
void btac_update(struct btac *b, uint32_t pc, uint32_t next, bool taken, bool conditional,
                 bool is_return, uint32_t call_returns_to);

#endif
