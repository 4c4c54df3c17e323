/* SPDX-License-Identifier: GPL-2.0-or-later
 * The rules a graph keeps between any two stages. Kernels, planner and emitter check nothing
 * themselves: what they rely on is here. A rule about what TFLite itself refuses or leaves
 * undefined says so.
 *
 * FORMAT: the graph contradicts itself. UNSUPPORTED: it is sound, and not for us. */
#include "engine/ir/graph.h"
#include "engine/ir/problems.h"
#include "engine/kernels/quant.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    PAD_MAX = 1 << 15,
    SHIFT_MAX = 7,            /* a multiplier of 2^7 and more is no sane quantisation */
    SOFTMAX_DEPTH_MAX = 4095, /* the sum of exps has 12 integer bits */
    MEAN_COUNT_MAX = 1 << 22,
};

struct check {
    const struct graph *g;
    const struct op *op;
    struct problems *p;
};

static bool bad(const struct check *c, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool bad(const struct check *c, enum err_code code, const char *fmt, ...)
{
    char line[384];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    problem_add(c->p, code, "op %d %s: %s", c->op->index, op_kind_name(c->op->kind), line);
    return false;
}

static bool bad_tensor(const struct check *c, int tensor, enum err_code code, const char *fmt,
                       ...) __attribute__((format(printf, 4, 5)));

static bool bad_tensor(const struct check *c, int tensor, enum err_code code, const char *fmt,
                       ...)
{
    char line[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    const char *name = c->g->tensors[tensor].name;
    return bad(c, code, "tensor %d \"%.100s\": %s", tensor, name ? name : "", line);
}

/* "1x40x40x16" */
static const char *shape_text(char out[64], const struct tensor *t)
{
    int n = 0;
    out[0] = 0;
    for (int i = 0; i < t->rank && i < RANK_MAX; i++)
        n += snprintf(out + n, (size_t)(64 - n), "%s%d", i ? "x" : "", (int)t->dim[i]);
    return out;
}

static bool check_tensor(const struct check *c, int tensor)
{
    const struct tensor *t = &c->g->tensors[tensor];
    if (t->rank < 0 || t->rank > RANK_MAX)
        return bad_tensor(c, tensor, ERR_UNSUPPORTED,
                          "rank %d is not supported (have: 0 to %d)", t->rank, RANK_MAX);
    uint64_t bytes = dtype_bytes(t->type);
    for (int i = 0; i < RANK_MAX; i++) {
        if (t->dim[i] < 1 || (i >= t->rank && t->dim[i] != 1))
            return bad_tensor(c, tensor, ERR_FORMAT, "dimension %d is %d", i, (int)t->dim[i]);
        bytes *= (uint64_t)t->dim[i];
        if (bytes > GRAPH_TENSOR_BYTES_MAX)
            return bad_tensor(c, tensor, ERR_UNSUPPORTED, "larger than %d bytes",
                              GRAPH_TENSOR_BYTES_MAX);
    }
    if (bytes != t->bytes)
        return bad_tensor(c, tensor, ERR_FORMAT, "%u bytes, but its shape needs %u", t->bytes,
                          (unsigned)bytes);
    const struct quant *q = &t->quant;
    if (q->count < 0 || (q->count > 0 && (!q->scale || !q->zero)))
        return bad_tensor(c, tensor, ERR_FORMAT, "broken quantisation");
    if (q->count > 1 && (q->axis < 0 || q->axis >= t->rank || q->count != t->dim[q->axis]))
        return bad_tensor(c, tensor, ERR_FORMAT, "%d scales along axis %d, shape is different",
                          q->count, q->axis);
    for (int i = 0; i < q->count; i++) {
        if (!isfinite(q->scale[i]))
            return bad_tensor(c, tensor, ERR_FORMAT, "scale %d is %g", i, (double)q->scale[i]);
        if (t->type == DT_INT8 && (q->zero[i] < INT8_MIN || q->zero[i] > INT8_MAX))
            return bad_tensor(c, tensor, ERR_FORMAT, "zero point %d is %d, int8 is wanted", i,
                              (int)q->zero[i]);
    }
    return true;
}

/* An activation of that type; int8 with one scale. */
static bool check_activation(const struct check *c, int tensor, enum dtype type)
{
    if (tensor == NO_TENSOR) return bad(c, ERR_FORMAT, "an operand is missing");
    const struct tensor *t = &c->g->tensors[tensor];
    if (t->type != type)
        return bad_tensor(c, tensor, ERR_UNSUPPORTED, "type %s is not supported (have: %s)",
                          dtype_name(t->type), dtype_name(type));
    if (t->data)
        return bad_tensor(c, tensor, ERR_UNSUPPORTED,
                          "a constant is not supported here (have: activations)");
    if (type == DT_INT8 && t->quant.count == 0)
        return bad_tensor(c, tensor, ERR_UNSUPPORTED, "int8 without quantisation");
    if (type == DT_INT8 && t->quant.count != 1)
        return bad_tensor(c, tensor, ERR_UNSUPPORTED,
                          "per-channel quantisation of an activation is not supported");
    if (type == DT_INT8 && t->quant.scale[0] <= 0)
        return bad_tensor(c, tensor, ERR_FORMAT, "its scale is %g", (double)t->quant.scale[0]);
    return true;
}

static bool check_image(const struct check *c, int tensor)
{
    const struct tensor *t = &c->g->tensors[tensor];
    char shape[64];
    if (t->rank != 4 || t->dim[0] != 1)
        return bad_tensor(c, tensor, ERR_UNSUPPORTED,
                          "shape %s is not supported (have: 1 x height x width x channels)",
                          shape_text(shape, t));
    return true;
}

static bool check_clamp(const struct check *c)
{
    const struct op *op = c->op;
    if (op->clamp_min < INT8_MIN || op->clamp_max > INT8_MAX || op->clamp_min > op->clamp_max)
        return bad(c, ERR_FORMAT, "the fused activation leaves no values (%d to %d)",
                   (int)op->clamp_min, (int)op->clamp_max);
    return true;
}

/* One direction of a sliding window. */
static bool check_slide(const struct check *c, const char *what, int32_t in, int32_t out,
                        int32_t kernel, int32_t stride, int32_t before, int32_t after)
{
    if (stride < 1) return bad(c, ERR_FORMAT, "%s: stride is %d", what, (int)stride);
    if (kernel < 1) return bad(c, ERR_FORMAT, "%s: kernel is %d", what, (int)kernel);
    if (before < 0 || after < 0 || before > PAD_MAX || after > PAD_MAX)
        return bad(c, ERR_FORMAT, "%s: padding %d and %d", what, (int)before, (int)after);
    const int64_t padded = (int64_t)in + before + after;
    if (kernel > padded)
        return bad(c, ERR_FORMAT, "%s: kernel %d is larger than the padded input, %d", what,
                   (int)kernel, (int)padded);
    const int64_t fits = (padded - kernel) / stride + 1;
    if (fits != out)
        return bad(c, ERR_FORMAT, "%s: output is %d, stride and padding give %d", what,
                   (int)out, (int)fits);
    return true;
}

static bool check_window(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (!check_image(c, op->input[0]) || !check_image(c, op->output)) return false;
    return check_slide(c, "height", in->dim[1], out->dim[1], op->kernel_h, op->stride_h,
                       op->pad_top, op->pad_bottom) &&
           check_slide(c, "width", in->dim[2], out->dim[2], op->kernel_w, op->stride_w,
                       op->pad_left, op->pad_right);
}

/* Weights: int8, constant, symmetric, scales along `axis`; bias: int32, constant, optional.
 * Published models have channels with scales of 0 or below and biases of 2^31 - 1 (mcunet-in3:
 * dead or mirrored channels). Both are well defined: multipliers carry the sign, sums wrap. */
static bool check_weights(const struct check *c, int axis)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    if (op->input[1] == NO_TENSOR) return bad(c, ERR_FORMAT, "the weights are missing");
    const struct tensor *w = &g->tensors[op->input[1]];
    const struct tensor *in = &g->tensors[op->input[0]], *out = &g->tensors[op->output];
    const int channels = w->dim[axis];

    if (w->type != DT_INT8)
        return bad_tensor(c, op->input[1], ERR_UNSUPPORTED,
                          "weights of type %s are not supported (have: int8)",
                          dtype_name(w->type));
    if (!w->data)
        return bad_tensor(c, op->input[1], ERR_UNSUPPORTED,
                          "weights that are not constant are not supported");
    if (w->quant.count == 0)
        return bad_tensor(c, op->input[1], ERR_UNSUPPORTED, "weights without quantisation");
    if (w->quant.count > 1 && w->quant.axis != axis)
        return bad_tensor(c, op->input[1], ERR_UNSUPPORTED,
                          "scales along axis %d are not supported (have: %d)", w->quant.axis,
                          axis);
    for (int i = 0; i < w->quant.count; i++) {
        if (w->quant.zero[i] != 0)
            return bad_tensor(c, op->input[1], ERR_UNSUPPORTED,
                              "zero point %d of weights is not supported (have: 0)",
                              (int)w->quant.zero[i]);
        const double real = (double)in->quant.scale[0] * (double)w->quant.scale[i] /
                            (double)out->quant.scale[0];
        if (!isfinite(real) || quant_multiplier(real).shift > SHIFT_MAX)
            return bad(c, ERR_UNSUPPORTED,
                       "channel %d: input scale * weight scale / output scale is %g "
                       "(have: below %d)",
                       i, real, 1 << SHIFT_MAX);
    }
    if (op->input_count < 3 || op->input[2] == NO_TENSOR) return true;
    const struct tensor *b = &g->tensors[op->input[2]];
    if (b->type != DT_INT32 || !b->data)
        return bad_tensor(c, op->input[2], ERR_UNSUPPORTED,
                          "%s bias of type %s is not supported (have: constant int32)",
                          b->data ? "a constant" : "a computed", dtype_name(b->type));
    if (tensor_elements(b) != (size_t)channels)
        return bad_tensor(c, op->input[2], ERR_FORMAT, "%zu biases for %d channels",
                          tensor_elements(b), channels);
    return true;
}

static bool check_convolution(const struct check *c)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    if (op->dilation_h != 1 || op->dilation_w != 1)
        return bad(c, ERR_UNSUPPORTED, "dilation %dx%d is not supported (have: 1x1)",
                   (int)op->dilation_h, (int)op->dilation_w);
    if (op->input[1] == NO_TENSOR) return bad(c, ERR_FORMAT, "the weights are missing");
    const struct tensor *in = &g->tensors[op->input[0]], *w = &g->tensors[op->input[1]],
                        *out = &g->tensors[op->output];
    char shape[64];
    if (!check_window(c) || !check_clamp(c)) return false;
    if (w->rank != 4 || w->dim[1] != op->kernel_h || w->dim[2] != op->kernel_w)
        return bad_tensor(c, op->input[1], ERR_FORMAT, "shape %s is not that of weights",
                          shape_text(shape, w));
    if (op->kind == OP_CONV_2D) {
        if (w->dim[3] != in->dim[3] && in->dim[3] % w->dim[3] == 0)
            return bad(c, ERR_UNSUPPORTED, "%d groups are not supported (have: 1)",
                       (int)(in->dim[3] / w->dim[3]));
        if (w->dim[3] != in->dim[3] || w->dim[0] != out->dim[3])
            return bad_tensor(c, op->input[1], ERR_FORMAT,
                              "shape %s does not fit %d input and %d output channels",
                              shape_text(shape, w), (int)in->dim[3], (int)out->dim[3]);
        return check_weights(c, 0);
    }
    if (w->dim[0] != 1 || w->dim[3] != out->dim[3])
        return bad_tensor(c, op->input[1], ERR_FORMAT, "shape %s does not fit %d channels",
                          shape_text(shape, w), (int)out->dim[3]);
    if (op->depth_multiplier < 1 || (int64_t)op->depth_multiplier * in->dim[3] != out->dim[3])
        return bad(c, ERR_FORMAT, "depth multiplier %d with %d input and %d output channels",
                   (int)op->depth_multiplier, (int)in->dim[3], (int)out->dim[3]);
    return check_weights(c, 3);
}

