/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tables of one report and of several beside each other. Labels are those that users of this
 * field know from stedgeai and TinyEngine (macc, cycles/MACC, KiB); keep them stable, people
 * scrape them. */
#include "reports/views.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "reports/metrics.h"

enum {
    LINE_COLUMNS = 100,
    NAME_COLUMNS = 26,
    FOREIGN_COLUMNS = 38,
    BAR_COLUMNS = 8,
    BAR_WIDE = 30
};
enum { LAYERS_MOST = 200, LAYERS_FIRST = 20, LAYERS_LAST = 10 }; /* rows, of layers by rules */
enum { CHANGES_MAX = 3 }; /* with more reports beside each other, changes take too much room */

bool view_check(size_t n, struct err *e)
{
    if (n && n <= VIEW_REPORTS_MAX) return true;
    return err_set(e, ERR_UNSUPPORTED, "%zu reports: 1 to %d can stand beside each other", n,
                   VIEW_REPORTS_MAX);
}

static bool all_same(const char *const *texts, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (strcmp(texts[0], texts[i]) != 0) return false;
    return true;
}

const char *const *view_labels(struct arena *a, const struct report *const *reports, size_t n)
{
    const char **labels = arena_array(a, n, sizeof *labels);
    for (int what = 0; what < 3; what++) {
        for (size_t i = 0; i < n; i++)
            labels[i] = what == 0   ? reports[i]->schedule
                        : what == 1 ? reports[i]->board.name
                                    : reports[i]->model.name;
        if (!all_same(labels, n)) return labels;
    }
    for (size_t i = 0; i < n && n > 1; i++)
        labels[i] = arena_printf(a, "#%zu", i + 1);
    return labels;
}

const char *view_kind(struct arena *a, const struct report *r)
{
    if (!r->provenance.timing) return r->kind;
    return arena_printf(a, "%s, timing model %s version %s", r->kind, r->provenance.timing,
                        r->provenance.timing_version ? r->provenance.timing_version : "-");
}

/* ---- layers ---- */

/* "conv_2d_3" says CONV_2D already. */
static bool names_say_op(const struct report *r)
{
    for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++)
        if (strncasecmp(l->name, l->op, strlen(l->op)) != 0) return false;
    return true;
}

static const char *layers_title(struct arena *a, const struct report *r)
{
    if (r->totals.cycles < 0) return "Layers";
    if (r->run.inferences > 1)
        return arena_printf(a, "Layers, sums of %" PRId64 " inferences (%s)", r->run.inferences,
                            r->kind);
    return r->run.inferences == 1 || r->totals.macs >= 0
               ? arena_printf(a, "Layers of one inference (%s)", r->kind)
               : arena_printf(a, "Layers of the whole run (%s)", r->kind);
}

/* A loop whose calls are layers may have thousands: people see the first and the last. */
static bool left_out(const struct report *r, size_t i)
{
    return r->layer_count > LAYERS_MOST && i >= LAYERS_FIRST &&
           i < r->layer_count - LAYERS_LAST;
}

/* … and the others' sums in one row. Returned: how many. */
static size_t sum_left_out(const struct report *r, struct report_layer *sum)
{
    size_t n = 0;
    *sum = (struct report_layer){0};
    for (size_t i = 0; i < r->layer_count; i++) {
        const struct report_layer *l = &r->layers[i];
        if (!left_out(r, i)) continue;
        n++;
        sum->calls += l->calls > 0 ? l->calls : 0;
        sum->macs += l->macs > 0 ? l->macs : 0;
        sum->cycles += l->cycles > 0 ? l->cycles : 0;
        sum->instructions += l->instructions > 0 ? l->instructions : 0;
        sum->share_percent += l->share_percent > 0 ? l->share_percent : 0;
    }
    return n;
}

