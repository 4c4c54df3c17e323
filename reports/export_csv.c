/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * CSV in long form: a row for each metric of each report and for each metric of each layer, so
 * that new metrics never move a column. Exact values, no separators. */
#include <inttypes.h>

#include "reports/export.h"
#include "reports/metrics.h"
#include "reports/table.h"

static void put(struct table *t, const struct report *r, const struct report_layer *l,
                const struct metric *m, double v)
{
    if (v < 0) return;
    table_row(t);
    table_cell(t, "%s", r->model.name);
    table_cell(t, "%s", r->board.name);
    table_cell(t, "%s", r->schedule);
    table_cell(t, "%s", r->kind);
    table_cell(t, "%s", l ? l->name : "");
    table_cell(t, "%s", l ? l->op : "");
    table_cell(t, "%s", l ? m->name : m->key);
    if (m->real)
        table_real(t, v, 6);
    else
        table_int(t, (int64_t)v);
    table_cell(t, "%s", m->unit);
}

static bool write_csv(const struct report *const *reports, size_t n, struct buf *out,
                      struct err *e)
{
    (void)e;
    struct arena a = {0};
    struct table *t = table_new(&a, NULL);
    static const char *const heads[] = {"model", "board", "schedule", "kind",
                                        "layer", "op",    "metric"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        table_column(t, heads[i], TABLE_LEFT);
    table_column(t, "value", TABLE_RIGHT);
    table_column(t, "unit", TABLE_LEFT);
    size_t count;
    const struct metric *all = metric_all(&count);
    for (size_t i = 0; i < n; i++) {
        const struct report *r = reports[i];
        for (const struct metric *m = all; m < all + count; m++)
            if (m->group != METRIC_LAYER) put(t, r, NULL, m, metric_value(m, r));
        for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++)
            for (const struct metric *m = all; m < all + count; m++)
                if (m->group == METRIC_LAYER) put(t, r, l, m, metric_layer_value(m, l));
    }
    table_csv(t, out);
    arena_done(&a);
    return true;
}

const struct exporter exporter_csv = {"csv", ".csv", "one row for each figure of each layer",
                                      write_csv};
