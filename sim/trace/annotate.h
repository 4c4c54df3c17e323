/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Annotate: the instructions that ran with what each of them cost, function by function, the
 * one with the most cycles first. Cycles of a function that are no instruction's (exception
 * entry, sleep, skipped rounds of a wait loop) have a line of their own, so that the sum is its
 * row.
 */
#ifndef SIM_TRACE_ANNOTATE_H
#define SIM_TRACE_ANNOTATE_H

#include "sim/trace/profile.h"
#include "tools/base/buf.h"
#include "tools/base/err.h"

/* only: the one function that is wanted, or NULL for all. A name that did not run is refused.
 */
bool profile_annotate(const struct profile *p, const char *only, struct buf *out,
                      struct err *e);

#endif
