/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * gen/ file by file. model.c is meant to be read: a comment with op, shapes and tensor before
 * each layer, literal shapes in it, and model_invoke() as the list of layers.
 */
#include "engine/emit/emit.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/build/build.h"
#include "engine/emit/emitter.h"
#include "engine/emit/kernel.h"
#include "engine/emit/ops_json.h"
#include "tools/base/file.h"

static const char banner[] = "/* SPDX-License-Identifier: 0BSD\n"
                             " * Generated from %s (%s), schedule %s. */\n";

/* A RESHAPE that shares its input's buffer does nothing. */
static bool moves_data(const struct emit_job *job, const struct op *op)
{
    const int *buffer_of = job->plan->buffer_of;
    return op->kind != OP_RESHAPE || buffer_of[op->input[0]] != buffer_of[op->output];
}

const char *emit_symbol(const struct emit_job *job, int position)
{
    const struct op *op = &job->graph->ops[position];
    if (!moves_data(job, op)) return NULL;
    char *name = arena_printf(job->arena, "layer_%03d_%s", position, op_kind_name(op->kind));
    for (char *p = name; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return name;
}

const char *emit_address(struct emitter *m, int tensor)
{
    const int buffer = m->plan->buffer_of[tensor];
    if (buffer < 0) return "0";
    return arena_printf(m->arena, "&model_arena[%" PRIu32 "]", m->plan->buffers[buffer].offset);
}

const char *emit_scratch(struct emitter *m)
{
    return arena_printf(m->arena, "&model_arena[%" PRIu32 "]", m->plan->scratch_offset);
}

void emit_uses(struct emitter *m, const char *file)
{
    for (size_t i = 0; i < m->file_count; i++)
        if (strcmp(m->files[i], file) == 0) return;
    const char **files = arena_array(m->arena, m->file_count + 1, sizeof *files);
    if (m->file_count) memcpy(files, m->files, m->file_count * sizeof *files);
    files[m->file_count++] = arena_str(m->arena, file);
    m->files = files;
}

static void shape(struct buf *b, const struct tensor *t)
{
    for (int i = 0; i < t->rank; i++)
        buf_printf(b, "%s%" PRId32, i ? "x" : "", t->dim[i]);
}

static bool layer(struct emitter *m, const struct op *op, const char *symbol, struct err *e)
{
    buf_printf(&m->code, "\n/* op %d %s: ", op->index, op_kind_name(op->kind));
    shape(&m->code, emit_tensor(m, op->input[0]));
    buf_puts(&m->code, " -> ");
    shape(&m->code, emit_tensor(m, op->output));
    if (op->kernel) buf_printf(&m->code, ", %s", op->kernel);
    if (op->in_place) buf_puts(&m->code, ", in place");
    buf_printf(&m->code, " */\n__attribute__((noinline)) void %s(void)\n{\n", symbol);
    const struct kernel *k = op->kernel ? kernel_find(op->kernel) : NULL;
    if (op->kernel && !k)
        return err_set(e, ERR_INTERNAL, "%s: no kernel '%s'", op->name, op->kernel);
    if (!(k ? k->emit(m, op, e) : emit_reference(m, op, e))) return false;
    buf_puts(&m->code, "}\n");
    return true;
}

static void model_head(struct emitter *m)
{
    const struct emit_job *job = m->job;
    const struct graph *g = job->graph;
    buf_printf(&m->code, banner, g->name, g->model_sha256, job->schedule->name);
    buf_puts(&m->code, "#include \"model.h\"\n\n#include \"ref.h\"\n");
    if (job->schedule->fast_kernels) buf_puts(&m->code, "#include \"kernels.h\"\n");
    buf_puts(&m->code, "#include \"weights.h\"\n\n");
    buf_printf(&m->code, "__attribute__((section(\".bss.model_arena\"), aligned(32)))\n"
                         "int8_t model_arena[MODEL_ARENA_BYTES];\n\n");
    for (int i = 0; i < g->op_count; i++) {
        const char *symbol = emit_symbol(job, i);
        if (symbol) buf_printf(&m->code, "void %s(void);\n", symbol);
    }
}

static void model_tail(struct emitter *m)
{
    const struct graph *g = m->g;
    buf_puts(&m->code, "\nvoid model_invoke(void)\n{\n");
    for (int i = 0; i < g->op_count; i++) {
        const char *symbol = emit_symbol(m->job, i);
        if (symbol) buf_printf(&m->code, "    %s();\n", symbol);
    }
    buf_puts(&m->code, "}\n");
    buf_printf(&m->code, "\nvoid *model_input(void)\n{\n    return %s;\n}\n",
               emit_address(m, g->input));
    buf_printf(&m->code, "\nvoid *model_output(void)\n{\n    return %s;\n}\n",
               emit_address(m, g->output));
}

static void model_header(const struct emit_job *job, struct buf *b)
{
    const struct graph *g = job->graph;
    const struct tensor *in = &g->tensors[g->input], *out = &g->tensors[g->output];
    const bool quantised = in->type == DT_INT8 && in->quant.count > 0;
    buf_printf(b, banner, g->name, g->model_sha256, job->schedule->name);
    buf_puts(b, "#ifndef MODEL_H\n#define MODEL_H\n\n#include <stdint.h>\n\nenum {\n");
    buf_printf(b, "    MODEL_INPUT_BYTES = %" PRIu32 ",\n", in->bytes);
    buf_printf(b, "    MODEL_INPUT_ZERO = %" PRId32 ", /* the byte of a zero input */\n",
               quantised ? in->quant.zero[0] : 0);
    buf_printf(b, "    MODEL_OUTPUT_BYTES = %" PRIu32 ",\n", out->bytes);
    buf_printf(b, "    MODEL_ARENA_BYTES = %" PRIu32 ",\n};\n\n", job->plan->arena_bytes);
    buf_puts(b, "/* Activations and scratch; plan.json says what lies where and when. */\n"
                "extern int8_t model_arena[MODEL_ARENA_BYTES];\n\n"
                "void *model_input(void);\n"
                "void model_invoke(void);\n"
                "void *model_output(void);\n\n#endif\n");
}

static bool save(const struct emit_job *job, const char *name, const struct buf *b,
                 struct err *e)
{
    return file_save(arena_printf(job->arena, "%s/%s", job->dir, name), buf_text(b), b->len, e);
}

/* The name in gen/, which is flat: "ref/conv.c" becomes ref_conv.c, so that it does not meet
 * conv.c; headers keep the name by which they are included. */
static const char *flat_name(const struct emit_job *job, const char *name)
{
    const size_t len = strlen(name);
    const bool reference = strncmp(name, "ref/", 4) == 0 && strcmp(name + len - 2, ".c") == 0;
    return reference ? arena_printf(job->arena, "ref_%s", file_base(name)) : file_base(name);
}

static bool copy(const struct emit_job *job, const char *folder, const char *name,
                 struct err *e)
{
    struct bytes file;
    if (!file_load(arena_printf(job->arena, "%s/%s", folder, name), 0, &file, e)) return false;
    const char *to = arena_printf(job->arena, "%s/%s", job->dir, flat_name(job, name));
    const bool ok = file_save(to, file.data, file.len, e);
    free(file.data);
    return ok;
}

static void add_source(const struct emit_job *job, struct emit_result *r, const char *name)
{
    const size_t len = strlen(name);
    if (len < 2 || strcmp(name + len - 2, ".c") != 0) return;
    r->sources[r->source_count++] = arena_str(job->arena, flat_name(job, name));
}

/* Start-up code: the chip's own clock file if there is one, else its family's. */
static bool start_files(const struct emit_job *job, struct emit_result *r, struct err *e)
{
    static const char *const names[] = {"start.c",    "start.h", "reg.h", "semihost.c",
                                        "semihost.h", "mem.c",   "main.c"};
    const char *folder = file_data(job->arena, "boards/start", e);
    if (!folder) return false;
    const char *clock = arena_printf(job->arena, "clock_%s.c", job->board->chip);
    if (!file_exists(arena_printf(job->arena, "%s/%s", folder, clock)))
        clock = arena_printf(job->arena, "clock_%s.c", job->board->family);
    if (!file_exists(arena_printf(job->arena, "%s/%s", folder, clock)))
        return err_set(e, ERR_MISSING,
                       "%s: there is no start-up code for its family: boards/start/%s",
                       job->board->name, clock);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!copy(job, folder, names[i], e)) return false;
        add_source(job, r, names[i]);
    }
    if (!copy(job, folder, clock, e)) return false;
    add_source(job, r, clock);

    struct buf script = {0};
    const bool ok =
        build_linker_script(job->board, job->stack_bytes,
                            arena_printf(job->arena, "%s/link.ld.in", folder), &script, e) &&
        save(job, "link.ld", &script, e);
    buf_done(&script);
    return ok;
}