static bool check_fully_connected(const struct check *c)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    if (op->input[1] == NO_TENSOR) return bad(c, ERR_FORMAT, "the weights are missing");
    const struct tensor *in = &g->tensors[op->input[0]], *w = &g->tensors[op->input[1]],
                        *out = &g->tensors[op->output];
    char shape[64];
    if (w->rank != 2)
        return bad_tensor(c, op->input[1], ERR_FORMAT, "shape %s is not that of weights",
                          shape_text(shape, w));
    const size_t out_c = (size_t)w->dim[0], in_c = (size_t)w->dim[1];
    const size_t rows = tensor_elements(in) / in_c;
    if (tensor_elements(in) != rows * in_c || tensor_elements(out) != rows * out_c)
        return bad(c, ERR_FORMAT, "%zu inputs and %zu outputs do not fit weights of shape %s",
                   tensor_elements(in), tensor_elements(out), shape_text(shape, w));
    return check_clamp(c) && check_weights(c, 0);
}

/* Ops that move or select values need equal scales on both sides, as TFLite's kernels do. */
static bool check_same_quant(const struct check *c)
{
    const struct quant *a = &c->g->tensors[c->op->input[0]].quant,
                       *b = &c->g->tensors[c->op->output].quant;
    if (fabsf(a->scale[0] - b->scale[0]) > 1e-6F || a->zero[0] != b->zero[0])
        return bad(c, ERR_UNSUPPORTED,
                   "input (scale %g, zero %d) and output (scale %g, zero %d) must be quantised "
                   "alike",
                   (double)a->scale[0], (int)a->zero[0], (double)b->scale[0], (int)b->zero[0]);
    return true;
}

