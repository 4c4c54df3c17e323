/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Prompt: interrupts in the middle of a block. Exceptions are taken between blocks, and a block
 * can be hundreds of instructions long, so one inside which an interrupt comes is run in parts:
 *
 *     a store to a device makes an exception due ─► the block ends behind that instruction
 *     the next event falls inside the block ─► pieces, smaller and smaller, up to the event
 *
 * The first undoes the store's instruction and runs it alone, its effect on the device left
 * out. The second knows from the last time what a block costs. A debugger may halt
 * inside of a piece. Private to sim/.
 */
#ifndef SIM_PROMPT_H
#define SIM_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/uc.h"

struct sim;
struct code;

struct prompt {
    uint64_t due;            /* when something can come that interrupts; UINT64_MAX: unknown */
    const struct code *code; /* a block to be run in pieces */
    uint32_t next;           /* … the instruction at which the next one begins */
    uint32_t pass;           /* the block or piece here runs as it is; 1: none */
    unsigned made;           /* stores to devices that the instruction has made already */
};

/* A store to a device, which has happened. The machine may end with DENIED_PROMPT. */
void prompt_store(struct sim *s, uint32_t addr, unsigned size);
/* True: the store has happened already. */
bool prompt_made(struct sim *s);
/* The machine ended with that. */
void prompt_finish(struct sim *s);

/* Is block c to be run in pieces? */
bool prompt_wants(const struct sim *s, const struct code *c);
/* Goes on at pc, in pieces if that is where the block was. */
enum machine_end prompt_run(struct sim *s, uint32_t pc);

#endif
