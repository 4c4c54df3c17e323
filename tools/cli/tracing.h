/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tracing: the options of `run` and `mlperf` that look closer at a run, and their files.
 */
#ifndef CLI_TRACING_H
#define CLI_TRACING_H

#include "sim/sim.h"
#include "tools/cli/cli.h"

#define TRACING_OPTIONS                                                                        \
    {"functions", NULL, "follow calls: all functions with and without callees, top stall"},    \
        {"callgrind", "FILE", "calls for kcachegrind and callgrind_annotate; - for stdout"},   \
        {"annotate", "FILE",                                                                   \
         "each instruction with executions, cycles, stalls; - for stdout"},                    \
        {"annotate-function", "NAME", "… of this function only"},                              \
    {                                                                                          \
        "collapsed", "FILE", "stacks for flamegraph.pl and speedscope; - for stdout"           \
    }

/* Fills *o from those options. */
bool tracing_options(struct cli *c, struct sim_options *o, struct err *e);
/* Writes the files that were asked for. */
bool tracing_write(const struct cli *c, const struct profile *p, struct err *e);

#endif
