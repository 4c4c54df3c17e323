/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Make tflite: small .tflite files for tests, right ones and wrong ones: whatever the structs
 * say is written, sense or not. Codes and numbers are the schema's.
 */
#ifndef TESTS_MAKE_TFLITE_H
#define TESTS_MAKE_TFLITE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/fbwrite.h"
#include "tools/base/buf.h"

enum { MT_FLOAT32 = 0, MT_INT32 = 2, MT_UINT8 = 3, MT_INT16 = 7, MT_INT8 = 9 };

struct mt_tensor {
    const char *name;
    int type, rank;
    int32_t dim[6];
    const float *scale; /* scale_count of them; 0: not quantised */
    const int32_t *zero;
    int scale_count, zero_count, axis;
    const void *data; /* data_bytes of them; NULL: an activation */
    uint32_t data_bytes;
    bool variable, sparse, dynamic_width;
};

struct mt_op {
    int code;
    const char *custom;
    int32_t input[6], output[3];
    int input_count, output_count;
    int options_type;
    struct fbw_field fields[8]; /* of the options table */
    int field_count;
};

struct mt_model {
    uint32_t version;
    int subgraphs;
    struct mt_tensor tensors[24];
    int tensor_count;
    struct mt_op ops[12];
    int op_count;
    int32_t inputs[3], outputs[3];
    int input_count, output_count;
};

void make_tflite(const struct mt_model *m, struct buf *out);

/* A sound network: 1x4x4x2 → CONV_2D 3x3 SAME RELU → DEPTHWISE 3x3 stride 2 → AVERAGE_POOL 2x2
 * → RESHAPE → FULLY_CONNECTED → SOFTMAX → 1x3. The enums number its tensors and ops. */
enum { T_IN, T_W1, T_B1, T_CONV, T_W2, T_B2, T_DW, T_POOL, T_FLAT, T_W3, T_FC, T_OUT };
enum { O_CONV, O_DW, O_POOL, O_RESHAPE, O_FC, O_SOFTMAX };
void make_sound(struct mt_model *m);

/* Another, of the ops that the first has not: 1x4x4x2 → RELU → HARD_SWISH, squeezed and excited
 * (MEAN → LOGISTIC → MUL) → RELU6; beside it LEAKY_RELU; CONCATENATION of both and the input →
 * RESIZE_NEAREST_NEIGHBOR to 8x8 → ADD of a constant a channel → MUL by a constant → MAX_POOL.
 */
enum {
    F_IN,
    F_AXES,
    F_RELU,
    F_SWISH,
    F_MEAN,
    F_GATE,
    F_GATED,
    F_RELU6,
    F_LEAKY,
    F_CONCAT,
    F_SIZES,
    F_BIG,
    F_ADDEND,
    F_SUM,
    F_FACTOR,
    F_PRODUCT,
    F_POOL
};
enum {
    P_RELU,
    P_SWISH,
    P_MEAN,
    P_LOGISTIC,
    P_MUL,
    P_RELU6,
    P_LEAKY,
    P_CONCAT,
    P_RESIZE,
    P_ADD,
    P_SCALE,
    P_POOL
};
void make_functions(struct mt_model *m);

/* float32 1x8 → QUANTIZE → QUANTIZE to another scale → DEQUANTIZE → float32. */
void make_borders(struct mt_model *m);

#endif
