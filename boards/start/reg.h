/* SPDX-License-Identifier: 0BSD
 * Reg: a 32-bit hardware register by address. */
#ifndef START_REG_H
#define START_REG_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(uintptr_t)(address))

/* Clears the bits of mask, then sets those of value. */
static inline void reg_change(uint32_t address, uint32_t mask, uint32_t value)
{
    REG(address) = (REG(address) & ~mask) | value;
}

static inline void reg_wait(uint32_t address, uint32_t mask, uint32_t value)
{
    while ((REG(address) & mask) != value) {
    }
}

#endif
