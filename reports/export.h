/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Exporters: a report, or several side by side (schedules of one model), in a form for people
 * or for other programs. One file and one row in exporters.def each.
 *
 *     const struct exporter *x = exporter_find("md");
 *     struct buf out = {0};
 *     if (!x->write(reports, n, &out, &e)) …
 *
 * Exporters only read the struct and append to *out; errors are ERR_UNSUPPORTED (what this
 * format cannot express). Same reports, same bytes.
 */
#ifndef REPORTS_EXPORT_H
#define REPORTS_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/report.h"
#include "tools/base/buf.h"

struct exporter {
    const char *name;      /* what --format takes */
    const char *extension; /* ".md" */
    const char *text;      /* one line for --help */
    bool (*write)(const struct report *const *reports, size_t n, struct buf *out,
                  struct err *e);
};

/* All exporters in the order of exporters.def, count in *n. */
const struct exporter *const *exporter_all(size_t *n);
/* NULL when there is none of that name. */
const struct exporter *exporter_find(const char *name);

#define EXPORTER(name) extern const struct exporter exporter_##name;
#include "reports/exporters.def"
#undef EXPORTER

#endif
