/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * State: what a running machine consists of. Private to sim/: the stages of a step meet here.
 *
 *     run.c ── block borders ──► blocks.c   decoded code
 *       │                        trace/     layers, functions, stack
 *       ├── time ─► events.c     devices that asked to be woken
 *       ├── pending exceptions ► exception.c
 *       └── end ──► fault.c      the decoded text of a stop
 */
#ifndef SIM_STATE_H
#define SIM_STATE_H

#include "sim/blocks.h"
#include "sim/chip.h"
#include "sim/events.h"
#include "sim/exception.h"
#include "sim/exec/takeover.h"
#include "sim/external.h"
#include "sim/fault.h"
#include "sim/host/host.h"
#include "sim/load/image.h"
#include "sim/memory.h"
#include "sim/mpu.h"
#include "sim/periph/periph.h"
#include "sim/prompt.h"
#include "sim/semihost.h"
#include "sim/sim.h"
#include "sim/stuck.h"
#include "sim/timing/timing.h"
#include "sim/trace/trace.h"
#include "sim/uc.h"

struct sim {
    struct sim_options options;
    const struct board *board;
    struct image *image;
    struct lines *lines; /* of it, when a text needed them */
    struct memory memory;
    struct machine *machine;
    struct access_log log; /* of the block that runs */
    struct timing *timing;
    struct chip chip;
    struct events events;
    struct nvic nvic;
    struct faults faults;
    struct mpu mpu;
    struct bus bus;
    struct device *flash; /* that programs it; NULL: none */
    struct host host;
    struct semihost semihost;
    struct blocks blocks;
    struct trace trace;
    struct takeover takeover;

    uint64_t now;  /* cycles charged so far: the time at the last block border */
    uint64_t seen; /* the latest time that a device was told */
    uint64_t clock_since, clock_ns; /* when the core's clock changed last: cycle, time */
    uint64_t deadline;              /* the run loop looks around when now reaches it … */
    const struct code *current;     /* the block that runs; NULL between blocks */
    struct prompt prompt;           /* an interrupt comes inside a block */
    struct code *careful;           /* a block to be run piece by piece: careful.h */
    uint32_t allowed;               /* … whose instruction here may run; 1: none */
    unsigned guard;                 /* which accesses are asked about, whatever the block */
    struct {                        /* a block that goes round and round */
        const struct code *code;
        uint32_t count;
        uint32_t regs[MREG_S0];
        uint32_t polled; /* the register it asked, or 0 */
        bool have_regs;
        bool io; /* it changed a device, or asked one that changes with time */
    } spin;
    struct stuck stuck; /* a loop of several blocks that cannot end */
    double host_start;
    struct sim_stop stop;
    bool attention;   /* … or at the next block border */
    bool part;        /* the machine runs a part of a block, not to be taken for it */
    bool recheck;     /* … or after one block */
    bool logs;        /* data accesses are reported */
    bool fpu_on;      /* CPACR grants coprocessors 10 and 11 */
    bool flash_open;  /* code may store to flash now */
    bool spinning;    /* spin's block will for ever, unless something happens */
    bool lines_tried; /* there may be none */
    bool ended;
};

/* The time now, inside a block too: what a timer register reads. */
uint64_t sim_time(struct sim *s);
/* Charges cycles outside of blocks: exceptions, sleep. */
void sim_charge(struct sim *s, enum cause cause, uint64_t cycles);
/* Closes the block that runs: it went on at next_pc. */
void sim_finish_block(struct sim *s, uint32_t next_pc);
/* Something changed that the run loop must see before the next block. */
void sim_attention(struct sim *s);
/* The chip's reset: the image is in memory again, devices and core are as they start; time and
 * the profile go on. */
void sim_reset(struct sim *s);
/* Ends the run at the next border. The first reason stays. */
void sim_end(struct sim *s, enum sim_cause cause, uint32_t code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* What DWARF knows of the image, or NULL. */
struct lines *sim_lines(struct sim *s);
/* A serial port sent a byte. */
void sim_serial(struct sim *s, const struct device *d, uint8_t byte);
void sim_console(struct sim *s, enum sim_console from, const char *port, const char *bytes,
                 size_t n);

#endif
