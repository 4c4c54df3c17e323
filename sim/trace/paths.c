/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nodes of the tree are sorted and those that a format does not tell apart are added up.
 */
#include "sim/trace/paths.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/arena.h"

static bool same_function(const struct profile_node *a, const struct profile_node *b)
{
    return a->addr == b->addr && strcmp(a->name, b->name) == 0;
}

/* ---- callgrind ---- */

struct call { /* of one function from one place of another */
    const struct profile_node *caller, *callee;
    uint64_t calls, cycles, instructions;
};

static int by_function(const void *a, const void *b)
{
    const struct profile_node *x = *(const struct profile_node *const *)a;
    const struct profile_node *y = *(const struct profile_node *const *)b;
    if (x->addr != y->addr) return x->addr < y->addr ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int by_call(const void *a, const void *b)
{
    const struct call *x = a, *y = b;
    int order = by_function(&x->caller, &y->caller);
    if (!order && x->callee->site != y->callee->site)
        order = x->callee->site < y->callee->site ? -1 : 1;
    return order ? order : by_function(&x->callee, &y->callee);
}

/* Is the same call further out on the path? Then its cycles are in that one's. */
static bool repeats(const struct profile *p, const struct profile_node *n)
{
    const struct profile_node *a = &p->nodes[n->parent];
    for (; a != p->nodes; a = &p->nodes[a->parent])
        if (same_function(a, n) && same_function(&p->nodes[a->parent], &p->nodes[n->parent]))
            return true;
    return false;
}

static size_t gather_calls(const struct profile *p, struct call *out)
{
    size_t n = 0, kept = 0;
    for (size_t i = 1; i < p->node_count; i++) {
        const struct profile_node *node = &p->nodes[i];
        bool inside = repeats(p, node);
        if (!node->calls && !node->inclusive_cycles) continue;
        out[n++] = (struct call){&p->nodes[node->parent], node, node->calls,
                                 inside ? 0 : node->inclusive_cycles,
                                 inside ? 0 : node->inclusive_instructions};
    }
    if (n) qsort(out, n, sizeof *out, by_call);
    for (size_t i = 0; i < n; i++)
        if (kept && by_call(&out[kept - 1], &out[i]) == 0) {
            out[kept - 1].calls += out[i].calls;
            out[kept - 1].cycles += out[i].cycles;
            out[kept - 1].instructions += out[i].instructions;
        } else {
            out[kept++] = out[i];
        }
    return kept;
}

static uint64_t at_most(uint64_t n, uint64_t most)
{
    return n < most ? n : most;
}

/* Costs of a function's own: of each instruction when that is known, else where it starts. An
 * instruction may have more: it belonged to another function until a call to this one was seen
 * (images without symbols). */
static void write_costs(const struct profile *p, const struct profile_node *f, uint64_t cycles,
                        uint64_t instructions, struct buf *out)
{
    const char *now = f->file; /* inlined code is of another file */
    for (size_t i = 0; i < p->line_count; i++) {
        const struct profile_line *l = &p->lines[i];
        if (l->function != f->addr || strcmp(l->name, f->name) != 0) continue;
        if (l->file && f->file && strcmp(l->file, now) != 0)
            buf_printf(out, "%s=%s\n", strcmp(l->file, f->file) == 0 ? "fe" : "fi", l->file);
        if (l->file && f->file) now = l->file;
        uint64_t own_cycles = at_most(l->cycles, cycles);
        uint64_t own_instructions = at_most(l->executions, instructions);
        buf_printf(out, "0x%08" PRIx32 " %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", l->pc, l->line,
                   own_cycles, own_instructions);
        cycles -= own_cycles;
        instructions -= own_instructions;
    }
    if (f->file && strcmp(now, f->file) != 0) buf_printf(out, "fe=%s\n", f->file);
    if (cycles || instructions)
        buf_printf(out, "0x%08" PRIx32 " %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", f->addr,
                   f->line, cycles, instructions);
}

void profile_callgrind(const struct profile *p, const char *object, struct buf *out)
{
    struct arena a = {0};
    size_t n = p->node_count;
    const struct profile_node **nodes = arena_array(&a, n + 1, sizeof(void *));
    struct call *calls = arena_array(&a, n + 1, sizeof *calls);
    size_t call_count = gather_calls(p, calls), at = 0;
    for (size_t i = 0; i < n; i++)
        nodes[i] = &p->nodes[i];
    if (n) qsort(nodes, n, sizeof(void *), by_function);
    buf_printf(out,
               "# callgrind format\nversion: 1\ncreator: mcuscope\ncmd: %s\npart: 1\n"
               "positions: instr line\nevents: Cycles Instructions\nsummary: %" PRIu64
               " %" PRIu64 "\n\nob=%s\n",
               object, p->total.cycles, p->total.instructions, object);
    for (size_t i = 0; i < n;) {
        const struct profile_node *f = nodes[i];
        uint64_t cycles = 0, instructions = 0;
        for (; i < n && same_function(nodes[i], f); i++) {
            cycles += nodes[i]->cycles;
            instructions += nodes[i]->instructions;
        }
        buf_printf(out, "\nfl=%s\nfn=%s\n", f->file ? f->file : object, f->name);
        write_costs(p, f, cycles, instructions, out);
        for (; at < call_count && same_function(calls[at].caller, f); at++) {
            const struct profile_node *to = calls[at].callee;
            buf_printf(out,
                       "cfi=%s\ncfn=%s\ncalls=%" PRIu64 " 0x%08" PRIx32 " %" PRIu32
                       "\n0x%08" PRIx32 " %" PRIu32 " %" PRIu64 " %" PRIu64 "\n",
                       to->file ? to->file : object, to->name, calls[at].calls, to->addr,
                       to->line, to->site ? to->site : f->addr,
                       to->site ? to->site_line : f->line, calls[at].cycles,
                       calls[at].instructions);
        }
    }
    buf_printf(out, "\ntotals: %" PRIu64 " %" PRIu64 "\n", p->total.cycles,
               p->total.instructions);
    arena_done(&a);
}

/* ---- collapsed stacks ---- */

struct line {
    const char *path;
    uint64_t cycles;
};

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct line *)a)->path, ((const struct line *)b)->path);
}

void profile_collapsed(const struct profile *p, struct buf *out)
{
    struct arena a = {0};
    struct line *lines = arena_array(&a, p->node_count + 1, sizeof *lines);
    const char **paths = arena_array(&a, p->node_count + 1, sizeof *paths);
    size_t n = 0;
    for (size_t i = 0; i < p->node_count; i++) {
        const struct profile_node *node = &p->nodes[i];
        paths[i] = node->name; /* the root is not part of a path */
        if (node->parent) paths[i] = arena_printf(&a, "%s;%s", paths[node->parent], node->name);
        if (node->cycles) lines[n++] = (struct line){paths[i], node->cycles};
    }
    if (n) qsort(lines, n, sizeof *lines, by_path);
    for (size_t i = 0; i < n;) {
        const char *path = lines[i].path;
        uint64_t cycles = 0;
        for (; i < n && strcmp(lines[i].path, path) == 0; i++)
            cycles += lines[i].cycles;
        buf_printf(out, "%s %" PRIu64 "\n", path, cycles);
    }
    arena_done(&a);
}
