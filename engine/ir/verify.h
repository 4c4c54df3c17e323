/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Verify: what the rules' files share. Not for others: graph.h is the way in.
 *
 *     verify.c (operands, tensors, names) ─► verify_ops.c (each kind's own rules)
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

/* The rules of c->op's kind. Operands are there, in range, and their tensors sound. */
bool verify_kind(const struct check *c);

#endif
