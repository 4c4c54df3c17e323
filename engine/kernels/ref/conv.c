/* SPDX-License-Identifier: 0BSD
 * CONV_2D: for each output element, the window's products in the order rows, columns, input
 * channels. Sums wrap, so they do not depend on the order, and any kernel may use another. */
#include "fixed.h"
#include "ref.h"

/* The products of one filter, its window's corner at row y0, column x0 of the image. */
static uint32_t window_sum(const struct ref_conv *p, const int8_t *input, const int8_t *filter,
                           int32_t y0, int32_t x0)
{
    const struct ref_window *w = &p->win;
    uint32_t sum = 0;
    for (int32_t ky = 0; ky < w->kernel_h; ky++) {
        const int32_t y = y0 + ky;
        for (int32_t kx = 0; kx < w->kernel_w; kx++, filter += w->in_c) {
            const int32_t x = x0 + kx;
            if (y < 0 || y >= w->in_h || x < 0 || x >= w->in_w) continue;
            const int32_t at = (y * w->in_w + x) * w->in_c;
            for (int32_t i = 0; i < w->in_c; i++)
                sum += (uint32_t)((input[at + i] - p->input_zero) * filter[i]);
        }
    }
    return sum;
}

void ref_conv_2d(const struct ref_conv *p, const int8_t *input, const int8_t *weights,
                 const int32_t *bias, int8_t *output)
{
    const struct ref_window *w = &p->win;
    const int32_t filter = w->kernel_h * w->kernel_w * w->in_c;
    for (int32_t oy = 0; oy < w->out_h; oy++) {
        const int32_t y0 = oy * w->stride_h - w->pad_top;
        for (int32_t ox = 0; ox < w->out_w; ox++) {
            const int32_t x0 = ox * w->stride_w - w->pad_left;
            const int8_t *k = weights;
            for (int32_t c = 0; c < w->out_c; c++, k += filter) {
                const uint32_t sum =
                    (bias ? (uint32_t)bias[c] : 0) + window_sum(p, input, k, y0, x0);
                *output++ = fixed_output(sum, p->multiplier[c], p->shift[c], p->output_zero,
                                         p->clamp_min, p->clamp_max);
            }
        }
    }
}
