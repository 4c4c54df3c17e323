/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Unfold: one block of a zoo file becomes layers at the network's end. Private to models/.
 */
#ifndef MODELS_UNFOLD_H
#define MODELS_UNFOLD_H

#include "models/zoo.h"
#include "tools/base/json.h"

enum {
    LAYERS_MAX = 1024,
    SIDE_MAX = 1024, /* height, width */
    CHANNELS_MAX = 8192,
    TENSOR_MAX = 1 << 24, /* elements of one activation */
};

struct unfold { /* where we are in the file and in the network */
    struct zoo_net *net;
    const char *file;
    bool torch; /* explicit symmetric PAD and VALID, as converters from PyTorch write */
    const struct json *row;
    size_t index; /* of the row, for messages */
    int last;     /* the layer whose output comes next */
    struct err *e;
};

/* Unfolds u->row; the layers array has room for LAYERS_MAX. Errors name file and row. */
bool unfold_row(struct unfold *u);

#endif
