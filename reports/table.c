/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/table.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
    struct row *next;
    bool rule;
    const char *cells[TABLE_COLUMNS_MAX];
};

struct table {
    struct arena *arena;
    const char *title;
    unsigned columns, filled; /* filled: cells of the last row */
    const char *head[TABLE_COLUMNS_MAX];
    enum table_align align[TABLE_COLUMNS_MAX];
    struct row *first, *last;
    bool rule; /* for the next row */
};

struct table *table_new(struct arena *a, const char *title)
{
    struct table *t = arena_alloc(a, sizeof *t);
    t->arena = a;
    t->title = title;
    return t;
}

void table_column(struct table *t, const char *head, enum table_align align)
{
    assert(t->columns < TABLE_COLUMNS_MAX && !t->first);
    t->head[t->columns] = head;
    t->align[t->columns++] = align;
}

void table_row(struct table *t)
{
    struct row *row = arena_alloc(t->arena, sizeof *row);
    row->rule = t->rule;
    t->rule = false;
    if (t->last)
        t->last->next = row;
    else
        t->first = row;
    t->last = row;
    t->filled = 0;
}

void table_rule(struct table *t)
{
    t->rule = true;
}

static void add(struct table *t, const char *text)
{
    assert(t->last && t->filled < t->columns);
    t->last->cells[t->filled++] = text;
}

void table_cell(struct table *t, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ') *c = ' ';
    add(t, arena_str(t->arena, text));
}

void table_int(struct table *t, int64_t v)
{
    add(t, v < 0 ? "" : text_int(t->arena, v));
}

void table_real(struct table *t, double v, int digits)
{
    add(t, v < 0 ? "" : arena_printf(t->arena, "%.*f", digits, v));
}

void table_bar(struct table *t, double part, unsigned width)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    struct buf b = {0};
    unsigned n = part > 0 ? (unsigned)lround(fmin(part, 1) * width * 8) : 0;
    for (unsigned i = 0; i < n / 8; i++)
        buf_puts(&b, "█");
    buf_puts(&b, eighths[n % 8]);
    add(t, arena_str(t->arena, buf_text(&b)));
    buf_done(&b);
}

/* ---- writing ---- */

