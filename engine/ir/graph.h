/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Graph: a network as ops and tensors; what flows from the reader through the passes to the
 * planner and the emitter.
 *
 *     tflite/read.c ─► struct graph ─► pass/ ─► plan/ ─► emit/
 *                        │   ▲
 *                graph.txt (ir/text.c, written and read back)
 *
 * Ops stand in execution order. All memory hangs from graph.arena; constants point into it.
 * Layouts are TFLite's: activations NHWC, conv weights OHWI, depthwise weights 1HWC.
 */
#ifndef ENGINE_IR_GRAPH_H
#define ENGINE_IR_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/arena.h"
#include "tools/base/buf.h"
#include "tools/base/err.h"

enum dtype { DT_INT8, DT_UINT8, DT_INT16, DT_INT32, DT_INT64, DT_FLOAT32 };

enum op_kind {
#define OP(name, tflite_code, text) OP_##name,
#include "engine/ir/ops.def"
#undef OP
};

enum { RANK_MAX = 4, OP_INPUTS_MAX = 4, NO_TENSOR = -1 };

/* real = scale * (q - zero). Per-channel along `axis` when count > 1. count 0: not quantised. */
struct quant {
    int count;
    const float *scale;
    const int32_t *zero;
    int axis;
};

struct tensor {
    const char *name; /* as in the .tflite; unique after reading */
    enum dtype type;
    int rank;
    int32_t dim[RANK_MAX]; /* first `rank` entries; 1 after them */
    uint32_t bytes;
    struct quant quant;
    const void *data; /* constant contents, little endian; NULL for an activation */
};

/* Every op's parameters, flat: those an op does not have are 0. */
struct op {
    enum op_kind kind;
    int index;        /* the op's index in the .tflite: kept through all passes */
    const char *name; /* "conv_2d_3": unique, a C identifier */
    int input[OP_INPUTS_MAX]; /* tensor numbers, NO_TENSOR when absent */
    int input_count;          /* conv, depthwise, fully connected: data, weights, bias */
    int output;

    int32_t stride_h, stride_w, dilation_h, dilation_w;
    int32_t kernel_h, kernel_w; /* conv and pool window */
    int32_t pad_top, pad_bottom, pad_left, pad_right; /* explicit: SAME is resolved on reading */
    int32_t depth_multiplier;
    int32_t clamp_min, clamp_max; /* the fused activation in the output's quantised domain */
    float beta;                   /* softmax */
    bool keep_dims;               /* mean */
    uint32_t axes;                /* mean: bit i = axis i is reduced */

    /* Set by passes, read by planner and emitter. */
    const char *kernel;     /* kernel variant (engine/kernels/kernels.def); NULL: the reference */
    bool in_place;          /* output shares input 0's buffer */
    uint32_t scratch_bytes; /* working memory that the kernel wants, 8-byte aligned */
};

struct graph {
    const char *name; /* the model's name: the file's stem */
    struct tensor *tensors;
    int tensor_count;
    struct op *ops;
    int op_count;
    int input, output; /* tensor numbers: networks with one input and one output */
    char model_sha256[65];
    uint32_t model_bytes; /* size of the .tflite */
    struct arena *arena;  /* the job's: not owned */
};

/* Multiply-accumulates of one op, and of all. */
uint64_t op_macs(const struct graph *g, const struct op *op);
uint64_t graph_macs(const struct graph *g);

/* Structural rules that hold between any two passes: tensor numbers in range, each activation
 * written once before it is read, shapes consistent with the ops' parameters, quantisation
 * present where int8 is. Does not trust whoever made the graph. */
bool graph_verify(const struct graph *g, struct err *e);

/* Text form: one op a line, readable back. */
void graph_write(const struct graph *g, struct buf *out);

const char *op_kind_name(enum op_kind kind); /* "CONV_2D" */
const char *dtype_name(enum dtype type);     /* "int8" */
unsigned dtype_bytes(enum dtype type);

#endif
