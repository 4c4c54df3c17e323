/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * report.json back into a struct. Foreign files are distrusted: types, ranges, control
 * characters and names are checked here, once, so that exporters, compare and gate need not. */
#include "reports/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reports/fields.h"
#include "reports/metrics.h"

struct reader {
    struct report *r;
    const char *name; /* the file */
    struct err *e;
};

static bool bad(const struct reader *in, const char *where, const char *key, const char *want)
{
    return err_set(in->e, ERR_FORMAT,
                   "%s: %s%s%s: expected %s: is this a report.json of mcuscope?", in->name,
                   where, *where ? "." : "", key, want);
}

/* Nothing that a terminal, a table or a plot script could take for more than text. */
static bool printable(const char *s, bool lines)
{
    for (; *s; s++)
        if (((unsigned char)*s < 0x20 && !(lines && *s == '\n')) || *s == 0x7f) return false;
    return true;
}

static bool read_int(const struct reader *in, const struct json *v, const char *where,
                     const char *key, int64_t *out)
{
    double real = json_real(v, -1);
    if (!json_is_number(v) || !(real >= 0) || real > (double)REPORT_INT_MAX ||
        floor(real) != real)
        return bad(in, where, key, "an integer from 0 to 2^48");
    *out = (int64_t)real;
    return true;
}

static bool read_str(const struct reader *in, const struct json *v, const char *where,
                     const char *key, const char **out)
{
    const char *s = json_str(v, NULL);
    if (!s || !printable(s, !strcmp(key, "run.stop_text")))
        return bad(in, where, key, "text without control characters");
    *out = arena_str(&in->r->arena, s);
    return true;
}

static bool read_value(const struct reader *in, const struct json *v, const char *where,
                       const char *key, enum field_kind kind, void *at)
{
    double real;
    switch (kind) {
    case FIELD_STR:
        return read_str(in, v, where, key, at);
    case FIELD_INT:
        return read_int(in, v, where, key, at);
    case FIELD_REAL:
        real = json_real(v, -1);
        if (!(real >= 0) || !(real <= 1e18)) return bad(in, where, key, "a number from 0");
        *(double *)at = real;
        return true;
    case FIELD_FLAG:
        *(int64_t *)at = json_flag(v, false);
        return true;
    }
    return false;
}

static bool read_fields(const struct reader *in, const struct json *j, const char *where,
                        void *base, const struct field *f, size_t n)
{
    for (; n--; f++) {
        const struct json *v = json_get(j, f->path);
        if (!v && f->needed) return bad(in, where, f->path, "a value, found none");
        if (v && !read_value(in, v, where, f->path, f->kind, (char *)base + f->offset))
            return false;
    }
    return true;
}

static bool read_metrics(const struct reader *in, const struct json *j, const char *where,
                         void *base, bool layer)
{
    size_t n;
    for (const struct metric *m = metric_all(&n); n--; m++) {
        if ((m->group == METRIC_LAYER) != layer) continue;
        const char *key = layer ? m->name : m->key;
        const struct json *v = json_get(j, key);
        if (v && !read_value(in, v, where, key, m->real ? FIELD_REAL : FIELD_INT,
                             (char *)base + m->offset))
            return false;
    }
    return true;
}

/* An array's length; *list NULL and 0 when the key is missing. */
static bool open_array(const struct reader *in, const struct json *j, const char *key,
                       const struct json **list, size_t *n)
{
    *list = json_get(j, key);
    *n = json_len(*list);
    return !*list || (json_is_array(*list) && *n <= REPORT_LIST_MAX) ||
           bad(in, "", key, "an array of up to 16,384 items");
}

