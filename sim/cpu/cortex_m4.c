/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cortex-M4: first rules (loads, multiples, divide, taken branches), no memory system yet.
 */
#include "sim/timing/core.h"

struct m4 {
    struct core_state core;
};

static bool init(void *state, const struct board *b, const struct chip *chip, struct err *e)
{
    (void)state, (void)b, (void)chip, (void)e;
    return true;
}

static void run(void *state, const struct executed *x, struct charge *out)
{
    struct m4 *m = state;
    const struct block *b = x->block;
    size_t at = 0;
    for (uint32_t k = 0; k < b->count && !(x->partial && at >= x->access_count); k++) {
        const struct insn *i = &b->insns[k];
        charge(&m->core, out, CAUSE_ISSUE, 1);
        out->instructions++;
        if (i->kind == INSN_UNKNOWN) m->core.unknown[i->kind]++;
        if (i->accesses && accesses_fit(x, at, i, x->access_count - at == b->accesses)) {
            at += i->accesses;
            if (i->flags & INSN_LOAD) charge(&m->core, out, CAUSE_OPERAND, i->accesses);
        }
        if (i->kind == INSN_DIV) charge(&m->core, out, CAUSE_DIVIDE, 6);
    }
    if (!x->partial && x->next_pc != b->pc + b->bytes) charge(&m->core, out, CAUSE_BRANCH, 2);
}

static void invalidate(void *state, bool icache, bool dcache, uint32_t addr, uint32_t bytes)
{
    (void)state, (void)icache, (void)dcache, (void)addr, (void)bytes;
}

const struct core_model core_cortex_m4 = {
    .name = "cortex-m4",
    .version = "0",
    .state_bytes = sizeof(struct m4),
    .init = init,
    .run = run,
    .invalidate = invalidate,
};
