/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One HTML file without scripts and without anything from elsewhere: it can be mailed, archived
 * and opened from a CI artefact. Everything that comes from a report is escaped. */
#include <inttypes.h>
#include <string.h>

#include "reports/export.h"
#include "reports/metrics.h"
#include "reports/views.h"

enum { REASONS = 3, FUNCTIONS = 30 };

static const char style[] =
#include "reports/html_style.inc"
    ;

struct page {
    struct arena arena;
    struct buf *out;
};

/* ---- pieces ---- */

static void text(struct page *p, const char *s)
{
    for (; s && *s; s++) {
        const char *as = *s == '&'   ? "&amp;"
                         : *s == '<' ? "&lt;"
                         : *s == '>' ? "&gt;"
                         : *s == '"' ? "&quot;"
                                     : NULL;
        if (as)
            buf_puts(p->out, as);
        else
            buf_add(p->out, s, 1);
    }
}

static void tagged(struct page *p, const char *open, const char *s, const char *close)
{
    buf_puts(p->out, open);
    text(p, s);
    buf_puts(p->out, close);
}

static void cell(struct page *p, bool number, const char *s)
{
    tagged(p, number ? "<td class=n>" : "<td>", s, "</td>");
}

static void head(struct page *p, bool number, const char *s)
{
    tagged(p, number ? "<th class=n>" : "<th>", s, "</th>");
}

struct part { /* of a stacked bar */
    const char *name, *colour;
    double value;
};

static void stacked(struct page *p, const char *class, const struct part *parts, size_t n,
                    double whole)
{
    buf_printf(p->out, "<div class=%s>", class);
    for (size_t i = 0; i < n && whole > 0; i++)
        if (parts[i].value > 0)
            buf_printf(p->out, "<i class=%s style=\"width:%.3f%%\"></i>", parts[i].colour,
                       100 * parts[i].value / whole);
    buf_puts(p->out, "</div>");
}

static void key(struct page *p, const struct part *parts, size_t n)
{
    buf_puts(p->out, "<div class=key>");
    for (size_t i = 0; i < n; i++) {
        if (parts[i].value < 0) continue;
        buf_printf(p->out, "<span><i class=%s></i>", parts[i].colour);
        text(p, parts[i].name);
        buf_puts(p->out, "</span>");
    }
    buf_puts(p->out, "</div>\n");
}

static void card(struct page *p, const char *value, const char *name)
{
    tagged(p, "<div class=card><b>", value, "</b><span>");
    text(p, name);
    buf_puts(p->out, "</span></div>\n");
}

/* ---- sections of one report ---- */

static void cards(struct page *p, const struct report *r)
{
    struct arena *a = &p->arena;
    buf_puts(p->out, "<div class=cards>\n");
    if (r->totals.time_ms >= 0)
        card(p, arena_printf(a, "%.2f ms", r->totals.time_ms),
             r->run.clock_hz > 0
                 ? arena_printf(a, "an inference at %g MHz", (double)r->run.clock_hz / 1e6)
                 : "an inference");
    if (r->totals.cycles >= 0)
        card(p, text_int(a, r->totals.cycles),
             r->totals.cycles_high >= 0
                 ? arena_printf(a, "cycles (%s to %s)", text_int(a, r->totals.cycles_low),
                                text_int(a, r->totals.cycles_high))
                 : "cycles");
    if (r->totals.cycles_per_mac >= 0)
        card(p, arena_printf(a, "%.3f", r->totals.cycles_per_mac),
             arena_printf(a, "cycles/MACC, %s MACC", text_int(a, r->totals.macs)));
    else if (r->totals.macs >= 0)
        card(p, text_int(a, r->totals.macs), "MACC");
    int64_t sram = r->sram.peak_bytes >= 0 ? r->sram.peak_bytes : r->sram.arena_bytes;
    if (sram >= 0)
        card(p, arena_printf(a, "%s KiB", text_kib(a, sram)),
             arena_printf(a, "%s of %s KiB", r->sram.peak_bytes >= 0 ? "peak SRAM" : "arena",
                          r->board.sram_bytes > 0 ? text_kib(a, r->board.sram_bytes) : "?"));
    if (r->flash.total_bytes >= 0)
        card(p, arena_printf(a, "%s KiB", text_kib(a, r->flash.total_bytes)),
             arena_printf(a, "flash of %s KiB",
                          r->board.flash_bytes > 0 ? text_kib(a, r->board.flash_bytes) : "?"));
    buf_puts(p->out, "</div>\n");
}

