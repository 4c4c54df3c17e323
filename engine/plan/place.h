/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Place: what the planner's files share. Not for others: plan.h is the way in.
 *
 *     live.c: graph ─► groups of segments ─► place.c: an offset for each group ─► plan.c
 *
 * A segment is a span of bytes over a span of ops, both ends included. The segments of a group
 * lie at one offset: an in-place op's input and output, or the scratch of all ops.
 */
#ifndef PLAN_PLACE_H
#define PLAN_PLACE_H

#include "engine/ir/graph.h"

enum { PLAN_ALIGN = 16 };

struct segment {
    uint32_t bytes;
    int first_op, last_op;
};

struct group {
    struct segment *segments;
    int segment_count;
    int number;     /* the creation order: breaks ties */
    uint32_t bytes; /* of the largest segment */
    int first_op, last_op;
    bool scratch;
    int64_t offset; /* -1: not placed */
};

struct live {
    struct group *groups;
    int group_count;
    int *group_of;   /* tensor → group, or -1 */
    int *segment_of; /* tensor → segment in its group */
    uint32_t *at;    /* op → bytes live there, scratch included */
    uint32_t peak_bytes;
    int peak_op;
};

/* Everything in arena a. The graph must be verified. */
void live_find(const struct graph *g, struct arena *a, struct live *out);

/* Places groups in the given order, each at the lowest free offset; returns the arena's size.
 */
int64_t place_in_order(struct group *const *order, int count);

#endif
