/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Markdown for a pull request or $GITHUB_STEP_SUMMARY: the hidden first line lets a bot find
 * and replace its own comment. */
#include "reports/export.h"
#include "reports/views.h"

static void section(const struct table *t, struct buf *out)
{
    if (!t) return;
    buf_puts(out, "\n");
    table_markdown(t, out);
}

static bool write_md(const struct report *const *reports, size_t n, struct buf *out,
                     struct err *e)
{
    struct arena a = {0};
    if (!view_check(n, e)) return false;
    buf_puts(out, "<!-- mcuscope-report -->\n");
    if (n == 1)
        buf_printf(out, "## `%s`\n", report_title(&a, reports[0]));
    else
        buf_printf(out, "## `%s` on `%s`\n", reports[0]->model.name, reports[0]->board.name);
    buf_printf(out, "\nFigures: %s.\n", view_kind(&a, reports[0]));
    section(view_totals(&a, reports, n), out);
    if (n == 1) {
        const struct report *r = reports[0];
        if (r->layer_count) section(view_layers(&a, r), out);
        if (r->function_count && r->totals.macs < 0) section(view_functions(&a, r, 20), out);
        if (r->totals.cycles > 0) section(view_causes(&a, r), out);
        section(view_regions(&a, r), out);
    } else {
        section(view_layers_beside(&a, reports, n), out);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < reports[i]->warning_count; k++)
            buf_printf(out, "\n> warning: %s: %s\n", reports[i]->schedule,
                       reports[i]->warnings[k]);
    arena_done(&a);
    return true;
}

const struct exporter exporter_md = {"md", ".md", "Markdown for pull requests", write_md};
