/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Map: names for an image that has none (raw binary, Intel HEX, stripped ELF), from a file of
 * its own:
 *
 *     the ELF it was made from   its symbols, after its bytes were held against the image's
 *     what nm prints             "08000124 T main", or with nm -S "08000124 0000001e T main"
 */
#ifndef SIM_LOAD_MAP_H
#define SIM_LOAD_MAP_H

#include "sim/load/image.h"

/* Replaces the image's symbols. Errors name file, line or address, and the remedy. */
bool image_name(struct image *m, const char *path, struct err *e);
/* The reader of nm's text; name is what messages call it. Symbols go to *m unsorted. */
bool map_parse(struct image *m, const char *text, size_t n, const char *name, struct err *e);

#endif
