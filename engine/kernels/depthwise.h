/* SPDX-License-Identifier: 0BSD
 *
 * Depthwise convolution, four channels at a time, in place if wanted. Every layer gets its own
 * code: the function is inlined with literal shapes (struct depthwise_shape is a constant).
 *
 *   1. Gather: words of four channels become four planes of int16, two neighbouring pixels a
 *      word, borders filled with the input's zero point. One pass over the input per four
 *      channels: a fourth of the cache misses of going channel by channel.
 *   2. Multiply: `across` outputs of a row at a time from the plane; a row of the window is
 *      (k+1)/2 multiplications.
 *   3. Scatter: the four results of a pixel, staged, are stored as one word.
 *
 * A plane holds only `strip_rows` output rows' worth of input; then the rows that the next
 * strip needs again move to its top. Writing over the input is safe because a strip's outputs
 * lie on rows that have been gathered, and other channels lie at other addresses.
 *
 * weights: for each channel and window row (k-1)/2 words of bytes w[2m+2] w[2m+1] w[2m+1]
 * w[2m]: SXTB16 gives (w[2m], w[2m+1]), rotated by 8 (w[2m+1], w[2m+2]).
 *
 *   outputs at x, x+1, stride 1, k = 3, pixels d0 = (p0,p1), d1 = (p2,p3):
 *     y0 = d0 . (w0,w1) + p2 * w2        SMLAD, SMLABT
 *     y1 = p1 * w0 + d1 . (w1,w2)        SMLATB, SMLAD
 */
#ifndef KERNELS_DEPTHWISE_H
#define KERNELS_DEPTHWISE_H

#include "dsp.h"

struct depthwise_table {
    const int8_t *weights;
    const int32_t *bias, *multiplier;
    const uint8_t *shift;
};

struct depthwise_shape {
    int in_h, in_w, channels, out_h, out_w;
    int kernel, stride, pad_top, pad_left;
    int strip_rows; /* output rows per strip */
    int across;     /* outputs computed side by side: 2 or 4 */
    int input_zero, output_zero, clamp_min, clamp_max;
};

/* Sizes in int16 (plane) and bytes (stage); all fold to literals. */
#define DEPTHWISE_OUT_PITCH(s) (((s).out_w + (s).across - 1) / (s).across * (s).across)
#define DEPTHWISE_MAX(a, b)    ((a) > (b) ? (a) : (b))
#define DEPTHWISE_PITCH(s)                                                                     \
    DEPTHWISE_MAX((DEPTHWISE_OUT_PITCH(s) * (s).stride + (s).kernel) / 2 * 2,                  \
                  ((s).pad_left + (s).in_w + 1) / 2 * 2)
#define DEPTHWISE_ROWS(s)  (((s).strip_rows - 1) * (s).stride + (s).kernel)
#define DEPTHWISE_PLANE(s) (DEPTHWISE_PITCH(s) * DEPTHWISE_ROWS(s))
#define DEPTHWISE_SCRATCH_BYTES(s)                                                             \
    (4 * 2 * DEPTHWISE_PLANE(s) + 4 * (s).strip_rows * DEPTHWISE_OUT_PITCH(s))

/* One input row into the four planes at row `to`; y outside the image: all border. */
DSP_INLINE void depthwise_gather(const struct depthwise_shape s, const int8_t *in, int y,
                                 int16_t *to)
{
    const int plane = DEPTHWISE_PLANE(s), pitch = DEPTHWISE_PITCH(s), c = s.channels;
    if (y < 0 || y >= s.in_h) {
        const uint32_t border = (uint16_t)s.input_zero * UINT32_C(0x10001);
        for (int x = 0; x < pitch; x += 2)
            for (int j = 0; j < 4; j++)
                *(dsp_word *)(to + j * plane + x) = border;
        return;
    }
    const int8_t *from = in + y * s.in_w * c;
    int16_t *p = to + s.pad_left;
    int n = s.in_w;
    if (s.pad_left & 1) { /* up to an even place */
        const uint32_t four = *(const dsp_word *)from;
        p[0] = (int8_t)four;
        p[plane] = (int8_t)(four >> 8);
        p[2 * plane] = (int8_t)(four >> 16);
        p[3 * plane] = (int8_t)(four >> 24);
        p++, from += c, n--;
    }
    for (; n >= 2; n -= 2, p += 2, from += 2 * c) {
        const uint32_t a = *(const dsp_word *)from, b = *(const dsp_word *)(from + c);
        const uint32_t a02 = dsp_even(a), a13 = dsp_odd(a);
        const uint32_t b02 = dsp_even(b), b13 = dsp_odd(b);
        *(dsp_word *)p = dsp_low_halves(a02, b02);
        *(dsp_word *)(p + plane) = dsp_low_halves(a13, b13);
        *(dsp_word *)(p + 2 * plane) = dsp_high_halves(a02, b02);
        *(dsp_word *)(p + 3 * plane) = dsp_high_halves(a13, b13);
    }
    if (n) {
        const uint32_t four = *(const dsp_word *)from;
        p[0] = (int8_t)four;
        p[plane] = (int8_t)(four >> 8);
        p[2 * plane] = (int8_t)(four >> 16);
        p[3 * plane] = (int8_t)(four >> 24);
    }
}

