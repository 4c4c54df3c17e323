/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope gate R.json: hold a report to limits; exit code 1 when one is broken. A missing or
 * foreign baseline is an error (2), never a pass. */
#include <stdlib.h>
#include <string.h>

#include "reports/gate.h"
#include "tools/cli/cli.h"

static bool show(const struct gate_result *g, const char *format, const char *path,
                 struct err *e)
{
    const struct gate_writer *w = gate_writer_find(format);
    if (!w) {
        size_t n;
        const struct gate_writer *all = gate_writers(&n);
        struct buf names = {0};
        for (size_t i = 0; i < n; i++)
            buf_printf(&names, "%s%s", i ? ", " : "", all[i].name);
        err_set(e, ERR_USAGE, "--format %s: have %s", format, buf_text(&names));
        buf_done(&names);
        return false;
    }
    struct buf out = {0};
    w->write(g, &out);
    bool ok = cli_write(path, buf_text(&out), e);
    buf_done(&out);
    return ok;
}

static bool run(struct cli *c, struct err *e)
{
    struct report now, base;
    struct gate_result g = {0};
    bool with_base = cli_has(c, "baseline"), ok = false;
    const char *format = cli_has(c, "format") ? cli_get(c, "format") : "text";
    const char *path = cli_has(c, "out") ? cli_get(c, "out") : "-";
    if (!with_base && !cli_has(c, "limits"))
        return err_set(e, ERR_USAGE, "gate needs --limits, --baseline or both");
    if (!report_load(&now, c->argument[0], e)) return false;
    if (with_base && !report_load(&base, cli_get(c, "baseline"), e)) {
        err_prefix(e, "baseline");
        report_done(&now);
        return false;
    }
    ok = gate_run(&now, with_base ? &base : NULL, cli_get(c, "limits"), &g, e);
    if (ok || e->code == ERR_GATE) {
        bool failed = !ok;
        ok = show(&g, format, path, e);
        if (ok && failed) c->exit_code = err_exit(ERR_GATE);
    }
    gate_done(&g);
    if (with_base) report_done(&base);
    report_done(&now);
    return ok;
}

const struct cli_command cmd_gate = {
    .name = "gate",
    .group = "compare and gate",
    .arguments = "R.json",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary =
        "hold a report to limits, for CI\n\n"
        "Exit code 0 when all limits hold, 1 when one is broken, 2 when no judgement is\n"
        "possible: a missing or foreign baseline is never a pass.",
    .example = "mcuscope gate now.json --baseline main.json "
               "--limits 'sram.peak=0%,cycles.total=2%,sram.peak<=262144'",
    .options =
        (const struct cli_option[]){
            {"baseline", "FILE", "the report to compare with; needed for limits in percent"},
            {"limits", "LIST",
             "'sram.peak=0%' not worse than the baseline, 'cycles.total=2%' at most 2 %\n"
             "worse, 'sram.peak<=262144' absolute, 'layer.*.cycles=5%' each layer;\n"
             "default: every metric's own tolerance (mcuscope list metrics)"},
            {"format", "NAME", "text (default), md, junit or bench (github-action-benchmark)"},
            {"out", "FILE", "write there (default: standard output)"},
            {0}},
    .run = run,
};
