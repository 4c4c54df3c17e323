/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What join.c, join_cycles.c and join_memory.c share. Internal to reports/. */
#ifndef REPORTS_JOIN_PARTS_H
#define REPORTS_JOIN_PARTS_H

#include "reports/join.h"

struct join {
    const struct join_inputs *in;
    struct report *r;
    struct report_layer *layers; /* r->layers while they are being filled */
    struct err *e;
    const char **warnings;
};

void join_warn(struct join *j, const char *text);
const char *join_copy(struct join *j, const char *text); /* into the report; NULL stays NULL */
/* The integer at `key`; a missing or negative one is an error that names file and key. */
bool join_int(struct join *j, const struct json *o, const char *file, const char *key,
              int64_t *out);
/* The element of an array of rows whose "name" it is, or NULL. */
const struct json *join_row(const struct json *rows, const char *name);

/* The function that is one inference. */
const char *join_invoke(const struct join *j);
/* What the plan says of SRAM, the live bytes of each layer among it. */
bool join_plan(struct join *j);
/* Bytes of SRAM and flash, in all and by region. */
bool join_memory(struct join *j);
/* Cycles, instructions and causes of layers, overhead and outside. */
bool join_cycles(struct join *j);
/* Sums and quotients of what is known: MACs, time, cycles per MAC, shares, host speed. */
void join_rates(struct join *j);

#endif
