/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bit-band aliases of the Cortex-M4 (TRM 3.7): each word of 0x22000000… is one bit of the first
 * megabyte from 0x20000000, each word of 0x42000000… one of the first megabyte from 0x40000000.
 * A store reads, changes and writes the word that holds the bit. Private to sim/.
 */
#ifndef SIM_BITBAND_H
#define SIM_BITBAND_H

#include <stdbool.h>
#include <stdint.h>

struct sim;

enum { BITBAND_BYTES = 0x02000000 };
#define BITBAND_RAM    0x22000000U
#define BITBAND_DEVICE 0x42000000U

/* Is addr in an alias of this chip? */
bool bitband_has(const struct sim *s, uint32_t addr);
/* False: there is no memory behind the alias. */
bool bitband_read(struct sim *s, uint32_t addr, uint32_t *value);
bool bitband_write(struct sim *s, uint32_t addr, uint32_t value);

#endif
