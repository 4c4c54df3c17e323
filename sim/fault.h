/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fault: what the core found wrong becomes status bits and a pending exception, as silicon does
 * it, and a text that a person can act on: what was attempted, where (symbol), what lies at the
 * address, the registers, and what usually causes it.
 *
 *     bad access, undefined code, … ─► status bits, text kept ─┬─► the firmware's handler runs
 *                                                              └─► the run ends with the text
 *
 * The run ends at once when the handler can do nothing (an endless loop, no handler, a fault
 * while a fault's handler runs: lockup). A handler that runs and then exits, resets, or spins
 * ends the run with the text of the fault that it was for. Private to sim/.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/sim.h"
#include "sim/uc.h"

struct sim;

enum fault_kind {
#define FAULT(name, exception, reg, bit, text) FAULT_##name,
#include "sim/faults.def"
#undef FAULT
    FAULT_COUNT,
};

struct faults {
    uint32_t cfsr, hfsr, dfsr, mmfar, bfar; /* the registers */
    unsigned handler; /* the exception whose handler runs for a fault; 0: none does */
    uint64_t since;   /* … since this cycle */
    uint32_t pc, code;
    char text[SIM_TEXT];
    uint32_t handled;     /* faults whose handlers have returned */
    bool returning;       /* the last one does */
    uint32_t returned_to; /* … to here; 1: no pc */
    uint32_t again;       /* … to the instruction, which failed again: so often in a row */
    char last[160];       /* … first line of the last one's text */
};

/* What an access may not do: answers of calls.check, reasons of machine_deny(). */
enum denied {
    DENIED_UNALIGNED = 1,
    DENIED_TRAPPED,
    DENIED_DEVICE,
    DENIED_UNPRIVILEGED,
    DENIED_MPU,
    DENIED_PROMPT, /* not wrong: prompt.h */
};

/* What the executor ended with. */
void fault_access(struct sim *s, const struct machine_fault *f);
void fault_undefined(struct sim *s);
void fault_fetch(struct sim *s, uint32_t pc); /* from where no code can be */
/* Before the instruction at PC, the first of its block. */
void fault_no_fpu(struct sim *s);
void fault_divide(struct sim *s);
void fault_forbidden(struct sim *s); /* the MPU: this code must not be run */
void fault_breakpoint(struct sim *s);
void fault_svc(struct sim *s); /* PC is after it */
/* On the way into and out of handlers. They make an exception pending; the caller goes on. */
void fault_stack(struct sim *s, enum fault_kind kind, uint32_t addr, const char *what);
void fault_vector(struct sim *s, unsigned exception, uint32_t addr);
void fault_return(struct sim *s, uint32_t exc_return, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The core is at pc without the Thumb state. */
void fault_no_handler(struct sim *s, unsigned exception, uint32_t pc);
void fault_state(struct sim *s, uint32_t pc, const char *after);
/* The handler of an exception returns. */
void fault_handled(struct sim *s, unsigned exception);
/* … to pc. */
void fault_returned(struct sim *s, uint32_t pc);
/* Ends the run when a fault's handler has not returned for a long time. */
void fault_watch(struct sim *s);

/* Ends of a run that are no faults, with place and registers. */
void fault_unmodelled(struct sim *s, uint32_t addr, unsigned size, bool write);
/* The store of value to AIRCR, at addr, that is being made. */
void fault_reset(struct sim *s, uint32_t addr, uint32_t value);
void fault_loop(struct sim *s);
void fault_text(struct sim *s, enum sim_cause cause, uint32_t pc, const char *what);

#endif
