/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Proc: runs another program (cross compiler, gnuplot) without a shell and takes its output.
 */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdbool.h>

#include "tools/base/buf.h"
#include "tools/base/err.h"

/* Runs argv[0] (looked up on PATH; argv ends with NULL) in folder dir (NULL: here), standard
 * input empty. Output and error output are appended to *output when that is not NULL. False
 * with ERR_MISSING when there is no such program, ERR_TOOL when it failed (text = its first
 * lines). */
bool proc_run(const char *const argv[], const char *dir, struct buf *output, struct err *e);
/* True when a program of that name is on PATH. */
bool proc_found(const char *program);

#endif
