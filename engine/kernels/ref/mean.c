/* SPDX-License-Identifier: 0BSD
 * MEAN over neighbouring axes: the sum, less the zero points, times scale/count. */
#include "fixed.h"
#include "ref.h"

void ref_mean(const struct ref_mean *p, const int8_t *input, int8_t *output)
{
    const int32_t block = p->reduced * p->inner;
    for (int32_t o = 0; o < p->outer; o++, input += block) {
        for (int32_t i = 0; i < p->inner; i++) {
            int32_t sum = -p->input_zero * p->reduced;
            for (int32_t at = i; at < block; at += p->inner)
                sum += input[at];
            sum = fixed_scale(sum, p->multiplier, p->shift) + p->output_zero;
            *output++ = fixed_clamp(sum, INT8_MIN, INT8_MAX);
        }
    }
}
