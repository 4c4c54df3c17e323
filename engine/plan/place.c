/* SPDX-License-Identifier: GPL-2.0-or-later
 * First fit: a group goes to the lowest offset where none of its segments meets a placed one
 * that lives at the same time. */
#include "engine/plan/place.h"

#include <stdlib.h>

/* Offsets strictly between low and high are taken. */
struct taken {
    int64_t low, high;
};

static int by_low(const void *a, const void *b)
{
    const struct taken *x = a, *y = b;
    if (x->low != y->low) return x->low < y->low ? -1 : 1;
    return (x->high > y->high) - (x->high < y->high);
}

static bool meet_in_time(const struct segment *a, const struct segment *b)
{
    return a->first_op <= b->last_op && b->first_op <= a->last_op;
}

static int64_t align_up(int64_t x)
{
    return (x + PLAN_ALIGN - 1) / PLAN_ALIGN * PLAN_ALIGN;
}

/* Where grp cannot go because of what is placed; returns how many (fills `out` unless NULL). */
static size_t find_taken(const struct group *grp, struct group *const *placed, int count,
                         struct taken *out)
{
    size_t n = 0;
    for (int i = 0; i < count; i++) {
        const struct group *other = placed[i];
        if (grp->first_op > other->last_op || other->first_op > grp->last_op) continue;
        for (int s = 0; s < grp->segment_count; s++) {
            for (int t = 0; t < other->segment_count; t++) {
                const struct segment *x = &grp->segments[s], *y = &other->segments[t];
                if (!meet_in_time(x, y)) continue;
                if (out)
                    out[n] = (struct taken){other->offset - (int64_t)x->bytes,
                                            other->offset + (int64_t)y->bytes};
                n++;
            }
        }
    }
    return n;
}

static int64_t lowest_fit(const struct group *grp, struct group *const *placed, int count)
{
    const size_t n = find_taken(grp, placed, count, NULL);
    struct taken *taken = xcalloc(n, sizeof *taken);
    find_taken(grp, placed, count, taken);
    qsort(taken, n, sizeof *taken, by_low);
    int64_t offset = 0;
    for (size_t i = 0; i < n; i++)
        if (offset > taken[i].low && offset < taken[i].high) offset = align_up(taken[i].high);
    free(taken);
    return offset;
}

int64_t place_in_order(struct group *const *order, int count)
{
    int64_t end = 0;
    for (int i = 0; i < count; i++) {
        order[i]->offset = lowest_fit(order[i], order, i);
        const int64_t stop = order[i]->offset + (int64_t)order[i]->bytes;
        if (stop > end) end = stop;
    }
    return end;
}
