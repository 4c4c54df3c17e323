/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A foreign report.json: read, and when it is accepted, written by every exporter, compared
 * with itself and held to limits. */
#include <stddef.h>
#include <stdint.h>

#include "reports/compare.h"
#include "reports/export.h"
#include "reports/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e;
    struct report r;
    struct json *j = json_parse((const char *)data, size, "fuzz.json", &e);
    if (!j) return 0;
    bool ok = report_read(&r, j, "fuzz.json", &e);
    json_free(j);
    if (!ok) return 0;
    size_t n;
    const struct exporter *const *all = exporter_all(&n);
    const struct report *both[] = {&r, &r};
    for (size_t i = 0; i < n; i++) {
        struct buf out = {0};
        all[i]->write(both, 1, &out, &e);
        all[i]->write(both, 2, &out, &e);
        buf_done(&out);
    }
    struct buf out = {0};
    compare_write(both, 2, COMPARE_TEXT, &out, &e);
    compare_write(both, 2, COMPARE_MARKDOWN, &out, &e);
    struct gate_result g;
    gate_run(&r, &r, "sram.peak=0%,layer.*.cycles=5%|1000", &g, &e);
    for (const struct gate_writer *w = gate_writers(&n); n--; w++)
        w->write(&g, &out);
    gate_done(&g);
    buf_done(&out);
    report_done(&r);
    return 0;
}
