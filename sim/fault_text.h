/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of faults share: raising one, and its words (places, registers, likely
 * causes). Private to sim/fault*.c and backtrace.c.
 */
#ifndef SIM_FAULT_TEXT_H
#define SIM_FAULT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/fault.h"
#include "sim/load/image.h"
#include "tools/base/buf.h"

/* The fault that `b` tells of, which is released: status bits, the text, a pending exception,
 * or the end of the run. addr NULL: MMFAR and BFAR stay. */
void fault_pend(struct sim *s, enum fault_kind kind, uint32_t pc, const uint32_t *addr,
                struct buf *b);
/* The same for the instruction at pc: it is where the core is, and the handler is entered. */
void fault_raise(struct sim *s, enum fault_kind kind, uint32_t pc, const uint32_t *addr,
                 struct buf *b);

/* The function at pc, or NULL. */
const struct symbol *fault_symbol(const struct sim *s, uint32_t pc);
/* "0x08000132 (main + 18, main.c:42)". */
void fault_place(struct sim *s, uint32_t pc, char *out, size_t out_bytes);
/* … of a return address: the line is the call's. */
void fault_place_of(struct sim *s, uint32_t pc, bool is_return, char *out, size_t out_bytes);
/* Registers, status, backtrace; pc is where the fault is. */
void fault_context(struct sim *s, uint32_t pc, struct buf *b);
/* "  UsageFault, UFSR.NOCP: …; UsageFault is not enabled: HardFault (HFSR.FORCED)". */
void fault_status(const struct sim *s, enum fault_kind kind, unsigned taken, struct buf *b);
unsigned fault_exception(enum fault_kind kind); /* the configurable one */
void fault_bits(enum fault_kind kind, struct faults *f);

/* Why an access probably failed; NULL: no idea. */
const char *fault_likely_access(const struct sim *s, const struct machine_fault *f);
const char *fault_likely_fetch(const struct sim *s, uint32_t pc);
const char *fault_likely_undefined(const struct sim *s, uint32_t pc, char out[96]);

/* Where the vector table puts the main stack; false: it cannot be read. */
bool fault_stack_top(const struct sim *s, uint32_t *top);
/* Does the code at pc loop for ever doing nothing, as default handlers do? */
bool fault_code_spins(const struct sim *s, uint32_t pc);

#endif