/* The parts that are known, each with its bytes in its name. */
static void memory(struct page *p, const char *title, struct part *parts, size_t n,
                   int64_t board_bytes)
{
    double used = 0;
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].value < 0) continue;
        used += parts[i].value;
        parts[known] = parts[i];
        parts[known].name = arena_printf(&p->arena, "%s %s B", parts[i].name,
                                         text_int(&p->arena, (int64_t)parts[i].value));
        known++;
    }
    if (!known) return;
    double whole = (double)board_bytes > used ? (double)board_bytes : used;
    tagged(p, "<h2>", title, "</h2>\n");
    stacked(p, "meter", parts, known, whole);
    key(p, parts, known);
    if (board_bytes > 0)
        buf_printf(p->out, "<p class=soft>%s of %s B, %.1f %%%s</p>\n",
                   text_int(&p->arena, (int64_t)used), text_int(&p->arena, board_bytes),
                   100 * used / (double)board_bytes,
                   used > (double)board_bytes ? " <b class=bad>does not fit</b>" : "");
}

static void memories(struct page *p, const struct report *r)
{
    const struct report_sram *m = &r->sram;
    struct part sram[] = {
        {"activations", "c-act", (double)m->activation_bytes},
        {"scratch beyond them", "c-scratch",
         m->arena_bytes >= 0 ? (double)(m->arena_bytes - m->activation_bytes) : -1.0},
        {".data + .bss", "c-other",
         (double)(m->arena_bytes >= 0 ? m->other_bytes : m->static_bytes)},
        {"heap", "c-heap", (double)m->heap_peak_bytes},
        {"stack", "c-stack", (double)m->stack_peak_bytes},
    };
    struct part flash[] = {
        {"code", "c-issue", (double)r->flash.code_bytes},
        {"weights", "c-act", (double)r->flash.weights_bytes},
        {"other constants", "c-other", (double)r->flash.other_bytes},
    };
    memory(p, "SRAM", sram, sizeof sram / sizeof *sram, r->board.sram_bytes);
    memory(p, "Flash", flash, sizeof flash / sizeof *flash, r->board.flash_bytes);
}

static void layer_parts(const struct report *r, const struct report_layer *l,
                        struct part out[3])
{
    static const struct part empty[3] = {{"instructions issued", "c-issue", 0},
                                         {"core stalls", "c-core", 0},
                                         {"memory stalls", "c-mem", 0}};
    memcpy(out, empty, sizeof empty);
    for (size_t i = 0; l && l->causes && i < r->cause_count; i++)
        out[view_cause_kind(r->causes[i].name)].value += (double)l->causes[i];
    if (l && !l->causes && l->cycles > 0) out[0].value = (double)l->cycles;
}

