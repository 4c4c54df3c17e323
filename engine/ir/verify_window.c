/* SPDX-License-Identifier: GPL-2.0-or-later
 * The rules of ops that slide a window over an image or hold weights. */
#include "engine/ir/verify.h"
#include "engine/kernels/quant.h"

#include <math.h>

enum { PAD_MAX = 1 << 15 };

/* One direction of a sliding window. */
static bool check_slide(const struct check *c, const char *what, int32_t in, int32_t out,
                        int32_t kernel, int32_t stride, int32_t before, int32_t after)
{
    if (stride < 1) return verify_bad(c, ERR_FORMAT, "%s: stride is %d", what, (int)stride);
    if (kernel < 1) return verify_bad(c, ERR_FORMAT, "%s: kernel is %d", what, (int)kernel);
    if (before < 0 || after < 0 || before > PAD_MAX || after > PAD_MAX)
        return verify_bad(c, ERR_FORMAT, "%s: padding %d and %d", what, (int)before,
                          (int)after);
    const int64_t padded = (int64_t)in + before + after;
    if (kernel > padded)
        return verify_bad(c, ERR_FORMAT, "%s: kernel %d is larger than the padded input, %d",
                          what, (int)kernel, (int)padded);
    const int64_t fits = (padded - kernel) / stride + 1;
    if (fits != out)
        return verify_bad(c, ERR_FORMAT, "%s: output is %d, stride and padding give %d", what,
                          (int)out, (int)fits);
    return true;
}

static bool check_window(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (!verify_image(c, op->input[0]) || !verify_image(c, op->output)) return false;
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
    if (op->input[1] == NO_TENSOR) return verify_bad(c, ERR_FORMAT, "the weights are missing");
    const struct tensor *w = &g->tensors[op->input[1]];
    const struct tensor *in = &g->tensors[op->input[0]], *out = &g->tensors[op->output];
    const int channels = w->dim[axis];

    if (w->type != DT_INT8)
        return verify_bad_tensor(c, op->input[1], ERR_UNSUPPORTED,
                                 "weights of type %s are not supported (have: int8)",
                                 dtype_name(w->type));
    if (!w->data)
        return verify_bad_tensor(c, op->input[1], ERR_UNSUPPORTED,
                                 "weights that are not constant are not supported");
    if (w->quant.count == 0)
        return verify_bad_tensor(c, op->input[1], ERR_UNSUPPORTED,
                                 "weights without quantisation");
    if (w->quant.count > 1 && w->quant.axis != axis)
        return verify_bad_tensor(c, op->input[1], ERR_UNSUPPORTED,
                                 "scales along axis %d are not supported (have: %d)",
                                 w->quant.axis, axis);
    for (int i = 0; i < w->quant.count; i++) {
        if (w->quant.zero[i] != 0)
            return verify_bad_tensor(c, op->input[1], ERR_UNSUPPORTED,
                                     "zero point %d of weights is not supported (have: 0)",
                                     (int)w->quant.zero[i]);
        const double real = (double)in->quant.scale[0] * (double)w->quant.scale[i] /
                            (double)out->quant.scale[0];
        if (!isfinite(real) || quant_multiplier(real).shift > SHIFT_MAX)
            return verify_bad(c, ERR_UNSUPPORTED,
                              "channel %d: input scale * weight scale / output scale is %g "
                              "(have: below %d)",
                              i, real, 1 << SHIFT_MAX);
    }
    if (op->input_count < 3 || op->input[2] == NO_TENSOR) return true;
    const struct tensor *b = &g->tensors[op->input[2]];
    if (b->type != DT_INT32 || !b->data)
        return verify_bad_tensor(c, op->input[2], ERR_UNSUPPORTED,
                                 "%s bias of type %s is not supported (have: constant int32)",
                                 b->data ? "a constant" : "a computed", dtype_name(b->type));
    if (tensor_elements(b) != (size_t)channels)
        return verify_bad_tensor(c, op->input[2], ERR_FORMAT, "%zu biases for %d channels",
                                 tensor_elements(b), channels);
    return true;
}

