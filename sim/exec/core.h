/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Core: the registers while the executor of this folder runs. Flags are kept apart in the form
 * that instructions make and test them: nf and vf hold theirs in bit 31, zf is zero when Z is
 * set, cf is 0 or 1. uc.c fills it from the machine and writes it back.
 */
#ifndef SIM_EXEC_CORE_H
#define SIM_EXEC_CORE_H

#include <stdbool.h>
#include <stdint.h>

enum { CORE_TMP = 16, CORE_REGS = 18 };

struct core {
    uint32_t r[CORE_REGS]; /* 15: the next block's pc; 16 and 17: scratch of micro-ops */
    uint32_t nf, zf, cf, vf;
    uint32_t q, ge; /* 0 or 1; 4 bits */
    /* What the executor never changes, for those who ask through machine_reg(). */
    uint32_t psr_rest; /* xPSR without the bits above */
    uint32_t control;
    bool main_stack; /* r13 is MSP, otherwise PSP */
    bool fp;         /* s and fpscr are filled, too */
    uint32_t fpscr;
    uint32_t s[32];
};

enum {
    PSR_Q = 1 << 27,
    PSR_GE = 15 << 16,
    PSR_IT = 0x0600fc00,
};

static inline uint32_t core_xpsr(const struct core *k)
{
    return k->psr_rest | (k->nf & 0x80000000U) | (k->zf == 0 ? 1U << 30 : 0U) | k->cf << 29 |
           (k->vf & 0x80000000U) >> 3 | k->q << 27 | k->ge << 16;
}

static inline void core_set_xpsr(struct core *k, uint32_t xpsr)
{
    k->nf = xpsr & 0x80000000U;
    k->zf = xpsr >> 30 & 1U ? 0 : 1;
    k->cf = xpsr >> 29 & 1U;
    k->vf = xpsr << 3 & 0x80000000U;
    k->q = xpsr >> 27 & 1U;
    k->ge = xpsr >> 16 & 15U;
    k->psr_rest = xpsr & ~(0xf8000000U | (uint32_t)PSR_GE);
}

#endif
