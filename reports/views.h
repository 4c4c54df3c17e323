/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Views: a report's tables, built once and written by several exporters (text, Markdown, CSV).
 * Everything hangs from the arena given; reports are borrowed.
 */
#ifndef REPORTS_VIEWS_H
#define REPORTS_VIEWS_H

#include "reports/report.h"
#include "reports/table.h"

/* As many reports fit beside each other; more or none is ERR_UNSUPPORTED. */
enum { VIEW_REPORTS_MAX = 16 };
bool view_check(size_t n, struct err *e);

/* What tells reports apart in column heads: the schedule, else the board, else the model, else
 * a number. n strings. */
const char *const *view_labels(struct arena *a, const struct report *const *reports, size_t n);

struct table *view_layers(struct arena *a, const struct report *r);
struct table *view_causes(struct arena *a, const struct report *r);
struct table *view_sram(struct arena *a, const struct report *r);
struct table *view_regions(struct arena *a, const struct report *r); /* NULL: none known */
struct table *view_flash(struct arena *a, const struct report *r);
/* The `most` functions with the most cycles of the whole run, the others as one row. */
struct table *view_functions(struct arena *a, const struct report *r, size_t most);

/* The first `most` of a list of counts, the others as one row; NULL: the list is empty. */
struct table *view_counts(struct arena *a, const char *title, const char *what,
                          const struct report_count *list, size_t n, size_t most);

/* Several reports side by side; changes are against the first. */
struct table *view_totals(struct arena *a, const struct report *const *reports, size_t n);
struct table *view_layers_beside(struct arena *a, const struct report *const *reports,
                                 size_t n);

/* The layer of `r` that is the same work as `layer` of another report: by name, else by index
 * and op; NULL when there is none. */
const struct report_layer *view_match(const struct report *r, const struct report_layer *layer);

/* "estimated", "simulated" … as a phrase: "simulated, cortex-m7 version 1". */
const char *view_kind(struct arena *a, const struct report *r);
/* The largest stalls, at most max lines: what, how much, where most, remedy. Count returned. */
size_t view_reasons(struct arena *a, const struct report *r, const char **lines, size_t max);
/* "waits for an operand" for "operand"; the name itself when it is not in advice.def. */
const char *view_cause_text(const char *cause);

/* 0 an instruction issued, 1 a stall of the core (or anything else), 2 a stall of memory. */
int view_cause_kind(const char *cause);

#endif
