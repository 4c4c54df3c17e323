/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RCC: a family gives the table of its ready bits and a function that reads the clock tree from
 * the registers; what is common (storage, telling the chip and the timers) is in rcc.c.
 *
 *     register write ─► ready bits follow ─► clocks() ─► struct chip: hclk_hz, dividers
 */
#ifndef SIM_PERIPH_RCC_H
#define SIM_PERIPH_RCC_H

#include "sim/chip.h"
#include "sim/periph/regs.h"

struct rcc_family {
    const struct reg_reset *resets;
    size_t reset_count;
    const struct reg_follow *follows;
    size_t follow_count;
    uint32_t cfgr;                                    /* the register with SW and SWS */
    uint8_t sw_bits, sws_shift;                       /* SWS shows SW */
    void (*clocks)(struct device *d, struct chip *c); /* sets the frequencies and dividers */
    uint32_t (*pixel_hz)(struct device *d);           /* of rcc_pixel_hz(); NULL: not known */
};

struct rcc {
    struct regs regs; /* first: regs_*() */
    const struct rcc_family *family;
};

void rcc_init(struct device *d, const struct rcc_family *f);
bool rcc_write(struct device *d, uint32_t offset, unsigned size, uint32_t value);

uint32_t rcc_hse_hz(const struct device *d); /* the board's "hse_hz", 8 MHz without */
/* The clock of the display's pixels; 0: it is off, or not of a kind that is known here. */
uint32_t rcc_pixel_hz(struct sim *s);
/* Dividers as the registers code them: 4 bits (AHB) and 3 bits (APB). */
uint32_t rcc_ahb_divider(uint32_t code);
uint32_t rcc_apb_divider(uint32_t code);
/* Timers run at the APB's clock when it is the AHB's, else at twice that. */
uint32_t rcc_timer_hz(uint32_t ahb_hz, uint32_t apb_divider);

#endif
