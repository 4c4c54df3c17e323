/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Read: a .tflite file becomes a graph, or is refused with everything that is wrong with it.
 *
 *     model.tflite ─► tflite_read ─► struct graph (verified)
 *
 * Malformed files give ERR_FORMAT; sound ones that use something we do not have give
 * ERR_UNSUPPORTED with one line for each problem: op index, name, tensor, reason, what is
 * supported. Names, shapes and constants are copied into the arena; nothing points into the
 * file's bytes afterwards. Tensor and op numbers are the file's.
 *
 *     struct arena a = {0};
 *     struct graph g;
 *     if (!tflite_read("vww.tflite", &a, &g, &e)) …
 */
#ifndef TFLITE_READ_H
#define TFLITE_READ_H

#include "engine/ir/graph.h"

bool tflite_read(const char *path, struct arena *a, struct graph *g, struct err *e);
/* The same from memory; `name` stands for the path in messages and gives the graph's name. */
bool tflite_read_bytes(const void *data, size_t len, const char *name, struct arena *a,
                       struct graph *g, struct err *e);

#endif
