/* SPDX-License-Identifier: 0BSD
 * FULLY_CONNECTED: each row of the input times each row of the weights. */
#include "fixed.h"
#include "ref.h"

void ref_fully_connected(const struct ref_fully_connected *p, const int8_t *input,
                         const int8_t *weights, const int32_t *bias, int8_t *output)
{
    for (int32_t r = 0; r < p->rows; r++) {
        for (int32_t c = 0; c < p->out_c; c++) {
            const int8_t *in = input + r * p->in_c, *w = weights + c * p->in_c;
            int32_t sum = bias ? bias[c] : 0;
            for (int32_t i = 0; i < p->in_c; i++)
                sum += (in[i] - p->input_zero) * w[i];
            sum = fixed_scale(sum, p->multiplier[c], p->shift[c]) + p->output_zero;
            *output++ = fixed_clamp(sum, p->clamp_min, p->clamp_max);
        }
    }
}
