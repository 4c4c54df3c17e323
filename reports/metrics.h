/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Metrics: the figures of a report as a table, so that tables, compare and gate need no list of
 * their own. The list is metrics.def; units stand in the rows.
 *
 *     const struct metric *m = metric_find("sram.peak");   // or "memory.sram.peak_bytes"
 *     double v = metric_value(m, &report);                 // REPORT_NONE when absent
 *
 * Integers are exact in a double: report_load() refuses what is above REPORT_INT_MAX.
 */
#ifndef REPORTS_METRICS_H
#define REPORTS_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/report.h"
#include "tools/base/buf.h"

enum metric_group { METRIC_TOTALS, METRIC_SRAM, METRIC_FLASH, METRIC_LAYER };
enum metric_better { METRIC_LOWER, METRIC_HIGHER, METRIC_NEITHER };

struct metric {
    const char *key;   /* "totals.cycles"; of a layer "layers[].cycles" */
    const char *name;  /* "cycles": the key's last part */
    const char *alias; /* "cycles.total", "" when there is none */
    const char *unit;
    const char *text;         /* one sentence */
    double tolerance_percent; /* negative: not gated by default */
    size_t offset;            /* in struct report, of a layer in struct report_layer */
    enum metric_group group;
    enum metric_better better;
    bool real; /* double, else int64_t */
};

/* All metrics in the order of metrics.def, count in *n. */
const struct metric *metric_all(size_t *n);
/* By key or alias, layers not included; NULL when there is none. */
const struct metric *metric_find(const char *key);
/* A layer's metric by name ("cycles"); NULL when there is none. */
const struct metric *metric_find_layer(const char *name);

double metric_value(const struct metric *m, const struct report *r);
double metric_layer_value(const struct metric *m, const struct report_layer *layer);

/* METRICS.md's text. */
void metric_markdown(struct buf *out);

#endif
