/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Target: what a debugger sees of the machine: registers by the numbers of the target
 * description, memory of every kind, the description and the memory map as XML. Looking changes
 * nothing of the simulation's time; reading a device's register does to the device what a load
 * would.
 */
#ifndef SIM_GDB_TARGET_H
#define SIM_GDB_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/buf.h"

struct sim;

/* r0…r15, xpsr, msp, psp, primask, basepri, faultmask, control, then with an FPU d0…d15, fpscr.
 */
enum { TARGET_PC = 15, TARGET_CORE = 23, TARGET_REGISTERS = TARGET_CORE + 16 + 1 };

unsigned target_register_count(const struct sim *s);
const char *target_register_name(unsigned n); /* of the first TARGET_CORE */
unsigned target_register_bytes(unsigned n);   /* 4, or 8 for d0…d15 */
uint64_t target_register(const struct sim *s, unsigned n);
void target_set_register(struct sim *s, unsigned n, uint64_t value);

/* How many of n bytes at addr could be read: those up to the first that is no memory. */
size_t target_read(struct sim *s, uint32_t addr, void *out, size_t n);
/* Flash can be written, too; false when some byte is no memory. */
bool target_write(struct sim *s, uint32_t addr, const void *bytes, size_t n);

void target_description(const struct sim *s, struct buf *xml);
void target_memory_map(const struct sim *s, struct buf *xml);
/* Cycles up to here, inside a block too, without telling any device. */
uint64_t target_cycles(struct sim *s);

#endif
