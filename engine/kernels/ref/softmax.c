/* SPDX-License-Identifier: 0BSD
 * SOFTMAX in fixed point, as TensorFlow Lite defines it for int8: exp() of differences in
 * Q5.26, the sum in Q12.19, its reciprocal. */
#include "fixed_exp.h"
#include "ref.h"

enum { EXP_INTEGER_BITS = 5, SUM_INTEGER_BITS = 12 };

static int32_t leading_zeros(uint32_t x)
{
    int32_t n = 0;
    for (uint32_t bit = UINT32_C(1) << 31; bit && !(x & bit); bit >>= 1)
        n++;
    return n;
}

void ref_softmax(const struct ref_softmax *p, const int8_t *input, int8_t *output)
{
    for (int32_t r = 0; r < p->rows; r++, input += p->depth, output += p->depth) {
        int32_t max = INT8_MIN;
        for (int32_t i = 0; i < p->depth; i++)
            if (input[i] > max) max = input[i];

        int32_t sum = 0;
        for (int32_t i = 0; i < p->depth; i++) {
            const int32_t diff = input[i] - max;
            if (diff < p->diff_min) continue;
            const int32_t e = fixed_exp_negative(fixed_scale(diff, p->multiplier, p->shift),
                                                 EXP_INTEGER_BITS);
            sum += fixed_shift_right(e, SUM_INTEGER_BITS);
        }

        const int32_t headroom = leading_zeros((uint32_t)sum);
        const int32_t over_one = SUM_INTEGER_BITS - headroom;
        const uint32_t fraction = ((uint32_t)sum << headroom) - (UINT32_C(1) << 31);
        const int32_t scale = fixed_reciprocal_one_plus((int32_t)fraction);

        for (int32_t i = 0; i < p->depth; i++) {
            const int32_t diff = input[i] - max;
            output[i] = INT8_MIN;
            if (diff < p->diff_min) continue;
            const int32_t e = fixed_exp_negative(fixed_scale(diff, p->multiplier, p->shift),
                                                 EXP_INTEGER_BITS);
            const int32_t q = fixed_shift_right(fixed_high_mul(scale, e), over_one + 31 - 8);
            output[i] = fixed_clamp(q + INT8_MIN, INT8_MIN, INT8_MAX);
        }
    }
}
