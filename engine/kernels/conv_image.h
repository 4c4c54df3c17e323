/* SPDX-License-Identifier: 0BSD
 *
 * Windows of an image as columns of pairs, for the convolutions of conv.c. conv_kxk() is
 * inlined with literal shapes, so that a row of the window is widened without a loop.
 */
#ifndef KERNELS_CONV_IMAGE_H
#define KERNELS_CONV_IMAGE_H

#include <string.h>

#include "dsp.h"

enum { CONV_BLOCK = 4 };

/* A window over an image, as ref.h's ref_window. */
struct conv_image {
    int32_t in_h, in_w, in_c, out_h, out_w;
    int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
    int32_t input_zero;
};

/* Where pixel i of n in scratch begins, and how far apart its words are. */
DSP_INLINE uint32_t *conv_slot(uint32_t *scratch, int32_t i, int32_t n, int32_t pairs,
                               int32_t *step)
{
    const int32_t whole = n & ~(CONV_BLOCK - 1);
    *step = i < whole ? CONV_BLOCK : 1;
    return i < whole ? scratch + (i & ~(CONV_BLOCK - 1)) * pairs + (i & (CONV_BLOCK - 1))
                     : scratch + i * pairs;
}

/* n bytes to pairs, `step` words apart: of four bytes (0,2), (1,3); of a rest of one (0,-), two
 * (0,1), three (0,2), (1,-). Returns where to go on. */
DSP_INLINE uint32_t *conv_widen(const int8_t *in, int32_t n, uint32_t *to, int32_t step)
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
    to[0] = n == 1 ? (uint32_t)(uint16_t)in[0]
                   : dsp_low_halves((uint32_t)(int32_t)in[0], (uint32_t)(int32_t)in[2]);
    if (n == 1) return to + step;
    to[step] = (uint32_t)(uint16_t)in[1];
    return to + 2 * step;
}

/* The window at output (oy, ox). Rows that cross the border are put together in `row` first. */
DSP_INLINE void conv_window(const struct conv_image m, const int8_t *in, int32_t oy, int32_t ox,
                            int8_t *row, uint32_t *to, int32_t step)
{
    const int32_t x0 = ox * m.stride_w - m.pad_left, y0 = oy * m.stride_h - m.pad_top;
    const int32_t bytes = m.kernel_w * m.in_c;
    if (x0 >= 0 && y0 >= 0 && x0 + m.kernel_w <= m.in_w && y0 + m.kernel_h <= m.in_h) {
        const int8_t *from = in + (y0 * m.in_w + x0) * m.in_c;
#pragma GCC unroll 4
        for (int32_t ky = 0; ky < m.kernel_h; ky++, from += m.in_w * m.in_c)
            to = conv_widen(from, bytes, to, step);
        return;
    }
    const int32_t left = x0 < 0 ? -x0 : 0;
    const int32_t over = x0 + m.kernel_w - m.in_w;
    const int32_t inside = m.kernel_w - left - (over > 0 ? over : 0);
    for (int32_t y = y0; y < y0 + m.kernel_h; y++) {
        memset(row, m.input_zero, (uint32_t)bytes);
        if (y >= 0 && y < m.in_h && inside > 0)
            memcpy(row + left * m.in_c, in + (y * m.in_w + x0 + left) * m.in_c,
                   (uint32_t)(inside * m.in_c));
        to = conv_widen(row, bytes, to, step);
    }
}

/* `multiply` is conv_multiply_relu, _plain or _clamp; scratch: chunk * pairs words and a row of
 * the window in bytes. */
#define conv_kxk(t, m, chunk, in, scratch, out, multiply)                                      \
    do {                                                                                       \
        uint32_t *const words_ = (scratch);                                                    \
        int8_t *const row_ = (int8_t *)(words_ + (chunk) * (t)->pairs), *to_ = (out);          \
        int32_t oy_ = 0, ox_ = 0, pixels_ = (m).out_h * (m).out_w;                             \
        while (pixels_ > 0) {                                                                  \
            const int32_t n_ = pixels_ < (chunk) ? pixels_ : (chunk);                          \
            conv_columns(m, n_, (t)->pairs, in, &oy_, &ox_, row_, words_);                     \
            multiply(t, words_, n_, to_);                                                      \
            to_ += n_ * (t)->out_c;                                                            \
            pixels_ -= n_;                                                                     \
        }                                                                                      \
    } while (0)

/* The next n windows. */
DSP_INLINE void conv_columns(const struct conv_image m, int32_t n, int32_t pairs,
                             const int8_t *in, int32_t *oy, int32_t *ox, int8_t *row,
                             uint32_t *scratch)
{
    for (int32_t i = 0; i < n; i++) {
        int32_t step;
        uint32_t *to = conv_slot(scratch, i, n, pairs, &step);
        conv_window(m, in, *oy, *ox, row, to, step);
        if (++*ox == m.out_w) *ox = 0, ++*oy;
    }
}

#endif
