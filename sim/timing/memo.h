/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memo: a block whose pipeline state, answers of the world and next pc have been seen before
 * takes the cycles it took then. Nothing is approximated: the world (caches, buses, branch
 * prediction) is asked every question at its cycle, in order, as if the pipeline ran.
 *
 *     root: block, state ─► BLOCK? ──1──► BANK? ──2──► ACCESS? ──0──► … ──► leaf: cycles by
 *                              │            │             │                   cause, next state
 *                              └──0──► …    └──1──► …     └──wait 22──► leaf
 *
 * Where an answer has no edge yet, the pipeline runs from the root: first it gets the answers
 * that were already given, then live ones, and its way becomes a new branch. After a long wait
 * the way is cut: the rest of the block has a root of its own, by the state it starts in, so
 * that waits at several places do not multiply.
 *
 * One memo belongs to one struct timing. When its memory is full everything is forgotten and
 * built anew: that costs time and changes no result.
 */
#ifndef SIM_TIMING_MEMO_H
#define SIM_TIMING_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct charge;
struct core_model;
struct core_state;
struct executed;
struct memo;

struct memo *memo_new(const struct core_model *model, struct core_state *state,
                      size_t max_bytes);
void memo_free(struct memo *m);
/* As the model's run(), faster. */
void memo_run(struct memo *m, const struct executed *x, struct charge *out);
/* Writes the pipeline's state back, for a look at it … */
void memo_show(struct memo *m);
/* … and for a change of it, of time, or of who runs blocks. */
void memo_yield(struct memo *m);
/* Drops all that was seen: parameters have changed. */
void memo_forget(struct memo *m);

struct memo_stats {
    uint64_t hits, misses; /* ways through a block, or a part of it: known, new */
    uint64_t plain;        /* blocks that were only run: state cannot be packed, or a rest */
    uint64_t forgotten;    /* how often all was dropped */
    size_t states, roots, nodes, bytes;
};
struct memo_stats memo_stats(const struct memo *m);

/* --- between memo.c and a model --- */

/* The pipeline asks while it is recorded. */
uint32_t memo_ask(struct memo *m, uint32_t kind, uint32_t subject, uint64_t at);

struct memo_node { /* a question with one answer; the next question is the next node */
    uint32_t subject;
    int32_t at; /* cycles since the root */
    uint32_t answer;
    uint32_t kind : 8;
    uint32_t other : 24; /* the same question with another answer; 0: none */
};

enum { MEMO_LEAF = 255, MEMO_PATH = 4096 };

struct memo_path {                 /* the way from a root to where it was left */
    const struct memo_node *nodes; /* all of them */
    const struct memo_node *last;  /* no edge here fits the last answer */
    uint32_t count;
    uint32_t answers[MEMO_PATH];
};

typedef uint32_t memo_answer_fn(const void *world, uint32_t kind, uint32_t subject,
                                uint64_t at);
typedef const struct memo_node *memo_walk_fn(void *state, const struct executed *x,
                                             struct memo_path *path,
                                             const struct memo_node *root, uint64_t now);

/* Follows a way to its leaf; NULL: it ends before, at path->last. Inline, so that each model
 * has its own with its answer() inside. */
static inline const struct memo_node *memo_follow(const void *world, struct memo_path *path,
                                                  const struct memo_node *root, uint64_t now,
                                                  memo_answer_fn *answer)
{
    const struct memo_node *n = root;
    uint32_t *given = path->answers;
    for (; n->kind != MEMO_LEAF; n++) {
        uint32_t a = answer(world, n->kind, n->subject, now + (uint64_t)(int64_t)n->at);
        *given++ = a;
        while (n->answer != a) {
            if (!n->other) {
                path->last = n;
                path->count = (uint32_t)(given - path->answers);
                return NULL;
            }
            n = &path->nodes[n->other];
        }
    }
    return n;
}

#endif
