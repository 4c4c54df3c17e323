/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Programming and erasing flash, for the flash interfaces of flash.c and the run loop.
 *
 *     KEYR ─► unlocked ─┬─► CR.PG ─► it can be stored to ─► stores in the access log ─► BSY
 *                       └─► CR.STRT, a sector or all ─► 0xff, BSY until its time is over ─► EOP
 *
 * "sectors" of the device's JSON says what a sector is ("count", "bytes", "erase_us"), from the
 * start of each bank of "bank_bytes"; "program_us" how long a store takes.
 */
#ifndef SIM_PERIPH_FLASH_H
#define SIM_PERIPH_FLASH_H

#include "sim/events.h"
#include "sim/periph/regs.h"

struct flash_layout {
    uint32_t keyr, sr, cr, ccr; /* ccr: clears status; 0: SR's own ones do */
    uint32_t bank_step;         /* from one bank's registers to the next's; 0: one set */
    uint32_t lock, pg, sector, mass, start, busy, eop, eopie;
    uint8_t number_shift, number_bits; /* of the sector */
    uint32_t bank_bit;                 /* of CR: the second bank; 0: sector number bit 4 */
};

struct flash_bank {
    struct device *device;
    unsigned index;
    bool half_unlocked;
    struct event done;
};

struct flash {
    struct regs regs; /* first: regs_*() */
    const struct flash_layout *layout;
    struct flash_bank bank[2];
    size_t seen; /* stores of the block that were looked at */
};

void flash_program_init(struct device *d, const struct flash_layout *layout);
/* True when the register is one of programming: it has been dealt with. */
bool flash_program_write(struct device *d, uint32_t offset, uint32_t value);
/* The block that runs made stores; `over`: it is about to be charged. */
void flash_stored(struct device *d, bool over);

#endif
