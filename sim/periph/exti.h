/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * EXTI from the other devices' side: the level of a line. Pins come through SYSCFG's selection.
 */
#ifndef SIM_PERIPH_EXTI_H
#define SIM_PERIPH_EXTI_H

#include <stdbool.h>

struct sim;

/* High and low again: what an alarm or a wake-up timer does. */
void exti_pulse(struct sim *s, unsigned n);
/* Pin 0…15 of a port ('A'…) changed. */
void exti_pin(struct sim *s, char port, unsigned pin, bool high);

#endif
