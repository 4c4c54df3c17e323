/* SPDX-License-Identifier: GPL-2.0-or-later
 * dsp_requantize() is fixed_scale(), zero point and clamp, for every value that pack_scales()
 * lets through: edges around each rounding tie, and a few million seeded values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/kernels/dsp.h"
#include "engine/kernels/ref/fixed.h"
#include "tools/base/rng.h"

struct setting {
    int32_t multiplier, shift, zero, min, max;
};

static int32_t fast(int32_t x, struct setting s)
{
    const int32_t twice = (int32_t)(2 * (int64_t)s.multiplier - (INT64_C(1) << 32));
    const struct dsp_requant q = dsp_requant(twice, (uint32_t)-s.shift, s.zero);
    return dsp_requantize(x, q, s.min, s.max, s.min == s.zero);
}

static void check(int32_t x, struct setting s)
{
    const int32_t want =
        fixed_clamp(fixed_scale(x, s.multiplier, s.shift) + s.zero, s.min, s.max);
    const int32_t have = fast(x, s);
    if (have != want)
        fail_msg("x %d, multiplier %d, shift %d, zero %d, limits %d … %d: %d, expected %d", x,
                 s.multiplier, s.shift, s.zero, s.min, s.max, have, want);
}

/* The largest |x| that leaves room for the rounding constant. */
static int32_t reach(struct setting s)
{
    const int64_t odd = s.zero < 0 ? -(2 * (int64_t)s.zero + 1) : 2 * (int64_t)s.zero + 1;
    const int64_t room = INT32_MAX - (odd << -s.shift) - 1;
    return (int32_t)(room < (1 << 30) - 1 ? room : (1 << 30) - 1);
}

static const struct setting limits[] = {
    {0, 0, -128, -128, 127}, {0, 0, 127, -128, 127}, {0, 0, 0, -128, 127}, {0, 0, 5, -128, 127},
    {0, 0, -128, -128, 90},  {0, 0, 3, 3, 127},      {0, 0, -1, -77, 78},
};

static void edges(void **state)
{
    (void)state;
    static const int32_t multipliers[] = {1 << 30,       (1 << 30) + 1, 1431655765,
                                          (3 << 29) - 1, 3 << 29,       INT32_MAX};
    for (size_t l = 0; l < sizeof limits / sizeof limits[0]; l++) {
        for (size_t m = 0; m < sizeof multipliers / sizeof multipliers[0]; m++) {
            for (int n = 1; n <= 21; n++) {
                struct setting s = limits[l];
                s.multiplier = multipliers[m];
                s.shift = -n;
                const int32_t most = reach(s);
                check(0, s);
                check(most, s);
                check(-most, s);
                /* x whose scaled value is near k + 1/2, both signs */
                for (int k = -140; k <= 140; k++) {
                    const int64_t tie =
                        (2 * (int64_t)k + 1) * (INT64_C(1) << (31 + n - 1)) / s.multiplier;
                    for (int64_t x = tie - 2; x <= tie + 2; x++)
                        if (x <= most && x >= -most) check((int32_t)x, s);
                }
            }
        }
    }
}

static void random_values(void **state)
{
    (void)state;
    struct rng r = {7};
    for (int i = 0; i < 2000000; i++) {
        struct setting s = limits[rng_below(&r, sizeof limits / sizeof limits[0])];
        s.multiplier = (int32_t)(UINT32_C(0x40000000) + rng_below(&r, 0x40000000));
        s.shift = -(int32_t)(1 + rng_below(&r, 21));
        const int32_t most = reach(s);
        int32_t x = (int32_t)(rng_next(&r) >> 32) >> rng_below(&r, 31);
        x = x > most ? most : x < -most ? -most : x;
        check(x, s);
    }
}

/* With a ReLU at the bottom, n = 0 is allowed. */
static void relu_without_shift(void **state)
{
    (void)state;
    struct rng r = {8};
    for (int i = 0; i < 200000; i++) {
        const struct setting s = {(int32_t)(UINT32_C(0x40000000) + rng_below(&r, 0x40000000)),
                                  0, -128, -128, 127};
        check((int32_t)(rng_next(&r) >> 32) >> (2 + rng_below(&r, 28)), s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges),
        cmocka_unit_test(random_values),
        cmocka_unit_test(relu_without_shift),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
