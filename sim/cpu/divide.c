/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A block has few divides: they are looked for in a line.
 */
#include "sim/cpu/divide.h"

static uint32_t bits_of(uint32_t v, bool is_signed)
{
    if (is_signed && v >> 31) v = 0U - v;
    return v ? 32U - (uint32_t)__builtin_clz(v) : 0;
}

uint32_t divide_cycles(const struct divide_law *law, const struct executed *x, uint32_t subject)
{
    uint32_t pc = x->block->pc + (subject & 0xffff);
    bool is_signed = subject >> 16 & 1;
    for (size_t i = 0; i < x->divide_count; i++) {
        const struct divide *d = &x->divides[i];
        if (d->pc != pc) continue;
        uint32_t n = bits_of(d->dividend, is_signed), m = bits_of(d->divisor, is_signed);
        if (!n || !m) return law->zero;
        return n < m ? law->shorter : law->least + (n - m) / law->step;
    }
    return 0;
}
