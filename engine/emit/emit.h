/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Emit: graph and plan become C: one function a layer with literal shapes, called in order.
 *
 *     graph + plan + board ─► emit_sources ─► OUT/gen (C, link.ld, ops.json) ─► build/
 *
 * gen/ is complete: it builds with a cross compiler alone, or its model.c, weights.c and
 * kernels with the host's compiler. What is written is under 0BSD: the firmware is the user's.
 */
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H

#include "boards/board.h"
#include "engine/ir/graph.h"
#include "engine/plan/plan.h"
#include "engine/schedule.h"
#include "tools/base/json.h"

struct emit_job {
    const struct graph *graph;
    const struct plan *plan;
    const struct board *board; /* NULL: no start-up code and linker script (host tests) */
    const struct schedule *schedule;
    const char *dir; /* OUT/gen: made when it is not there */
    uint32_t stack_bytes;
    struct arena *arena;
};

struct emit_result {      /* memory is the job's arena's */
    const char **sources; /* the .c files of gen/, in link order */
    size_t source_count;
    uint64_t const_bytes; /* weights, biases, requantisation tables: flash at least */
};

bool emit_sources(const struct emit_job *job, struct emit_result *out, struct err *e);

/* "layer_012_conv_2d": the function of op number `position` in graph.ops, in the arena; NULL
 * when the op moves no data and so has no function. */
const char *emit_symbol(const struct emit_job *job, int position);

#endif
