/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Register files that are mostly storage: a device whose state begins with struct regs gets
 * plain reads and writes, reset values, and "ready follows enable" pairs from tables, and only
 * says what is special.
 */
#ifndef SIM_PERIPH_REGS_H
#define SIM_PERIPH_REGS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/periph/periph.h"

enum { REGS_BYTES = 0x400 };

struct regs {
    uint32_t at[REGS_BYTES / 4];
};

struct reg_reset {
    uint32_t offset, value;
};

struct reg_follow { /* bit `ready` of register `status` shows bit `enable` of `control` */
    uint32_t control, status;
    uint8_t enable, ready;
};

static inline uint32_t *regs_at(struct device *d, uint32_t offset)
{
    return &((struct regs *)d->state)->at[offset / 4 % (REGS_BYTES / 4)];
}

void regs_reset(struct device *d, const struct reg_reset *table, size_t n);
void regs_follow(struct device *d, const struct reg_follow *table, size_t n);
/* Plain storage for offsets below REGS_BYTES. */
bool regs_read(struct device *d, uint32_t offset, unsigned size, uint32_t *value);
bool regs_write(struct device *d, uint32_t offset, unsigned size, uint32_t value);

#endif
