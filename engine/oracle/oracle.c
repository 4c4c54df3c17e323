/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/oracle/oracle.h"

#include "engine/kernels/params.h"
#include "tools/base/hash.h"

#include <string.h>

void oracle_run_op(const struct graph *g, const struct op *op, struct arena *a,
                   const void *const *data, void *out)
{
    const void *in = data[op->input[0]];
    const void *second = op->input_count > 1 ? data[op->input[1]] : NULL;
    const void *bias =
        op->input_count > 2 && op->input[2] != NO_TENSOR ? data[op->input[2]] : NULL;
    switch (op->kind) {
    case OP_ADD: {
        struct ref_add p;
        params_add(g, op, &p);
        ref_add(&p, in, second, out);
        break;
    }
    case OP_AVERAGE_POOL_2D:
    case OP_MAX_POOL_2D: {
        struct ref_pool p;
        params_pool(g, op, &p);
        if (op->kind == OP_MAX_POOL_2D)
            ref_max_pool_2d(&p, in, out);
        else
            ref_average_pool_2d(&p, in, out);
        break;
    }
    case OP_CONV_2D:
    case OP_DEPTHWISE_CONV_2D: {
        struct ref_conv p;
        params_conv(g, op, a, &p);
        if (op->kind == OP_CONV_2D)
            ref_conv_2d(&p, in, second, bias, out);
        else
            ref_depthwise_conv_2d(&p, in, second, bias, out);
        break;
    }
    case OP_FULLY_CONNECTED: {
        struct ref_fully_connected p;
        params_fully_connected(g, op, a, &p);
        ref_fully_connected(&p, in, second, bias, out);
        break;
    }
    case OP_MUL: {
        struct ref_mul p;
        params_mul(g, op, &p);
        ref_mul(&p, in, second, out);
        break;
    }
    case OP_CONCATENATION:
        for (int i = 0; i < op->input_count; i++) {
            struct ref_concatenation p;
            params_concatenation(g, op, i, &p);
            ref_concatenation(&p, data[op->input[i]], out);
        }
        break;
    case OP_HARD_SWISH:
    case OP_LEAKY_RELU:
    case OP_LOGISTIC:
    case OP_RELU:
    case OP_RELU6: {
        int8_t table[256];
        params_table(g, op, table);
        ref_lookup((int32_t)g->tensors[op->output].bytes, table, in, out);
        break;
    }
    case OP_RESIZE_NEAREST_NEIGHBOR: {
        struct ref_resize p;
        params_resize(g, op, a, &p);
        ref_resize_nearest(&p, in, out);
        break;
    }
    case OP_MEAN: {
        struct ref_mean p;
        params_mean(g, op, &p);
        ref_mean(&p, in, out);
        break;
    }
    case OP_PAD: {
        struct ref_pad p;
        params_pad(g, op, &p);
        ref_pad(&p, in, out);
        break;
    }
    case OP_RESHAPE:
        ref_copy((int32_t)g->tensors[op->output].bytes, in, out);
        break;
    case OP_SOFTMAX: {
        struct ref_softmax p;
        params_softmax(g, op, &p);
        ref_softmax(&p, in, out);
        break;
    }
    case OP_DEQUANTIZE: {
        struct ref_affine p;
        params_dequantize(g, op, &p);
        ref_dequantize(&p, in, out);
        break;
    }
    case OP_QUANTIZE:
        if (g->tensors[op->input[0]].type == DT_FLOAT32) {
            struct ref_affine p;
            params_quantize(g, op, &p);
            ref_quantize(&p, in, out);
        } else {
            struct ref_requantize p;
            params_requantize(g, op, &p);
            ref_requantize(&p, in, out);
        }
        break;
    }
}

bool oracle_run(const struct graph *g, const void *input, struct arena *a,
                struct oracle_result *out, struct err *e)
{
    if (!graph_verify(g, e)) return false;
    const void **data = arena_array(a, (size_t)g->tensor_count, sizeof *data);
    for (int i = 0; i < g->tensor_count; i++)
        data[i] = g->tensors[i].data;
    void *copy = arena_alloc(a, g->tensors[g->input].bytes);
    memcpy(copy, input, g->tensors[g->input].bytes);
    data[g->input] = copy;

    *out = (struct oracle_result){.ops = arena_array(a, (size_t)g->op_count, sizeof *out->ops)};
    for (int i = 0; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        const uint32_t bytes = g->tensors[op->output].bytes;
        void *to = arena_alloc(a, bytes);
        oracle_run_op(g, op, a, data, to);
        data[op->output] = to;
        out->ops[i] = (struct oracle_op){to, hash_crc32(to, bytes)};
    }
    out->output = data[g->output];
    out->output_bytes = g->tensors[g->output].bytes;
    out->output_crc32 = hash_crc32(out->output, out->output_bytes);
    return true;
}
