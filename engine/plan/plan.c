/* SPDX-License-Identifier: GPL-2.0-or-later
 * Several orders, each placed by first fit, and the smallest arena wins. Placing large buffers
 * first is the rule of TensorFlow Lite's and TinyEngine's planners and mostly meets the live
 * peak, which no plan can beat; where it does not, another order often does. */
#include "engine/plan/plan.h"

#include "engine/plan/place.h"

#include <stdlib.h>
#include <string.h>

struct planner {
    const char *name;
    /* Larger keys are placed first; then larger groups, earlier ones, lower numbers. */
    int64_t (*key)(const struct group *grp, const struct live *l);
    bool scratch_last;
};

static int64_t key_size(const struct group *grp, const struct live *l)
{
    (void)l;
    return grp->bytes;
}

static int64_t key_lifetime(const struct group *grp, const struct live *l)
{
    (void)l;
    return grp->last_op - grp->first_op;
}

static int64_t key_area(const struct group *grp, const struct live *l)
{
    (void)l;
    return (int64_t)grp->bytes * (grp->last_op - grp->first_op + 1);
}

/* Groups at the tightest op first. */
static int64_t key_pressure(const struct group *grp, const struct live *l)
{
    uint32_t most = 0;
    for (int i = grp->first_op; i <= grp->last_op; i++)
        if (l->at[i] > most) most = l->at[i];
    return most;
}

static int64_t key_first(const struct group *grp, const struct live *l)
{
    (void)l;
    return -grp->first_op;
}

static const struct planner planners[] = {
    {"greedy-by-size", key_size, true},
    {"greedy-by-size-with-scratch", key_size, false},
    {"greedy-by-pressure", key_pressure, false},
    {"greedy-by-area", key_area, false},
    {"greedy-by-lifetime", key_lifetime, false},
    {"in-order", key_first, false},
};
enum { PLANNERS = sizeof planners / sizeof *planners };

static const char repair_name[] = "repair";
const char *const plan_planners[] = {"greedy-by-size",     "greedy-by-size-with-scratch",
                                     "greedy-by-pressure", "greedy-by-area",
                                     "greedy-by-lifetime", "in-order",
                                     repair_name,          NULL};

struct ranked {
    struct group *grp;
    int64_t key;
    bool last;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->last != y->last) return x->last ? 1 : -1;
    if (x->key != y->key) return x->key > y->key ? -1 : 1;
    if (x->grp->bytes != y->grp->bytes) return x->grp->bytes > y->grp->bytes ? -1 : 1;
    if (x->grp->first_op != y->grp->first_op)
        return x->grp->first_op < y->grp->first_op ? -1 : 1;
    return x->grp->number < y->grp->number ? -1 : 1;
}

static void sort_groups(const struct planner *p, struct live *l, struct group **order)
{
    struct ranked *r = xcalloc((size_t)l->group_count, sizeof *r);
    for (int i = 0; i < l->group_count; i++) {
        struct group *grp = &l->groups[i];
        r[i] = (struct ranked){grp, p->key(grp, l), grp->scratch && p->scratch_last};
    }
    qsort(r, (size_t)l->group_count, sizeof *r, by_rank);
    for (int i = 0; i < l->group_count; i++)
        order[i] = r[i].grp;
    free(r);
}

/* The best plan so far: offsets by group, and the order that gave them. */
struct best {
    int64_t bytes;
    int64_t *offsets;
    struct group **order;
    const char *name;
};

static void keep_if_better(struct best *b, int64_t bytes, const char *name, struct live *l,
                           struct group *const *order)
{
    if (b->name && bytes >= b->bytes) return;
    b->bytes = bytes;
    b->name = name;
    for (int i = 0; i < l->group_count; i++)
        b->offsets[i] = l->groups[i].offset;
    memcpy(b->order, order, (size_t)l->group_count * sizeof(void *));
}

