/* SPDX-License-Identifier: 0BSD
 * FULLY_CONNECTED: each row of the input times each row of the weights. */
#include "fixed.h"
#include "ref.h"

void ref_fully_connected(const struct ref_fully_connected *p, const int8_t *input,
                         const int8_t *weights, const int32_t *bias, int8_t *output)
{
    for (int32_t r = 0; r < p->rows; r++, input += p->in_c) {
        const int8_t *w = weights;
        for (int32_t c = 0; c < p->out_c; c++, w += p->in_c) {
            uint32_t sum = bias ? (uint32_t)bias[c] : 0;
            for (int32_t i = 0; i < p->in_c; i++)
                sum += (uint32_t)((input[i] - p->input_zero) * w[i]);
            *output++ = fixed_output(sum, p->multiplier[c], p->shift[c], p->output_zero,
                                     p->clamp_min, p->clamp_max);
        }
    }
}