static bool check_pool(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (!check_window(c) || !check_clamp(c) || !check_same_quant(c)) return false;
    if (in->dim[3] != out->dim[3])
        return bad(c, ERR_FORMAT, "%d input and %d output channels", (int)in->dim[3],
                   (int)out->dim[3]);
    /* Each window must see the image: its average divides by what it sees. */
    if (op->pad_top >= op->kernel_h || op->pad_left >= op->kernel_w ||
        (int64_t)(out->dim[1] - 1) * op->stride_h - op->pad_top >= in->dim[1] ||
        (int64_t)(out->dim[2] - 1) * op->stride_w - op->pad_left >= in->dim[2])
        return bad(c, ERR_FORMAT, "a window lies wholly in the padding");
    if ((int64_t)op->kernel_h * op->kernel_w > MEAN_COUNT_MAX)
        return bad(c, ERR_UNSUPPORTED, "a window of %dx%d is not supported", (int)op->kernel_h,
                   (int)op->kernel_w);
    return true;
}

static bool same_shape(const struct tensor *a, const struct tensor *b)
{
    return a->rank == b->rank && memcmp(a->dim, b->dim, sizeof a->dim) == 0;
}

static bool check_add(const struct check *c)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    if (!check_activation(c, op->input[1], DT_INT8)) return false;
    const struct tensor *a = &g->tensors[op->input[0]], *b = &g->tensors[op->input[1]],
                        *out = &g->tensors[op->output];
    char s1[64], s2[64], s3[64];
    if (!same_shape(a, b))
        return bad(c, ERR_UNSUPPORTED, "shapes %s and %s: broadcasting is not supported",
                   shape_text(s1, a), shape_text(s2, b));
    if (!same_shape(a, out))
        return bad(c, ERR_FORMAT, "shapes %s + %s give %s", shape_text(s1, a),
                   shape_text(s2, b), shape_text(s3, out));
    /* TFLite aborts when the output's scale is too small for the shift of 20 bits. */
    const float larger =
        a->quant.scale[0] > b->quant.scale[0] ? a->quant.scale[0] : b->quant.scale[0];
    const double real = 2.0 * (double)larger / ((1 << 20) * (double)out->quant.scale[0]);
    if (!isfinite(real) || quant_multiplier(real).shift > 0)
        return bad(c, ERR_UNSUPPORTED, "scales %g and %g are too large for output scale %g",
                   (double)a->quant.scale[0], (double)b->quant.scale[0],
                   (double)out->quant.scale[0]);
    return check_clamp(c);
}

