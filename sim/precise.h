/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Precise: which instruction of a block made the access that failed. The executor knows the
 * registers then, but only the block's address: the instruction is found from the log of the
 * accesses before it, and from the address that each candidate would compute.
 */
#ifndef SIM_PRECISE_H
#define SIM_PRECISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim;
struct insn;
struct machine_fault;

struct precise {
    const struct insn *insn; /* NULL: not found; pc is the block's then */
    uint32_t pc;
    size_t accesses;  /* of the block's, made before it */
    unsigned itstate; /* as in XPSR, for going on there */
    bool sure;        /* the only candidate, or the one whose address fits */
};

struct precise precise_find(const struct sim *s, const struct machine_fault *f);
/* ITSTATE behind an instruction that it was for. */
unsigned precise_next_itstate(unsigned itstate);

/* The block that runs ended before its instruction at pc, with so many accesses made. */
void precise_cut(struct sim *s, uint32_t pc, size_t accesses);
void precise_set_itstate(struct sim *s, unsigned itstate);

#endif
