/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A report as JSON. Order of keys: the tables' (fields.def, metrics.def), then lists; what
 * depends on the host comes last. */
#include "reports/report.h"

#include <string.h>

#include "reports/fields.h"
#include "reports/metrics.h"

/* The object that holds the path's last key, made where missing. */
static struct json *parent(struct json *j, const char *path, const char **key)
{
    const char *dot;
    while ((dot = strchr(path, '.'))) {
        char part[32];
        size_t n = (size_t)(dot - path);
        memcpy(part, path, n);
        part[n] = 0;
        struct json *next = json_get(j, part);
        j = next ? next : json_set(j, part, json_new_object());
        path = dot + 1;
    }
    *key = path;
    return j;
}

static void write_value(struct json *j, const char *path, enum field_kind kind, const char *at)
{
    const char *key;
    switch (kind) {
    case FIELD_STR:
        if (!*(const char *const *)at) return;
        j = parent(j, path, &key);
        json_set_str(j, key, *(const char *const *)at);
        return;
    case FIELD_REAL:
        if (*(const double *)at < 0) return;
        j = parent(j, path, &key);
        json_set_real(j, key, *(const double *)at, 6);
        return;
    case FIELD_INT:
    case FIELD_FLAG:
        if (*(const int64_t *)at < 0) return;
        j = parent(j, path, &key);
        if (kind == FIELD_FLAG)
            json_set_bool(j, key, *(const int64_t *)at != 0);
        else
            json_set_int(j, key, *(const int64_t *)at);
        return;
    }
}

static void write_fields(struct json *j, const void *base, const struct field *f, size_t n)
{
    for (; n--; f++)
        write_value(j, f->path, f->kind, (const char *)base + f->offset);
}

static void write_metrics(struct json *j, const void *base, bool layer)
{
    size_t n;
    for (const struct metric *m = metric_all(&n); n--; m++)
        if ((m->group == METRIC_LAYER) == layer)
            write_value(j, layer ? m->name : m->key, m->real ? FIELD_REAL : FIELD_INT,
                        (const char *)base + m->offset);
}

static void write_causes(struct json *j, const struct report *r, const int64_t *cycles)
{
    if (!cycles || !r->cause_count) return;
    struct json *o = json_set(j, "causes", json_new_object());
    for (size_t i = 0; i < r->cause_count; i++)
        if (cycles[i]) json_set_int(o, r->causes[i].name, cycles[i]);
}

static void write_row(struct json *j, const char *key, const struct report *r,
                      const struct report_row *row)
{
    if (row->cycles < 0) return;
    struct json *o = json_set(j, key, json_new_object());
    json_set_int(o, "cycles", row->cycles);
    json_set_int(o, "instructions", row->instructions);
    write_causes(o, r, row->causes);
}

static void write_counts(struct json *j, const char *key, const struct report_count *list,
                         size_t n)
{
    struct json *a = json_set(j, key, json_new_array());
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_push(a, json_new_object());
        json_set_str(o, "name", list[i].name);
        json_set_int(o, "count", list[i].count);
    }
}

static void write_regions(struct json *j, const struct report *r)
{
    if (!r->region_count) return;
    const char *key;
    struct json *sram = parent(j, "memory.sram.regions", &key);
    struct json *a = json_set(sram, key, json_new_array());
    for (const struct report_region *g = r->regions; g < r->regions + r->region_count; g++) {
        struct json *o = json_push(a, json_new_object());
        json_set_str(o, "name", g->name);
        json_set_int(o, "base", g->base);
        json_set_int(o, "size_bytes", g->size_bytes);
        json_set_int(o, "static_bytes", g->static_bytes);
        json_set_int(o, "touched_bytes", g->touched_bytes);
    }
}

static void write_layers(struct json *j, const struct report *r)
{
    struct json *a = json_set(j, "layers", json_new_array());
    for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++) {
        struct json *o = json_push(a, json_new_object());
        write_fields(o, l, field_layer, field_layer_count);
        write_metrics(o, l, true);
        write_causes(o, r, l->causes);
    }
}

struct json *report_json(const struct report *r)
{
    struct json *j = json_new_object();
    json_set_str(j, "schema", "mcuscope-report");
    json_set_int(j, "schema_version", REPORT_SCHEMA_VERSION);
    write_fields(j, r, field_head, field_head_count);
    write_metrics(j, r, false);
    write_regions(j, r);
    write_fields(j, r, field_tail, field_tail_count - 2);
    if (r->cause_count) {
        struct json *o = json_set(j, "causes", json_new_object());
        for (size_t i = 0; i < r->cause_count; i++)
            json_set_int(o, r->causes[i].name, r->causes[i].cycles);
    }
    write_layers(j, r);
    write_row(j, "overhead", r, &r->overhead);
    write_row(j, "outside", r, &r->outside);
    struct json *a = json_set(j, "functions", json_new_array());
    for (const struct report_function *f = r->functions; f < r->functions + r->function_count;
         f++) {
        struct json *o = json_push(a, json_new_object());
        json_set_str(o, "name", f->name);
        if (f->symbol) json_set_str(o, "symbol", f->symbol);
        json_set_int(o, "calls", f->calls);
        json_set_int(o, "cycles", f->cycles);
        json_set_int(o, "instructions", f->instructions);
        if (f->inclusive_cycles >= 0) json_set_int(o, "inclusive_cycles", f->inclusive_cycles);
        if (f->stall) json_set_str(o, "stall", f->stall);
        if (f->stall) json_set_int(o, "stall_cycles", f->stall_cycles);
    }
    write_counts(j, "defaults", r->defaults, r->default_count);
    write_counts(j, "unmodelled", r->unmodelled, r->unmodelled_count);
    a = json_set(j, "warnings", json_new_array());
    for (size_t i = 0; i < r->warning_count; i++)
        json_push_str(a, r->warnings[i]);
    write_fields(j, r, field_tail + field_tail_count - 2, 2); /* simulation.*: last */
    return j;
}

bool report_save(const struct report *r, const char *path, struct err *e)
{
    struct json *j = report_json(r);
    bool ok = json_save(j, path, e);
    json_free(j);
    return ok;
}
