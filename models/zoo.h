/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Zoo: network architectures as data, without weights. A zoo JSON lists blocks; zoo_load()
 * unfolds them into the layers that a .tflite will hold, one to one and in order.
 *
 *     models/zoo/NAME.json ─► struct zoo_net ─► build.c (weights, quantisation) ─► .tflite
 *
 * Shapes are height, width, channels; the batch is 1. A zoo_net owns its memory; release with
 * zoo_free(). The JSON's form is described in models/README.md.
 */
#ifndef MODELS_ZOO_H
#define MODELS_ZOO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/arena.h"
#include "tools/base/err.h"

enum zoo_op {
    ZOO_PAD, /* zeros around height and width */
    ZOO_CONV,
    ZOO_DEPTHWISE,
    ZOO_FULLY_CONNECTED,
    ZOO_ADD,  /* of two layers, or of a layer and a constant */
    ZOO_MUL,  /* the same; input2 may be 1x1 and is then repeated */
    ZOO_MEAN, /* over height and width, to 1x1 */
    ZOO_AVERAGE_POOL,
    ZOO_MAX_POOL,
    ZOO_RESHAPE, /* to one row of channels */
    ZOO_SOFTMAX,
};

enum zoo_act { ZOO_LINEAR, ZOO_RELU, ZOO_RELU6 };

enum { ZOO_INPUT = -1, ZOO_CONSTANT = -2 };

struct zoo_shape {
    int h, w, c;
};

struct zoo_layer {
    enum zoo_op op;
    enum zoo_act act;
    int input, input2; /* the layers whose outputs are read, ZOO_INPUT: the network's input;
                        * input2 only for ZOO_ADD and ZOO_MUL */
    struct zoo_shape in, in2, out;
    double constant; /* when input2 is ZOO_CONSTANT: the same for every channel */
    int kernel_h, kernel_w, stride;
    int pad_top, pad_bottom, pad_left, pad_right; /* zeros: ZOO_PAD, or when `same` */
    bool same;                                    /* TensorFlow's padding SAME; else VALID */
    bool norm; /* followed by batch normalisation in training (folded here): 2 params a channel
                */
    uint64_t macs, weights, params;
};

struct zoo_net {
    const char *name;  /* "mcunet-vww0": the file's stem */
    const char *title; /* "MCUNet for visual wake words, 64x64" */
    const char *source;
    struct zoo_shape input;
    float input_scale; /* real = scale * (q - zero) */
    int32_t input_zero;
    struct zoo_layer *layers;
    int layer_count;
    uint64_t macs, weights, params; /* params: weights + 2 a normalised channel + biases */
    /* What the authors published, 0 where they did not; tests compare. */
    double published_macs_millions;
    uint64_t published_macs, published_params;
    uint64_t published_arena_bytes; /* TinyEngine's, depthwise in place, without scratch */
    struct arena arena;
};

/* Names of all networks in models/zoo/, sorted, count in *n. They live in the arena. */
const char *const *zoo_list(struct arena *a, size_t *n, struct err *e);

/* `name`: a network of models/zoo/, or a path ending in .json. Errors name file and layer. */
struct zoo_net *zoo_load(const char *name, struct err *e);
/* The same for text in memory; `name` is the path that messages show. */
struct zoo_net *zoo_parse(const char *text, size_t len, const char *name, struct err *e);
void zoo_free(struct zoo_net *net);

/* Does the layer read input2 from another layer? */
bool zoo_reads_two(const struct zoo_layer *l);

#endif
