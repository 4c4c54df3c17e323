/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Output: reports to people (stdout), to machines (--json) and to a folder, as `bench`, `run`
 * and `report` do.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdio.h>

#include "reports/report.h"
#include "tools/cli/cli.h"

#define OUTPUT_OPTIONS                                                                         \
    {"json", "FILE",                                                                           \
     "write the report as JSON; - for standard output instead of text;\n"                      \
     "several schedules: an array"},                                                           \
    {                                                                                          \
        "format", "NAME", "what standard output shows: text (default), md, csv, html, json"    \
    }

/* Where remarks for people go: stdout, or stderr when stdout is a machine's. */
FILE *output_stream(const struct cli *c);
/* Refuses what output_reports() would refuse after a run of minutes. */
bool output_check(const struct cli *c, struct err *e);
/* Shows the reports as the options say; dir: also writes report.* and plots there, or NULL. */
bool output_reports(struct cli *c, const struct report *const *reports, size_t n,
                    const char *dir, struct err *e);

#endif
