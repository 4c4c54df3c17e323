/* SPDX-License-Identifier: 0BSD
 *
 * The inner loops of conv.c: two channels by blocks of four pixels, sums to int8 outputs; and
 * the sums of one pixel. The count of weight words is even (the last may be zero: padding).
 *
 * On Arm the first is a function in assembler, because eight sums, two pointers and four
 * temporaries are all the registers there are: a compiler spills some, which costs a third of
 * the time. The order suits the Cortex-M7: beside each SMLAD stands a load, an extension or an
 * addition, and a load is two cycles ahead of the SMLAD that wants it.
 */
#ifndef KERNELS_CONV_BLOCK_H
#define KERNELS_CONV_BLOCK_H

#include "dsp.h"

/* Two channels' work. The assembler knows the order of the members. */
struct conv_pair {
    const uint32_t *weights, *end;
    const uint32_t *x; /* widened pixels, four side by side */
    int8_t *out;       /* channel a of the first pixel; changed */
    int32_t out_c;
    int32_t b_offset; /* from a's output to b's: 1, or 0 when b repeats an odd last channel */
    int32_t blocks;   /* of four pixels; changed */
    int32_t bias_a, bias_b;
    struct dsp_requant a, b;
};

/* Limits are those of int8; with relu the output's zero point is -128. */
void conv_pair_relu(struct conv_pair *p);
void conv_pair_plain(struct conv_pair *p);

DSP_INLINE void conv_pixel(const uint32_t *w, const uint32_t *end, const uint32_t *x,
                           int32_t *a, int32_t *b)
{
    int32_t sa = *a, sb = *b;
    do {
        const uint32_t w0 = w[0], w1 = w[1], x0 = x[0], x1 = x[1];
        sa = dsp_mac2(dsp_even(w0), x0, sa);
        sb = dsp_mac2(dsp_odd(w0), x0, sb);
        sa = dsp_mac2(dsp_even(w1), x1, sa);
        sb = dsp_mac2(dsp_odd(w1), x1, sb);
        w += 2, x += 2;
    } while (w != end);
    *a = sa;
    *b = sb;
}

#endif
