/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Weights are near-normal (a sum of four uniforms: no logarithm or sine whose last bit depends
 * on the C library). Batch normalisation is imitated while the network runs: each channel's
 * mean and variance over the images are measured, shrunk towards the layer's where samples are
 * few, and the affine map that gives the channel a drawn mean and spread is folded into its
 * weights. Real networks of this kind look the same after folding: channel scales differ.
 * All sums run in one fixed order, and floats are never contracted: same seed, same bytes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/quant.h"
#include "tools/base/rng.h"

enum {
    IMAGES = 2,
    CELL = 8,        /* pixels of one colour in the second image */
    OUTPUT_GAIN = 2, /* spread of the logits over that of what they are computed from */
};

static size_t size_of(struct zoo_shape s)
{
    return (size_t)s.h * (size_t)s.w * (size_t)s.c;
}

/* Uniform in [-1, 1), a multiple of 2^-23. */
static double uniform(struct rng *r)
{
    return (double)(rng_next(r) >> 40) / 8388608.0 - 1.0;
}

static double normal(struct rng *r) /* variance 1: four uniforms have 4/3 */
{
    double sum = uniform(r) + uniform(r) + uniform(r) + uniform(r);
    return sum * 0.8660254037844386;
}

static double between(struct rng *r, double low, double high)
{
    return low + (high - low) * 0.5 * (uniform(r) + 1.0);
}

/* Image 0 is noise, image 1 coloured squares: every value of the int8 range occurs. */
static void draw_images(const struct zoo_net *net, uint64_t seed, float *out)
{
    struct rng r = {.state = seed ^ UINT64_C(0x696d61676573)};
    struct zoo_shape s = net->input;
    size_t n = size_of(s);
    int across = (s.w + CELL - 1) / CELL * s.c;
    int *cells = xcalloc((size_t)((s.h + CELL - 1) / CELL) * (size_t)across, sizeof *cells);
    for (size_t i = 0; i < (size_t)((s.h + CELL - 1) / CELL) * (size_t)across; i++)
        cells[i] = (int)rng_below(&r, 256) - 128;
    for (size_t i = 0; i < n; i++) {
        int q = (int)rng_below(&r, 256) - 128;
        out[i] = net->input_scale * (float)(q - net->input_zero);
        size_t c = i % (size_t)s.c, x = i / (size_t)s.c % (size_t)s.w;
        size_t y = i / (size_t)s.c / (size_t)s.w;
        q = cells[y / CELL * (size_t)across + x / CELL * (size_t)s.c + c];
        out[n + i] = net->input_scale * (float)(q - net->input_zero);
    }
    free(cells);
}

static void run_conv(const struct zoo_layer *l, const float *weights, const float *in,
                     float *out)
{
    struct zoo_shape i = l->in, o = l->out;
    bool depthwise = l->op == ZOO_DEPTHWISE;
    int multiplier = o.c / i.c; /* depthwise: outputs of one input channel stand together */
    for (int y = 0; y < o.h; y++)
        for (int x = 0; x < o.w; x++)
            for (int c = 0; c < o.c; c++) {
                float sum = 0;
                for (int ky = 0; ky < l->kernel_h; ky++) {
                    int sy = y * l->stride + ky - l->pad_top;
                    if (sy < 0 || sy >= i.h) continue;
                    for (int kx = 0; kx < l->kernel_w; kx++) {
                        int sx = x * l->stride + kx - l->pad_left;
                        if (sx < 0 || sx >= i.w) continue;
                        const float *p =
                            in + ((size_t)sy * (size_t)i.w + (size_t)sx) * (size_t)i.c;
                        size_t tap = (size_t)ky * (size_t)l->kernel_w + (size_t)kx;
                        if (depthwise) {
                            sum += p[c / multiplier] * weights[tap * (size_t)o.c + (size_t)c];
                            continue;
                        }
                        size_t window = (size_t)l->kernel_h * (size_t)l->kernel_w;
                        const float *w = weights + ((size_t)c * window + tap) * (size_t)i.c;
                        for (int k = 0; k < i.c; k++)
                            sum += p[k] * w[k];
                    }
                }
                out[((size_t)y * (size_t)o.w + (size_t)x) * (size_t)o.c + (size_t)c] = sum;
            }
}

static void run_dense(const struct zoo_layer *l, const float *weights, const float *in,
                      float *out)
{
    size_t n = size_of(l->in);
    for (int c = 0; c < l->out.c; c++) {
        float sum = 0;
        for (size_t k = 0; k < n; k++)
            sum += in[k] * weights[(size_t)c * n + k];
        out[c] = sum;
    }
}

