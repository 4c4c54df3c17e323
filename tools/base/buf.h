/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Buf: a growing byte string, always followed by a NUL. {0} is an empty one.
 *
 *     struct buf b = {0};
 *     buf_printf(&b, "%d layers\n", n);
 *     fputs(buf_text(&b), f);
 *     buf_done(&b);
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data;
    size_t len, cap;
};

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Pads with spaces until column `column` of the current line (a space at least). */
void buf_column(struct buf *b, size_t column);
const char *buf_text(const struct buf *b); /* "" when empty */
void buf_done(struct buf *b);

/* Writes n with thousands separators ("1,234,567") into out; returns out. */
enum { BUF_COMMAS = 32 };
char *buf_commas(char out[BUF_COMMAS], int64_t n);

#endif
