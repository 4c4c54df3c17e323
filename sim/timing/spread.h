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
 * the same range.
 */
#ifndef SIM_TIMING_SPREAD_H
#define SIM_TIMING_SPREAD_H

#include <stddef.h>
#include <stdint.h>

#include "sim/timing/timing.h"

struct spread;

/* NULL with *e set when a model cannot be made. */
struct spread *spread_new(const struct board *b, const struct chip *chip, struct err *e);
void spread_free(struct spread *s);
/* A block that took the model `cycles`. */
void spread_block(struct spread *s, const struct block *b, const struct effects *did,
                  uint32_t next_pc, uint64_t cycles);
void spread_invalidate(struct spread *s, bool icache, bool dcache, uint32_t addr,
                       uint32_t bytes);
/* The range is of what comes from here on. */
void spread_restart(struct spread *s);
struct timing_range spread_range(const struct spread *s);

#endif