static void run_pool(const struct zoo_layer *l, const float *in, float *out)
{
    struct zoo_shape i = l->in, o = l->out;
    for (int y = 0; y < o.h; y++)
        for (int x = 0; x < o.w; x++)
            for (int c = 0; c < o.c; c++) {
                float sum = 0, most = 0;
                for (int k = 0; k < l->kernel_h * l->kernel_w; k++) {
                    int sy = y * l->stride + k / l->kernel_w;
                    int sx = x * l->stride + k % l->kernel_w;
                    float v =
                        in[((size_t)sy * (size_t)i.w + (size_t)sx) * (size_t)i.c + (size_t)c];
                    sum += v;
                    if (k == 0 || v > most) most = v;
                }
                out[((size_t)y * (size_t)o.w + (size_t)x) * (size_t)o.c + (size_t)c] =
                    l->op == ZOO_MAX_POOL ? most : sum / (float)(l->kernel_h * l->kernel_w);
            }
}

/* The other side is a layer of the same shape, a 1x1 one (repeated), or a constant. */
static void run_two(const struct zoo_layer *l, const float *in, const float *in2, float *out)
{
    size_t n = size_of(l->out), m = in2 ? size_of(l->in2) : 1;
    float constant = (float)l->constant;
    for (size_t k = 0; k < n; k++) {
        float other = in2 ? in2[k % m] : constant;
        out[k] = l->op == ZOO_ADD ? in[k] + other : in[k] * other;
    }
}

static void run_mean(const struct zoo_layer *l, const float *in, float *out)
{
    size_t points = (size_t)l->in.h * (size_t)l->in.w, channels = (size_t)l->in.c;
    for (size_t c = 0; c < channels; c++) {
        float sum = 0;
        for (size_t i = 0; i < points; i++)
            sum += in[i * channels + c];
        out[c] = sum / (float)points;
    }
}

static void run_pad(const struct zoo_layer *l, const float *in, float *out)
{
    size_t row = (size_t)l->in.w * (size_t)l->in.c;
    memset(out, 0, size_of(l->out) * sizeof *out);
    for (int y = 0; y < l->in.h; y++) {
        size_t at = ((size_t)(y + l->pad_top) * (size_t)l->out.w + (size_t)l->pad_left);
        memcpy(out + at * (size_t)l->out.c, in + (size_t)y * row, row * sizeof *out);
    }
}

static void draw_weights(const struct zoo_layer *l, struct rng *r, float *weights)
{
    double fan = (double)l->weights / (double)l->out.c;
    double gain = (l->norm ? 1 : OUTPUT_GAIN) / sqrt(fan);
    for (uint64_t i = 0; i < l->weights; i++)
        weights[i] = (float)(normal(r) * gain);
}

/* The affine map of every channel: out = map * conv + bias; folded into weights and outputs. */
static void normalise(const struct zoo_layer *l, struct rng *r, struct float_layer *f,
                      float *out)
{
    size_t channels = (size_t)l->out.c, n = size_of(l->out) * IMAGES / channels;
    double *mean = xcalloc(channels, sizeof *mean), *var = xcalloc(channels, sizeof *var);
    double all = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < channels; c++)
            mean[c] += (double)out[i * channels + c];
    for (size_t c = 0; c < channels; c++)
        mean[c] /= (double)n;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < channels; c++) {
            double d = (double)out[i * channels + c] - mean[c];
            var[c] += d * d;
            all += (double)out[i * channels + c] * (double)out[i * channels + c];
        }
    all = all / (double)(n * channels) + 1e-6;
    size_t taps = (size_t)l->weights / channels;
    bool depthwise = l->op == ZOO_DEPTHWISE;
    for (size_t c = 0; c < channels; c++) {
        double spread = l->act == ZOO_LINEAR ? between(r, 0.5, 1.5) : between(r, 0.8, 2.2);
        double shift = l->act == ZOO_LINEAR ? between(r, -0.3, 0.3) : between(r, 0.0, 1.0);
        double v = (var[c] + 16 * all) / (double)(n + 16);
        double map = spread / sqrt(v);
        double bias = shift - mean[c] * ((double)n / (double)(n + 8)) * map;
        f->bias[c] = (float)bias;
        for (size_t k = 0; k < taps; k++) {
            float *w = depthwise ? &f->weights[k * channels + c] : &f->weights[c * taps + k];
            *w = (float)((double)*w * map);
        }
        for (size_t i = 0; i < n; i++)
            out[i * channels + c] = (float)((double)out[i * channels + c] * map + bias);
    }
    free(mean);
    free(var);
}