static bool read_cause_names(const struct reader *in, const struct json *j)
{
    const struct json *o = json_get(j, "causes");
    if (!o) return true;
    if (!json_is_object(o) || json_len(o) > REPORT_CAUSE_MAX)
        return bad(in, "", "causes", "up to 64 causes");
    size_t n = json_len(o);
    struct report_cause *list = arena_array(&in->r->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        if (!printable(json_key_at(o, i), false))
            return bad(in, "", "causes", "printable names");
        list[i].name = arena_str(&in->r->arena, json_key_at(o, i));
        if (!read_int(in, json_value_at(o, i), "causes", list[i].name, &list[i].cycles))
            return false;
    }
    in->r->causes = list;
    in->r->cause_count = n;
    return true;
}

static bool read_causes(const struct reader *in, const struct json *j, const char *where,
                        const int64_t **out)
{
    const struct json *o = json_get(j, "causes");
    if (!o) return true;
    if (!json_is_object(o)) return bad(in, where, "causes", "an object");
    int64_t *cycles = arena_array(&in->r->arena, in->r->cause_count, sizeof *cycles);
    size_t found = 0;
    for (size_t i = 0; i < in->r->cause_count; i++) {
        const struct json *v = json_get(o, in->r->causes[i].name);
        if (v && !read_int(in, v, where, in->r->causes[i].name, &cycles[i])) return false;
        found += v != NULL;
    }
    if (found != json_len(o)) return bad(in, where, "causes", "only causes of the total");
    *out = cycles;
    return true;
}

static bool read_row(const struct reader *in, const struct json *j, const char *key,
                     struct report_row *row)
{
    const struct json *o = json_get(j, key);
    if (!o) return true;
    return read_int(in, json_get(o, "cycles"), key, "cycles", &row->cycles) &&
           read_int(in, json_get(o, "instructions"), key, "instructions", &row->instructions) &&
           read_causes(in, o, key, &row->causes);
}

static bool read_layers(const struct reader *in, const struct json *j)
{
    const struct json *a;
    size_t n;
    if (!open_array(in, j, "layers", &a, &n)) return false;
    if (n > REPORT_LAYERS_MAX) return bad(in, "", "layers", "up to 4,096 layers");
    struct report_layer *list = arena_array(&in->r->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        char where[32];
        snprintf(where, sizeof where, "layers[%zu]", i);
        report_init_layer(&list[i]);
        const struct json *o = json_at(a, i);
        if (!read_fields(in, o, where, &list[i], field_layer, field_layer_count) ||
            !read_metrics(in, o, where, &list[i], true) ||
            !read_causes(in, o, where, &list[i].causes))
            return false;
    }
    in->r->layers = list;
    in->r->layer_count = n;
    return true;
}

static bool read_functions(const struct reader *in, const struct json *j)
{
    const struct json *a;
    size_t n;
    if (!open_array(in, j, "functions", &a, &n)) return false;
    struct report_function *list = arena_array(&in->r->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        const struct json *o = json_at(a, i);
        if (!read_str(in, json_get(o, "name"), "functions[]", "name", &list[i].name) ||
            !read_int(in, json_get(o, "calls"), "functions[]", "calls", &list[i].calls) ||
            !read_int(in, json_get(o, "cycles"), "functions[]", "cycles", &list[i].cycles) ||
            !read_int(in, json_get(o, "instructions"), "functions[]", "instructions",
                      &list[i].instructions))
            return false;
        const struct json *inclusive = json_get(o, "inclusive_cycles"),
                          *stall = json_get(o, "stall"), *symbol = json_get(o, "symbol");
        list[i].inclusive_cycles = REPORT_NONE;
        if ((symbol && !read_str(in, symbol, "functions[]", "symbol", &list[i].symbol)) ||
            (inclusive && !read_int(in, inclusive, "functions[]", "inclusive_cycles",
                                    &list[i].inclusive_cycles)) ||
            (stall && (!read_str(in, stall, "functions[]", "stall", &list[i].stall) ||
                       !read_int(in, json_get(o, "stall_cycles"), "functions[]", "stall_cycles",
                                 &list[i].stall_cycles))))
            return false;
    }
    in->r->functions = list;
    in->r->function_count = n;
    return true;
}

