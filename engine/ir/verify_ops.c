/* SPDX-License-Identifier: GPL-2.0-or-later
 * Each op kind's own rules: shapes against parameters, quantisation, limits of the arithmetic.
 * Those of ops with weights or windows are in verify_window.c. */
#include "engine/ir/verify.h"
#include "engine/kernels/quant.h"

#include <math.h>
#include <string.h>

enum { SOFTMAX_DEPTH_MAX = 4095 /* the sum of exps has 12 integer bits */ };

bool verify_image(const struct check *c, int tensor)
{
    const struct tensor *t = &c->g->tensors[tensor];
    char shape[SHAPE_TEXT];
    if (t->rank != 4 || t->dim[0] != 1)
        return verify_bad_tensor(
            c, tensor, ERR_UNSUPPORTED,
            "shape %s is not supported (have: 1 x height x width x channels)",
            verify_shape(shape, t));
    return true;
}

bool verify_clamp(const struct check *c)
{
    const struct op *op = c->op;
    if (op->clamp_min < INT8_MIN || op->clamp_max > INT8_MAX || op->clamp_min > op->clamp_max)
        return verify_bad(c, ERR_FORMAT, "the fused activation leaves no values (%d to %d)",
                          (int)op->clamp_min, (int)op->clamp_max);
    return true;
}

/* Ops that move or select values need equal scales on both sides, as TFLite's kernels do. */
bool verify_same_quant(const struct check *c)
{
    const struct quant *a = &c->g->tensors[c->op->input[0]].quant,
                       *b = &c->g->tensors[c->op->output].quant;
    if (fabsf(a->scale[0] - b->scale[0]) > 1e-6F || a->zero[0] != b->zero[0])
        return verify_bad(
            c, ERR_UNSUPPORTED,
            "input (scale %g, zero %d) and output (scale %g, zero %d) must be quantised "
            "alike",
            (double)a->scale[0], (int)a->zero[0], (double)b->scale[0], (int)b->zero[0]);
    return true;
}

static bool same_shape(const struct tensor *a, const struct tensor *b)
{
    return a->rank == b->rank && memcmp(a->dim, b->dim, sizeof a->dim) == 0;
}

/* Input 2 repeats over input 1: its shape, without leading ones, ends input 1's. */
static bool repeats(const struct tensor *a, const struct tensor *b)
{
    int skip = 0;
    while (skip < b->rank && b->dim[skip] == 1)
        skip++;
    if (b->rank > a->rank) return false;
    for (int i = skip; i < b->rank; i++)
        if (b->dim[i] != a->dim[a->rank - b->rank + i]) return false;
    return true;
}

static bool check_two_operands(const struct check *c)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    if (!verify_operand(c, op->input[1])) return false;
    const struct tensor *a = &g->tensors[op->input[0]], *b = &g->tensors[op->input[1]],
                        *out = &g->tensors[op->output];
    char s1[SHAPE_TEXT], s2[SHAPE_TEXT], s3[SHAPE_TEXT];
    if (!repeats(a, b))
        return verify_bad(c, ERR_UNSUPPORTED,
                          "shapes %s and %s are not supported (have: the same, or the second "
                          "repeated along the first's leading axes)",
                          verify_shape(s1, a), verify_shape(s2, b));
    if (!same_shape(a, out))
        return verify_bad(c, ERR_FORMAT, "shapes %s and %s give %s", verify_shape(s1, a),
                          verify_shape(s2, b), verify_shape(s3, out));
    return verify_clamp(c);
}

static bool check_add(const struct check *c)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    if (!check_two_operands(c)) return false;
    const struct tensor *a = &g->tensors[op->input[0]], *b = &g->tensors[op->input[1]],
                        *out = &g->tensors[op->output];
    /* TFLite aborts when the output's scale is too small for the shift of 20 bits. */
    const float larger =
        a->quant.scale[0] > b->quant.scale[0] ? a->quant.scale[0] : b->quant.scale[0];
    const double real = 2.0 * (double)larger / ((1 << 20) * (double)out->quant.scale[0]);
    if (!isfinite(real) || quant_multiplier(real).shift > 0)
        return verify_bad(
            c, ERR_UNSUPPORTED, "scales %g and %g are too large for output scale %g",
            (double)a->quant.scale[0], (double)b->quant.scale[0], (double)out->quant.scale[0]);
    return true;
}