static void layers(struct page *p, const struct report *r)
{
    struct arena *a = &p->arena;
    struct part parts[3];
    double most = 1, most_live = 1;
    bool ran = r->totals.cycles >= 0;
    for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++) {
        if ((double)l->cycles > most) most = (double)l->cycles;
        if ((double)l->live_bytes > most_live) most_live = (double)l->live_bytes;
    }
    buf_puts(p->out, "<h2>Layers</h2>\n");
    layer_parts(r, NULL, parts);
    if (ran) key(p, parts, 3);
    buf_puts(p->out, "<div class=scroll><table><tr>");
    head(p, true, "id");
    head(p, false, "layer");
    head(p, false, "kernel");
    head(p, true, "MACC");
    if (ran) {
        head(p, true, "cycles");
        head(p, true, "cycles/MACC");
        head(p, true, "%");
        head(p, false, "");
    }
    head(p, true, "RAM KiB");
    head(p, false, "");
    head(p, true, "weights KiB");
    buf_puts(p->out, "</tr>\n");
    for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++) {
        buf_puts(p->out, "<tr>");
        cell(p, true, text_int(a, l->index));
        cell(p, false, l->name);
        cell(p, false, l->kernel ? l->kernel : "");
        cell(p, true, l->macs > 0 ? text_int(a, l->macs) : "");
        if (ran) {
            cell(p, true, text_int(a, l->cycles));
            cell(p, true,
                 l->cycles_per_mac >= 0 ? arena_printf(a, "%.3f", l->cycles_per_mac) : "");
            cell(p, true,
                 l->share_percent >= 0 ? arena_printf(a, "%.1f", l->share_percent) : "");
            layer_parts(r, l, parts);
            buf_puts(p->out, "<td class=track>");
            stacked(p, "bar", parts, 3, most);
            buf_puts(p->out, "</td>");
        }
        cell(p, true, l->live_bytes >= 0 ? text_kib(a, l->live_bytes) : "");
        double scratch = l->scratch_bytes > 0 ? (double)l->scratch_bytes : 0;
        struct part ram[] = {{"", "c-act", (double)l->live_bytes - scratch},
                             {"", "c-scratch", scratch}};
        buf_puts(p->out, "<td class=track>");
        stacked(p, "bar", ram, 2, most_live);
        buf_puts(p->out, "</td>");
        cell(p, true, l->weights_bytes > 0 ? text_kib(a, l->weights_bytes) : "");
        buf_puts(p->out, "</tr>\n");
    }
    if (ran && r->overhead.cycles >= 0) {
        buf_puts(p->out, "<tr><td></td><td class=soft>(in between)</td><td></td><td></td>");
        cell(p, true, text_int(a, r->overhead.cycles));
        buf_puts(p->out, "</tr>\n");
    }
    buf_puts(p->out, "<tr class=total><td></td><td>TOTAL</td><td></td>");
    cell(p, true, text_int(a, r->totals.macs));
    if (ran) {
        cell(p, true, text_int(a, r->totals.cycles));
        cell(p, true,
             r->totals.cycles_per_mac >= 0 ? arena_printf(a, "%.3f", r->totals.cycles_per_mac)
                                           : "");
        buf_puts(p->out, "<td class=n>100.0</td><td></td>");
    }
    cell(p, true, r->sram.arena_bytes >= 0 ? text_kib(a, r->sram.arena_bytes) : "");
    buf_puts(p->out, "<td></td>");
    cell(p, true, r->flash.weights_bytes >= 0 ? text_kib(a, r->flash.weights_bytes) : "");
    buf_puts(p->out, "</tr>\n");
    buf_puts(p->out, "</table></div>\n");
}

static void causes(struct page *p, const struct report *r)
{
    struct arena *a = &p->arena;
    const char *reasons[REASONS];
    struct part parts[3];
    layer_parts(r, NULL, parts);
    for (size_t i = 0; i < r->cause_count; i++)
        parts[view_cause_kind(r->causes[i].name)].value += (double)r->causes[i].cycles;
    buf_puts(p->out, "<h2>Where the cycles go</h2>\n");
    stacked(p, "meter", parts, 3, (double)r->totals.cycles);
    for (int i = 0; i < 3; i++)
        parts[i].name = arena_printf(a, "%s %.1f %%", parts[i].name,
                                     100 * parts[i].value / (double)r->totals.cycles);
    key(p, parts, 3);
    size_t n = view_reasons(a, r, reasons, REASONS);
    buf_puts(p->out, "<ol>\n");
    for (size_t i = 0; i < n; i++) {
        size_t first = strcspn(reasons[i], "\n");
        tagged(p, "<li>", arena_printf(a, "%.*s", (int)first, reasons[i]), "");
        if (reasons[i][first])
            tagged(p, "<br><span class=soft>", reasons[i] + first + 1, "</span>");
        buf_puts(p->out, "</li>\n");
    }
    buf_puts(p->out, "</ol>\n");
}

static void functions(struct page *p, const struct report *r)
{
    struct arena *a = &p->arena;
    if (!r->function_count) return;
    buf_printf(p->out,
               "<details%s><summary>Functions, without callees, over the whole run</summary>"
               "<div class=scroll><table><tr>",
               r->layer_count ? "" : " open");
    head(p, false, "function");
    head(p, true, "calls");
    head(p, true, "cycles");
    head(p, true, "instructions");
    buf_puts(p->out, "</tr>\n");
    for (size_t i = 0; i < r->function_count && i < FUNCTIONS; i++) {
        const struct report_function *f = &r->functions[i];
        buf_puts(p->out, "<tr>");
        cell(p, false, f->name);
        cell(p, true, text_int(a, f->calls));
        cell(p, true, text_int(a, f->cycles));
        cell(p, true, text_int(a, f->instructions));
        buf_puts(p->out, "</tr>\n");
    }
    buf_puts(p->out, "</table></div></details>\n");
}

