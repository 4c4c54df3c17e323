/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Timing: the one narrow interface between execution and cycles. Execution (Unicorn in
 * sim/uc.c, sim/exec) reports each block that ran, with the data addresses it touched, the
 * operands of its divides and where it went next; timing answers with cycles, each charged to a
 * cause. Timing never learns who executed.
 *
 *     sim/uc.c ── block, effects, next pc ───► timing_block() ──► cycles by cause ──► trace/
 *                                                │
 *                              cpu/ (m4.c, m7.c) and mem/ (flash, ART, L1, TCM)
 *
 * Blocks are translation blocks, not basic blocks: they may end without a branch, so all
 * pipeline state carries over their borders.
 */
#ifndef SIM_TIMING_TIMING_H
#define SIM_TIMING_TIMING_H

#include <stddef.h>
#include <stdint.h>

#include "boards/board.h"
#include "sim/chip.h"
#include "sim/timing/memo.h"
#include "tools/base/err.h"

enum cause {
#define CAUSE(name, word, text) CAUSE_##name,
#include "sim/timing/causes.def"
#undef CAUSE
    CAUSE_COUNT,
};

enum timing_kind {
    TIMING_MODEL,  /* the core's pipeline and the chip's memory system */
    TIMING_ICOUNT, /* one cycle an instruction: only for counting and debugging */
};

struct access { /* one data access, in program order */
    uint32_t addr;
    uint8_t size;  /* 1, 2, 4 or 8 bytes */
    uint8_t write; /* 1: store */
};

struct divide { /* an SDIV or UDIV that ran: its operands as registers hold them */
    uint32_t pc, dividend, divisor;
};

/* What a block did beyond its code, in program order. */
struct effects {
    const struct access *accesses;
    size_t access_count;
    const struct divide *divides;
    size_t divide_count;
};

static inline struct effects effects_of(const struct access *accesses, size_t n)
{
    return (struct effects){.accesses = accesses, .access_count = n};
}

struct block; /* sim/cpu/decode.h: instructions decoded once */
struct timing;

/* What a block cost: cycles[] per cause; the sum is what the clock advanced. */
struct charge {
    uint64_t cycles[CAUSE_COUNT];
    uint32_t instructions; /* issued, those whose condition failed included */
};

struct timing *timing_new(const struct board *b, enum timing_kind kind, const struct chip *chip,
                          struct err *e);
void timing_free(struct timing *t);

/* Charges one executed block: what it did and the pc that followed. */
void timing_block(struct timing *t, const struct block *b, const struct effects *did,
                  uint32_t next_pc, struct charge *out);

/* The cycle count if the block had run up to and including the last access of `did`: what a
 * read of CYCCNT or a timer inside a block sees. Leaves the state as it was. */
uint64_t timing_peek(struct timing *t, const struct block *b, const struct effects *did);

/* Exception entry, return and idle time (WFI), charged outside blocks. */
void timing_add(struct timing *t, enum cause cause, uint64_t cycles, struct charge *out);
/* Firmware maintained a cache: SCB operations on the M7, ART resets. addr 0, bytes 0: all. */
void timing_invalidate(struct timing *t, bool icache, bool dcache, uint32_t addr,
                       uint32_t bytes);

/* Gives one of the core's parameters (cpu/cortex_m7.def, cpu/cortex_m4.def) another value, for
 * ensembles and calibration; before the first block. False: there is no such parameter. */
bool timing_set(struct timing *t, const char *name, int32_t value);

/* Blocks that were seen before are not run again (memo.h). No cycle depends on it. */
enum timing_memo {
    MEMO_ON, /* from the start */
    MEMO_OFF,
    MEMO_CHECK, /* for tests: every block is run as well, and what comes of it compared */
};
/* bytes: what a memo may take; 0: 64 MiB. */
void timing_memo(struct timing *t, enum timing_memo mode, size_t bytes);
struct memo_stats timing_memo_stats(const struct timing *t);
/* MEMO_CHECK: after how many blocks the two did not agree. */
uint64_t timing_disagreements(const struct timing *t);

/* Times beside the model what else the evidence allows (spread.h); before the first block. It
 * has a thread of its own unless `threads` is 1, so that blocks must not be freed before
 * timing_free(), nor before timing_range(). The results are the same. */
bool timing_spread(struct timing *t, const struct board *b, const struct chip *chip,
                   unsigned threads, struct err *e);
struct timing_range { /* how far a cycle count may be off, in millionths: low_ppm <= 0 */
    int32_t low_ppm, high_ppm;
};
/* Of all blocks, or those since timing_range_restart(). Zeros without timing_spread(). */
struct timing_range timing_range(const struct timing *t);
void timing_range_restart(struct timing *t);

uint64_t timing_cycles(const struct timing *t);     /* since timing_new */
const char *timing_name(const struct timing *t);    /* "cortex-m7" */
const char *timing_version(const struct timing *t); /* goes into reports: changes with rules */
const char *cause_name(enum cause c);               /* "operand" */

/* Executed instructions whose timing is a default: mnemonic and count, sorted by name. */
struct timing_default {
    char name[16];
    uint64_t count;
};
size_t timing_defaults(const struct timing *t, struct timing_default *out, size_t max);

#endif