static bool check_pad(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (!check_image(c, op->input[0]) || !check_image(c, op->output)) return false;
    const int32_t pads[] = {op->pad_top, op->pad_bottom, op->pad_left, op->pad_right};
    for (int i = 0; i < 4; i++)
        if (pads[i] < 0 || pads[i] > PAD_MAX)
            return bad(c, ERR_FORMAT, "padding of %d", (int)pads[i]);
    char s1[64], s2[64];
    if (in->dim[1] + op->pad_top + op->pad_bottom != out->dim[1] ||
        in->dim[2] + op->pad_left + op->pad_right != out->dim[2] || in->dim[3] != out->dim[3])
        return bad(c, ERR_FORMAT, "%s padded by %d, %d, %d, %d does not give %s",
                   shape_text(s1, in), (int)op->pad_top, (int)op->pad_bottom, (int)op->pad_left,
                   (int)op->pad_right, shape_text(s2, out));
    return check_same_quant(c);
}

static bool check_mean(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    /* Neighbouring axes only: add the lowest bit, and a run of ones becomes a power of two. */
    const uint32_t axes = op->axes, run = axes + (axes & (0U - axes));
    if (axes == 0 || axes >> in->rank || (run & (run - 1)))
        return bad(c, ERR_UNSUPPORTED, "axes 0x%x are not supported (have: neighbouring axes)",
                   (unsigned)axes);
    int64_t kept = 1, reduced = 1;
    for (int i = 0; i < in->rank; i++) {
        if (axes >> i & 1)
            reduced *= in->dim[i];
        else
            kept *= in->dim[i];
    }
    if (tensor_elements(out) != (size_t)kept)
        return bad(c, ERR_FORMAT, "%zu outputs, the axes leave %lld", tensor_elements(out),
                   (long long)kept);
    if (reduced > MEAN_COUNT_MAX)
        return bad(c, ERR_UNSUPPORTED, "a mean of %lld elements is not supported",
                   (long long)reduced);
    const double real = (double)in->quant.scale[0] / (double)out->quant.scale[0];
    if (!isfinite(real) || quant_multiplier(real).shift > SHIFT_MAX)
        return bad(c, ERR_UNSUPPORTED, "input scale / output scale is %g (have: below %d)",
                   real, 1 << SHIFT_MAX);
    return true;
}

