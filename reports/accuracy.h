/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Accuracy: simulated cycles beside silicon's, with the signed error of each anchor; bytes of
 * stack, where they were measured.
 *
 *     boards/measured/{mlperf-tiny,coremark,crypto}.csv ─┐
 *     boards/measured/results.csv ───────────────────────┴─► accuracy_load ─► text, Markdown
 *
 * facts        anchor,class,board,config,value,unit,uncertainty,source
 * results.csv  anchor,measured,simulated,low,high,error_percent,image_sha256,date
 *
 * The first three hold published measurements, results.csv what this program gave for the same
 * program, which is often not ours to ship: its SHA-256 says which it was. An anchor without a
 * row in results.csv is listed as not simulated yet, never left out; a row whose measured value
 * or error is not that of the facts is refused.
 */
#ifndef REPORTS_ACCURACY_H
#define REPORTS_ACCURACY_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/base/arena.h"
#include "tools/base/buf.h"
#include "tools/base/err.h"

struct accuracy_row {
    const char *anchor, *group, *board, *config, *unit, *source;
    double measured;                 /* unit "bytes", "ratio" (of cycles); else cycles */
    double uncertainty;              /* of it, per cent either way */
    double simulated;                /* the same; below 0: not simulated yet */
    double low, high;                /* the range that the simulation gave with cycles */
    const char *image_sha256, *date; /* NULL when not simulated */
};

struct accuracy {
    struct accuracy_row *rows; /* in the order of the files */
    size_t count;
};

/* `dir` holds the four files. Errors name file and line. */
bool accuracy_load(const char *dir, struct arena *a, struct accuracy *out, struct err *e);

/* Writes dir/results.csv anew, cycles with at most two decimals, ratios with four. */
bool accuracy_save(const struct accuracy *acc, const char *dir, struct err *e);

/* 100 * (simulated - measured) / measured. */
double accuracy_error(const struct accuracy_row *row);

/* The table with a summary a class: number, mean and largest absolute error, and how many
 * measurements, give or take their uncertainty, lie inside the range of the simulation. */
void accuracy_text(const struct accuracy *acc, struct buf *out);
void accuracy_markdown(const struct accuracy *acc, struct buf *out);

#endif
