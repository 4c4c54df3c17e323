/* SPDX-License-Identifier: 0BSD
 * ADD: both inputs, 20 bits up, on the common scale 2 * max(scale 1, scale 2), added there and
 * brought to the output's scale. The 20 is TFLite's: 8-bit differences use 9 bits, and the sum
 * of two stays inside 31. */
#include "fixed.h"
#include "ref.h"

enum { LEFT_SHIFT = 20 };

void ref_add(const struct ref_add *p, const int8_t *input1, const int8_t *input2,
             int8_t *output)
{
    for (int32_t i = 0, k = 0; i < p->count; i++, k++) {
        if (k == p->period) k = 0;
        const int32_t a = fixed_shift_left(input1[i] - p->input1_zero, LEFT_SHIFT);
        const int32_t b = fixed_shift_left(input2[k] - p->input2_zero, LEFT_SHIFT);
        const int32_t sum = fixed_scale(a, p->input1_multiplier, p->input1_shift) +
                            fixed_scale(b, p->input2_multiplier, p->input2_shift);
        const int32_t out =
            fixed_scale(sum, p->output_multiplier, p->output_shift) + p->output_zero;
        output[i] = fixed_clamp(out, p->clamp_min, p->clamp_max);
    }
}
