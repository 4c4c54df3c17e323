/* SPDX-License-Identifier: 0BSD
 * PAD over height and width; RESHAPE that has to move. */
#include "ref.h"

#include <stddef.h>
#include <string.h>

void ref_pad(const struct ref_pad *p, const int8_t *input, int8_t *output)
{
    const int fill = (int)p->zero;
    const int32_t in_row = p->in_w * p->in_c;
    const int32_t left = p->pad_left * p->in_c, right = p->pad_right * p->in_c;
    const int32_t out_row = left + in_row + right;
    const int32_t top = p->pad_top * out_row, bottom = p->pad_bottom * out_row;

    memset(output, fill, (size_t)top);
    output += top;
    for (int32_t y = 0; y < p->in_h; y++, input += in_row) {
        memset(output, fill, (size_t)left);
        memcpy(output + left, input, (size_t)in_row);
        memset(output + left + in_row, fill, (size_t)right);
        output += out_row;
    }
    memset(output, fill, (size_t)bottom);
}

void ref_copy(int32_t bytes, const void *input, void *output)
{
    memcpy(output, input, (size_t)bytes);
}
