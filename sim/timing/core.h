/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Core: what a core's timing model is to timing.c. A model is a const record of functions over
 * one flat state that can be copied with memcpy: that is how timing_peek() tries something out
 * and leaves no trace. Its world may know a shorter way.
 *
 *     timing.c ── struct core_model ──► cpu/cortex_m4.c, cpu/cortex_m7.c, timing/icount.c
 *
 * A model with a pipeline comes in two parts, so that memo.c can replay what it has seen:
 *
 *     pipeline: how instructions wait for each other; its state is relative to `now`
 *        │ ▲
 *     question, answer (32 bits)
 *        ▼ │
 *     world: all that depends on addresses or on the past: memory, caches, branch prediction
 *
 * The pipeline learns about accesses through ask() alone and reads nothing of the world. What
 * it does with a block then follows from the block, its own state, the pc that followed and the
 * answers. Fewer different answers are faster: a question asks for what a rule needs, no more.
 *
 * A new core: one .c with such a record, one .def with its parameters, a row in cores.def,
 * tests in tests/timing.
 */
#ifndef SIM_TIMING_CORE_H
#define SIM_TIMING_CORE_H

#include "sim/cpu/decode.h"
#include "sim/timing/memo.h"
#include "sim/timing/timing.h"

/* Every model's state begins with this. */
struct core_state {
    uint64_t now; /* cycles since the start; what is charged is how far this moved */
    uint64_t unknown[INSN_CLASS_COUNT]; /* executed instructions timed by default, by class */
    uint32_t insn, access;    /* where run() goes on in its block; 0, 0 after the last */
    const struct executed *x; /* what runs */
    bool pause;               /* run() stops there after this instruction */
    struct memo *recorder;    /* takes down what is asked; NULL: nobody does */
};

/* What ran: a block with what it did. partial: stop after the instruction that made the last
 * access (timing_peek); next_pc is not known then. */
struct executed {
    const struct block *block;
    const struct access *accesses;
    size_t access_count;
    const struct divide *divides;
    size_t divide_count;
    uint32_t next_pc;
    bool partial;
};

struct core_model {
    const char *name, *version;
    size_t state_bytes;
    bool (*init)(void *state, const struct board *b, const struct chip *chip, struct err *e);
    /* Runs x from core_state.insn to its end, or until `pause`. */
    void (*run)(void *state, const struct executed *x, struct charge *out);
    void (*invalidate)(void *state, bool icache, bool dcache, uint32_t addr, uint32_t bytes);
    void (*done)(void *state); /* releases what the state points to; NULL: nothing */
    /* The world, which reaches up to pipe_offset; world_copy assigns one, sooner than by all of
     * its bytes. NULL: there is none. */
    size_t world_offset;
    void (*world_copy)(void *to, const void *from);
    /* The parameter of that name, or NULL; for ensembles, tests and calibration. */
    int32_t *(*parameter)(void *state, const char *name);

    /* For memo.c; pack NULL: this model is always run. The state from pipe_offset to its end is
     * the pipeline's; pack() makes it relative to `now`, in place, and the same for all states
     * that can no longer be told apart; unpack() turns a packed one back. False, and nothing
     * changed: this one cannot be packed. */
    size_t pipe_offset;
    bool (*pack)(void *state);
    void (*unpack)(void *state);
    /* Asks the world. A wait is in the upper 24 bits: ANSWER_WAIT. */
    uint32_t (*answer)(void *state, const struct executed *x, uint32_t kind, uint32_t subject,
                       uint64_t at);
    memo_walk_fn *walk; /* memo_follow() with the model's answer() */
};

enum { ANSWER_WAIT = 8 };

#define CORE(core, record) extern const struct core_model record;
#include "sim/timing/cores.def"
#undef CORE
extern const struct core_model core_icount;

/* Moves time forward and says why. */
static inline void charge(struct core_state *s, struct charge *out, enum cause why, uint64_t n)
{
    s->now += n;
    out->cycles[why] += n;
}

/* Tells accesses of predicated instructions apart: did this one run? Execution reports only the
 * accesses that were made, so when some are missing the next one must fit. A question of every
 * core: the subject is fit_subject(). */
static inline bool accesses_sure(const struct executed *x, const struct insn *i)
{
    return x->access_count == x->block->accesses || i->cond == COND_ALWAYS ||
           !(i->flags & INSN_IN_IT);
}

static inline uint32_t fit_subject(size_t at, const struct insn *i)
{
    return (uint32_t)at << 8 | (uint32_t)(i->access_bytes << 1) |
           ((i->flags & INSN_STORE) != 0);
}

static inline bool accesses_fit(const struct executed *x, uint32_t subject)
{
    const struct access *a = &x->accesses[subject >> 8];
    return a->size == (subject >> 1 & 127) && a->write == (subject & 1);
}

#endif
