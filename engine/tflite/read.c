/* SPDX-License-Identifier: GPL-2.0-or-later
 * The model's frame: header, subgraph, operators. A broken FlatBuffer ends the reading with the
 * offset; anything else is collected, op by op, and told at once. An op that cannot be read is
 * left out of the graph, and then the rules about the whole graph are not applied, since they
 * would only repeat what is missing. */
#include "engine/tflite/read.h"

#include "engine/tflite/reader.h"
#include "tools/base/file.h"
#include "tools/base/hash.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *builtin_name(int32_t code)
{
    switch (code) {
#define BUILTIN(number, name)                                                                  \
    case number:                                                                               \
        return #name;
#include "engine/tflite/builtin.def"
#undef BUILTIN
    default:
        return NULL;
    }
}

static bool kind_of(int32_t code, enum op_kind *kind)
{
    switch (code) {
#define OP(name, tflite_code, text)                                                            \
    case tflite_code:                                                                          \
        *kind = OP_##name;                                                                     \
        return true;
#include "engine/ir/ops.def"
#undef OP
    default:
        return false;
    }
}

static const char supported_ops[] = ""
#define OP(name, tflite_code, text) " " #name
#include "engine/ir/ops.def"
#undef OP
    ;

bool reader_problem(struct reader *r, const struct op *op, enum err_code code, const char *fmt,
                    ...)
{
    char line[384];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    problem_add(&r->problems, code, "op %d %s: %s", op->index, op_kind_name(op->kind), line);
    return false;
}

/* The op's kind from the operator codes; says why there is none. */
static bool read_kind(struct reader *r, int index, struct fb_table o, enum op_kind *kind)
{
    const uint32_t code_index = fb_u32(o, OPERATOR_CODE, 0);
    if (code_index >= r->codes.count) {
        problem_add(&r->problems, ERR_FORMAT, "op %d: operator code %u of %u", index,
                    code_index, r->codes.count);
        return false;
    }
    const struct fb_table c = fb_vec_table(r->codes, code_index);
    const int32_t old = fb_i8(c, CODE_DEPRECATED, 0), new = fb_i32(c, CODE_BUILTIN, 0);
    const int32_t code = old > new ? old : new;
    size_t len = 0;
    const char *custom = fb_str(c, CODE_CUSTOM, &len);
    if (r->fb.bad) return false;
    if (kind_of(code, kind)) return true;

    const char *name = builtin_name(code);
    char shown[64];
    if (len) {
        int n = 0;
        for (size_t i = 0; i < len && n < 40; i++)
            shown[n++] = isprint((unsigned char)custom[i]) ? custom[i] : '_';
        shown[n] = 0;
    } else if (name) {
        snprintf(shown, sizeof shown, "%s", name);
    } else {
        snprintf(shown, sizeof shown, "operator code %d", (int)code);
    }
    problem_add(&r->problems, ERR_UNSUPPORTED, "op %d %s: not supported", index, shown);
    return false;
}

/* Does the op use a tensor that could not be read? */
static bool usable(struct reader *r, const struct op *op, int32_t tensor)
{
    if (tensor < 0 || tensor >= r->g->tensor_count || !r->trouble[tensor]) return true;
    return reader_problem(r, op, r->malformed[tensor] ? ERR_FORMAT : ERR_UNSUPPORTED,
                          "tensor %d \"%.100s\": %s", (int)tensor, r->g->tensors[tensor].name,
                          r->trouble[tensor]);
}

static const char *op_name(struct arena *a, enum op_kind kind, int index)
{
    char *name = arena_printf(a, "%s_%d", op_kind_name(kind), index);
    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return name;
}

static bool read_op(struct reader *r, int index, struct fb_table o, struct op *op)
{
    *op = (struct op){.index = index, .output = NO_TENSOR};
    if (!read_kind(r, index, o, &op->kind)) return false;
    op->name = op_name(r->g->arena, op->kind, index);
    const struct fb_vec inputs = fb_vec(o, OPERATOR_INPUTS, 4),
                        outputs = fb_vec(o, OPERATOR_OUTPUTS, 4);
    if (outputs.count != 1)
        return reader_problem(r, op, ERR_FORMAT, "%u outputs (have: 1)", outputs.count);
    op->output = fb_vec_i32(outputs, 0);
    if (op->output < 0 || op->output >= r->g->tensor_count)
        return reader_problem(r, op, ERR_FORMAT, "its output is tensor %d of %d", op->output,
                              r->g->tensor_count);
    bool ok = usable(r, op, op->output);
    for (uint32_t i = 0; i < inputs.count && i < OP_INPUTS_MAX; i++)
        if (!usable(r, op, fb_vec_i32(inputs, i))) ok = false;
    if (!ok) return false;
    return reader_options(r, op, inputs, fb_u8(o, OPERATOR_OPTIONS_TYPE, 0),
                          fb_table(o, OPERATOR_OPTIONS));
}