/* Is input scale (times another) / output scale a sane multiplier? */
static bool check_ratio(const struct check *c, double other)
{
    const struct op *op = c->op;
    const double real = (double)c->g->tensors[op->input[0]].quant.scale[0] * other /
                        (double)c->g->tensors[op->output].quant.scale[0];
    if (!isfinite(real) || quant_multiplier(real).shift > SHIFT_MAX)
        return verify_bad(c, ERR_UNSUPPORTED,
                          "input scale / output scale is %g (have: below %d)", real,
                          1 << SHIFT_MAX);
    return true;
}

static bool check_mul(const struct check *c)
{
    return check_two_operands(c) &&
           check_ratio(c, (double)c->g->tensors[c->op->input[1]].quant.scale[0]);
}

static bool check_function(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (!same_shape(in, out))
        return verify_bad(c, ERR_FORMAT, "input and output differ in shape");
    if (op->kind == OP_LOGISTIC) {
        if (out->quant.zero[0] != -128 || out->quant.scale[0] != 1.0F / 256.0F)
            return verify_bad_tensor(c, op->output, ERR_UNSUPPORTED,
                                     "scale %g, zero %d is not supported (have: 1/256, -128)",
                                     (double)out->quant.scale[0], (int)out->quant.zero[0]);
        const int shift = quant_multiplier((double)in->quant.scale[0] * (1 << 27)).shift;
        if (shift < 0 || shift > 30)
            return verify_bad(c, ERR_UNSUPPORTED, "input scale %g is not supported",
                              (double)in->quant.scale[0]);
        return true;
    }
    if (!check_ratio(c, 1.0)) return false;
    if (op->kind == OP_LEAKY_RELU) {
        if (!isfinite(op->alpha))
            return verify_bad(c, ERR_FORMAT, "alpha is %g", (double)op->alpha);
        return check_ratio(c, fabs((double)op->alpha));
    }
    if (op->kind == OP_HARD_SWISH) {
        const float ratio = (1.0F / 128.0F) * in->quant.scale[0] / out->quant.scale[0];
        /* TFLite refuses it too. */
        if (quant_multiplier((double)ratio).shift > 0)
            return verify_bad(c, ERR_UNSUPPORTED, "input scale / output scale is above 128");
        return true;
    }
    return verify_clamp(c);
}

static bool check_concatenation(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *out = &c->g->tensors[op->output];
    int64_t sum = 0;
    if (op->axis < 0 || op->axis >= out->rank)
        return verify_bad(c, ERR_FORMAT, "axis %d of a tensor of rank %d", (int)op->axis,
                          out->rank);
    for (int i = 0; i < op->input_count; i++) {
        if (!verify_activation(c, op->input[i], DT_INT8)) return false;
        const struct tensor *in = &c->g->tensors[op->input[i]];
        char s1[SHAPE_TEXT], s2[SHAPE_TEXT];
        for (int k = 0; k < RANK_MAX; k++)
            if (in->rank != out->rank || (k != op->axis && in->dim[k] != out->dim[k]))
                return verify_bad(c, ERR_FORMAT, "shape %s does not fit into %s along axis %d",
                                  verify_shape(s1, in), verify_shape(s2, out), (int)op->axis);
        if (in->quant.scale[0] != out->quant.scale[0] ||
            in->quant.zero[0] != out->quant.zero[0])
            return verify_bad_tensor(c, op->input[i], ERR_UNSUPPORTED,
                                     "must be quantised like the output");
        sum += in->dim[op->axis];
    }
    if (sum != out->dim[op->axis])
        return verify_bad(c, ERR_FORMAT, "%lld along axis %d become %d", (long long)sum,
                          (int)op->axis, (int)out->dim[op->axis]);
    return true;
}

static bool check_mean(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    /* Neighbouring axes only: add the lowest bit, and a run of ones becomes a power of two. */
    const uint32_t axes = op->axes, run = axes + (axes & (0U - axes));
    if (axes == 0 || axes >> in->rank || (run & (run - 1)))
        return verify_bad(c, ERR_UNSUPPORTED,
                          "axes 0x%x are not supported (have: neighbouring axes)",
                          (unsigned)axes);
    int64_t kept = 1, reduced = 1;
    for (int i = 0; i < in->rank; i++) {
        if (axes >> i & 1)
            reduced *= in->dim[i];
        else
            kept *= in->dim[i];
    }
    if (tensor_elements(out) != (size_t)kept)
        return verify_bad(c, ERR_FORMAT, "%zu outputs, the axes leave %lld",
                          tensor_elements(out), (long long)kept);
    if (reduced > MEAN_COUNT_MAX)
        return verify_bad(c, ERR_UNSUPPORTED, "a mean of %lld elements is not supported",
                          (long long)reduced);
    return check_ratio(c, 1.0);
}

