/* SPDX-License-Identifier: GPL-2.0-or-later
 * Each op's parameters, from its options table and from operands that must be constant
 * (paddings, axes, shapes): these become fields of struct op. What the parameters must satisfy
 * is checked in ir/verify.c; here only what cannot be expressed in a graph is refused. */
#include "engine/kernels/quant.h"
#include "engine/tflite/reader.h"

#include <string.h>

enum conv_slot { CONV_PADDING, CONV_STRIDE_W, CONV_STRIDE_H, CONV_ACT, CONV_DIL_W, CONV_DIL_H };
enum dw_slot {
    DW_PADDING,
    DW_STRIDE_W,
    DW_STRIDE_H,
    DW_MULTIPLIER,
    DW_ACT,
    DW_DIL_W,
    DW_DIL_H
};
enum pool_slot {
    POOL_PADDING,
    POOL_STRIDE_W,
    POOL_STRIDE_H,
    POOL_KERNEL_W,
    POOL_KERNEL_H,
    POOL_ACT
};
enum fc_slot { FC_ACT, FC_FORMAT };
enum concat_slot { CONCAT_AXIS, CONCAT_ACT };
enum resize_slot { RESIZE_ALIGN_CORNERS, RESIZE_HALF_PIXEL };
enum { ADD_ACT = 0, MUL_ACT = 0, SOFTMAX_BETA = 0, REDUCER_KEEP_DIMS = 0, LEAKY_ALPHA = 0 };
enum { PADDING_SAME, PADDING_VALID };

/* Members of union BuiltinOptions. */
enum {
    OPTIONS_NONE = 0,
    OPTIONS_CONV_2D = 1,
    OPTIONS_DEPTHWISE = 2,
    OPTIONS_POOL_2D = 5,
    OPTIONS_FULLY_CONNECTED = 8,
    OPTIONS_SOFTMAX = 9,
    OPTIONS_CONCATENATION = 10,
    OPTIONS_ADD = 11,
    OPTIONS_MUL = 21,
    OPTIONS_REDUCER = 27,
    OPTIONS_RESIZE_NEAREST = 74,
    OPTIONS_LEAKY_RELU = 75,
};

/* Fused activations: codes 0 to 3 are those of enum quant_activation. */
static bool read_clamp(struct reader *r, struct op *op, int code)
{
    static const char *const others[] = {"TANH", "SIGN_BIT"};
    if (code < 0 || code > 3)
        return reader_problem(r, op, ERR_UNSUPPORTED,
                              "fused activation %s is not supported (have: none, RELU, "
                              "RELU_N1_TO_1, RELU6)",
                              code == 4 || code == 5 ? others[code - 4] : "of unknown number");
    op->clamp_min = INT8_MIN;
    op->clamp_max = INT8_MAX;
    const struct quant *q = &r->g->tensors[op->output].quant;
    if (q->count == 1)
        quant_clamp((enum quant_activation)code, q->scale[0], q->zero[0], &op->clamp_min,
                    &op->clamp_max);
    return true;
}

/* SAME: the output is ceil(in / stride), what is missing is split, the odd one goes last. */
static void same_padding(int32_t in, int32_t kernel, int32_t stride, int32_t *before,
                         int32_t *after)
{
    const int64_t out = ((int64_t)in + stride - 1) / stride;
    const int64_t total = (out - 1) * stride + kernel - in;
    *before = total > 0 ? (int32_t)(total / 2) : 0;
    *after = total > 0 ? (int32_t)(total - total / 2) : 0;
}

static bool read_padding(struct reader *r, struct op *op, int padding)
{
    const struct tensor *in = &r->g->tensors[op->input[0]];
    if (op->stride_h < 1 || op->stride_w < 1)
        return reader_problem(r, op, ERR_FORMAT, "stride is %dx%d", (int)op->stride_h,
                              (int)op->stride_w);
    if (padding == PADDING_VALID) return true;
    if (padding != PADDING_SAME)
        return reader_problem(r, op, ERR_FORMAT, "padding number %d", padding);
    same_padding(in->dim[1], op->kernel_h, op->stride_h, &op->pad_top, &op->pad_bottom);
    same_padding(in->dim[2], op->kernel_w, op->stride_w, &op->pad_left, &op->pad_right);
    return true;
}

