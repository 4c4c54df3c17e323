/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The host's side of engine/kernels/conv.c: 1x1, k x k, fully connected.
 *
 * Blocking: `chunk` pixels are widened before all channels pass over them. Where the weights
 * stay in the data cache anyway, the pixels shall stay there too; large weights are read from
 * flash once a chunk and want as many pixels as the scratch budget gives.
 */
#include <inttypes.h>

#include "engine/emit/kernel.h"
#include "engine/emit/pack.h"

enum {
    CACHED_WEIGHTS_BYTES = 1024,
    CACHED_PIXELS_BYTES = 2048,
};

struct work {
    int rows, bytes; /* of the window */
    int pixels, pairs;
    uint32_t row_bytes; /* of the buffer for a row that crosses the border */
};

static bool is_1x1(const struct op *op)
{
    return op->kernel_h == 1 && op->kernel_w == 1 && op->stride_h == 1 && op->stride_w == 1 &&
           op->pad_top == 0 && op->pad_left == 0 && op->pad_bottom == 0 && op->pad_right == 0;
}

static struct work work(const struct graph *g, const struct op *op)
{
    const struct tensor *in = &g->tensors[op->input[0]], *out = &g->tensors[op->output];
    const struct tensor *w = &g->tensors[op->input[1]];
    struct work k = {.rows = 1};
    if (op->kind == OP_FULLY_CONNECTED) {
        k.bytes = w->dim[1];
        k.pixels = (int)(in->bytes / (uint32_t)w->dim[1]);
    } else {
        k.rows = op->kernel_h;
        k.bytes = op->kernel_w * in->dim[3];
        k.pixels = out->dim[1] * out->dim[2];
        if (!is_1x1(op)) k.row_bytes = ((uint32_t)k.bytes + 3u) & ~3u;
    }
    k.pairs = pack_pairs(k.rows, k.bytes);
    return k;
}

static bool packs(const struct graph *g, const struct op *op)
{
    struct arena a = {0};
    struct pack_scales s;
    const bool ok = pack_scales(g, op, &a, &s);
    arena_done(&a);
    return ok;
}

static bool fits_1x1(const struct graph *g, const struct op *op)
{
    return is_1x1(op) && packs(g, op);
}

static bool fits_any(const struct graph *g, const struct op *op)
{
    return packs(g, op);
}

/* With one input channel a depthwise convolution is an ordinary one. */
static bool fits_one_channel(const struct graph *g, const struct op *op)
{
    return g->tensors[op->input[0]].dim[3] == 1 && packs(g, op);
}

static uint32_t scratch(const struct graph *g, const struct op *op, uint32_t budget)
{
    const struct work k = work(g, op);
    const uint32_t pixel = 4u * (uint32_t)k.pairs, pixels = (uint32_t)k.pixels;
    const uint32_t weights = g->tensors[op->input[1]].bytes;
    const uint32_t room = budget > k.row_bytes ? budget - k.row_bytes : 0;
    const uint32_t most = weights > CACHED_WEIGHTS_BYTES ? room : CACHED_PIXELS_BYTES;
    uint32_t chunk = (room < most ? room : most) / pixel & ~3u;
    if (chunk < 4) chunk = 4;
    if (chunk > pixels) chunk = pixels;
    return chunk * pixel + k.row_bytes;
}

static const char *limits_name(enum pack_limits limits)
{
    static const char *const names[] = {"relu", "plain", "clamp"};
    return names[limits];
}

static void table(struct emitter *m, const struct op *op, const struct pack_scales *s,
                  const struct work *k)
{
    size_t words;
    const uint32_t *packed = pack_conv(m->g, op, s, k->rows, k->bytes, m->arena, &words);
    const size_t n = (size_t)s->channels;
    const char *weights = emit_words(m, "weights", packed, words);
    const char *bias = emit_int32s(m, "bias", s->bias, n);
    const char *multiplier = emit_int32s(m, "multiplier", s->multiplier, n);
    const char *shift = emit_uint8s(m, "shift", s->shift, n);
    buf_printf(&m->code,
               "    static const struct conv_table t = {\n"
               "        .weights = %s, .bias = %s,\n        .multiplier = %s, .shift = %s,\n",
               weights, bias, multiplier, shift);
    buf_printf(&m->code,
               "        .pairs = %d, .out_c = %d, .output_zero = %" PRId32
               ", .clamp_min = %" PRId32 ", .clamp_max = %" PRId32 ",\n    };\n",
               k->pairs, s->channels, s->output_zero, s->clamp_min, s->clamp_max);
    emit_uses(m, "conv.c");
    emit_uses(m, "conv_block.c");
}

static bool emit(struct emitter *m, const struct op *op, struct err *e)
{
    struct pack_scales s;
    const struct work k = work(m->g, op);
    if (!pack_scales(m->g, op, m->arena, &s))
        return err_set(e, ERR_INTERNAL, "%s: kernel taken that does not fit", op->name);
    const int chunk = (int)(op->scratch_bytes - k.row_bytes) / (4 * k.pairs);
    const char *in = emit_address(m, op->input[0]), *out = emit_address(m, op->output);
    table(m, op, &s, &k);
    if (op->kind == OP_FULLY_CONNECTED || is_1x1(op)) {
        buf_printf(&m->code, "    conv_1x1_%s(&t, %d, %d, %d, %s, (uint32_t *)%s, %s);\n",
                   limits_name(s.limits), k.bytes, k.pixels, chunk, in, emit_scratch(m), out);
        return true;
    }
    const struct tensor *i = emit_tensor(m, op->input[0]), *o = emit_tensor(m, op->output);
    buf_printf(&m->code,
               "    const struct conv_image m = {\n        .in_h = %" PRId32
               ", .in_w = %" PRId32 ", .in_c = %" PRId32 ", .out_h = %" PRId32
               ", .out_w = %" PRId32 ",\n",
               i->dim[1], i->dim[2], i->dim[3], o->dim[1], o->dim[2]);
    buf_printf(&m->code,
               "        .kernel_h = %" PRId32 ", .kernel_w = %" PRId32 ", .stride_h = %" PRId32
               ", .stride_w = %" PRId32 ",\n        .pad_top = %" PRId32
               ", .pad_left = %" PRId32 ", .input_zero = %" PRId32 ",\n    };\n",
               op->kernel_h, op->kernel_w, op->stride_h, op->stride_w, op->pad_top,
               op->pad_left, s.input_zero);
    buf_printf(&m->code, "    conv_kxk(&t, m, %d, %s, (uint32_t *)%s, %s, conv_multiply_%s);\n",
               chunk, in, emit_scratch(m), out, limits_name(s.limits));
    return true;
}

const struct kernel kernel_conv_1x1 = {
    .name = "conv_1x1",
    .kind = OP_CONV_2D,
    .fits = fits_1x1,
    .scratch = scratch,
    .emit = emit,
};
const struct kernel kernel_conv_kxk = {
    .name = "conv_kxk",
    .kind = OP_CONV_2D,
    .fits = fits_any,
    .scratch = scratch,
    .emit = emit,
};
const struct kernel kernel_conv_one_channel = {
    .name = "conv_one_channel",
    .kind = OP_DEPTHWISE_CONV_2D,
    .fits = fits_one_channel,
    .scratch = scratch,
    .emit = emit,
};
const struct kernel kernel_fully_connected = {
    .name = "fully_connected",
    .kind = OP_FULLY_CONNECTED,
    .fits = fits_any,
    .scratch = scratch,
    .emit = emit,
};
