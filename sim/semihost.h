/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Semihosting (Arm "Semihosting for AArch32 and AArch64", BKPT 0xAB): r0 = operation, r1 =
 * parameter block, result in r0. The console, the clock and the exit calls work; files only
 * below options.semihosting_dir, by plain names. Nothing else of the host can be reached, and
 * the clock is the simulated one. What a firmware may write and create there is bounded: a run
 * that wants more ends.
 */
#ifndef SIM_SEMIHOST_H
#define SIM_SEMIHOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim;

enum { SEMIHOST_FILES = 16, SEMIHOST_OPENS_MAX = 256, SEMIHOST_WRITE_MAX = 64 << 20 };

struct semihost {
    size_t console_read;  /* of options.console_in */
    size_t features_read; /* of ":semihosting-features" */
    uint32_t error;
    uint32_t opens;            /* of files for writing, so far */
    uint64_t written;          /* bytes, to files */
    int files[SEMIHOST_FILES]; /* host descriptors of handles 4…; -1: free */
};

void semihost_init(struct semihost *h);
void semihost_done(struct semihost *h);
/* The BKPT 0xAB at PC was reached. PC is not moved. */
void semihost_call(struct sim *s);

#endif
