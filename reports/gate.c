/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Limits are parsed and judged one by one, but all findings are collected first: a user should
 * see every broken limit of one run. Comparisons use long double, in which all products of
 * integers here are exact, so that "0 %" means not one byte. */
#include "reports/gate.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "reports/explain.h"
#include "reports/views.h"

enum { CHECKS_MAX = 16 * REPORT_LAYERS_MAX };

struct limit {
    const char *text, *what; /* the whole limit; its metric or pattern */
    double percent;          /* negative: none */
    double most, least;      /* negative: none */
};

struct gate {
    const struct report *now, *baseline;
    struct gate_result *out;
    size_t room;
    struct err *e;
};

/* ---- parsing ---- */

static const char *trim(struct arena *a, const char *from, size_t n)
{
    while (n && isspace((unsigned char)*from))
        from++, n--;
    while (n && isspace((unsigned char)from[n - 1]))
        n--;
    return arena_printf(a, "%.*s", (int)n, from);
}

static bool number(const char *text, const char *unit, double *out)
{
    char *end;
    if (!isdigit((unsigned char)*text)) return false; /* no signs, no "inf", no "nan" */
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) return false;
    *out = strtod(text, &end);
    while (*end == ' ')
        end++;
    if (!strcmp(end, unit)) return *out <= (double)REPORT_INT_MAX;
    if (*unit) return false;
    if (!strcmp(end, "KiB")) *out *= 1024;
    if (!strcmp(end, "MiB")) *out *= 1024 * 1024;
    return (!strcmp(end, "KiB") || !strcmp(end, "MiB") || !strcmp(end, "B")) &&
           *out <= (double)REPORT_INT_MAX;
}

static bool parse(struct gate *g, const char *text, struct limit *l)
{
    struct arena *a = &g->out->arena;
    const char *op = strpbrk(text, "<>=");
    *l = (struct limit){.text = text, .what = "", .percent = -1, .most = -1, .least = -1};
    if (op && op != text) {
        l->what = trim(a, text, (size_t)(op - text));
        if (op[0] == '=') {
            const char *bar = strchr(op, '|');
            const char *percent =
                trim(a, op + 1, bar ? (size_t)(bar - op - 1) : strlen(op + 1));
            if (number(percent, "%", &l->percent) &&
                (!bar || number(trim(a, bar + 1, strlen(bar + 1)), "", &l->most)))
                return true;
        } else if (op[1] == '=') {
            double *to = op[0] == '<' ? &l->most : &l->least;
            if (number(trim(a, op + 2, strlen(op + 2)), "", to)) return true;
        }
    }
    return err_set(g->e, ERR_USAGE,
                   "limit \"%s\" is not understood: write METRIC=PERCENT%%, METRIC<=NUMBER or "
                   "METRIC>=NUMBER, as in sram.peak=0%%,cycles.total=2%%,sram.peak<=262144",
                   text);
}

/* ---- judging ---- */

static bool worse(const struct metric *m, double percent, double from, double to)
{
    long double base = (long double)from, now = (long double)to, p = (long double)percent;
    bool more = now * 100 > base * (100 + p), less = now * 100 < base * (100 - p);
    switch (m->better) {
    case METRIC_LOWER:
        return more;
    case METRIC_HIGHER:
        return less;
    case METRIC_NEITHER:
        return more || less;
    }
    return true;
}

static struct gate_check *add(struct gate *g)
{
    struct gate_result *out = g->out;
    if (out->count == g->room) {
        size_t room = 2 * g->room;
        struct gate_check *more = arena_array(&out->arena, room, sizeof *more);
        memcpy(more, out->checks, out->count * sizeof *more);
        out->checks = more;
        g->room = room;
    }
    return &out->checks[out->count++];
}

