/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Table: rows of text cells, filled once and written as aligned text, Markdown or CSV.
 *
 *     struct table *t = table_new(&arena, "Layers");
 *     table_column(t, "layer", TABLE_LEFT);
 *     table_column(t, "cycles", TABLE_RIGHT);
 *     table_row(t);
 *     table_cell(t, "conv_2d_0");
 *     table_cell(t, "%s", buf_commas(n, cycles));
 *     table_text(t, out);
 *
 * Cells are UTF-8; a code point is taken as one column wide. All memory hangs from the arena.
 */
#ifndef REPORTS_TABLE_H
#define REPORTS_TABLE_H

#include <stdint.h>

#include "tools/base/arena.h"
#include "tools/base/buf.h"

enum table_align { TABLE_LEFT, TABLE_RIGHT, TABLE_BAR /* left; text only */ };
enum { TABLE_COLUMNS_MAX = 24 };

struct table;

struct table *table_new(struct arena *a, const char *title);
/* Columns come before the first row; more than TABLE_COLUMNS_MAX is our own bug. */
void table_column(struct table *t, const char *head, enum table_align align);
void table_row(struct table *t);
/* A line above the next row: it is a total. */
void table_rule(struct table *t);
/* The next cell of the current row. Missing cells at the end are empty. */
void table_cell(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void table_int(struct table *t, int64_t v);             /* "1,234,567", "" when negative */
void table_real(struct table *t, double v, int digits); /* "" when negative */
void table_bar(struct table *t, double part, unsigned width); /* part 0 … 1 of width */
void table_text(const struct table *t, struct buf *out);
void table_markdown(const struct table *t, struct buf *out);
/* RFC 4180: no title, no bars, numbers as they are shown but without separators. */
void table_csv(const struct table *t, struct buf *out);

/* Text pieces that several exporters use; they live in the arena. */
const char *text_int(struct arena *a, int64_t v);   /* "1,234", "-" when negative */
const char *text_bytes(struct arena *a, int64_t v); /* "1,234 B (1.21 KiB)" */
const char *text_kib(struct arena *a, int64_t v);   /* "1.21" */
/* "+1,234", "-5", "0": a change of a metric in its own unit, `digits` decimals. */
const char *text_delta(struct arena *a, double v, int digits);
/* "+3.1 %", "new" from 0 to something. */
const char *text_change(struct arena *a, double from, double to);
/* Cut in the middle to at most `columns` columns. */
const char *text_fit(struct arena *a, const char *text, unsigned columns);

#endif
