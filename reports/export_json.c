/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One report is report.json itself; several are an array of them. */
#include <stdlib.h>

#include "reports/export.h"

static bool write_json(const struct report *const *reports, size_t n, struct buf *out,
                       struct err *e)
{
    (void)e;
    struct json *j = n == 1 ? report_json(reports[0]) : json_new_array();
    for (size_t i = 0; n != 1 && i < n; i++)
        json_push(j, report_json(reports[i]));
    char *text = json_text(j);
    buf_puts(out, text);
    free(text);
    json_free(j);
    return true;
}

const struct exporter exporter_json = {"json", ".json",
                                       "the report's own JSON (see the schema)", write_json};
