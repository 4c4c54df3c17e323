/* SPDX-License-Identifier: 0BSD
 * QUANTIZE and DEQUANTIZE at the network's borders, and int8 to int8. */
#include "fixed.h"
#include "ref.h"

void ref_requantize(const struct ref_requantize *p, const int8_t *input, int8_t *output)
{
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t x = input[i] - p->input_zero;
        const int32_t y = fixed_scale(x, p->multiplier, p->shift) + p->output_zero;
        output[i] = fixed_clamp(y, INT8_MIN, INT8_MAX);
    }
}

/* To nearest, ties away from zero, for |x| < 2^22: the fraction is exact there. */
static int32_t round_away(float x)
{
    const int32_t whole = (int32_t)x;
    const float rest = x - (float)whole;
    return whole + (rest >= 0.5F) - (rest <= -0.5F);
}

/* What lies beyond int8 by far saturates before it is converted; a NaN gives the zero point. */
void ref_quantize(const struct ref_affine *p, const float *input, int8_t *output)
{
    for (int32_t i = 0; i < p->count; i++) {
        const float x = input[i] / p->scale;
        const int32_t q = x >= 1024.0F    ? 1024
                          : x <= -1024.0F ? -1024
                          : x == x        ? round_away(x)
                                          : 0;
        output[i] = fixed_clamp(q + p->zero, INT8_MIN, INT8_MAX);
    }
}

void ref_dequantize(const struct ref_affine *p, const int8_t *input, float *output)
{
    for (int32_t i = 0; i < p->count; i++)
        output[i] = p->scale * (float)(input[i] - p->zero);
}
