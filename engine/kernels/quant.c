/* SPDX-License-Identifier: GPL-2.0-or-later
 * Order and width of each floating-point operation are part of the result: a multiplier that is
 * off by one changes outputs. Sources: tensorflow/lite/kernels/internal/quantization_util.cc,
 * kernels/kernel_util.cc, reference/reduce.h. */
#include "engine/kernels/quant.h"

#include <math.h>

struct quant_mul quant_multiplier(double real)
{
    if (real == 0) return (struct quant_mul){0, 0};
    int shift = 0;
    const double fraction = frexp(real, &shift);
    int64_t m = llround(fraction * 2147483648.0);
    if (m == INT64_C(1) << 31) {
        m /= 2;
        shift++;
    }
    if (shift < -31) return (struct quant_mul){0, 0};
    return (struct quant_mul){(int32_t)m, shift};
}

/* real / scale in the quantised domain, in single precision as TFLite does; saturated far
 * outside int8. A file's scale may be 0 or no number: it is refused later, with its name. */
static int32_t quantize(float real, float scale, int32_t zero)
{
    const float q = roundf(real / scale);
    if (isnan(q)) return zero;
    if (q > 65536.0F) return 65536;
    if (q < -65536.0F) return -65536;
    const int64_t sum = (int64_t)zero + (int64_t)q;
    return sum > 65536 ? 65536 : sum < -65536 ? -65536 : (int32_t)sum;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

void quant_clamp(enum quant_activation a, float scale, int32_t zero, int32_t *min, int32_t *max)
{
    *min = INT8_MIN;
    *max = INT8_MAX;
    switch (a) {
    case QUANT_NONE:
        break;
    case QUANT_RELU:
        *min = larger(*min, quantize(0.0F, scale, zero));
        break;
    case QUANT_RELU_N1_TO_1:
        *min = larger(*min, quantize(-1.0F, scale, zero));
        *max = smaller(*max, quantize(1.0F, scale, zero));
        break;
    case QUANT_RELU6:
        *min = larger(*min, quantize(0.0F, scale, zero));
        *max = smaller(*max, quantize(6.0F, scale, zero));
        break;
    }
}

enum { SOFTMAX_INTEGER_BITS = 5, SIGNED_BITS = 31 };

struct quant_mul quant_softmax(float beta, float scale, int32_t *diff_min)
{
    double real = (double)beta * (double)scale * (1 << (SIGNED_BITS - SOFTMAX_INTEGER_BITS));
    if (real > 2147483647.0) real = 2147483647.0;
    *diff_min = 0;
    if (!(real > 1.0)) return (struct quant_mul){0, 0};
    const struct quant_mul m = quant_multiplier(real);
    /* The largest difference that Q5.26 holds after the shift. */
    const double radius = 1.0 * ((1 << SOFTMAX_INTEGER_BITS) - 1) *
                          (double)(INT64_C(1) << (SIGNED_BITS - SOFTMAX_INTEGER_BITS)) /
                          (double)(INT64_C(1) << m.shift);
    *diff_min = -(int32_t)floor(radius);
    return m;
}

struct quant_mul quant_mean(float input_scale, float output_scale, int32_t count)
{
    struct quant_mul m = quant_multiplier((double)input_scale / (double)output_scale);
    int32_t shift = 0;
    while (shift < 30 && (INT32_C(2) << shift) <= count)
        shift++; /* floor(log2(count)) */
    shift = smaller(shift, 31 + m.shift);
    m.multiplier = (int32_t)(((int64_t)m.multiplier << shift) / count);
    m.shift -= shift;
    return m;
}
