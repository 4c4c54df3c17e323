/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/explain.h"

#include <stdlib.h>
#include <string.h>

#include "reports/views.h"

enum { PARTS_MAX = 3 };

/* ---- a list of the largest changes ---- */

struct part {
    const char *name, *more;
    int64_t delta;
};

static int by_size(const void *x, const void *y)
{
    const struct part *a = x, *b = y;
    int64_t da = llabs(a->delta), db = llabs(b->delta);
    if (da != db) return da < db ? 1 : -1;
    return strcmp(a->name, b->name);
}

static const char *largest(struct arena *a, struct part *parts, size_t n)
{
    struct buf b = {0};
    qsort(parts, n, sizeof *parts, by_size);
    for (size_t i = 0; i < n && i < PARTS_MAX && parts[i].delta; i++) {
        buf_printf(&b, "%s%s %s", i ? ", " : "", parts[i].name,
                   text_delta(a, (double)parts[i].delta, 0));
        if (parts[i].more) buf_printf(&b, " (%s)", parts[i].more);
    }
    const char *text = b.len ? arena_str(a, buf_text(&b)) : NULL;
    buf_done(&b);
    return text;
}

/* ---- cycles ---- */

static int64_t cause_of(const struct report *r, const struct report_layer *l, const char *name)
{
    for (size_t i = 0; l && l->causes && i < r->cause_count; i++)
        if (!strcmp(r->causes[i].name, name)) return l->causes[i];
    return 0;
}

const char *explain_layer(struct arena *a, const struct report *from,
                          const struct report_layer *before, const struct report *to,
                          const struct report_layer *after)
{
    struct part parts[2 * REPORT_CAUSE_MAX];
    size_t n = 0;
    for (size_t i = 0; i < to->cause_count; i++)
        parts[n++] = (struct part){to->causes[i].name, NULL,
                                   cause_of(to, after, to->causes[i].name) -
                                       cause_of(from, before, to->causes[i].name)};
    for (size_t i = 0; i < from->cause_count; i++) {
        bool known = false;
        for (size_t k = 0; k < to->cause_count; k++)
            known |= !strcmp(to->causes[k].name, from->causes[i].name);
        if (!known)
            parts[n++] = (struct part){from->causes[i].name, NULL,
                                       -cause_of(from, before, from->causes[i].name)};
    }
    return largest(a, parts, n);
}

static const char *main_cause(struct arena *a, const struct report *from,
                              const struct report_layer *before, const struct report *to,
                              const struct report_layer *after)
{
    const char *all = explain_layer(a, from, before, to, after);
    if (!all) return NULL;
    const char *end = strstr(all, ", ");
    return end ? arena_printf(a, "%.*s", (int)(end - all), all) : all;
}

static const char *explain_cycles(struct arena *a, const struct report *from,
                                  const struct report *to)
{
    struct part *parts = arena_array(a, to->layer_count + from->layer_count + 1, sizeof *parts);
    size_t n = 0;
    for (const struct report_layer *l = to->layers; l < to->layers + to->layer_count; l++) {
        const struct report_layer *before = view_match(from, l);
        parts[n++] = (struct part){l->name, main_cause(a, from, before, to, l),
                                   l->cycles - (before ? before->cycles : 0)};
    }
    for (const struct report_layer *l = from->layers; l < from->layers + from->layer_count; l++)
        if (!view_match(to, l)) parts[n++] = (struct part){l->name, "gone", -l->cycles};
    if (from->overhead.cycles >= 0 && to->overhead.cycles >= 0)
        parts[n++] =
            (struct part){"between layers", NULL, to->overhead.cycles - from->overhead.cycles};
    return largest(a, parts, n);
}

/* ---- memory ---- */

