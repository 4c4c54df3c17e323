/* SPDX-License-Identifier: GPL-2.0-or-later
 * The word orders are drawn in engine/kernels/conv.c and depthwise.h. */
#include "engine/emit/pack.h"

#include <stdlib.h>

#include "engine/kernels/params.h"
#include "engine/kernels/ref/fixed.h"

/* Positions in a channel's window, and the weight at one, in TFLite's order. */
static int positions(const struct graph *g, const struct op *op)
{
    const struct tensor *w = &g->tensors[op->input[1]];
    if (op->kind == OP_DEPTHWISE_CONV_2D) return w->dim[1] * w->dim[2];
    return (int)(w->bytes / (uint32_t)w->dim[0]);
}

static int weight(const struct graph *g, const struct op *op, int channel, int position)
{
    const struct tensor *w = &g->tensors[op->input[1]];
    const int8_t *data = w->data;
    if (op->kind == OP_DEPTHWISE_CONV_2D) return data[position * w->dim[3] + channel];
    return data[channel * positions(g, op) + position];
}

static uint32_t packed(const struct graph *g, const struct op *op, const struct pack_scales *s,
                       int channel, int position)
{
    return (uint8_t)(weight(g, op, channel, position) * s->gain[channel]);
}

struct sums {
    int64_t folded; /* the bias less zero point * weights */
    int64_t reach;  /* what a sum can be at most, either sign */
    int min, max;   /* of the weights */
};

static struct sums sums(const struct graph *g, const struct op *op, int channel,
                        int32_t input_zero)
{
    const int32_t *bias =
        op->input_count > 2 && op->input[2] != NO_TENSOR ? g->tensors[op->input[2]].data : NULL;
    struct sums t = {0};
    int64_t sum = 0, magnitude = 0;
    for (int i = 0; i < positions(g, op); i++) {
        const int w = weight(g, op, channel, i);
        sum += w;
        magnitude += abs(w);
        if (w < t.min) t.min = w;
        if (w > t.max) t.max = w;
    }
    t.folded = (bias ? bias[channel] : 0) - input_zero * sum;
    t.reach = llabs(t.folded) + 128 * magnitude;
    return t;
}

/* A channel that has the same output whatever comes in: weights zero, m = 2^30 and n = 1, so
 * that a sum of 4 (value - zero) gives the value (dsp.h). */
static void constant(struct pack_scales *s, int c, int32_t value)
{
    s->gain[c] = 0;
    s->bias[c] = 4 * (value - s->output_zero);
    s->multiplier[c] = INT32_MIN;
    s->shift[c] = 1;
}

/* One channel's numbers; false when dsp_requantize() is not exact for them. */
static bool scale_channel(struct pack_scales *s, int c, int32_t multiplier, int32_t shift,
                          struct sums t)
{
    /* A negative scale, which some exporters write, turns the weights round; one of 1 and more
     * goes into them as a power of two. */
    int gain = shift > 0 && shift < 7 ? 1 << shift : 1, n = shift > 0 ? 0 : -shift;
    if (multiplier < 0) gain = -gain;
    const int low = gain > 0 ? t.min * gain : t.max * gain;
    const int high = gain > 0 ? t.max * gain : t.min * gain;
    const int64_t reach = t.reach * abs(gain);
    if (t.min == 0 && t.max == 0 && t.folded >= INT32_MIN && t.folded <= INT32_MAX) {
        const int32_t v = fixed_scale((int32_t)t.folded, multiplier, shift);
        constant(s, c, fixed_clamp(v + s->output_zero, s->clamp_min, s->clamp_max));
        return true;
    }
    if (multiplier == 0 || (n >= 1 && reach < INT64_C(1) << (n - 1))) {
        constant(s, c, fixed_clamp(s->output_zero, s->clamp_min, s->clamp_max));
        return true;
    }
    const int64_t rounding = llabs(2 * (int64_t)s->output_zero + 1) << n;
    if (shift >= 7 || n > 31 || low < INT8_MIN || high > INT8_MAX || multiplier == INT32_MIN ||
        (n == 0 && s->limits != PACK_RELU) || reach >= INT64_C(1) << 30 ||
        rounding + reach >= INT32_MAX)
        return false;
    s->gain[c] = gain;
    s->bias[c] = (int32_t)(t.folded * gain);
    s->multiplier[c] = (int32_t)(2 * llabs((int64_t)multiplier) - (INT64_C(1) << 32));
    s->shift[c] = (uint8_t)n;
    return true;
}

