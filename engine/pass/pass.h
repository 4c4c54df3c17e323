/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pass: graph in, graph out, meaning the same bytes at the network's output.
 *
 *     graph ─► pass_run(list) ─► graph         graph_verify() after each
 *
 * Which passes run, and in which order, is the schedule's choice. Ops keep their index and
 * name; an op that took others in lists their indices in op.absorbed. Tensors keep their
 * numbers; those that no op uses any more stay in the table and cost nothing. A new pass is one
 * file, a declaration here and a row in pass.c.
 */
#ifndef PASS_PASS_H
#define PASS_PASS_H

#include "engine/ir/graph.h"

struct pass {
    const char *name;            /* "fold_pad" */
    const char *text;            /* one line for people */
    int (*run)(struct graph *g); /* how many places it changed */
};

/* PAD with nothing to pad vanishes. */
extern const struct pass pass_drop_pad;
/* PAD becomes the padding of the convolutions that read it. */
extern const struct pass pass_fold_pad;
/* RESHAPE in front of FULLY_CONNECTED vanishes. (Others cost nothing: they share a buffer.) */
extern const struct pass pass_skip_reshape;
/* Ops whose output nobody reads vanish. */
extern const struct pass pass_drop_dead;
/* Depthwise convolutions write over their input where that is dead afterwards. For schedules
 * whose depthwise kernels can do that. */
extern const struct pass pass_in_place_depthwise;
/* Element-wise ops and int8 QUANTIZE write over their (first) input: all kernels can do that.
 */
extern const struct pass pass_in_place_elementwise;

extern const struct pass *const pass_all[]; /* every one, ends with NULL */

/* Runs the passes of a list that ends with NULL; an error names the pass. */
bool pass_run(const struct pass *const *list, struct graph *g, struct err *e);

/* For passes. Removes ops[position]; notes that `into` took over what `from` did; do two
 * tensors have the very same quantisation? */
void pass_remove_op(struct graph *g, int position);
void pass_absorb(struct graph *g, struct op *into, const struct op *from);
bool pass_same_quant(const struct tensor *a, const struct tensor *b);

#endif
