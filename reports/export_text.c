/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The report that people read in a terminal: at most 100 columns, a key : value block in the
 * manner of stedgeai, then tables. */
#include <inttypes.h>
#include <string.h>

#include "reports/export.h"
#include "reports/views.h"

enum { KEY_COLUMNS = 14, LINE_COLUMNS = 100, REASONS = 3, FUNCTIONS = 20, COUNTS = 12 };

static void key(struct buf *out, const char *name)
{
    buf_printf(out, "%s", name);
    buf_column(out, KEY_COLUMNS);
    buf_puts(out, ": ");
}

/* Long values (compiler flags) go on over several lines, cut at spaces. */
static void wrapped(struct buf *out, const char *text)
{
    size_t room = LINE_COLUMNS - KEY_COLUMNS - 2;
    while (strlen(text) > room) {
        size_t cut = room;
        while (cut && text[cut] != ' ')
            cut--;
        if (!cut) cut = room;
        buf_add(out, text, cut);
        buf_puts(out, "\n");
        buf_column(out, KEY_COLUMNS + 2);
        text += cut + (text[cut] == ' ');
    }
    buf_printf(out, "%s\n", text);
}

static void digest(struct buf *out, const char *sha256)
{
    if (sha256) buf_printf(out, "   sha256 %.12s", sha256);
}

static void memory_line(struct arena *a, struct buf *out, const char *name, int64_t used,
                        int64_t have)
{
    if (used < 0) return;
    key(out, name);
    buf_puts(out, text_bytes(a, used));
    if (have > 0)
        buf_printf(out, " of %s B   %.1f %%   %s", text_int(a, have),
                   100.0 * (double)used / (double)have, used <= have ? "fits" : "DOES NOT FIT");
    buf_puts(out, "\n");
}

/* Model, board, compiler: what the reports have in common when there are several. */
static void write_setup(struct arena *a, const struct report *r, struct buf *out)
{
    bool foreign = strcmp(r->schedule, "-") == 0;
    if (strcmp(r->model.name, "-") != 0 && foreign) {
        key(out, "firmware");
        buf_puts(out, r->model.name);
        digest(out, r->provenance.image_sha256);
        buf_puts(out, "\n");
    } else if (strcmp(r->model.name, "-") != 0) {
        key(out, "model");
        buf_printf(out, "%s", r->model.name);
        if (r->model.bytes >= 0) buf_printf(out, "   %s", text_bytes(a, r->model.bytes));
        digest(out, r->model.sha256);
        buf_puts(out, "\n");
    } else if (r->provenance.image_sha256) {
        key(out, "firmware");
        buf_printf(out, "sha256 %.12s\n", r->provenance.image_sha256);
    }
    key(out, "board");
    wrapped(out, r->board.title ? arena_printf(a, "%s   %s", r->board.name, r->board.title)
                                : r->board.name);
    if (r->provenance.compiler) {
        key(out, "compiler");
        wrapped(out, r->provenance.compiler);
    }
    if (r->provenance.flags) {
        key(out, "flags");
        wrapped(out, r->provenance.flags);
    }
}

static void write_result(struct arena *a, const struct report *r, struct buf *out)
{
    if (r->totals.macs >= 0) {
        key(out, "macc");
        buf_printf(out, "%s\n", text_int(a, r->totals.macs));
    }
    if (r->totals.cycles >= 0) {
        key(out, "cycles");
        buf_puts(out, text_int(a, r->totals.cycles));
        if (r->totals.cycles_low >= 0 && r->totals.cycles_high >= 0)
            buf_printf(out, " (%s to %s)", text_int(a, r->totals.cycles_low),
                       text_int(a, r->totals.cycles_high));
        if (r->totals.cycles_per_mac >= 0)
            buf_printf(out, "   cycles/MACC : %.3f", r->totals.cycles_per_mac);
        if (r->totals.instructions > 0)
            buf_printf(out, "   instructions : %s   CPI : %.3f",
                       text_int(a, r->totals.instructions),
                       (double)r->totals.cycles / (double)r->totals.instructions);
        buf_puts(out, "\n");
    }
    if (r->totals.time_ms >= 0) {
        key(out, "time");
        buf_printf(out, "%.3f ms", r->totals.time_ms);
        if (r->run.clock_hz > 0) buf_printf(out, " @ %g MHz", (double)r->run.clock_hz / 1e6);
        bool one = r->totals.macs >= 0 || r->run.inferences == 1;
        if (r->totals.time_ms > 0 && r->layer_count && one)
            buf_printf(out, "   inferences/s : %.2f", 1e3 / r->totals.time_ms);
        if (r->run.inferences > 1)
            buf_printf(out, "   per inference : %.3f ms",
                       r->totals.time_ms / (double)r->run.inferences);
        buf_puts(out, "\n");
    }
    if (r->sram.peak_bytes >= 0)
        memory_line(a, out, "ram (total)", r->sram.peak_bytes, r->board.sram_bytes);
    else
        memory_line(a, out, "arena (plan)", r->sram.arena_bytes, r->board.sram_bytes);
    if (r->flash.total_bytes >= 0)
        memory_line(a, out, "flash (total)", r->flash.total_bytes, r->board.flash_bytes);
    else
        memory_line(a, out, "weights", r->flash.weights_bytes, r->board.flash_bytes);
    if (r->output.crc32) {
        key(out, "output");
        buf_printf(out, "%s B   crc32 %s", text_int(a, r->output.bytes), r->output.crc32);
        if (r->provenance.input) buf_printf(out, "   input %s", r->provenance.input);
        buf_puts(out, "\n");
    }
    if (r->run.stop && !report_good(r)) {
        key(out, "stopped by");
        buf_printf(out, "%s\n", r->run.stop);
        if (r->run.stop_text) buf_printf(out, "%s\n", r->run.stop_text);
    }
}

