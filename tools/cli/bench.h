/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bench: one network, one board, one schedule: compile, simulate, check against the oracle,
 * join. What `bench` prints for each schedule and `validate` does for each input.
 *
 *     model ─► engine_compile ─► fw.elf ─► sim ─► profile ─┐
 *       └────► oracle (the .tflite as it is) ─► compare ◄──┤ tensors in simulated memory
 *                                                          └─► report_join ─► struct report
 */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include "boards/board.h"
#include "engine/compile.h"
#include "engine/ir/graph.h"
#include "reports/report.h"
#include "sim/sim.h"
#include "tools/base/file.h"
#include "tools/cli/cli.h"

struct bench_options {
    const char *model;
    const struct board *board;
    const char *schedule;
    const char *input; /* "zeros", "ramp", "lcg", "max127" or a file of input bytes */
    const char *out_dir;
    struct sim_options sim; /* timing and limits */
    bool reproducible;
};

/* Tensors that the firmware left in its arena, against the oracle's. */
struct bench_check {
    int compared;   /* layers whose output was looked at in simulated memory */
    int layers;     /* all layers */
    int differing;  /* of the compared ones */
    char text[512]; /* the first that differs: layer, element, expected, actual; "" when none */
};

struct bench_result {
    struct report report;
    struct bench_check check;
};

/* The model's input bytes by name or from a file of exactly the right size. */
bool bench_input(const struct graph *g, const char *name, struct arena *a, struct bytes *out,
                 struct err *e);

/* Compiles into options->out_dir. */
bool bench_compile(const struct bench_options *o, struct compile_result *c, struct err *e);
/* Runs what was compiled. A firmware that faults is an error (ERR_FAULT); one that answers
 * wrong is not: check.differing tells. Release r->report with report_done(). */
bool bench_simulate(const struct bench_options *o, const struct compile_result *c,
                    struct bench_result *r, struct err *e);

#endif