static bool read_conv(struct reader *r, struct op *op, struct fb_table o)
{
    const struct tensor *w = &r->g->tensors[op->input[1]];
    op->kernel_h = w->dim[1];
    op->kernel_w = w->dim[2];
    op->stride_h = fb_i32(o, CONV_STRIDE_H, 0);
    op->stride_w = fb_i32(o, CONV_STRIDE_W, 0);
    op->dilation_h = fb_i32(o, CONV_DIL_H, 1);
    op->dilation_w = fb_i32(o, CONV_DIL_W, 1);
    const bool ok = read_clamp(r, op, fb_i8(o, CONV_ACT, 0));
    return read_padding(r, op, fb_i8(o, CONV_PADDING, PADDING_SAME)) && ok;
}

static bool read_depthwise(struct reader *r, struct op *op, struct fb_table o)
{
    const struct tensor *w = &r->g->tensors[op->input[1]], *in = &r->g->tensors[op->input[0]];
    op->kernel_h = w->dim[1];
    op->kernel_w = w->dim[2];
    op->stride_h = fb_i32(o, DW_STRIDE_H, 0);
    op->stride_w = fb_i32(o, DW_STRIDE_W, 0);
    op->dilation_h = fb_i32(o, DW_DIL_H, 1);
    op->dilation_w = fb_i32(o, DW_DIL_W, 1);
    /* Old converters leave the field at 0; the shapes say it. */
    op->depth_multiplier = fb_i32(o, DW_MULTIPLIER, 0);
    if (op->depth_multiplier == 0) op->depth_multiplier = w->dim[3] / in->dim[3];
    const bool ok = read_clamp(r, op, fb_i8(o, DW_ACT, 0));
    return read_padding(r, op, fb_i8(o, DW_PADDING, PADDING_SAME)) && ok;
}

static bool read_pool(struct reader *r, struct op *op, struct fb_table o)
{
    op->kernel_h = fb_i32(o, POOL_KERNEL_H, 0);
    op->kernel_w = fb_i32(o, POOL_KERNEL_W, 0);
    op->stride_h = fb_i32(o, POOL_STRIDE_H, 0);
    op->stride_w = fb_i32(o, POOL_STRIDE_W, 0);
    if (op->kernel_h < 1 || op->kernel_w < 1)
        return reader_problem(r, op, ERR_FORMAT, "window is %dx%d", (int)op->kernel_h,
                              (int)op->kernel_w);
    const bool ok = read_clamp(r, op, fb_i8(o, POOL_ACT, 0));
    return read_padding(r, op, fb_i8(o, POOL_PADDING, PADDING_SAME)) && ok;
}

static bool read_fully_connected(struct reader *r, struct op *op, struct fb_table o)
{
    if (fb_i8(o, FC_FORMAT, 0) != 0)
        return reader_problem(r, op, ERR_UNSUPPORTED,
                              "shuffled weights are not supported (have: the default format)");
    return read_clamp(r, op, fb_i8(o, FC_ACT, 0));
}

/* Element i of a constant int32 or int64 tensor. */
static int64_t constant_at(const struct tensor *t, size_t i)
{
    if (t->type == DT_INT64) {
        int64_t v;
        memcpy(&v, (const char *)t->data + 8 * i, sizeof v);
        return v;
    }
    int32_t v;
    memcpy(&v, (const char *)t->data + 4 * i, sizeof v);
    return v;
}

static bool need_constant(struct reader *r, const struct op *op, int tensor, const char *what)
{
    const struct tensor *t = &r->g->tensors[tensor];
    if (!t->data)
        return reader_problem(r, op, ERR_UNSUPPORTED,
                              "tensor %d \"%.100s\": %s computed at run time are not supported",
                              tensor, t->name, what);
    if (t->type != DT_INT32 && t->type != DT_INT64)
        return reader_problem(r, op, ERR_UNSUPPORTED,
                              "tensor %d \"%.100s\": %s of type %s are not supported (have: "
                              "int32, int64)",
                              tensor, t->name, what, dtype_name(t->type));
    return true;
}

