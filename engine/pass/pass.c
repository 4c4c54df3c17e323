/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/pass/pass.h"

#include <string.h>

const struct pass *const pass_all[] = {
    &pass_drop_pad,
    &pass_fold_pad,
    &pass_skip_reshape,
    &pass_drop_dead,
    &pass_in_place_depthwise,
    &pass_in_place_elementwise,
    NULL,
};

bool pass_run(const struct pass *const *list, struct graph *g, struct err *e)
{
    for (; *list; list++) {
        (*list)->run(g);
        if (!graph_verify(g, e)) {
            /* The graph was sound before: what broke it is ours. */
            e->code = ERR_INTERNAL;
            return err_prefix(e, "pass %s", (*list)->name);
        }
    }
    return true;
}

void pass_remove_op(struct graph *g, int position)
{
    const size_t after = (size_t)(g->op_count - position - 1);
    memmove(&g->ops[position], &g->ops[position + 1], after * sizeof *g->ops);
    g->op_count--;
}

void pass_absorb(struct graph *g, struct op *into, const struct op *from)
{
    const int n = into->absorbed_count + 1 + from->absorbed_count;
    int *list = arena_array(g->arena, (size_t)n, sizeof *list);
    int k = 0;
    for (int i = 0; i < from->absorbed_count; i++)
        list[k++] = from->absorbed[i];
    list[k++] = from->index;
    for (int i = 0; i < into->absorbed_count; i++)
        list[k++] = into->absorbed[i];
    into->absorbed = list;
    into->absorbed_count = n;
}

bool pass_same_quant(const struct tensor *a, const struct tensor *b)
{
    return a->quant.count == 1 && b->quant.count == 1 &&
           a->quant.scale[0] == b->quant.scale[0] && a->quant.zero[0] == b->quant.zero[0];
}
