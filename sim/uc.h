/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Machine: executes Thumb code on memory that the caller owns, and reports what happened. The
 * meaning of instructions is all it knows; time, exceptions, devices and faults are the
 * caller's. uc.c does it with Unicorn and alone includes unicorn.h; another executor can take
 * its place behind this header.
 *
 *     machine_new ─► machine_map… ─► machine_start(pc) ─┬─► calls.block   before each block
 *                         ▲                             ├─► calls.io_read, io_write  devices
 *                         └── handle what it ended with ┴─► calls.trap    SVC, BKPT, returns
 *
 * Blocks are straight runs of instructions that may end without a branch. Data accesses are
 * appended to the access log in program order as they happen, those of devices included; so are
 * the operands of divides that were asked for; the caller empties it. Memory that is handed to
 * machine_map() stays the caller's.
 */
#ifndef SIM_UC_H
#define SIM_UC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boards/board.h"
#include "sim/exec/core.h"
#include "sim/timing/timing.h"
#include "tools/base/err.h"

enum machine_reg {
    MREG_R0,
    MREG_R1,
    MREG_R2,
    MREG_R3,
    MREG_R12 = 12,
    MREG_SP = 13, /* the one in use */
    MREG_LR = 14,
    MREG_PC = 15, /* without the Thumb bit */
    MREG_XPSR,
    MREG_MSP,
    MREG_PSP,
    MREG_CONTROL,
    MREG_IPSR,
    MREG_PRIMASK,
    MREG_BASEPRI,
    MREG_FAULTMASK,
    MREG_FPSCR,
    MREG_S0,
    MREG_COUNT = MREG_S0 + 32,
};

enum { MACHINE_READ = 1, MACHINE_WRITE = 2, MACHINE_EXEC = 4 };

/* More accesses than one block can make: 512 instructions of 32 words. */
enum { MACHINE_LOG = 16384 };
/* More divides than one block can make: instructions of 4 bytes in a page of 1 KiB. */
enum { MACHINE_DIVIDES = 256 };
/* Which accesses are shown to calls.check before they happen; unaligned ones to where devices
 * are unless an MPU says otherwise always are. */
enum { GUARD_UNALIGNED = 1, GUARD_ALL = 2, GUARD_DEVICE = 4 /* unaligned, for the MPU's */ };
struct access_log {
    size_t n, divides;
    unsigned guard;
    struct access at[MACHINE_LOG];
    struct divide divided[MACHINE_DIVIDES];
};

static inline struct effects log_effects(const struct access_log *l)
{
    return (struct effects){l->at, l->n, l->divided, l->divides};
}

enum machine_trap {
    TRAP_SVC,        /* PC is after the instruction */
    TRAP_BKPT,       /* PC is on it */
    TRAP_EXC_RETURN, /* PC holds the EXC_RETURN value */
};

struct machine_calls {
    /* Block at pc, `bytes` long, is about to run. False stops machine_start() before it does;
     * the same block is reported again when execution resumes there. NULL: never called. */
    bool (*block)(void *context, uint32_t pc, uint32_t bytes);
    /* The instruction at pc is about to run; not called for those of an IT block whose
     * condition fails. False stops machine_start() before it does. NULL: code runs faster. */
    bool (*insn)(void *context, uint32_t pc);
    /* May read and write registers and memory; execution goes on at MREG_PC. False ends the run
     * with MACHINE_REFUSED. */
    bool (*trap)(void *context, enum machine_trap trap);
    /* An access that log->guard asks about, already in the log: 0 lets it pass; anything else
     * denies it as machine_deny() does. Never called without a log. NULL: all pass. */
    int (*check)(void *context, uint32_t addr, unsigned size, bool write);
    uint32_t (*io_read)(void *context, uint32_t addr, unsigned size);
    void (*io_write)(void *context, uint32_t addr, unsigned size, uint32_t value);
};

enum machine_end {
    MACHINE_STOPPED,   /* calls.block or calls.insn said so */
    MACHINE_REACHED,   /* the address that machine_run_to() was given */
    MACHINE_WFI,       /* asleep; PC is after the WFI */
    MACHINE_WFE,       /* the same for WFE */
    MACHINE_UNDEFINED, /* not an instruction, or a jump to an address without the Thumb bit */
    MACHINE_BAD_ACCESS,
    MACHINE_REFUSED,
    MACHINE_BROKEN, /* the executor failed: our bug */
};

enum bad_access { BAD_READ, BAD_WRITE, BAD_FETCH };

/* Of MACHINE_BAD_ACCESS. The registers are those before the instruction that failed; PC is
 * still the start of its block, or a divide in it. */
struct machine_fault {
    enum bad_access kind;
    int why;     /* 0: no memory, or none for this; else what calls.check answered */
    bool mapped; /* there is memory, but not for this: a permission */
    uint32_t addr;
    uint32_t size;
};

struct machine;

/* With log NULL no data access is reported (and code runs faster). */
struct machine *machine_new(enum core_kind core, struct access_log *log,
                            const struct machine_calls *calls, void *context, struct err *e);
void machine_free(struct machine *m);

/* base and size in units of 4 KiB. The same host memory may be mapped more than once. */
bool machine_map(struct machine *m, uint32_t base, uint32_t size, void *host, unsigned perms,
                 struct err *e);
/* Changes the rights to all of what a machine_map() mapped. */
void machine_allow(struct machine *m, uint32_t base, uint32_t size, unsigned perms);
bool machine_map_io(struct machine *m, uint32_t base, uint32_t size, struct err *e);

enum machine_end machine_start(struct machine *m, uint32_t pc);
/* Runs the straight code from pc up to `until`, which lies at most `bytes` behind it; ends with
 * MACHINE_REACHED there, or as machine_start() does. */
enum machine_end machine_run_to(struct machine *m, uint32_t pc, uint32_t until, uint32_t bytes);
/* From calls.check, io_read or io_write: the access that is being made fails, and execution
 * ends with MACHINE_BAD_ACCESS. A store is undone. */
void machine_deny(struct machine *m, enum bad_access kind, uint32_t addr, uint32_t size,
                  int why);
/* The divide at pc is logged from the next start on, whenever it runs. False: it is already.
 * True to calls.block: it has to stop, since the block was translated without. */
bool machine_log_divide(struct machine *m, uint32_t pc);
const struct machine_fault *machine_fault(const struct machine *m);
const char *machine_trouble(const struct machine *m); /* of MACHINE_BROKEN */

uint32_t machine_reg(const struct machine *m, enum machine_reg r);
void machine_set_reg(struct machine *m, enum machine_reg r, uint32_t value);

/* Lends the registers to an executor beside this one (sim/exec): *core is filled, and
 * machine_reg() and machine_set_reg() mean it (xPSR is read only) until machine_take_back()
 * writes it back. The FPU's follow when machine_lend_fp() is called. */
void machine_lend(struct machine *m, struct core *core);
void machine_lend_fp(struct machine *m);
void machine_take_back(struct machine *m);

/* Memory behind machine_map() only; false when any byte is not mapped. Writes ignore
 * permissions and make already translated code void. */
bool machine_read(const struct machine *m, uint32_t addr, void *out, size_t n);
bool machine_write(struct machine *m, uint32_t addr, const void *bytes, size_t n);

#endif