static void provenance(struct page *p, const struct report *r)
{
    const struct {
        const char *name, *value;
    } rows[] = {
        {"model SHA-256", r->model.sha256},
        {"firmware SHA-256", r->provenance.image_sha256},
        {"sources SHA-256", r->provenance.sources_sha256},
        {"board file SHA-256", r->board.sha256},
        {"compiler", r->provenance.compiler},
        {"flags", r->provenance.flags},
        {"planner", r->provenance.planner},
        {"timing model", r->provenance.timing},
        {"timing model version", r->provenance.timing_version},
        {"input", r->provenance.input},
        {"output CRC-32", r->output.crc32},
        {"mcuscope", r->tool_version},
    };
    buf_puts(p->out, "<details><summary>Provenance</summary><table>\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].value) continue;
        tagged(p, "<tr><td>", rows[i].name, "</td><td><code>");
        text(p, rows[i].value);
        buf_puts(p->out, "</code></td></tr>\n");
    }
    buf_puts(p->out, "</table></details>\n");
}

static void one(struct page *p, const struct report *r, const char *level)
{
    tagged(p, level, report_title(&p->arena, r), "<span class=kind>");
    text(p, r->kind);
    buf_printf(p->out, "</span></h%c>\n", level[2]);
    tagged(p, "<p class=soft>", r->board.title ? r->board.title : r->board.name, "</p>\n");
    if (r->run.stop && !report_good(r)) {
        tagged(p, "<p class=warn><b class=bad>stopped by ", r->run.stop, "</b> ");
        text(p, r->run.stop_text);
        buf_puts(p->out, "</p>\n");
    }
    for (size_t i = 0; i < r->warning_count; i++)
        tagged(p, "<p class=warn>", r->warnings[i], "</p>\n");
    cards(p, r);
    memories(p, r);
    if (r->totals.cycles > 0 && r->cause_count) causes(p, r);
    if (r->layer_count) layers(p, r);
    functions(p, r);
    provenance(p, r);
}

/* ---- several reports ---- */

static void beside(struct page *p, const struct report *const *reports, size_t n)
{
    struct arena *a = &p->arena;
    const char *const *labels = view_labels(a, reports, n);
    size_t count;
    const struct metric *all = metric_all(&count);
    buf_puts(p->out, "<h2>Side by side</h2>\n<div class=scroll><table><tr>");
    head(p, false, "metric");
    for (size_t i = 0; i < n; i++) {
        head(p, true, labels[i]);
        head(p, false, "");
    }
    buf_puts(p->out, "</tr>\n");
    for (const struct metric *m = all; m < all + count; m++) {
        double most = 0;
        for (size_t i = 0; i < n && m->group != METRIC_LAYER; i++) {
            double v = metric_value(m, reports[i]);
            most = v > most ? v : most;
        }
        if (most <= 0) continue;
        tagged(p, "<tr title=\"", m->text, "\">");
        cell(p, false, arena_printf(a, "%s (%s)", *m->alias ? m->alias : m->key, m->unit));
        for (size_t i = 0; i < n; i++) {
            double v = metric_value(m, reports[i]);
            struct part bar = {"", m->group == METRIC_TOTALS ? "c-issue" : "c-act", v};
            cell(p, true,
                 v < 0     ? "-"
                 : m->real ? arena_printf(a, "%.3f", v)
                           : text_int(a, (int64_t)v));
            buf_puts(p->out, "<td class=track>");
            stacked(p, "bar", &bar, 1, most);
            buf_puts(p->out, "</td>");
        }
        buf_puts(p->out, "</tr>\n");
    }
    buf_puts(p->out, "</table></div>\n");
}

static bool write_html(const struct report *const *reports, size_t n, struct buf *out,
                       struct err *e)
{
    if (!view_check(n, e)) return false;
    struct page p = {.out = out};
    buf_puts(out,
             "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n"
             "<meta name=viewport content=\"width=device-width,initial-scale=1\">\n<title>");
    text(&p, report_title(&p.arena, reports[0]));
    buf_printf(out, "</title>\n<style>\n%s</style>\n<main>\n", style);
    if (n > 1) {
        tagged(&p, "<h1>", reports[0]->model.name, " on ");
        text(&p, reports[0]->board.name);
        buf_puts(out, "</h1>\n");
        beside(&p, reports, n);
    }
    for (size_t i = 0; i < n; i++)
        one(&p, reports[i], n > 1 ? "<h2>" : "<h1>");
    buf_puts(out, "</main>\n</html>\n");
    arena_done(&p.arena);
    return true;
}

const struct exporter exporter_html = {"html", ".html", "one self-contained page", write_html};
