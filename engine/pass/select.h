/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Select: takes a kernel for each op and with it scratch and in-place operation.
 *
 *     graph + schedule ─► pass_select ─► op.kernel, op.scratch_bytes, op.in_place
 */
#ifndef PASS_SELECT_H
#define PASS_SELECT_H

#include "engine/ir/graph.h"
#include "engine/schedule.h"

/* With the least scratch that each kernel can do with. */
bool pass_select(struct graph *g, const struct schedule *s, struct err *e);
/* Gives an op scratch again: up to `budget` bytes where its kernel can use more than the least.
 */
void select_scratch(struct graph *g, int position, uint32_t budget);

#endif