static const char *allowed(struct arena *a, const struct limit *l, const struct metric *m)
{
    struct buf b = {0};
    int digits = m->real ? 3 : 0;
    if (l->percent >= 0)
        buf_printf(&b, "%s%g %%",
                   m->better == METRIC_LOWER    ? "at most +"
                   : m->better == METRIC_HIGHER ? "at least -"
                                                : "within +-",
                   l->percent);
    if (l->most >= 0)
        buf_printf(&b, "%sat most %s %s", b.len ? ", " : "",
                   digits ? arena_printf(a, "%.3f", l->most) : text_int(a, (int64_t)l->most),
                   m->unit);
    if (l->least >= 0)
        buf_printf(&b, "at least %s %s",
                   digits ? arena_printf(a, "%.3f", l->least) : text_int(a, (int64_t)l->least),
                   m->unit);
    const char *text = arena_str(a, buf_text(&b));
    buf_done(&b);
    return text;
}

/* Fills in the verdict of a check whose from and to are set; why is only asked when it fails.
 */
static void judge(struct gate *g, const struct limit *l, struct gate_check *c)
{
    c->limit = l->text;
    c->allowed = allowed(&g->out->arena, l, c->metric);
    c->pass =
        (l->percent < 0 || (c->from >= 0 && !worse(c->metric, l->percent, c->from, c->to))) &&
        (l->most < 0 || c->to <= l->most) && (l->least < 0 || c->to >= l->least);
    g->out->failed += !c->pass;
}

static bool absent(struct gate *g, const struct limit *l, const char *where, const char *name)
{
    return err_set(g->e, ERR_MISSING, "limit \"%s\": the %s has no %s (kind: %s)", l->text,
                   where, name, g->now->kind);
}

static bool check_total(struct gate *g, const struct limit *l, const struct metric *m)
{
    struct arena *a = &g->out->arena;
    double to = metric_value(m, g->now);
    double from = g->baseline ? metric_value(m, g->baseline) : REPORT_NONE;
    if (to < 0) return absent(g, l, "report", m->key);
    if (from < 0 && l->percent >= 0) return absent(g, l, "baseline", m->key);
    struct gate_check *c = add(g);
    *c = (struct gate_check){.name = l->what, .metric = m, .from = from, .to = to};
    judge(g, l, c);
    if (g->baseline && from != to) c->why = explain_metric(a, m, g->baseline, g->now);
    return true;
}

/* "layer.PATTERN.METRIC": one check for each layer that the pattern names. */
static bool check_layers(struct gate *g, const struct limit *l)
{
    struct arena *a = &g->out->arena;
    const char *pattern = l->what + strlen("layer."), *dot = strrchr(pattern, '.');
    const struct metric *m = dot ? metric_find_layer(dot + 1) : NULL;
    if (!m || dot == pattern)
        return err_set(g->e, ERR_USAGE,
                       "limit \"%s\": write layer.NAME.METRIC, where METRIC is one of layers[] "
                       "in `mcuscope list metrics`",
                       l->text);
    pattern = arena_printf(a, "%.*s", (int)(dot - pattern), pattern);
    size_t found = 0;
    for (const struct report_layer *n = g->now->layers;
         n < g->now->layers + g->now->layer_count; n++) {
        if (fnmatch(pattern, n->name, 0) != 0) continue;
        found++;
        double to = metric_layer_value(m, n);
        if (to < 0) {
            if (!strpbrk(pattern, "*?[")) return absent(g, l, "layer", m->key);
            continue; /* a pattern also meets layers to which the metric does not apply */
        }
        const struct report_layer *before = g->baseline ? view_match(g->baseline, n) : NULL;
        struct gate_check *c = add(g);
        *c = (struct gate_check){.name = arena_printf(a, "layer.%s.%s", n->name, m->name),
                                 .metric = m,
                                 .from = before ? metric_layer_value(m, before) : REPORT_NONE,
                                 .to = to};
        judge(g, l, c);
        if (c->pass || !g->baseline) continue;
        c->why = before ? explain_layer(a, g->baseline, before, g->now, n)
                        : "the baseline has no such layer";
    }
    if (found) return true;
    return err_set(g->e, ERR_USAGE, "limit \"%s\": no layer is named like that", l->text);
}