static bool check_softmax(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (!same_shape(in, out)) return bad(c, ERR_FORMAT, "input and output differ in shape");
    if (in->rank < 1 || in->dim[in->rank - 1] > SOFTMAX_DEPTH_MAX)
        return bad(c, ERR_UNSUPPORTED, "more than %d classes are not supported",
                   SOFTMAX_DEPTH_MAX);
    /* TFLite asserts both. */
    if (out->quant.scale[0] != 1.0F / 256.0F || out->quant.zero[0] != -128)
        return bad_tensor(c, op->output, ERR_UNSUPPORTED,
                          "scale %g, zero %d is not supported (have: 1/256, -128)",
                          (double)out->quant.scale[0], (int)out->quant.zero[0]);
    int32_t diff_min = 0;
    if (!isfinite(op->beta) ||
        quant_softmax(op->beta, in->quant.scale[0], &diff_min).multiplier == 0)
        return bad(c, ERR_UNSUPPORTED, "beta %g with input scale %g is not supported",
                   (double)op->beta, (double)in->quant.scale[0]);
    return true;
}

static bool check_quantize(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    const bool from_float = in->type == DT_FLOAT32;
    if (from_float && op->input[0] != c->g->input)
        return bad_tensor(c, op->input[0], ERR_UNSUPPORTED,
                          "float32 is supported at the network's input only");
    if (!check_activation(c, op->input[0], from_float ? DT_FLOAT32 : DT_INT8)) return false;
    if (!check_activation(c, op->output, DT_INT8)) return false;
    if (tensor_elements(in) != tensor_elements(out))
        return bad(c, ERR_FORMAT, "%zu elements in, %zu out", tensor_elements(in),
                   tensor_elements(out));
    if (from_float) return true;
    const double real = (double)in->quant.scale[0] / (double)out->quant.scale[0];
    if (!isfinite(real) || quant_multiplier(real).shift > SHIFT_MAX)
        return bad(c, ERR_UNSUPPORTED, "input scale / output scale is %g (have: below %d)",
                   real, 1 << SHIFT_MAX);
    return true;
}

static bool check_dequantize(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (op->output != c->g->output)
        return bad_tensor(c, op->output, ERR_UNSUPPORTED,
                          "float32 is supported at the network's output only");
    if (!check_activation(c, op->input[0], DT_INT8)) return false;
    if (!check_activation(c, op->output, DT_FLOAT32)) return false;
    if (tensor_elements(in) != tensor_elements(out))
        return bad(c, ERR_FORMAT, "%zu elements in, %zu out", tensor_elements(in),
                   tensor_elements(out));
    return true;
}

