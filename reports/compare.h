/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Compare: what changed from one report to another, biggest difference first, and why.
 *
 *     compare_write((const struct report *[]){&before, &after}, 2, COMPARE_TEXT, &out, &e)
 *
 * With more than two, each is compared with the first. Reports of other models or boards may be
 * compared; the output says so. Layers are matched by name, then by index and op.
 */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/report.h"
#include "tools/base/buf.h"

enum compare_format { COMPARE_TEXT, COMPARE_MARKDOWN };

/* Appends to *out. ERR_UNSUPPORTED for fewer than 2 reports or more than 16. */
bool compare_write(const struct report *const *reports, size_t n, enum compare_format format,
                   struct buf *out, struct err *e);

#endif