bool verify_convolution(const struct check *c)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    if (op->dilation_h != 1 || op->dilation_w != 1)
        return verify_bad(c, ERR_UNSUPPORTED, "dilation %dx%d is not supported (have: 1x1)",
                          (int)op->dilation_h, (int)op->dilation_w);
    if (op->input[1] == NO_TENSOR) return verify_bad(c, ERR_FORMAT, "the weights are missing");
    const struct tensor *in = &g->tensors[op->input[0]], *w = &g->tensors[op->input[1]],
                        *out = &g->tensors[op->output];
    char shape[SHAPE_TEXT];
    if (!check_window(c) || !verify_clamp(c)) return false;
    if (w->rank != 4 || w->dim[1] != op->kernel_h || w->dim[2] != op->kernel_w)
        return verify_bad_tensor(c, op->input[1], ERR_FORMAT, "shape %s is not that of weights",
                                 verify_shape(shape, w));
    if (op->kind == OP_CONV_2D) {
        if (w->dim[3] != in->dim[3] && in->dim[3] % w->dim[3] == 0)
            return verify_bad(c, ERR_UNSUPPORTED, "%d groups are not supported (have: 1)",
                              (int)(in->dim[3] / w->dim[3]));
        if (w->dim[3] != in->dim[3] || w->dim[0] != out->dim[3])
            return verify_bad_tensor(c, op->input[1], ERR_FORMAT,
                                     "shape %s does not fit %d input and %d output channels",
                                     verify_shape(shape, w), (int)in->dim[3], (int)out->dim[3]);
        return check_weights(c, 0);
    }
    if (w->dim[0] != 1 || w->dim[3] != out->dim[3])
        return verify_bad_tensor(c, op->input[1], ERR_FORMAT,
                                 "shape %s does not fit %d channels", verify_shape(shape, w),
                                 (int)out->dim[3]);
    if (op->depth_multiplier < 1 || (int64_t)op->depth_multiplier * in->dim[3] != out->dim[3])
        return verify_bad(c, ERR_FORMAT,
                          "depth multiplier %d with %d input and %d output channels",
                          (int)op->depth_multiplier, (int)in->dim[3], (int)out->dim[3]);
    return check_weights(c, 3);
}

bool verify_fully_connected(const struct check *c)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    if (op->input[1] == NO_TENSOR) return verify_bad(c, ERR_FORMAT, "the weights are missing");
    const struct tensor *in = &g->tensors[op->input[0]], *w = &g->tensors[op->input[1]],
                        *out = &g->tensors[op->output];
    char shape[SHAPE_TEXT];
    if (w->rank != 2)
        return verify_bad_tensor(c, op->input[1], ERR_FORMAT, "shape %s is not that of weights",
                                 verify_shape(shape, w));
    const size_t out_c = (size_t)w->dim[0], in_c = (size_t)w->dim[1];
    const size_t rows = tensor_elements(in) / in_c;
    if (tensor_elements(in) != rows * in_c || tensor_elements(out) != rows * out_c)
        return verify_bad(c, ERR_FORMAT,
                          "%zu inputs and %zu outputs do not fit weights of shape %s",
                          tensor_elements(in), tensor_elements(out), verify_shape(shape, w));
    return verify_clamp(c) && check_weights(c, 0);
}

bool verify_pool(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (!check_window(c) || !verify_clamp(c) || !verify_same_quant(c)) return false;
    if (in->dim[3] != out->dim[3])
        return verify_bad(c, ERR_FORMAT, "%d input and %d output channels", (int)in->dim[3],
                          (int)out->dim[3]);
    /* Each window must see the image: its average divides by what it sees. */
    if (op->pad_top >= op->kernel_h || op->pad_left >= op->kernel_w ||
        (int64_t)(out->dim[1] - 1) * op->stride_h - op->pad_top >= in->dim[1] ||
        (int64_t)(out->dim[2] - 1) * op->stride_w - op->pad_left >= in->dim[2])
        return verify_bad(c, ERR_FORMAT, "a window lies wholly in the padding");
    if ((int64_t)op->kernel_h * op->kernel_w > MEAN_COUNT_MAX)
        return verify_bad(c, ERR_UNSUPPORTED, "a window of %dx%d is not supported",
                          (int)op->kernel_h, (int)op->kernel_w);
    return true;
}

bool verify_pad(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (!verify_image(c, op->input[0]) || !verify_image(c, op->output)) return false;
    const int32_t pads[] = {op->pad_top, op->pad_bottom, op->pad_left, op->pad_right};
    for (int i = 0; i < 4; i++)
        if (pads[i] < 0 || pads[i] > PAD_MAX)
            return verify_bad(c, ERR_FORMAT, "padding of %d", (int)pads[i]);
    char s1[SHAPE_TEXT], s2[SHAPE_TEXT];
    if (in->dim[1] + op->pad_top + op->pad_bottom != out->dim[1] ||
        in->dim[2] + op->pad_left + op->pad_right != out->dim[2] || in->dim[3] != out->dim[3])
        return verify_bad(c, ERR_FORMAT, "%s padded by %d, %d, %d, %d does not give %s",
                          verify_shape(s1, in), (int)op->pad_top, (int)op->pad_bottom,
                          (int)op->pad_left, (int)op->pad_right, verify_shape(s2, out));
    return verify_same_quant(c);
}

bool verify_resize(const struct check *c)
{
    const struct op *op = c->op;
    if (!verify_image(c, op->input[0]) || !verify_image(c, op->output)) return false;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (in->dim[3] != out->dim[3])
        return verify_bad(c, ERR_FORMAT, "%d input and %d output channels", (int)in->dim[3],
                          (int)out->dim[3]);
    return verify_same_quant(c);
}
