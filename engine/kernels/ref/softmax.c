/* SPDX-License-Identifier: 0BSD
 * SOFTMAX in fixed point, as TensorFlow Lite defines it for int8: exp() of differences in Q5.26
 * with gemmlowp's polynomial and table of exp(-2^k), the sum in Q12.19, its reciprocal by three
 * Newton-Raphson steps. Qi.f: i integer bits, f fraction bits, one sign bit. */
#include "fixed.h"
#include "ref.h"

enum { EXP_INTEGER_BITS = 5, SUM_INTEGER_BITS = 12 };

/* x * 2^n, saturating: what gemmlowp does when it gives up integer bits. */
static int32_t shift_left_saturating(int32_t x, int32_t n)
{
    const int32_t limit = (int32_t)((UINT32_C(1) << (31 - n)) - 1);
    if (x > limit) return INT32_MAX;
    if (x < -limit) return INT32_MIN;
    return fixed_shift_left(x, n);
}

/* exp(x) in Q0.31 for x in [-1/4, 0), Q0.31: Taylor to the fourth power around -1/8. */
static int32_t exp_quarter(int32_t x)
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

/* exp(x) in Q0.31 for x <= 0 in Q5.26: the part below 1/4 by polynomial, the rest bit by bit.
 */
static int32_t exp_negative(int32_t x)
{
    /* exp(-2^k) in Q0.31, k = -2 … 4 */
    static const int32_t table[] = {1672461947, 1302514674, 790015084, 290630308,
                                    39332535,   720401,     242};
    const int32_t fraction_bits = 31 - EXP_INTEGER_BITS;
    const int32_t quarter = INT32_C(1) << (fraction_bits - 2);
    if (x == 0) return INT32_MAX;
    const int32_t low = (x & (quarter - 1)) - quarter; /* in [-1/4, 0) */
    int32_t result = exp_quarter(fixed_shift_left(low, EXP_INTEGER_BITS));
    const int32_t rest = low - x; /* a multiple of 1/4, >= 0 */
    for (int32_t k = 0; k < 7; k++)
        if (rest & (quarter << k)) result = fixed_high_mul(result, table[k]);
    return result;
}

static int32_t leading_zeros(uint32_t x)
{
    int32_t n = 0;
    for (uint32_t bit = UINT32_C(1) << 31; bit && !(x & bit); bit >>= 1)
        n++;
    return n;
}

/* (a + b) / 2, rounded away from zero. */
static int32_t half_sum(int32_t a, int32_t b)
{
    const int64_t sum = (int64_t)a + b;
    return (int32_t)((sum + (sum >= 0 ? 1 : -1)) / 2);
}

/* 1 / (1 + x) in Q0.31 for x in [0, 1), Q0.31: Newton-Raphson on half the denominator, in
 * Q2.29, from 48/17 - 32/17 * d. */
static int32_t reciprocal_one_plus(int32_t x)
{
    const int32_t one = INT32_C(1) << 29; /* Q2.29 */
    const int32_t half = half_sum(x, INT32_MAX);
    int32_t y = 1515870810 + fixed_high_mul(half, -1010580540);
    for (int i = 0; i < 3; i++) {
        const int32_t error = one - fixed_high_mul(half, y);
        y += shift_left_saturating(fixed_high_mul(y, error), 2);
    }
    return shift_left_saturating(y, 1); /* y/2 in Q0.31 */
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
            const int32_t e = exp_negative(fixed_scale(diff, p->multiplier, p->shift));
            sum += fixed_shift_right(e, SUM_INTEGER_BITS);
        }

        const int32_t headroom = leading_zeros((uint32_t)sum);
        const int32_t over_one = SUM_INTEGER_BITS - headroom;
        const uint32_t fraction = ((uint32_t)sum << headroom) - (UINT32_C(1) << 31);
        const int32_t scale = reciprocal_one_plus((int32_t)fraction);

        for (int32_t i = 0; i < p->depth; i++) {
            const int32_t diff = input[i] - max;
            output[i] = INT8_MIN;
            if (diff < p->diff_min) continue;
            const int32_t e = exp_negative(fixed_scale(diff, p->multiplier, p->shift));
            const int32_t q = fixed_shift_right(fixed_high_mul(scale, e), over_one + 31 - 8);
            output[i] = fixed_clamp(q + INT8_MIN, INT8_MIN, INT8_MAX);
        }
    }
}
