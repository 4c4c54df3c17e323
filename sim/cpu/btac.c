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

static int find(struct btac *b, uint32_t pc)
{
    uint8_t *hint = &b->hint[(pc >> 1) % BTAC_HINTS];
    if (b->pc[*hint] == pc + 1) return *hint;
    uint32_t first = first_of(b, pc);
    for (uint32_t w = first; w < first + b->ways; w++)
        if (b->pc[w] == pc + 1) return *hint = (uint8_t)w;
    return -1;
}

bool btac_predict(struct btac *b, uint32_t pc, uint32_t fall, bool is_return, uint32_t *guess)
{
    int w = find(b, pc);
    *guess = fall;
    if (w < 0) return false;
    b->used[w] = ++b->clock;
    if (b->counter[w] < 2) return true;
    *guess = is_return && b->depth && b->top ? b->stack[(b->top - 1) % b->depth] : b->target[w];
    return true;
}

void btac_add(struct btac *b, uint32_t pc)
{
    uint32_t first = first_of(b, pc), w = first;
    for (uint32_t k = first; k < first + b->ways; k++)
        if (b->used[k] < b->used[w]) w = k;
    b->pc[w] = pc + 1;
    b->counter[w] = 1;
    b->used[w] = ++b->clock;
}

void btac_update(struct btac *b, uint32_t pc, uint32_t next, bool taken, bool conditional,
                 bool is_return, uint32_t call_returns_to)
{
    int w = find(b, pc);
    if (w >= 0) {
        if (taken) b->target[w] = next;
        if (taken && b->counter[w] < 3) b->counter[w]++;
        if (!taken && b->counter[w] > 0) b->counter[w]--;
        if (!conditional) b->counter[w] = 3;
    }
    if (is_return && taken && b->depth && b->top) b->top--;
    if (call_returns_to && b->depth) b->stack[b->top++ % b->depth] = call_returns_to;
}
