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

#endif
