/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * CSV files joined by anchor. Fields may be quoted ("a, b"); quotes inside are doubled. */
#include "reports/accuracy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/file.h"

enum { FIELDS_MAX = 8, FACT_FIELDS = 8, RESULT_FIELDS = 8, ANCHORS_MAX = 1024 };

static const char *const fact_files[] = {"mlperf-tiny.csv", "coremark.csv", "crypto.csv"};

struct line {
    char *field[FIELDS_MAX];
    size_t count, number;
};

/* Takes the next line apart in place; false at the end of the text. */
static bool next_line(char **at, struct line *l)
{
    char *p = *at;
    l->count = 0;
    if (!*p) return false;
    for (bool more = true; more;) {
        char *out = p, *field = p;
        bool quoted = *p == '"';
        if (quoted) p++;
        while (*p && (quoted || (*p != ',' && *p != '\n'))) {
            if (quoted && *p == '"') {
                if (p[1] != '"') break;
                p++;
            }
            *out++ = *p++;
        }
        if (quoted && *p == '"') p++;
        while (*p && *p != ',' && *p != '\n')
            p++;
        more = *p == ',';
        if (*p) p++;
        *out = 0;
        if (l->count < FIELDS_MAX) l->field[l->count] = field;
        l->count++;
    }
    l->number++;
    *at = p;
    return true;
}

static bool load(const char *path, struct arena *a, char **text, struct err *e)
{
    struct bytes file;
    if (!file_load(path, 1 << 20, &file, e)) return false;
    *text = arena_alloc(a, file.len + 1);
    memcpy(*text, file.data, file.len);
    free(file.data);
    return true;
}

static bool number(const char *text, double *out)
{
    char *end;
    *out = 0;
    if (!text || !*text) return false;
    *out = strtod(text, &end);
    return !*end && isfinite(*out);
}

static bool cycles_of(const char *path, const struct line *l, const char *text, double *out,
                      struct err *e)
{
    if (number(text, out) && *out > 0) return true;
    return err_set(e, ERR_FORMAT, "%s:%zu: cycles '%s' is no number above 0", path, l->number,
                   text);
}

static bool fields(const char *path, const struct line *l, size_t want, struct err *e)
{
    return l->count == want || err_set(e, ERR_FORMAT, "%s:%zu: %zu fields, expected %zu", path,
                                       l->number, l->count, want);
}

static struct accuracy_row *find(const struct accuracy *acc, const char *anchor)
{
    for (size_t i = 0; i < acc->count; i++)
        if (strcmp(acc->rows[i].anchor, anchor) == 0) return &acc->rows[i];
    return NULL;
}

static bool load_facts(const char *path, struct arena *a, struct accuracy *out, struct err *e)
{
    char *text;
    if (!load(path, a, &text, e)) return false;
    for (struct line l = {0}; next_line(&text, &l);) {
        if (l.number == 1) continue;
        if (!fields(path, &l, FACT_FIELDS, e)) return false;
        if (find(out, l.field[0]))
            return err_set(e, ERR_FORMAT, "%s:%zu: anchor %s is there twice", path, l.number,
                           l.field[0]);
        if (out->count == ANCHORS_MAX)
            return err_set(e, ERR_FORMAT, "%s:%zu: more than %d anchors", path, l.number,
                           ANCHORS_MAX);
        struct accuracy_row *r = &out->rows[out->count++];
        *r = (struct accuracy_row){.anchor = l.field[0],
                                   .group = l.field[1],
                                   .board = l.field[2],
                                   .config = l.field[3],
                                   .unit = l.field[5],
                                   .source = l.field[7],
                                   .simulated = -1};
        if (!number(l.field[6], &r->uncertainty) || r->uncertainty < 0 || r->uncertainty >= 100)
            return err_set(e, ERR_FORMAT,
                           "%s:%zu: uncertainty '%s' is no per cent from 0 to 100", path,
                           l.number, l.field[6]);
        if (!cycles_of(path, &l, l.field[4], &r->measured, e)) return false;
    }
    return true;
}

