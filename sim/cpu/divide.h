/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Divide: how long SDIV and UDIV take by their operands, on every core. Both operands are
 * normalised first; the quotient then comes some bits at a time, from the first that can be 1:
 *
 *     an operand is 0 ─────────────────► zero
 *     bits(dividend) < bits(divisor) ──► shorter: the quotient is 0
 *     otherwise ───────────────────────► least + (bits(dividend) − bits(divisor)) / step
 *
 * bits(): of the magnitude, 32 less its leading zeros. The numbers are the cores' parameters.
 */
#ifndef SIM_CPU_DIVIDE_H
#define SIM_CPU_DIVIDE_H

#include "sim/timing/core.h"

struct divide_law {
    uint32_t zero, shorter, least; /* cycles */
    uint32_t step;                 /* bits of the quotient in a cycle; 0: no law is there yet */
};

/* From a core's parameters DIVIDE_ZERO, _SHORTER, _LEAST and _BITS, in this order. */
static inline struct divide_law divide_law(const int32_t *params)
{
    return (struct divide_law){(uint32_t)params[0], (uint32_t)params[1], (uint32_t)params[2],
                               (uint32_t)params[3]};
}

/* A divide as the subject of a core's question. */
static inline uint32_t divide_subject(const struct insn *i)
{
    bool is_signed = !(i->encoding >> 21 & 1U);
    return i->offset | (uint32_t)is_signed << 16;
}

/* Its cycles, 0 when its condition failed: execution reports only divides that ran. */
uint32_t divide_cycles(const struct divide_law *law, const struct executed *x,
                       uint32_t subject);

#endif
