/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fault: ends a run with a text that a person can act on: what was attempted, where (symbol),
 * what lies at the address, the registers, and what usually causes it. Private to sim/.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <stdint.h>

#include "sim/sim.h"
#include "sim/uc.h"

struct sim;

void fault_access(struct sim *s, const struct machine_fault *f);
void fault_fetch(struct sim *s, uint32_t pc); /* from where no code can be */
void fault_undefined(struct sim *s);
struct insn;
/* After its block has run: the registers are those of the block's end. */
void fault_unaligned(struct sim *s, const struct insn *in, uint32_t pc, uint32_t addr);
void fault_no_fpu(struct sim *s, uint32_t pc);
void fault_loop(struct sim *s);
/* Any other end at pc: `what`, then place and registers. */
void fault_text(struct sim *s, enum sim_cause cause, uint32_t pc, const char *what);
/* "0x08000132 (main + 18)". */
void fault_place(const struct sim *s, uint32_t pc, char *out, size_t out_bytes);

#endif
