/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Errors: what can fail returns bool and takes a struct err last.
 *
 *     static bool load(const char *path, struct err *e)
 *     {
 *         if (!ok) return err_set(e, ERR_FORMAT, "%s: header is %zu bytes, needs 8", path, n);
 *         return true;
 *     }
 *
 * A message names the thing, the place and the remedy; it does not end in a newline, and may
 * hold several lines when several findings are reported at once. Codes are in errors.def.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

enum err_code {
#define ERR(name, exit, text) ERR_##name,
#include "tools/base/errors.def"
#undef ERR
};

struct err {
    enum err_code code;
    char text[8192];
};

/* Fills *e (printf style, cut at the end of the text when too long) and returns false. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool err_setv(struct err *e, enum err_code code, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Puts "prefix: " before the text that is there; returns false. */
bool err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

const char *err_name(enum err_code code); /* "FORMAT" */
const char *err_meaning(enum err_code code);
int err_exit(enum err_code code); /* the program's exit code for it */
int err_count(void);              /* how many codes there are, for listing */

#endif
