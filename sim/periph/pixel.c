/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Of two pixels in a byte the first is in the lower bits (RM0385 9.3.3).
 */
#include "sim/periph/pixel.h"

unsigned pixel_bits(enum pixel_format f)
{
    static const uint8_t bits[PIXEL_FORMATS] = {32, 24, 16, 16, 16, 8, 8, 16, 4, 8, 4};
    return bits[f];
}

size_t pixel_bytes(enum pixel_format f, size_t n)
{
    return (n * pixel_bits(f) + 7) / 8;
}

/* `bits` of them, to eight. */
static uint32_t widen(uint32_t v, unsigned bits)
{
    v &= (1U << bits) - 1;
    if (bits == 1) return v ? 255 : 0;
    return (v << (8 - bits) | v >> (2 * bits - 8)) & 0xffU;
}

static uint32_t half(const uint8_t *row, size_t i)
{
    return (uint32_t)row[2 * i] | (uint32_t)row[2 * i + 1] << 8;
}

static uint32_t colour(uint32_t a, uint32_t r, uint32_t g, uint32_t b)
{
    return a << 24 | r << 16 | g << 8 | b;
}

uint32_t pixel_get(const uint8_t *row, size_t i, enum pixel_format f, const uint32_t *clut)
{
    uint32_t v;
    switch (f) {
    case PIXEL_ARGB8888:
        return half(row, 2 * i) | half(row, 2 * i + 1) << 16;
    case PIXEL_RGB888:
        return colour(255, row[3 * i + 2], row[3 * i + 1], row[3 * i]);
    case PIXEL_RGB565:
        v = half(row, i);
        return colour(255, widen(v >> 11, 5), widen(v >> 5, 6), widen(v, 5));
    case PIXEL_ARGB1555:
        v = half(row, i);
        return colour(widen(v >> 15, 1), widen(v >> 10, 5), widen(v >> 5, 5), widen(v, 5));
    case PIXEL_ARGB4444:
        v = half(row, i);
        return colour(widen(v >> 12, 4), widen(v >> 8, 4), widen(v >> 4, 4), widen(v, 4));
    case PIXEL_L8:
        return clut[row[i]];
    case PIXEL_AL44:
        return (clut[row[i] & 15U] & 0xffffffU) | widen((uint32_t)row[i] >> 4, 4) << 24;
    case PIXEL_AL88:
        return (clut[row[2 * i]] & 0xffffffU) | (uint32_t)row[2 * i + 1] << 24;
    case PIXEL_L4:
        return clut[(uint32_t)row[i / 2] >> (i & 1) * 4 & 15U];
    case PIXEL_A8:
        return (uint32_t)row[i] << 24;
    case PIXEL_A4:
        return widen((uint32_t)row[i / 2] >> (i & 1) * 4, 4) << 24;
    case PIXEL_FORMATS:
        break;
    }
    return 0;
}

void pixel_put(uint8_t *row, size_t i, enum pixel_format f, uint32_t argb)
{
    uint32_t a = argb >> 24, r = argb >> 16 & 0xffU, g = argb >> 8 & 0xffU, b = argb & 0xffU;
    unsigned n = pixel_bits(f) / 8;
    uint32_t v = argb;
    if (f == PIXEL_RGB565) v = r >> 3 << 11 | g >> 2 << 5 | b >> 3;
    if (f == PIXEL_ARGB1555) v = a >> 7 << 15 | r >> 3 << 10 | g >> 3 << 5 | b >> 3;
    if (f == PIXEL_ARGB4444) v = a >> 4 << 12 | r >> 4 << 8 | g >> 4 << 4 | b >> 4;
    for (unsigned k = 0; k < n; k++)
        row[n * i + k] = (uint8_t)(v >> 8 * k);
}

uint32_t pixel_blend(uint32_t front, uint32_t back)
{
    uint32_t f = front >> 24, b = back >> 24, both = f * b / 255, a = f + b - both, out = 0;
    if (!a) return 0;
    for (unsigned shift = 0; shift < 24; shift += 8) {
        uint32_t c = (front >> shift & 0xffU) * f + (back >> shift & 0xffU) * (b - both);
        c /= a;
        out |= (c > 255 ? 255 : c) << shift;
    }
    return out | a << 24;
}
