/* SPDX-License-Identifier: GPL-2.0-or-later
 * A depthwise convolution works channel by channel, so each output channel may lie where its
 * input channel was, with one plane of scratch (Lin et al., MCUNet, NeurIPS 2020). Element-wise
 * ops read an element before they write it. */
#include "engine/pass/pass.h"

static int mark(struct graph *g, bool (*able)(const struct graph *g, const struct op *op))
{
    int changes = 0;
    for (int i = 0; i < g->op_count; i++) {
        struct op *op = &g->ops[i];
        if (op->in_place || !able(g, op)) continue;
        if (g->tensors[op->output].bytes > g->tensors[op->input[0]].bytes) continue;
        if (!graph_input_dies(g, i)) continue;
        op->in_place = true;
        changes++;
    }
    return changes;
}

static bool depthwise(const struct graph *g, const struct op *op)
{
    (void)g;
    return op->kind == OP_DEPTHWISE_CONV_2D && op->depth_multiplier == 1;
}

static bool elementwise(const struct graph *g, const struct op *op)
{
    return op_is_elementwise(op->kind) ||
           (op->kind == OP_QUANTIZE && g->tensors[op->input[0]].type == DT_INT8);
}

static int in_place_depthwise(struct graph *g)
{
    return mark(g, depthwise);
}

static int in_place_elementwise(struct graph *g)
{
    return mark(g, elementwise);
}

const struct pass pass_in_place_depthwise = {
    "in_place_depthwise", "depthwise convolutions write over their input", in_place_depthwise};
const struct pass pass_in_place_elementwise = {
    "in_place_elementwise", "element-wise ops write over their (first) input",
    in_place_elementwise};