static bool check_limit(struct gate *g, const struct limit *l)
{
    if (l->percent >= 0 && !g->baseline)
        return err_set(g->e, ERR_MISSING,
                       "limit \"%s\" needs a baseline: give the report.json of an earlier run",
                       l->text);
    if (!strncmp(l->what, "layer.", strlen("layer."))) return check_layers(g, l);
    const struct metric *m = metric_find(l->what);
    if (!m)
        return err_set(g->e, ERR_USAGE,
                       "limit \"%s\": there is no metric \"%s\": see `mcuscope list metrics`",
                       l->text, l->what);
    return check_total(g, l, m);
}

/* ---- the whole ---- */

static bool comparable(struct gate *g)
{
    const struct report *now = g->now, *base = g->baseline;
    if (now->run.stop && !report_good(now))
        return err_set(g->e, ERR_FAULT,
                       "%s: the run was stopped by %s: a report of it cannot pass a gate%s%s",
                       g->out->title, now->run.stop, now->run.stop_text ? "\n" : "",
                       now->run.stop_text ? now->run.stop_text : "");
    if (!base) return true;
    const struct {
        const char *what, *from, *to;
    } same[] = {
        {"model", base->model.name, now->model.name},
        {"board", base->board.name, now->board.name},
        {"schedule", base->schedule, now->schedule},
        {"kind of figures", base->kind, now->kind},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (strcmp(same[i].from, same[i].to) != 0)
            return err_set(g->e, ERR_UNSUPPORTED,
                           "the baseline is of another %s: %s, the report is of %s: save a new "
                           "baseline",
                           same[i].what, same[i].from, same[i].to);
    if (base->run.stop && !report_good(base))
        return err_set(g->e, ERR_UNSUPPORTED,
                       "the baseline is of a run that was stopped by %s: save a new baseline",
                       base->run.stop);
    return true;
}

static bool check_defaults(struct gate *g)
{
    size_t n;
    if (!g->baseline)
        return err_set(
            g->e, ERR_MISSING,
            "there is neither a baseline nor a limit: nothing to hold the report to");
    for (const struct metric *m = metric_all(&n); n--; m++) {
        if (m->group == METRIC_LAYER || m->tolerance_percent < 0 ||
            metric_value(m, g->baseline) < 0)
            continue;
        const char *name = *m->alias ? m->alias : m->key;
        struct limit l = {arena_printf(&g->out->arena, "%s=%g%%", name, m->tolerance_percent),
                          name, m->tolerance_percent, -1, -1};
        if (!check_limit(g, &l)) return false;
    }
    return true;
}

bool gate_run(const struct report *now, const struct report *baseline, const char *limits,
              struct gate_result *out, struct err *e)
{
    *out = (struct gate_result){0};
    struct arena *a = &out->arena;
    struct gate g = {.now = now, .baseline = baseline, .out = out, .room = 64, .e = e};
    out->checks = arena_array(a, g.room, sizeof *out->checks);
    out->title = report_title(a, now);
    if (!comparable(&g)) return false;
    if (baseline) out->setup = explain_setup(a, baseline, now);
    if (!limits || !*limits) {
        if (!check_defaults(&g)) return false;
    } else {
        for (const char *p = limits; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
            struct limit l;
            if (!parse(&g, trim(a, p, strcspn(p, ",")), &l) || !check_limit(&g, &l))
                return false;
            if (out->count > CHECKS_MAX)
                return err_set(e, ERR_USAGE, "more than %d checks", CHECKS_MAX);
        }
    }
    if (!out->failed) return true;
    const struct gate_check *first = out->checks;
    while (first->pass)
        first++;
    return err_set(e, ERR_GATE, "%s: %zu of %zu limits failed, first %s", out->title,
                   out->failed, out->count, first->name);
}

void gate_done(struct gate_result *g)
{
    arena_done(&g->arena);
    *g = (struct gate_result){0};
}
