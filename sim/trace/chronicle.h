/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Chronicle: what happened when, written while the firmware runs, for viewers of time lines.
 *
 *     stack.c: layers, calls, exceptions ─┐
 *     run.c: sleep    gpio.c: outputs    ─┼─► struct happening ─► chrome.c  (Perfetto)
 *     fine.c: single instructions        ─┘        │              vcd.c     (GTKWave)
 *                                                  └────────────► insn_log.c
 *
 * All of it can be limited to a window (from, to: a cycle, or a function's first entry and the
 * return from it) and to a number of events a file. Time is simulated: cycles, and nanoseconds
 * at the clock that the core had then.
 */
#ifndef SIM_TRACE_CHRONICLE_H
#define SIM_TRACE_CHRONICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/base/err.h"

struct access;
struct chronicle;
struct code;
struct frame;
struct function;
struct insn;
struct sim_timelines;
struct trace;

enum happening_kind {
    HAPPENS_LAYER, /* name NULL: none; value: its number from 1 */
    HAPPENS_ENTER, /* a function, on a track */
    HAPPENS_LEAVE,
    HAPPENS_EXCEPTION, /* value: its number */
    HAPPENS_RETURN,    /* value: what goes on: an exception's number, or 0 */
    HAPPENS_SLEEP,     /* value: 1 asleep */
    HAPPENS_STACK,     /* value: stack pointer, depth: frames */
    HAPPENS_OUTPUT,    /* name: a port; value: its outputs */
};

enum { TRACK_LAYERS = 1, TRACK_EXCEPTIONS, TRACK_SLEEP, TRACK_THREADS, TRACK_MAX = 64 };

struct happening {
    enum happening_kind kind;
    const char *name;
    unsigned track;
    uint32_t value, depth;
};

/* A form of time line. State is kept in struct chronicle. */
struct timeline {
    void (*begin)(struct chronicle *c);
    void (*event)(struct chronicle *c, const struct happening *h);
    void (*end)(struct chronicle *c); /* of the window, the limit or the run: closes the file */
};
extern const struct timeline timeline_chrome, timeline_vcd;

struct chronicle_file {
    FILE *file;
    uint64_t lines; /* events written */
    bool begun, ended, cut;
};

struct chronicle {
    const struct sim_timelines *what;
    const uint64_t *now;
    const uint32_t *clock_hz;
    uint64_t limit;
    /* The window. */
    uint64_t from, to;                                  /* cycles */
    const struct function *from_function, *to_function; /* or the first entry, the return */
    bool open, over;
    uint64_t base_cycle, base_ns; /* when the clock was last changed */
    uint32_t base_hz;
    struct chronicle_file chrome, vcd, insns;
    unsigned shown[TRACK_MAX], hidden[TRACK_MAX]; /* chrome: open events of a track */
    bool named[TRACK_MAX];
    uint32_t exceptions[TRACK_MAX], nesting; /* that are active, outermost first */
    const char *ports[TRACK_MAX];            /* vcd */
    uint32_t outputs[TRACK_MAX];
    size_t port_count;
    uint32_t layer, sp, depth, asleep; /* vcd: current values */
    const char *layer_name;            /* chrome */
    uint32_t layer_number;
    uint64_t vcd_ns;
    uint32_t regs[20]; /* insn log: of the block's start */
    bool have_regs;
};

/* Reads the window. ERR_USAGE, ERR_MISSING: it names nothing. */
bool chronicle_init(struct trace *t, struct err *e);
void chronicle_end(struct trace *t);

/* Nanoseconds of simulated time now. */
uint64_t chronicle_ns(const struct chronicle *c);
/* The core's clock is about to change. */
void chronicle_clock(struct trace *t);
/* May a line be written to the file? Counts it; the limit ends the file. */
bool chronicle_may(struct chronicle *c, struct chronicle_file *f);

/* Does the window open or close at this cycle? */
void chronicle_look(struct chronicle *c);
void chronicle_happens(struct trace *t, const struct happening *h);
/* Opens and closes the window by function. */
void chronicle_entered(struct trace *t, const struct function *f);
void chronicle_left(struct trace *t, const struct function *f);

/* Instruction i of block c ran and began at `cycle`; last: of the block. */
void insn_log(struct trace *t, const struct code *c, uint32_t index, uint64_t cycle,
              const struct access *accesses, size_t n, bool last);
void insn_log_start(struct trace *t); /* the block begins */

#endif
