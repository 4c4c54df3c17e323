/* SPDX-License-Identifier: GPL-2.0-or-later
 * PAD writes the zero point around an image. A convolution's own padding counts as real zero,
 * which is the zero point too, so the PAD may become that padding - when its output is
 * quantised exactly like its input: then the convolution's arithmetic does not change. Average
 * and maximum pools do not count their padding, so a PAD in front of them stays, unless it pads
 * nothing. */
#include "engine/pass/pass.h"

static bool reads(const struct op *op, int tensor)
{
    for (int i = 0; i < op->input_count; i++)
        if (op->input[i] == tensor) return true;
    return false;
}

static bool pads_nothing(const struct op *op)
{
    return op->pad_top == 0 && op->pad_bottom == 0 && op->pad_left == 0 && op->pad_right == 0;
}

static bool movable(const struct graph *g, const struct op *pad)
{
    return pad->kind == OP_PAD && pad->output != g->output &&
           pass_same_quant(&g->tensors[pad->input[0]], &g->tensors[pad->output]);
}

/* Lets all readers read the PAD's input and removes it. */
static void bypass(struct graph *g, int position)
{
    const struct op pad = g->ops[position];
    for (int i = position + 1; i < g->op_count; i++) {
        struct op *op = &g->ops[i];
        if (!reads(op, pad.output)) continue;
        for (int k = 0; k < op->input_count; k++)
            if (op->input[k] == pad.output) op->input[k] = pad.input[0];
        op->pad_top += pad.pad_top;
        op->pad_bottom += pad.pad_bottom;
        op->pad_left += pad.pad_left;
        op->pad_right += pad.pad_right;
        pass_absorb(g, op, &pad);
    }
    pass_remove_op(g, position);
}

static int drop_pad(struct graph *g)
{
    int changes = 0;
    for (int i = 0; i < g->op_count;) {
        if (movable(g, &g->ops[i]) && pads_nothing(&g->ops[i])) {
            bypass(g, i);
            changes++;
        } else {
            i++;
        }
    }
    return changes;
}

static bool only_convolutions_read(const struct graph *g, int position)
{
    const int tensor = g->ops[position].output;
    for (int i = position + 1; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        if (reads(op, tensor) && op->kind != OP_CONV_2D && op->kind != OP_DEPTHWISE_CONV_2D)
            return false;
    }
    return true;
}

static int fold_pad(struct graph *g)
{
    int changes = 0;
    for (int i = 0; i < g->op_count;) {
        if (movable(g, &g->ops[i]) && only_convolutions_read(g, i)) {
            bypass(g, i);
            changes++;
        } else {
            i++;
        }
    }
    return changes;
}

const struct pass pass_drop_pad = {"drop_pad", "PAD that pads nothing vanishes", drop_pad};
const struct pass pass_fold_pad = {
    "fold_pad", "PAD becomes the padding of the convolutions behind it", fold_pad};
