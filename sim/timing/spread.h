/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Spread: the error bar of a cycle count. Measured silicon does not decide every parameter of a
 * timing model; what it leaves open (spread.def) is timed beside the model, over the same
 * blocks and addresses.
 *
 *     timing_block ─► model ─► cycles
 *          └────────► each row of spread.def ─► cycles ÷ the model's: lowest, highest
 *
 * To stay cheap it looks at all of the first blocks and then at one window in eight, whose
 * first blocks only warm its caches. Only counts decide what is looked at: the same run gives
 * the same range. A thread of its own does it, one behind the model; it is waited for when the
 * range is asked for. Nothing of it comes back to the model.
 */
#ifndef SIM_TIMING_SPREAD_H
#define SIM_TIMING_SPREAD_H

#include <stddef.h>
#include <stdint.h>

#include "sim/timing/timing.h"

struct spread;

/* threads 1: without a thread; the results are the same. NULL with *e set when a model cannot
 * be made. */
struct spread *spread_new(const struct board *b, const struct chip *chip, unsigned threads,
                          struct err *e);
void spread_free(struct spread *s);
/* A block that took the model `cycles`. It stays until spread_range() or spread_free(). */
void spread_block(struct spread *s, const struct block *b, const struct effects *did,
                  uint32_t next_pc, uint64_t cycles);
void spread_invalidate(struct spread *s, bool icache, bool dcache, uint32_t addr,
                       uint32_t bytes);
/* The range is of what comes from here on. */
void spread_restart(struct spread *s);
struct timing_range spread_range(struct spread *s);

#endif
