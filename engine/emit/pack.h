/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pack: weights, biases and multipliers in the form in which fast kernels read them.
 *
 *     op ─► pack_scales (zero point folded, limits proven) ─► pack_conv / pack_depthwise ─►
 * arrays
 *
 * A channel whose output is the same whatever comes in (zero weights, scales near zero) keeps
 * its place with weights of zero. All arrays live in the arena.
 */
#ifndef EMIT_PACK_H
#define EMIT_PACK_H

#include "engine/emit/emitter.h"

enum pack_limits { PACK_RELU, PACK_PLAIN, PACK_CLAMP };

struct pack_scales {
    int channels;
    int32_t *bias;       /* less input zero * sum of weights */
    int32_t *multiplier; /* 2m - 2^32 */
    uint8_t *shift;      /* 1 … 31; 0 with PACK_RELU too */
    int *gain; /* weights are multiplied by it: 0 of a constant channel, -1 where the scale is
                * negative, 2^n where it is 1 and more */
    enum pack_limits limits;
    int32_t input_zero, output_zero, clamp_min, clamp_max;
};

/* False when a channel's scale or sums are beyond what dsp_requantize() computes exactly:
 * the op then keeps its reference kernel. CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED. */
bool pack_scales(const struct graph *g, const struct op *op, struct arena *a,
                 struct pack_scales *out);

/* Words per two channels for a window of `rows` rows of `bytes` each. */
int pack_pairs(int rows, int bytes);
uint32_t *pack_conv(const struct graph *g, const struct op *op, const struct pack_scales *s,
                    int rows, int bytes, struct arena *a, size_t *words);
/* Channel by channel. */
int8_t *pack_depthwise(const struct graph *g, const struct op *op, const struct pack_scales *s,
                       struct arena *a, size_t *bytes);

#endif