static void read_ops(struct reader *r)
{
    struct graph *g = r->g;
    bool complete = true;
    if (r->ops.count > GRAPH_OPS_MAX) {
        problem_add(&r->problems, ERR_UNSUPPORTED, "%u ops (have: up to %d)", r->ops.count,
                    GRAPH_OPS_MAX);
        return;
    }
    g->ops = arena_array(g->arena, (size_t)r->ops.count + 1, sizeof *g->ops);
    for (uint32_t i = 0; i < r->ops.count; i++) {
        struct op *op = &g->ops[g->op_count];
        const struct fb_table o = fb_vec_table(r->ops, i);
        if (r->fb.bad) return;
        if (read_op(r, (int)i, o, op)) {
            op_verify(g, op, &r->problems);
            g->op_count++;
        } else {
            complete = false;
        }
        if (r->fb.bad) return;
    }
    if (complete && r->problems.count == 0) graph_verify_flow(g, &r->problems);
}

/* Networks with one input and one output. */
static int read_border(struct reader *r, struct fb_vec v, const char *what)
{
    if (v.count != 1) {
        problem_add(&r->problems, ERR_UNSUPPORTED, "%u %ss are not supported (have: 1)",
                    v.count, what);
        return v.count && v.fb ? fb_vec_i32(v, 0) : 0;
    }
    const int32_t t = fb_vec_i32(v, 0);
    if (t < 0 || t >= r->g->tensor_count)
        problem_add(&r->problems, ERR_FORMAT, "the %s is tensor %d of %d", what, (int)t,
                    r->g->tensor_count);
    return t;
}

static void read_model(struct reader *r)
{
    struct graph *g = r->g;
    const struct fb_table model = fb_root(&r->fb, "TFL3");
    const uint32_t version = fb_u32(model, MODEL_VERSION, 0);
    const struct fb_vec subgraphs = fb_vec(model, MODEL_SUBGRAPHS, 4);
    r->codes = fb_vec(model, MODEL_CODES, 4);
    r->buffers = fb_vec(model, MODEL_BUFFERS, 4);
    if (r->fb.bad) return;
    if (version != MODEL_FILE_VERSION)
        problem_add(&r->problems, ERR_UNSUPPORTED, "version %u of the format (have: %d)",
                    version, MODEL_FILE_VERSION);
    if (subgraphs.count == 0) {
        problem_add(&r->problems, ERR_FORMAT, "the model has no subgraph");
        return;
    }
    if (subgraphs.count > 1)
        problem_add(&r->problems, ERR_UNSUPPORTED, "%u subgraphs are not supported (have: 1)",
                    subgraphs.count);
    const struct fb_table s = fb_vec_table(subgraphs, 0);
    r->tensors = fb_vec(s, SUBGRAPH_TENSORS, 4);
    r->ops = fb_vec(s, SUBGRAPH_OPS, 4);
    const struct fb_vec inputs = fb_vec(s, SUBGRAPH_INPUTS, 4),
                        outputs = fb_vec(s, SUBGRAPH_OUTPUTS, 4);
    if (r->fb.bad || !reader_tensors(r)) return;
    g->input = read_border(r, inputs, "input");
    g->output = read_border(r, outputs, "output");
    read_ops(r);
}

static const char *stem(struct arena *a, const char *name)
{
    char *s = file_stem(a, name);
    return *s ? s : "model";
}

bool tflite_read_bytes(const void *data, size_t len, const char *name, struct arena *a,
                       struct graph *g, struct err *e)
{
    struct reader r = {.g = g};
    *g = (struct graph){
        .arena = a, .name = stem(a, name), .input = NO_TENSOR, .output = NO_TENSOR};
    fb_open(&r.fb, data, len);
    read_model(&r);
    if (r.fb.bad) {
        buf_done(&r.problems.text);
        return err_set(e, ERR_FORMAT, "%s: not a sound .tflite file: %s", name, r.fb.why);
    }
    if (r.problems.count && !r.problems.malformed)
        buf_printf(&r.problems.text, "\n  supported ops:%s", supported_ops);
    if (!problems_done(&r.problems, name, e)) return false;
    hash_sha256(data, len, g->model_sha256);
    g->model_bytes = (uint32_t)len;
    return true;
}

bool tflite_read(const char *path, struct arena *a, struct graph *g, struct err *e)
{
    struct bytes file;
    if (!file_load(path, 0, &file, e)) return false;
    const bool ok = tflite_read_bytes(file.data, file.len, path, a, g, e);
    free(file.data);
    return ok;
}
