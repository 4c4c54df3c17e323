/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Gate: a report held to limits, with and without a baseline; what CI runs.
 *
 *     limits   = limit *( "," limit )
 *     limit    = what "=" percent "%" [ "|" number ]     not worse than the baseline + percent,
 *                                                        and not more than number
 *              | what "<=" number | what ">=" number     absolute; number may end in KiB or MiB
 *     what     = metric key or alias ("memory.sram.peak_bytes", "sram.peak")
 *              | "layer." name pattern "." layer metric  ("layer.*.cycles",
 * "layer.conv_*.macs")
 *
 * Percent counts towards the worse side of metrics.def; where neither side is worse, any change
 * counts. Without limits, every metric that has a tolerance is held to it.
 *
 * What must never pass: a missing baseline (ERR_MISSING), one of another model, board, schedule
 * or kind of figures (ERR_UNSUPPORTED), a run that did not end well (ERR_FAULT), a metric that
 * a report does not have (ERR_MISSING), a limit that is not understood or a pattern without any
 * layer (ERR_USAGE), and limits beyond (ERR_GATE).
 */
#ifndef REPORTS_GATE_H
#define REPORTS_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/metrics.h"
#include "reports/report.h"
#include "tools/base/buf.h"

struct gate_check {
    const char *limit;           /* as written: "sram.peak=0%" */
    const char *name;            /* "sram.peak", "layer.conv_2d_3.cycles" */
    const struct metric *metric; /* unit, direction */
    double from, to;             /* baseline (REPORT_NONE: not used) and now */
    bool pass;
    const char *allowed; /* "at most +2 %", "at most 262,144 B" */
    const char *why;     /* NULL: nothing to say */
};

struct gate_result {
    const char *title, *setup; /* setup: differences of the two set-ups, NULL: none */
    struct gate_check *checks; /* in the order of the limits */
    size_t count, failed;
    struct arena arena;
};

/* True when all limits hold. False with e->code ERR_GATE when one does not: *out is filled all
 * the same. Any other code: no judgement was possible. Release *out with gate_done() in every
 * case. baseline and limits may be NULL. */
bool gate_run(const struct report *now, const struct report *baseline, const char *limits,
              struct gate_result *out, struct err *e);
void gate_done(struct gate_result *g);

/* Ways to write a result: text, md, junit (XML), bench (JSON of github-action-benchmark). */
struct gate_writer {
    const char *name, *extension, *text;
    void (*write)(const struct gate_result *g, struct buf *out);
};
const struct gate_writer *gate_writers(size_t *n);
const struct gate_writer *gate_writer_find(const char *name);

#endif
