/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Schedule: a named way of executing a network: which passes run and which kernels may be
 * taken. The records are rows of schedules.def; compile.c reads them.
 */
#ifndef ENGINE_SCHEDULE_H
#define ENGINE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/base/err.h"

enum { SCHEDULE_PASSES_MAX = 6 };

struct pass;
struct schedule {
    const char *name;
    const struct pass *passes[SCHEDULE_PASSES_MAX + 1]; /* before select; ends with NULL */
    bool fast_kernels;
    const char *optimise; /* "-O2" */
    const char *text;     /* one line for people */
};

const struct schedule *schedule_list(size_t *n);
/* NULL with a message that lists the names there are. */
const struct schedule *schedule_find(const char *name, struct err *e);

#endif
