/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Roots are found by block, place in it, state, next pc and number of accesses: all that is
 * known before the first question. A leaf keeps the two roots that came after it last, so that
 * a loop looks nothing up.
 *
 * Blocks are known by the hash of their code (struct block, id), not by address: whoever frees
 * one and decodes another in its place needs to tell nobody.
 */
#include "sim/timing/memo.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/timing/core.h"
#include "sim/timing/states.h"
#include "tools/base/arena.h"

enum {
    NONE = 0,        /* node, leaf, state, root: number 0 of each is nothing */
    LONG_WAIT = 4,   /* cycles after which a way is cut … */
    PATH_CUT = 2048, /* … or questions: one instruction asks less than as many again */
    NEW_WAYS = 4096, /* after so many, with fewer known ones between them, … */
    REST = 1 << 16,  /* … so many blocks are run without looking up */
    NODE_MASK = (1 << 24) - 1, /* of memo_node.other */
    NODES_MAX = NODE_MASK - 2 * MEMO_PATH,
};

struct key {
    uint64_t block; /* its id */
    uint32_t state, next_pc, accesses, insn, access, unused;
};

struct root {
    struct key key;
    uint32_t node;
};

struct leaf {
    uint32_t cycles, instructions, state;
    uint32_t insn, access;      /* where the block goes on; 0, 0: it is through */
    uint32_t first_cost, fours; /* costs by four: few ways have more, so the end is predicted */
    uint32_t part;              /* node of the block's next part */
    struct next {
        uint64_t block;
        uint32_t next_pc, accesses, node;
    } next[2]; /* the block after it: the last two */
};

struct cost {
    uint32_t cause, cycles;
};

struct memo {
    const struct core_model *model;
    struct core_state *state;
    size_t max_bytes;
    struct pool nodes, leaves, roots, costs;
    struct table by_key; /* roots */
    struct states states;
    /* Where the machine stands. */
    uint32_t at;   /* number of the packed state; NONE: only the flat one is true */
    bool flat;     /* the flat one is true */
    uint32_t leaf; /* that led there; NONE */
    /* A way on record. */
    struct memo_path path;
    const struct memo_node *cursor; /* the question whose answer is replayed */
    uint32_t replayed, root;
    uint32_t rest; /* so many blocks are run without a memo: what it saw did not come again */
    uint64_t hits_before;
    uint64_t start;
    bool full;
    struct memo_stats stats;
};

#define AT(pool, type, number) POOL_AT(&m->pool, type, number)
#define ADD(pool, type, items) POOL_ADD(&m->pool, type, items)

/* --- states --- */

static uint64_t *pipe(const struct memo *m)
{
    return (uint64_t *)(void *)((char *)m->state + m->model->pipe_offset);
}

/* Packs the flat state and finds its number. False: it cannot be packed, and stays. */
static bool keep(struct memo *m)
{
    if (!m->model->pack(m->state)) return false;
    m->flat = false;
    m->at = states_number(&m->states, pipe(m));
    return true;
}

void memo_show(struct memo *m)
{
    if (m->flat) return;
    states_get(&m->states, m->at, pipe(m));
    m->model->unpack(m->state);
    m->flat = true;
}

void memo_yield(struct memo *m)
{
    memo_show(m);
    m->at = m->leaf = NONE;
}

/* --- roots --- */

static uint32_t key_hash(const struct key *k)
{
    uint64_t h = hash_mix(k->block, (uint64_t)k->state << 32 | k->next_pc);
    return (uint32_t)(hash_mix(h, (uint64_t)k->accesses << 32 | k->insn) >> 32);
}

static uint32_t root_hash(const void *context, uint32_t number)
{
    const struct memo *m = context;
    return key_hash(&AT(roots, const struct root, number)->key);
}

/* The root of x here, a new one without a node when there is none. */
static uint32_t find_root(struct memo *m, const struct executed *x)
{
    struct key key = {.block = x->block->id,
                      .state = m->at,
                      .next_pc = x->next_pc,
                      .accesses = (uint32_t)x->access_count,
                      .insn = m->state->insn,
                      .access = m->state->access};
    uint32_t hash = key_hash(&key), slot;
    table_grow(&m->by_key, m->roots.count, root_hash, m);
    for (uint32_t number = table_first(&m->by_key, hash, &slot); number;
         number = table_next(&m->by_key, &slot))
        if (memcmp(&AT(roots, const struct root, number)->key, &key, sizeof key) == 0)
            return number;
    uint32_t number = ADD(roots, struct root, 1);
    AT(roots, struct root, number)->key = key;
    table_put(&m->by_key, hash, number);
    return number;
}

