/* SPDX-License-Identifier: GPL-2.0-or-later
 * The rules about a graph as a whole: who writes what, in which order, and that an in-place op
 * destroys nothing that is still wanted. */
#include "engine/ir/graph.h"
#include "engine/ir/problems.h"
#include "tools/base/arena.h"

#include <stdlib.h>

enum { UNWRITTEN = -2, FROM_OUTSIDE = -1 }; /* else the op that wrote the tensor */

struct flow {
    const struct graph *g;
    struct problems *p;
    int *writer; /* tensor → op */
    int *buffer; /* tensor → the tensor whose buffer it lies in, through RESHAPE and in-place */
    int *holder; /* buffer → op that last wrote it: its present contents */
};

static void flow_read(struct flow *f, const struct op *op, int tensor)
{
    const struct tensor *t = &f->g->tensors[tensor];
    if (t->data) return;
    if (f->writer[tensor] == UNWRITTEN) {
        problem_add(f->p, ERR_FORMAT,
                    "op %d %s: tensor %d \"%.100s\" is read before it is written", op->index,
                    op_kind_name(op->kind), tensor, t->name ? t->name : "");
        return;
    }
    /* Through RESHAPE the contents stay; an in-place op in between has replaced them. */
    const int holder = f->holder[f->buffer[tensor]];
    if (holder != f->writer[tensor])
        problem_add(f->p, ERR_FORMAT,
                    "op %d %s: tensor %d \"%.100s\" was overwritten in place by op %d",
                    op->index, op_kind_name(op->kind), tensor, t->name ? t->name : "",
                    f->g->ops[holder].index);
}

static void flow_write(struct flow *f, int position, const struct op *op)
{
    const struct graph *g = f->g;
    const int out = op->output;
    if (f->writer[out] != UNWRITTEN || g->tensors[out].data) {
        problem_add(f->p, ERR_FORMAT, "op %d %s: writes tensor %d, which has a value already",
                    op->index, op_kind_name(op->kind), out);
        return;
    }
    const int in = op->input[0];
    if (op->kind == OP_RESHAPE && f->writer[in] != UNWRITTEN) {
        f->buffer[out] = f->buffer[in];
        f->writer[out] = f->writer[in];
        return;
    }
    f->buffer[out] = op->in_place ? f->buffer[in] : out;
    f->writer[out] = position;
    f->holder[f->buffer[out]] = position;
}

static bool numbers_fit(const struct graph *g, struct problems *p)
{
    bool ok = true;
    for (int i = 0; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        bool fits = op->output >= 0 && op->output < g->tensor_count && op->input_count >= 1 &&
                    op->input_count <= OP_INPUTS_MAX && op->input[0] != NO_TENSOR;
        for (int k = 0; fits && k < op->input_count; k++)
            fits = op->input[k] >= NO_TENSOR && op->input[k] < g->tensor_count;
        if (!fits) ok = false; /* op_verify says which */
        if (i && op->index <= g->ops[i - 1].index) {
            problem_add(p, ERR_FORMAT, "op %d comes after op %d", op->index,
                        g->ops[i - 1].index);
            ok = false;
        }
    }
    if (g->input < 0 || g->input >= g->tensor_count || g->output < 0 ||
        g->output >= g->tensor_count) {
        problem_add(p, ERR_FORMAT, "input is tensor %d, output tensor %d, of %d", g->input,
                    g->output, g->tensor_count);
        ok = false;
    }
    if (g->op_count < 1) {
        problem_add(p, ERR_UNSUPPORTED, "the network has no ops");
        ok = false;
    }
    return ok;
}

void graph_verify_flow(const struct graph *g, struct problems *p)
{
    if (!numbers_fit(g, p)) return;
    const size_t n = (size_t)g->tensor_count;
    struct flow f = {g, p, xcalloc(n, sizeof(int)), xcalloc(n, sizeof(int)),
                     xcalloc(n, sizeof(int))};
    for (int t = 0; t < g->tensor_count; t++) {
        f.writer[t] = UNWRITTEN;
        f.buffer[t] = t;
        f.holder[t] = UNWRITTEN;
    }
    f.writer[g->input] = f.holder[g->input] = FROM_OUTSIDE;
    if (g->tensors[g->input].data)
        problem_add(p, ERR_UNSUPPORTED, "the network's input, tensor %d, is constant",
                    g->input);

    uint64_t bytes = g->tensors[g->input].bytes;
    for (int i = 0; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        for (int k = 0; k < op->input_count; k++)
            if (op->input[k] != NO_TENSOR) flow_read(&f, op, op->input[k]);
        flow_write(&f, i, op);
        bytes += g->tensors[op->output].bytes;
    }
    if (f.writer[g->output] == UNWRITTEN)
        problem_add(p, ERR_FORMAT, "no op writes the network's output, tensor %d", g->output);
    else if (f.holder[f.buffer[g->output]] != f.writer[g->output])
        problem_add(p, ERR_FORMAT, "the network's output, tensor %d, is overwritten in place",
                    g->output);
    if (bytes > GRAPH_ACTIVATIONS_MAX)
        problem_add(p, ERR_UNSUPPORTED, "activations of %llu bytes in all (have: %d)",
                    (unsigned long long)bytes, GRAPH_ACTIVATIONS_MAX);
    free(f.writer);
    free(f.buffer);
    free(f.holder);
}

bool graph_verify(const struct graph *g, struct err *e)
{
    struct problems p = {0};
    for (int i = 0; i < g->op_count; i++)
        op_verify(g, &g->ops[i], &p);
    graph_verify_flow(g, &p);
    return problems_done(&p, g->name ? g->name : "graph", e);
}