static bool read_pad(struct reader *r, struct op *op, int paddings)
{
    const struct tensor *in = &r->g->tensors[op->input[0]], *t = &r->g->tensors[paddings];
    if (!need_constant(r, op, paddings, "paddings")) return false;
    if (in->rank != 4)
        return reader_problem(r, op, ERR_UNSUPPORTED, "rank %d is not supported (have: 4)",
                              in->rank);
    if (tensor_elements(t) != 8)
        return reader_problem(r, op, ERR_FORMAT, "%zu paddings for 4 dimensions",
                              tensor_elements(t));
    int32_t pad[8];
    for (size_t i = 0; i < 8; i++) {
        const int64_t v = constant_at(t, i);
        if (v < 0 || v > INT16_MAX)
            return reader_problem(r, op, ERR_FORMAT, "padding of %lld", (long long)v);
        pad[i] = (int32_t)v;
    }
    if (pad[0] || pad[1] || pad[6] || pad[7])
        return reader_problem(r, op, ERR_UNSUPPORTED,
                              "padding of batch or channels is not supported (have: height and "
                              "width)");
    op->pad_top = pad[2];
    op->pad_bottom = pad[3];
    op->pad_left = pad[4];
    op->pad_right = pad[5];
    return true;
}

static bool read_mean(struct reader *r, struct op *op, int axes, struct fb_table o)
{
    const struct tensor *in = &r->g->tensors[op->input[0]], *t = &r->g->tensors[axes];
    op->keep_dims = fb_u8(o, REDUCER_KEEP_DIMS, 0) != 0;
    if (!need_constant(r, op, axes, "axes")) return false;
    for (size_t i = 0; i < tensor_elements(t); i++) {
        const int64_t v = constant_at(t, i);
        const int64_t axis = v < 0 ? v + in->rank : v;
        if (axis < 0 || axis >= in->rank)
            return reader_problem(r, op, ERR_FORMAT, "axis %lld of a tensor of rank %d",
                                  (long long)v, in->rank);
        op->axes |= 1U << axis;
    }
    return true;
}

/* Both commute: the operand that repeats, or is constant, goes second. */
static bool read_two_operands(struct reader *r, struct op *op, int activation)
{
    const struct tensor *a = &r->g->tensors[op->input[0]], *b = &r->g->tensors[op->input[1]];
    if (a->bytes < b->bytes || (a->bytes == b->bytes && a->data)) {
        const int first = op->input[0];
        op->input[0] = op->input[1];
        op->input[1] = first;
    }
    return read_clamp(r, op, activation);
}

static bool read_concatenation(struct reader *r, struct op *op, struct fb_table o)
{
    const int32_t axis = fb_i32(o, CONCAT_AXIS, 0);
    const int rank = r->g->tensors[op->output].rank;
    op->axis = axis < 0 && axis >= -rank ? axis + rank : axis;
    if (fb_i8(o, CONCAT_ACT, 0) != 0)
        return reader_problem(r, op, ERR_UNSUPPORTED, "a fused activation is not supported");
    return true;
}

static bool read_resize(struct reader *r, struct op *op, int sizes, struct fb_table o)
{
    const struct tensor *t = &r->g->tensors[sizes], *out = &r->g->tensors[op->output];
    op->align_corners = fb_u8(o, RESIZE_ALIGN_CORNERS, 0) != 0;
    op->half_pixel_centers = fb_u8(o, RESIZE_HALF_PIXEL, 0) != 0;
    if (!need_constant(r, op, sizes, "sizes")) return false;
    if (tensor_elements(t) != 2 || constant_at(t, 0) != out->dim[1] ||
        constant_at(t, 1) != out->dim[2])
        return reader_problem(r, op, ERR_FORMAT, "its sizes are not those of its output");
    return true;
}

struct expected {
    int least, most; /* inputs in the file */
    int kept;        /* how many of them are the graph's operands */
    int options;
};

