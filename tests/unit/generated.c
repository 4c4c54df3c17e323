/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/emit/emit.h"
#include "engine/oracle/oracle.h"
#include "models/build.h"
#include "tools/base/file.h"
#include "tools/base/proc.h"

void generated_temp(char dir[64])
{
    strcpy(dir, "/tmp/mcuscope-test-XXXXXX");
    assert_non_null(mkdtemp(dir));
}

void generated_remove(const char *dir)
{
    struct err e;
    const char *argv[] = {"rm", "-rf", dir, NULL};
    assert_true(strncmp(dir, "/tmp/mcuscope-test-", 19) == 0);
    assert_true(proc_run(argv, NULL, NULL, &e));
}

const char *generated_tiny(struct arena *a, const char *dir)
{
    struct err e = {0};
    struct zoo_net *net = zoo_load("tiny", &e);
    if (!net) fail_msg("%s", e.text);
    const char *path = arena_printf(a, "%s/tiny.tflite", dir);
    if (!model_build(net, MODEL_SEED, path, &e)) fail_msg("%s", e.text);
    zoo_free(net);
    return path;
}

/* A main() that writes each layer's output after its call. */
static void write_main(struct generated *t)
{
    const struct graph *g = &t->r.graph;
    struct arena *a = &t->r.arena;
    struct emit_job job = {
        .graph = g, .plan = &t->r.plan, .schedule = t->r.schedule, .arena = a};
    struct buf b = {0};
    struct err e;
    buf_puts(&b, "#include <stdio.h>\n#include \"model.h\"\n");
    for (int i = 0; i < g->op_count; i++)
        if (emit_symbol(&job, i)) buf_printf(&b, "void %s(void);\n", emit_symbol(&job, i));
    buf_puts(&b, "int main(int argc, char **argv)\n{\n"
                 "    FILE *f = fopen(argv[argc - 1], \"rb\");\n"
                 "    if (!f || !fread(model_input(), MODEL_INPUT_BYTES, 1, f)) return 1;\n"
                 "    fclose(f);\n");
    for (int i = 0; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        if (!emit_symbol(&job, i)) continue;
        buf_printf(&b, "    %s();\n    fwrite(model_arena + %u, 1, %u, stdout);\n",
                   emit_symbol(&job, i),
                   t->r.plan.buffers[t->r.plan.buffer_of[op->output]].offset,
                   g->tensors[op->output].bytes);
    }
    buf_puts(&b,
             "    fwrite(model_output(), 1, MODEL_OUTPUT_BYTES, stdout);\n    return 0;\n}\n");
    assert_true(file_save(arena_printf(a, "%s/main.c", t->dir), b.data, b.len, &e));
    buf_done(&b);
}

void generated_init(struct generated *t, const char *model, const char *schedule, bool sanitize)
{
    struct err e = {0};
    struct build_job job;
    *t = (struct generated){0};
    generated_temp(t->dir);
    const struct compile_options o = {.model = model, .schedule = schedule, .out_dir = t->dir};
    if (!engine_lower(model, schedule, &t->r, &e) || !engine_emit(&o, &t->r, &job, &e))
        fail_msg("%s", e.text);
    write_main(t);
    struct arena *a = &t->r.arena;
    const char **argv = arena_array(a, job.source_count + 16, sizeof *argv);
    size_t n = 0;
    argv[n++] = "cc";
    argv[n++] = "-O1";
    argv[n++] = "-Wall";
    argv[n++] = "-Wextra";
    argv[n++] = "-Werror";
    if (sanitize) {
        argv[n++] = "-fsanitize=address,undefined";
        argv[n++] = "-fno-sanitize-recover=all";
    }
    argv[n++] = "-Igen";
    argv[n++] = "main.c";
    for (size_t i = 0; i < job.source_count; i++)
        argv[n++] = arena_printf(a, "gen/%s", job.sources[i]);
    argv[n++] = "-o";
    argv[n++] = "program";
    if (!proc_run(argv, t->dir, NULL, &e)) fail_msg("%s", e.text);
}

void generated_done(struct generated *t)
{
    generated_remove(t->dir);
    compile_result_done(&t->r);
}

void generated_run(struct generated *t, const void *input, struct buf *out)
{
    struct err e;
    const char *file = arena_printf(&t->r.arena, "%s/input.bin", t->dir);
    const char *argv[] = {arena_printf(&t->r.arena, "%s/program", t->dir), file, NULL};
    assert_true(file_save(file, input, t->r.graph.tensors[t->r.graph.input].bytes, &e));
    if (!proc_run(argv, NULL, out, &e)) fail_msg("%s", e.text);
}

void generated_compare(struct generated *t, const char *input_name)
{
    const struct graph *g = &t->r.graph;
    struct arena a = {0};
    struct err e = {0};
    struct oracle_result r;
    struct buf out = {0};
    void *input;
    if (!oracle_input(g, input_name, &a, &input, &e)) fail_msg("%s", e.text);
    if (!oracle_run(g, input, &a, &r, &e)) fail_msg("%s", e.text);
    generated_run(t, input, &out);
    const struct emit_job job = {.graph = g, .plan = &t->r.plan, .arena = &a};
    size_t at = 0;
    for (int i = 0; i < g->op_count; i++) {
        if (!emit_symbol(&job, i)) continue;
        const size_t n = g->tensors[g->ops[i].output].bytes;
        assert_true(at + n <= out.len);
        if (memcmp(out.data + at, r.ops[i].data, n) != 0)
            fail_msg("%s, input %s: layer %d %s (%s) differs", g->name, input_name, i,
                     g->ops[i].name, g->ops[i].kernel ? g->ops[i].kernel : "reference");
        at += n;
    }
    assert_int_equal(out.len - at, r.output_bytes);
    assert_memory_equal(out.data + at, r.output, r.output_bytes);
    buf_done(&out);
    arena_done(&a);
}