/* Layers of a firmware that was not built here: no shapes, so no MACs and no memory. */
static struct table *foreign_layers(struct arena *a, const struct report *r)
{
    struct table *t = table_new(a, layers_title(a, r));
    double most = 0, total = (double)r->totals.cycles;
    for (size_t i = 0; i < r->layer_count; i++)
        if (r->layers[i].share_percent > most) most = r->layers[i].share_percent;
    table_column(t, "id", TABLE_RIGHT);
    table_column(t, "layer", TABLE_LEFT);
    table_column(t, "calls", TABLE_RIGHT);
    table_column(t, "cycles", TABLE_RIGHT);
    table_column(t, "instructions", TABLE_RIGHT);
    table_column(t, "share %", TABLE_RIGHT);
    table_column(t, "", TABLE_BAR);
    struct report_layer sum;
    size_t hidden = sum_left_out(r, &sum);
    for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++) {
        if (left_out(r, (size_t)(l - r->layers))) {
            if (l - r->layers > LAYERS_FIRST) continue;
            table_row(t);
            table_cell(t, "%s", "");
            table_cell(t, "(%zu more, all are in the JSON)", hidden);
            table_int(t, sum.calls);
            table_int(t, sum.cycles);
            table_int(t, sum.instructions);
            table_real(t, sum.share_percent, 1);
            continue;
        }
        table_row(t);
        table_int(t, l->index);
        table_cell(t, "%s", text_fit(a, l->name, FOREIGN_COLUMNS));
        table_int(t, l->calls);
        table_int(t, l->cycles);
        table_int(t, l->instructions);
        table_real(t, l->share_percent, 1);
        table_bar(t, most > 0 ? l->share_percent / most : 0, BAR_COLUMNS);
    }
    table_row(t);
    table_cell(t, "%s", "");
    table_cell(t, "%s", r->run.inferences >= 1 ? "(in between)" : "(rest)");
    table_cell(t, "%s", "");
    table_int(t, r->overhead.cycles);
    table_int(t, r->overhead.instructions);
    if (total > 0) table_real(t, 100.0 * (double)r->overhead.cycles / total, 1);
    table_rule(t);
    table_row(t);
    table_cell(t, "%s", "");
    table_cell(t, "TOTAL");
    table_cell(t, "%s", "");
    table_int(t, r->totals.cycles);
    table_int(t, r->totals.instructions);
    table_cell(t, "100.0");
    return t;
}

struct table *view_layers(struct arena *a, const struct report *r)
{
    bool ran = r->totals.cycles >= 0, named = names_say_op(r);
    if (ran && r->totals.macs < 0) return foreign_layers(a, r);
    struct table *t = table_new(a, layers_title(a, r));
    double most = 0;
    int64_t weights = 0;
    /* Numbers are never cut, so names get the room that is left. */
    size_t numbers =
        strlen(text_int(a, r->totals.macs)) + strlen(text_int(a, r->totals.cycles));
    size_t others = (ran ? 52u + BAR_COLUMNS : 31u) + numbers;
    unsigned room = others + 14 < LINE_COLUMNS ? (unsigned)(LINE_COLUMNS - others) : 14;
    if (room > NAME_COLUMNS) room = NAME_COLUMNS;
    for (size_t i = 0; i < r->layer_count; i++)
        if (r->layers[i].share_percent > most) most = r->layers[i].share_percent;
    table_column(t, "id", TABLE_RIGHT);
    table_column(t, "layer", TABLE_LEFT);
    table_column(t, "macc", TABLE_RIGHT);
    if (ran) {
        table_column(t, "cycles", TABLE_RIGHT);
        table_column(t, "cyc/MACC", TABLE_RIGHT);
        table_column(t, "share %", TABLE_RIGHT);
        table_column(t, "", TABLE_BAR);
    }
    table_column(t, "RAM KiB", TABLE_RIGHT);
    table_column(t, "wgt KiB", TABLE_RIGHT);
    for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++) {
        table_row(t);
        table_int(t, l->index);
        const char *name = named ? l->name : arena_printf(a, "%s %s", l->op, l->name);
        table_cell(t, "%s", text_fit(a, name, room));
        table_int(t, l->macs);
        if (ran) {
            table_int(t, l->cycles);
            table_real(t, l->cycles_per_mac, 3);
            table_real(t, l->share_percent, 1);
            table_bar(t, most > 0 ? l->share_percent / most : 0, BAR_COLUMNS);
        }
        table_cell(t, "%s", l->live_bytes < 0 ? "" : text_kib(a, l->live_bytes));
        table_cell(t, "%s", l->weights_bytes <= 0 ? "" : text_kib(a, l->weights_bytes));
        weights += l->weights_bytes > 0 ? l->weights_bytes : 0;
    }
    if (ran && r->overhead.cycles >= 0) {
        table_row(t);
        table_cell(t, "%s", "");
        table_cell(t, "(in between)");
        table_cell(t, "%s", "");
        table_int(t, r->overhead.cycles);
        table_cell(t, "%s", "");
        if (r->totals.cycles > 0)
            table_real(t, 100.0 * (double)r->overhead.cycles / (double)r->totals.cycles, 1);
    }
    table_rule(t);
    table_row(t);
    table_cell(t, "%s", "");
    table_cell(t, "TOTAL");
    table_int(t, r->totals.macs);
    if (ran) {
        table_int(t, r->totals.cycles);
        table_real(t, r->totals.cycles_per_mac, 3);
        table_cell(t, "100.0");
        table_cell(t, "%s", "");
    }
    table_cell(t, "%s", r->sram.arena_bytes < 0 ? "" : text_kib(a, r->sram.arena_bytes));
    table_cell(t, "%s", text_kib(a, weights));
    return t;
}