/* The node where x goes on from here, as the last leaf remembers it; NONE: it does not. */
static uint32_t follow_leaf(const struct memo *m, const struct executed *x)
{
    const struct leaf *l = AT(leaves, const struct leaf, m->leaf);
    if (m->state->insn) return l->part;
    for (int k = 0; k < 2; k++) {
        const struct next *n = &l->next[k];
        if (n->block == x->block->id && n->next_pc == x->next_pc &&
            n->accesses == x->access_count)
            return n->node;
    }
    return NONE;
}

static void remember(struct memo *m, const struct executed *x, uint32_t node)
{
    if (!m->leaf || !node) return;
    struct leaf *l = AT(leaves, struct leaf, m->leaf);
    if (m->state->insn) {
        l->part = node;
        return;
    }
    l->next[1] = l->next[0];
    l->next[0] = (struct next){x->block->id, x->next_pc, (uint32_t)x->access_count, node};
}

/* --- ways --- */

/* Follows a leaf: what the pipeline would have done. */
static void take(struct memo *m, const struct memo_node *end, struct charge *out)
{
    const struct leaf *l = AT(leaves, const struct leaf, end->answer);
    const struct cost *c = AT(costs, const struct cost, l->first_cost);
    for (uint32_t fours = l->fours; fours; fours--, c += 4) {
        out->cycles[c[0].cause] += c[0].cycles;
        out->cycles[c[1].cause] += c[1].cycles;
        out->cycles[c[2].cause] += c[2].cycles;
        out->cycles[c[3].cause] += c[3].cycles;
    }
    out->instructions += l->instructions;
    m->state->now += l->cycles;
    m->state->insn = l->insn;
    m->state->access = l->access;
    m->at = l->state;
    m->flat = false;
    m->leaf = end->answer;
    m->stats.hits++;
}

static uint32_t add_node(struct memo *m, struct memo_node n)
{
    uint32_t number = ADD(nodes, struct memo_node, 1);
    *AT(nodes, struct memo_node, number) = n;
    return number;
}

uint32_t memo_ask(struct memo *m, uint32_t kind, uint32_t subject, uint64_t at)
{
    uint32_t a;
    int32_t when = (int32_t)(at - m->start);
    if (m->replayed < m->path.count) {
        const struct memo_node *n = m->cursor;
        a = m->path.answers[m->replayed];
        assert(n->kind == kind && n->subject == subject && n->at == when);
        while (n->answer != a && n->other)
            n = AT(nodes, const struct memo_node, n->other);
        m->cursor = n + 1;
    } else {
        a = m->model->answer(m->state, m->state->x, kind, subject, at);
        m->path.answers[m->path.count++] = a;
        add_node(m, (struct memo_node){subject, when, a, kind & 255, NONE});
    }
    m->replayed++;
    if (a >> ANSWER_WAIT >= LONG_WAIT || m->path.count >= PATH_CUT) m->state->pause = true;
    return a;
}

/* Ends the way on record with a leaf. False: it cannot be used again. */
static bool end_way(struct memo *m, const struct charge *c)
{
    struct leaf l = {.cycles = (uint32_t)(m->state->now - m->start),
                     .instructions = c->instructions,
                     .insn = m->state->insn,
                     .access = m->state->access};
    if (!keep(m)) return false;
    l.state = m->at;
    struct cost costs[CAUSE_COUNT + 3];
    uint32_t n = 0, last = CAUSE_COUNT;
    for (uint32_t k = 0; k < CAUSE_COUNT; k++)
        if (c->cycles[k]) costs[n++] = (struct cost){k, (uint32_t)c->cycles[k]};
    while (n % 4) /* of different causes: additions to one would wait for each other */
        costs[n++] = (struct cost){--last, 0};
    l.fours = n / 4;
    l.first_cost = ADD(costs, struct cost, n);
    memcpy(AT(costs, struct cost, l.first_cost), costs, n * sizeof costs[0]);
    m->leaf = ADD(leaves, struct leaf, 1);
    *AT(leaves, struct leaf, m->leaf) = l;
    add_node(m, (struct memo_node){.answer = m->leaf, .kind = MEMO_LEAF});
    return true;
}

/* Runs x from here for the answers given so far and those to come, and adds its way to the
 * root's. An instruction that is timed by default is counted, so its way is not kept. */
