/* SPDX-License-Identifier: 0BSD
 *
 * Dsp: the instructions of Armv7E-M's DSP extension that the fast kernels are made of, and the
 * same in portable C, so that generated code runs on a host bit by bit alike.
 *
 * A pair is two int16 in a word, lo in bits 15:0. Loads of words assume little endian.
 */
#ifndef KERNELS_DSP_H
#define KERNELS_DSP_H

#include <stdint.h>

#define DSP_INLINE static inline __attribute__((always_inline))

/* Words that may alias the int8 arrays they are read from. */
typedef uint32_t __attribute__((may_alias)) dsp_word;
typedef uint16_t __attribute__((may_alias)) dsp_half;
struct __attribute__((packed, may_alias)) dsp_unaligned {
    uint32_t word;
};

DSP_INLINE uint32_t dsp_load(const int8_t *p) /* at any address */
{
    return ((const struct dsp_unaligned *)(const void *)p)->word;
}

#ifdef __ARM_FEATURE_DSP

#include <arm_acle.h>

DSP_INLINE int32_t dsp_mac2(uint32_t a, uint32_t b, int32_t sum)
{
    return __smlad((int16x2_t)a, (int16x2_t)b, sum);
}

DSP_INLINE int32_t dsp_mac_ll(uint32_t a, uint32_t b, int32_t sum)
{
    return __smlabb((int32_t)a, (int32_t)b, sum);
}

DSP_INLINE int32_t dsp_mac_lh(uint32_t a, uint32_t b, int32_t sum)
{
    return __smlabt((int32_t)a, (int32_t)b, sum);
}

DSP_INLINE int32_t dsp_mac_hl(uint32_t a, uint32_t b, int32_t sum)
{
    return __smlatb((int32_t)a, (int32_t)b, sum);
}

/* The same, and a load, in the order in which they are written: the compiler's own order puts
 * multiplications in a row, which a Cortex-M7 cannot issue together. */
#define DSP_ORDERED(name, instruction)                                                         \
    DSP_INLINE int32_t name(uint32_t a, uint32_t b, int32_t sum)                               \
    {                                                                                          \
        __asm__ volatile(instruction " %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));          \
        return sum;                                                                            \
    }
DSP_ORDERED(dsp_ordered_mac2, "smlad")
DSP_ORDERED(dsp_ordered_mac_lh, "smlabt")
DSP_ORDERED(dsp_ordered_mac_hl, "smlatb")

DSP_INLINE uint32_t dsp_ordered_load(const dsp_word *p)
{
    uint32_t word;
    __asm__ volatile("ldr %0, %1" : "=r"(word) : "m"(*p));
    return word;
}

DSP_INLINE uint32_t dsp_even(uint32_t four)
{
    uint32_t pair;
    __asm__("sxtb16 %0, %1" : "=r"(pair) : "r"(four));
    return pair;
}

DSP_INLINE uint32_t dsp_odd(uint32_t four)
{
    uint32_t pair;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(four));
    return pair;
}

DSP_INLINE uint32_t dsp_low_halves(uint32_t a, uint32_t b)
{
    uint32_t pair;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(pair) : "r"(a), "r"(b));
    return pair;
}

DSP_INLINE uint32_t dsp_high_halves(uint32_t a, uint32_t b)
{
    uint32_t pair;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(pair) : "r"(b), "r"(a));
    return pair;
}

DSP_INLINE int32_t dsp_high_mul_add(int32_t a, int32_t b, int32_t add)
{
    int32_t out;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(out) : "r"(a), "r"(b), "r"(add));
    return out;
}

DSP_INLINE int32_t dsp_saturate8(int32_t x)
{
    return __ssat(x, 8);
}

#else

#define DSP_LO(x) ((int32_t)(int16_t)(x))
#define DSP_HI(x) ((int32_t)(int16_t)((uint32_t)(x) >> 16))

/* sum + a.lo * b.lo + a.hi * b.hi */
DSP_INLINE int32_t dsp_mac2(uint32_t a, uint32_t b, int32_t sum)
{
    return (int32_t)((uint32_t)sum + (uint32_t)(DSP_LO(a) * DSP_LO(b)) +
                     (uint32_t)(DSP_HI(a) * DSP_HI(b)));
}

