/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Picture: what a camera looks at. A portable pixmap (P6, 8 bits a colour), or a pattern of
 * ours; seen at any size, by the nearest pixel; or as a JPEG.
 *
 *     file ─► picture_parse ─┐
 *                            ├─► struct picture ─► picture_at, jpeg_encode
 *            picture_pattern ┘
 */
#ifndef SIM_HOST_PICTURE_H
#define SIM_HOST_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/buf.h"
#include "tools/base/err.h"

enum { PICTURE_MAX = 4096 }; /* pixels a side */

struct picture {
    uint32_t width, height;
    uint8_t *rgb; /* owned */
};

/* name: for messages. */
bool picture_parse(const void *bytes, size_t n, const char *name, struct picture *out,
                   struct err *e);
/* Eight bars of colour that grow brighter downwards. */
void picture_pattern(struct picture *out);
void picture_free(struct picture *p);
/* The pixel at (x, y) of the picture at that size. */
const uint8_t *picture_at(const struct picture *p, uint32_t x, uint32_t y, uint32_t width,
                          uint32_t height);
/* Appends it as a baseline JPEG, 4:2:2 as cameras send; the same bytes on every host. width a
 * multiple of 16, height of 8. */
void jpeg_encode(const struct picture *p, uint32_t width, uint32_t height, struct buf *out);

#endif
