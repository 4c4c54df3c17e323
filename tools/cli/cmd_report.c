/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope report R.json…: shows reports that were made before, in any format. */
#include "reports/export.h"
#include "tools/cli/output.h"

static bool run(struct cli *c, struct err *e)
{
    struct report *reports = arena_array(&c->arena, (size_t)c->argument_count, sizeof *reports);
    const struct report *list[CLI_ARGUMENTS_MAX];
    size_t n = 0;
    bool ok = true;
    for (; ok && n < (size_t)c->argument_count; n += ok) {
        ok = report_load(&reports[n], c->argument[n], e);
        list[n] = &reports[n];
    }
    ok = ok && output_reports(c, list, n, cli_get(c, "out"), e);
    for (size_t i = 0; i < n; i++)
        report_done(&reports[i]);
    return ok;
}

const struct cli_command cmd_report = {
    .name = "report",
    .group = "compare and gate",
    .arguments = "R.json…",
    .min_arguments = 1,
    .max_arguments = CLI_ARGUMENTS_MAX,
    .summary = "show reports again, as text, Markdown, CSV, HTML or plots",
    .example = "mcuscope report out/report.json --format md",
    .options =
        (const struct cli_option[]){
            OUTPUT_OPTIONS, {"out", "DIR", "write every format and plots to DIR"}, {0}},
    .run = run,
};
