/* SPDX-License-Identifier: 0BSD
 * DEPTHWISE_CONV_2D: output channel c sees input channel c / multiplier only. */
#include "fixed.h"
#include "ref.h"

void ref_depthwise_conv_2d(const struct ref_conv *p, const int8_t *input, const int8_t *weights,
                           const int32_t *bias, int8_t *output)
{
    const struct ref_window *w = &p->win;
    const int32_t depth_multiplier = w->out_c / w->in_c;
    for (int32_t oy = 0; oy < w->out_h; oy++) {
        const int32_t y0 = oy * w->stride_h - w->pad_top;
        for (int32_t ox = 0; ox < w->out_w; ox++) {
            const int32_t x0 = ox * w->stride_w - w->pad_left;
            for (int32_t c = 0; c < w->out_c; c++) {
                const int32_t in_c = c / depth_multiplier;
                uint32_t sum = bias ? (uint32_t)bias[c] : 0;
                for (int32_t ky = 0; ky < w->kernel_h; ky++) {
                    const int32_t y = y0 + ky;
                    if (y < 0 || y >= w->in_h) continue;
                    for (int32_t kx = 0; kx < w->kernel_w; kx++) {
                        const int32_t x = x0 + kx;
                        if (x < 0 || x >= w->in_w) continue;
                        const int32_t in = input[(y * w->in_w + x) * w->in_c + in_c];
                        const int32_t k = weights[(ky * w->kernel_w + kx) * w->out_c + c];
                        sum += (uint32_t)((in - p->input_zero) * k);
                    }
                }
                *output++ = fixed_output(sum, p->multiplier[c], p->shift[c], p->output_zero,
                                         p->clamp_min, p->clamp_max);
            }
        }
    }
}
