/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writes the numbers and the variables that layers.gp needs, then runs gnuplot. Names of a
 * report may be foreign: they only ever stand between quotes in which gnuplot expands nothing.
 */
#include "reports/plot/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/views.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"
#include "tools/base/proc.h"

enum { LABEL_COLUMNS = 26 };

struct scale { /* of the cycle axis */
    double unit;
    const char *text;
};

static struct scale scale_of(double most)
{
    if (most >= 2e6) return (struct scale){1e6, "million cycles"};
    if (most >= 2e3) return (struct scale){1e3, "thousand cycles"};
    return (struct scale){1, "cycles"};
}

/* In single quotes gnuplot expands nothing; a quote itself is written twice. */
static void quoted(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, "%s = '", name);
    for (; *text; text++) {
        if (*text == '\'') buf_puts(out, "'");
        if ((unsigned char)*text >= ' ') buf_add(out, text, 1);
    }
    buf_puts(out, "'\n");
}

/* A column of the data file: in double quotes, where backslashes would be taken as escapes. */
static void label(struct buf *out, const char *text)
{
    buf_puts(out, "\"");
    for (; *text; text++)
        if (*text != '"' && *text != '\\' && (unsigned char)*text >= ' ') buf_add(out, text, 1);
    buf_puts(out, "\"");
}

/* Issue, core stalls and memory stalls of a layer; all in the first when causes are unknown. */
static void split(const struct report *r, const struct report_layer *l, double out[3])
{
    out[0] = out[1] = out[2] = 0;
    if (!l->causes) {
        out[0] = l->cycles > 0 ? (double)l->cycles : 0;
        return;
    }
    for (size_t i = 0; i < r->cause_count; i++)
        out[view_cause_kind(r->causes[i].name)] += (double)l->causes[i];
}

static double kib(int64_t bytes)
{
    return bytes > 0 ? (double)bytes / 1024 : 0;
}

static void write_data(struct arena *a, const struct report *r, double unit, struct buf *out)
{
    buf_puts(out, "# row label activations_kib scratch_kib issue core memory share_percent\n");
    for (size_t i = 0; i < r->layer_count; i++) {
        const struct report_layer *l = &r->layers[i];
        double part[3];
        split(r, l, part);
        double scratch = kib(l->scratch_bytes), live = kib(l->live_bytes);
        buf_printf(out, "%zu ", i + 1);
        label(out, text_fit(a, l->name, LABEL_COLUMNS));
        buf_printf(out, " %.4f %.4f %.6f %.6f %.6f %.4f\n", live > scratch ? live - scratch : 0,
                   scratch, part[0] / unit, part[1] / unit, part[2] / unit,
                   l->share_percent > 0 ? l->share_percent : 0);
    }
}

static const char *subtitle(struct arena *a, const struct report *r)
{
    struct buf b = {0};
    buf_printf(&b, "%s", r->kind);
    if (r->totals.cycles >= 0) buf_printf(&b, "   %s cycles", text_int(a, r->totals.cycles));
    if (r->totals.time_ms >= 0) {
        buf_printf(&b, "   %.2f ms", r->totals.time_ms);
        if (r->run.clock_hz > 0) buf_printf(&b, " at %g MHz", (double)r->run.clock_hz / 1e6);
    }
    if (r->totals.cycles_per_mac >= 0)
        buf_printf(&b, "   %.2f cycles/MAC", r->totals.cycles_per_mac);
    const char *text = arena_str(a, buf_text(&b));
    buf_done(&b);
    return text;
}

static void write_variables(struct arena *a, const struct report *r, struct scale scale,
                            double most_cycles, struct buf *out)
{
    double most = kib(r->sram.arena_bytes), limit = kib(r->board.sram_bytes);
    size_t columns = 8;
    for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++) {
        size_t n = strlen(text_fit(a, l->name, LABEL_COLUMNS));
        most = fmax(most, kib(l->live_bytes));
        if (n > columns) columns = n;
    }
    /* The board's limit is drawn when it does not make the bars tiny. */
    if (limit <= 2.5 * most) most = fmax(most, limit);
    quoted(out, "title", report_title(a, r));
    quoted(out, "subtitle", subtitle(a, r));
    quoted(out, "cycles_label", scale.text);
    buf_printf(out, "rows = %zu\nlabel_columns = %zu\n", r->layer_count, columns);
    int64_t used = r->sram.peak_bytes >= 0 ? r->sram.peak_bytes : r->sram.arena_bytes;
    buf_printf(out, "sram_max = %.4f\narena = %.4f\n", most > 0 ? 1.04 * most : 1,
               kib(r->sram.arena_bytes));
    buf_printf(out, "sram_used = %.4f\nsram_have = %.4f\n", kib(used), limit);
    buf_printf(out, "flash_used = %.4f\nflash_have = %.4f\n", kib(r->flash.total_bytes),
               kib(r->board.flash_bytes));
    buf_printf(out, "cycles_max = %.6f\n\n",
               most_cycles > 0 ? 1.12 * most_cycles / scale.unit : 1);
}

static bool write_files(const struct report *r, const char *dir, struct err *e)
{
    struct arena a = {0};
    struct buf data = {0}, script = {0};
    struct bytes body = {0};
    double most = 0;
    for (size_t i = 0; i < r->layer_count; i++)
        most = fmax(most, (double)r->layers[i].cycles);
    struct scale scale = scale_of(most);
    const char *folder = file_data(&a, "reports/plot", e);
    bool ok = folder && file_load(arena_printf(&a, "%s/layers.gp", folder), 0, &body, e) &&
              file_mkdirs(dir, e);
    if (ok) {
        write_data(&a, r, scale.unit, &data);
        write_variables(&a, r, scale, most, &script);
        buf_add(&script, body.data, body.len);
        ok = file_save(arena_printf(&a, "%s/layers.dat", dir), buf_text(&data), data.len, e) &&
             file_save(arena_printf(&a, "%s/layers.gp", dir), buf_text(&script), script.len, e);
    }
    free(body.data);
    buf_done(&data);
    buf_done(&script);
    arena_done(&a);
    return ok;
}

bool plot_layers(const struct report *r, const char *dir, struct err *e)
{
    if (!r->layer_count)
        return err_set(e, ERR_UNSUPPORTED, "%s: the report has no layers to draw",
                       r->model.name);
    if (!write_files(r, dir, e)) return false;
    if (!proc_found("gnuplot"))
        return err_set(e, ERR_MISSING,
                       "gnuplot is not installed, so there is no picture: apt install "
                       "gnuplot-nox, then run `gnuplot layers.gp` in %s",
                       dir);
    const char *const argv[] = {"gnuplot", "layers.gp", NULL};
    struct buf said = {0};
    bool ok = proc_run(argv, dir, &said, e);
    buf_done(&said);
    return ok;
}
