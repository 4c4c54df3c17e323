/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is known: 64 entries, one cycle to turn round (Cortex-M7 TRM, prefetch unit). Sets, ways
 * and two-bit counters are assumptions. A return goes by the stack when that has an entry. What
 * is not in it is left to the decoder's static prediction (cortex_m7.c).
 */
#include "sim/cpu/btac.h"

static uint32_t first_of(const struct btac *b, uint32_t pc)
{
    return ((pc >> 2) & (b->sets - 1)) * b->ways;
}

void btac_init(struct btac *b, uint32_t sets, uint32_t ways, uint32_t stack_depth)
{
    *b = (struct btac){.sets = sets, .ways = ways, .depth = stack_depth};
}

int btac_search(struct btac *b, uint32_t pc)
{
    uint32_t first = first_of(b, pc);
    for (uint32_t w = first; w < first + b->ways; w++) {
        if (b->pc[w] == pc + 1) {
            b->hint[(pc >> 1) % BTAC_HINTS] = (uint8_t)w;
            return (int)w;
        }
    }
    return -1;
}

int btac_add(struct btac *b, uint32_t pc)
{
    uint32_t first = first_of(b, pc), w = first;
    for (uint32_t k = first; k < first + b->ways; k++)
        if (b->used[k] < b->used[w]) w = k;
    b->pc[w] = pc + 1;
    b->counter[w] = 1;
    b->used[w] = ++b->clock;
    return (int)w;
}
