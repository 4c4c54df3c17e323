/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Params: an op of a verified graph becomes the integers that its kernel takes (ref/ref.h).
 * Used by the host oracle, which calls the kernels, and by the emitter, which prints them.
 *
 *     struct ref_conv p;
 *     params_conv(g, op, arena, &p);       also for DEPTHWISE_CONV_2D
 *
 * The graph must have passed graph_verify(); nothing can fail then. Arrays (multipliers,
 * shifts: one per output channel, also where the model has one scale) live in the arena.
 */
#ifndef KERNELS_PARAMS_H
#define KERNELS_PARAMS_H

#include "engine/ir/graph.h"
#include "engine/kernels/ref/ref.h"

void params_conv(const struct graph *g, const struct op *op, struct arena *a,
                 struct ref_conv *out);
void params_fully_connected(const struct graph *g, const struct op *op, struct arena *a,
                            struct ref_fully_connected *out);
void params_pool(const struct graph *g, const struct op *op, struct ref_pool *out);
void params_add(const struct graph *g, const struct op *op, struct ref_add *out);
void params_mul(const struct graph *g, const struct op *op, struct ref_mul *out);
/* RELU, RELU6, LEAKY_RELU, LOGISTIC, HARD_SWISH: the function's value for -128 … 127. */
void params_table(const struct graph *g, const struct op *op, int8_t table[256]);
/* Of input i: each is copied by its own call. */
void params_concatenation(const struct graph *g, const struct op *op, int i,
                          struct ref_concatenation *out);
void params_resize(const struct graph *g, const struct op *op, struct arena *a,
                   struct ref_resize *out);
void params_mean(const struct graph *g, const struct op *op, struct ref_mean *out);
void params_pad(const struct graph *g, const struct op *op, struct ref_pad *out);
void params_softmax(const struct graph *g, const struct op *op, struct ref_softmax *out);
/* QUANTIZE from int8; from float32; DEQUANTIZE. */
void params_requantize(const struct graph *g, const struct op *op, struct ref_requantize *out);
void params_quantize(const struct graph *g, const struct op *op, struct ref_affine *out);
void params_dequantize(const struct graph *g, const struct op *op, struct ref_affine *out);

#endif