static bool read_regions(const struct reader *in, const struct json *j)
{
    static const char where[] = "memory.sram.regions[]";
    const struct json *a;
    size_t n;
    if (!open_array(in, j, "memory.sram.regions", &a, &n)) return false;
    struct report_region *list = arena_array(&in->r->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        const struct json *o = json_at(a, i);
        struct report_region *g = &list[i];
        if (!read_str(in, json_get(o, "name"), where, "name", &g->name) ||
            !read_int(in, json_get(o, "base"), where, "base", &g->base) ||
            !read_int(in, json_get(o, "size_bytes"), where, "size_bytes", &g->size_bytes) ||
            !read_int(in, json_get(o, "static_bytes"), where, "static_bytes",
                      &g->static_bytes) ||
            !read_int(in, json_get(o, "touched_bytes"), where, "touched_bytes",
                      &g->touched_bytes))
            return false;
    }
    in->r->regions = list;
    in->r->region_count = n;
    return true;
}

static bool read_counts(const struct reader *in, const struct json *j, const char *key,
                        const struct report_count **out, size_t *count)
{
    const struct json *a;
    size_t n;
    if (!open_array(in, j, key, &a, &n)) return false;
    struct report_count *list = arena_array(&in->r->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        const struct json *o = json_at(a, i);
        if (!read_str(in, json_get(o, "name"), key, "name", &list[i].name) ||
            !read_int(in, json_get(o, "count"), key, "count", &list[i].count))
            return false;
    }
    *out = list;
    *count = n;
    return true;
}

static bool read_warnings(const struct reader *in, const struct json *j)
{
    const struct json *a;
    size_t n;
    if (!open_array(in, j, "warnings", &a, &n)) return false;
    const char **list = arena_array(&in->r->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++)
        if (!read_str(in, json_at(a, i), "", "warnings[]", &list[i])) return false;
    in->r->warnings = list;
    in->r->warning_count = n;
    return true;
}

static bool read_all(const struct reader *in, const struct json *j)
{
    struct report *r = in->r;
    if (json_is_array(j))
        return err_set(
            in->e, ERR_FORMAT,
            "%s: a list of %zu reports (several schedules): one report.json is needed, "
            "as in the folder of each schedule",
            in->name, json_len(j));
    if (strcmp(json_str(json_get(j, "schema"), ""), "mcuscope-report") != 0)
        return bad(in, "", "schema", "\"mcuscope-report\"");
    int64_t version = json_int(json_get(j, "schema_version"), -1);
    if (version != REPORT_SCHEMA_VERSION)
        return err_set(in->e, ERR_FORMAT,
                       "%s: schema_version is %" PRId64 ", this program reads %d: make the "
                       "report again with it",
                       in->name, version, REPORT_SCHEMA_VERSION);
    return read_fields(in, j, "", r, field_head, field_head_count) &&
           read_metrics(in, j, "", r, false) && read_regions(in, j) &&
           read_fields(in, j, "", r, field_tail, field_tail_count) && read_cause_names(in, j) &&
           read_layers(in, j) && read_row(in, j, "overhead", &r->overhead) &&
           read_row(in, j, "outside", &r->outside) && read_functions(in, j) &&
           read_counts(in, j, "defaults", &r->defaults, &r->default_count) &&
           read_counts(in, j, "unmodelled", &r->unmodelled, &r->unmodelled_count) &&
           read_warnings(in, j);
}

bool report_read(struct report *r, const struct json *j, const char *name, struct err *e)
{
    report_init(r);
    bool ok = read_all(&(struct reader){r, name, e}, j);
    if (ok && !report_verify(r, e)) {
        ok = false;
        e->code = ERR_FORMAT;
        err_prefix(e, "%s", name);
    }
    if (!ok) report_done(r);
    return ok;
}

bool report_load(struct report *r, const char *path, struct err *e)
{
    struct json *j = json_load(path, e);
    if (!j) return false;
    bool ok = report_read(r, j, path, e);
    json_free(j);
    return ok;
}
