/* SPDX-License-Identifier: 0BSD
 *
 * Fixed exp: exp() and 1/(1+x) in fixed point, as gemmlowp and with it TensorFlow Lite define
 * them: a polynomial and a table of exp(-2^k); three Newton-Raphson steps. Qi.f: i integer
 * bits, f fraction bits, one sign bit.
 */
#ifndef KERNELS_FIXED_EXP_H
#define KERNELS_FIXED_EXP_H

#include "fixed.h"

/* x * 2^n, saturating: what gemmlowp does when it gives up integer bits. */
static inline int32_t fixed_shift_left_saturating(int32_t x, int32_t n)
{
    const int32_t limit = (int32_t)((UINT32_C(1) << (31 - n)) - 1);
    if (x > limit) return INT32_MAX;
    if (x < -limit) return INT32_MIN;
    return fixed_shift_left(x, n);
}

/* exp(x) in Q0.31 for x in [-1/4, 0), Q0.31: Taylor to the fourth power around -1/8. */
static inline int32_t fixed_exp_quarter(int32_t x)
{
    const int32_t exp_of_eighth = 1895147668; /* exp(-1/8) */
    const int32_t third = 715827883;          /* 1/3 */
    const int32_t t = x + (INT32_C(1) << 28); /* x + 1/8 */
    const int32_t t2 = fixed_high_mul(t, t);
    const int32_t t3 = fixed_high_mul(t2, t);
    const int32_t t4 = fixed_high_mul(t2, t2);
    const int32_t t4_4 = fixed_shift_right(t4, 2);
    /* t^4/24 + t^3/6 + t^2/2, as ((t^4/4 + t^3)/3 + t^2)/2 */
    const int32_t tail = fixed_shift_right(fixed_high_mul(t4_4 + t3, third) + t2, 1);
    return exp_of_eighth + fixed_high_mul(exp_of_eighth, t + tail);
}

/* exp(x) in Q0.31 for x <= 0 with 2 to 5 integer bits: what is below 1/4 by polynomial, the
 * rest bit by bit. */
static inline int32_t fixed_exp_negative(int32_t x, int32_t integer_bits)
{
    /* exp(-2^k) in Q0.31, k = -2 … 4 */
    static const int32_t table[] = {1672461947, 1302514674, 790015084, 290630308,
                                    39332535,   720401,     242};
    const int32_t fraction_bits = 31 - integer_bits;
    const int32_t quarter = INT32_C(1) << (fraction_bits - 2);
    if (x == 0) return INT32_MAX;
    const int32_t low = (x & (quarter - 1)) - quarter; /* in [-1/4, 0) */
    int32_t result = fixed_exp_quarter(fixed_shift_left(low, integer_bits));
    const int32_t rest = low - x; /* a multiple of 1/4, >= 0 */
    for (int32_t k = 0; k < integer_bits + 2; k++)
        if (rest & (quarter << k)) result = fixed_high_mul(result, table[k]);
    return result;
}

/* (a + b) / 2, rounded away from zero. */
static inline int32_t fixed_half_sum(int32_t a, int32_t b)
{
    const int64_t sum = (int64_t)a + b;
    return (int32_t)((sum + (sum >= 0 ? 1 : -1)) / 2);
}

/* 1 / (1 + x) in Q0.31 for x in [0, 1), Q0.31: Newton-Raphson on half the denominator, in
 * Q2.29, from 48/17 - 32/17 * d. */
static inline int32_t fixed_reciprocal_one_plus(int32_t x)
{
    const int32_t one = INT32_C(1) << 29; /* Q2.29 */
    const int32_t half = fixed_half_sum(x, INT32_MAX);
    int32_t y = 1515870810 + fixed_high_mul(half, -1010580540);
    for (int i = 0; i < 3; i++) {
        const int32_t error = one - fixed_high_mul(half, y);
        y += fixed_shift_left_saturating(fixed_high_mul(y, error), 2);
    }
    return fixed_shift_left_saturating(y, 1); /* y/2 in Q0.31 */
}

#endif
