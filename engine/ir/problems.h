/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Problems: collects everything that is wrong with a model, so that a user mends it in one go.
 *
 *     struct problems p = {0};
 *     problem_add(&p, ERR_UNSUPPORTED, "op %d %s: dilation %d is not supported (have: 1)", …);
 *     return problems_done(&p, "vww.tflite", e);    frees p; true when there were none
 *
 * The error's code is FORMAT when any of them is, else UNSUPPORTED.
 */
#ifndef IR_PROBLEMS_H
#define IR_PROBLEMS_H

#include <stdbool.h>

#include "tools/base/buf.h"
#include "tools/base/err.h"

enum { PROBLEMS_SHOWN = 40 }; /* more are counted only */

struct problems {
    struct buf text; /* one a line */
    int count;
    bool malformed; /* one of them is an ERR_FORMAT */
};

void problem_add(struct problems *p, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool problems_done(struct problems *p, const char *who, struct err *e);

#endif
