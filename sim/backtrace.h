/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Backtrace: who called whom, from the registers on, across exceptions, down to reset. Private
 * to sim/.
 *
 *     #0 0x08000278 (deep + 8, faults.c:11)
 *     #1 0x0800028e (deep + 30, faults.c:12)      … the call is before that address
 *        the same 249 times
 *     #251 0x080002ec (main + 68, faults.c:31)
 *
 * Where DWARF tells nothing about a frame, the stack is searched for a return address: a word
 * that points behind a call, to the function of the frame before when the call says where it
 * goes. Such frames end with "?".
 */
#ifndef SIM_BACKTRACE_H
#define SIM_BACKTRACE_H

#include <stdint.h>

#include "tools/base/buf.h"

struct sim;

/* pc: where the machine is. */
void fault_backtrace(struct sim *s, uint32_t pc, struct buf *out);

#endif
