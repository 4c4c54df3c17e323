/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Trace: who the cycles belong to. Every block belongs to the function that its first
 * instruction lies in; every block also belongs to one layer: the innermost listed function
 * that was entered and has not returned (callees and interrupts count for it), or "(rest)".
 *
 *     trace_block(code) before a block ─► pending grows ─► trace_flush() ─► trace_profile()
 *
 * Charges gather in `pending` and are booked when the function or the layer changes.
 *
 * Which functions are layers is what rules.h says; entries and returns are stack.h's. Memory is
 * only taken when something is met for the first time.
 */
#ifndef SIM_TRACE_TRACE_H
#define SIM_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/blocks.h"
#include "sim/load/image.h"
#include "sim/memory.h"
#include "sim/sim.h"
#include "sim/timing/timing.h"
#include "sim/trace/chronicle.h"
#include "sim/trace/discover.h"
#include "sim/trace/fine.h"
#include "sim/trace/profile.h"
#include "sim/trace/rules.h"
#include "sim/trace/stack.h"
#include "sim/trace/tree.h"
#include "sim/uc.h"
#include "tools/base/arena.h"
#include "tools/base/buf.h"

struct function {
    uint32_t addr, size;
    struct profile_row row;
    const char *title;         /* after the run: its name for people */
    uint16_t rule;             /* the layer rule that wants it, from 1; 0: none */
    bool scope;                /* its calls are what the rule is about */
    struct profile_row *layer; /* its row when all its calls are one layer, or NULL */
    int first_probe;           /* index of its first probe, or -1 */
};

struct probe {
    const struct sim_probe *what;
    uint32_t addr;
    int next; /* of the same function */
};

struct io_count {
    uint32_t addr;
    uint64_t reads, writes;
};

enum { LAYERS_MAX = 4000, IO_COUNT_MAX = 256 };

struct trace {
    const struct sim_options *options;
    const struct board *board;
    const struct image *image;
    struct memory *memory;
    struct machine *machine;
    struct arena arena;

    struct function *functions; /* by address, then "(no symbol)", then what is discovered */
    size_t function_count, named_count, function_room;
    struct function *none; /* "(no symbol)" */
    bool discovers;        /* the image names no function */
    struct discovery discovery;
    struct layer_rule *rules;
    size_t rule_count;
    struct profile_row **rows; /* of layers, as they were first met */
    size_t row_count;
    struct profile_row rest;   /* what is in no layer */
    struct profile_row *layer; /* that the block which runs belongs to */
    struct function *function;
    struct charge pending; /* since the function or the layer changed */
    uint32_t previous_end; /* pc after the block before: tells calls from loops */
    const struct function *previous;
    struct flow flows[FLOW_MAX], *flow;
    size_t frame_room;
    uint64_t flow_clock;
    uint32_t return_addr; /* of the innermost frame, or 1: never a pc */
    bool watches;         /* any call may begin a layer: some rule is about calls */
    bool follows;         /* all calls are pushed, and booked in the tree */
    struct tree tree;
    struct node *root, *node;    /* node: that pending goes to */
    struct chronicle *chronicle; /* NULL: nobody looks at time */
    const uint64_t *now;         /* the machine's: cycles at the last border */
    const uint32_t *clock_hz;
    bool fines;            /* single instructions are charged */
    struct fine *fine;     /* of all blocks, newest first; when options.lines */
    const char *last_file; /* names.c */
    struct probe *probes;
    struct profile_probe *probe_results;
    uint8_t **probe_bytes;

    /* The main stack, and the heap: extremes of the addresses written. */
    uint32_t stack_top, stack_floor, stack_low;
    uint32_t heap_base, heap_high;

    struct io_count io[IO_COUNT_MAX];
    size_t io_count;
    bool dwt_refused;
    struct buf console;

    struct profile profile; /* filled by trace_profile() */
};

/* now, clock_hz: where the machine keeps its cycles and its core's clock. */
bool trace_init(struct trace *t, const struct sim_options *o, const struct image *image,
                struct memory *memory, struct machine *machine, const uint64_t *now,
                const uint32_t *clock_hz, struct err *e);
void trace_done(struct trace *t);
/* The stack as the vector table sets it up. */
void trace_stack(struct trace *t, uint32_t initial_sp);

/* The function that starts at the symbol of that name, or NULL. */
struct function *trace_function_named(struct trace *t, const char *name);
/* The function of a freshly decoded block. */
void trace_code(struct trace *t, struct code *c);
/* Block c is about to run. */
void trace_block(struct trace *t, const struct code *c);
/* Books what is pending to the current function and layer. */
void trace_flush(struct trace *t);
/* The data that a block touched. */
void trace_accesses(struct trace *t, const struct access *a, size_t n);
/* Without access log: the stack pointer at a block's border. */
void trace_stack_pointer(struct trace *t, uint32_t sp);
/* An access to a device register that has no model. */
void trace_unmodelled(struct trace *t, uint32_t addr, bool write);
/* Names for people (names.c): of functions that ran, or of all, before the rows are made; of
 * sources, after. */
void names_before(struct trace *t, bool all);
void names_after(struct trace *t, struct profile_node *nodes, size_t node_count,
                 struct profile_line *insns, size_t line_count);
/* A C++ symbol's own name, without its namespaces and arguments: "_ZN6tflite4EvalEi" is "Eval".
 * False: it is none. */
bool names_own(const char *symbol, char *out, size_t out_bytes);
/* Puts the results together. */
const struct profile *trace_profile(struct trace *t, const struct timing *timing,
                                    uint32_t hclk_hz, double host_seconds);

#endif