static bool kernel_files(struct emitter *m, struct emit_result *r, struct err *e)
{
    const char *folder = file_data(m->arena, "engine/kernels", e);
    if (!folder) return false;
    for (size_t i = 0; i < m->file_count; i++) {
        if (!copy(m->job, folder, m->files[i], e)) return false;
        add_source(m->job, r, m->files[i]);
    }
    return true;
}

static bool model_files(struct emitter *m, struct err *e)
{
    struct buf header = {0}, decls = {0}, consts = {0};
    const struct graph *g = m->g;
    model_header(m->job, &header);
    buf_printf(&decls, banner, g->name, g->model_sha256, m->job->schedule->name);
    buf_puts(&decls, "#ifndef WEIGHTS_H\n#define WEIGHTS_H\n\n#include <stdint.h>\n\n");
    buf_add(&decls, buf_text(&m->decls), m->decls.len);
    buf_puts(&decls, "\n#endif\n");
    buf_printf(&consts, banner, g->name, g->model_sha256, m->job->schedule->name);
    buf_puts(&consts, "#include \"weights.h\"\n\n");
    buf_add(&consts, buf_text(&m->consts), m->consts.len);
    const bool ok =
        save(m->job, "model.h", &header, e) && save(m->job, "model.c", &m->code, e) &&
        save(m->job, "weights.h", &decls, e) && save(m->job, "weights.c", &consts, e);
    buf_done(&header);
    buf_done(&decls);
    buf_done(&consts);
    return ok;
}