static bool check_reshape(const struct check *c)
{
    const struct tensor *in = &c->g->tensors[c->op->input[0]],
                        *out = &c->g->tensors[c->op->output];
    if (in->bytes != out->bytes)
        return bad(c, ERR_FORMAT, "%u bytes become %u", in->bytes, out->bytes);
    return true;
}

/* "conv_2d_3": a C identifier that ends in the op's index, hence unique. */
static bool check_name(const struct check *c)
{
    char tail[16];
    const char *name = c->op->name;
    const int n = snprintf(tail, sizeof tail, "_%d", c->op->index);
    const size_t len = name ? strlen(name) : 0;
    const bool letter = len && ((name[0] >= 'a' && name[0] <= 'z') || name[0] == '_');
    if (!letter || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != len ||
        len < (size_t)n || strcmp(name + len - n, tail) != 0)
        return bad(c, ERR_FORMAT, "name is not an identifier that ends in %s", tail);
    return true;
}

static bool check_operands(const struct check *c)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    int least = 1, most = 1;
    if (op->kind == OP_ADD) least = most = 2;
    if (op->kind == OP_CONV_2D || op->kind == OP_DEPTHWISE_CONV_2D ||
        op->kind == OP_FULLY_CONNECTED) {
        least = 2;
        most = 3;
    }
    if (op->input_count < least || op->input_count > most)
        return bad(c, ERR_FORMAT, "%d inputs", op->input_count);
    for (int i = 0; i < op->input_count; i++)
        if (op->input[i] < NO_TENSOR || op->input[i] >= g->tensor_count)
            return bad(c, ERR_FORMAT, "input %d is tensor %d of %d", i, op->input[i],
                       g->tensor_count);
    if (op->input[0] == NO_TENSOR) return bad(c, ERR_FORMAT, "its input is missing");
    if (op->output < 0 || op->output >= g->tensor_count)
        return bad(c, ERR_FORMAT, "its output is tensor %d of %d", op->output, g->tensor_count);
    bool ok = true;
    for (int i = 0; i < op->input_count; i++)
        if (op->input[i] != NO_TENSOR && !check_tensor(c, op->input[i])) ok = false;
    return check_tensor(c, op->output) && ok;
}

static bool check_in_place(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    const bool able = (op->kind == OP_DEPTHWISE_CONV_2D && op->depth_multiplier == 1) ||
                      op->kind == OP_ADD || (op->kind == OP_QUANTIZE && in->type == DT_INT8);
    if (!able) return bad(c, ERR_FORMAT, "cannot work in place");
    if (out->bytes > in->bytes)
        return bad(c, ERR_FORMAT, "in place, %u bytes do not fit into %u", out->bytes,
                   in->bytes);
    return true;
}

void op_verify(const struct graph *g, const struct op *op, struct problems *p)
{
    const struct check c = {g, op, p};
    if (!check_operands(&c) || !check_name(&c)) return;
    if (op->kind == OP_QUANTIZE) {
        check_quantize(&c);
        return;
    }
    if (op->kind == OP_DEQUANTIZE) {
        check_dequantize(&c);
        return;
    }
    if (!check_activation(&c, op->input[0], DT_INT8)) return;
    if (!check_activation(&c, op->output, DT_INT8)) return;
    if (op->in_place && !check_in_place(&c)) return;
    if (op->scratch_bytes > GRAPH_TENSOR_BYTES_MAX || op->scratch_bytes % 8) {
        bad(&c, ERR_FORMAT, "scratch of %u bytes", op->scratch_bytes);
        return;
    }
    switch (op->kind) {
    case OP_ADD:
        check_add(&c);
        break;
    case OP_AVERAGE_POOL_2D:
    case OP_MAX_POOL_2D:
        check_pool(&c);
        break;
    case OP_CONV_2D:
    case OP_DEPTHWISE_CONV_2D:
        check_convolution(&c);
        break;
    case OP_FULLY_CONNECTED:
        check_fully_connected(&c);
        break;
    case OP_MEAN:
        check_mean(&c);
        break;
    case OP_PAD:
        check_pad(&c);
        break;
    case OP_RESHAPE:
        check_reshape(&c);
        break;
    case OP_SOFTMAX:
        check_softmax(&c);
        break;
    case OP_QUANTIZE:
    case OP_DEQUANTIZE:
        break;
    }
}