static struct expected expectation(enum op_kind kind)
{
    switch (kind) {
    case OP_ADD:
        return (struct expected){2, 2, 2, OPTIONS_ADD};
    case OP_MUL:
        return (struct expected){2, 2, 2, OPTIONS_MUL};
    case OP_CONCATENATION:
        return (struct expected){1, OP_INPUTS_MAX, OP_INPUTS_MAX, OPTIONS_CONCATENATION};
    case OP_LEAKY_RELU:
        return (struct expected){1, 1, 1, OPTIONS_LEAKY_RELU};
    case OP_RESIZE_NEAREST_NEIGHBOR:
        return (struct expected){2, 2, 1, OPTIONS_RESIZE_NEAREST};
    case OP_AVERAGE_POOL_2D:
    case OP_MAX_POOL_2D:
        return (struct expected){1, 1, 1, OPTIONS_POOL_2D};
    case OP_CONV_2D:
        return (struct expected){2, 3, 3, OPTIONS_CONV_2D};
    case OP_DEPTHWISE_CONV_2D:
        return (struct expected){2, 3, 3, OPTIONS_DEPTHWISE};
    case OP_FULLY_CONNECTED:
        return (struct expected){2, 3, 3, OPTIONS_FULLY_CONNECTED};
    case OP_MEAN:
        return (struct expected){2, 2, 1, OPTIONS_REDUCER};
    case OP_PAD:
        return (struct expected){2, 2, 1, OPTIONS_NONE};
    case OP_RESHAPE:
        return (struct expected){1, 2, 1, OPTIONS_NONE};
    case OP_SOFTMAX:
        return (struct expected){1, 1, 1, OPTIONS_SOFTMAX};
    case OP_DEQUANTIZE:
    case OP_HARD_SWISH:
    case OP_LOGISTIC:
    case OP_QUANTIZE:
    case OP_RELU:
    case OP_RELU6:
        return (struct expected){1, 1, 1, OPTIONS_NONE};
    }
    return (struct expected){0};
}

static bool read_operands(struct reader *r, struct op *op, struct fb_vec inputs,
                          const struct expected *x)
{
    if ((int)inputs.count < x->least || (int)inputs.count > x->most)
        return reader_problem(r, op, ERR_FORMAT, "%u inputs (have: %d to %d)", inputs.count,
                              x->least, x->most);
    for (uint32_t i = 0; i < inputs.count; i++) {
        const int32_t t = fb_vec_i32(inputs, i);
        const bool optional = i == 2 && x->kept == 3; /* the bias */
        if (t < (optional ? NO_TENSOR : 0) || t >= r->g->tensor_count)
            return reader_problem(r, op, ERR_FORMAT, "input %u is tensor %d of %d", i, (int)t,
                                  r->g->tensor_count);
        if ((int)i < x->kept) op->input[op->input_count++] = t;
    }
    if (x->kept == 3 && op->input_count == 2) op->input[op->input_count++] = NO_TENSOR;
    return true;
}

bool reader_options(struct reader *r, struct op *op, struct fb_vec inputs, int options_type,
                    struct fb_table o)
{
    const struct expected x = expectation(op->kind);
    if (!read_operands(r, op, inputs, &x)) return false;
    if (x.options && options_type != x.options)
        return reader_problem(r, op, ERR_FORMAT, "options are of kind %d (have: %d)",
                              options_type, x.options);
    switch (op->kind) {
    case OP_ADD:
        return read_two_operands(r, op, fb_i8(o, ADD_ACT, 0));
    case OP_MUL:
        return read_two_operands(r, op, fb_i8(o, MUL_ACT, 0));
    case OP_CONCATENATION:
        return read_concatenation(r, op, o);
    case OP_RESIZE_NEAREST_NEIGHBOR:
        return read_resize(r, op, fb_vec_i32(inputs, 1), o);
    case OP_LEAKY_RELU:
        op->alpha = fb_f32(o, LEAKY_ALPHA, 0);
        return true;
    case OP_RELU:
        return read_clamp(r, op, QUANT_RELU);
    case OP_RELU6:
        return read_clamp(r, op, QUANT_RELU6);
    case OP_AVERAGE_POOL_2D:
    case OP_MAX_POOL_2D:
        return read_pool(r, op, o);
    case OP_CONV_2D:
        return read_conv(r, op, o);
    case OP_DEPTHWISE_CONV_2D:
        return read_depthwise(r, op, o);
    case OP_FULLY_CONNECTED:
        return read_fully_connected(r, op, o);
    case OP_MEAN:
        return read_mean(r, op, fb_vec_i32(inputs, 1), o);
    case OP_PAD:
        return read_pad(r, op, fb_vec_i32(inputs, 1));
    case OP_RESHAPE:
        return inputs.count < 2 || need_constant(r, op, fb_vec_i32(inputs, 1), "shapes");
    case OP_SOFTMAX:
        op->beta = fb_f32(o, SOFTMAX_BETA, 0);
        return true;
    case OP_DEQUANTIZE:
    case OP_HARD_SWISH:
    case OP_LOGISTIC:
    case OP_QUANTIZE:
        return true;
    }
    return false;
}
