/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cycles of a window count nine times, as they stand for the blocks that were passed over.
 *
 * Members see a chip of their own, which follows the true one between two blocks: where a
 * thread times them (worker.h), the true one may have changed meanwhile. What the thread is
 * told is a row of items: a head, what it says, and for a block its accesses and divides.
 */
#include "sim/timing/spread.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/timing/worker.h"
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

enum { APART = 128 }; /* bytes: then two threads never write to one line of the host's caches */

struct spread {
    const struct chip *chip; /* the true one */
    struct chip known;       /* … as the members have been told */
    uint64_t blocks;
    struct worker *worker; /* NULL: members are timed at once */
    char apart[APART];
    /* The worker's, where there is one: */
    struct chip own; /* what members see */
    struct timing *members[MEMBERS_MAX];
    uint64_t cycles[MEMBERS_MAX]; /* of each, weighted */
    uint64_t model;               /* of the model, over the same blocks */
    size_t count;
};

/* A block that the members are timed over. */
struct look {
    const struct block *block;
    uint64_t cycles; /* that the model took */
    uint32_t weight, next_pc;
};

struct invalidation {
    bool icache, dcache;
    uint32_t addr, bytes;
};

/* What the thread is told. Alternatives follow the head; all are multiples of 8 bytes. */
enum item_kind { ITEM_BLOCK, ITEM_CHIP, ITEM_INVALIDATE, ITEM_RESTART };
struct item {
    uint32_t kind, bytes; /* enum item_kind; with all that follows */
    uint32_t accesses, divides;
};

static void apply(struct timing *t, const char *settings)
{
    char words[256];
    assert(strlen(settings) < sizeof words);
    memcpy(words, settings, strlen(settings) + 1);
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

/* --- what members are told --- */

static void look(struct spread *s, const struct look *l, const struct effects *did)
{
    for (size_t i = 0; i < s->count; i++) {
        struct charge unused = {0};
        uint64_t before = timing_cycles(s->members[i]);
        timing_block(s->members[i], l->block, did, l->next_pc, &unused);
        s->cycles[i] += (timing_cycles(s->members[i]) - before) * l->weight;
    }
    s->model += l->cycles * l->weight;
}

static void invalidate(struct spread *s, const struct invalidation *v)
{
    for (size_t i = 0; i < s->count; i++)
        timing_invalidate(s->members[i], v->icache, v->dcache, v->addr, v->bytes);
}

static void restart(struct spread *s)
{
    memset(s->cycles, 0, sizeof s->cycles);
    s->model = 0;
}

/* --- … by a thread --- */

/* Rounded up to a multiple of 8 bytes. */
static size_t padded(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

/* Writes an item without its effects; returns where they go. */
static char *put(struct spread *s, struct item item, const void *body, size_t bytes)
{
    char *at = worker_room(s->worker, item.bytes);
    memcpy(at, &item, sizeof item);
    if (bytes) memcpy(at + sizeof item, body, bytes);
    return at + sizeof item + padded(bytes);
}

static void put_plain(struct spread *s, enum item_kind kind, const void *body, size_t bytes)
{
    uint32_t all = (uint32_t)(sizeof(struct item) + padded(bytes));
    put(s, (struct item){.kind = kind, .bytes = all}, body, bytes);
}

static void put_look(struct spread *s, const struct look *l, const struct effects *did)
{
    size_t accesses = did->access_count * sizeof *did->accesses;
    size_t divides = did->divide_count * sizeof *did->divides;
    size_t all = sizeof(struct item) + padded(sizeof *l) + padded(accesses) + padded(divides);
    char *at = put(s,
                   (struct item){.kind = ITEM_BLOCK,
                                 .bytes = (uint32_t)all,
                                 .accesses = (uint32_t)did->access_count,
                                 .divides = (uint32_t)did->divide_count},
                   l, sizeof *l);
    if (accesses) memcpy(at, did->accesses, accesses);
    if (divides) memcpy(at + padded(accesses), did->divides, divides);
}

static void perform_look(struct spread *s, const struct item *item, const char *body)
{
    const char *at = body + padded(sizeof(struct look));
    struct effects did = {
        .accesses = (const void *)at,
        .access_count = item->accesses,
        .divides = (const void *)(at + padded(item->accesses * sizeof(struct access))),
        .divide_count = item->divides};
    look(s, (const void *)body, &did);
}

static void perform(void *context, const char *items, size_t bytes)
{
    struct spread *s = context;
    for (const char *end = items + bytes; items < end;) {
        const struct item *item = (const void *)items;
        const char *body = items + sizeof *item;
        items += item->bytes;
        switch ((enum item_kind)item->kind) {
        case ITEM_BLOCK:
            perform_look(s, item, body);
            break;
        case ITEM_CHIP:
            memcpy(&s->own, body, sizeof s->own);
            break;
        case ITEM_INVALIDATE:
            invalidate(s, (const void *)body);
            break;
        case ITEM_RESTART:
            restart(s);
            break;
        }
    }
}

/* --- the interface --- */

struct spread *spread_new(const struct board *b, const struct chip *chip, unsigned threads,
                          struct err *e)
{
    struct spread *s = xcalloc(1, sizeof *s);
    s->chip = chip;
    s->known = s->own = *chip;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].core != b->core) continue;
        assert(s->count < MEMBERS_MAX);
        struct timing *t = timing_new(b, TIMING_MODEL, &s->own, e);
        if (!t) {
            spread_free(s);
            return NULL;
        }
        timing_memo(t, MEMO_ON, MEMO_BYTES);
        apply(t, rows[i].settings);
        s->members[s->count++] = t;
    }
    if (threads != 1) s->worker = worker_new(perform, s);
    return s;
}

