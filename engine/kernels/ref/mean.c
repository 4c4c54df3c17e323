/* SPDX-License-Identifier: 0BSD
 * MEAN over neighbouring axes: the sum, less the zero points, times scale/count. */
#include "fixed.h"
#include "ref.h"

void ref_mean(const struct ref_mean *p, const int8_t *input, int8_t *output)
{
    for (int32_t o = 0; o < p->outer; o++) {
        for (int32_t i = 0; i < p->inner; i++) {
            const int8_t *in = input + o * p->reduced * p->inner + i;
            int32_t sum = -p->input_zero * p->reduced;
            for (int32_t r = 0; r < p->reduced; r++)
                sum += in[r * p->inner];
            sum = fixed_scale(sum, p->multiplier, p->shift) + p->output_zero;
            output[o * p->inner + i] = fixed_clamp(sum, INT8_MIN, INT8_MAX);
        }
    }
}
