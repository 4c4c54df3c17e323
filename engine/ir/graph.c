/* SPDX-License-Identifier: GPL-2.0-or-later
 * What can be asked of a graph without changing it. */
#include "engine/ir/graph.h"

#include <stdlib.h>

const char *op_kind_name(enum op_kind kind)
{
    static const char *const names[] = {
#define OP(name, tflite_code, text) #name,
#include "engine/ir/ops.def"
#undef OP
    };
    return names[kind];
}

bool op_is_elementwise(enum op_kind kind)
{
    return kind == OP_ADD || kind == OP_MUL || kind == OP_RELU || kind == OP_RELU6 ||
           kind == OP_LEAKY_RELU || kind == OP_LOGISTIC || kind == OP_HARD_SWISH;
}

const char *dtype_name(enum dtype type)
{
    switch (type) {
    case DT_INT8:
        return "int8";
    case DT_UINT8:
        return "uint8";
    case DT_INT16:
        return "int16";
    case DT_INT32:
        return "int32";
    case DT_INT64:
        return "int64";
    case DT_FLOAT32:
        return "float32";
    }
    return "?";
}

unsigned dtype_bytes(enum dtype type)
{
    switch (type) {
    case DT_INT8:
    case DT_UINT8:
        return 1;
    case DT_INT16:
        return 2;
    case DT_INT32:
    case DT_FLOAT32:
        return 4;
    case DT_INT64:
        return 8;
    }
    return 1;
}

size_t tensor_elements(const struct tensor *t)
{
    return t->bytes / dtype_bytes(t->type);
}

int tensor_writer(const struct graph *g, int tensor)
{
    for (int i = 0; i < g->op_count; i++)
        if (g->ops[i].output == tensor) return i;
    return NO_TENSOR;
}

int tensor_last_reader(const struct graph *g, int tensor)
{
    if (tensor == g->output) return g->op_count;
    for (int i = g->op_count - 1; i >= 0; i--)
        for (int k = 0; k < g->ops[i].input_count; k++)
            if (g->ops[i].input[k] == tensor) return i;
    return NO_TENSOR;
}

/* The tensor whose bytes `tensor` shares through RESHAPEs. */
static int contents_of(const struct graph *g, int tensor)
{
    for (;;) {
        const int writer = tensor_writer(g, tensor);
        if (writer < 0 || g->ops[writer].kind != OP_RESHAPE) return tensor;
        tensor = g->ops[writer].input[0];
    }
}

bool graph_input_dies(const struct graph *g, int position)
{
    const int contents = contents_of(g, g->ops[position].input[0]);
    if (g->tensors[contents].data || g->output == contents) return false;
    bool dies = true;
    bool *same = xcalloc((size_t)g->tensor_count, sizeof *same); /* has these contents */
    same[contents] = true;
    for (int i = 0; i < g->op_count && dies; i++) {
        const struct op *op = &g->ops[i];
        if (op->kind == OP_RESHAPE && same[op->input[0]]) {
            same[op->output] = true;
            if (op->output == g->output) dies = false;
        }
        for (int k = 0; k < op->input_count && i >= position; k++) {
            if (op->input[k] == NO_TENSOR || !same[op->input[k]]) continue;
            /* As both operands of an element-wise op the contents are read in step. */
            if (i > position || (k > 0 && op->kind != OP_ADD && op->kind != OP_MUL))
                dies = false;
        }
    }
    free(same);
    return dies;
}

uint64_t op_macs(const struct graph *g, const struct op *op)
{
    const struct tensor *out = &g->tensors[op->output];
    const uint64_t elements = tensor_elements(out);
    const uint64_t window = (uint64_t)op->kernel_h * (uint64_t)op->kernel_w;
    switch (op->kind) {
    case OP_CONV_2D:
        return elements * window * (uint64_t)g->tensors[op->input[0]].dim[3];
    case OP_DEPTHWISE_CONV_2D:
        return elements * window;
    case OP_FULLY_CONNECTED:
        return elements * (uint64_t)g->tensors[op->input[1]].dim[1];
    case OP_ADD:
    case OP_AVERAGE_POOL_2D:
    case OP_CONCATENATION:
    case OP_DEQUANTIZE:
    case OP_HARD_SWISH:
    case OP_LEAKY_RELU:
    case OP_LOGISTIC:
    case OP_MAX_POOL_2D:
    case OP_MEAN:
    case OP_MUL:
    case OP_PAD:
    case OP_QUANTIZE:
    case OP_RELU:
    case OP_RELU6:
    case OP_RESHAPE:
    case OP_RESIZE_NEAREST_NEIGHBOR:
    case OP_SOFTMAX:
        return 0;
    }
    return 0;
}

uint64_t graph_macs(const struct graph *g)
{
    uint64_t sum = 0;
    for (int i = 0; i < g->op_count; i++)
        sum += op_macs(g, &g->ops[i]);
    return sum;
}

uint64_t op_weight_bytes(const struct graph *g, const struct op *op)
{
    uint64_t sum = 0;
    for (int i = 0; i < op->input_count; i++)
        if (op->input[i] != NO_TENSOR && g->tensors[op->input[i]].data)
            sum += g->tensors[op->input[i]].bytes;
    return sum;
}

uint64_t op_params(const struct graph *g, const struct op *op)
{
    uint64_t sum = 0;
    for (int i = 0; i < op->input_count; i++)
        if (op->input[i] != NO_TENSOR && g->tensors[op->input[i]].data)
            sum += tensor_elements(&g->tensors[op->input[i]]);
    return sum;
}
