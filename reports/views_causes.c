/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where the cycles go, and what to do about it. The report knows causes by name only;
 * advice.def says what they mean and which part of the chip they are bound by. */
#include <string.h>

#include "reports/views.h"

enum { NAME_COLUMNS = 20, BAR_COLUMNS = 30 };

static const struct report_cause **by_cycles(struct arena *a, const struct report *r)
{
    const struct report_cause **list = arena_array(a, r->cause_count, sizeof(void *));
    for (size_t i = 0; i < r->cause_count; i++) {
        size_t at = i;
        while (at && list[at - 1]->cycles < r->causes[i].cycles) {
            list[at] = list[at - 1];
            at--;
        }
        list[at] = &r->causes[i];
    }
    return list;
}

static const struct advice {
    const char *cause;
    enum { CORE, MEMORY, OTHER } bound;
    const char *what, *remedy;
} advices[] = {
#define ADVICE(cause, bound, what, remedy) {cause, bound, what, remedy},
#include "reports/advice.def"
#undef ADVICE
};

static const struct advice *advice_of(const char *cause)
{
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
        if (!strcmp(advices[i].cause, cause)) return &advices[i];
    return NULL;
}

const char *view_cause_text(const char *cause)
{
    const struct advice *advice = advice_of(cause);
    return advice ? advice->what : cause;
}

int view_cause_kind(const char *cause)
{
    const struct advice *advice = advice_of(cause);
    if (!strcmp(cause, "issue")) return 0;
    return advice && advice->bound == MEMORY ? 2 : 1;
}

struct table *view_causes(struct arena *a, const struct report *r)
{
    const struct report_cause **list = by_cycles(a, r);
    int64_t bound[3] = {0};
    for (size_t i = 0; i < r->cause_count; i++) {
        const struct advice *advice = advice_of(list[i]->name);
        bound[advice ? advice->bound : OTHER] += list[i]->cycles;
    }
    double total = r->totals.cycles > 0 ? (double)r->totals.cycles : 1;
    struct table *t =
        table_new(a, arena_printf(a, "Where the cycles go (core %.1f %%, memory %.1f %%)",
                                  100.0 * (double)bound[CORE] / total,
                                  100.0 * (double)bound[MEMORY] / total));
    table_column(t, "cause", TABLE_LEFT);
    table_column(t, "cycles", TABLE_RIGHT);
    table_column(t, "share %", TABLE_RIGHT);
    table_column(t, "", TABLE_BAR);
    table_column(t, "what", TABLE_LEFT);
    for (size_t i = 0; i < r->cause_count; i++) {
        if (!list[i]->cycles) continue;
        double part = (double)list[i]->cycles / total;
        table_row(t);
        table_cell(t, "%s", list[i]->name);
        table_int(t, list[i]->cycles);
        table_real(t, 100 * part, 1);
        table_bar(t, part, BAR_COLUMNS);
        table_cell(t, "%s", view_cause_text(list[i]->name));
    }
    table_rule(t);
    table_row(t);
    table_cell(t, "TOTAL");
    table_int(t, r->totals.cycles);
    table_cell(t, "100.0");
    return t;
}

size_t view_reasons(struct arena *a, const struct report *r, const char **lines, size_t max)
{
    const struct report_cause **list = by_cycles(a, r);
    size_t n = 0;
    for (size_t i = 0; i < r->cause_count && n < max; i++) {
        if (!strcmp(list[i]->name, "issue") || !list[i]->cycles) continue;
        const struct report_layer *most = NULL;
        size_t cause = (size_t)(list[i] - r->causes);
        for (size_t k = 0; k < r->layer_count; k++)
            if (r->layers[k].causes &&
                (!most || r->layers[k].causes[cause] > most->causes[cause]))
                most = &r->layers[k];
        struct buf b = {0};
        const struct advice *advice = advice_of(list[i]->name);
        buf_printf(&b, "%s: %s cycles (%.1f %%)", view_cause_text(list[i]->name),
                   text_int(a, list[i]->cycles),
                   100.0 * (double)list[i]->cycles / (double)r->totals.cycles);
        if (most && most->causes[cause])
            buf_printf(&b, ", %.0f %% in %s",
                       100.0 * (double)most->causes[cause] / (double)list[i]->cycles,
                       text_fit(a, most->name, NAME_COLUMNS));
        if (advice && *advice->remedy) buf_printf(&b, "\n%s", advice->remedy);
        lines[n++] = arena_str(a, buf_text(&b));
        buf_done(&b);
    }
    return n;
}
