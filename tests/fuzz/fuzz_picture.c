/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any bytes as a camera's picture: refused, or every pixel can be asked for and it becomes a
 * JPEG.
 */
#include <stddef.h>
#include <stdint.h>

#include "sim/host/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct err e;
    struct picture p;
    struct buf b = {0};
    if (!picture_parse(data, size, "fuzz", &p, &e)) return 0;
    const uint8_t *last = picture_at(&p, p.width - 1, p.height - 1, p.width, p.height);
    if (last + 3 != p.rgb + (size_t)p.width * p.height * 3) __builtin_trap();
    jpeg_encode(&p, 16, 8, &b);
    if (b.len < 64) __builtin_trap();
    buf_done(&b);
    picture_free(&p);
    return 0;
}
