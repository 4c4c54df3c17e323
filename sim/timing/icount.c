/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Instruction counting: one cycle each, for counting and debugging. No claim about silicon.
 */
#include "sim/timing/core.h"

static bool init(void *state, const struct board *b, const struct chip *chip, struct err *e)
{
    (void)state, (void)b, (void)chip, (void)e;
    return true;
}

static void run(void *state, const struct executed *x, struct charge *out)
{
    struct core_state *s = state;
    const struct block *b = x->block;
    size_t seen = 0;
    uint32_t n = x->partial ? 0 : b->count;
    while (n < b->count && seen < x->access_count)
        seen += b->insns[n++].accesses;
    charge(s, out, CAUSE_ISSUE, n);
    out->instructions += n;
}

static void invalidate(void *state, bool icache, bool dcache, uint32_t addr, uint32_t bytes)
{
    (void)state, (void)icache, (void)dcache, (void)addr, (void)bytes;
}

const struct core_model core_icount = {
    .name = "instruction-count",
    .version = "1",
    .state_bytes = sizeof(struct core_state),
    .init = init,
    .run = run,
    .invalidate = invalidate,
};