static bool load_results(const char *path, struct arena *a, struct accuracy *out, struct err *e)
{
    char *text;
    if (!load(path, a, &text, e)) return false;
    for (struct line l = {0}; next_line(&text, &l);) {
        double measured;
        if (l.number == 1) continue;
        if (!fields(path, &l, RESULT_FIELDS, e)) return false;
        struct accuracy_row *r = find(out, l.field[0]);
        if (!r || r->date)
            return err_set(e, ERR_FORMAT, "%s:%zu: anchor %s %s", path, l.number, l.field[0],
                           r ? "is there twice" : "is not among the measurements");
        if (!cycles_of(path, &l, l.field[1], &measured, e) ||
            !cycles_of(path, &l, l.field[2], &r->simulated, e) ||
            !cycles_of(path, &l, l.field[3], &r->low, e) ||
            !cycles_of(path, &l, l.field[4], &r->high, e))
            return false;
        if (r->low > r->simulated || r->high < r->simulated)
            return err_set(e, ERR_FORMAT, "%s:%zu: anchor %s: the range is not around %s", path,
                           l.number, r->anchor, l.field[2]);
        if (measured < r->measured || measured > r->measured ||
            fabs(strtod(l.field[5], NULL) - accuracy_error(r)) > 0.006)
            return err_set(e, ERR_FORMAT,
                           "%s:%zu: anchor %s: the error does not follow from %.15g", path,
                           l.number, r->anchor, r->measured);
        r->image_sha256 = l.field[6];
        r->date = l.field[7];
    }
    return true;
}

bool accuracy_load(const char *dir, struct arena *a, struct accuracy *out, struct err *e)
{
    *out = (struct accuracy){.rows = arena_array(a, ANCHORS_MAX, sizeof *out->rows)};
    for (size_t i = 0; i < sizeof fact_files / sizeof fact_files[0]; i++)
        if (!load_facts(arena_printf(a, "%s/%s", dir, fact_files[i]), a, out, e)) return false;
    return load_results(arena_printf(a, "%s/results.csv", dir), a, out, e);
}

static bool in(const struct accuracy_row *r, const char *unit)
{
    return strcmp(r->unit, unit) == 0;
}

static void print_value(const struct accuracy_row *r, struct buf *out, double value)
{
    char text[64];
    snprintf(text, sizeof text, "%.*f", in(r, "ratio") ? 4 : 2, value);
    char *end = text + strlen(text);
    while (end[-1] == '0')
        *--end = 0;
    if (end[-1] == '.') end[-1] = 0;
    buf_puts(out, text);
}

bool accuracy_save(const struct accuracy *acc, const char *dir, struct err *e)
{
    struct buf out = {0}, path = {0};
    buf_puts(&out, "anchor,measured,simulated,low,high,error_percent,image_sha256,date\n");
    for (size_t i = 0; i < acc->count; i++) {
        const struct accuracy_row *r = &acc->rows[i];
        if (!r->date) continue;
        buf_printf(&out, "%s,", r->anchor);
        print_value(r, &out, r->measured);
        buf_puts(&out, ",");
        print_value(r, &out, r->simulated);
        buf_puts(&out, ",");
        print_value(r, &out, r->low);
        buf_puts(&out, ",");
        print_value(r, &out, r->high);
        buf_printf(&out, ",%+.2f,%s,%s\n", accuracy_error(r), r->image_sha256, r->date);
    }
    buf_printf(&path, "%s/results.csv", dir);
    bool ok = file_save(buf_text(&path), buf_text(&out), out.len, e);
    buf_done(&out);
    buf_done(&path);
    return ok;
}

double accuracy_error(const struct accuracy_row *row)
{
    return 100.0 * (row->simulated - row->measured) / row->measured;
}

enum { AMOUNT = BUF_COMMAS + 2 };

/* Cycles stand for themselves. */
static const char *amount(char out[AMOUNT], const struct accuracy_row *r, double value)
{
    char text[BUF_COMMAS];
    if (in(r, "ratio"))
        snprintf(out, AMOUNT, "%.3f", value);
    else
        snprintf(out, AMOUNT, "%s%s", buf_commas(text, (int64_t)llround(value)),
                 in(r, "bytes") ? " B" : "");
    return out;
}

/* May what was measured, give or take its uncertainty, lie in the range? */
static bool inside(const struct accuracy_row *r)
{
    double give = r->measured * r->uncertainty / 100;
    return r->measured + give >= r->low && r->measured - give <= r->high;
}

/* The next class from row *i on, in order of appearance, with its errors summed up. */
struct summary {
    const char *group;
    size_t count, inside;
    double mean, largest;
};

