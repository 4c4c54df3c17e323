/* SPDX-License-Identifier: GPL-2.0-or-later
 * The first kernel of emit/kernels.def that fits. In place is a kernel's ability and the
 * graph's permission: the output may lie on the input when nobody reads the input later. */
#include "engine/pass/select.h"

#include "engine/emit/kernel.h"

static void choose(struct graph *g, const struct schedule *s)
{
    size_t n = 0;
    const struct kernel *const *kernels = kernel_list(&n);
    for (int i = 0; i < g->op_count && s->fast_kernels; i++) {
        struct op *op = &g->ops[i];
        for (size_t j = 0; j < n && !op->kernel; j++) {
            if (kernels[j]->kind != op->kind || !kernels[j]->fits(g, op)) continue;
            op->kernel = kernels[j]->name;
            op->in_place = kernels[j]->in_place && graph_input_dies(g, i);
        }
    }
}

void select_scratch(struct graph *g, int position, uint32_t budget)
{
    struct op *op = &g->ops[position];
    const struct kernel *k = op->kernel ? kernel_find(op->kernel) : NULL;
    if (!k || !k->scratch) return;
    op->scratch_bytes = (k->scratch(g, op, budget) + 7) & ~7u;
    if (k->in_place) op->in_place = graph_input_dies(g, position) && k->in_place(g, op);
}

bool pass_select(struct graph *g, const struct schedule *s, struct err *e)
{
    choose(g, s);
    for (int i = 0; i < g->op_count; i++)
        select_scratch(g, i, 0);
    return graph_verify(g, e);
}
