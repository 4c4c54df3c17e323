/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * MLPerf Tiny host: speaks the runner's side of the benchmark protocol with an image on a
 * virtual board's serial port, so that a published firmware runs and is timed as on the bench.
 *
 *     board + image ─► mlperf_run ─► latency by the firmware's own clock, cycles, results,
 *                                    and the profile of the whole run
 *
 * The conversation, each command ended by "%", each answered by lines up to "m-ready":
 * name, profile, timestamp, db load N, db <hex> …, infer n w (the two "m-lap-us" lines around
 * the n inferences are the measurement), and once more db load …, infer 1 0, results. A model
 * that streams (sww) is told start and stop instead, hears the input through its serial audio
 * interface, and shows on a pin how long it works on each frame.
 */
#ifndef SIM_MLPERF_H
#define SIM_MLPERF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/sim.h"
#include "tools/base/err.h"

struct mlperf_options {     /* zero means default */
    struct sim_options sim; /* board, timing, limits, layers …; serial and context are ours */
    const char *model; /* "kws", "ic", "vww", "ad", "sww": bytes of an input; NULL: asked of the
                          firmware (its "m-model-[…]" line) */
    const void *input; /* NULL: zeros; sww: 16-bit samples at 16 kHz, then silence */
    size_t input_bytes;  /* 0: the model's */
    unsigned inferences; /* 0: 10 */
    unsigned warmups;    /* before them; default none */
    bool skip_results;   /* no second load: only the measurement */
};

enum { MLPERF_RESULTS = 16 };

struct mlperf_result {
    struct sim_stop stop; /* SIM_EXIT when the conversation came to its end */
    const char *step;     /* the runner's last command; "boot" before the first */
    char name[64], model[32], profile_name[96];
    char results_text[512]; /* what stands between the brackets of "m-results-[…]" */
    double results[MLPERF_RESULTS];
    size_t result_count;
    unsigned inferences;
    uint64_t lap_us; /* of all inferences, as the firmware measured */
    double us_per_inference;
    double period_us;            /* sww: from one frame to the next; else 0 */
    double cycles_per_inference; /* lap_us at the clock of the core; sww: the pin's high time */
    uint64_t lap_cycles;         /* simulated cycles between the ends of the two lap lines */
    struct timing_range range;   /* of them; zeros without sim.range */
};

/* False when the board, the image or the conversation fails; a firmware that faults is a true
 * with stop saying so. With sim_out not NULL the machine is handed over there (sim_free()
 * when done), else released. */
bool mlperf_run(const char *image, const struct mlperf_options *options,
                struct mlperf_result *result, struct sim **sim_out, struct err *e);

#endif