static const char *layer_memory(struct arena *a, const struct report *from,
                                const struct report *to)
{
    const struct report_layer *most = NULL, *most_before = NULL;
    for (const struct report_layer *l = to->layers; l < to->layers + to->layer_count; l++) {
        const struct report_layer *before = view_match(from, l);
        if (!before || l->live_bytes < 0 || before->live_bytes < 0) continue;
        if (!most || llabs(l->live_bytes - before->live_bytes) >
                         llabs(most->live_bytes - most_before->live_bytes))
            most = l, most_before = before;
    }
    if (!most || most->live_bytes == most_before->live_bytes) return NULL;
    if (most->scratch_bytes != most_before->scratch_bytes)
        return arena_printf(a, "%s scratch %s -> %s B", most->name,
                            text_int(a, most_before->scratch_bytes),
                            text_int(a, most->scratch_bytes));
    return arena_printf(a, "%s live %s -> %s B", most->name,
                        text_int(a, most_before->live_bytes), text_int(a, most->live_bytes));
}

static const char *explain_group(struct arena *a, enum metric_group group,
                                 const struct report *from, const struct report *to)
{
    static const char *const sram[] = {"sram.activations", "sram.scratch", "sram.other",
                                       "sram.heap", "sram.stack"};
    static const char *const flash[] = {"flash.code", "flash.weights", "flash.other"};
    const char *const *names = group == METRIC_SRAM ? sram : flash;
    size_t count = group == METRIC_SRAM ? 5 : 3, n = 0;
    struct part parts[5];
    for (size_t i = 0; i < count; i++) {
        const struct metric *m = metric_find(names[i]);
        double before = metric_value(m, from), after = metric_value(m, to);
        if (before < 0 || after < 0) continue;
        const char *more = NULL;
        if (i < 2 && group == METRIC_SRAM && before != after) more = layer_memory(a, from, to);
        parts[n++] = (struct part){names[i], more, (int64_t)after - (int64_t)before};
    }
    return largest(a, parts, n);
}

const char *explain_metric(struct arena *a, const struct metric *m, const struct report *from,
                           const struct report *to)
{
    switch (m->group) {
    case METRIC_TOTALS:
        if (m->better != METRIC_LOWER) return NULL;
        return explain_cycles(a, from, to);
    case METRIC_SRAM:
    case METRIC_FLASH:
        return explain_group(a, m->group, from, to);
    case METRIC_LAYER:
        return NULL;
    }
    return NULL;
}

/* ---- setup ---- */

static void differ(struct buf *b, struct arena *a, const char *what, const char *from,
                   const char *to)
{
    if (!from || !to || !strcmp(from, to)) return;
    buf_printf(b, "%s%s: %s -> %s", b->len ? "\n" : "", what, text_fit(a, from, 40),
               text_fit(a, to, 40));
}

/* The words of `from` that `to` lacks: a line of compiler flags is mostly the same. */
static const char *only(struct arena *a, const char *from, const char *to)
{
    struct buf b = {0};
    for (const char *word = from; *word; word += strcspn(word, " "), word += *word == ' ') {
        size_t n = strcspn(word, " ");
        bool found = false;
        for (const char *w = to; *w && !found; w += strcspn(w, " "), w += *w == ' ')
            found = strcspn(w, " ") == n && !strncmp(w, word, n);
        if (!found) buf_printf(&b, "%s%.*s", b.len ? " " : "", (int)n, word);
    }
    const char *text = b.len ? arena_str(a, buf_text(&b)) : "(none)";
    buf_done(&b);
    return text;
}

const char *explain_setup(struct arena *a, const struct report *from, const struct report *to)
{
    struct buf b = {0};
    differ(&b, a, "model", from->model.name, to->model.name);
    differ(&b, a, "board", from->board.name, to->board.name);
    differ(&b, a, "figures", from->kind, to->kind);
    differ(&b, a, "timing model", from->provenance.timing, to->provenance.timing);
    differ(&b, a, "timing model version", from->provenance.timing_version,
           to->provenance.timing_version);
    differ(&b, a, "compiler", from->provenance.compiler, to->provenance.compiler);
    if (from->provenance.flags && to->provenance.flags)
        differ(&b, a, "flags", only(a, from->provenance.flags, to->provenance.flags),
               only(a, to->provenance.flags, from->provenance.flags));
    differ(&b, a, "input", from->provenance.input, to->provenance.input);
    differ(&b, a, "model file", from->model.sha256, to->model.sha256);
    differ(&b, a, "board file", from->board.sha256, to->board.sha256);
    const char *text = b.len ? arena_str(a, buf_text(&b)) : NULL;
    buf_done(&b);
    return text;
}
