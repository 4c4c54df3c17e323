/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Stack: which functions were entered and have not returned, and so which layer runs.
 *
 *     entry of a function ─► push: return address and stack pointer as they are there
 *     that address reached with that stack pointer ─► pop (all frames that agree: tail calls)
 *     a frame below the stack pointer ─► dropped (longjmp)
 *
 * Each flow has its own frames: the thread that runs, and each handler that interrupted
 * something. A flow that waits is found again by the address of its exception frame, so a
 * handler that returns into another thread finds that thread's frames.
 *
 * Only functions that matter are pushed (layers, scopes of rules, probed ones), or all of them
 * when calls are followed (options.calls): then tree.h books to the path of calls, too.
 */
#ifndef SIM_TRACE_STACK_H
#define SIM_TRACE_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct code;
struct function;
struct node;
struct profile_row;
struct trace;

struct frame {
    const struct function *function;
    uint32_t return_addr, sp;
    struct profile_row *layer; /* that it is, or NULL */
    struct profile_row *runs;  /* the layer of what it runs: that, or the one further out */
    struct node *node;         /* NULL unless calls are followed */
};

struct flow {
    uint32_t key; /* while it waits: address of its exception frame */
    bool waits;
    uint64_t age;
    struct frame *frames;
    size_t count;
    bool handler;             /* of an exception */
    struct profile_row *base; /* the layer below the first frame */
    /* The trace's own of the time when it was interrupted. */
    struct function *function;
    struct node *node;
    const struct function *previous;
    uint32_t previous_end;
};

enum { FLOW_MAX = 24, FRAMES_FEW = 64, FRAMES_ALL = 1024 };

void stack_init(struct trace *t);
/* Code c is about to run, and it is the first of its function, another function, or where the
 * innermost frame returns to. Everything before is booked. */
void stack_border(struct trace *t, const struct code *c);

/* Exception n was entered, its frame stored at `at`; one took over from another at its return
 * (tail chaining); the frame at `from` was restored and execution goes on at pc. All cycles so
 * far are charged. */
void stack_exception(struct trace *t, unsigned n, uint32_t at);
void stack_exception_chain(struct trace *t, unsigned n);
void stack_exception_return(struct trace *t, uint32_t from, uint32_t pc);

/* The core begins anew: nothing has been entered. Before the chip's clock is reset. */
void stack_reset(struct trace *t);

#endif
