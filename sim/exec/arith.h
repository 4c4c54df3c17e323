/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Arithmetic of the micro-ops (Armv7-M Architecture Reference Manual, A7.7 and D6): what is
 * more than an expression of C. Private to exec.c.
 */
#ifndef SIM_EXEC_ARITH_H
#define SIM_EXEC_ARITH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "sim/exec/core.h"

#define LOW(v)          ((int32_t)(int16_t)(v))
#define HIGH(v)         ((int32_t)(v) >> 16)
#define PAIR(low, high) (((uint32_t)(low)&0xffffU) | (uint32_t)(high) << 16)

static inline uint32_t add_flags(struct core *k, uint32_t a, uint32_t b, uint32_t carry)
{
    uint64_t sum = (uint64_t)a + b + carry;
    uint32_t r = (uint32_t)sum;
    k->nf = k->zf = r;
    k->cf = (uint32_t)(sum >> 32);
    k->vf = ~(a ^ b) & (a ^ r);
    return r;
}

static inline uint32_t rotate(uint32_t v, uint32_t by)
{
    return v >> (by & 31U) | v << (-by & 31U);
}

static inline uint32_t sign8(uint32_t v)
{
    return (uint32_t)(int8_t)v;
}

static inline uint32_t sign16(uint32_t v)
{
    return (uint32_t)(int16_t)v;
}

static inline uint32_t reverse_bits(uint32_t v)
{
    v = (v >> 1 & 0x55555555U) | (v & 0x55555555U) << 1;
    v = (v >> 2 & 0x33333333U) | (v & 0x33333333U) << 2;
    v = (v >> 4 & 0x0f0f0f0fU) | (v & 0x0f0f0f0fU) << 4;
    return __builtin_bswap32(v);
}

static inline uint64_t product(uint32_t a, uint32_t b)
{
    return (uint64_t)((int64_t)(int32_t)a * (int32_t)b);
}

static inline uint32_t word_half(uint32_t word, int32_t half)
{
    return (uint32_t)((int64_t)(int32_t)word * half >> 16);
}

/* The products of both halves, added; Q when that overflows (all four are -32768). */
static inline uint32_t dual_product(struct core *k, uint32_t a, uint32_t b)
{
#ifdef __SSE2__
    __m128i sum = _mm_madd_epi16(_mm_cvtsi32_si128((int)a), _mm_cvtsi32_si128((int)b));
    uint32_t r = (uint32_t)_mm_cvtsi128_si32(sum);
#else
    uint32_t r = (uint32_t)(LOW(a) * LOW(b)) + (uint32_t)(HIGH(a) * HIGH(b));
#endif
    if (r == 0x80000000U) k->q = 1;
    return r;
}

/* The sum; Q when it overflows. */
static inline uint32_t add_q(struct core *k, uint32_t a, uint32_t b)
{
    int32_t r;
    if (__builtin_add_overflow((int32_t)a, (int32_t)b, &r)) k->q = 1;
    return (uint32_t)r;
}

static inline uint32_t saturate(struct core *k, int32_t v, unsigned bits)
{
    int32_t top = (int32_t)((UINT32_C(1) << (bits - 1)) - 1);
    if (v >= -top - 1 && v <= top) return (uint32_t)v;
    k->q = 1;
    return (uint32_t)(v < 0 ? -top - 1 : top);
}

static inline uint32_t saturate_unsigned(struct core *k, int32_t v, unsigned bits)
{
    int32_t top = (int32_t)((UINT32_C(1) << bits) - 1);
    if (v >= 0 && v <= top) return (uint32_t)v;
    k->q = 1;
    return v < 0 ? 0 : (uint32_t)top;
}

static inline uint32_t saturate32(struct core *k, int64_t v)
{
    if (v == (int32_t)v) return (uint32_t)v;
    k->q = 1;
    return v < 0 ? 0x80000000U : 0x7fffffffU;
}

static inline uint32_t sxtb16(uint32_t v)
{
    return PAIR((int8_t)v, (int8_t)(v >> 16));
}