static unsigned columns_of(const char *s)
{
    unsigned n = 0;
    for (; s && *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void spaces(struct buf *out, unsigned n)
{
    while (n--)
        buf_puts(out, " ");
}

static void trim(struct buf *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        out->data[--out->len] = 0;
}

static void text_row(const struct table *t, const char *const *cells, const unsigned *width,
                     struct buf *out)
{
    buf_puts(out, " ");
    for (unsigned i = 0; i < t->columns; i++) {
        const char *cell = cells[i] ? cells[i] : "";
        buf_puts(out, i ? "  " : " ");
        if (t->align[i] == TABLE_RIGHT) spaces(out, width[i] - columns_of(cell));
        buf_puts(out, cell);
        if (t->align[i] != TABLE_RIGHT) spaces(out, width[i] - columns_of(cell));
    }
    trim(out);
    buf_puts(out, "\n");
}

void table_text(const struct table *t, struct buf *out)
{
    unsigned width[TABLE_COLUMNS_MAX], all = 0;
    bool heads = false;
    for (unsigned i = 0; i < t->columns; i++) {
        width[i] = columns_of(t->head[i]);
        heads |= width[i] > 0;
        for (const struct row *r = t->first; r; r = r->next)
            if (columns_of(r->cells[i]) > width[i]) width[i] = columns_of(r->cells[i]);
        all += width[i] + (i ? 2 : 0);
    }
    if (t->title) buf_printf(out, "%s\n", t->title);
    if (heads) text_row(t, t->head, width, out);
    for (const struct row *r = t->first; r; r = r->next) {
        if (r->rule) {
            buf_puts(out, "  ");
            for (unsigned i = 0; i < all; i++)
                buf_puts(out, "-");
            buf_puts(out, "\n");
        }
        text_row(t, r->cells, width, out);
    }
}

static void markdown_row(const struct table *t, const char *const *cells, bool bold,
                         struct buf *out)
{
    for (unsigned i = 0; i < t->columns; i++) {
        const char *cell = cells[i] ? cells[i] : "";
        if (t->align[i] == TABLE_BAR) continue;
        buf_puts(out, i ? " | " : "| ");
        if (bold && *cell) buf_puts(out, "**");
        for (; *cell; cell++) {
            if (strchr("|\\`*<>_[]", *cell)) buf_puts(out, "\\");
            buf_add(out, cell, 1);
        }
        if (bold && cells[i] && *cells[i]) buf_puts(out, "**");
    }
    buf_puts(out, " |\n");
}

void table_markdown(const struct table *t, struct buf *out)
{
    if (t->title) buf_printf(out, "### %s\n\n", t->title);
    markdown_row(t, t->head, false, out);
    for (unsigned i = 0; i < t->columns; i++)
        if (t->align[i] != TABLE_BAR)
            buf_puts(out, t->align[i] == TABLE_RIGHT ? "|---:" : "|---");
    buf_puts(out, "|\n");
    for (const struct row *r = t->first; r; r = r->next)
        markdown_row(t, r->cells, r->rule, out);
}

/* "1,234" is 1234 to a spreadsheet; a name with a comma stays and is quoted. */
static void csv_cell(const char *cell, bool number, struct buf *out)
{
    if (!cell) return;
    bool quote = !number && strpbrk(cell, ",\"\n");
    /* A leading sign of a formula is text to us and code to a spreadsheet. */
    bool formula = !number && strchr("=+-@", *cell) && *cell;
    if (quote || formula) buf_puts(out, "\"");
    if (formula) buf_puts(out, "'");
    for (; *cell; cell++) {
        if (number && *cell == ',') continue;
        if (*cell == '"') buf_puts(out, "\"");
        buf_add(out, cell, 1);
    }
    if (quote || formula) buf_puts(out, "\"");
}

void table_csv(const struct table *t, struct buf *out)
{
    for (unsigned i = 0; i < t->columns; i++) {
        if (i) buf_puts(out, ",");
        csv_cell(t->head[i], false, out);
    }
    buf_puts(out, "\n");
    for (const struct row *r = t->first; r; r = r->next) {
        for (unsigned i = 0; i < t->columns; i++) {
            if (i) buf_puts(out, ",");
            csv_cell(r->cells[i], t->align[i] == TABLE_RIGHT, out);
        }
        buf_puts(out, "\n");
    }
}

/* ---- pieces ---- */

const char *text_int(struct arena *a, int64_t v)
{
    char n[BUF_COMMAS];
    return v < 0 ? "-" : arena_str(a, buf_commas(n, v));
}

const char *text_kib(struct arena *a, int64_t v)
{
    return v < 0 ? "-" : arena_printf(a, "%.2f", (double)v / 1024);
}

const char *text_bytes(struct arena *a, int64_t v)
{
    return v < 0 ? "-" : arena_printf(a, "%s B (%s KiB)", text_int(a, v), text_kib(a, v));
}

const char *text_delta(struct arena *a, double v, int digits)
{
    char n[BUF_COMMAS];
    if (digits) return arena_printf(a, "%+.*f", digits, v);
    return arena_printf(a, "%s%s", v > 0 ? "+" : "", buf_commas(n, (int64_t)v));
}

const char *text_change(struct arena *a, double from, double to)
{
    if (from == to) return "0.0 %";
    if (from == 0) return "new";
    double percent = 100 * (to - from) / from;
    if (fabs(percent) < 0.005) return percent > 0 ? "+~0 %" : "-~0 %"; /* not "0.0 %" */
    return arena_printf(a, fabs(percent) < 0.05 ? "%+.2f %%" : "%+.1f %%", percent);
}

const char *text_fit(struct arena *a, const char *text, unsigned columns)
{
    size_t n = strlen(text);
    if (n <= columns || columns < 8) return text;
    size_t tail = columns / 2 - 1, head = columns - 2 - tail;
    while (head && ((unsigned char)text[head] & 0xc0) == 0x80)
        head--;
    while (tail && ((unsigned char)text[n - tail] & 0xc0) == 0x80)
        tail--;
    return arena_printf(a, "%.*s..%s", (int)head, text, text + n - tail);
}