/* gen/ of an earlier run may hold kernels that are not used any more: a gen/ that has an
 * ops.json is ours, and its files go. */
static void clear_old(const struct emit_job *job)
{
    static const char *const ours[] = {".c", ".h", ".o", ".ld", ".map", ".json"};
    if (!file_exists(arena_printf(job->arena, "%s/ops.json", job->dir))) return;
    DIR *dir = opendir(job->dir);
    if (!dir) return;
    for (const struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        const char *dot = strrchr(d->d_name, '.');
        for (size_t i = 0; dot && i < sizeof ours / sizeof ours[0]; i++)
            if (strcmp(dot, ours[i]) == 0)
                remove(arena_printf(job->arena, "%s/%s", job->dir, d->d_name));
    }
    closedir(dir);
}

bool emit_sources(const struct emit_job *job, struct emit_result *out, struct err *e)
{
    struct emitter m = {.job = job, .g = job->graph, .plan = job->plan, .arena = job->arena};
    bool ok = file_mkdirs(job->dir, e);
    clear_old(job);
    emit_uses(&m, "ref/ref.h");
    static const char *const fast[] = {"kernels.h",    "dsp.h",       "conv_block.h",
                                       "conv_image.h", "depthwise.h", "add.h"};
    for (size_t i = 0; i < sizeof fast / sizeof fast[0] && job->schedule->fast_kernels; i++)
        emit_uses(&m, fast[i]);
    model_head(&m);
    for (int i = 0; i < job->graph->op_count && ok; i++) {
        const char *symbol = emit_symbol(job, i);
        m.layer = i;
        if (symbol) ok = layer(&m, &job->graph->ops[i], symbol, e);
    }
    model_tail(&m);
    *out = (struct emit_result){
        .sources = arena_array(job->arena, m.file_count + 16, sizeof *out->sources),
        .const_bytes = m.const_bytes,
    };
    add_source(job, out, "model.c");
    add_source(job, out, "weights.c");
    ok = ok && model_files(&m, e) && kernel_files(&m, out, e) &&
         (!job->board || start_files(job, out, e)) && emit_ops_json(job, e);
    buf_done(&m.code);
    buf_done(&m.consts);
    buf_done(&m.decls);
    return ok;
}
