/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Idle: time passes while the core waits, asleep or in a loop that does nothing. What waits for
 * something that cannot come ends the run. Private to sim/.
 */
#ifndef SIM_IDLE_H
#define SIM_IDLE_H

struct sim;

/* The core is behind a WFI, a WFE. */
void idle_wfi(struct sim *s);
void idle_wfe(struct sim *s);
/* SCR.SLEEPONEXIT: until an exception can run. */
void idle_on_exit(struct sim *s);
/* The block that runs goes round and round (struct sim, spin). */
void idle_spin(struct sim *s);

#endif
