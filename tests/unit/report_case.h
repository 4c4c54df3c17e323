/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the tests of reports/ share: the checked-in case (one small network under two schedules,
 * figures invented) and the comparison with golden files, which UPDATE=1 rewrites.
 */
#ifndef TESTS_REPORT_CASE_H
#define TESTS_REPORT_CASE_H

#include "reports/join.h"
#include "tools/base/buf.h"

#define CASE_DIR "tests/golden/report/"

/* The inputs of one schedule ("reference", "tinyengine"), joined. Fails the test on error. */
struct report_case {
    struct join_inputs inputs;
    struct json *ops, *plan, *size, *profile;
};
void case_open(struct report_case *c, const char *schedule);
void case_close(struct report_case *c);
void case_join(const char *schedule, struct report *r);

/* Compares text with tests/golden/report/NAME, or writes it there when UPDATE=1. */
void case_golden(const char *name, const char *text);
/* The same for any file. */
void case_golden_file(const char *path, const char *text);
/* The longest line in columns (code points). */
size_t case_columns(const char *text);

#endif
