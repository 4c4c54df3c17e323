/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * External: memory beside the chip (regions with "sdram"). Code reaches it only while the FMC
 * has its bank up, at the address that SYSCFG's SWP_FMC gives it.
 *
 *     fmc.c, syscfg ─ something changed ─► external_update ─┬─► the machine's rights
 *                                                           └─► the executor's pages
 */
#ifndef SIM_EXTERNAL_H
#define SIM_EXTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "boards/board.h"

struct sim;

/* What code may do with each memory now. */
void external_update(struct sim *s);
/* Does the MPU let code run there, where the executor cannot (it has the default map's rights)?
 */
bool external_may_run(const struct sim *s, uint32_t addr);
/* Why nothing answers there: what firmware has not done yet. NULL: something does. */
const char *external_why(const struct sim *s, const struct region *r);

#endif
