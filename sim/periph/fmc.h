/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * FMC: the part of it that external.c asks.
 */
#ifndef SIM_PERIPH_FMC_H
#define SIM_PERIPH_FMC_H

struct sim;

/* What firmware has not done for bank 1 or 2 of the SDRAM controller, and what a chip does
 * then; NULL: nothing is missing. */
const char *fmc_missing(const struct sim *s, unsigned bank);

#endif
