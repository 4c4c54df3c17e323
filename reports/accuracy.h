/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Accuracy: simulated cycles beside silicon's, with the signed error of each anchor.
 *
 *     boards/measured/silicon.csv ───┐
 *     boards/measured/simulated.csv ─┴─► accuracy_load ─► table (text, Markdown)
 *
 * silicon.csv    anchor,class,board,workload,cycles,source,configuration
 * simulated.csv  anchor,cycles,model,image_sha256,date,method
 *
 * silicon.csv holds published measurements. simulated.csv holds what this program gave for the
 * same program, which is often not ours to ship: its SHA-256 says which it was. An anchor
 * without a row in simulated.csv is listed as not simulated yet, never left out.
 */
#ifndef REPORTS_ACCURACY_H
#define REPORTS_ACCURACY_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/base/arena.h"
#include "tools/base/buf.h"
#include "tools/base/err.h"

struct accuracy_row {
    const char *anchor, *group, *board, *workload, *source, *configuration;
    double measured;                                  /* cycles */
    double simulated;                                 /* cycles; below 0: not simulated yet */
    const char *model, *image_sha256, *date, *method; /* NULL when not simulated */
};

struct accuracy {
    struct accuracy_row *rows; /* in the order of silicon.csv */
    size_t count;
};

/* `dir` holds the two files. Errors name file and line. */
bool accuracy_load(const char *dir, struct arena *a, struct accuracy *out, struct err *e);

/* 100 * (simulated - measured) / measured. */
double accuracy_error(const struct accuracy_row *row);

/* The table with a summary a class: number, mean and largest absolute error. */
void accuracy_text(const struct accuracy *acc, struct buf *out);
void accuracy_markdown(const struct accuracy *acc, struct buf *out);

#endif
