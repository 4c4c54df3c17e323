/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Timing: picks the core's model, hands it blocks, keeps the totals.
 * Blocks go through a memo (memo.h) unless that is off: it gives the same cycles, sooner.
 * The model's state is one flat block of memory; a second one of the same size is kept for
 * timing_peek(), which copies, runs and throws away.
 */
#include "sim/timing/timing.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/timing/core.h"
#include "sim/timing/spread.h"
#include "tools/base/arena.h"

enum { MEMO_BYTES = 64 << 20 };

struct timing {
    const struct core_model *model;
    const struct board *board;
    struct core_state *state, *scratch;
    struct memo *memo;     /* NULL: every block is run */
    struct twin *twin;     /* NULL: nothing is compared */
    struct spread *spread; /* NULL: no range is wanted */
};

struct twin { /* the same machine without a memo */
    struct core_state *state;
    char *saved, *mine, *its; /* pipelines, to compare */
    uint64_t disagreements;
};

static const struct core_model *find_model(enum core_kind core)
{
    switch (core) {
#define CORE(kind, record)                                                                     \
    case kind:                                                                                 \
        return &(record);
#include "sim/timing/cores.def"
#undef CORE
    }
    return NULL;
}

struct timing *timing_new(const struct board *b, enum timing_kind kind, const struct chip *chip,
                          struct err *e)
{
    const struct core_model *m = kind == TIMING_ICOUNT ? &core_icount : find_model(b->core);
    assert(m);
    struct timing *t = xcalloc(1, sizeof *t);
    t->model = m;
    t->board = b;
    t->state = xcalloc(1, m->state_bytes);
    t->scratch = xcalloc(1, m->state_bytes);
    if (!m->init(t->state, b, chip, e)) {
        timing_free(t);
        return NULL;
    }
    timing_memo(t, MEMO_ON, 0);
    return t;
}

static void twin_free(struct twin *w)
{
    if (!w) return;
    free(w->state);
    free(w->saved);
    free(w->mine);
    free(w->its);
    free(w);
}

static struct twin *twin_new(const struct timing *t)
{
    struct twin *w = xcalloc(1, sizeof *w);
    w->state = xmalloc(t->model->state_bytes);
    memcpy(w->state, t->state, t->model->state_bytes);
    size_t pipe_bytes = t->model->state_bytes - t->model->pipe_offset;
    w->saved = xmalloc(pipe_bytes);
    w->mine = xmalloc(pipe_bytes);
    w->its = xmalloc(pipe_bytes);
    return w;
}

void timing_memo(struct timing *t, enum timing_memo mode, size_t bytes)
{
    if (t->memo) memo_yield(t->memo);
    memo_free(t->memo);
    twin_free(t->twin);
    bool has = mode != MEMO_OFF && t->model->pack;
    t->memo = has ? memo_new(t->model, t->state, bytes ? bytes : MEMO_BYTES) : NULL;
    t->twin = has && mode == MEMO_CHECK ? twin_new(t) : NULL;
}

uint64_t timing_disagreements(const struct timing *t)
{
    return t->twin ? t->twin->disagreements : 0;
}

struct memo_stats timing_memo_stats(const struct timing *t)
{
    return t->memo ? memo_stats(t->memo) : (struct memo_stats){0};
}

void timing_free(struct timing *t)
{
    if (!t) return;
    memo_free(t->memo);
    twin_free(t->twin);
    spread_free(t->spread);
    if (t->state && t->model->done) t->model->done(t->state);
    free(t->state);
    free(t->scratch);
    free(t);
}

/* The pipeline as pack() makes it, which tells apart what can matter; the state stays as it is.
 */
static bool packed(const struct core_model *m, struct core_state *s, char *saved, char *out)
{
    char *pipe = (char *)s + m->pipe_offset;
    size_t bytes = m->state_bytes - m->pipe_offset;
    memcpy(saved, pipe, bytes);
    bool can = m->pack(s);
    memcpy(out, pipe, bytes);
    memcpy(pipe, saved, bytes);
    return can;
}

static bool same_pipeline(struct timing *t)
{
    struct twin *w = t->twin;
    return packed(t->model, t->state, w->saved, w->mine) ==
               packed(t->model, w->state, w->saved, w->its) &&
           memcmp(w->mine, w->its, t->model->state_bytes - t->model->pipe_offset) == 0;
}

