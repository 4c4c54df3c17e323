/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nodes are found through a table of open addressing by parent, function and place; indices,
 * not addresses of ours, go into the hash: same run, same order of everything.
 */
#include "sim/trace/tree.h"

#include <stdlib.h>

#include "sim/trace/trace.h"

static uint32_t hash(const struct trace *t, const struct node *parent, const struct function *f,
                     uint32_t site)
{
    uint32_t h = parent->index * 0x9e3779b1U;
    h ^= (uint32_t)(f - t->functions) * 0x85ebca6bU;
    h ^= site * 0xc2b2ae35U;
    return h ^ h >> 15;
}

static void insert(struct trace *t, struct node *n)
{
    size_t at = hash(t, n->parent, n->function, n->site);
    while (t->tree.table[at & (t->tree.slots - 1)])
        at++;
    t->tree.table[at & (t->tree.slots - 1)] = n;
}

static void grow(struct trace *t)
{
    struct tree *r = &t->tree;
    if (r->count < r->room) return;
    r->room = r->room ? r->room * 2 : 1024;
    r->slots = r->room * 2;
    r->all = xrealloc(r->all, r->room, sizeof(struct node *));
    free(r->table);
    r->table = xcalloc(r->slots, sizeof(struct node *));
    for (size_t i = 1; i < r->count; i++)
        insert(t, r->all[i]);
}

static struct node *add(struct trace *t, struct node *parent, const struct function *f,
                        uint32_t site)
{
    grow(t);
    struct node *n = arena_alloc(&t->arena, sizeof *n);
    *n = (struct node){
        .function = f, .parent = parent, .site = site, .index = (uint32_t)t->tree.count};
    t->tree.all[t->tree.count++] = n;
    if (parent) insert(t, n);
    return n;
}

void tree_init(struct trace *t)
{
    t->root = t->node = add(t, NULL, t->none, 0);
}

void tree_done(struct trace *t)
{
    free(t->tree.all);
    free(t->tree.table);
    t->tree = (struct tree){0};
}

struct node *tree_child(struct trace *t, struct node *parent, const struct function *f,
                        uint32_t site)
{
    struct tree *r = &t->tree;
    if (r->count >= NODES_MAX) parent = t->root, site = 0;
    for (size_t at = hash(t, parent, f, site);; at++) {
        struct node *n = r->table[at & (r->slots - 1)];
        if (!n) return add(t, parent, f, site);
        if (n->parent == parent && n->function == f && n->site == site) return n;
    }
}

/* The call instruction before the address that it returns to: a register call has 16 bits. */
static uint32_t call_address(const struct trace *t, uint32_t after)
{
    uint8_t h[2] = {0};
    if (after < 4 || !memory_read(t->memory, after - 2, sizeof h, h)) return after;
    unsigned code = h[0] | (unsigned)h[1] << 8;
    bool narrow = (code & 0xff07U) == 0x4700U || (code & 0xf800U) == 0xe000U || code < 0xd000U;
    return after - (narrow ? 2 : 4);
}

static bool above(const struct node *n, const struct function *f)
{
    for (n = n->parent; n; n = n->parent)
        if (n->function == f) return true;
    return false;
}

static bool edge_above(const struct node *n)
{
    for (const struct node *a = n->parent; a && a->parent; a = a->parent)
        if (a->function == n->function && a->parent->function == n->parent->function)
            return true;
    return false;
}

static int by_names(const void *a, const void *b)
{
    const struct profile_edge *x = a, *y = b;
    if (x->caller != y->caller) return x->caller < y->caller ? -1 : 1;
    return x->callee < y->callee ? -1 : x->callee > y->callee;
}

/* Calls from function to function, over all paths. */
static void edges(struct trace *t, struct profile *p, const struct profile_node *nodes)
{
    struct profile_edge *out = arena_array(&t->arena, p->node_count, sizeof *out);
    size_t n = 0, kept = 0;
    for (size_t i = 1; i < p->node_count; i++) {
        const struct node *node = t->tree.all[i];
        if (!node->calls) continue;
        out[n++] = (struct profile_edge){
            .caller = nodes[nodes[i].parent].addr,
            .callee = nodes[i].addr,
            .caller_name = nodes[nodes[i].parent].name,
            .callee_name = nodes[i].name,
            .calls = node->calls,
            .cycles = edge_above(node) ? 0 : nodes[i].inclusive_cycles,
        };
    }
    if (n) qsort(out, n, sizeof *out, by_names);
    for (size_t i = 0; i < n; i++)
        if (kept && by_names(&out[kept - 1], &out[i]) == 0) {
            out[kept - 1].calls += out[i].calls;
            out[kept - 1].cycles += out[i].cycles;
        } else {
            out[kept++] = out[i];
        }
    p->edges = out;
    p->edge_count = kept;
}

void tree_result(struct trace *t, struct profile *p)
{
    size_t n = t->tree.count;
    struct profile_node *out = arena_array(&t->arena, n, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        const struct node *node = t->tree.all[i];
        out[i] = (struct profile_node){
            .name = node->function->title,
            .addr = node->function->addr,
            .parent = node->parent ? node->parent->index : 0,
            .site = node->site && node->site != node->function->addr
                        ? call_address(t, node->site)
                        : node->site,
            .calls = node->calls,
            .cycles = node->cycles,
            .instructions = node->instructions,
            .inclusive_cycles = node->cycles,
            .inclusive_instructions = node->instructions,
        };
    }
    for (size_t i = n; i-- > 1;) { /* children come after their parents */
        out[out[i].parent].inclusive_cycles += out[i].inclusive_cycles;
        out[out[i].parent].inclusive_instructions += out[i].inclusive_instructions;
    }
    for (size_t i = 0; i < n; i++) { /* of a recursion only the outermost counts */
        const struct node *node = t->tree.all[i];
        struct function *f = &t->functions[node->function - t->functions];
        if (f->size == 0) /* no symbol: not one function */
            f->row.inclusive_cycles += out[i].cycles;
        else if (!above(node, f))
            f->row.inclusive_cycles += out[i].inclusive_cycles;
    }
    names_after(t, out, n, NULL, 0);
    p->nodes = out;
    p->node_count = n;
    edges(t, p, out);
}
