/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * GDB server: a debugger on this machine (gdb-multiarch, an IDE) drives a simulation over GDB's
 * remote serial protocol. It listens on 127.0.0.1 only and serves one client at a time.
 *
 *     struct gdb *g = gdb_listen(3333, &e);
 *     struct sim *s = sim_new(&(struct sim_options){.board = b, .gdb = g}, &e);
 *     … sim_run(s) halts before the first instruction until the client lets it run …
 *     gdb_free(g);
 *
 * With a debugger the same blocks run and are charged as without: a stop lies between two
 * instructions of a block that goes on later, so no count of cycles changes. Time stands still
 * while the machine is halted.
 */
#ifndef SIM_GDB_SERVER_H
#define SIM_GDB_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/base/err.h"

struct gdb;
struct sim;
struct code;

struct gdb *gdb_listen(unsigned port, struct err *e); /* port 0: any free one */
unsigned gdb_port(const struct gdb *g);
/* Calls back whenever it begins to wait for a client: at first, and after one was lost. */
void gdb_on_wait(struct gdb *g, void (*call)(void *context, unsigned port), void *context);
void gdb_free(struct gdb *g);

/* The rest is the run loop's (sim/run.c). */
bool gdb_attached(const struct gdb *g); /* … or waited for */
/* Waits for the client and serves it until it lets the machine run, or detaches. One that is
 * lost before that, or while the machine runs, is waited for again. */
void gdb_start(struct gdb *g, struct sim *s);
/* Block c is about to run. */
void gdb_block(struct gdb *g, const struct code *c);
/* After a stop, what the executor calls a block at pc is the rest of c. */
bool gdb_goes_on(struct gdb *g, const struct code *c, uint32_t pc);
/* The instruction at pc is about to run; false stops before it. */
bool gdb_insn(struct gdb *g, struct sim *s, uint32_t pc);
/* The block that ran is about to be charged: its last accesses are looked at. */
void gdb_block_done(struct gdb *g, const struct sim *s);
/* A BKPT that is not semihosting stops on it. */
void gdb_breakpoint_insn(struct gdb *g);
/* A fault whose handler is entered stops at the handler's first instruction. */
void gdb_fault(struct gdb *g, bool usage, const char *text);
bool gdb_stopping(const struct gdb *g);
/* Tells the client of the stop and serves it until it lets the machine run, or detaches. */
void gdb_halt(struct gdb *g, struct sim *s);
/* The run is over: shows a bad end as a stop, then says so. True: it goes on after a reset. */
bool gdb_ended(struct gdb *g, struct sim *s);

#endif
