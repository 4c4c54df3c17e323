/* SPDX-License-Identifier: GPL-2.0-or-later
 * Life times. A tensor lives from the op that writes it to the last one that reads it, the
 * network's input from op 0, its output to the end. RESHAPE adds a name, not a segment; an
 * in-place op adds a segment to its input's group. */
#include "engine/plan/place.h"

static struct segment *segment_of(const struct live *l, int tensor)
{
    return &l->groups[l->group_of[tensor]].segments[l->segment_of[tensor]];
}

static void join_group(struct live *l, int tensor, int group)
{
    l->group_of[tensor] = group;
    l->segment_of[tensor] = l->groups[group].segment_count++;
}

static int new_group(struct live *l)
{
    l->groups[l->group_count] = (struct group){.number = l->group_count, .offset = -1};
    return l->group_count++;
}

/* Which tensor belongs where, and how many segments each group gets. */
static void make_groups(const struct graph *g, struct arena *a, struct live *l)
{
    join_group(l, g->input, new_group(l));
    for (int i = 0; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        if (op->kind == OP_RESHAPE) {
            l->group_of[op->output] = l->group_of[op->input[0]];
            l->segment_of[op->output] = l->segment_of[op->input[0]];
        } else {
            join_group(l, op->output, op->in_place ? l->group_of[op->input[0]] : new_group(l));
        }
    }
    for (int n = 0; n < l->group_count; n++)
        l->groups[n].segments =
            arena_array(a, (size_t)l->groups[n].segment_count, sizeof(struct segment));
}

static void fill_segments(const struct graph *g, struct live *l)
{
    *segment_of(l, g->input) = (struct segment){g->tensors[g->input].bytes, 0, 0};
    for (int i = 0; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        for (int k = 0; k < op->input_count; k++)
            if (op->input[k] != NO_TENSOR && l->group_of[op->input[k]] >= 0)
                segment_of(l, op->input[k])->last_op = i;
        if (op->kind != OP_RESHAPE)
            *segment_of(l, op->output) = (struct segment){g->tensors[op->output].bytes, i, i};
    }
    segment_of(l, g->output)->last_op = g->op_count - 1;
}

static void add_scratch(const struct graph *g, struct arena *a, struct live *l)
{
    bool any = false;
    for (int i = 0; i < g->op_count; i++)
        any |= g->ops[i].scratch_bytes != 0;
    if (!any) return;
    struct group *grp = &l->groups[new_group(l)];
    grp->segments = arena_array(a, (size_t)g->op_count, sizeof *grp->segments);
    grp->scratch = true;
    for (int i = 0; i < g->op_count; i++)
        if (g->ops[i].scratch_bytes)
            grp->segments[grp->segment_count++] =
                (struct segment){g->ops[i].scratch_bytes, i, i};
}

static void sum_up(const struct graph *g, struct live *l)
{
    for (int n = 0; n < l->group_count; n++) {
        struct group *grp = &l->groups[n];
        grp->first_op = g->op_count;
        for (int s = 0; s < grp->segment_count; s++) {
            const struct segment *seg = &grp->segments[s];
            if (seg->bytes > grp->bytes) grp->bytes = seg->bytes;
            if (seg->first_op < grp->first_op) grp->first_op = seg->first_op;
            if (seg->last_op > grp->last_op) grp->last_op = seg->last_op;
        }
    }
    /* At an in-place op both segments live on the same bytes: the larger one counts. */
    for (int n = 0; n < l->group_count; n++) {
        const struct group *grp = &l->groups[n];
        for (int s = 0; s < grp->segment_count; s++) {
            const struct segment *seg = &grp->segments[s];
            const struct segment *before = s ? seg - 1 : NULL;
            for (int i = seg->first_op; i <= seg->last_op; i++)
                if (!before || before->last_op < i || grp->scratch) l->at[i] += seg->bytes;
        }
    }
    for (int i = 0; i < g->op_count; i++) {
        if (l->at[i] <= l->peak_bytes) continue;
        l->peak_bytes = l->at[i];
        l->peak_op = i;
    }
}

void live_find(const struct graph *g, struct arena *a, struct live *out)
{
    const size_t n = (size_t)g->tensor_count;
    struct live *l = out;
    *l = (struct live){
        .groups = arena_array(a, (size_t)g->op_count + 2, sizeof *l->groups),
        .group_of = arena_array(a, n, sizeof *l->group_of),
        .segment_of = arena_array(a, n, sizeof *l->segment_of),
        .at = arena_array(a, (size_t)g->op_count, sizeof *l->at),
    };
    for (size_t t = 0; t < n; t++)
        l->group_of[t] = -1;
    make_groups(g, a, l);
    fill_segments(g, l);
    add_scratch(g, a, l);
    sum_up(g, l);
}
