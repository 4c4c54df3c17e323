/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Serial ports from the host's side: bytes that the firmware sends appear at once; bytes for it
 * wait in a queue and arrive one after another, no faster than the baud rate and never before
 * the firmware has taken the one before (as with a host that honours flow control).
 */
#ifndef SIM_PERIPH_USART_H
#define SIM_PERIPH_USART_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/periph/periph.h"

bool usart_is(const struct device *d);
void usart_receive(struct device *d, const void *bytes, size_t n);

#endif
