/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/oracle/golden.h"

#include "tools/base/file.h"
#include "tools/base/hash.h"
#include "tools/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t hex(const struct json *j)
{
    return (uint32_t)strtoul(json_str(j, "0"), NULL, 16);
}

/* A .bin beside golden.json; its CRC must be the one that is listed. */
static bool load_bytes(const char *dir, const struct json *j, struct arena *a, void **out,
                       uint32_t *len, struct err *e)
{
    const char *name = json_str(json_get(j, "file"), "");
    if (!*name || strchr(name, '/'))
        return err_set(e, ERR_FORMAT, "%s/golden.json: \"%s\" is no file name", dir, name);
    struct bytes b;
    const char *path = arena_printf(a, "%s/%s", dir, name);
    if (!file_load(path, GRAPH_TENSOR_BYTES_MAX, &b, e)) return false;
    const uint32_t crc = hash_crc32(b.data, b.len);
    *out = arena_alloc(a, b.len);
    memcpy(*out, b.data, b.len);
    *len = (uint32_t)b.len;
    free(b.data);
    if (crc != hex(json_get(j, "crc32")))
        return err_set(e, ERR_FORMAT, "%s: CRC-32 is %08x, golden.json says %s", path, crc,
                       json_str(json_get(j, "crc32"), "nothing"));
    return true;
}

static bool load_case(const char *dir, const struct json *j, struct arena *a,
                      struct golden_case *c, struct err *e)
{
    c->input = arena_str(a, json_str(json_get(j, "input"), "?"));
    const struct json *list = json_get(j, "intermediates");
    c->tensor_count = (int)json_len(list);
    c->tensors = arena_array(a, (size_t)c->tensor_count, sizeof *c->tensors);
    for (int i = 0; i < c->tensor_count; i++) {
        const struct json *t = json_at(list, (size_t)i);
        c->tensors[i] = (struct golden_tensor){
            .op = (int)json_int(json_get(t, "op"), -1),
            .tensor = (int)json_int(json_get(t, "tensor"), -1),
            .op_name = arena_str(a, json_str(json_get(t, "name"), "?")),
            .bytes = (uint32_t)json_int(json_get(t, "bytes"), 0),
            .crc32 = hex(json_get(t, "crc32")),
        };
    }
    return load_bytes(dir, json_at(json_get(j, "inputs"), 0), a, &c->input_bytes, &c->input_len,
                      e) &&
           load_bytes(dir, json_at(json_get(j, "outputs"), 0), a, &c->output_bytes,
                      &c->output_len, e);
}

bool golden_load(const char *dir, struct arena *a, struct golden *out, struct err *e)
{
    *out = (struct golden){0};
    struct json *j = json_load(arena_printf(a, "%s/golden.json", dir), e);
    if (!j) return false;
    bool ok = true;
    const struct json *cases = json_get(j, "cases");
    out->model = arena_str(a, json_str(json_get(j, "model"), "?"));
    out->model_crc32 = hex(json_get(j, "model_crc32"));
    out->case_count = (int)json_len(cases);
    out->cases = arena_array(a, (size_t)out->case_count, sizeof *out->cases);
    if (!out->case_count) ok = err_set(e, ERR_FORMAT, "%s/golden.json: no cases in it", dir);
    for (int i = 0; ok && i < out->case_count; i++)
        ok = load_case(dir, json_at(cases, (size_t)i), a, &out->cases[i], e);
    json_free(j);
    return ok;
}

static const struct golden_tensor *find(const struct golden_case *c, int tensor)
{
    for (int i = 0; i < c->tensor_count; i++)
        if (c->tensors[i].tensor == tensor) return &c->tensors[i];
    return NULL;
}

bool golden_compare(const struct graph *g, const struct golden_case *c,
                    const struct oracle_result *r, struct golden_match *out, struct err *e)
{
    *out = (struct golden_match){.first_op = -1, .first_element = -1};
    if (r->output_bytes != c->output_len)
        return err_set(e, ERR_USAGE,
                       "%s: its output has %u bytes, the golden one %u: another "
                       "model?",
                       g->name, r->output_bytes, c->output_len);
    for (int i = 0; i < g->op_count; i++) {
        const struct golden_tensor *t = find(c, g->ops[i].output);
        if (!t) continue;
        if (t->bytes != g->tensors[g->ops[i].output].bytes)
            return err_set(e, ERR_USAGE,
                           "%s: op %d %s: %u bytes, the golden one has %u: another "
                           "model?",
                           g->name, g->ops[i].index, op_kind_name(g->ops[i].kind),
                           g->tensors[g->ops[i].output].bytes, t->bytes);
        out->compared++;
        if (t->crc32 == r->ops[i].crc32) continue;
        if (out->differing++ == 0) {
            out->first_op = i;
            out->expected = t->crc32;
            out->actual = r->ops[i].crc32;
        }
    }
    const unsigned char *want = c->output_bytes, *have = r->output;
    for (uint32_t i = 0; i < r->output_bytes && out->first_element < 0; i++) {
        if (want[i] == have[i]) continue;
        out->first_element = (long)(i / dtype_bytes(g->tensors[g->output].type));
        out->element_expected = (int8_t)want[i];
        out->element_actual = (int8_t)have[i];
    }
    return true;
}