static bool summarise(const struct accuracy *acc, size_t *i, struct summary *s)
{
    for (; *i < acc->count; ++*i) {
        const char *group = acc->rows[*i].group;
        size_t first = 0;
        while (strcmp(acc->rows[first].group, group) != 0)
            first++;
        if (first == *i) break;
    }
    if (*i == acc->count) return false;
    *s = (struct summary){.group = acc->rows[(*i)++].group};
    for (size_t k = 0; k < acc->count; k++) {
        if (strcmp(acc->rows[k].group, s->group) != 0) continue;
        if (acc->rows[k].simulated < 0) continue;
        double error = fabs(accuracy_error(&acc->rows[k]));
        s->count++;
        s->inside += inside(&acc->rows[k]);
        s->mean += error;
        if (error > s->largest) s->largest = error;
    }
    if (s->count) s->mean /= (double)s->count;
    return true;
}

/* The range as errors: where silicon lies inside, one is below 0 and one above. Bytes and
 * ratios have none. */
static void range(const struct accuracy_row *r, char *out, size_t out_bytes)
{
    *out = 0;
    if (in(r, "bytes") || in(r, "ratio")) return;
    snprintf(out, out_bytes, "%+.1f to %+.1f %%", 100.0 * (r->low - r->measured) / r->measured,
             100.0 * (r->high - r->measured) / r->measured);
}

void accuracy_text(const struct accuracy *acc, struct buf *out)
{
    char a[AMOUNT], b[AMOUNT], c[48];
    buf_printf(out, "  %-24s %-18s %14s %6s %14s %8s  %s\n", "anchor", "board", "measured",
               "+-", "simulated", "error", "range of the error");
    for (size_t i = 0; i < acc->count; i++) {
        const struct accuracy_row *r = &acc->rows[i];
        buf_printf(out, "  %-24s %-18s %14s %5.2g%% ", r->anchor, r->board,
                   amount(a, r, r->measured), r->uncertainty);
        if (r->simulated < 0) {
            buf_printf(out, "%14s\n", "not yet");
            continue;
        }
        range(r, c, sizeof c);
        buf_printf(out, "%14s %+7.2f%%  %s\n", amount(b, r, r->simulated), accuracy_error(r),
                   c);
    }
    buf_printf(out, "\n  %-43s %14s %14s %8s %8s\n", "class", "anchors", "mean error",
               "largest", "inside");
    struct summary s;
    for (size_t i = 0; summarise(acc, &i, &s);)
        if (s.count)
            buf_printf(out, "  %-43s %14zu %13.2f%% %7.2f%% %8zu\n", s.group, s.count, s.mean,
                       s.largest, s.inside);
        else
            buf_printf(out, "  %-43s %14s\n", s.group, "not yet");
}

void accuracy_markdown(const struct accuracy *acc, struct buf *out)
{
    char a[AMOUNT], b[AMOUNT], c[48];
    struct summary s;
    buf_puts(out,
             "| class | anchors | mean error | largest error | silicon inside the range |\n"
             "|---|--:|--:|--:|--:|\n");
    for (size_t i = 0; summarise(acc, &i, &s);)
        if (s.count)
            buf_printf(out, "| %s | %zu | %.2f %% | %.2f %% | %zu |\n", s.group, s.count,
                       s.mean, s.largest, s.inside);
        else
            buf_printf(out, "| %s | 0 | not yet | not yet | - |\n", s.group);
    buf_puts(
        out,
        "\n| anchor | board | measured | \xc2\xb1 | simulated | error | range of the error | "
        "configuration | source |\n"
        "|---|---|--:|--:|--:|--:|---|---|---|\n");
    for (size_t i = 0; i < acc->count; i++) {
        const struct accuracy_row *r = &acc->rows[i];
        buf_printf(out, "| %s | %s | %s | %.2g %% | ", r->anchor, r->board,
                   amount(a, r, r->measured), r->uncertainty);
        if (r->simulated < 0) {
            buf_puts(out, "not yet | | | ");
        } else {
            range(r, c, sizeof c);
            buf_printf(out, "%s | %+.2f %% | %s | ", amount(b, r, r->simulated),
                       accuracy_error(r), c);
        }
        buf_printf(out, "%s | %s |\n", r->config, r->source);
    }
}