/* A layer without normalisation is the network's last one, with perhaps two outputs: too few
 * to see a range. Its spread is known: OUTPUT_GAIN times the root mean square of its input. */
static void shift_only(const struct zoo_layer *l, struct rng *r, struct float_layer *f,
                       const float *in, float *out)
{
    size_t channels = (size_t)l->out.c, n = size_of(l->out) * IMAGES;
    size_t inputs = size_of(l->in) * IMAGES;
    double sum = 0;
    for (size_t i = 0; i < inputs; i++)
        sum += (double)in[i] * (double)in[i];
    f->high = (float)(3 * OUTPUT_GAIN * sqrt(sum / (double)inputs));
    if (l->act == ZOO_RELU6 && f->high > 6) f->high = 6;
    f->low = l->act == ZOO_LINEAR ? -f->high : 0;
    for (size_t c = 0; c < channels; c++)
        f->bias[c] = (float)between(r, -0.2, 0.2);
    for (size_t i = 0; i < n; i++)
        out[i] += f->bias[i % channels];
}

static void activate(const struct zoo_layer *l, struct float_layer *f, float *out)
{
    size_t n = size_of(l->out) * IMAGES;
    for (size_t i = 0; i < n; i++) {
        if (l->act != ZOO_LINEAR && out[i] < 0) out[i] = 0;
        if (l->act == ZOO_RELU6 && out[i] > 6) out[i] = 6;
        if (out[i] < f->low) f->low = out[i];
        if (out[i] > f->high) f->high = out[i];
    }
}

static void run_layer(const struct zoo_layer *l, struct rng *r, struct arena *a,
                      const float *in, const float *in2, float *out, struct float_layer *f)
{
    size_t n = size_of(l->out), m = size_of(l->in);
    if (l->weights) {
        f->weights = arena_array(a, (size_t)l->weights, sizeof *f->weights);
        f->bias = arena_array(a, (size_t)l->out.c, sizeof *f->bias);
        draw_weights(l, r, f->weights);
    }
    for (size_t i = 0; i < IMAGES; i++) {
        const float *from = in + i * m;
        float *to = out + i * n;
        switch (l->op) {
        case ZOO_PAD:
            run_pad(l, from, to);
            break;
        case ZOO_CONV:
        case ZOO_DEPTHWISE:
            run_conv(l, f->weights, from, to);
            break;
        case ZOO_FULLY_CONNECTED:
            run_dense(l, f->weights, from, to);
            break;
        case ZOO_ADD:
        case ZOO_MUL:
            run_two(l, from, in2 ? in2 + i * size_of(l->in2) : NULL, to);
            break;
        case ZOO_MEAN:
            run_mean(l, from, to);
            break;
        case ZOO_AVERAGE_POOL:
        case ZOO_MAX_POOL:
            run_pool(l, from, to);
            break;
        case ZOO_RESHAPE:
        case ZOO_SOFTMAX: /* its scale is fixed and nothing reads it */
            memcpy(to, from, n * sizeof *to);
            break;
        }
    }
    if (l->weights && l->norm) normalise(l, r, f, out);
    if (l->weights && !l->norm) shift_only(l, r, f, in, out);
    activate(l, f, out);
}

void calibrate(const struct zoo_net *net, uint64_t seed, struct arena *a,
               struct float_layer *out)
{
    size_t count = (size_t)net->layer_count;
    float **value = xcalloc(count + 1, sizeof *value); /* [0] the input, [i + 1] layer i */
    int *last_use = xcalloc(count + 1, sizeof *last_use);
    for (int i = 0; i < net->layer_count; i++) {
        last_use[net->layers[i].input + 1] = i;
        if (zoo_reads_two(&net->layers[i])) last_use[net->layers[i].input2 + 1] = i;
    }
    value[0] = xcalloc(size_of(net->input) * IMAGES, sizeof **value);
    draw_images(net, seed, value[0]);
    for (int i = 0; i < net->layer_count; i++) {
        const struct zoo_layer *l = &net->layers[i];
        struct rng r = {.state = seed * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)i};
        rng_next(&r);
        r.state ^= rng_next(&r); /* streams of neighbouring layers do not overlap */
        value[i + 1] = xcalloc(size_of(l->out) * IMAGES, sizeof **value);
        run_layer(l, &r, a, value[l->input + 1], zoo_reads_two(l) ? value[l->input2 + 1] : NULL,
                  value[i + 1], &out[i]);
        for (int k = 0; k <= i; k++)
            if (value[k] && last_use[k] <= i) {
                free(value[k]);
                value[k] = NULL;
            }
    }
    for (size_t k = 0; k <= count; k++)
        free(value[k]);
    free(value);
    free(last_use);
}
