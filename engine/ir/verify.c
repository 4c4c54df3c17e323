/* SPDX-License-Identifier: GPL-2.0-or-later
 * The rules a graph keeps between any two stages. Kernels, planner and emitter check nothing
 * themselves: what they rely on is here. A rule about what TFLite itself refuses or leaves
 * undefined says so.
 *
 * FORMAT: the graph contradicts itself. UNSUPPORTED: it is sound, and not for us. */
#include "engine/ir/verify.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool verify_bad(const struct check *c, enum err_code code, const char *fmt, ...)
{
    char line[384];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    problem_add(c->p, code, "op %d %s: %s", c->op->index, op_kind_name(c->op->kind), line);
    return false;
}

bool verify_bad_tensor(const struct check *c, int tensor, enum err_code code, const char *fmt,
                       ...)
{
    char line[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    const char *name = c->g->tensors[tensor].name;
    return verify_bad(c, code, "tensor %d \"%.100s\": %s", tensor, name ? name : "", line);
}

const char *verify_shape(char out[SHAPE_TEXT], const struct tensor *t)
{
    int n = 0;
    out[0] = 0;
    for (int i = 0; i < t->rank && i < RANK_MAX; i++)
        n += snprintf(out + n, (size_t)(SHAPE_TEXT - n), "%s%d", i ? "x" : "", (int)t->dim[i]);
    return out;
}

static bool check_tensor(const struct check *c, int tensor)
{
    const struct tensor *t = &c->g->tensors[tensor];
    if (t->rank < 0 || t->rank > RANK_MAX)
        return verify_bad_tensor(c, tensor, ERR_UNSUPPORTED,
                                 "rank %d is not supported (have: 0 to %d)", t->rank, RANK_MAX);
    uint64_t bytes = dtype_bytes(t->type);
    for (int i = 0; i < RANK_MAX; i++) {
        if (t->dim[i] < 1 || (i >= t->rank && t->dim[i] != 1))
            return verify_bad_tensor(c, tensor, ERR_FORMAT, "dimension %d is %d", i,
                                     (int)t->dim[i]);
        bytes *= (uint64_t)t->dim[i];
        if (bytes > GRAPH_TENSOR_BYTES_MAX)
            return verify_bad_tensor(c, tensor, ERR_UNSUPPORTED, "larger than %d bytes",
                                     GRAPH_TENSOR_BYTES_MAX);
    }
    if (bytes != t->bytes)
        return verify_bad_tensor(c, tensor, ERR_FORMAT, "%u bytes, but its shape needs %u",
                                 t->bytes, (unsigned)bytes);
    const struct quant *q = &t->quant;
    if (q->count < 0 || (q->count > 0 && (!q->scale || !q->zero)))
        return verify_bad_tensor(c, tensor, ERR_FORMAT, "broken quantisation");
    if (q->count > 1 && (q->axis < 0 || q->axis >= t->rank || q->count != t->dim[q->axis]))
        return verify_bad_tensor(c, tensor, ERR_FORMAT,
                                 "%d scales along axis %d, shape is different", q->count,
                                 q->axis);
    for (int i = 0; i < q->count; i++) {
        if (!isfinite(q->scale[i]))
            return verify_bad_tensor(c, tensor, ERR_FORMAT, "scale %d is %g", i,
                                     (double)q->scale[i]);
        if (t->type == DT_INT8 && (q->zero[i] < INT8_MIN || q->zero[i] > INT8_MAX))
            return verify_bad_tensor(c, tensor, ERR_FORMAT,
                                     "zero point %d is %d, int8 is wanted", i, (int)q->zero[i]);
    }
    return true;
}

static bool typed(const struct check *c, int tensor, enum dtype type, bool constant)
{
    if (tensor == NO_TENSOR) return verify_bad(c, ERR_FORMAT, "an operand is missing");
    const struct tensor *t = &c->g->tensors[tensor];
    if (t->type != type)
        return verify_bad_tensor(c, tensor, ERR_UNSUPPORTED,
                                 "type %s is not supported (have: %s)", dtype_name(t->type),
                                 dtype_name(type));
    if (t->data && !constant)
        return verify_bad_tensor(c, tensor, ERR_UNSUPPORTED,
                                 "a constant is not supported here (have: activations)");
    if (type == DT_INT8 && t->quant.count == 0)
        return verify_bad_tensor(c, tensor, ERR_UNSUPPORTED, "int8 without quantisation");
    if (type == DT_INT8 && t->quant.count != 1)
        return verify_bad_tensor(c, tensor, ERR_UNSUPPORTED,
                                 "per-channel quantisation of an activation is not supported");
    if (type == DT_INT8 && t->quant.scale[0] <= 0)
        return verify_bad_tensor(c, tensor, ERR_FORMAT, "its scale is %g",
                                 (double)t->quant.scale[0]);
    return true;
}

bool verify_activation(const struct check *c, int tensor, enum dtype type)
{
    return typed(c, tensor, type, false);
}

bool verify_operand(const struct check *c, int tensor)
{
    return typed(c, tensor, DT_INT8, true);
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
        return verify_bad(c, ERR_FORMAT, "name is not an identifier that ends in %s", tail);
    return true;
}

static bool check_operands(const struct check *c)
{
    const struct op *op = c->op;
    const struct graph *g = c->g;
    int least = 1, most = 1;
    if (op->kind == OP_ADD || op->kind == OP_MUL) least = most = 2;
    if (op->kind == OP_CONCATENATION) most = OP_INPUTS_MAX;
    if (op->kind == OP_CONV_2D || op->kind == OP_DEPTHWISE_CONV_2D ||
        op->kind == OP_FULLY_CONNECTED) {
        least = 2;
        most = 3;
    }
    if (op->input_count < least || op->input_count > most)
        return verify_bad(c, ERR_FORMAT, "%d inputs", op->input_count);
    for (int i = 0; i < op->input_count; i++)
        if (op->input[i] < NO_TENSOR || op->input[i] >= g->tensor_count)
            return verify_bad(c, ERR_FORMAT, "input %d is tensor %d of %d", i, op->input[i],
                              g->tensor_count);
    if (op->input[0] == NO_TENSOR) return verify_bad(c, ERR_FORMAT, "its input is missing");
    if (op->output < 0 || op->output >= g->tensor_count)
        return verify_bad(c, ERR_FORMAT, "its output is tensor %d of %d", op->output,
                          g->tensor_count);
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
                      op_is_elementwise(op->kind) ||
                      (op->kind == OP_QUANTIZE && in->type == DT_INT8);
    if (!able) return verify_bad(c, ERR_FORMAT, "cannot work in place");
    if (out->bytes > in->bytes)
        return verify_bad(c, ERR_FORMAT, "in place, %u bytes do not fit into %u", out->bytes,
                          in->bytes);
    return true;
}

void op_verify(const struct graph *g, const struct op *op, struct problems *p)
{
    const struct check c = {g, op, p};
    if (!check_operands(&c) || !check_name(&c) || !verify_kind(&c)) return;
    if (op->scratch_bytes > GRAPH_TENSOR_BYTES_MAX || op->scratch_bytes % 8)
        verify_bad(&c, ERR_FORMAT, "scratch of %u bytes", op->scratch_bytes);
    if (op->in_place) check_in_place(&c);
}
