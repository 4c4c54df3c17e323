/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Golden: what TensorFlow Lite Micro computed for a model, to compare with.
 *
 *     DIR/golden.json + in_*.bin, out_*.bin ─► golden_load ─► golden_compare(graph, result)
 *
 * The file lists CRC-32s of every op's output, by tensor number, for several inputs; the bytes
 * of inputs and outputs lie beside it. Absorbed ops have no output of their own any more: the
 * comparison goes by tensor number and says how many of the file's tensors it met.
 */
#ifndef ORACLE_GOLDEN_H
#define ORACLE_GOLDEN_H

#include "engine/oracle/oracle.h"

struct golden_tensor {
    int op, tensor;
    const char *op_name; /* "CONV_2D" */
    uint32_t bytes, crc32;
};

struct golden_case {
    const char *input; /* "lcg" */
    void *input_bytes, *output_bytes;
    uint32_t input_len, output_len;
    struct golden_tensor *tensors;
    int tensor_count;
};

struct golden {
    const char *model; /* file name of the .tflite */
    uint32_t model_crc32;
    struct golden_case *cases;
    int case_count;
};

bool golden_load(const char *dir, struct arena *a, struct golden *out, struct err *e);

struct golden_match {
    int compared; /* tensors that graph and file both have */
    int differing;
    int first_op;              /* position in graph.ops of the first that differs, or -1 */
    uint32_t expected, actual; /* its CRCs */
    long first_element;        /* of the network's output, when that differs; else -1 */
    int element_expected, element_actual;
};

/* Compares each op's output and the network's; false only when the two do not belong together
 * (sizes differ): a difference in values is a result, not an error. */
bool golden_compare(const struct graph *g, const struct golden_case *c,
                    const struct oracle_result *r, struct golden_match *out, struct err *e);

#endif