void spread_free(struct spread *s)
{
    if (!s) return;
    worker_free(s->worker);
    for (size_t i = 0; i < s->count; i++)
        timing_free(s->members[i]);
    free(s);
}

/* Padding may differ, too: then they are told what they know. */
static void follow_chip(struct spread *s)
{
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): with its padding */
    if (memcmp(&s->known, s->chip, sizeof s->known) == 0) return;
    memcpy(&s->known, s->chip, sizeof s->known);
    if (s->worker)
        put_plain(s, ITEM_CHIP, &s->known, sizeof s->known);
    else
        s->own = s->known;
}

void spread_block(struct spread *s, const struct block *b, const struct effects *did,
                  uint32_t next_pc, uint64_t cycles)
{
    uint64_t at = s->blocks++;
    uint32_t weight = 1;
    if (at >= ALL) {
        at = (at - ALL) % PERIOD;
        if (at >= WINDOW) return;
        weight = at < WARM ? 0 : PERIOD / (WINDOW - WARM);
    }
    follow_chip(s);
    struct look l = {.block = b, .cycles = cycles, .weight = weight, .next_pc = next_pc};
    if (s->worker)
        put_look(s, &l, did);
    else
        look(s, &l, did);
}

void spread_invalidate(struct spread *s, bool icache, bool dcache, uint32_t addr,
                       uint32_t bytes)
{
    struct invalidation v = {icache, dcache, addr, bytes};
    if (s->worker)
        put_plain(s, ITEM_INVALIDATE, &v, sizeof v);
    else
        invalidate(s, &v);
}

void spread_restart(struct spread *s)
{
    s->blocks = 0;
    if (s->worker)
        put_plain(s, ITEM_RESTART, NULL, 0);
    else
        restart(s);
}

struct timing_range spread_range(struct spread *s)
{
    if (s->worker) worker_wait(s->worker);
    struct timing_range r = {0};
    for (size_t i = 0; i < s->count && s->model; i++) {
        double off = ((double)s->cycles[i] - (double)s->model) / (double)s->model;
        int32_t ppm = (int32_t)(off * 1e6);
        if (ppm < r.low_ppm) r.low_ppm = ppm;
        if (ppm > r.high_ppm) r.high_ppm = ppm;
    }
    return r;
}