static void record(struct memo *m, const struct executed *x, uint32_t root, struct charge *out)
{
    struct core_state *s = m->state;
    uint64_t unknown[INSN_CLASS_COUNT];
    memcpy(unknown, s->unknown, sizeof unknown);
    memo_show(m);
    uint32_t first = m->nodes.count, fork = NONE;
    m->start = s->now;
    m->replayed = 0;
    if (root) {
        struct memo_node n = *m->path.last;
        fork = (uint32_t)(m->path.last - AT(nodes, const struct memo_node, 0));
        n.answer = m->path.answers[m->path.count - 1];
        n.other = NONE;
        AT(nodes, struct memo_node, fork)->other = first & NODE_MASK;
        add_node(m, n);
    } else {
        m->path.count = 0;
    }
    m->cursor = AT(nodes, const struct memo_node, root ? root : first);
    struct charge c = {0};
    s->recorder = m;
    m->model->run(s, x, &c);
    s->recorder = NULL;
    s->pause = false;
    for (int k = 0; k < CAUSE_COUNT; k++)
        out->cycles[k] += c.cycles[k];
    out->instructions += c.instructions;
    m->stats.misses++;
    if (memcmp(unknown, s->unknown, sizeof unknown) == 0 && end_way(m, &c)) {
        if (!root) AT(roots, struct root, m->root)->node = first;
        return;
    }
    m->nodes.count = first;
    if (fork) AT(nodes, struct memo_node, fork)->other = NONE;
    m->at = m->leaf = NONE;
}

/* --- the interface --- */

static size_t used_bytes(const struct memo *m)
{
    return POOL_BYTES(&m->nodes, struct memo_node) + POOL_BYTES(&m->leaves, struct leaf) +
           POOL_BYTES(&m->roots, struct root) + POOL_BYTES(&m->costs, struct cost) +
           m->by_key.room * sizeof *m->by_key.slots + states_bytes(&m->states);
}

/* The node where x goes on from here when the last leaf does not know; NONE: none does. */
static __attribute__((noinline)) uint32_t look_up(struct memo *m, const struct executed *x)
{
    if (m->full) memo_forget(m);
    if (m->rest || !x->block->id) memo_yield(m);
    if (m->rest) {
        m->rest--;
        return NONE;
    }
    if (!m->at && (!x->block->id || !keep(m))) return NONE;
    m->root = find_root(m, x);
    uint32_t node = AT(roots, const struct root, m->root)->node;
    remember(m, x, node);
    return node;
}

/* The pipeline itself, from here or from the root whose way was left. */
static __attribute__((noinline)) void run(struct memo *m, const struct executed *x,
                                          uint32_t root, struct charge *out)
{
    if (m->at) {
        record(m, x, root, out);
        m->full = m->nodes.count > NODES_MAX || used_bytes(m) > m->max_bytes;
        if (m->stats.misses % NEW_WAYS == 0) {
            if (m->stats.hits - m->hits_before < NEW_WAYS) m->rest = REST;
            m->hits_before = m->stats.hits;
        }
    } else {
        m->model->run(m->state, x, out);
        m->stats.plain++;
    }
}

void memo_run(struct memo *m, const struct executed *x, struct charge *out)
{
    do {
        uint32_t root = follow_leaf(m, x);
        if (!root) root = look_up(m, x);
        m->path.nodes = m->nodes.at;
        const struct memo_node *end =
            root ? m->model->walk(m->state, x, &m->path, m->path.nodes + root, m->state->now)
                 : NULL;
        if (end)
            take(m, end, out);
        else
            run(m, x, root, out);
    } while (m->state->insn);
}

static void reset(struct memo *m)
{
    POOL_RESET(&m->nodes, struct memo_node);
    POOL_RESET(&m->leaves, struct leaf);
    POOL_RESET(&m->roots, struct root);
    POOL_RESET(&m->costs, struct cost);
    table_clear(&m->by_key);
    states_reset(&m->states);
    m->full = false;
}

void memo_forget(struct memo *m)
{
    memo_yield(m);
    reset(m);
    m->stats.forgotten++;
}

struct memo *memo_new(const struct core_model *model, struct core_state *state,
                      size_t max_bytes)
{
    size_t bytes = model->state_bytes - model->pipe_offset;
    assert(model->pipe_offset % 8 == 0 && bytes % 8 == 0 && bytes / 8 <= STATE_WORDS_MAX);
    struct memo *m = xcalloc(1, sizeof *m);
    m->model = model;
    m->state = state;
    m->max_bytes = max_bytes;
    m->flat = true;
    m->states.word_count = (uint32_t)(bytes / 8);
    reset(m);
    return m;
}

void memo_free(struct memo *m)
{
    if (!m) return;
    pool_done(&m->nodes);
    pool_done(&m->leaves);
    pool_done(&m->roots);
    pool_done(&m->costs);
    table_done(&m->by_key);
    states_done(&m->states);
    free(m);
}

struct memo_stats memo_stats(const struct memo *m)
{
    struct memo_stats s = m->stats;
    s.states = m->states.kept.count;
    s.roots = m->roots.count;
    s.nodes = m->nodes.count;
    s.bytes = used_bytes(m);
    return s;
}
