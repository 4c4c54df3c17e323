/* SPDX-License-Identifier: GPL-2.0-or-later
 * From the end to the start, so that a chain of dead ops goes in one run. */
#include "engine/pass/pass.h"

static int drop_dead(struct graph *g)
{
    int changes = 0;
    for (int i = g->op_count - 1; i >= 0; i--) {
        if (tensor_last_reader(g, g->ops[i].output) != NO_TENSOR) continue;
        pass_remove_op(g, i);
        changes++;
    }
    return changes;
}

const struct pass pass_drop_dead = {"drop_dead", "ops whose output nobody reads vanish",
                                    drop_dead};