const struct report_layer *view_match(const struct report *r, const struct report_layer *layer)
{
    for (size_t i = 0; i < r->layer_count; i++)
        if (!strcmp(r->layers[i].name, layer->name)) return &r->layers[i];
    for (size_t i = 0; i < r->layer_count; i++)
        if (r->layers[i].index == layer->index && !strcmp(r->layers[i].op, layer->op))
            return &r->layers[i];
    return NULL;
}

struct table *view_layers_beside(struct arena *a, const struct report *const *reports, size_t n)
{
    struct table *t = table_new(a, "Cycles of each layer");
    const char *const *labels = view_labels(a, reports, n);
    table_column(t, "id", TABLE_RIGHT);
    table_column(t, "layer", TABLE_LEFT);
    for (size_t i = 0; i < n; i++) {
        table_column(t, text_fit(a, labels[i], 18), TABLE_RIGHT);
        if (i && n <= CHANGES_MAX) table_column(t, "change", TABLE_RIGHT);
    }
    /* Rows: layers of any report, by index of the model; the first report's come first. */
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most += reports[i]->layer_count;
    const struct report_layer **rows = arena_array(a, most, sizeof(void *));
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < reports[i]->layer_count; k++) {
            const struct report_layer *l = &reports[i]->layers[k];
            bool known = false;
            for (size_t b = 0; b < i && !known; b++)
                known = view_match(reports[b], l) != NULL;
            if (known) continue;
            size_t at = count++;
            while (at && rows[at - 1]->index > l->index) {
                rows[at] = rows[at - 1];
                at--;
            }
            rows[at] = l;
        }
    for (size_t k = 0; k < count; k++) {
        table_row(t);
        table_int(t, rows[k]->index);
        table_cell(t, "%s", text_fit(a, rows[k]->name, NAME_COLUMNS));
        const struct report_layer *first = view_match(reports[0], rows[k]);
        for (size_t i = 0; i < n; i++) {
            const struct report_layer *l = view_match(reports[i], rows[k]);
            table_cell(t, "%s", l ? text_int(a, l->cycles) : "-");
            if (n > CHANGES_MAX) continue;
            if (i && l && first && first->cycles >= 0 && l->cycles >= 0)
                table_cell(t, "%s", text_change(a, (double)first->cycles, (double)l->cycles));
            else if (i)
                table_cell(t, "%s", "");
        }
    }
    table_rule(t);
    table_row(t);
    table_cell(t, "%s", "");
    table_cell(t, "TOTAL");
    for (size_t i = 0; i < n; i++) {
        int64_t cycles = reports[i]->totals.cycles;
        table_cell(t, "%s", text_int(a, cycles));
        if (i && n <= CHANGES_MAX && cycles >= 0 && reports[0]->totals.cycles >= 0)
            table_cell(t, "%s",
                       text_change(a, (double)reports[0]->totals.cycles, (double)cycles));
    }
    return t;
}

