/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two CSV files joined by anchor. Fields may be quoted ("a, b"); quotes inside are doubled. */
#include "reports/accuracy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/file.h"

enum { FIELDS_MAX = 8, SILICON_FIELDS = 7, SIMULATED_FIELDS = 6 };

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

static bool cycles_of(const char *path, const struct line *l, const char *text, double *out,
                      struct err *e)
{
    char *end;
    *out = strtod(text, &end);
    if (*text && !*end && isfinite(*out) && *out > 0) return true;
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

bool accuracy_load(const char *dir, struct arena *a, struct accuracy *out, struct err *e)
{
    char *silicon = arena_printf(a, "%s/silicon.csv", dir), *text;
    char *simulated = arena_printf(a, "%s/simulated.csv", dir);
    *out = (struct accuracy){0};
    if (!load(silicon, a, &text, e)) return false;
    size_t lines = 0;
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    out->rows = arena_array(a, lines + 1, sizeof *out->rows);
    for (struct line l = {0}; next_line(&text, &l);) {
        if (l.number == 1) continue;
        if (!fields(silicon, &l, SILICON_FIELDS, e)) return false;
        struct accuracy_row *r = &out->rows[out->count];
        *r = (struct accuracy_row){.anchor = l.field[0],
                                   .group = l.field[1],
                                   .board = l.field[2],
                                   .workload = l.field[3],
                                   .source = l.field[5],
                                   .configuration = l.field[6],
                                   .simulated = -1};
        if (!cycles_of(silicon, &l, l.field[4], &r->measured, e)) return false;
        if (find(out, r->anchor))
            return err_set(e, ERR_FORMAT, "%s:%zu: anchor %s is there twice", silicon, l.number,
                           r->anchor);
        out->count++;
    }
    if (!load(simulated, a, &text, e)) return false;
    for (struct line l = {0}; next_line(&text, &l);) {
        if (l.number == 1) continue;
        if (!fields(simulated, &l, SIMULATED_FIELDS, e)) return false;
        struct accuracy_row *r = find(out, l.field[0]);
        if (!r || r->model)
            return err_set(e, ERR_FORMAT, "%s:%zu: anchor %s %s", simulated, l.number,
                           l.field[0], r ? "is there twice" : "is not in silicon.csv");
        if (!cycles_of(simulated, &l, l.field[1], &r->simulated, e)) return false;
        r->model = l.field[2];
        r->image_sha256 = l.field[3];
        r->date = l.field[4];
        r->method = l.field[5];
    }
    return true;
}

double accuracy_error(const struct accuracy_row *row)
{
    return 100.0 * (row->simulated - row->measured) / row->measured;
}

static const char *commas(char out[BUF_COMMAS], double cycles)
{
    return buf_commas(out, (int64_t)llround(cycles));
}

/* Calls fn for each class once, in order of appearance, with its errors summed up. */
struct summary {
    const char *group;
    size_t count, waiting;
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
        if (acc->rows[k].simulated < 0) {
            s->waiting++;
            continue;
        }
        double error = fabs(accuracy_error(&acc->rows[k]));
        s->count++;
        s->mean += error;
        if (error > s->largest) s->largest = error;
    }
    if (s->count) s->mean /= (double)s->count;
    return true;
}

void accuracy_text(const struct accuracy *acc, struct buf *out)
{
    char a[BUF_COMMAS], b[BUF_COMMAS];
    buf_printf(out, "  %-46s %-18s %14s %14s %8s\n", "workload", "board", "measured",
               "simulated", "error");
    for (size_t i = 0; i < acc->count; i++) {
        const struct accuracy_row *r = &acc->rows[i];
        buf_printf(out, "  %-46.46s %-18s %14s ", r->workload, r->board,
                   commas(a, r->measured));
        if (r->simulated < 0)
            buf_printf(out, "%14s\n", "not yet");
        else
            buf_printf(out, "%14s %+7.2f%%\n", commas(b, r->simulated), accuracy_error(r));
    }
    buf_printf(out, "\n  %-46s %8s %8s %8s %8s\n", "class", "anchors", "mean", "largest",
               "not yet");
    struct summary s;
    for (size_t i = 0; summarise(acc, &i, &s);)
        buf_printf(out, "  %-46s %8zu %7.2f%% %7.2f%% %8zu\n", s.group, s.count, s.mean,
                   s.largest, s.waiting);
}

void accuracy_markdown(const struct accuracy *acc, struct buf *out)
{
    char a[BUF_COMMAS], b[BUF_COMMAS];
    struct summary s;
    buf_puts(out, "| class | anchors | mean error | largest | not simulated yet |\n"
                  "|---|--:|--:|--:|--:|\n");
    for (size_t i = 0; summarise(acc, &i, &s);)
        if (s.count)
            buf_printf(out, "| %s | %zu | %.2f %% | %.2f %% | %zu |\n", s.group, s.count,
                       s.mean, s.largest, s.waiting);
        else
            buf_printf(out, "| %s | 0 | - | - | %zu |\n", s.group, s.waiting);
    buf_puts(out, "\n| workload | board | measured cycles | simulated | error | source |\n"
                  "|---|---|--:|--:|--:|---|\n");
    for (size_t i = 0; i < acc->count; i++) {
        const struct accuracy_row *r = &acc->rows[i];
        buf_printf(out, "| %s | %s | %s | ", r->workload, r->board, commas(a, r->measured));
        if (r->simulated < 0)
            buf_puts(out, "not yet | | ");
        else
            buf_printf(out, "%s | %+.2f %% | ", commas(b, r->simulated), accuracy_error(r));
        buf_printf(out, "%s |\n", r->source);
    }
}
