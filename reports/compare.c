/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Totals are ordered by relative change (they have different units), layers by the cycles that
 * they gained or lost (those add up to the total's change). What did not change is only
 * counted. */
#include "reports/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/explain.h"
#include "reports/metrics.h"
#include "reports/views.h"

enum { NAME_COLUMNS = 22, WHY_COLUMNS = 34 };

struct change {
    const struct metric *metric;               /* of a total */
    const struct report_layer *before, *after; /* of a layer; NULL: not there */
    double from, to, size;
    size_t order; /* breaks ties */
};

static int by_size(const void *x, const void *y)
{
    const struct change *a = x, *b = y;
    if (a->size != b->size) return a->size < b->size ? 1 : -1;
    return a->order < b->order ? -1 : 1;
}

static void show(const struct table *t, enum compare_format format, struct buf *out)
{
    buf_puts(out, "\n");
    if (format == COMPARE_MARKDOWN)
        table_markdown(t, out);
    else
        table_text(t, out);
}

static void unchanged(size_t n, const char *what, enum compare_format format, struct buf *out)
{
    if (n)
        buf_printf(out, "%s%zu %s%s unchanged\n", format == COMPARE_MARKDOWN ? "\n" : "  ", n,
                   what, n == 1 ? "" : "s");
}

/* ---- totals ---- */

static void totals(struct arena *a, const struct report *from, const struct report *to,
                   const char *const *heads, enum compare_format format, struct buf *out)
{
    size_t metrics, n = 0, same = 0;
    const struct metric *all = metric_all(&metrics);
    struct change *list = arena_array(a, metrics, sizeof *list);
    for (const struct metric *m = all; m < all + metrics; m++) {
        if (m->group == METRIC_LAYER) continue;
        double before = metric_value(m, from), after = metric_value(m, to);
        if (before < 0 || after < 0) continue;
        if (before == after) {
            same++;
            continue;
        }
        list[n] = (struct change){.metric = m, .from = before, .to = after, .order = n};
        list[n].size = before > 0 ? fabs(after - before) / before : HUGE_VAL;
        n++;
    }
    qsort(list, n, sizeof *list, by_size);
    struct table *t = table_new(a, "Totals, biggest relative change first");
    table_column(t, "metric", TABLE_LEFT);
    table_column(t, heads[0], TABLE_RIGHT);
    table_column(t, heads[1], TABLE_RIGHT);
    table_column(t, "difference", TABLE_RIGHT);
    table_column(t, "change", TABLE_RIGHT);
    table_column(t, "", TABLE_LEFT);
    for (size_t i = 0; i < n; i++) {
        const struct metric *m = list[i].metric;
        int digits = m->real ? 3 : 0;
        bool more = list[i].to > list[i].from;
        table_row(t);
        table_cell(t, "%s (%s)", *m->alias ? m->alias : m->key, m->unit);
        if (m->real) {
            table_real(t, list[i].from, digits);
            table_real(t, list[i].to, digits);
        } else {
            table_int(t, (int64_t)list[i].from);
            table_int(t, (int64_t)list[i].to);
        }
        table_cell(t, "%s", text_delta(a, list[i].to - list[i].from, digits));
        table_cell(t, "%s", text_change(a, list[i].from, list[i].to));
        table_cell(t, "%s",
                   m->better == METRIC_NEITHER            ? ""
                   : more == (m->better == METRIC_HIGHER) ? "better"
                                                          : "worse");
    }
    if (n) show(t, format, out);
    unchanged(same, "metric", format, out);
}

/* ---- layers ---- */

static void add_layer(struct change *list, size_t *n, size_t *same,
                      const struct report_layer *before, const struct report_layer *after)
{
    double from = before && before->cycles >= 0 ? (double)before->cycles : 0;
    double to = after && after->cycles >= 0 ? (double)after->cycles : 0;
    if (from == to) { /* a layer without code may come and go unseen */
        *same += before && after;
        return;
    }
    list[*n] = (struct change){.before = before,
                               .after = after,
                               .from = from,
                               .to = to,
                               .size = fabs(to - from),
                               .order = *n};
    ++*n;
}

static void layers(struct arena *a, const struct report *from, const struct report *to,
                   const char *const *heads, enum compare_format format, struct buf *out)
{
    if (from->totals.cycles < 0 || to->totals.cycles < 0) return;
    struct change *list = arena_array(a, from->layer_count + to->layer_count, sizeof *list);
    size_t n = 0, same = 0;
    for (size_t i = 0; i < from->layer_count; i++)
        add_layer(list, &n, &same, &from->layers[i], view_match(to, &from->layers[i]));
    for (size_t i = 0; i < to->layer_count; i++)
        if (!view_match(from, &to->layers[i])) add_layer(list, &n, &same, NULL, &to->layers[i]);
    qsort(list, n, sizeof *list, by_size);
    struct table *t = table_new(a, "Cycles of each layer, biggest difference first");
    table_column(t, "layer", TABLE_LEFT);
    table_column(t, heads[0], TABLE_RIGHT);
    table_column(t, heads[1], TABLE_RIGHT);
    table_column(t, "difference", TABLE_RIGHT);
    table_column(t, "change", TABLE_RIGHT);
    table_column(t, "why", TABLE_LEFT);
    for (size_t i = 0; i < n; i++) {
        const struct change *c = &list[i];
        const char *why = explain_layer(a, from, c->before, to, c->after);
        table_row(t);
        table_cell(t, "%s",
                   text_fit(a, c->after ? c->after->name : c->before->name, NAME_COLUMNS));
        table_cell(t, "%s", c->before ? text_int(a, c->before->cycles) : "-");
        table_cell(t, "%s", c->after ? text_int(a, c->after->cycles) : "-");
        table_cell(t, "%s", text_delta(a, c->to - c->from, 0));
        table_cell(t, "%s", c->before && c->after ? text_change(a, c->from, c->to) : "");
        if (format == COMPARE_TEXT && why && strlen(why) > WHY_COLUMNS) {
            /* Whole parts only. */
            char *cut = arena_printf(a, "%.*s", WHY_COLUMNS, why);
            char *comma = strrchr(cut, ',');
            while (comma && comma[1] != ' ') {
                *comma = 0;
                comma = strrchr(cut, ',');
            }
            if (comma) *comma = 0;
            why = cut;
        }
        table_cell(t, "%s", !c->before ? "new" : !c->after ? "gone" : why ? why : "");
    }
    if (n) show(t, format, out);
    unchanged(same, "layer", format, out);
}

static void headline(struct arena *a, const struct report *from, const struct report *to,
                     const char *const *heads, enum compare_format format, struct buf *out)
{
    bool md = format == COMPARE_MARKDOWN;
    buf_printf(out, "%s%s: %s -> %s\n", md ? "## " : "",
               strcmp(from->model.name, to->model.name) != 0 ? "reports" : from->model.name,
               heads[0], heads[1]);
    const char *setup = explain_setup(a, from, to);
    while (setup && *setup) {
        size_t n = strcspn(setup, "\n");
        buf_printf(out, "%s%.*s%s\n", md ? "\n- `" : "  ", (int)n, setup, md ? "`" : "");
        setup += n + (setup[n] == '\n');
    }
    const struct report *both[] = {from, to};
    for (int i = 0; i < 2; i++)
        if (both[i]->run.stop && !report_good(both[i]))
            buf_printf(out,
                       "%swarning: the run of %s was stopped by %s: its figures are not "
                       "of a whole run\n",
                       md ? "\n> " : "  ", heads[i], both[i]->run.stop);
}

bool compare_write(const struct report *const *reports, size_t n, enum compare_format format,
                   struct buf *out, struct err *e)
{
    if (n < 2)
        return err_set(e, ERR_UNSUPPORTED, "there is one report: a comparison needs two");
    if (!view_check(n, e)) return false;
    struct arena a = {0};
    const char *const *labels = view_labels(&a, reports, n);
    for (size_t i = 1; i < n; i++) {
        const char *heads[] = {text_fit(&a, labels[0], 18), text_fit(&a, labels[i], 18)};
        if (i > 1) buf_puts(out, "\n");
        headline(&a, reports[0], reports[i], heads, format, out);
        totals(&a, reports[0], reports[i], heads, format, out);
        layers(&a, reports[0], reports[i], heads, format, out);
    }
    arena_done(&a);
    return true;
}
