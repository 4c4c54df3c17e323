/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Kernel: the host's side of a fast kernel: when it fits an op, what it costs in memory and how
 * its call is written. The target's side is C in engine/kernels/.
 *
 *     pass/select.c ─► kernel.fits ─► op.kernel, op.in_place, op.scratch_bytes
 *     emit/emit.c   ─► kernel.emit ─► the layer's statements, weights in the kernel's order
 *
 * A new kernel is a row in kernels.def, a record here and a file there.
 */
#ifndef EMIT_KERNEL_H
#define EMIT_KERNEL_H

#include "engine/emit/emitter.h"

struct kernel {
    const char *name; /* "conv_1x1": op.kernel */
    enum op_kind kind;
    bool (*fits)(const struct graph *g, const struct op *op);
    /* Bytes of working memory, not above the budget if it can do with that; NULL: none. emit()
     * derives its blocking from op.scratch_bytes. */
    uint32_t (*scratch)(const struct graph *g, const struct op *op, uint32_t budget);
    /* May the output lie on input 0? NULL: never. That nothing else reads the input is checked
     * by select. */
    bool (*in_place)(const struct graph *g, const struct op *op);
    bool (*emit)(struct emitter *m, const struct op *op, struct err *e);
};

/* In the order of kernels.def: the first that fits is taken. */
const struct kernel *const *kernel_list(size_t *n);
const struct kernel *kernel_find(const char *name); /* NULL when there is none */

#endif
