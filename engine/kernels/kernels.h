/* SPDX-License-Identifier: 0BSD
 *
 * Kernels: the fast ones, of schedule `tinyengine` and later. Bit-exact with ref/.
 *
 * All share one way of multiplying: int8 is widened to pairs of int16 and two products are
 * added at a time (SMLAD). Zero points are folded into the bias when compiling: sum (x - zero)
 * * w = sum x * w - zero * sum w, and borders are filled with the zero point. Weights lie in
 * the order in which they are read (engine/emit/pack.c).
 *
 * RELU in a name: clamp_min is the output's zero point, limits are those of int8.
 * PLAIN: limits are those of int8. CLAMP: any limits.
 */
#ifndef KERNELS_KERNELS_H
#define KERNELS_KERNELS_H

#include "add.h"
#include "conv_image.h"
#include "depthwise.h"
#include "dsp.h"

struct conv_table {
    const uint32_t *weights;   /* per two output channels: `pairs` words, see conv.c */
    const int32_t *bias;       /* with the input's zero point in it */
    const int32_t *multiplier; /* 2m - 2^32, dsp.h */
    const uint8_t *shift;      /* to the right; 0 only with RELU */
    int32_t pairs;             /* words per output pixel and channel: half a window, padded */
    int32_t out_c;
    int32_t output_zero, clamp_min, clamp_max;
};

/* 1x1 convolution, stride 1, and fully connected (pixels = rows): `chunk` pixels are widened
 * into scratch (chunk * pairs words) and meet all channels before the next. */
void conv_1x1_relu(const struct conv_table *t, int32_t in_c, int32_t pixels, int32_t chunk,
                   const int8_t *in, uint32_t *scratch, int8_t *out);
void conv_1x1_plain(const struct conv_table *t, int32_t in_c, int32_t pixels, int32_t chunk,
                    const int8_t *in, uint32_t *scratch, int8_t *out);
void conv_1x1_clamp(const struct conv_table *t, int32_t in_c, int32_t pixels, int32_t chunk,
                    const int8_t *in, uint32_t *scratch, int8_t *out);

/* The same from pixels that are widened already (conv_image.h does it for any window). */
void conv_multiply_relu(const struct conv_table *t, const uint32_t *scratch, int32_t n,
                        int8_t *out);
void conv_multiply_plain(const struct conv_table *t, const uint32_t *scratch, int32_t n,
                         int8_t *out);
void conv_multiply_clamp(const struct conv_table *t, const uint32_t *scratch, int32_t n,
                         int8_t *out);

#endif