static void write_reasons(struct arena *a, const struct report *r, struct buf *out)
{
    const char *lines[REASONS];
    size_t n = view_reasons(a, r, lines, REASONS);
    for (size_t i = 0; i < n; i++) {
        const char *second = strchr(lines[i], '\n');
        size_t first = second ? (size_t)(second - lines[i]) : strlen(lines[i]);
        buf_printf(out, "  %zu. %.*s\n", i + 1, (int)first, lines[i]);
        if (second) buf_printf(out, "     -> %s\n", second + 1);
    }
}

static void write_warnings(const struct report *r, const char *label, struct buf *out)
{
    for (size_t i = 0; i < r->warning_count; i++)
        buf_printf(out, "warning: %s%s%s\n", label ? label : "", label ? ": " : "",
                   r->warnings[i]);
}

static void section(const struct table *t, struct buf *out)
{
    if (!t) return;
    buf_puts(out, "\n");
    table_text(t, out);
}

static void write_one(struct arena *a, const struct report *r, struct buf *out)
{
    write_setup(a, r, out);
    if (strcmp(r->schedule, "-") != 0) {
        key(out, "schedule");
        buf_printf(out, "%s\n", r->schedule);
    }
    if (r->provenance.layers) {
        key(out, "layers by");
        wrapped(out, r->provenance.layers);
    }
    key(out, "figures");
    buf_printf(out, "%s\n", view_kind(a, r));
    write_result(a, r, out);
    if (r->layer_count) section(view_layers(a, r), out);
    bool followed = r->function_count && r->functions[0].inclusive_cycles >= 0; /* asked for */
    if (followed || (r->function_count && r->totals.macs < 0))
        section(view_functions(a, r, followed ? r->function_count : FUNCTIONS), out);
    if (r->totals.cycles > 0) {
        section(view_causes(a, r), out);
        write_reasons(a, r, out);
    }
    section(view_sram(a, r), out);
    if (r->sram.shared_bytes > 0)
        buf_printf(out, "  scratch is up to %s B, %s B of them where activations are dead\n",
                   text_int(a, r->sram.scratch_bytes), text_int(a, r->sram.shared_bytes));
    if (r->sram.live_peak_bytes >= 0 && r->peak_layer)
        buf_printf(out, "  live peak %s B, at %s\n", text_int(a, r->sram.live_peak_bytes),
                   r->peak_layer);
    section(view_regions(a, r), out);
    section(view_flash(a, r), out);
    section(view_counts(a, "Peripheral registers that are not modelled: they read 0",
                        "register", r->unmodelled, r->unmodelled_count, COUNTS),
            out);
    section(view_counts(a, "Instructions timed by default", "class", r->defaults,
                        r->default_count, COUNTS),
            out);
    if (r->outside.cycles > 0)
        buf_printf(out,
                   "\nOutside the inference (start-up, input, output): %s cycles; whole run: "
                   "%s\n",
                   text_int(a, r->outside.cycles), text_int(a, r->run.cycles));
    if (r->warning_count) buf_puts(out, "\n");
    write_warnings(r, NULL, out);
    if (r->simulation.host_seconds >= 0)
        buf_printf(out, "\nsimulated in %.2f s of host time, %.1f M instructions/s\n",
                   r->simulation.host_seconds, r->simulation.mips);
}

/* "tinyengine is 4.64 times as fast as reference" */
static void write_speed(struct arena *a, const struct report *const *reports, size_t n,
                        struct buf *out)
{
    const char *const *labels = view_labels(a, reports, n);
    for (size_t i = 1; i < n; i++)
        if (reports[0]->totals.time_ms > 0 && reports[i]->totals.time_ms > 0)
            buf_printf(out, "  %s is %.2f times as fast as %s\n", labels[i],
                       reports[0]->totals.time_ms / reports[i]->totals.time_ms, labels[0]);
}

static bool write_text(const struct report *const *reports, size_t n, struct buf *out,
                       struct err *e)
{
    struct arena a = {0};
    if (!view_check(n, e)) return false;
    if (n == 1) {
        write_one(&a, reports[0], out);
    } else {
        const char *const *labels = view_labels(&a, reports, n);
        write_setup(&a, reports[0], out);
        key(out, "figures");
        buf_printf(out, "%s\n", view_kind(&a, reports[0]));
        section(view_totals(&a, reports, n), out);
        write_speed(&a, reports, n, out);
        section(view_layers_beside(&a, reports, n), out);
        buf_puts(out, "\n");
        for (size_t i = 0; i < n; i++) {
            if (!report_good(reports[i]) && reports[i]->run.stop)
                buf_printf(out, "%s: stopped by %s\n", labels[i], reports[i]->run.stop);
            write_warnings(reports[i], labels[i], out);
        }
    }
    arena_done(&a);
    return true;
}

const struct exporter exporter_text = {"text", ".txt", "tables for people (the default)",
                                       write_text};