static inline uint32_t add_halves(uint32_t a, uint32_t b)
{
    return ((a + b) & 0xffffU) | ((a & 0xffff0000U) + (b & 0xffff0000U));
}

static inline uint32_t differences(uint32_t a, uint32_t b)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < 32; i += 8) {
        int32_t x = (int32_t)(a >> i & 255U), y = (int32_t)(b >> i & 255U);
        sum += (uint32_t)(x < y ? y - x : x - y);
    }
    return sum;
}

static inline uint32_t ge_mask(uint32_t ge)
{
    return (ge & 1U ? 0xffU : 0U) | (ge & 2U ? 0xff00U : 0U) | (ge & 4U ? 0xff0000U : 0U) |
           (ge & 8U ? 0xff000000U : 0U);
}

enum parallel {
    PAR_SIGNED,
    PAR_SIGNED_SATURATE,
    PAR_SIGNED_HALVE,
    PAR_UNSIGNED,
    PAR_UNSIGNED_SATURATE,
    PAR_UNSIGNED_HALVE,
};

/* One lane of a parallel operation; *ge: its GE flag. */
static inline uint32_t lane(enum parallel kind, uint32_t a, uint32_t b, unsigned bits,
                            bool subtract, bool *ge)
{
    int32_t x, y, v, top;
    if (kind <= PAR_SIGNED_HALVE) {
        x = (int32_t)(a << (32 - bits)) >> (32 - bits);
        y = (int32_t)(b << (32 - bits)) >> (32 - bits);
        top = (1 << (bits - 1)) - 1;
        v = subtract ? x - y : x + y;
        *ge = v >= 0;
        if (kind == PAR_SIGNED_SATURATE) v = v > top ? top : v < -top - 1 ? -top - 1 : v;
    } else {
        top = (1 << bits) - 1;
        x = (int32_t)a & top;
        y = (int32_t)b & top;
        v = subtract ? x - y : x + y;
        *ge = subtract ? v >= 0 : v > top;
        if (kind == PAR_UNSIGNED_SATURATE) v = v > top ? top : v < 0 ? 0 : v;
    }
    if (kind == PAR_SIGNED_HALVE || kind == PAR_UNSIGNED_HALVE) v >>= 1;
    return (uint32_t)v & ((1U << bits) - 1);
}

/* exchange: the halves of b change places. */
static inline uint32_t halves(struct core *k, enum parallel kind, uint32_t a, uint32_t b,
                              bool exchange, bool subtract_low, bool subtract_high)
{
    bool low, high;
    if (exchange) b = rotate(b, 16);
    uint32_t r = lane(kind, a, b, 16, subtract_low, &low) |
                 lane(kind, a >> 16, b >> 16, 16, subtract_high, &high) << 16;
    if (kind == PAR_SIGNED || kind == PAR_UNSIGNED) k->ge = (low ? 3U : 0U) | (high ? 12U : 0U);
    return r;
}

static inline uint32_t quarters(struct core *k, enum parallel kind, uint32_t a, uint32_t b,
                                bool subtract)
{
    uint32_t r = 0, flags = 0;
    for (unsigned i = 0; i < 4; i++) {
        bool ge;
        r |= lane(kind, a >> 8 * i, b >> 8 * i, 8, subtract, &ge) << 8 * i;
        flags |= (ge ? 1U : 0U) << i;
    }
    if (kind == PAR_SIGNED || kind == PAR_UNSIGNED) k->ge = flags;
    return r;
}

static inline float float_of(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static inline uint32_t bits_of(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

/* NaNs, and results for which "tiny before rounding" and "tiny after" differ. */
static inline bool doubtful(uint32_t bits)
{
    uint32_t magnitude = bits & 0x7fffffffU;
    return magnitude > 0x7f800000U || magnitude == 0x00800000U;
}

/* N, Z, C, V of FPSCR; no NaNs. */
static inline uint32_t compared(float a, float b)
{
    return a == b ? 0x60000000U : a < b ? 0x80000000U : 0x20000000U;
}

#endif