static bool check_softmax(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (!same_shape(in, out))
        return verify_bad(c, ERR_FORMAT, "input and output differ in shape");
    if (in->rank < 1 || in->dim[in->rank - 1] > SOFTMAX_DEPTH_MAX)
        return verify_bad(c, ERR_UNSUPPORTED, "more than %d classes are not supported",
                          SOFTMAX_DEPTH_MAX);
    /* TFLite asserts both. */
    if (out->quant.scale[0] != 1.0F / 256.0F || out->quant.zero[0] != -128)
        return verify_bad_tensor(c, op->output, ERR_UNSUPPORTED,
                                 "scale %g, zero %d is not supported (have: 1/256, -128)",
                                 (double)out->quant.scale[0], (int)out->quant.zero[0]);
    int32_t diff_min = 0;
    if (!isfinite(op->beta) ||
        quant_softmax(op->beta, in->quant.scale[0], &diff_min).multiplier == 0)
        return verify_bad(c, ERR_UNSUPPORTED, "beta %g with input scale %g is not supported",
                          (double)op->beta, (double)in->quant.scale[0]);
    return true;
}

static bool check_quantize(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    const bool from_float = in->type == DT_FLOAT32;
    if (from_float && op->input[0] != c->g->input)
        return verify_bad_tensor(c, op->input[0], ERR_UNSUPPORTED,
                                 "float32 is supported at the network's input only");
    if (!verify_activation(c, op->input[0], from_float ? DT_FLOAT32 : DT_INT8)) return false;
    if (!verify_activation(c, op->output, DT_INT8)) return false;
    if (tensor_elements(in) != tensor_elements(out))
        return verify_bad(c, ERR_FORMAT, "%zu elements in, %zu out", tensor_elements(in),
                          tensor_elements(out));
    if (from_float) return true;
    return check_ratio(c, 1.0);
}

static bool check_dequantize(const struct check *c)
{
    const struct op *op = c->op;
    const struct tensor *in = &c->g->tensors[op->input[0]], *out = &c->g->tensors[op->output];
    if (op->output != c->g->output)
        return verify_bad_tensor(c, op->output, ERR_UNSUPPORTED,
                                 "float32 is supported at the network's output only");
    if (!verify_activation(c, op->input[0], DT_INT8)) return false;
    if (!verify_activation(c, op->output, DT_FLOAT32)) return false;
    if (tensor_elements(in) != tensor_elements(out))
        return verify_bad(c, ERR_FORMAT, "%zu elements in, %zu out", tensor_elements(in),
                          tensor_elements(out));
    return true;
}

static bool check_reshape(const struct check *c)
{
    const struct tensor *in = &c->g->tensors[c->op->input[0]],
                        *out = &c->g->tensors[c->op->output];
    if (in->bytes != out->bytes)
        return verify_bad(c, ERR_FORMAT, "%u bytes become %u", in->bytes, out->bytes);
    return true;
}

bool verify_kind(const struct check *c)
{
    const struct op *op = c->op;
    if (op->kind == OP_QUANTIZE) return check_quantize(c);
    if (op->kind == OP_DEQUANTIZE) return check_dequantize(c);
    if (!verify_activation(c, op->input[0], DT_INT8) ||
        !verify_activation(c, op->output, DT_INT8))
        return false;
    switch (op->kind) {
    case OP_ADD:
        return check_add(c);
    case OP_MUL:
        return check_mul(c);
    case OP_HARD_SWISH:
    case OP_LEAKY_RELU:
    case OP_LOGISTIC:
    case OP_RELU:
    case OP_RELU6:
        return check_function(c);
    case OP_CONCATENATION:
        return check_concatenation(c);
    case OP_RESIZE_NEAREST_NEIGHBOR:
        return verify_resize(c);
    case OP_AVERAGE_POOL_2D:
    case OP_MAX_POOL_2D:
        return verify_pool(c);
    case OP_CONV_2D:
    case OP_DEPTHWISE_CONV_2D:
        return verify_convolution(c);
    case OP_FULLY_CONNECTED:
        return verify_fully_connected(c);
    case OP_MEAN:
        return check_mean(c);
    case OP_PAD:
        return verify_pad(c);
    case OP_RESHAPE:
        return check_reshape(c);
    case OP_SOFTMAX:
        return check_softmax(c);
    case OP_QUANTIZE:
    case OP_DEQUANTIZE:
        break;
    }
    return false;
}
