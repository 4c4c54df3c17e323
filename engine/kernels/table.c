/* SPDX-License-Identifier: GPL-2.0-or-later
 * Functions of one int8, computed for all 256 values with the integer arithmetic of TensorFlow
 * Lite Micro's reference kernels (kernels/internal/reference: leaky_relu.h, hard_swish.h,
 * integer_ops/logistic.h; micro/kernels/activations_common.cc). */
#include "engine/kernels/params.h"
#include "engine/kernels/quant.h"
#include "engine/kernels/ref/fixed_exp.h"

#include <math.h>

struct side {
    float scale;
    int32_t zero;
};

static int8_t relu(int32_t x, struct side in, struct side out, const struct op *op)
{
    const struct quant_mul m = quant_multiplier((double)(in.scale / out.scale));
    const int32_t y = fixed_scale(x, m.multiplier, m.shift) + out.zero;
    return fixed_clamp(y, op->clamp_min, op->clamp_max);
}

static int8_t leaky_relu(int32_t x, struct side in, struct side out, float alpha)
{
    /* TFLite forms both products in single precision. */
    const float slope = x >= 0 ? in.scale / out.scale : in.scale * alpha / out.scale;
    const struct quant_mul m = quant_multiplier((double)fabsf(slope));
    const int32_t y = fixed_scale(x, m.multiplier, m.shift);
    return fixed_clamp(out.zero + (slope < 0 ? -y : y), INT8_MIN, INT8_MAX);
}

enum { LOGISTIC_INTEGER_BITS = 4 };

static int8_t logistic(int32_t x, struct side in)
{
    const struct quant_mul m =
        quant_multiplier((double)in.scale * (1 << (31 - LOGISTIC_INTEGER_BITS)));
    const double radius = ((1 << LOGISTIC_INTEGER_BITS) - 1) *
                          ldexp(1.0, 31 - LOGISTIC_INTEGER_BITS) / ldexp(1.0, m.shift);
    if (x <= -floor(radius)) return INT8_MIN;
    if (x >= floor(radius)) return INT8_MAX;
    const int32_t q4 = fixed_scale(x, m.multiplier, m.shift);
    int32_t q0 = INT32_C(1) << 30; /* 1/2 */
    if (q4 != 0) {
        const int32_t e = fixed_exp_negative(q4 > 0 ? -q4 : q4, LOGISTIC_INTEGER_BITS);
        q0 = fixed_reciprocal_one_plus(e);
        if (q4 < 0) q0 = INT32_MAX - q0;
    }
    return fixed_clamp(fixed_shift_right(q0, 31 - 8) + INT8_MIN, INT8_MIN, INT8_MAX);
}

/* 16-bit fixed point. */
static int32_t clamp16(int32_t x)
{
    return x < INT16_MIN ? INT16_MIN : x > INT16_MAX ? INT16_MAX : x;
}

static int32_t high_mul16(int32_t a, int32_t b)
{
    const int32_t product = a * b, nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
    return clamp16((product + nudge) / (1 << 15));
}

static int32_t multiplier16(int32_t m)
{
    return m >= INT32_MAX - (1 << 15) ? INT16_MAX : (m + (1 << 15)) >> 16;
}

static int32_t shift_left16(int32_t x, int32_t n)
{
    return clamp16(n >= 16 ? (x > 0 ? INT16_MAX : x < 0 ? INT16_MIN : 0) : x * (1 << n));
}

/* x * relu6(x + 3) / 6: x on the output's scale, times a factor between 0 and 1 (Q0.15). */
static int8_t hard_swish(int32_t x, struct side in, struct side out)
{
    const float fine = (1.0F / 128.0F) * in.scale;
    const struct quant_mul mo = quant_multiplier((double)(fine / out.scale));
    const struct quant_mul mr = quant_multiplier((double)(fine / (3.0F / 32768.0F)));
    const int32_t high = x * (1 << 7);
    const int32_t value = high_mul16(high, multiplier16(mo.multiplier));

    int32_t factor = high;
    if (mr.shift > 0) factor = shift_left16(factor, mr.shift - 1);
    factor = high_mul16(factor, multiplier16(mr.multiplier));
    if (mr.shift > 0) factor = shift_left16(factor, 1);
    if (mr.shift < 0) factor = fixed_shift_right(factor, -mr.shift);
    factor = (factor + (1 << 15)) >> 1;

    const int32_t product = factor * value / (1 << 15); /* not rounded: cancels a bias */
    const int32_t y = fixed_shift_right(product, -mo.shift) + out.zero;
    return fixed_clamp(y, INT8_MIN, INT8_MAX);
}

void params_table(const struct graph *g, const struct op *op, int8_t table[256])
{
    const struct quant *qi = &g->tensors[op->input[0]].quant,
                       *qo = &g->tensors[op->output].quant;
    const struct side in = {qi->scale[0], qi->zero[0]}, out = {qo->scale[0], qo->zero[0]};
    for (int32_t i = 0; i < 256; i++) {
        const int32_t x = i - 128 - in.zero;
        if (op->kind == OP_LEAKY_RELU)
            table[i] = leaky_relu(x, in, out, op->alpha);
        else if (op->kind == OP_LOGISTIC)
            table[i] = logistic(x, in);
        else if (op->kind == OP_HARD_SWISH)
            table[i] = hard_swish(x, in, out);
        else
            table[i] = relu(x, in, out, op);
    }
}
