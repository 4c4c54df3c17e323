/* SPDX-License-Identifier: 0BSD
 * MUL: the product of both differences from zero, scaled once. */
#include "fixed.h"
#include "ref.h"

void ref_mul(const struct ref_mul *p, const int8_t *input1, const int8_t *input2,
             int8_t *output)
{
    for (int32_t i = 0, k = 0; i < p->count; i++, k++) {
        if (k == p->period) k = 0;
        const int32_t product = (input1[i] - p->input1_zero) * (input2[k] - p->input2_zero);
        const int32_t out = fixed_scale(product, p->multiplier, p->shift) + p->output_zero;
        output[i] = fixed_clamp(out, p->clamp_min, p->clamp_max);
    }
}