struct table *view_totals(struct arena *a, const struct report *const *reports, size_t n)
{
    struct table *t = table_new(a, "Totals");
    const char *const *labels = view_labels(a, reports, n);
    size_t metrics;
    const struct metric *all = metric_all(&metrics);
    table_column(t, "metric", TABLE_LEFT);
    table_column(t, "unit", TABLE_LEFT);
    for (size_t i = 0; i < n; i++) {
        table_column(t, text_fit(a, labels[i], 18), TABLE_RIGHT);
        if (i && n <= CHANGES_MAX) table_column(t, "change", TABLE_RIGHT);
    }
    for (const struct metric *m = all; m < all + metrics; m++) {
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known |= m->group != METRIC_LAYER && metric_value(m, reports[i]) >= 0;
        if (!known) continue;
        table_row(t);
        table_cell(t, "%s", *m->alias ? m->alias : m->key);
        table_cell(t, "%s", m->unit);
        for (size_t i = 0; i < n; i++) {
            double base = metric_value(m, reports[0]), v = metric_value(m, reports[i]);
            if (v < 0)
                table_cell(t, "-");
            else if (m->real)
                table_real(t, v, 3);
            else
                table_int(t, (int64_t)v);
            if (i && n <= CHANGES_MAX)
                table_cell(t, "%s", base < 0 || v < 0 ? "" : text_change(a, base, v));
        }
    }
    return t;
}

/* ---- memory ---- */

static void memory_row(struct table *t, const char *name, int64_t bytes, int64_t whole)
{
    if (bytes < 0) return;
    table_row(t);
    table_cell(t, "%s", name);
    table_int(t, bytes);
    table_real(t, (double)bytes / 1024, 2);
    if (whole > 0)
        table_real(t, 100.0 * (double)bytes / (double)whole, 1);
    else
        table_cell(t, "%s", "");
    table_bar(t, whole > 0 ? (double)bytes / (double)whole : 0, BAR_WIDE);
}

static struct table *memory_table(struct arena *a, const char *title)
{
    struct table *t = table_new(a, title);
    table_column(t, "", TABLE_LEFT);
    table_column(t, "bytes", TABLE_RIGHT);
    table_column(t, "KiB", TABLE_RIGHT);
    table_column(t, "board %", TABLE_RIGHT);
    table_column(t, "", TABLE_BAR);
    return t;
}

struct table *view_sram(struct arena *a, const struct report *r)
{
    const struct report_sram *m = &r->sram;
    int64_t board = r->board.sram_bytes;
    struct table *t = memory_table(a, "SRAM");
    memory_row(t, "activations (arena)", m->activation_bytes, board);
    memory_row(t, "scratch beyond them",
               m->arena_bytes >= 0 ? m->arena_bytes - m->activation_bytes : REPORT_NONE, board);
    memory_row(t, m->arena_bytes >= 0 ? "other .data + .bss" : ".data + .bss",
               m->arena_bytes >= 0 ? m->other_bytes : m->static_bytes, board);
    memory_row(t, "heap, high-water", m->heap_peak_bytes, board);
    memory_row(t, "stack, high-water", m->stack_peak_bytes, board);
    table_rule(t);
    if (m->peak_bytes >= 0)
        memory_row(t, "PEAK", m->peak_bytes, board);
    else
        memory_row(t, "ARENA (planned)", m->arena_bytes, board);
    memory_row(t, "unused", m->unused_bytes, board);
    return t;
}

struct table *view_regions(struct arena *a, const struct report *r)
{
    if (!r->region_count) return NULL;
    struct table *t = table_new(a, "SRAM by physical region");
    table_column(t, "region", TABLE_LEFT);
    table_column(t, "base", TABLE_LEFT);
    table_column(t, "size B", TABLE_RIGHT);
    table_column(t, "static B", TABLE_RIGHT);
    table_column(t, "touched B", TABLE_RIGHT);
    table_column(t, "touched %", TABLE_RIGHT);
    for (const struct report_region *g = r->regions; g < r->regions + r->region_count; g++) {
        table_row(t);
        table_cell(t, "%s", g->name);
        table_cell(t, "0x%08" PRIx64, (uint64_t)g->base);
        table_int(t, g->size_bytes);
        table_int(t, g->static_bytes);
        table_int(t, g->touched_bytes);
        if (g->size_bytes)
            table_real(t, 100.0 * (double)g->touched_bytes / (double)g->size_bytes, 1);
    }
    return t;
}

