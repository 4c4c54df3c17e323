/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Discover: functions of an image without symbols, by what it does: code that is called begins
 * a function ("sub_08001234"), so does what an exception's entry reaches ("SysTick_handler");
 * where a call returns to belongs to the caller, and a jump stays in the function it comes from
 * until its target is called, too. Only code that runs is looked at, so nothing is guessed.
 */
#ifndef SIM_TRACE_DISCOVER_H
#define SIM_TRACE_DISCOVER_H

#include <stdint.h>

struct code;
struct function;
struct trace;

enum { DISCOVERED_MAX = 8192 }; /* further ones are "(no symbol)" */

struct discovery {
    struct known { /* function starts (even) and return addresses (odd); 0: free */
        uint32_t key;
        struct function *function;
    } * table;
    uint32_t count, slots; /* slots: a power of two */
};

void discover_init(struct trace *t);
void discover_done(struct trace *t);
/* The function that a freshly decoded block belongs to; entry when it is its first. */
void discover_code(struct trace *t, struct code *c);
/* The block was seen before, as part of another function, and is called now. */
void discover_called(struct trace *t, struct code *c);
/* "sub_08001234": the function there, made when it is new. NULL: no such name. */
struct function *discover_named(struct trace *t, const char *name);

#endif
