/* SPDX-License-Identifier: 0BSD
 *
 * ADD, exact: TFLite brings both inputs, 20 bits up, to a common scale, adds, and scales back;
 * each of the three scalings rounds twice. Inlined with literal parameters: a multiplier of
 * exactly one half (the larger of the two inputs' scales always has it) is a shift by 19.
 */
#ifndef KERNELS_ADD_H
#define KERNELS_ADD_H

#include "dsp.h"

struct add_side {
    int zero, multiplier, shift; /* as ref.h's: to the left when positive */
};

/* (x - zero) * 2^20 * multiplier * 2^(shift-31), shift <= 0 */
DSP_INLINE int32_t add_scale(int32_t x, const struct add_side s)
{
    const int32_t v = (x - s.zero) * (1 << 20);
    if (s.multiplier == 1 << 30 && s.shift == 0) return v / 2;
    int32_t high = dsp_high_mul_add(v, (int32_t)(2 * (uint32_t)s.multiplier), v);
    if (s.shift == 0) return high;
    high += (1 << (-s.shift - 1)) + (high >> 31);
    return high >> -s.shift;
}

DSP_INLINE int8_t add_one(int32_t a, int32_t b, const struct add_side sa,
                          const struct add_side sb, const struct dsp_requant q, int clamp_min,
                          int clamp_max)
{
    const int32_t sum = add_scale(a, sa) + add_scale(b, sb);
    return (int8_t)dsp_requantize(sum, q, clamp_min, clamp_max, 0);
}

/* out may be a or b. */
DSP_INLINE void add(int n, const struct add_side sa, const struct add_side sb,
                    const struct dsp_requant q, int clamp_min, int clamp_max, const int8_t *a,
                    const int8_t *b, int8_t *out)
{
    for (int i = 0; i < n; i++)
        out[i] = add_one(a[i], b[i], sa, sb, q, clamp_min, clamp_max);
}

#endif
