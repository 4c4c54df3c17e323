/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any bytes as a zoo file: refused or unfolded, never a crash, hang or leak. Small networks are
 * also built, so that the writer sees shapes that nobody typed.
 */
#include <stddef.h>
#include <stdint.h>

#include "models/build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct err e;
    struct zoo_net *net = zoo_parse((const char *)data, size, "fuzz.json", &e);
    if (net && net->macs < 100000 && net->weights < 20000) {
        uint64_t activations = 0;
        for (int i = 0; i < net->layer_count; i++)
            activations += (uint64_t)net->layers[i].out.h * (uint64_t)net->layers[i].out.w *
                           (uint64_t)net->layers[i].out.c;
        struct buf out = {0};
        if (activations < 100000) model_bytes(net, 1, &out);
        buf_done(&out);
    }
    zoo_free(net);
    return 0;
}