/* One channel's weights as pairs: k-1 words a row. */
DSP_INLINE void depthwise_widen(int k, const int8_t *w, uint32_t *pairs)
{
    for (int ky = 0; ky < k; ky++) {
        uint32_t last = (uint32_t)*w++;
#pragma GCC unroll 8
        for (int i = 0; i < k - 1; i++) {
            const uint32_t next = (uint32_t)*w++;
            *pairs++ = dsp_low_halves(last, next);
            last = next;
        }
    }
}

/* `across` outputs at p from one channel's window, in the compiler's order: right where weights
 * stay in registers (three rows), and where four outputs share what is loaded. */
DSP_INLINE void depthwise_multiply_plain(const struct depthwise_shape s, const int16_t *p,
                                         const uint32_t *w, int32_t *sum)
{
    const int m = (s.kernel - 1) / 2, pitch = DEPTHWISE_PITCH(s);
#pragma GCC unroll 8
    for (int ky = 0; ky < s.kernel; ky++, w += 2 * m) {
        const dsp_word *d = (const dsp_word *)(p + ky * pitch);
#pragma GCC unroll 4
        for (int x = 0; x < s.across; x++) {
            const dsp_word *dx = d + x * s.stride / 2;
            if (s.stride == 2 || (x & 1) == 0) {
#pragma GCC unroll 4
                for (int i = 0; i < m; i++)
                    sum[x] = dsp_mac2(dx[i], w[2 * i], sum[x]);
                sum[x] = dsp_mac_lh(dx[m], w[2 * m - 1], sum[x]);
            } else {
                sum[x] = dsp_mac_hl(dx[0], w[0], sum[x]);
#pragma GCC unroll 4
                for (int i = 0; i < m; i++)
                    sum[x] = dsp_mac2(dx[i + 1], w[2 * i + 1], sum[x]);
            }
        }
    }
}

/* The words of a larger window's rows on their way into registers: of each row pixels d and
 * weights w in turn, in the order of their use. All of it folds away but the loads. */
struct depthwise_words {
    const int16_t *p;
    const uint32_t *weights;
    uint32_t d[7][8], w[7][7];
    int next; /* the word to load next, counted over all rows */
};

/* With stride 2 no window begins in the middle of a word: half of the pairs are not needed. */
DSP_INLINE int depthwise_pairs(const struct depthwise_shape s)
{
    return s.stride == 1 ? s.kernel - 1 : (s.kernel + 1) / 2;
}

DSP_INLINE int depthwise_pixels(const struct depthwise_shape s)
{
    return (s.kernel - 1) / 2 + s.across * s.stride / 2;
}

DSP_INLINE void depthwise_fetch(const struct depthwise_shape s, struct depthwise_words *q)
{
    const int pixels = depthwise_pixels(s), pairs = depthwise_pairs(s);
    const int row = q->next / (pixels + pairs), i = q->next % (pixels + pairs);
    const int less = pixels < pairs ? pixels : pairs; /* d and w take turns so long */
    if (row >= s.kernel) return;
    q->next++;
    const int k = i < 2 * less ? i / 2 : i - less;
    if (i < 2 * less ? i % 2 == 0 : pixels > pairs) {
        const dsp_word *d = (const dsp_word *)(q->p + row * DEPTHWISE_PITCH(s));
        q->d[row][k] = dsp_ordered_load(d + k);
    } else {
        const int pair = s.stride == 1 ? k : k == pairs - 1 ? s.kernel - 2 : 2 * k;
        q->w[row][pair] =
            dsp_ordered_load((const dsp_word *)q->weights + row * (s.kernel - 1) + pair);
    }
}

