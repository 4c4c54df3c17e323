/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What passes between the steps of a build: float weights and ranges from calibrate.c, int8
 * weights and scales from build.c. Private to models/. Memory hangs from the given arena.
 */
#ifndef MODELS_QUANT_H
#define MODELS_QUANT_H

#include <stdint.h>

#include "models/zoo.h"
#include "tools/base/buf.h"

struct float_layer {
    float *weights;  /* OHWI, depthwise HWC, dense OI; normalisation folded in */
    float *bias;     /* a value a channel; NULL when the op has none */
    float low, high; /* of the output, after the activation, 0 included */
};

struct quant_layer {
    float scale; /* of the output */
    int32_t zero;
    int8_t *weights; /* NULL: none */
    int32_t *bias;
    float *weight_scale; /* one a channel, or one for all in dense layers */
    float *bias_scale;
    int scale_count;
};

/* Draws the weights and runs the network in float on synthetic images. */
void calibrate(const struct zoo_net *net, uint64_t seed, struct arena *a,
               struct float_layer *out);

/* Writes the flatbuffer; q has an entry per layer. */
void tflite_write(const struct zoo_net *net, const struct quant_layer *q,
                  const char *description, struct buf *out);

#endif
