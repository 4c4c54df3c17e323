/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Oracle: runs a graph on the host with the reference kernels, tensor by tensor: what every
 * other way of executing it must give, byte by byte.
 *
 *     struct graph + input bytes ─► oracle_run ─► each tensor's bytes and CRC-32
 *
 * Every tensor keeps its own memory, whatever passes and plan say about sharing: contents of
 * each op's output can be looked at afterwards. All of it lives in the arena.
 */
#ifndef ORACLE_ORACLE_H
#define ORACLE_ORACLE_H

#include "engine/ir/graph.h"

struct oracle_op {
    const void *data; /* the output: tensors[op.output].bytes */
    uint32_t crc32;   /* zlib's, of those bytes */
};

struct oracle_result {
    struct oracle_op *ops; /* one per graph.ops */
    const void *output;    /* the network's */
    uint32_t output_bytes, output_crc32;
};

/* `input`: tensors[g->input].bytes in the input tensor's type. */
bool oracle_run(const struct graph *g, const void *input, struct arena *a,
                struct oracle_result *out, struct err *e);

/* One op alone: data[tensor] are the tensors' bytes (constants too), `out` takes its output. */
void oracle_run_op(const struct graph *g, const struct op *op, struct arena *a,
                   const void *const *data, void *out);

/* Inputs that need no file: "zeros" (each element at the zero point; float 0), "ramp"
 * (7 i mod 256, less 128), "lcg" (s = 1664525 s + 1013904223 mod 2^32 from 12345, (s >> 24)
 * less 128), "max127". Float inputs get the same integers times 1/128. */
extern const char *const oracle_input_names[]; /* ends with NULL */
bool oracle_input(const struct graph *g, const char *name, struct arena *a, void **out,
                  struct err *e);

#endif
