/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fine: cycles of single instructions. Timing charges blocks; here each instruction goes to it
 * as a block of its own, with its part of the accesses and the address after it. Blocks may be
 * cut anywhere (sim/timing/timing.h), so the sum is the same to the cycle; it only takes
 * longer, so it is done when somebody asks (options.lines, an instruction log).
 *
 *     sim_finish_block ─► fine_block ─► timing_block … ─► struct fine_insn ─► fine_result()
 *                              └──────────────────────► insn_log.h
 */
#ifndef SIM_TRACE_FINE_H
#define SIM_TRACE_FINE_H

#include <stddef.h>
#include <stdint.h>

#include "sim/timing/timing.h"

struct code;
struct profile;
struct trace;

struct fine_insn {
    struct block *block; /* this instruction alone */
    uint64_t executions;
    uint64_t cycles[CAUSE_COUNT];
    const char *text; /* for the log; NULL until it is wanted */
};

struct fine { /* of a block */
    const struct code *code;
    struct fine_insn *insns;
    struct fine *older; /* all there are */
};

/* For a freshly decoded block. */
void fine_code(struct trace *t, struct code *c);
/* timing_block(), instruction by instruction, into t->pending. */
void fine_block(struct trace *t, struct timing *timing, const struct code *c,
                const struct effects *did, uint32_t next_pc);
/* Instructions by address into the profile. */
void fine_result(struct trace *t, struct profile *p);
void fine_done(struct trace *t);

#endif