/* sum + one half of a * one half of b */
DSP_INLINE int32_t dsp_mac_ll(uint32_t a, uint32_t b, int32_t sum)
{
    return (int32_t)((uint32_t)sum + (uint32_t)(DSP_LO(a) * DSP_LO(b)));
}

DSP_INLINE int32_t dsp_mac_lh(uint32_t a, uint32_t b, int32_t sum)
{
    return (int32_t)((uint32_t)sum + (uint32_t)(DSP_LO(a) * DSP_HI(b)));
}

DSP_INLINE int32_t dsp_mac_hl(uint32_t a, uint32_t b, int32_t sum)
{
    return (int32_t)((uint32_t)sum + (uint32_t)(DSP_HI(a) * DSP_LO(b)));
}

#define dsp_ordered_mac2   dsp_mac2
#define dsp_ordered_mac_lh dsp_mac_lh
#define dsp_ordered_mac_hl dsp_mac_hl

DSP_INLINE uint32_t dsp_ordered_load(const dsp_word *p)
{
    return *p;
}

/* Of four int8: the pair of bytes 0 and 2; of bytes 1 and 3. */
DSP_INLINE uint32_t dsp_even(uint32_t four)
{
    return (uint16_t)(int8_t)four | (uint32_t)(uint16_t)(int8_t)(four >> 16) << 16;
}

DSP_INLINE uint32_t dsp_odd(uint32_t four)
{
    return dsp_even(four >> 8 | four << 24);
}

/* The pair of a's and b's low halves; of their high halves. */
DSP_INLINE uint32_t dsp_low_halves(uint32_t a, uint32_t b)
{
    return (a & 0xFFFF) | b << 16;
}

DSP_INLINE uint32_t dsp_high_halves(uint32_t a, uint32_t b)
{
    return a >> 16 | (b & 0xFFFF0000);
}

/* add + a * b / 2^32, rounded to nearest, ties up */
DSP_INLINE int32_t dsp_high_mul_add(int32_t a, int32_t b, int32_t add)
{
    const uint64_t product = (uint64_t)((int64_t)a * b) + ((uint64_t)(uint32_t)add << 32);
    return (int32_t)((product + UINT64_C(0x80000000)) >> 32);
}

DSP_INLINE int32_t dsp_saturate8(int32_t x)
{
    return x < -128 ? -128 : x > 127 ? 127 : x;
}

#endif

/* Requantisation, exact: what fixed.h's fixed_scale() gives for shift = -n, 1 <= n <= 22 or so,
 * plus the output's zero point, clamped.
 *
 *   round(x * m / 2^31), ties up, is the high word of x * 2m + 2^31. 2m does not fit an int32,
 *   but 2m - 2^32 does, and x * 2^32 is put back by the addition: SMMLAR(x, 2m - 2^32, x).
 *   (TFLite rounds ties of this first step as its code says: up, for both signs.)
 *   The second step rounds ties away from zero: v + 2^(n-1) - (v < 0), shifted by n.
 *   The zero point joins the rounding constant: zero * 2^n + 2^(n-1) = (2 * zero + 1) * 2^n
 * / 2.
 *
 * With a ReLU (clamp_min == zero) negative v end at the zero point either way, and the tie's
 * correction is left out; then n = 0 is right too. */
struct dsp_requant {
    int32_t multiplier; /* 2m - 2^32 */
    int32_t rounding;
    uint32_t shift;
};

DSP_INLINE struct dsp_requant dsp_requant(int32_t multiplier, uint32_t shift, int32_t zero)
{
    const uint32_t odd = (uint32_t)(2 * zero + 1);
    return (struct dsp_requant){multiplier, (int32_t)(odd << shift) >> 1, shift};
}

/* clamp_min, clamp_max and relu are literals where it is called. */
DSP_INLINE int32_t dsp_requantize(int32_t sum, struct dsp_requant q, int clamp_min,
                                  int clamp_max, int relu)
{
    int32_t v = dsp_high_mul_add(sum, q.multiplier, sum);
    if (!relu) v += v >> 31;
    v = (v + q.rounding) >> q.shift;
    if (clamp_min == -128 && clamp_max == 127) return dsp_saturate8(v);
    v = v < clamp_min ? clamp_min : v;
    return v > clamp_max ? clamp_max : v;
}

#endif
