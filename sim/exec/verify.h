/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Verify: what the executor ran is run again by the machine, from the same registers and
 * memory, in chunks of some blocks; registers, flags, memory and accesses are compared at each
 * border. The first difference ends the run as SIM_INTERNAL, with block and instruction.
 *
 *     verify_begin ─► exec_run, verify_ran … ─► verify_replay ─► the machine has the registers
 *                                                  └─ BLOCK hook ─► verify_border
 */
#ifndef SIM_EXEC_VERIFY_H
#define SIM_EXEC_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

struct sim;
struct code;
struct verify;

struct verify *verify_new(void);
void verify_free(struct verify *v);
/* The registers were lent: a chunk starts here. */
void verify_begin(struct sim *s);
/* Block c was run; its accesses are in s->log. */
void verify_ran(struct sim *s, const struct code *c);
/* The chunk has no room for another block. */
bool verify_full(const struct sim *s);
/* Ends the chunk: the machine runs it from its start and keeps the registers. */
void verify_replay(struct sim *s);
bool verify_replaying(const struct verify *v);
/* The machine is about to run the block at pc; false stops it. */
bool verify_border(struct sim *s, uint32_t pc);
/* Instructions that were compared so far. */
uint64_t verify_instructions(const struct verify *v);

#endif