/* Word number k of the row's pixels and weights shall be loaded. Never more than three are
 * missing. Loops would not do here and below: they fold away too late. */
DSP_INLINE void depthwise_need(const struct depthwise_shape s, struct depthwise_words *q,
                               int row, int k)
{
    const int pixels = depthwise_pixels(s), pairs = depthwise_pairs(s);
    const int less = pixels < pairs ? pixels : pairs;
    const int last = row * (pixels + pairs) + (k < less ? 2 * k + 1 : k + less);
    if (q->next <= last) depthwise_fetch(s, q);
    if (q->next <= last) depthwise_fetch(s, q);
    if (q->next <= last) depthwise_fetch(s, q);
}

/* Products of pair i of a row with output x: of windows that begin with a word, */
DSP_INLINE void depthwise_begin(const struct depthwise_shape s, struct depthwise_words *q,
                                int row, int i, int x, int32_t *sum)
{
    const int k = x * s.stride / 2 + i;
    if (x >= s.across) return;
    depthwise_need(s, q, row, k);
    depthwise_need(s, q, row, s.stride == 1 ? 2 * i : i);
    *sum = dsp_ordered_mac2(q->d[row][k], q->w[row][2 * i], *sum);
    depthwise_fetch(s, q);
}

/* and of windows that begin in the middle of one; */
DSP_INLINE void depthwise_middle(const struct depthwise_shape s, struct depthwise_words *q,
                                 int row, int i, int x, int32_t *sum)
{
    const int k = x / 2 + i + 1;
    if (x >= s.across) return;
    if (i == 0) {
        depthwise_need(s, q, row, x / 2);
        *sum = dsp_ordered_mac_hl(q->d[row][x / 2], q->w[row][0], *sum);
        depthwise_fetch(s, q);
    }
    depthwise_need(s, q, row, k);
    depthwise_need(s, q, row, 2 * i + 1);
    *sum = dsp_ordered_mac2(q->d[row][k], q->w[row][2 * i + 1], *sum);
    depthwise_fetch(s, q);
}

/* and the last weight of the first kind. */
DSP_INLINE void depthwise_end(const struct depthwise_shape s, struct depthwise_words *q,
                              int row, int x, int32_t *sum)
{
    const int k = x * s.stride / 2 + (s.kernel - 1) / 2;
    if (x >= s.across) return;
    depthwise_need(s, q, row, k);
    depthwise_need(s, q, row, depthwise_pairs(s) - 1);
    *sum = dsp_ordered_mac_lh(q->d[row][k], q->w[row][s.kernel - 2], *sum);
    depthwise_fetch(s, q);
}

DSP_INLINE void depthwise_stage(const struct depthwise_shape s, struct depthwise_words *q,
                                int row, int i, int32_t sum[4])
{
    if (i >= (s.kernel - 1) / 2) return;
    depthwise_begin(s, q, row, i, 0, &sum[0]);
    if (s.stride == 2) depthwise_begin(s, q, row, i, 1, &sum[1]);
    depthwise_begin(s, q, row, i, 2, &sum[2]);
    if (s.stride == 2) depthwise_begin(s, q, row, i, 3, &sum[3]);
    if (s.stride == 1) depthwise_middle(s, q, row, i, 1, &sum[1]);
    if (s.stride == 1) depthwise_middle(s, q, row, i, 3, &sum[3]);
}

DSP_INLINE void depthwise_row(const struct depthwise_shape s, struct depthwise_words *q,
                              int row, int32_t sum[4])
{
    if (row >= s.kernel) return;
    depthwise_stage(s, q, row, 0, sum);
    depthwise_stage(s, q, row, 1, sum);
    depthwise_stage(s, q, row, 2, sum);
    depthwise_end(s, q, row, 0, &sum[0]);
    if (s.stride == 2) depthwise_end(s, q, row, 1, &sum[1]);
    depthwise_end(s, q, row, 2, &sum[2]);
    if (s.stride == 2) depthwise_end(s, q, row, 3, &sum[3]);
}

