/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sim: a virtual board that runs a firmware image and tells what happened.
 *
 *     struct board + image ─► sim_new ─► sim_run ─► struct sim_stop
 *                                           └────► struct profile (sim/trace/profile.h)
 *
 *     struct sim *s = sim_new(&(struct sim_options){.board = b}, &e);
 *     if (!sim_load(s, "fw.elf", &e)) …
 *     struct sim_stop stop = sim_run(s);
 *     const struct profile *p = sim_profile(s);
 *     sim_free(s);
 *
 * No global state: two machines can live in one process. Nothing of the host leaks in: same
 * image, same input, same profile.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "boards/board.h"
#include "sim/timing/timing.h"
#include "sim/trace/profile.h"
#include "tools/base/err.h"

/* Compare memory with what it should hold when a function returns: how tensors are checked
 * inside unmodified firmware. */
struct sim_probe {
    const char *symbol;      /* the function; several probes may name one */
    uint32_t offset;         /* of the bytes, from the start of symbol `base_symbol` */
    const char *base_symbol; /* "model_arena" */
    uint32_t bytes;
    int id; /* the caller's: comes back in the profile with the CRC-32 and, if kept, the bytes
             */
    bool keep;
};

struct sim;
struct gdb; /* sim/gdb/server.h */

/* Who executes: blocks that ran often are the executor's (sim/exec), everything else is the
 * machine's (Unicorn); or all is the machine's. Results are the same. */
enum sim_executor { EXECUTOR_FAST, EXECUTOR_UNICORN };

/* What happened when, into open files (sim/trace/chronicle.h); they stay the caller's. */
struct sim_timelines {
    FILE *chrome, *vcd, *insns; /* NULL: not that one */
    const char *from, *to; /* a cycle or a function: its first entry, its return; NULL: all */
    uint64_t limit;        /* of events a file; 0 is 1,000,000 */
};

/* What a console's output came through. */
enum sim_console { CONSOLE_SEMIHOSTING, CONSOLE_ITM, CONSOLE_RTT, CONSOLE_UART };

/* What is plugged into a serial port (sim/host/host.h). */
enum sim_plug_kind { PLUG_FILE, PLUG_SCRIPT, PLUG_PTY };
struct sim_plug {
    const char *port; /* "USART2", or "rtt" where options.rtt is set */
    enum sim_plug_kind kind;
    const char *path; /* of the file or the script */
};

struct sim_options { /* zero means default */
    const struct board *board;
    enum timing_kind timing;
    enum sim_executor executor;
    bool range;              /* how far cycle counts may be off: profile.range */
    unsigned threads;        /* of the host. 1: no second one for the range; 0 is 2 */
    bool verify_core;        /* what the executor runs is run again by Unicorn and compared */
    uint64_t max_cycles;     /* watchdog: 0 is 20,000,000,000 */
    double max_host_seconds; /* 0 is none */
    bool strict;             /* an access to a register without a model ends the run */
    const void *console_in;  /* what the firmware reads from the semihosting console */
    size_t console_in_bytes;
    const char *semihosting_dir; /* NULL: file calls are refused */
    /* Functions whose every call is a layer, in the order of the report: symbol names, or rules
     * (sim/trace/rules.h). */
    const char *const *layers;
    size_t layer_count;
    const char *symbols; /* a file with names for an image without (load/map.h), or NULL */
    /* Follow every call: paths, edges and inclusive cycles in the profile. */
    bool calls;
    /* Charge every instruction by itself: lines in the profile, the same cycles, slower. */
    bool lines;
    const char *lines_of; /* … for this function's: refused when it is not there; or NULL */
    const struct sim_timelines *timelines; /* NULL: none */
    const struct sim_probe *probes;
    size_t probe_count;
    const struct sim_plug *plugs;
    size_t plug_count;
    /* What is plugged in of the board's "cameras", and the picture before it: a PPM, or for one
     * that sends JPEG such a file. NULL: none; a pattern. */
    const char *camera, *camera_picture;
    const int16_t *audio; /* what a serial audio interface hears, 16 kHz; NULL: silence */
    size_t audio_samples;
    bool dwt_open; /* a debug probe has unlocked the M7's DWT, as on a bench */
    bool rtt;      /* a debug probe empties the RTT buffer */
    bool swo;      /* … and has switched ITM's port 0 on, as IDEs do */
    /* Called with output of a console as it appears; port: of CONSOLE_UART. NULL: it is only
     * kept in the profile. */
    void (*console)(void *context, enum sim_console from, const char *port, const char *bytes,
                    size_t n);
    /* Called with the path of a PLUG_PTY's terminal. */
    void (*terminal)(void *context, const char *port, const char *path);
    /* Called now and then with cycles so far; NULL: not called. */
    void (*progress)(void *context, uint64_t cycles);
    /* Called with each byte that a serial port sends, before the console is; it may answer with
     * sim_send(). NULL: not called. */
    void (*serial)(void *context, struct sim *s, const char *port, uint8_t byte);
    /* Called when the pins of a GPIO port were written, with what it drives. NULL: not called.
     */
    void (*output)(void *context, struct sim *s, const char *port, uint32_t pins);
    void *context;
    struct gdb *gdb; /* a debugger drives the run; NULL: none. Stays the caller's */
};

enum sim_cause {
#define STOP(name, exit, text) SIM_##name,
#include "sim/stops.def"
#undef STOP
};

enum { SIM_TEXT = 4096 };

/* How a run ended: what the guest does wrong is a result, not an error of ours. */
struct sim_stop {
    enum sim_cause cause;
    uint32_t pc;
    uint64_t cycle;
    uint32_t code;       /* exit code, fault address, … */
    char text[SIM_TEXT]; /* one or more lines: what, where (symbol), likely why */
};

struct sim;

struct sim *sim_new(const struct sim_options *options, struct err *e);
void sim_free(struct sim *s);
/* ELF, Intel HEX (.hex) or raw binary (.bin, loaded at the flash's base), told by contents. */
bool sim_load(struct sim *s, const char *path, struct err *e);
struct sim_stop sim_run(struct sim *s);
/* Bytes for the receiver of a serial port ("USART1"); from options.serial, or before the run.
 * They arrive one after another at its baud rate. False when the board has no such port. */
bool sim_send(struct sim *s, const char *port, const void *bytes, size_t n);
/* Simulated cycles so far. */
uint64_t sim_cycles(const struct sim *s);
uint64_t sim_ns(const struct sim *s); /* simulated time */
/* What the display shows now: red, green, blue of each pixel, by rows; to be freed. False:
 * there is none, or it is off. */
struct sim_picture {
    uint32_t width, height;
    uint8_t *rgb;
};
bool sim_display(struct sim *s, struct sim_picture *out);
/* How far the cycles since sim_range_restart(), or all, may be off; options.range asks for it.
 */
struct timing_range sim_range(const struct sim *s);
void sim_range_restart(struct sim *s);
/* Ends the run at the next block's border, from a callback: SIM_EXIT. */
void sim_finish(struct sim *s);
const struct profile *sim_profile(const struct sim *s);

const char *sim_cause_name(enum sim_cause cause);
int sim_cause_exit(enum sim_cause cause); /* the program's exit code for it */

#endif
