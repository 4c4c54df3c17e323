/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Generated: runs the C that the engine emits on this machine, layer by layer.
 *
 *     model + schedule ─► engine_emit (no board) ─► cc ─► program ─► every layer's output
 */
#ifndef TEST_GENERATED_H
#define TEST_GENERATED_H

#include "engine/compile.h"

/* Lowers, emits into a folder of its own, compiles with the host's cc, with sanitizers (slow)
 * if wanted. Fails the test on error. Release with generated_done(). */
struct generated {
    struct compile_result r;
    char dir[64]; /* a temporary folder: gen/, program */
};
void generated_init(struct generated *t, const char *model, const char *schedule,
                    bool sanitize);
void generated_done(struct generated *t);

/* Runs one input; *out gets the outputs of all layers that have a function, one after another,
 * then the network's output. */
void generated_run(struct generated *t, const void *input, struct buf *out);

/* Runs an input and compares each layer with the oracle's bytes. */
void generated_compare(struct generated *t, const char *input_name);

/* The zoo's "tiny" network as a .tflite in `dir`; returns its path, in the arena. */
const char *generated_tiny(struct arena *a, const char *dir);
void generated_temp(char dir[64]);
void generated_remove(const char *dir);

#endif
