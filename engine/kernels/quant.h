/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Quant: scales and zero points to the integers that kernels take. Runs on the host only, in
 * double, exactly as TensorFlow Lite prepares its kernels.
 *
 *     struct quant_mul m = quant_multiplier(in_scale * w_scale / out_scale);
 */
#ifndef KERNELS_QUANT_H
#define KERNELS_QUANT_H

#include <stdbool.h>
#include <stdint.h>

/* real = multiplier * 2^(shift-31); multiplier 0 when |real| is below 2^-32 or so. A negative
 * real (weights with a negative scale exist) gives a negative multiplier. real is finite. */
struct quant_mul {
    int32_t multiplier, shift;
};
struct quant_mul quant_multiplier(double real);

/* A fused activation's limits in the output's int8 domain. */
enum quant_activation { QUANT_NONE, QUANT_RELU, QUANT_RELU_N1_TO_1, QUANT_RELU6 };
void quant_clamp(enum quant_activation a, float scale, int32_t zero, int32_t *min,
                 int32_t *max);

/* Softmax: beta * scale in Q5.26, and the smallest difference that still counts.
 * The product must be above 1 in Q5.26; below, the multiplier is 0 and the op must be refused.
 */
struct quant_mul quant_softmax(float beta, float scale, int32_t *diff_min);

/* MEAN of `count` elements: 1/count goes into the multiplier (count > 0). */
struct quant_mul quant_mean(float input_scale, float output_scale, int32_t count);

#endif
