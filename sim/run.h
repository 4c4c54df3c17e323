/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Run: the loop that drives the machine from reset to the end of the run. s->stop says how it
 * ended. Private to sim/.
 */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include <stdint.h>

#include "sim/sim.h"
#include "sim/uc.h"

struct sim;
struct code;

/* What the executor asks while it runs (calls.c). */
struct machine_calls run_calls(const struct sim_options *o);
void run_loop(struct sim *s, uint32_t pc);
/* ITSTATE of a block that starts inside an IT block, from XPSR; context is the sim. */
unsigned run_itstate(void *context);
uint64_t run_max_cycles(const struct sim *s);
/* The two halves of a border. The block that ran ends and pc is next; false: something needs
 * the run loop before that may run. */
bool run_close(struct sim *s, uint32_t pc);
/* Block c is about to run. */
void run_open(struct sim *s, const struct code *c);
/* Runs the straight code from pc up to `until`: a part of a block. */
enum machine_end run_part(struct sim *s, uint32_t pc, uint32_t until);
double run_host_seconds(const struct sim *s); /* since run_loop() began */

#endif
