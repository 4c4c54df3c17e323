/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Simulate: run an image with progress on the terminal and hand its profile to the reports, as
 * `run`, `bench` and `validate` do.
 */
#ifndef CLI_SIMULATE_H
#define CLI_SIMULATE_H

#include "reports/join.h"
#include "sim/sim.h"
#include "tools/cli/cli.h"

/* The options that every verb that simulates shares, to be put into its table. */
#define SIMULATE_OPTIONS                                                                       \
    {"timing", "KIND", "model (default) or icount (one cycle an instruction)"},                \
        {"core", "KIND", "who executes: fast (default) or unicorn; the results are the same"}, \
        {"verify-core", NULL,                                                                  \
         "run all again in Unicorn and compare; a difference ends the run"},                   \
        {"max-cycles", "N", "stop after N simulated cycles (default 20G)"},                    \
        {"max-host-seconds", "N", "stop after N seconds of host time (default: never)"},       \
        {"no-range", NULL,                                                                     \
         "leave out how far cycles may be off: it keeps a second core busy"},                  \
        {"threads", "N",                                                                       \
         "2 (default), or 1: the range takes no second core; the results are the same"},       \
        {"strict", NULL, "stop at an access to a peripheral register that is not modelled"},   \
    {                                                                                          \
        "reproducible", NULL, "leave simulation.* out of the JSON: same run, same bytes"       \
    }

/* How verbs that run firmware of others say what its layers are. */
#define SIMULATE_LAYERS                                                                        \
    {"layers", "WHAT,…",                                                                       \
     "what a layer is: function names, calls-of:FUNCTION, regex:PATTERN,\n"                    \
     "tflm, tinyengine, stedgeai, cmsis-nn, mcuscope, or auto"},                               \
    {                                                                                          \
        "symbols", "FILE", "names for an image without any: its ELF, or what nm prints"        \
    }

/* Fills *o from those options. */
bool simulate_options(const struct cli *c, struct sim_options *o, struct err *e);
/* Fills layers and symbols of *o; invoke: a function that must be among them, or NULL. */
void simulate_layers(struct cli *c, const char *invoke, struct sim_options *o);
/* For verbs that let a debugger drive the run. */
#define SIMULATE_GDB                                                                           \
    {                                                                                          \
        "gdb", "PORT",                                                                         \
            "wait for gdb on 127.0.0.1:PORT (0: any free one); it drives the run.\n"           \
            "After detach the run goes on; a lost connection halts it until the next"          \
    }
/* Listens when --gdb was given, and says where on stderr; to be freed after the machine. */
bool simulate_gdb(const struct cli *c, struct sim_options *o, struct err *e);
/* With --verify-core: a line on stderr with what was compared. */
void simulate_say_verified(const struct sim_options *o, const struct profile *p);
/* Reports progress on the terminal, when options have nothing else in mind. */
void simulate_progress(struct sim_options *o);
/* Says on stderr by which rules layers were found. */
void simulate_say_layers(const struct profile *p);
/* Loads and runs; *out is the machine with its profile, to be freed with sim_free(). */
bool simulate(const struct sim_options *o, const char *image, struct sim **out,
              struct sim_stop *stop, struct err *e);
/* The error for a run that did not end with EXIT: text and pc, exit code 3. */
bool simulate_failed(const struct sim_stop *stop, struct err *e);
/* Fills what board, stop and profile tell into *in; strings and lists live in the arena. */
void simulate_join(struct join_inputs *in, const struct board *b, const struct sim_stop *stop,
                   const struct profile *p, struct arena *a);

#endif
