/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * M7 world: what lies outside the Cortex-M7's pipeline, as questions (sim/timing/core.h): the
 * memory side, branch prediction, and what an address tells about an access.
 *
 *     cortex_m7.c ── m7_answer(QUESTION, subject, cycle) ──► mem/l1.c, btac.c
 *
 * An answer says no more than a rule needs: each different one is another way through a block.
 */
#ifndef SIM_CPU_M7_WORLD_H
#define SIM_CPU_M7_WORLD_H

#include "sim/cpu/btac.h"
#include "sim/cpu/divide.h"
#include "sim/mem/l1.h"
#include "sim/timing/core.h"

struct m7_world {
    struct map *map;
    struct l1 l1;
    struct btac btac;
    struct divide_law divide;
};

/* Subject → answer. "access" is its number in struct executed; waits are << ANSWER_WAIT, with
 * their cause below. */
enum m7_question {
    M7_FETCH,   /* address of 8 bytes → wait, cause */
    M7_BLOCK,   /* – → is the block settled (l1_code_is_settled)? */
    M7_ACCESS,  /* access → wait, cause, ANSWER_UNALIGNED; makes it */
    M7_BANK,    /* access → 0: no load from there shares a cycle; 1, 2: its bank + 1 */
    M7_ODD,     /* access → is it off a doubleword border? */
    M7_FIT,     /* fit_subject() → did a predicated instruction make it? */
    M7_BRANCH,  /* m7_branch() → ANSWER_RIGHT or ANSWER_UNSEEN; predicts and learns */
    M7_DIVIDED, /* divide_subject() → cycles, as a wait; 0: its condition failed */
    M7_DRAIN,   /* – → wait until the store buffer is empty */
};

enum m7_answer {
    ANSWER_CAUSE = 31,         /* mask of an enum cause */
    ANSWER_UNALIGNED = 1 << 5, /* a load of up to 4 bytes that has to be split */
    ANSWER_RIGHT = 1 << 0,     /* the prediction was right */
    ANSWER_UNSEEN = 1 << 1,    /* the branch target cache does not have it */
};

/* A branch at `offset` from the block's pc, as a subject. statically: the decoder takes it. */
static inline uint32_t m7_branch(const struct insn *i, bool is_return, bool conditional,
                                 bool statically)
{
    bool call = i->kind == INSN_BL || i->kind == INSN_BLX;
    return i->offset | (uint32_t)i->bytes << 16 | (uint32_t)is_return << 24 |
           (uint32_t)conditional << 25 | (uint32_t)call << 26 | (uint32_t)statically << 27;
}

bool m7_world_init(struct m7_world *w, const struct board *b, const struct chip *chip,
                   struct err *e);
void m7_world_done(struct m7_world *w);
void m7_world_copy(void *to, const void *from);
uint32_t m7_answer(struct m7_world *w, const struct executed *x, uint32_t kind,
                   uint32_t subject, uint64_t at);
const struct memo_node *m7_walk(struct m7_world *w, const struct executed *x,
                                struct memo_path *path, const struct memo_node *root,
                                uint64_t now);

#endif
