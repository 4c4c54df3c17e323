/* SPDX-License-Identifier: 0BSD
 * DEPTHWISE_CONV_2D: output channel c sees input channel c / multiplier only. */
#include "fixed.h"
#include "ref.h"

/* The products of output channel c, its window's corner at row y0, column x0 of the image. */
static uint32_t window_sum(const struct ref_conv *p, const int8_t *input, const int8_t *weights,
                           int32_t c, int32_t y0, int32_t x0)
{
    const struct ref_window *w = &p->win;
    const int32_t in_c = c / (w->out_c / w->in_c);
    uint32_t sum = 0;
    for (int32_t ky = 0; ky < w->kernel_h; ky++) {
        const int32_t y = y0 + ky;
        for (int32_t kx = 0; kx < w->kernel_w; kx++) {
            const int32_t x = x0 + kx;
            if (y < 0 || y >= w->in_h || x < 0 || x >= w->in_w) continue;
            const int32_t in = input[(y * w->in_w + x) * w->in_c + in_c];
            const int32_t k = weights[(ky * w->kernel_w + kx) * w->out_c + c];
            sum += (uint32_t)((in - p->input_zero) * k);
        }
    }
    return sum;
}

void ref_depthwise_conv_2d(const struct ref_conv *p, const int8_t *input, const int8_t *weights,
                           const int32_t *bias, int8_t *output)
{
    const struct ref_window *w = &p->win;
    for (int32_t oy = 0; oy < w->out_h; oy++) {
        const int32_t y0 = oy * w->stride_h - w->pad_top;
        for (int32_t ox = 0; ox < w->out_w; ox++) {
            const int32_t x0 = ox * w->stride_w - w->pad_left;
            for (int32_t c = 0; c < w->out_c; c++) {
                const uint32_t sum =
                    (bias ? (uint32_t)bias[c] : 0) + window_sum(p, input, weights, c, y0, x0);
                *output++ = fixed_output(sum, p->multiplier[c], p->shift[c], p->output_zero,
                                         p->clamp_min, p->clamp_max);
            }
        }
    }
}
