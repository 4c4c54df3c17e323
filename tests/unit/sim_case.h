/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the tests of the simulator share: running one of tests/firmware on a board and keeping
 * its end, its console and its profile. Without a cross compiler there is no firmware and the
 * tests say so.
 */
#ifndef TESTS_SIM_CASE_H
#define TESTS_SIM_CASE_H

#include "sim/sim.h"

struct sim_case {
    struct board *board;
    struct sim *sim;
    struct sim_stop stop;
    const struct profile *profile;
};

/* The path of a test firmware ("hello.elf"); NULL with a line of output when it is not built.
 */
const char *firmware(const char *name);
/* Fails the test when the machine cannot be made or the image is refused. */
struct sim_case case_run(const char *image, const char *board, struct sim_options options);
/* The same with input for the console. */
struct sim_case case_input(const char *image, const char *board, const char *input);
void case_done(struct sim_case *c);
/* The run has ended so, and that is all that it printed. */
void case_ended(const struct sim_case *c, enum sim_cause cause, const char *text);
/* A machine with nothing loaded, for tests that are its firmware. */
struct sim *case_machine(const char *board, struct board **b);
struct sim *case_machine_with(const char *board, struct board **b, struct sim_options options);
void case_machine_done(struct sim *s, struct board *b);
/* Time goes on to that cycle, with events at theirs, as the run loop does it. */
void case_pass(struct sim *s, uint64_t cycle);
/* Sets bits of a device's word. */
void case_set(struct sim *s, uint32_t addr, uint32_t bits);

#endif
