/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Registers that are storage, for every device that has some.
 */
#include "sim/periph/regs.h"

void regs_reset(struct device *d, const struct reg_reset *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *regs_at(d, table[i].offset) = table[i].value;
}

void regs_follow(struct device *d, const struct reg_follow *table, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t on = *regs_at(d, table[i].control) >> table[i].enable & 1U;
        uint32_t *status = regs_at(d, table[i].status);
        *status = (*status & ~(1U << table[i].ready)) | on << table[i].ready;
    }
}

bool regs_read(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    *value = *regs_at(d, offset);
    return offset < REGS_BYTES;
}

bool regs_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    if (offset >= REGS_BYTES) return false;
    *regs_at(d, offset) = value;
    return true;
}
