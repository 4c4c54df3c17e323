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
        {"collapsed", "FILE", "stacks for flamegraph.pl and speedscope; - for stdout"},        \
        {"annotate", "FILE",                                                                   \
         "each instruction with executions, cycles, stalls; - for stdout"},                    \
        {"annotate-function", "NAME", "… of this function only"},                              \
        {"trace", "KIND=FILE,…",                                                               \
         "what happened when: chrome=FILE (Perfetto), vcd=FILE (GTKWave),\n"                   \
         "insn=FILE (a line an instruction)"},                                                 \
        {"from", "WHAT", "trace from that cycle, or the first entry of that function"},        \
        {"to", "WHAT", "trace to that cycle, or the return from that function"},               \
    {                                                                                          \
        "trace-limit", "N", "events a file at most (default 1M)"                               \
    }

/* The files of --trace while the firmware runs. Zero it first. */
struct tracing {
    struct sim_timelines lines;
    bool any;
};

/* Fills *o from those options and opens what is written during the run. */
bool tracing_options(struct cli *c, struct tracing *t, struct sim_options *o, struct err *e);
/* Writes the files that are made after it. */
bool tracing_write(const struct cli *c, const struct profile *p, struct err *e);
/* Closes the others; says on stderr what was cut. False when one could not be written, or when
 * all was not good before: then *e stays. */
bool tracing_done(struct tracing *t, const struct profile *p, bool good, struct err *e);

#endif
