/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Float weights and ranges become int8, by TFLite's rules: activations asymmetric with 0
 * exactly representable, weights symmetric per output channel (dense layers: one scale), bias
 * int32 in units of input scale times weight scale. PAD, pools and RESHAPE keep their input's
 * scale, SOFTMAX has 1/256 and -128.
 */
#include "models/build.h"

#include <string.h>

#include "models/quant.h"
#include "tools/base/file.h"

/* To the nearest, halves away from zero, within [-limit, limit]. */
static int64_t nearest(double v, double limit)
{
    if (v > limit) v = limit;
    if (v < -limit) v = -limit;
    return (int64_t)(v < 0 ? v - 0.5 : v + 0.5);
}

static void quantise_output(const struct zoo_net *net, int i, const struct float_layer *f,
                            struct quant_layer *q)
{
    const struct zoo_layer *l = &net->layers[i];
    switch (l->op) {
    case ZOO_SOFTMAX:
        q[i].scale = 1.0f / 256;
        q[i].zero = -128;
        return;
    case ZOO_PAD:
    case ZOO_AVERAGE_POOL:
    case ZOO_MAX_POOL:
    case ZOO_RESHAPE:
        q[i].scale = l->input == ZOO_INPUT ? net->input_scale : q[l->input].scale;
        q[i].zero = l->input == ZOO_INPUT ? net->input_zero : q[l->input].zero;
        return;
    case ZOO_CONV:
    case ZOO_DEPTHWISE:
    case ZOO_FULLY_CONNECTED:
    case ZOO_ADD:
    case ZOO_MUL:
    case ZOO_MEAN:
        break;
    }
    double low = (double)f->low, high = (double)f->high;
    if (high - low < 1e-3) high = low + 1e-3;
    q[i].scale = (float)((high - low) / 255.0);
    q[i].zero = (int32_t)nearest(-128.0 - low / (double)q[i].scale, 128.0);
    if (q[i].zero > 127) q[i].zero = 127;
}

static void quantise_weights(const struct zoo_layer *l, const struct float_layer *f,
                             float input_scale, struct arena *a, struct quant_layer *q)
{
    size_t channels = (size_t)l->out.c, taps = (size_t)l->weights / channels;
    bool depthwise = l->op == ZOO_DEPTHWISE, shared = l->op == ZOO_FULLY_CONNECTED;
    q->scale_count = shared ? 1 : (int)channels;
    q->weights = arena_alloc(a, (size_t)l->weights);
    q->bias = arena_array(a, channels, sizeof *q->bias);
    q->weight_scale = arena_array(a, (size_t)q->scale_count, sizeof *q->weight_scale);
    q->bias_scale = arena_array(a, (size_t)q->scale_count, sizeof *q->bias_scale);
    for (size_t c = 0; c < (size_t)q->scale_count; c++) {
        double most = 0;
        for (size_t k = 0; k < (shared ? (size_t)l->weights : taps); k++) {
            size_t at = depthwise ? k * channels + c : c * taps + k;
            double v = (double)f->weights[at];
            if (v < 0) v = -v;
            if (v > most) most = v;
        }
        q->weight_scale[c] = (float)((most > 1e-6 ? most : 1e-6) / 127.0);
        q->bias_scale[c] = (float)((double)input_scale * (double)q->weight_scale[c]);
    }
    for (size_t c = 0; c < channels; c++) {
        size_t s = shared ? 0 : c;
        for (size_t k = 0; k < taps; k++) {
            size_t at = depthwise ? k * channels + c : c * taps + k;
            double v = (double)f->weights[at] / (double)q->weight_scale[s];
            q->weights[at] = (int8_t)nearest(v, 127.0);
        }
        q->bias[c] = (int32_t)nearest((double)f->bias[c] / (double)q->bias_scale[s], 1e9);
    }
}

void model_bytes(const struct zoo_net *net, uint64_t seed, struct buf *out)
{
    struct arena a = {0};
    size_t n = (size_t)net->layer_count;
    struct float_layer *f = arena_array(&a, n, sizeof *f);
    struct quant_layer *q = arena_array(&a, n, sizeof *q);
    calibrate(net, seed, &a, f);
    for (int i = 0; i < net->layer_count; i++) {
        const struct zoo_layer *l = &net->layers[i];
        float in = l->input == ZOO_INPUT ? net->input_scale : q[l->input].scale;
        quantise_output(net, i, &f[i], q);
        if (l->weights) quantise_weights(l, &f[i], in, &a, &q[i]);
    }
    const char *text = arena_printf(&a, "mcuscope zoo: %s, random weights, seed %llu",
                                    net->name, (unsigned long long)seed);
    tflite_write(net, q, text, out);
    arena_done(&a);
}

bool model_build(const struct zoo_net *net, uint64_t seed, const char *path, struct err *e)
{
    struct buf out = {0};
    model_bytes(net, seed, &out);
    bool ok = file_save(path, out.data, out.len, e);
    buf_done(&out);
    return ok;
}
