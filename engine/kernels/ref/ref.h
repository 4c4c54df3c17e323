/* SPDX-License-Identifier: 0BSD
 *
 * Ref: what each op means, in plain C: the oracle on the host (engine/oracle) and the kernels
 * of the schedule `reference` in the firmware. No heap, no C library but memcpy and memset.
 *
 *     graph op ─► engine/kernels/params.c ─► struct ref_* ─► ref_conv_2d(&p, in, w, b, out)
 *
 * Arithmetic is TensorFlow Lite's integer scheme, bit by bit: a product of scales becomes
 * multiplier * 2^(shift-31) with 2^30 <= multiplier < 2^31; shift > 0 shifts left. Rounding
 * happens twice (fixed.h).
 * Layouts are TFLite's: activations HWC, batch 1; conv weights OHWI; depthwise weights HWC with
 * output channel c reading input channel c / (out_c / in_c). Counts are elements, not bytes.
 * Callers own all memory. Input and output must not overlap, except in ref_add, ref_mul,
 * ref_requantize and ref_lookup, where the output may lie exactly on input 1.
 * Parameters are not checked here: graph_verify() (engine/ir/verify.c) has refused whatever
 * could read outside the tensors, divide by zero or overflow an accumulator.
 */
#ifndef KERNELS_REF_H
#define KERNELS_REF_H

#include <stdint.h>

/* A window that slides over an image. Outside the image lies padding. */
struct ref_window {
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w, out_c;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t pad_top, pad_left;
};

struct ref_conv {
    struct ref_window win;
    int32_t input_zero, output_zero;
    int32_t clamp_min, clamp_max;
    const int32_t *multiplier, *shift; /* one per output channel */
};

/* bias: one per output channel, or NULL. */
void ref_conv_2d(const struct ref_conv *p, const int8_t *input, const int8_t *weights,
                 const int32_t *bias, int8_t *output);
void ref_depthwise_conv_2d(const struct ref_conv *p, const int8_t *input, const int8_t *weights,
                           const int32_t *bias, int8_t *output);

struct ref_fully_connected {
    int32_t rows, in_c,
        out_c; /* input rows × in_c, weights out_c × in_c, output rows × out_c */
    int32_t input_zero, output_zero;
    int32_t clamp_min, clamp_max;
    const int32_t *multiplier, *shift; /* one per output channel */
};
void ref_fully_connected(const struct ref_fully_connected *p, const int8_t *input,
                         const int8_t *weights, const int32_t *bias, int8_t *output);

struct ref_pool {
    struct ref_window win; /* in_c == out_c */
    int32_t clamp_min, clamp_max;
};
void ref_average_pool_2d(const struct ref_pool *p, const int8_t *input, int8_t *output);
void ref_max_pool_2d(const struct ref_pool *p, const int8_t *input, int8_t *output);

/* Input 2 has `period` elements, which repeat: the same shape has period = count. */
struct ref_add {
    int32_t count, period;
    int32_t input1_zero, input2_zero, output_zero;
    int32_t input1_multiplier, input1_shift;
    int32_t input2_multiplier, input2_shift;
    int32_t output_multiplier, output_shift;
    int32_t clamp_min, clamp_max;
};
void ref_add(const struct ref_add *p, const int8_t *input1, const int8_t *input2,
             int8_t *output);

struct ref_mul {
    int32_t count, period;
    int32_t input1_zero, input2_zero, output_zero;
    int32_t multiplier, shift;
    int32_t clamp_min, clamp_max;
};
void ref_mul(const struct ref_mul *p, const int8_t *input1, const int8_t *input2,
             int8_t *output);

struct ref_mean {
    int32_t outer, reduced, inner; /* input outer × reduced × inner, output outer × inner */
    int32_t input_zero, output_zero;
    int32_t multiplier, shift; /* 1/reduced is in them */
};
void ref_mean(const struct ref_mean *p, const int8_t *input, int8_t *output);

struct ref_pad {
    int32_t in_h, in_w, in_c;
    int32_t pad_top, pad_bottom, pad_left, pad_right;
    int32_t zero; /* what the border is filled with */
};
void ref_pad(const struct ref_pad *p, const int8_t *input, int8_t *output);

struct ref_softmax {
    int32_t rows, depth;
    int32_t multiplier, shift; /* beta * scale in Q5.26 */
    int32_t diff_min;          /* differences below it count as exp() = 0 */
};
void ref_softmax(const struct ref_softmax *p, const int8_t *input, int8_t *output);

struct ref_requantize {
    int32_t count;
    int32_t input_zero, output_zero;
    int32_t multiplier, shift;
};
void ref_requantize(const struct ref_requantize *p, const int8_t *input, int8_t *output);

struct ref_affine {
    int32_t count;
    int32_t zero;
    float scale;
};
void ref_quantize(const struct ref_affine *p, const float *input, int8_t *output);
void ref_dequantize(const struct ref_affine *p, const int8_t *input, float *output);

/* Any function of one element: table[x + 128]. Output may be the input itself. */
void ref_lookup(int32_t count, const int8_t *table, const int8_t *input, int8_t *output);

/* One input of CONCATENATION: outer runs of in_bytes each, out_bytes apart in the output. */
struct ref_concatenation {
    int32_t outer, in_bytes, out_bytes;
    int32_t offset; /* of the first run in the output */
};
void ref_concatenation(const struct ref_concatenation *p, const int8_t *input, int8_t *output);

struct ref_resize {
    int32_t in_w, channels, out_h, out_w;
    const int32_t *rows, *columns; /* where each output row and column comes from */
};
void ref_resize_nearest(const struct ref_resize *p, const int8_t *input, int8_t *output);

/* RESHAPE where input and output do not share a buffer. */
void ref_copy(int32_t bytes, const void *input, void *output);

#endif
