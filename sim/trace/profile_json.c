/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * profile.json: the profile as data, without what may differ between two equal runs.
 */
#include <stdio.h>
#include <string.h>

#include "sim/trace/profile.h"
#include "tools/base/json.h"

static struct json *row_json(const struct profile_row *row)
{
    struct json *o = json_new_object(), *causes = json_new_object();
    json_set_str(o, "name", row->name);
    if (row->symbol && strcmp(row->symbol, row->name) != 0)
        json_set_str(o, "symbol", row->symbol);
    json_set_uint(o, "calls", row->calls);
    json_set_uint(o, "instructions", row->instructions);
    json_set_uint(o, "cycles", row->cycles);
    if (row->inclusive_cycles) json_set_uint(o, "inclusive_cycles", row->inclusive_cycles);
    for (int i = 0; i < CAUSE_COUNT; i++)
        if (row->causes[i]) json_set_uint(causes, cause_name((enum cause)i), row->causes[i]);
    json_set(o, "causes", causes);
    return o;
}

static struct json *rows_json(const struct profile_row *rows, size_t n)
{
    struct json *a = json_new_array();
    for (size_t i = 0; i < n; i++)
        json_push(a, row_json(&rows[i]));
    return a;
}

static struct json *edges_json(const struct profile *p)
{
    struct json *a = json_new_array();
    for (size_t i = 0; i < p->edge_count; i++) {
        struct json *o = json_push(a, json_new_object());
        json_set_str(o, "caller", p->edges[i].caller_name);
        json_set_str(o, "callee", p->edges[i].callee_name);
        json_set_uint(o, "calls", p->edges[i].calls);
        json_set_uint(o, "inclusive_cycles", p->edges[i].cycles);
    }
    return a;
}

static struct json *probes_json(const struct profile *p)
{
    struct json *a = json_new_array();
    for (size_t i = 0; i < p->probe_count; i++) {
        struct json *o = json_push(a, json_new_object());
        json_set_int(o, "id", p->probes[i].id);
        json_set_uint(o, "calls", p->probes[i].calls);
        json_set_uint(o, "crc32", p->probes[i].crc32);
    }
    return a;
}

static struct json *regions_json(const struct profile *p)
{
    struct json *a = json_new_array();
    for (size_t i = 0; i < p->region_count; i++) {
        const struct profile_region *r = &p->regions[i];
        struct json *o = json_push(a, json_new_object());
        json_set_str(o, "name", r->name);
        json_set_uint(o, "base", r->base);
        json_set_uint(o, "size", r->size);
        json_set_uint(o, "static_bytes", r->static_bytes);
        json_set_uint(o, "touched_bytes", r->touched_bytes);
    }
    return a;
}

struct json *profile_json(const struct profile *p)
{
    struct json *o = json_new_object();
    json_set_int(o, "schema_version", 1);
    json_set(o, "total", row_json(&p->total));
    json_set(o, "layers", rows_json(p->layers, p->layer_count));
    if (p->layer_rule_count) {
        struct json *rules = json_set(o, "layer_rules", json_new_array());
        for (size_t i = 0; i < p->layer_rule_count; i++)
            json_push_str(rules, p->layer_rules[i]);
    }
    if (p->inference) json_set_str(o, "inference", p->inference);
    json_set(o, "functions", rows_json(p->functions, p->function_count));
    if (p->edge_count) json_set(o, "calls", edges_json(p));
    json_set(o, "probes", probes_json(p));
    json_set(o, "regions", regions_json(p));
    struct json *m = json_set(o, "memory", json_new_object());
    json_set_uint(m, "data_bytes", p->data_bytes);
    json_set_uint(m, "bss_bytes", p->bss_bytes);
    json_set_uint(m, "text_bytes", p->text_bytes);
    json_set_uint(m, "rodata_bytes", p->rodata_bytes);
    json_set_uint(m, "flash_bytes", p->flash_bytes);
    json_set_uint(m, "stack_peak_bytes", p->stack_peak_bytes);
    json_set_uint(m, "heap_peak_bytes", p->heap_peak_bytes);
    json_set_uint(o, "console_bytes", p->console_bytes);
    json_set_uint(o, "hclk_hz", p->hclk_hz);
    struct json *t = json_set(o, "timing", json_new_object());
    json_set_str(t, "name", p->timing_name);
    json_set_str(t, "version", p->timing_version);
    if (p->range.low_ppm || p->range.high_ppm) {
        json_set_int(t, "range_low_ppm", p->range.low_ppm);
        json_set_int(t, "range_high_ppm", p->range.high_ppm);
    }
    struct json *d = json_set(t, "defaults", json_new_array());
    for (size_t i = 0; i < p->default_count; i++) {
        struct json *row = json_push(d, json_new_object());
        json_set_str(row, "name", p->defaults[i].name);
        json_set_uint(row, "count", p->defaults[i].count);
    }
    struct json *u = json_set(o, "unmodelled", json_new_array());
    for (size_t i = 0; i < p->unmodelled_count; i++) {
        char addr[16];
        struct json *row = json_push(u, json_new_object());
        snprintf(addr, sizeof addr, "0x%08x", p->unmodelled[i].addr);
        json_set_str(row, "addr", addr);
        json_set_str(row, "name", p->unmodelled[i].name);
        json_set_uint(row, "reads", p->unmodelled[i].reads);
        json_set_uint(row, "writes", p->unmodelled[i].writes);
    }
    if (p->dwt_refused) json_set_bool(o, "dwt_refused", true);
    json_set_str(o, "image_sha256", p->image_sha256);
    json_set_str(o, "compiler", p->compiler);
    return o;
}
