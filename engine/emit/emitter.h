/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Emitter: what the writers of one op's code share: the two texts that grow, and how constants
 * and addresses are written.
 *
 *     emit.c ─► per op: kernel's emit() or emit_reference() ─► code (model.c), consts
 * (weights.c)
 */
#ifndef EMIT_EMITTER_H
#define EMIT_EMITTER_H

#include "engine/emit/emit.h"
#include "tools/base/buf.h"

struct emitter {
    const struct emit_job *job;
    const struct graph *g;
    const struct plan *plan;
    struct arena *arena;
    struct buf code;   /* model.c: the layers */
    struct buf consts; /* weights.c */
    struct buf decls;  /* weights.h: what model.c sees of it */
    uint64_t const_bytes;
    int layer;          /* position in graph.ops of the op at hand */
    const char **files; /* kernel files to copy, each once */
    size_t file_count;
};

/* Writes the array "layer_NNN_<what>" and returns its name. */
const char *emit_int8s(struct emitter *m, const char *what, const int8_t *v, size_t n);
const char *emit_uint8s(struct emitter *m, const char *what, const uint8_t *v, size_t n);
const char *emit_int32s(struct emitter *m, const char *what, const int32_t *v, size_t n);
const char *emit_words(struct emitter *m, const char *what, const uint32_t *v, size_t n);

/* The C expression for where a tensor is: "&model_arena[4096]", or its constant array. */
const char *emit_address(struct emitter *m, int tensor);
const char *emit_scratch(struct emitter *m);

/* Marks a file of engine/kernels/ as used ("ref/conv.c"); it is copied once. */
void emit_uses(struct emitter *m, const char *file);

static inline const struct tensor *emit_tensor(const struct emitter *m, int tensor)
{
    return &m->g->tensors[tensor];
}

/* The statements of an op that calls its reference kernel. */
bool emit_reference(struct emitter *m, const struct op *op, struct err *e);

#endif
