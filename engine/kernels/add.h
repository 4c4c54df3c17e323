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

/* One side, scaled: ((x - zero) * 2^20) * multiplier * 2^(shift-31), shift <= 0. */
DSP_INLINE int32_t add_scale(int32_t x, const struct add_side s)
{
    if (s.multiplier == 1 << 30 && s.shift == 0) return x * (1 << 19) - s.zero * (1 << 19);
    const int32_t v = x * (1 << 20) - s.zero * (1 << 20);
    int32_t high = dsp_high_mul_add(v, (int32_t)(2 * (uint32_t)s.multiplier), v);
    if (s.shift == 0) return high;
    high += high >> 31;
    return (high + (1 << (-s.shift - 1))) >> -s.shift;
}

/* out may be a or b. */
DSP_INLINE void add(int n, const struct add_side sa, const struct add_side sb,
                    const struct dsp_requant q, int clamp_min, int clamp_max, const int8_t *a,
                    const int8_t *b, int8_t *out)
{
#pragma GCC unroll 4
    for (int i = 0; i < n; i++) {
        const int32_t sum = add_scale(a[i], sa) + add_scale(b[i], sb);
        out[i] = (int8_t)dsp_requantize(sum, q, clamp_min, clamp_max, 0);
    }
}

#endif
