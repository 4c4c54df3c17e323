/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reader: what the reader's files share. Not for others: read.h is the way in.
 *
 *     read.c (model, operators) ─► tensors.c (tensors, buffers)
 *                               └► options.c (each op's parameters)
 *
 * Slots are the fields' positions in tensorflow/lite/schema/schema.fbs.
 */
#ifndef TFLITE_READER_H
#define TFLITE_READER_H

#include "engine/ir/graph.h"
#include "engine/ir/problems.h"
#include "engine/tflite/flatbuf.h"

enum model_slot {
    MODEL_VERSION,
    MODEL_CODES,
    MODEL_SUBGRAPHS,
    MODEL_DESCRIPTION,
    MODEL_BUFFERS
};
enum code_slot { CODE_DEPRECATED, CODE_CUSTOM, CODE_VERSION, CODE_BUILTIN };
enum subgraph_slot { SUBGRAPH_TENSORS, SUBGRAPH_INPUTS, SUBGRAPH_OUTPUTS, SUBGRAPH_OPS };
enum buffer_slot { BUFFER_DATA, BUFFER_OFFSET, BUFFER_SIZE };
enum tensor_slot {
    TENSOR_SHAPE,
    TENSOR_TYPE,
    TENSOR_BUFFER,
    TENSOR_NAME,
    TENSOR_QUANT,
    TENSOR_VARIABLE,
    TENSOR_SPARSITY,
    TENSOR_SIGNATURE
};
enum quant_slot {
    QUANT_MIN,
    QUANT_MAX,
    QUANT_SCALE,
    QUANT_ZERO,
    QUANT_DETAILS_TYPE,
    QUANT_DETAILS,
    QUANT_AXIS
};
enum operator_slot {
    OPERATOR_CODE,
    OPERATOR_INPUTS,
    OPERATOR_OUTPUTS,
    OPERATOR_OPTIONS_TYPE,
    OPERATOR_OPTIONS
};
enum { MODEL_FILE_VERSION = 3 };

struct reader {
    struct fb fb;
    struct fb_vec codes, tensors, buffers, ops;
    const void **contents; /* buffer → its copy, made on first use */
    struct graph *g;
    struct problems problems;
    /* What is copied from vectors and strings that hostile files could let overlap. */
    size_t copied;
    /* tensor → why it cannot be used, or NULL; told once an op uses it. */
    const char **trouble;
    bool *malformed; /* trouble is an ERR_FORMAT */
};

/* Fills g->tensors; false when the file is broken (r->fb.bad) or too large. */
bool reader_tensors(struct reader *r);

/* Fills op's kind-specific fields from its options and constant operands; adds problems and
 * returns false when it cannot. op->kind, index and name are set, `inputs` are the file's. */
bool reader_options(struct reader *r, struct op *op, struct fb_vec inputs, int options_type,
                    struct fb_table options);

/* "op 3 PAD: …" */
bool reader_problem(struct reader *r, const struct op *op, enum err_code code, const char *fmt,
                    ...) __attribute__((format(printf, 4, 5)));

#endif
