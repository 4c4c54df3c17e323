/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Careful: blocks with instructions that fault by themselves while the executor would not tell:
 * FP ones while the FPU is off, divisions under CCR.DIV_0_TRP (or where the block itself may
 * set it: once), code that the MPU does not let run. Such a block runs up to the first of them,
 * which is decided upon and then runs alone. Private to sim/.
 */
#ifndef SIM_CAREFUL_H
#define SIM_CAREFUL_H

#include <stdbool.h>

#include "sim/uc.h"

struct sim;
struct code;

/* The block is about to run: true keeps it from that, with s->careful set when careful_run() is
 * to go on. Prepares the FPU for its first use after an exception. */
bool careful_wants(struct sim *s, struct code *c);
enum machine_end careful_run(struct sim *s);

#endif