/* A larger window, two outputs: a load beside each multiplication, some words ahead. */
DSP_INLINE void depthwise_multiply(const struct depthwise_shape s, const int16_t *p,
                                   const uint32_t *w, int32_t sum[4])
{
    struct depthwise_words q = {.p = p, .weights = w, .next = 0};
    depthwise_fetch(s, &q);
    depthwise_fetch(s, &q);
    depthwise_fetch(s, &q);
    depthwise_fetch(s, &q);
    depthwise_row(s, &q, 0, sum);
    depthwise_row(s, &q, 1, sum);
    depthwise_row(s, &q, 2, sum);
    depthwise_row(s, &q, 3, sum);
    depthwise_row(s, &q, 4, sum);
    depthwise_row(s, &q, 5, sum);
    depthwise_row(s, &q, 6, sum);
}

DSP_INLINE void depthwise(const struct depthwise_shape s, const struct depthwise_table t,
                          const int8_t *in, int16_t *scratch, int8_t *out)
{
    const int plane = DEPTHWISE_PLANE(s), pitch = DEPTHWISE_PITCH(s);
    const int out_pitch = DEPTHWISE_OUT_PITCH(s);
    const int keep = s.kernel - s.stride;
    uint32_t w[7 * 6]; /* the largest kernel's */
    const int relu = s.clamp_min == s.output_zero;
    int8_t *stage = (int8_t *)(scratch + 4 * plane);
    const uint32_t border = (uint16_t)s.input_zero * UINT32_C(0x10001);
    for (int i = 0; i < 4 * plane; i += 2)
        *(dsp_word *)(scratch + i) = border;

    for (int c = 0; c < s.channels; c += 4) {
        int have = 0, y = -s.pad_top; /* rows in the plane; the input row to gather next */
        for (int oy = 0; oy < s.out_h; oy += s.strip_rows) {
            const int rows = s.out_h - oy < s.strip_rows ? s.out_h - oy : s.strip_rows;
            const int need = (rows - 1) * s.stride + s.kernel;
            if (oy) { /* rows that this strip shares with the last one move to the top */
                for (int j = 0; j < 4; j++) {
                    dsp_word *to = (dsp_word *)(scratch + j * plane);
                    const dsp_word *from = to + s.strip_rows * s.stride * pitch / 2;
                    for (int i = 0; i < keep * pitch / 2; i++)
                        to[i] = from[i];
                }
                have = keep;
            }
            for (; have < need; have++, y++)
                depthwise_gather(s, in + c, y, scratch + have * pitch);

            for (int j = 0; j < 4; j++) {
                depthwise_widen(s.kernel, t.weights + (c + j) * s.kernel * s.kernel, w);
                const int32_t bias = t.bias[c + j];
                const struct dsp_requant q =
                    dsp_requant(t.multiplier[c + j], t.shift[c + j], s.output_zero);
                int8_t *to = stage + j;
                for (int r = 0; r < rows; r++) {
                    const int16_t *p = scratch + j * plane + r * s.stride * pitch;
                    for (int x = 0; x < out_pitch; x += s.across) {
                        int32_t sum[4] = {bias, bias, bias, bias};
                        if (s.kernel == 3 || s.across == 4)
                            depthwise_multiply_plain(s, p, w, sum);
                        else
                            depthwise_multiply(s, p, w, sum);
#pragma GCC unroll 4
                        for (int i = 0; i < s.across; i++)
                            to[4 * i] = (int8_t)dsp_requantize(sum[i], q, s.clamp_min,
                                                               s.clamp_max, relu);
                        p += s.across * s.stride;
                        to += 4 * s.across;
                    }
                }
            }
            for (int r = 0; r < rows; r++) {
                int8_t *to = out + (oy + r) * s.out_w * s.channels + c;
                const dsp_word *from = (const dsp_word *)(stage + 4 * r * out_pitch);
                for (int x = 0; x < s.out_w; x++, to += s.channels)
                    *(dsp_word *)to = from[x];
            }
        }
    }
}

#endif
