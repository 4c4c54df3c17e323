/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Takeover: blocks that ran often are run by the executor of this folder instead of the
 * machine, from border to border, until one comes that it does not know or that needs the run
 * loop. The borders are run.c's own (run_close, run_open), so charges, events, trace and
 * profile are the same whoever runs.
 *
 *     machine's BLOCK hook ─► takeover_wants(c) ─► stop ─► takeover_run ─► machine goes on
 */
#ifndef SIM_EXEC_TAKEOVER_H
#define SIM_EXEC_TAKEOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/exec/core.h"
#include "sim/exec/pages.h"

struct sim;
struct code;
struct undo;
struct verify;

struct takeover {
    bool on;
    struct core core;
    struct pages pages;
    struct undo *undo;
    struct verify *verify; /* options.verify_core; NULL: what runs is trusted */
    struct code *start;    /* the block to begin with */
    /* A block that the executor could not run after all: its border is done already. */
    bool handed_back;
    uint32_t pause;        /* so many blocks stay with the machine … */
    uint32_t short_ones;   /* … after so many takeovers in a row that were not worth it */
    uint64_t instructions; /* that the executor ran */
};

void takeover_init(struct sim *s);
void takeover_done(struct sim *s);
/* Shall the run loop stop before c and call takeover_run()? */
bool takeover_wants(struct sim *s, struct code *c);
/* Runs on from takeover.start. True: the run loop has to look around before the next block. */
bool takeover_run(struct sim *s);
/* The machine's BLOCK hook: is this border the takeover's own? *go_on: what the hook says. */
bool takeover_border(struct sim *s, uint32_t pc, bool *go_on);
/* Instructions that were compared with the machine's. */
uint64_t takeover_verified(const struct sim *s);

/* Runs a part of a block, straight code at pc, alone. False: the machine has to. */
bool takeover_part(struct sim *s, uint32_t pc, uint32_t bytes);

#endif
