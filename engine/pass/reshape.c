/* SPDX-License-Identifier: GPL-2.0-or-later
 * FULLY_CONNECTED looks at the number of elements only: a RESHAPE before it says nothing. */
#include "engine/pass/pass.h"

static int skip_reshape(struct graph *g)
{
    int changes = 0;
    for (int i = 0; i < g->op_count;) {
        const struct op reshape = g->ops[i];
        bool wanted =
            reshape.kind != OP_RESHAPE || reshape.output == g->output ||
            !pass_same_quant(&g->tensors[reshape.input[0]], &g->tensors[reshape.output]);
        for (int k = i + 1; k < g->op_count && !wanted; k++)
            for (int n = 0; n < g->ops[k].input_count; n++)
                if (g->ops[k].input[n] == reshape.output &&
                    g->ops[k].kind != OP_FULLY_CONNECTED)
                    wanted = true;
        if (wanted) {
            i++;
            continue;
        }
        for (int k = i + 1; k < g->op_count; k++) {
            if (g->ops[k].input[0] != reshape.output) continue;
            g->ops[k].input[0] = reshape.input[0];
            pass_absorb(g, &g->ops[k], &reshape);
        }
        pass_remove_op(g, i);
        changes++;
    }
    return changes;
}

const struct pass pass_skip_reshape = {
    "skip_reshape", "RESHAPE in front of FULLY_CONNECTED vanishes", skip_reshape};
