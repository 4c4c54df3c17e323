/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope compare A.json B.json…: what changed, biggest difference first. */
#include <stdlib.h>
#include <string.h>

#include "reports/compare.h"
#include "tools/cli/cli.h"

enum { COMPARE_MAX = 16 };

static bool run(struct cli *c, struct err *e)
{
    struct report *reports = arena_array(&c->arena, COMPARE_MAX, sizeof *reports);
    const struct report *list[COMPARE_MAX];
    const char *format = cli_has(c, "format") ? cli_get(c, "format") : "text";
    bool markdown = strcmp(format, "md") == 0, ok = true;
    size_t n = 0;
    struct buf out = {0};
    if (!markdown && strcmp(format, "text") != 0)
        return err_set(e, ERR_USAGE, "--format %s: have text and md", format);
    for (; ok && n < (size_t)c->argument_count; n += ok) {
        ok = report_load(&reports[n], c->argument[n], e);
        list[n] = &reports[n];
    }
    ok = ok && compare_write(list, n, markdown ? COMPARE_MARKDOWN : COMPARE_TEXT, &out, e) &&
         cli_write(cli_has(c, "out") ? cli_get(c, "out") : "-", buf_text(&out), e);
    buf_done(&out);
    for (size_t i = 0; i < n; i++)
        report_done(&reports[i]);
    return ok;
}

const struct cli_command cmd_compare = {
    .name = "compare",
    .group = "compare and gate",
    .arguments = "A.json B.json…",
    .min_arguments = 2,
    .max_arguments = COMPARE_MAX,
    .summary = "what changed between reports, biggest difference first\n\n"
               "From the first report to each of the others: totals, layers, causes that grew.",
    .example = "mcuscope compare before/report.json after/report.json --format md",
    .options =
        (const struct cli_option[]){{"format", "NAME", "text (default) or md"},
                                    {"out", "FILE", "write there (default: standard output)"},
                                    {0}},
    .run = run,
};
