/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/plan/plan.h"
#include "tools/base/json.h"

static void save_tensor(const struct graph *g, const struct plan *p, int t, struct json *list)
{
    if (p->buffer_of[t] < 0) return;
    const struct plan_buffer *b = &p->buffers[p->buffer_of[t]];
    const int writer = tensor_writer(g, t);
    struct json *j = json_push(list, json_new_object());
    json_set_int(j, "tensor", t);
    json_set_str(j, "name", g->tensors[t].name);
    if (writer < 0)
        json_set_str(j, "op", NULL);
    else
        json_set_str(j, "op", g->ops[writer].name);
    json_set_int(j, "buffer", p->buffer_of[t]);
    json_set_uint(j, "offset", b->offset);
    json_set_uint(j, "bytes", g->tensors[t].bytes);
    json_set_int(j, "first_op", b->first_op);
    json_set_int(j, "last_op", b->last_op);
}

bool plan_save(const struct graph *g, const struct plan *p, const char *path, struct err *e)
{
    struct json *j = json_new_object();
    json_set_str(j, "model", g->name);
    json_set_str(j, "planner", p->planner);
    json_set_uint(j, "arena_bytes", p->arena_bytes);
    json_set_uint(j, "activation_bytes", p->activation_bytes);
    json_set_uint(j, "scratch_offset", p->scratch_offset);
    json_set_uint(j, "scratch_bytes", p->scratch_bytes);
    json_set_uint(j, "live_peak_bytes", p->live_peak_bytes);
    json_set_int(j, "peak_op", p->peak_op);
    json_set_str(j, "peak_op_name", g->ops[p->peak_op].name);
    struct json *tries = json_set(j, "tries", json_new_array());
    for (int i = 0; i < p->try_count; i++) {
        struct json *t = json_push(tries, json_new_object());
        json_set_str(t, "planner", p->tries[i].planner);
        json_set_uint(t, "arena_bytes", p->tries[i].arena_bytes);
    }
    struct json *buffers = json_set(j, "buffers", json_new_array());
    for (int i = 0; i < p->buffer_count; i++) {
        struct json *b = json_push(buffers, json_new_object());
        json_set_uint(b, "offset", p->buffers[i].offset);
        json_set_uint(b, "bytes", p->buffers[i].bytes);
        json_set_int(b, "first_op", p->buffers[i].first_op);
        json_set_int(b, "last_op", p->buffers[i].last_op);
    }
    struct json *tensors = json_set(j, "tensors", json_new_array());
    for (int t = 0; t < g->tensor_count; t++)
        save_tensor(g, p, t, tensors);
    const bool ok = json_save(j, path, e);
    json_free(j);
    return ok;
}
