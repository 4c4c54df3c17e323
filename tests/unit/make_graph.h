/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Make graph: sound graphs for tests, op by op or at random. Same seed, same graph.
 */
#ifndef TESTS_MAKE_GRAPH_H
#define TESTS_MAKE_GRAPH_H

#include "engine/ir/graph.h"
#include "tools/base/rng.h"

struct maker {
    struct graph g;
    struct arena *a;
    struct rng rng;
};

/* Starts a graph with an input of 1 x h x w x c. */
void maker_start(struct maker *m, struct arena *a, uint64_t seed, int32_t h, int32_t w,
                 int32_t c);
/* Each appends an op that reads `in` and returns its output tensor. Weights are random. */
int maker_conv(struct maker *m, int in, int32_t kernel, int32_t stride, int32_t pad, int32_t c);
int maker_depthwise(struct maker *m, int in, int32_t kernel, int32_t stride, int32_t pad);
int maker_pool(struct maker *m, int in, int32_t kernel, bool max);
int maker_pad(struct maker *m, int in, int32_t before, int32_t after);
int maker_add(struct maker *m, int in1, int in2);
int maker_reshape(struct maker *m, int in, int rank);
int maker_fully_connected(struct maker *m, int in, int32_t out_c);
void maker_end(struct maker *m, int output);

/* A whole network of `ops` ops or a few more: branches, residual additions, dead ends. */
void maker_random(struct maker *m, struct arena *a, uint64_t seed, int ops);

#endif
