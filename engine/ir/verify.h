/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Verify: what the rules' files share. Not for others: graph.h is the way in.
 *
 *     verify.c (operands, tensors, names) ─► verify_ops.c, verify_window.c (each kind's rules)
 *
 * Every check returns false after it has added its problem.
 */
#ifndef IR_VERIFY_H
#define IR_VERIFY_H

#include "engine/ir/graph.h"
#include "engine/ir/problems.h"

struct check {
    const struct graph *g;
    const struct op *op;
    struct problems *p;
};

/* "op 3 PAD: …" and "op 3 PAD: tensor 5 "x": …". */
bool verify_bad(const struct check *c, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool verify_bad_tensor(const struct check *c, int tensor, enum err_code code, const char *fmt,
                       ...) __attribute__((format(printf, 4, 5)));
/* "1x40x40x16" */
enum { SHAPE_TEXT = 64 };
const char *verify_shape(char out[SHAPE_TEXT], const struct tensor *t);

/* An activation of that type; int8 with one scale. The second also takes a constant. */
bool verify_activation(const struct check *c, int tensor, enum dtype type);
bool verify_operand(const struct check *c, int tensor);

enum {
    SHIFT_MAX = 7, /* a multiplier of 2^7 and more is no sane quantisation */
    MEAN_COUNT_MAX = 1 << 22,
};

/* 1 x height x width x channels; a fused activation that leaves values; input and output
 * quantised alike, which ops that move or select values need. */
bool verify_image(const struct check *c, int tensor);
bool verify_clamp(const struct check *c);
bool verify_same_quant(const struct check *c);

bool verify_convolution(const struct check *c);
bool verify_fully_connected(const struct check *c);
bool verify_pool(const struct check *c);
bool verify_pad(const struct check *c);
bool verify_resize(const struct check *c);

/* The rules of c->op's kind. Operands are there, in range, and their tensors sound. */
bool verify_kind(const struct check *c);

#endif