struct table *view_flash(struct arena *a, const struct report *r)
{
    int64_t board = r->board.flash_bytes;
    struct table *t = memory_table(a, "Flash");
    memory_row(t, "code", r->flash.code_bytes, board);
    memory_row(t, "weights", r->flash.weights_bytes, board);
    memory_row(t, "other constants, .data image", r->flash.other_bytes, board);
    table_rule(t);
    memory_row(t, "TOTAL", r->flash.total_bytes, board);
    memory_row(t, "unused", r->flash.unused_bytes, board);
    return t;
}

struct table *view_functions(struct arena *a, const struct report *r, size_t most)
{
    bool followed = r->function_count && r->functions[0].inclusive_cycles >= 0;
    struct table *t =
        table_new(a, followed ? "Functions, over the whole run (inclusive: with callees)"
                              : "Functions, without callees, over the whole run");
    int64_t cycles = 0, instructions = 0, shown_cycles = 0, shown_instructions = 0;
    for (size_t i = 0; i < r->function_count; i++) {
        cycles += r->functions[i].cycles;
        instructions += r->functions[i].instructions;
    }
    table_column(t, "function", TABLE_LEFT);
    table_column(t, "calls", TABLE_RIGHT);
    if (followed) table_column(t, "inclusive", TABLE_RIGHT);
    table_column(t, followed ? "exclusive" : "cycles", TABLE_RIGHT);
    if (!followed) table_column(t, "instructions", TABLE_RIGHT);
    table_column(t, "share %", TABLE_RIGHT);
    if (followed) table_column(t, "top stall", TABLE_LEFT);
    if (followed) table_column(t, "%", TABLE_RIGHT);
    if (!followed) table_column(t, "", TABLE_BAR);
    for (size_t i = 0; i < r->function_count && i < most; i++) {
        const struct report_function *f = &r->functions[i];
        double part = cycles > 0 ? (double)f->cycles / (double)cycles : 0;
        shown_cycles += f->cycles;
        shown_instructions += f->instructions;
        table_row(t);
        table_cell(t, "%s", text_fit(a, f->name, FOREIGN_COLUMNS));
        table_int(t, f->calls);
        if (followed) table_int(t, f->inclusive_cycles);
        table_int(t, f->cycles);
        if (!followed) table_int(t, f->instructions);
        table_real(t, 100 * part, 1);
        if (followed) table_cell(t, "%s", f->stall ? f->stall : "");
        if (followed && f->stall && f->cycles > 0)
            table_real(t, 100.0 * (double)f->stall_cycles / (double)f->cycles, 0);
        if (!followed) table_bar(t, part, BAR_COLUMNS);
    }
    if (r->function_count > most) {
        table_row(t);
        table_cell(t, "(%zu more)", r->function_count - most);
        table_cell(t, "%s", "");
        if (followed) table_cell(t, "%s", "");
        table_int(t, cycles - shown_cycles);
        if (!followed) table_int(t, instructions - shown_instructions);
    }
    table_rule(t);
    table_row(t);
    table_cell(t, "TOTAL");
    table_cell(t, "%s", "");
    if (followed) table_cell(t, "%s", "");
    table_int(t, cycles);
    if (!followed) table_int(t, instructions);
    return t;
}

struct table *view_counts(struct arena *a, const char *title, const char *what,
                          const struct report_count *list, size_t n, size_t most)
{
    if (!n) return NULL;
    struct table *t = table_new(a, title);
    int64_t rest = 0;
    table_column(t, what, TABLE_LEFT);
    table_column(t, "times", TABLE_RIGHT);
    for (size_t i = 0; i < n; i++) {
        if (i >= most) {
            rest += list[i].count;
            continue;
        }
        table_row(t);
        table_cell(t, "%s", text_fit(a, list[i].name, FOREIGN_COLUMNS));
        table_int(t, list[i].count);
    }
    if (n > most) {
        table_row(t);
        table_cell(t, "(%zu more)", n - most);
        table_int(t, rest);
    }
    return t;
}
