/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SDRAM: what an access to the memory behind the FMC takes, from the settings that firmware
 * gave the controller (struct chip.sdram) and from which rows are open.
 *
 *     l1.c, m4_world.c ─ bank, offset, bytes ─► sdram_access() ─► cycles from command to data
 *
 * In clocks of the memory (RM0385 13.7.3): tRP when another row is open, tRCD when the wanted
 * one is not, the CAS latency for reads, then one a beat; reads also wait RPIPE bus clocks. A
 * row stays open until another one of its internal bank is wanted; that a refresh closes them,
 * and takes tRC each 8 to 16 µs, has no cost here. PROVISIONAL: no measurement was used.
 *
 * Flat: a copy by assignment is a full copy.
 */
#ifndef SIM_MEM_SDRAM_H
#define SIM_MEM_SDRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/chip.h"

enum { SDRAM_BANKS = 2, SDRAM_INTERNAL = 4 };

struct sdram {
    uint32_t open[SDRAM_BANKS][SDRAM_INTERNAL]; /* row + 1; 0: none */
};

/* Cycles of the core for so many bytes at `offset` of bank 1 or 2; opens their row. */
uint32_t sdram_access(struct sdram *m, const struct chip *c, unsigned bank, uint32_t offset,
                      uint32_t bytes, bool write);
/* Cycles for so many bytes that follow on others. */
uint32_t sdram_beats(const struct chip *c, unsigned bank, uint32_t bytes);

#endif
