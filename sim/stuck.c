/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stuck.h"

#include <string.h>

#include "sim/fault.h"
#include "sim/state.h"

/* Each look meets the loop at some place; one of them has to be met three times. */
static const uint64_t look_cycles = 1000000;

static void hash_ram(const struct sim *s, char out[HASH_HEX])
{
    struct buf all = {0};
    for (size_t i = 0; i < s->memory.count; i++) {
        const struct span_host *span = &s->memory.spans[i];
        if (span->region->kind != REGION_RAM || span->region->alias_of) continue;
        char one[HASH_HEX];
        hash_sha256(span->bytes, span->region->size, one);
        buf_puts(&all, one);
    }
    hash_sha256(all.data, all.len, out);
    buf_done(&all);
}

/* A tick that is pending already, and cannot be taken, changes nothing when it comes again.
 * Only an exception's entry or a store to a device makes it pend no more, and those disturb. */
static bool nothing_is_due(const struct sim *s)
{
    for (const struct event *ev = s->events.first; ev; ev = ev->next)
        if (!ev->pends || !nvic_bit(s->nvic.pending, ev->pends)) return false;
    return true;
}

void stuck_look(struct sim *s)
{
    struct stuck *k = &s->stuck;
    bool quiet = !k->disturbed && !s->options.gdb && nothing_is_due(s) &&
                 !host_has_terminal(&s->host) && !nvic_next(s);
    k->disturbed = false;
    k->due = s->now + look_cycles;
    if (!quiet) {
        k->taken = k->hashed = 0;
        return;
    }
    uint32_t regs[MREG_COUNT];
    for (int i = 0; i < MREG_COUNT; i++)
        regs[i] = machine_reg(s->machine, (enum machine_reg)i);
    unsigned known = k->taken < STUCK_SAMPLES ? k->taken : STUCK_SAMPLES;
    for (unsigned i = 0; i < known; i++) {
        if (memcmp(regs, k->samples[i].regs, sizeof regs) != 0) continue;
        char ram[HASH_HEX];
        hash_ram(s, ram);
        if (strcmp(ram, k->samples[i].ram) == 0)
            fault_text(
                s, SIM_LOOP, regs[MREG_PC],
                s->events.first
                    ? "the core goes round for ever: registers and memory are as they were "
                      "before, and the tick that is due stays masked (PRIMASK, BASEPRI, "
                      "FAULTMASK) or behind the handler that runs"
                    : "the core goes round for ever: registers and memory are as they were "
                      "before, and nothing is due that could change them");
        memcpy(k->samples[i].ram, ram, sizeof ram);
        k->due = s->now + (look_cycles << k->hashed); /* RAM is large: less and less often */
        if (k->hashed < 8) k->hashed++;
        return;
    }
    memcpy(k->samples[k->taken % STUCK_SAMPLES].regs, regs, sizeof regs);
    k->samples[k->taken++ % STUCK_SAMPLES].ram[0] = 0;
}
