/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Number: whole numbers as people type them: "4096", "0x1000", "64k", "20G". k, M and G are
 * powers of 1000.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* All of `text`; false: it is no such number, or more than 64 bits. */
bool number_read(const char *text, uint64_t *out);

#endif
