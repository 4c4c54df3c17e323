/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Core: what a core's timing model is to timing.c. A model is a const record of functions over
 * one flat state that can be copied with memcpy: that is how timing_peek() tries something out
 * and leaves no trace.
 *
 *     timing.c ── struct core_model ──► cpu/cortex_m4.c, cpu/cortex_m7.c, timing/icount.c
 *
 * A new core: one .c with such a record, one .def with its parameters, a row in cores.def,
 * tests in tests/timing.
 */
#ifndef SIM_TIMING_CORE_H
#define SIM_TIMING_CORE_H

#include "sim/cpu/decode.h"
#include "sim/timing/timing.h"

/* Every model's state begins with this. */
struct core_state {
    uint64_t now; /* cycles since the start; what is charged is how far this moved */
    uint64_t unknown[INSN_CLASS_COUNT]; /* executed instructions timed by default, by class */
};

/* What ran: a block with its accesses. last: stop after the instruction that made the last
 * access (timing_peek); next_pc is not known then. */
struct executed {
    const struct block *block;
    const struct access *accesses;
    size_t access_count;
    uint32_t next_pc;
    bool partial;
};

struct core_model {
    const char *name, *version;
    size_t state_bytes;
    bool (*init)(void *state, const struct board *b, const struct chip *chip, struct err *e);
    void (*run)(void *state, const struct executed *x, struct charge *out);
    void (*invalidate)(void *state, bool icache, bool dcache, uint32_t addr, uint32_t bytes);
    void (*done)(void *state); /* releases what the state points to; NULL: nothing */
    /* The parameter of that name, or NULL; for ensembles, tests and calibration. */
    int32_t *(*parameter)(void *state, const char *name);
};

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
 * accesses that were made, so when some are missing (all == false) the next one must fit. */
static inline bool accesses_fit(const struct executed *x, size_t at, const struct insn *i,
                                bool all)
{
    if (all || i->cond == COND_ALWAYS || !(i->flags & INSN_IN_IT)) return true;
    if (at + i->accesses > x->access_count) return false;
    const struct access *a = &x->accesses[at];
    return a->size == i->access_bytes && a->write == ((i->flags & INSN_STORE) != 0);
}

#endif
