/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Session: the state of one debugger's visit. Private to sim/gdb: server.c owns the connection
 * and decides when to stop, commands.c answers what the client asks while the machine is
 * halted.
 */
#ifndef SIM_GDB_SESSION_H
#define SIM_GDB_SESSION_H

#include "sim/gdb/packet.h"
#include "sim/gdb/points.h"
#include "sim/gdb/server.h"
#include "sim/gdb/target.h"

/* Signals as GDB numbers them. */
enum { GDB_SIGINT = 2, GDB_SIGILL = 4, GDB_SIGTRAP = 5, GDB_SIGBUS = 10, GDB_SIGSEGV = 11 };

struct gdb_stop {
    int signal; /* 0: none */
    enum { STOP_PLAIN, STOP_BREAK, STOP_WATCH, STOP_BKPT } why;
    struct point point;
};

struct gdb {
    int listener, client; /* -1: none */
    unsigned port;
    void (*on_wait)(void *context, unsigned port); /* NULL: nobody wants to know */
    void *on_wait_context;
    bool gone; /* no debugger any more: it detached, or the run is over */
    struct packet_reader reader;
    struct buf sent; /* the last answer, framed */
    bool no_ack;     /* the client trusts the line */

    struct points points;
    struct gdb_stop stop; /* pending, or the one that was told last */
    struct buf text;      /* … what to say about it first */
    bool stopping;
    bool stepping;               /* stops at the next instruction … */
    uint32_t step_from, step_to; /* … outside of this range */
    bool skip;                   /* the first instruction after a stop was not looked at yet */
    uint32_t skip_pc;            /* … where it stopped */
    bool busy;                   /* every instruction of this block is looked at */
    const struct code *code;     /* that runs */
    bool halted;                 /* the block goes on where it was stopped */

    size_t checked;        /* accesses of the block that were looked at */
    uint32_t instructions; /* since the line was looked at */
    bool running;          /* a command lets the machine run */
    bool leaving;          /* … without the debugger */
};

/* Carries out a command of the client; the answer, unframed, goes to *out (nothing: the command
 * is not known, or lets the machine run). */
void gdb_command(struct gdb *g, struct sim *s, const char *data, size_t n, struct buf *out);
/* "T05hwbreak:;thread:1;". */
void gdb_stop_reply(const struct gdb *g, struct buf *out);
void gdb_monitor(struct sim *s, const char *line, struct buf *out);

#endif
