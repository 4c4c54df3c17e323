/* SPDX-License-Identifier: 0BSD
 *
 * Convolution as a product of matrices, four pixels by two channels at a time.
 *
 *   weights: a word holds bytes  b[k1] a[k1] b[k0] a[k0]  of channels a, b at two positions of
 *            the window: SXTB16 gives (a[k0], a[k1]), rotated by 8 (b[k0], b[k1]).
 *   scratch: the window widened, position pair by position pair, four pixels side by side:
 *            p0(k0,k1) p1(k0,k1) p2(k0,k1) p3(k0,k1)  p0(k2,k3) …
 *            pixels that are left over follow one by one.
 *
 * So per word of weights: 5 loads, 2 extensions, 8 SMLAD = 16 products (conv_block.h).
 */
#include <string.h>

#include "conv_block.h"
#include "conv_image.h"
#include "kernels.h"

enum { BLOCK = CONV_BLOCK };

enum limits { RELU, PLAIN, CLAMP };

DSP_INLINE int8_t finish(const struct conv_table *t, int32_t sum, struct dsp_requant q,
                         enum limits limits)
{
    const int min = limits == CLAMP ? t->clamp_min : -128;
    const int max = limits == CLAMP ? t->clamp_max : 127;
    return (int8_t)dsp_requantize(sum, q, min, max, limits == RELU);
}

/* Limits that are not int8's: rare, so in plain C. */
static void conv_pair_clamp(const struct conv_table *t, struct conv_pair *p)
{
    const uint32_t *x = p->x;
    for (; p->blocks; p->blocks--, p->out += BLOCK * p->out_c, x += BLOCK * t->pairs) {
        for (int32_t i = 0; i < BLOCK; i++) {
            int32_t a = p->bias_a, b = p->bias_b;
            for (int32_t k = 0; k < t->pairs; k++) {
                a = dsp_mac2(dsp_even(p->weights[k]), x[BLOCK * k + i], a);
                b = dsp_mac2(dsp_odd(p->weights[k]), x[BLOCK * k + i], b);
            }
            p->out[i * p->out_c] = finish(t, a, p->a, CLAMP);
            p->out[i * p->out_c + p->b_offset] = finish(t, b, p->b, CLAMP);
        }
    }
}

/* `blocks` times four pixels, all channels. */
DSP_INLINE void blocks_of_four(const struct conv_table *t, const uint32_t *x, int32_t blocks,
                               int8_t *out, enum limits limits)
{
    const uint32_t *weights = t->weights;
    for (int32_t c = 0; c < t->out_c; c += 2, weights += t->pairs) {
        const int32_t b = c + 1 < t->out_c; /* else b is a once more, to the same place */
        struct conv_pair p = {
            .weights = weights,
            .end = weights + t->pairs,
            .x = x,
            .out = out + c,
            .out_c = t->out_c,
            .b_offset = b,
            .blocks = blocks,
            .bias_a = t->bias[c],
            .bias_b = t->bias[c + b],
            .a = dsp_requant(t->multiplier[c], t->shift[c], t->output_zero),
            .b = dsp_requant(t->multiplier[c + b], t->shift[c + b], t->output_zero),
        };
        if (limits == RELU) conv_pair_relu(&p);
        if (limits == PLAIN) conv_pair_plain(&p);
        if (limits == CLAMP) conv_pair_clamp(t, &p);
    }
}

/* One pixel, all channels. */
DSP_INLINE void one_pixel(const struct conv_table *t, const uint32_t *x, int8_t *out,
                          enum limits limits)
{
    const int32_t out_c = t->out_c, pairs = t->pairs;
    const uint32_t *w = t->weights;
    for (int32_t c = 0; c < out_c; c += 2, w += pairs) {
        const int32_t last = c + 1 < out_c ? c + 1 : c;
        int32_t a = t->bias[c], b = t->bias[last];
        conv_pixel(w, w + pairs, x, &a, &b);
        out[c] =
            finish(t, a, dsp_requant(t->multiplier[c], t->shift[c], t->output_zero), limits);
        out[last] = finish(
            t, b, dsp_requant(t->multiplier[last], t->shift[last], t->output_zero), limits);
    }
}

DSP_INLINE void multiply(const struct conv_table *t, const uint32_t *scratch, int32_t n,
                         int8_t *out, enum limits limits)
{
    const int32_t whole = n & ~(BLOCK - 1);
    if (whole) blocks_of_four(t, scratch, whole / BLOCK, out, limits);
    for (int32_t i = whole; i < n; i++)
        one_pixel(t, scratch + i * t->pairs, out + i * t->out_c, limits);
}

DSP_INLINE void conv_1x1(const struct conv_table *t, int32_t in_c, int32_t pixels,
                         int32_t chunk, const int8_t *in, uint32_t *scratch, int8_t *out,
                         enum limits limits)
{
    for (int32_t first = 0; first < pixels; first += chunk) {
        const int32_t n = pixels - first < chunk ? pixels - first : chunk;
        for (int32_t i = 0; i < n; i++, in += in_c) {
            int32_t step;
            uint32_t *to = conv_slot(scratch, i, n, t->pairs, &step);
            conv_widen(in, in_c, to, step);
        }
        multiply(t, scratch, n, out, limits);
        out += n * t->out_c;
    }
}

void conv_1x1_relu(const struct conv_table *t, int32_t in_c, int32_t pixels, int32_t chunk,
                   const int8_t *in, uint32_t *scratch, int8_t *out)
{
    conv_1x1(t, in_c, pixels, chunk, in, scratch, out, RELU);
}

void conv_1x1_plain(const struct conv_table *t, int32_t in_c, int32_t pixels, int32_t chunk,
                    const int8_t *in, uint32_t *scratch, int8_t *out)
{
    conv_1x1(t, in_c, pixels, chunk, in, scratch, out, PLAIN);
}

void conv_1x1_clamp(const struct conv_table *t, int32_t in_c, int32_t pixels, int32_t chunk,
                    const int8_t *in, uint32_t *scratch, int8_t *out)
{
    conv_1x1(t, in_c, pixels, chunk, in, scratch, out, CLAMP);
}

void conv_multiply_relu(const struct conv_table *t, const uint32_t *scratch, int32_t n,
                        int8_t *out)
{
    multiply(t, scratch, n, out, RELU);
}

void conv_multiply_plain(const struct conv_table *t, const uint32_t *scratch, int32_t n,
                         int8_t *out)
{
    multiply(t, scratch, n, out, PLAIN);
}

void conv_multiply_clamp(const struct conv_table *t, const uint32_t *scratch, int32_t n,
                         int8_t *out)
{
    multiply(t, scratch, n, out, CLAMP);
}
