/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Join: what the compiler, the planner, the linker and the simulator wrote about one network,
 * put together into one report.
 *
 *     gen/ops.json ─┐
 *     plan.json    ─┤
 *     size.json    ─┼─► report_join ─► struct report (checked by report_verify)
 *     profile.json ─┘
 *
 * Every input may be missing: without a profile the report is an estimate without cycles;
 * without ops it is the run of a foreign firmware and the totals are those of the whole run.
 * README.md lists the keys that are read. A layer is found in the profile by its symbol; the
 * profile's row for `invoke_symbol` holds the cycles between layers, "(rest)" those outside.
 */
#ifndef REPORTS_JOIN_H
#define REPORTS_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/report.h"

struct join_region { /* a physical RAM region of the board */
    const char *name;
    uint32_t base, size_bytes;
};

struct join_inputs { /* zero means not known */
    const struct json *ops, *plan, *size, *profile;
    const char *tool_version;

    const char *model_name, *model_sha256;
    int64_t model_bytes;

    const char *board_name, *board_title, *board_chip, *board_core, *board_sha256;
    int64_t clock_hz, sram_bytes, flash_bytes;
    const struct join_region *regions; /* RAM only */
    size_t region_count;

    const char *schedule;
    const char *input;         /* "lcg" */
    const char *invoke_symbol; /* NULL: "model_invoke" */

    const char *stop, *stop_text; /* sim_cause_name() in lower case, sim_stop.text */
    int64_t exit_code;

    const void *output; /* the network's output bytes; NULL: none was read */
    size_t output_bytes;

    bool reproducible; /* leave out simulation.* */
    double host_seconds;
};

/* Fills *r (report_init is done here). Errors: ERR_FORMAT when an input lacks what is needed or
 * has it in another form, ERR_UNSUPPORTED when the profile is of several inferences,
 * ERR_INTERNAL when sums disagree. On failure there is nothing to release. */
bool report_join(const struct join_inputs *in, struct report *r, struct err *e);

#endif
