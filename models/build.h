/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Build: an architecture of the zoo becomes an int8 .tflite with seeded weights.
 *
 *     struct zoo_net ─► calibrate.c (weights, float statistics) ─► build.c (int8) ─► tflite.c
 *
 * The weights are random, but behave like trained ones: each normalised layer's output has a
 * mean and a spread like after batch normalisation, and the quantisation follows from running
 * two synthetic images through the network, so that no activation is all zero or all
 * saturated. The same seed gives the same bytes on every machine: only +, -, *, / and sqrt on
 * IEEE numbers, in a fixed order.
 */
#ifndef MODELS_BUILD_H
#define MODELS_BUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "models/zoo.h"
#include "tools/base/buf.h"
#include "tools/base/err.h"

enum { MODEL_SEED = 1 }; /* what the program uses when no seed is asked for */

/* Writes the model to a file. */
bool model_build(const struct zoo_net *net, uint64_t seed, const char *path, struct err *e);

/* The model's bytes, appended to an empty *out. */
void model_bytes(const struct zoo_net *net, uint64_t seed, struct buf *out);

#endif
