/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Plan: where each activation and the scratch memory lie in one SRAM arena, and when.
 *
 *     struct graph ─► plan_make ─► struct plan ─► plan_verify ─► emit/, plan.json
 *
 * Life times count ops of graph.ops: a buffer lives from the op that first writes it to the
 * last op that reads it, both included; the network's input from op 0, its output to the end.
 * A RESHAPE shares its input's buffer. An in-place op's output is a buffer of its own at its
 * input's offset: it may be smaller, and then the rest is free from the next op on. Scratch may
 * lie where no activation is live, so arena_bytes can be less than activations + scratch.
 * plan_verify() does not trust the planner: it follows each op's bytes again, from the graph.
 */
#ifndef ENGINE_PLAN_PLAN_H
#define ENGINE_PLAN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/ir/graph.h"

struct plan_buffer {
    uint32_t offset, bytes; /* in the arena; offset is a multiple of 16 */
    int first_op, last_op;
};

struct plan_try {
    const char *planner;
    uint32_t arena_bytes;
};

struct plan {
    const char *planner;    /* "greedy-by-size": the one that was taken */
    struct plan_try *tries; /* what each planner reached, in the order of plan_planners[] */
    int try_count;
    struct plan_buffer *buffers;
    int buffer_count;
    int *buffer_of; /* tensor number → buffer, -1 for constants and unused tensors */
    uint32_t activation_bytes;              /* the arena without scratch */
    uint32_t scratch_offset, scratch_bytes; /* one area, as large as the greediest op wants;
                                             * an op uses its own scratch_bytes of it only */
    uint32_t arena_bytes;     /* activations and scratch: what the firmware reserves */
    uint32_t live_peak_bytes; /* most bytes live at once, scratch too: no plan is smaller */
    int peak_op;              /* the op at which that happens */
};

/* Tries all planners and keeps the smallest arena; the earlier one when they are equal. */
bool plan_make(const struct graph *g, struct arena *a, struct plan *out, struct err *e);
bool plan_verify(const struct graph *g, const struct plan *p, struct err *e);
extern const char *const plan_planners[]; /* names, ends with NULL */
/* plan.json: arena, tries, buffers, per tensor: op, name, offset, bytes, first and last op. */
bool plan_save(const struct graph *g, const struct plan *p, const char *path, struct err *e);

#endif
