/* SPDX-License-Identifier: 0BSD
 * Ops that move elements: CONCATENATION and RESIZE_NEAREST_NEIGHBOR. */
#include "ref.h"

#include <stddef.h>
#include <string.h>

void ref_concatenation(const struct ref_concatenation *p, const int8_t *input, int8_t *output)
{
    output += p->offset;
    for (int32_t i = 0; i < p->outer; i++) {
        memcpy(output, input, (size_t)p->in_bytes);
        input += p->in_bytes;
        output += p->out_bytes;
    }
}

void ref_resize_nearest(const struct ref_resize *p, const int8_t *input, int8_t *output)
{
    for (int32_t y = 0; y < p->out_h; y++) {
        const int32_t row = p->rows[y] * p->in_w;
        for (int32_t x = 0; x < p->out_w; x++) {
            const int32_t at = (row + p->columns[x]) * p->channels;
            memcpy(output, &input[at], (size_t)p->channels);
            output += p->channels;
        }
    }
}
