/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Timing: picks the core's model, hands it blocks, keeps the totals.
 * The model's state is one flat block of memory; a second one of the same size is kept for
 * timing_peek(), which copies, runs and throws away.
 */
#include "sim/timing/timing.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/timing/core.h"
#include "tools/base/arena.h"

struct timing {
    const struct core_model *model;
    const struct board *board;
    struct core_state *state, *scratch;
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
    return t;
}

void timing_free(struct timing *t)
{
    if (!t) return;
    if (t->state && t->model->done) t->model->done(t->state);
    free(t->state);
    free(t->scratch);
    free(t);
}

void timing_block(struct timing *t, const struct block *b, const struct access *acc, size_t n,
                  uint32_t next_pc, struct charge *out)
{
    struct executed x = {
        .block = b, .accesses = acc, .access_count = n, .next_pc = next_pc & ~1u};
    t->model->run(t->state, &x, out);
}

uint64_t timing_peek(struct timing *t, const struct block *b, const struct access *acc,
                     size_t n)
{
    struct charge unused = {0};
    struct executed x = {.block = b, .accesses = acc, .access_count = n, .partial = true};
    memcpy(t->scratch, t->state, t->model->state_bytes);
    t->model->run(t->scratch, &x, &unused);
    return t->scratch->now;
}

void timing_add(struct timing *t, enum cause cause, uint64_t cycles, struct charge *out)
{
    charge(t->state, out, cause, cycles);
}

void timing_invalidate(struct timing *t, bool icache, bool dcache, uint32_t addr,
                       uint32_t bytes)
{
    t->model->invalidate(t->state, icache, dcache, addr, bytes);
}

uint64_t timing_cycles(const struct timing *t)
{
    return t->state->now;
}

bool timing_set(struct timing *t, const char *name, int32_t value)
{
    int32_t *p = t->model->parameter ? t->model->parameter(t->state, name) : NULL;
    if (p) *p = value;
    return p != NULL;
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
