/* SPDX-License-Identifier: 0BSD
 *
 * Fixed: the fixed-point arithmetic that every quantised op shares. The definitions follow
 * gemmlowp's (SaturatingRoundingDoublingHighMul, RoundingDivideByPOT), which TensorFlow Lite
 * uses: rounding is to nearest, ties away from zero, in both steps.
 * Sums of products wrap modulo 2^32, as the machine's do: published models have channels whose
 * bias is 2^31 - 1. Kernels therefore add in uint32_t.
 */
#ifndef KERNELS_FIXED_H
#define KERNELS_FIXED_H

#include <stdint.h>

/* round(a * b / 2^31); the one product that does not fit saturates. */
static inline int32_t fixed_high_mul(int32_t a, int32_t b)
{
    if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
    int64_t product = (int64_t)a * b;
    int64_t nudge = product >= 0 ? INT64_C(1) << 30 : 1 - (INT64_C(1) << 30);
    return (int32_t)((product + nudge) / (INT64_C(1) << 31));
}

/* round(x / 2^n), 0 <= n <= 31. */
static inline int32_t fixed_shift_right(int32_t x, int32_t n)
{
    int32_t mask = (int32_t)((INT64_C(1) << n) - 1);
    int32_t rest = x & mask;
    int32_t half = (mask >> 1) + (x < 0);
    return (x >> n) + (rest > half);
}

/* x * 2^n, wrapping as the machine does. */
static inline int32_t fixed_shift_left(int32_t x, int32_t n)
{
    return (int32_t)((uint32_t)x << n);
}

/* x * multiplier * 2^(shift-31), -31 <= shift <= 30. */
static inline int32_t fixed_scale(int32_t x, int32_t multiplier, int32_t shift)
{
    int32_t left = shift > 0 ? shift : 0;
    int32_t right = shift > 0 ? 0 : -shift;
    return fixed_shift_right(fixed_high_mul(fixed_shift_left(x, left), multiplier), right);
}

/* A sum's end: to the output's scale and zero point, and into its limits. */
static inline int8_t fixed_output(uint32_t sum, int32_t multiplier, int32_t shift, int32_t zero,
                                  int32_t min, int32_t max)
{
    const int32_t scaled = fixed_scale((int32_t)sum, multiplier, shift);
    const int32_t x = (int32_t)((uint32_t)scaled + (uint32_t)zero);
    return (int8_t)(x < min ? min : x > max ? max : x);
}

static inline int8_t fixed_clamp(int32_t x, int32_t min, int32_t max)
{
    return (int8_t)(x < min ? min : x > max ? max : x);
}

#endif
