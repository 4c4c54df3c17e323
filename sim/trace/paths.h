/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Paths: a profile with calls (options.calls) in the forms that other tools open.
 */
#ifndef SIM_TRACE_PATHS_H
#define SIM_TRACE_PATHS_H

#include "sim/trace/profile.h"
#include "tools/base/buf.h"

/* Callgrind's format: kcachegrind, callgrind_annotate. Costs are cycles and instructions; the
 * image is what `object` says. */
void profile_callgrind(const struct profile *p, const char *object, struct buf *out);
/* "main;invoke;convolve 1234" a line, by path: flamegraph.pl, speedscope. */
void profile_collapsed(const struct profile *p, struct buf *out);

#endif
