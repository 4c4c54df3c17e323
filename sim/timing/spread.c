/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cycles of a window count nine times, as they stand for the blocks that were passed over.
 */
#include "sim/timing/spread.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/arena.h"

enum {
    ALL = 1 << 17,    /* blocks that are all looked at */
    PERIOD = 1 << 17, /* then a window of */
    WINDOW = 1 << 14, /* blocks in each period, */
    WARM = 1 << 11,   /* of which the first are not counted */
    MEMBERS_MAX = 8,
    MEMO_BYTES = 16 << 20,
};

static const struct row {
    enum core_kind core;
    const char *name, *settings, *errors;
} rows[] = {
#define SPREAD(core, name, settings, errors) {core, name, settings, errors},
#include "sim/timing/spread.def"
};

struct spread {
    struct timing *members[MEMBERS_MAX];
    uint64_t cycles[MEMBERS_MAX]; /* of each, weighted */
    uint64_t model;               /* of the model, over the same blocks */
    size_t count;
    uint64_t blocks;
};

static void apply(struct timing *t, const char *settings)
{
    char words[256];
    assert(strlen(settings) < sizeof words);
    strcpy(words, settings);
    char *save = NULL;
    for (char *w = strtok_r(words, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
        char *value = strchr(w, '=');
        assert(value);
        *value++ = 0;
        bool known = timing_set(t, w, (int32_t)strtol(value, NULL, 10));
        assert(known); /* a test goes through all rows */
        (void)known;
    }
}

struct spread *spread_new(const struct board *b, const struct chip *chip, struct err *e)
{
    struct spread *s = xcalloc(1, sizeof *s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].core != b->core) continue;
        assert(s->count < MEMBERS_MAX);
        struct timing *t = timing_new(b, TIMING_MODEL, chip, e);
        if (!t) {
            spread_free(s);
            return NULL;
        }
        timing_memo(t, MEMO_ON, MEMO_BYTES);
        apply(t, rows[i].settings);
        s->members[s->count++] = t;
    }
    return s;
}

void spread_free(struct spread *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->count; i++)
        timing_free(s->members[i]);
    free(s);
}

void spread_block(struct spread *s, const struct block *b, const struct effects *did,
                  uint32_t next_pc, uint64_t cycles)
{
    uint64_t at = s->blocks++, weight = 1;
    if (at >= ALL) {
        at = (at - ALL) % PERIOD;
        if (at >= WINDOW) return;
        weight = at < WARM ? 0 : PERIOD / (WINDOW - WARM);
    }
    for (size_t i = 0; i < s->count; i++) {
        struct charge unused = {0};
        uint64_t before = timing_cycles(s->members[i]);
        timing_block(s->members[i], b, did, next_pc, &unused);
        s->cycles[i] += (timing_cycles(s->members[i]) - before) * weight;
    }
    s->model += cycles * weight;
}

void spread_invalidate(struct spread *s, bool icache, bool dcache, uint32_t addr,
                       uint32_t bytes)
{
    for (size_t i = 0; i < s->count; i++)
        timing_invalidate(s->members[i], icache, dcache, addr, bytes);
}

void spread_restart(struct spread *s)
{
    memset(s->cycles, 0, sizeof s->cycles);
    s->model = s->blocks = 0;
}

struct timing_range spread_range(const struct spread *s)
{
    struct timing_range r = {0};
    for (size_t i = 0; i < s->count && s->model; i++) {
        double off = ((double)s->cycles[i] - (double)s->model) / (double)s->model;
        int32_t ppm = (int32_t)(off * 1e6);
        if (ppm < r.low_ppm) r.low_ppm = ppm;
        if (ppm > r.high_ppm) r.high_ppm = ppm;
    }
    return r;
}
