/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Explain: why a figure is another one in the second report: which layers, which causes, which
 * part of the memory. Used by compare and gate; strings live in the arena.
 */
#ifndef REPORTS_EXPLAIN_H
#define REPORTS_EXPLAIN_H

#include "reports/metrics.h"

/* One line, NULL when there is nothing to say (no change, or not known). */
const char *explain_metric(struct arena *a, const struct metric *m, const struct report *from,
                           const struct report *to);
/* A layer's cycles: its causes by size of change ("waits for an operand +1,234, …"); either
 * layer may be NULL. */
const char *explain_layer(struct arena *a, const struct report *from,
                          const struct report_layer *before, const struct report *to,
                          const struct report_layer *after);
/* Differences in setup that explain changes by themselves (other model file, compiler, timing
 * model …), one a line; NULL when there are none. */
const char *explain_setup(struct arena *a, const struct report *from, const struct report *to);

#endif