static void compare(struct timing *t, const struct executed *x, struct charge *out)
{
    struct charge memo = {0}, run = {0};
    memo_run(t->memo, x, &memo);
    t->model->run(t->twin->state, x, &run);
    memo_show(t->memo);
    bool same =
        memcmp(memo.cycles, run.cycles, sizeof memo.cycles) == 0 &&
        memo.instructions == run.instructions && t->state->now == t->twin->state->now &&
        memcmp(t->state->unknown, t->twin->state->unknown, sizeof t->state->unknown) == 0;
    if (!same || !same_pipeline(t)) t->twin->disagreements++;
    for (int k = 0; k < CAUSE_COUNT; k++)
        out->cycles[k] += memo.cycles[k];
    out->instructions += memo.instructions;
}

void timing_block(struct timing *t, const struct block *b, const struct effects *did,
                  uint32_t next_pc, struct charge *out)
{
    struct executed x = {.block = b,
                         .accesses = did->accesses,
                         .access_count = did->access_count,
                         .divides = did->divides,
                         .divide_count = did->divide_count,
                         .next_pc = next_pc & ~1u};
    uint64_t before = t->state->now;
    if (t->twin)
        compare(t, &x, out);
    else if (t->memo)
        memo_run(t->memo, &x, out);
    else
        t->model->run(t->state, &x, out);
    if (t->spread) spread_block(t->spread, b, did, next_pc, t->state->now - before);
}

static void copy_state(const struct core_model *m, void *to, const void *from)
{
    char *t = to;
    const char *f = from;
    size_t world = m->world_copy ? m->world_offset : m->state_bytes;
    memcpy(t, f, world);
    if (!m->world_copy) return;
    m->world_copy(t + world, f + world);
    memcpy(t + m->pipe_offset, f + m->pipe_offset, m->state_bytes - m->pipe_offset);
}

uint64_t timing_peek(struct timing *t, const struct block *b, const struct effects *did)
{
    struct charge unused = {0};
    struct executed x = {.block = b,
                         .accesses = did->accesses,
                         .access_count = did->access_count,
                         .divides = did->divides,
                         .divide_count = did->divide_count,
                         .partial = true};
    if (t->memo) memo_show(t->memo);
    copy_state(t->model, t->scratch, t->state);
    t->model->run(t->scratch, &x, &unused);
    return t->scratch->now;
}

void timing_add(struct timing *t, enum cause cause, uint64_t cycles, struct charge *out)
{
    if (t->memo) memo_yield(t->memo);
    charge(t->state, out, cause, cycles);
    if (t->twin) t->twin->state->now += cycles;
}

void timing_invalidate(struct timing *t, bool icache, bool dcache, uint32_t addr,
                       uint32_t bytes)
{
    t->model->invalidate(t->state, icache, dcache, addr, bytes);
    if (t->twin) t->model->invalidate(t->twin->state, icache, dcache, addr, bytes);
    if (t->spread) spread_invalidate(t->spread, icache, dcache, addr, bytes);
}

bool timing_spread(struct timing *t, const struct board *b, const struct chip *chip,
                   unsigned threads, struct err *e)
{
    t->spread = spread_new(b, chip, threads, e);
    return t->spread != NULL;
}

struct timing_range timing_range(const struct timing *t)
{
    return t->spread ? spread_range(t->spread) : (struct timing_range){0};
}

void timing_range_restart(struct timing *t)
{
    if (t->spread) spread_restart(t->spread);
}

uint64_t timing_cycles(const struct timing *t)
{
    return t->state->now;
}

bool timing_set(struct timing *t, const char *name, int32_t value)
{
    int32_t *p = t->model->parameter ? t->model->parameter(t->state, name) : NULL;
    if (!p) return false;
    if (t->memo) memo_forget(t->memo);
    *p = value;
    if (t->twin) *t->model->parameter(t->twin->state, name) = value;
    return true;
}

const char *timing_name(const struct timing *t)
{
    return t->model->name;
}

const char *timing_version(const struct timing *t)
{
    return t->model->version;
}

const char *cause_name(enum cause c)
{
    static const char *const names[] = {
#define CAUSE(name, word, text) word,
#include "sim/timing/causes.def"
#undef CAUSE
    };
    return names[c];
}

static int by_name(const void *a, const void *b)
{
    const struct timing_default *x = a, *y = b;
    return strcmp(x->name, y->name);
}

size_t timing_defaults(const struct timing *t, struct timing_default *out, size_t max)
{
    size_t n = 0;
    for (int c = 0; c < INSN_CLASS_COUNT && n < max; c++) {
        if (!t->state->unknown[c]) continue;
        snprintf(out[n].name, sizeof out[n].name, "%s", insn_class_name((enum insn_class)c));
        out[n++].count = t->state->unknown[c];
    }
    if (n) qsort(out, n, sizeof *out, by_name);
    return n;
}
