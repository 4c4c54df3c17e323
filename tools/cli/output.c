/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/cli/output.h"

#include <stdlib.h>
#include <string.h>

#include "reports/export.h"
#include "reports/plot/plot.h"
#include "tools/base/file.h"

static const char *format(const struct cli *c)
{
    const char *json = cli_get(c, "json"), *name = cli_get(c, "format");
    if (json && strcmp(json, "-") == 0) return NULL; /* stdout is the JSON's */
    return name ? name : "text";
}

FILE *output_stream(const struct cli *c)
{
    const char *name = format(c);
    return name && strcmp(name, "text") == 0 ? stdout : stderr;
}

static const struct exporter *find(const char *name, struct err *e)
{
    const struct exporter *x = exporter_find(name);
    if (x) return x;
    size_t count;
    const struct exporter *const *all = exporter_all(&count);
    struct buf names = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", all[i]->name);
    err_set(e, ERR_USAGE, "--format %s: have %s", name, buf_text(&names));
    buf_done(&names);
    return NULL;
}

bool output_check(const struct cli *c, struct err *e)
{
    static const char *const files[] = {"json"};
    return (!format(c) || find(format(c), e)) && cli_may_write(c, files, 1, e);
}

static bool export(const char *name, const struct report *const *reports, size_t n,
                   const char *path, struct err *e)
{
    const struct exporter *x = find(name, e);
    if (!x) return false;
    struct buf out = {0};
    bool ok = x->write(reports, n, &out, e) && cli_write(path, buf_text(&out), e);
    buf_done(&out);
    return ok;
}

/* A picture needs gnuplot, which is no reason to lose the run: say so and go on. */
static bool draw(const struct report *r, const char *dir, struct err *e)
{
    if (r->layer_count == 0 || plot_layers(r, dir, e)) return true;
    if (e->code != ERR_MISSING) return false;
    fprintf(stderr, "mcuscope: note: no picture: %s\n", e->text);
    return true;
}

bool output_reports(struct cli *c, const struct report *const *reports, size_t n,
                    const char *dir, struct err *e)
{
    const char *json = cli_get(c, "json"), *shown = format(c);
    if (json && !export("json", reports, n, json, e)) return false;
    if (shown && !export(shown, reports, n, "-", e)) return false;
    if (!dir) return true;
    if (!file_mkdirs(dir, e)) return false;
    static const char *const kept[] = {"text", "md", "csv", "html"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        const struct exporter *x = exporter_find(kept[i]);
        char *path = arena_printf(&c->arena, "%s/report%s", dir, x->extension);
        if (!export(kept[i], reports, n, path, e)) return false;
    }
    for (size_t i = 0; i < n; i++) {
        char *where = n == 1 ? arena_str(&c->arena, dir)
                             : arena_printf(&c->arena, "%s/%s", dir, reports[i]->schedule);
        if (!draw(reports[i], where, e)) return false;
    }
    FILE *to = output_stream(c);
    fprintf(to,
            "\n%s: report.html, report.md, report.csv, report.txt%s; layers.png and .svg%s\n",
            dir, n == 1 ? ", report.json" : "", n == 1 ? "" : " in each schedule's folder");
    return true;
}