bool pack_scales(const struct graph *g, const struct op *op, struct arena *a,
                 struct pack_scales *out)
{
    const int32_t *multiplier, *shift;
    struct pack_scales s = {.clamp_min = op->clamp_min, .clamp_max = op->clamp_max};
    if (op->kind == OP_FULLY_CONNECTED) {
        struct ref_fully_connected p;
        params_fully_connected(g, op, a, &p);
        multiplier = p.multiplier, shift = p.shift, s.channels = p.out_c;
        s.input_zero = p.input_zero, s.output_zero = p.output_zero;
    } else {
        struct ref_conv p;
        params_conv(g, op, a, &p);
        multiplier = p.multiplier, shift = p.shift, s.channels = p.win.out_c;
        s.input_zero = p.input_zero, s.output_zero = p.output_zero;
    }
    const size_t n = (size_t)s.channels;
    s.bias = arena_array(a, n, sizeof *s.bias);
    s.multiplier = arena_array(a, n, sizeof *s.multiplier);
    s.shift = arena_array(a, n, sizeof *s.shift);
    s.gain = arena_array(a, n, sizeof *s.gain);
    const bool full = s.clamp_min == INT8_MIN && s.clamp_max == INT8_MAX;
    s.limits = !full ? PACK_CLAMP : s.output_zero == INT8_MIN ? PACK_RELU : PACK_PLAIN;
    for (int c = 0; c < s.channels; c++) {
        const struct sums t = sums(g, op, c, s.input_zero);
        if (!scale_channel(&s, c, multiplier[c], shift[c], t)) return false;
    }
    *out = s;
    return true;
}

static const int rest_pairs[4] = {0, 1, 1, 2};

static int row_pairs(int bytes)
{
    return bytes / 4 * 2 + rest_pairs[bytes % 4];
}

/* Even: the inner loop takes two at a time; the last may have zero weights. */
int pack_pairs(int rows, int bytes)
{
    return (rows * row_pairs(bytes) + 1) & ~1;
}

/* Positions in a row of `bytes` that pair number `pair` holds; -1: none. */
static void pair_positions(int bytes, int pair, int *first, int *second)
{
    const int four = pair / 2 * 4, left = bytes - four;
    *first = four + (left == 2 ? 0 : pair % 2);
    *second = left == 2 ? four + 1 : *first + 2;
    if (*second >= bytes) *second = -1;
}

uint32_t *pack_conv(const struct graph *g, const struct op *op, const struct pack_scales *s,
                    int rows, int bytes, struct arena *a, size_t *words)
{
    const int per_row = row_pairs(bytes), pairs = pack_pairs(rows, bytes);
    *words = (size_t)(s->channels + 1) / 2 * (size_t)pairs;
    uint32_t *out = arena_array(a, *words, sizeof *out), *w = out;
    for (int c = 0; c < s->channels; c += 2) {
        for (int p = 0; p < pairs; p++, w++) {
            if (p >= rows * per_row) continue;
            int at[2];
            pair_positions(bytes, p % per_row, &at[0], &at[1]);
            for (int half = 0; half < 2; half++) {
                for (int ab = 0; ab < 2 && c + ab < s->channels; ab++) {
                    if (at[half] < 0) continue;
                    const int position = p / per_row * bytes + at[half];
                    *w |= packed(g, op, s, c + ab, position) << (16 * half + 8 * ab);
                }
            }
        }
        /* An odd last channel is computed twice. */
        if (c + 1 == s->channels)
            for (int p = 1; p <= pairs; p++)
                w[-p] |= (w[-p] & 0x00FF00FF) << 8;
    }
    return out;
}

int8_t *pack_depthwise(const struct graph *g, const struct op *op, const struct pack_scales *s,
                       struct arena *a, size_t *bytes)
{
    const int n = positions(g, op);
    *bytes = (size_t)(s->channels * n);
    int8_t *out = arena_alloc(a, *bytes);
    for (int c = 0; c < s->channels; c++)
        for (int i = 0; i < n; i++)
            out[c * n + i] = (int8_t)packed(g, op, s, c, i);
    return out;
}
