/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pixel: the picture formats that DMA2D and LTDC share, to and from ARGB8888, and blending.
 *
 *     bytes of a row ─► pixel_get ─► 0xAARRGGBB ─► pixel_blend ─► pixel_put ─► bytes
 *
 * Fewer bits become eight by repeating the upper ones (RM0385 9.3.5).
 */
#ifndef SIM_PERIPH_PIXEL_H
#define SIM_PERIPH_PIXEL_H

#include <stddef.h>
#include <stdint.h>

enum pixel_format { /* as the registers count them */
                    PIXEL_ARGB8888,
                    PIXEL_RGB888,
                    PIXEL_RGB565,
                    PIXEL_ARGB1555,
                    PIXEL_ARGB4444, /* the last that can be put */
                    PIXEL_L8,
                    PIXEL_AL44,
                    PIXEL_AL88,
                    PIXEL_L4,
                    PIXEL_A8,
                    PIXEL_A4,
                    PIXEL_FORMATS
};

unsigned pixel_bits(enum pixel_format f);
/* Bytes of n pixels. */
size_t pixel_bytes(enum pixel_format f, size_t n);
/* clut: 256 colours of the L formats. What has no colour (A8, A4) comes out black. */
uint32_t pixel_get(const uint8_t *row, size_t i, enum pixel_format f, const uint32_t *clut);
/* f: at most PIXEL_ARGB4444. */
void pixel_put(uint8_t *row, size_t i, enum pixel_format f, uint32_t argb);
/* The colour in front over the one behind (RM0385 9.3.6). */
uint32_t pixel_blend(uint32_t front, uint32_t back);

#endif
