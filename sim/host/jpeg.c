/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Baseline JPEG (ITU-T T.81): one quantisation table and one pair of Huffman tables, those of
 * its annex K for brightness, serve all three colours. Whole numbers only.
 *
 *     16 x 8 pixels ─► Y Y Cb Cr ─► DCT ─► quantised, zigzag ─► runs and sizes ─► bits
 */
#include "sim/host/picture.h"

#include <stdlib.h>

enum { SIDE = 8, BLOCK = SIDE * SIDE, COLOURS = 3 };

static const uint8_t quantiser[BLOCK] = {
    16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
    14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
    18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
};
static const uint8_t zigzag[BLOCK] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

struct huffman { /* codes of each length, and what they stand for */
    uint8_t counts[16], values[162];
};
static const struct huffman dc = {{0, 1, 5, 1, 1, 1, 1, 1, 1},
                                  {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
static const struct huffman ac = {
    {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125},
    {0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61,
     0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52,
     0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25,
     0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45,
     0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64,
     0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83,
     0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
     0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6,
     0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3,
     0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8,
     0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa}};

/* cos((2 x + 1) u pi / 16) / 2, the first row's by sqrt(1/2); * 4096. */
static const int16_t cosine[SIDE][SIDE] = {
    {1448, 1448, 1448, 1448, 1448, 1448, 1448, 1448},
    {2009, 1703, 1138, 400, -400, -1138, -1703, -2009},
    {1892, 784, -784, -1892, -1892, -784, 784, 1892},
    {1703, -400, -2009, -1138, 1138, 2009, 400, -1703},
    {1448, -1448, -1448, 1448, 1448, -1448, -1448, 1448},
    {1138, -2009, 400, 1703, -1703, -400, 2009, -1138},
    {784, -1892, 1892, -784, -784, 1892, -1892, 784},
    {400, -1138, 1703, -2009, 2009, -1703, 1138, -400},
};
enum { SCALE = 24 }; /* 4096 twice, as bits */

struct writer {
    struct buf *out;
    uint32_t bits;
    unsigned count;
    int32_t last[COLOURS]; /* the last block's brightness, by colour */
};

static void byte(struct buf *out, unsigned v)
{
    uint8_t b = (uint8_t)v;
    buf_add(out, &b, 1);
}

static void word(struct buf *out, unsigned v)
{
    byte(out, v >> 8);
    byte(out, v);
}

static void put_bits(struct writer *w, uint32_t value, unsigned n)
{
    for (unsigned i = n; i-- > 0;) {
        w->bits = w->bits << 1 | (value >> i & 1U);
        if (++w->count < 8) continue;
        byte(w->out, w->bits & 0xffU);
        if ((w->bits & 0xffU) == 0xff) byte(w->out, 0);
        w->count = 0;
    }
}

static void put_code(struct writer *w, const struct huffman *h, unsigned value)
{
    uint32_t code = 0;
    size_t at = 0;
    for (unsigned length = 1; length <= 16; length++, code <<= 1)
        for (unsigned k = 0; k < h->counts[length - 1]; k++, at++, code++)
            if (h->values[at] == value) {
                put_bits(w, code, length);
                return;
            }
}

/* Bits of its magnitude. */
static unsigned size_of(int32_t v)
{
    unsigned n = 0;
    for (uint32_t m = (uint32_t)abs(v); m; m >>= 1)
        n++;
    return n;
}

static void put_value(struct writer *w, int32_t v, unsigned size)
{
    put_bits(w, (uint32_t)(v < 0 ? v - 1 : v) & ((1U << size) - 1), size);
}

static void transform(const int32_t in[BLOCK], int32_t out[BLOCK])
{
    int32_t half[BLOCK];
    for (unsigned y = 0; y < SIDE; y++)
        for (unsigned u = 0; u < SIDE; u++) {
            half[y * SIDE + u] = 0;
            for (unsigned x = 0; x < SIDE; x++)
                half[y * SIDE + u] += cosine[u][x] * in[y * SIDE + x];
        }
    for (unsigned v = 0; v < SIDE; v++)
        for (unsigned u = 0; u < SIDE; u++) {
            int64_t sum = 0, q = (int64_t)quantiser[v * SIDE + u] << SCALE;
            for (unsigned y = 0; y < SIDE; y++)
                sum += (int64_t)cosine[v][y] * half[y * SIDE + u];
            out[v * SIDE + u] = (int32_t)((sum < 0 ? sum - q / 2 : sum + q / 2) / q);
        }
}

static void put_block(struct writer *w, unsigned colour, const int32_t samples[BLOCK])
{
    int32_t c[BLOCK];
    transform(samples, c);
    int32_t step = c[0] - w->last[colour];
    unsigned run = 0;
    w->last[colour] = c[0];
    put_code(w, &dc, size_of(step));
    put_value(w, step, size_of(step));
    for (unsigned i = 1; i < BLOCK; i++) {
        int32_t v = c[zigzag[i]];
        if (!v) {
            run++;
            continue;
        }
        for (; run > 15; run -= 16)
            put_code(w, &ac, 0xf0);
        put_code(w, &ac, run << 4 | size_of(v));
        put_value(w, v, size_of(v));
        run = 0;
    }
    if (run) put_code(w, &ac, 0);
}

/* One of Y, Cb, Cr (JFIF), around 0; * 256. */
static int32_t part(const uint8_t *rgb, unsigned colour)
{
    static const int16_t weights[COLOURS][3] = {
        {77, 150, 29}, {-43, -85, 128}, {128, -107, -21}};
    const int16_t *k = weights[colour];
    return k[0] * rgb[0] + k[1] * rgb[1] + k[2] * rgb[2] - (colour ? 0 : 128 * 256);
}

/* A block of the picture from (x, y) on; the colours' pixels are two wide. */
static void sample(const struct picture *p, uint32_t width, uint32_t height, uint32_t x,
                   uint32_t y, unsigned colour, int32_t out[BLOCK])
{
    unsigned wide = colour ? 2 : 1;
    for (unsigned i = 0; i < BLOCK; i++) {
        int32_t sum = 0;
        for (unsigned k = 0; k < wide; k++)
            sum += part(picture_at(p, x + i % SIDE * wide + k, y + i / SIDE, width, height),
                        colour);
        out[i] = sum / (int32_t)(256 * wide);
    }
}

static void put_table(struct buf *out, unsigned id, const struct huffman *h)
{
    unsigned n = 0;
    for (unsigned i = 0; i < 16; i++)
        n += h->counts[i];
    word(out, 0xffc4);
    word(out, 19 + n);
    byte(out, id);
    buf_add(out, h->counts, 16);
    buf_add(out, h->values, n);
}

static void put_header(struct buf *out, uint32_t width, uint32_t height)
{
    static const uint8_t colours[] = {1, 0x21, 0, 2, 0x11, 0, 3, 0x11, 0};
    static const uint8_t scan[] = {3, 1, 0, 2, 0, 3, 0, 0, 63, 0};
    static const uint8_t jfif[] = {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
    word(out, 0xffd8);
    word(out, 0xffe0);
    word(out, 2 + sizeof jfif);
    buf_add(out, jfif, sizeof jfif);
    word(out, 0xffdb);
    word(out, 3 + BLOCK);
    byte(out, 0);
    for (unsigned i = 0; i < BLOCK; i++)
        byte(out, quantiser[zigzag[i]]);
    word(out, 0xffc0);
    word(out, 8 + sizeof colours);
    byte(out, 8);
    word(out, height);
    word(out, width);
    byte(out, COLOURS);
    buf_add(out, colours, sizeof colours);
    put_table(out, 0x00, &dc);
    put_table(out, 0x10, &ac);
    word(out, 0xffda);
    word(out, 2 + sizeof scan);
    buf_add(out, scan, sizeof scan);
}

void jpeg_encode(const struct picture *p, uint32_t width, uint32_t height, struct buf *out)
{
    struct writer w = {.out = out};
    int32_t samples[BLOCK];
    put_header(out, width, height);
    for (uint32_t y = 0; y < height; y += SIDE)
        for (uint32_t x = 0; x < width; x += 2 * SIDE)
            for (unsigned i = 0; i < 4; i++) { /* Y, Y, Cb, Cr */
                unsigned colour = i < 2 ? 0 : i - 1;
                sample(p, width, height, x + (i == 1 ? SIDE : 0U), y, colour, samples);
                put_block(&w, colour, samples);
            }
    while (w.count)
        put_bits(&w, 1, 1);
    word(out, 0xffd9);
}
