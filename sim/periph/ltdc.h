/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * LTDC: what its display shows.
 */
#ifndef SIM_PERIPH_LTDC_H
#define SIM_PERIPH_LTDC_H

#include <stdbool.h>
#include <stdint.h>

struct device;

bool ltdc_is(const struct device *d);
/* The size of the picture; false: the controller is off, or its timing makes none. */
bool ltdc_size(struct device *d, uint32_t *width, uint32_t *height);
/* Red, green and blue of each of its pixels, by rows. */
void ltdc_draw(struct device *d, uint8_t *rgb);

#endif
