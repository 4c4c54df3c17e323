/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/emit/ops_json.h"

static void op_object(const struct emit_job *job, int position, struct json *list)
{
    const struct graph *g = job->graph;
    const struct op *op = &g->ops[position];
    const struct tensor *out = &g->tensors[op->output];
    struct json *j = json_push(list, json_new_object());
    json_set_int(j, "index", position);
    json_set_str(j, "symbol", emit_symbol(job, position));
    json_set_str(j, "op", op_kind_name(op->kind));
    json_set_str(j, "name", op->name);
    struct json *ops = json_set(j, "ops", json_new_array());
    json_push_int(ops, op->index);
    struct json *absorbed = json_set(j, "absorbed", json_new_array());
    for (int i = 0; i < op->absorbed_count; i++)
        json_push_int(absorbed, op->absorbed[i]);
    json_set_uint(j, "macs", op_macs(g, op));
    json_set_uint(j, "weights_bytes", op_weight_bytes(g, op));
    json_set_str(j, "kernel", op->kernel ? op->kernel : "reference");
    json_set_bool(j, "in_place", op->in_place);
    json_set_uint(j, "scratch_bytes", op->scratch_bytes);

    struct json *o = json_set(j, "output", json_new_object());
    json_set_str(o, "tensor", out->name);
    const int buffer = job->plan->buffer_of[op->output];
    if (buffer >= 0)
        json_set_uint(o, "arena_offset", job->plan->buffers[buffer].offset);
    else
        json_set_str(o, "arena_offset", NULL);
    json_set_uint(o, "bytes", out->bytes);
}

bool emit_ops_json(const struct emit_job *job, struct err *e)
{
    struct json *list = json_new_array();
    for (int i = 0; i < job->graph->op_count; i++)
        op_object(job, i, list);
    const bool ok = json_save(list, arena_printf(job->arena, "%s/ops.json", job->dir), e);
    json_free(list);
    return ok;
}
