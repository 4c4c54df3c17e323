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
#include "kernels.h"

enum { BLOCK = 4 };

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

/* Where pixel i of n in scratch begins, and how far apart its words are. */
DSP_INLINE uint32_t *slot(uint32_t *scratch, int32_t i, int32_t n, int32_t pairs, int32_t *step)
{
    const int32_t whole = n & ~(BLOCK - 1);
    *step = i < whole ? BLOCK : 1;
    return i < whole ? scratch + (i & ~(BLOCK - 1)) * pairs + (i & (BLOCK - 1))
                     : scratch + i * pairs;
}

/* n bytes to pairs, `step` words apart: of four bytes (0,2), (1,3); of a rest of one (0,-), two
 * (0,1), three (0,2), (1,-). Returns where to go on. */
static uint32_t *widen(const int8_t *in, int32_t n, uint32_t *to, int32_t step)
{
    for (; n >= 4; n -= 4, in += 4, to += 2 * step) {
        const uint32_t four = dsp_load(in);
        to[0] = dsp_even(four);
        to[step] = dsp_odd(four);
    }
    if (n == 0) return to;
    if (n == 2) {
        to[0] = dsp_low_halves((uint32_t)(int32_t)in[0], (uint32_t)(int32_t)in[1]);
        return to + step;
    }
    to[0] = n == 1 ? (uint16_t)in[0]
                   : dsp_low_halves((uint32_t)(int32_t)in[0], (uint32_t)(int32_t)in[2]);
    if (n == 1) return to + step;
    to[step] = (uint16_t)in[1];
    return to + 2 * step;
}

DSP_INLINE void multiply(const struct conv_table *t, uint32_t *scratch, int32_t n, int8_t *out,
                         enum limits limits)
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
            uint32_t *to = slot(scratch, i, n, t->pairs, &step);
            widen(in, in_c, to, step);
        }
        multiply(t, scratch, n, out, limits);
        out += n * t->out_c;
    }
}

/* The window at output (oy, ox), rows widened one by one. */
DSP_INLINE void window(const struct conv_image *m, const int8_t *in, int32_t oy, int32_t ox,
                       int8_t *row, uint32_t *to, int32_t step)
{
    const int32_t x0 = ox * m->stride_w - m->pad_left;
    const int32_t bytes = m->kernel_w * m->in_c;
    const int32_t left = x0 < 0 ? -x0 : 0;
    const int32_t over = x0 + m->kernel_w - m->in_w;
    const int32_t inside = m->kernel_w - left - (over > 0 ? over : 0);
    for (int32_t ky = 0; ky < m->kernel_h; ky++) {
        const int32_t y = oy * m->stride_h - m->pad_top + ky;
        const int8_t *from = in + (y * m->in_w + x0) * m->in_c;
        if (y < 0 || y >= m->in_h || inside < m->kernel_w) {
            memset(row, m->input_zero, (uint32_t)bytes);
            if (y >= 0 && y < m->in_h && inside > 0)
                memcpy(row + left * m->in_c, from + left * m->in_c,
                       (uint32_t)(inside * m->in_c));
            from = row;
        }
        to = widen(from, bytes, to, step);
    }
}

DSP_INLINE void conv_kxk(const struct conv_table *t, const struct conv_image *m, int32_t chunk,
                         const int8_t *in, uint32_t *scratch, int8_t *out, enum limits limits)
{
    int8_t *row = (int8_t *)(scratch + chunk * t->pairs);
    const int32_t pixels = m->out_h * m->out_w;
    int32_t oy = 0, ox = 0;
    for (int32_t first = 0; first < pixels; first += chunk) {
        const int32_t n = pixels - first < chunk ? pixels - first : chunk;
        for (int32_t i = 0; i < n; i++) {
            int32_t step;
            uint32_t *to = slot(scratch, i, n, t->pairs, &step);
            window(m, in, oy, ox, row, to, step);
            if (++ox == m->out_w) ox = 0, oy++;
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

void conv_kxk_relu(const struct conv_table *t, const struct conv_image *m, int32_t chunk,
                   const int8_t *in, uint32_t *scratch, int8_t *out)
{
    conv_kxk(t, m, chunk, in, scratch, out, RELU);
}

void conv_kxk_plain(const struct conv_table *t, const struct conv_image *m, int32_t chunk,
                    const int8_t *in, uint32_t *scratch, int8_t *out)
{
    conv_kxk(t, m, chunk, in, scratch, out, PLAIN);
}

void conv_kxk_clamp(const struct conv_table *t, const struct conv_image *m, int32_t chunk,
                    const int8_t *in, uint32_t *scratch, int8_t *out)
{
    conv_kxk(t, m, chunk, in, scratch, out, CLAMP);
}
