/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A gate's verdict for people (text, Markdown) and for CI: JUnit XML, which GitLab, Jenkins and
 * GitHub's reporters read, and the array of github-action-benchmark ("customSmallerIsBetter").
 */
#include <stdlib.h>
#include <string.h>

#include "reports/gate.h"
#include "reports/table.h"
#include "tools/base/json.h"

static const char *value(struct arena *a, const struct metric *m, double v)
{
    if (v < 0) return "-";
    return m->real ? arena_printf(a, "%.3f", v) : text_int(a, (int64_t)v);
}

static const char *delta(struct arena *a, const struct gate_check *c)
{
    if (c->from < 0) return "";
    return arena_printf(a, "%s (%s)", text_delta(a, c->to - c->from, c->metric->real ? 3 : 0),
                        text_change(a, c->from, c->to));
}

static const char *verdict(const struct gate_result *g, struct arena *a)
{
    if (!g->failed)
        return arena_printf(a, "all %zu limit%s hold", g->count, g->count == 1 ? "" : "s");
    return arena_printf(a, "%zu of %zu limit%s failed", g->failed, g->count,
                        g->count == 1 ? "" : "s");
}

/* Failed checks first, each with its reason. */
static void write_text(const struct gate_result *g, struct buf *out)
{
    struct arena a = {0};
    buf_printf(out, "gate: %s\n", g->title);
    for (const char *s = g->setup; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL)
        buf_printf(out, "  note: %.*s\n", (int)strcspn(s, "\n"), s);
    for (int pass = 0; pass < 2; pass++)
        for (const struct gate_check *c = g->checks; c < g->checks + g->count; c++) {
            if (c->pass != pass) continue;
            buf_printf(out, "  %s  %s", pass ? "pass" : "FAIL", c->name);
            buf_column(out, 24);
            if (c->from >= 0)
                buf_printf(out, " %s -> %s %s  %s", value(&a, c->metric, c->from),
                           value(&a, c->metric, c->to), c->metric->unit, delta(&a, c));
            else
                buf_printf(out, " %s %s", value(&a, c->metric, c->to), c->metric->unit);
            buf_printf(out, "  (limit: %s)\n", c->allowed);
            if (!pass && c->why) buf_printf(out, "        %s\n", c->why);
        }
    buf_printf(out, "%s\n", verdict(g, &a));
    arena_done(&a);
}

static void write_md(const struct gate_result *g, struct buf *out)
{
    struct arena a = {0};
    buf_printf(out, "<!-- mcuscope-gate -->\n## %s `%s`: %s\n\n", g->failed ? "❌" : "✅",
               g->title, verdict(g, &a));
    struct table *t = table_new(&a, NULL);
    table_column(t, "", TABLE_LEFT);
    table_column(t, "metric", TABLE_LEFT);
    table_column(t, "baseline", TABLE_RIGHT);
    table_column(t, "now", TABLE_RIGHT);
    table_column(t, "change", TABLE_RIGHT);
    table_column(t, "limit", TABLE_LEFT);
    table_column(t, "why", TABLE_LEFT);
    for (int pass = 0; pass < 2; pass++)
        for (const struct gate_check *c = g->checks; c < g->checks + g->count; c++) {
            if (c->pass != pass) continue;
            table_row(t);
            table_cell(t, "%s", c->pass ? "pass" : "FAIL");
            table_cell(t, "%s (%s)", c->name, c->metric->unit);
            table_cell(t, "%s", value(&a, c->metric, c->from));
            table_cell(t, "%s", value(&a, c->metric, c->to));
            table_cell(t, "%s", delta(&a, c));
            table_cell(t, "%s", c->allowed);
            table_cell(t, "%s", !c->pass && c->why ? c->why : "");
        }
    table_markdown(t, out);
    for (const char *s = g->setup; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL)
        buf_printf(out, "\n> note: `%.*s`\n", (int)strcspn(s, "\n"), s);
    arena_done(&a);
}

static void xml(struct buf *out, const char *text)
{
    for (; *text; text++) {
        const char *as = *text == '&'   ? "&amp;"
                         : *text == '<' ? "&lt;"
                         : *text == '>' ? "&gt;"
                         : *text == '"' ? "&quot;"
                                        : NULL;
        if (as)
            buf_puts(out, as);
        else
            buf_add(out, text, 1);
    }
}

static void write_junit(const struct gate_result *g, struct buf *out)
{
    struct arena a = {0};
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buf_puts(out, "<testsuite name=\"mcuscope gate: ");
    xml(out, g->title);
    buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n", g->count, g->failed);
    for (const struct gate_check *c = g->checks; c < g->checks + g->count; c++) {
        buf_puts(out, "  <testcase classname=\"");
        xml(out, g->title);
        buf_puts(out, "\" name=\"");
        xml(out, c->limit);
        if (strcmp(c->limit, c->name) != 0 && !strncmp(c->name, "layer.", 6)) {
            buf_puts(out, ": ");
            xml(out, c->name);
        }
        if (c->pass) {
            buf_puts(out, "\"/>\n");
            continue;
        }
        buf_puts(out, "\">\n    <failure message=\"");
        xml(out, arena_printf(&a, "%s is %s %s, limit: %s", c->name,
                              value(&a, c->metric, c->to), c->metric->unit, c->allowed));
        buf_puts(out, "\">");
        xml(out, c->from >= 0 ? arena_printf(&a, "%s -> %s: %s", value(&a, c->metric, c->from),
                                             value(&a, c->metric, c->to), delta(&a, c))
                              : "");
        if (c->why) {
            buf_puts(out, "\n");
            xml(out, c->why);
        }
        buf_puts(out, "</failure>\n  </testcase>\n");
    }
    buf_puts(out, "</testsuite>\n");
    arena_done(&a);
}

static void write_bench(const struct gate_result *g, struct buf *out)
{
    struct arena a = {0};
    struct json *list = json_new_array();
    for (const struct gate_check *c = g->checks; c < g->checks + g->count; c++) {
        bool known = false; /* two limits on one metric are one figure */
        for (const struct gate_check *b = g->checks; b < c; b++)
            known |= !strcmp(b->name, c->name);
        if (known || c->metric->better != METRIC_LOWER) continue;
        struct json *o = json_push(list, json_new_object());
        json_set_str(o, "name", arena_printf(&a, "%s: %s", g->title, c->name));
        json_set_str(o, "unit", c->metric->unit);
        if (c->metric->real)
            json_set_real(o, "value", c->to, 6);
        else
            json_set_int(o, "value", (int64_t)c->to);
    }
    char *text = json_text(list);
    buf_puts(out, text);
    free(text);
    json_free(list);
    arena_done(&a);
}

static const struct gate_writer writers[] = {
    {"text", ".txt", "for people (the default)", write_text},
    {"md", ".md", "Markdown for pull requests", write_md},
    {"junit", ".xml", "JUnit XML: one test case a limit", write_junit},
    {"bench", ".json", "github-action-benchmark, smaller is better", write_bench},
};

const struct gate_writer *gate_writers(size_t *n)
{
    *n = sizeof writers / sizeof *writers;
    return writers;
}

const struct gate_writer *gate_writer_find(const char *name)
{
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
        if (!strcmp(writers[i].name, name)) return &writers[i];
    return NULL;
}
