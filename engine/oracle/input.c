/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/oracle/oracle.h"

#include <string.h>

const char *const oracle_input_names[] = {"zeros", "ramp", "lcg", "max127", NULL};

bool oracle_input(const struct graph *g, const char *name, struct arena *a, void **out,
                  struct err *e)
{
    const struct tensor *t = &g->tensors[g->input];
    if (t->type != DT_INT8 && t->type != DT_FLOAT32)
        return err_set(e, ERR_UNSUPPORTED, "%s: inputs of type %s cannot be made up", g->name,
                       dtype_name(t->type));
    int which = 0;
    while (oracle_input_names[which] && strcmp(oracle_input_names[which], name) != 0)
        which++;
    if (!oracle_input_names[which])
        return err_set(e, ERR_USAGE, "%s: no such input (have: zeros, ramp, lcg, max127)",
                       name);

    const size_t n = tensor_elements(t);
    const int32_t zero = t->type == DT_INT8 && t->quant.count ? t->quant.zero[0] : 0;
    int8_t *bytes = arena_alloc(a, t->bytes);
    float *reals = (float *)(void *)bytes;
    uint32_t s = 12345;
    for (size_t i = 0; i < n; i++) {
        int32_t v = zero;
        if (which == 1) v = (int32_t)(7 * i % 256) - 128;
        if (which == 2) {
            s = s * UINT32_C(1664525) + UINT32_C(1013904223);
            v = (int32_t)(s >> 24) - 128;
        }
        if (which == 3) v = 127;
        if (t->type == DT_INT8)
            bytes[i] = (int8_t)v;
        else
            reals[i] = (float)v / 128.0F;
    }
    *out = bytes;
    return true;
}
