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

/* What graphs are limited to; larger is refused. */
enum {
    GRAPH_TENSOR_BYTES_MAX = 64 << 20,
    GRAPH_ACTIVATIONS_MAX = 1 << 30, /* bytes of all activations together */
    GRAPH_TENSORS_MAX = 1 << 16,
    GRAPH_OPS_MAX = 1 << 11,
};

/* real = scale * (q - zero). Per-channel along `axis` when count > 1. count 0: not quantised.
 */
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
    int index;                /* the op's index in the .tflite: kept through all passes */
    const char *name;         /* "conv_2d_3": unique, a C identifier */
    int input[OP_INPUTS_MAX]; /* tensor numbers, NO_TENSOR when absent */
    int input_count;          /* conv, depthwise, fully connected: data, weights, bias */
    int output;

    int32_t stride_h, stride_w, dilation_h, dilation_w;
    int32_t kernel_h, kernel_w; /* conv and pool window */
    int32_t pad_top, pad_bottom, pad_left,
        pad_right; /* explicit: SAME is resolved on reading */
    int32_t depth_multiplier;
    int32_t clamp_min, clamp_max; /* the fused activation in the output's quantised domain */
    float beta;                   /* softmax */
    float alpha;                  /* leaky relu: the slope below zero */
    int32_t axis;                 /* concatenation */
    bool align_corners, half_pixel_centers; /* resize */
    bool keep_dims;                         /* mean */
    uint32_t axes;                          /* mean: bit i = axis i is reduced */

    /* Set by passes, read by planner and emitter. */
    const char *kernel; /* kernel variant (engine/kernels/kernels.def); NULL: the reference */
    bool in_place;      /* output shares input 0's buffer */
    uint32_t scratch_bytes; /* working memory that the kernel wants, 8-byte aligned */
    const int *absorbed;    /* .tflite indices of the ops that were folded into this one */
    int absorbed_count;
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

/* Multiply-accumulates of one op, and of all: for convolutions the full window also at the
 * borders, as published figures count; bytes of its weights and bias, and how many numbers. */
uint64_t op_macs(const struct graph *g, const struct op *op);
uint64_t graph_macs(const struct graph *g);
uint64_t op_weight_bytes(const struct graph *g, const struct op *op);
uint64_t op_params(const struct graph *g, const struct op *op);

size_t tensor_elements(const struct tensor *t);
/* Which op writes an activation (NO_TENSOR for the network's input), and the last op that reads
 * it (op_count for the network's output, NO_TENSOR when none does): positions in graph.ops. */
int tensor_writer(const struct graph *g, int tensor);
int tensor_last_reader(const struct graph *g, int tensor);
/* May ops[position] write over its input 0: does nobody read those contents later, neither
 * under this tensor's name nor, through RESHAPE, under another's? */
bool graph_input_dies(const struct graph *g, int position);

/* Rules that hold between any two passes: tensor numbers in range, each activation written once
 * before it is read, shapes consistent with the ops' parameters, quantisation present where
 * int8 is, and nothing that would make a kernel read outside a tensor, divide by zero or
 * overflow. Does not trust whoever made the graph. Reports all problems at once. */
bool graph_verify(const struct graph *g, struct err *e);

/* The same in parts, collecting (engine/ir/problems.h): an op alone, and the order of all. */
struct problems;
void op_verify(const struct graph *g, const struct op *op, struct problems *p);
void graph_verify_flow(const struct graph *g, struct problems *p);

/* Text form: one op a line, readable back. */
void graph_write(const struct graph *g, struct buf *out);
/* Reads the text form. Constants' contents are not in it: they come from `weights` (same tensor
 * numbers, CRCs compared), or are all zero when that is NULL. `name` names the text in errors.
 */
bool graph_parse(const char *text, const char *name, const struct graph *weights,
                 struct arena *a, struct graph *g, struct err *e);

const char *op_kind_name(enum op_kind kind); /* "CONV_2D" */
/* Does it read each element of input 0 before it writes that of the output, and no later? */
bool op_is_elementwise(enum op_kind kind);
const char *dtype_name(enum dtype type); /* "int8" */
unsigned dtype_bytes(enum dtype type);

#endif