/* Moves the group that makes the arena as large as it is to the front, over and over. */
static int64_t repair(struct best *b, struct live *l, struct group **order)
{
    const int count = l->group_count, rounds = count <= 256 ? 200 : 10;
    int64_t least = INT64_MAX;
    memcpy(order, b->order, (size_t)count * sizeof(void *));
    int64_t bytes = place_in_order(order, count);
    for (int round = 0; round < rounds && b->bytes > (int64_t)l->peak_bytes; round++) {
        int top = 0;
        while (order[top]->offset + (int64_t)order[top]->bytes != bytes)
            top++;
        struct group *grp = order[top];
        memmove(order + 1, order, (size_t)top * sizeof(void *));
        order[0] = grp;
        bytes = place_in_order(order, count);
        if (bytes < least) least = bytes;
        keep_if_better(b, bytes, repair_name, l, order);
    }
    return least;
}

static void fill_buffers(const struct graph *g, struct arena *a, const struct live *l,
                         const struct best *b, struct plan *out)
{
    int *first = arena_array(a, (size_t)l->group_count, sizeof *first); /* group → buffer */
    for (int i = 0; i < l->group_count; i++) {
        first[i] = out->buffer_count;
        if (!l->groups[i].scratch) out->buffer_count += l->groups[i].segment_count;
    }
    out->buffers = arena_array(a, (size_t)out->buffer_count, sizeof *out->buffers);
    for (int i = 0; i < l->group_count; i++) {
        const struct group *grp = &l->groups[i];
        const uint32_t offset = (uint32_t)b->offsets[i];
        if (grp->scratch) {
            out->scratch_offset = offset;
            out->scratch_bytes = grp->bytes;
            continue;
        }
        if (offset + grp->bytes > out->activation_bytes)
            out->activation_bytes = offset + grp->bytes;
        for (int s = 0; s < grp->segment_count; s++)
            out->buffers[first[i] + s] =
                (struct plan_buffer){offset, grp->segments[s].bytes, grp->segments[s].first_op,
                                     grp->segments[s].last_op};
    }
    out->buffer_of = arena_array(a, (size_t)g->tensor_count, sizeof *out->buffer_of);
    for (int t = 0; t < g->tensor_count; t++)
        out->buffer_of[t] = l->group_of[t] < 0 ? -1 : first[l->group_of[t]] + l->segment_of[t];
}

bool plan_make(const struct graph *g, struct arena *a, struct plan *out, struct err *e)
{
    *out = (struct plan){0};
    if (!graph_verify(g, e)) return err_prefix(e, "plan");
    struct live l;
    live_find(g, a, &l);
    const size_t n = (size_t)l.group_count;
    struct group **order = arena_array(a, n, sizeof(void *));
    struct best best = {.offsets = arena_array(a, n, sizeof *best.offsets),
                        .order = arena_array(a, n, sizeof(void *))};
    out->tries = arena_array(a, PLANNERS + 1, sizeof *out->tries);
    for (int i = 0; i < PLANNERS; i++) {
        sort_groups(&planners[i], &l, order);
        const int64_t bytes = place_in_order(order, l.group_count);
        if (bytes > UINT32_MAX) continue;
        keep_if_better(&best, bytes, planners[i].name, &l, order);
        out->tries[out->try_count++] = (struct plan_try){planners[i].name, (uint32_t)bytes};
    }
    if (!best.name)
        return err_set(e, ERR_NO_FIT, "%s: its activations need more than 4 GiB", g->name);
    if (best.bytes > (int64_t)l.peak_bytes) {
        const int64_t bytes = repair(&best, &l, order);
        if (bytes <= UINT32_MAX)
            out->tries[out->try_count++] = (struct plan_try){repair_name, (uint32_t)bytes};
    }
    out->planner = best.name;
    out->live_peak_bytes = l.peak_bytes;
    out->peak_op = l.peak_op;
    out->arena_bytes = (uint32_t)best.bytes;
    fill_buffers(g, a, &l, &best, out);
    return true;
}
