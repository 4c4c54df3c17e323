/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Blocks: each stretch of code that runs is decoded once and found again by its address.
 *
 *     pc, bytes ─► blocks_find() ─► struct code { block for timing, function for the trace }
 *
 * Code in RAM can change under us (copied, loaded, patched): such a block keeps a copy of its
 * bytes, and a copy that no longer agrees with memory is decoded again. Nothing is freed before
 * blocks_done(): timing may hold on to the last few blocks.
 */
#ifndef SIM_BLOCKS_H
#define SIM_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/cpu/decode.h"
#include "sim/memory.h"

struct fine;
struct function;
struct uop;

struct code {
    uint32_t pc, bytes;
    struct block *block;
    struct function *function; /* the trace's; never NULL once the trace has seen it */
    bool whole;                /* as the machine cuts code, no part of that */
    bool entry;                /* pc is the function's first instruction */
    bool uses_fpu;             /* coprocessor 10 or 11 */
    bool stores;
    bool strict; /* some access must be aligned to a word, whatever CCR says */
    bool divides;
    bool arms;           /* may set CCR.DIV_0_TRP before a divide; until it has run once */
    bool sets_sp;        /* to any value: the core's has no bits 1 and 0 */
    bool signals;        /* holds an SEV */
    bool control;        /* … or an MSR to CONTROL */
    unsigned itstate;    /* that it starts with */
    struct uop *uops;    /* for the executor (sim/exec); NULL: not its, or not yet */
    uint32_t cost;       /* cycles, when it ran last; a guess before */
    uint32_t runs;       /* until it has them */
    uint32_t leaves;     /* how often it handed the block back */
    bool left_alone;     /* for good */
    const uint8_t *live; /* the bytes in guest memory; NULL: cannot change */
    uint8_t *copy;       /* what was decoded */
    struct fine *fine;   /* the trace's, when it looks at single instructions */
    struct code *next;   /* in the hash chain */
    struct code *older;  /* all there are, for freeing */
};

enum { BLOCKS_DIRECT = 1 << 14, BLOCKS_CHAINS = 1 << 14 };

enum { BLOCKS_DECODED_MAX = 8 << 20 }; /* decoded_bytes; more end the run */

struct blocks {
    struct code **direct; /* by pc: the one found last */
    struct code **chains; /* by pc, all */
    struct code *all;
    /* Of code that can change each time, of flash when it did: bounds our memory. Another
     * version of a block counts for more than its bytes. The parts in which blocks of flash are
     * run are as many as it has instructions. */
    uint64_t decoded_bytes;
};

/* An instruction for coprocessor 10 or 11. */
bool insn_is_fpu(const struct insn *i);
/* LDM, LDRD, exclusive and FP accesses fault when they are not aligned (ARMv7-M ARM A3.2.1). */
bool insn_is_strict(const struct insn *i);

void blocks_init(struct blocks *b);
void blocks_done(struct blocks *b);
/* The block at pc; decoded now when it is not known. itstate: XPSR's, read by the caller only
 * when asked (`fresh` was set). NULL when the bytes are not in memory. */
struct code *blocks_find(struct blocks *b, struct memory *m, uint32_t pc, uint32_t bytes,
                         unsigned (*itstate)(void *context), void *context, bool *fresh);
/* The whole block at pc among those that are known, as memory is now; NULL: none. */
struct code *blocks_known(struct blocks *b, uint32_t pc);
/* Code at these addresses was changed by other than the firmware's stores to RAM. */
void blocks_forget(struct blocks *b, uint32_t addr, uint32_t bytes);

#endif
