/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/compile.h"

#include "engine/emit/emit.h"
#include "engine/pass/pass.h"
#include "engine/pass/select.h"
#include "engine/tflite/read.h"
#include "tools/base/file.h"

/* With the least scratch the arena is as small as it can be. Then each op in turn gets the most
 * scratch with which the arena stays within 1/64 of that: more pixels at a time mean fewer
 * passes over the weights. */
static bool plan_with_scratch(struct compile_result *r, struct err *e)
{
    static const uint32_t budgets[] = {32768, 16384, 8192, 4096, 2048, 1024, 512};
    struct graph *g = &r->graph;
    if (!plan_make(g, &r->arena, &r->plan, e)) return false;
    const uint32_t wanted = r->plan.arena_bytes + r->plan.arena_bytes / 64;
    for (int i = 0; i < g->op_count; i++) {
        const struct op least = g->ops[i];
        for (size_t b = 0; b < sizeof budgets / sizeof budgets[0]; b++) {
            struct arena a = {0};
            struct plan p;
            const uint32_t before = g->ops[i].scratch_bytes;
            select_scratch(g, i, budgets[b]);
            bool fits = g->ops[i].scratch_bytes == least.scratch_bytes;
            if (!fits && g->ops[i].scratch_bytes != before)
                fits = plan_make(g, &a, &p, e) && p.arena_bytes <= wanted;
            arena_done(&a);
            if (fits) break;
            if (b + 1 == sizeof budgets / sizeof budgets[0]) g->ops[i] = least;
        }
    }
    return graph_verify(g, e) && plan_make(g, &r->arena, &r->plan, e) &&
           plan_verify(g, &r->plan, e);
}

bool engine_lower(const char *model, const char *schedule, struct compile_result *r,
                  struct err *e)
{
    struct graph *g = &r->graph;
    const struct schedule *s = schedule_find(schedule ? schedule : "tinyengine", e);
    if (!s) return false;
    r->schedule = s;
    return tflite_read(model, &r->arena, g, e) && pass_run(s->passes, g, e) &&
           pass_select(g, s, e) && plan_with_scratch(r, e);
}

static bool save_graph(const struct compile_options *o, struct compile_result *r, struct err *e)
{
    struct buf text = {0};
    graph_write(&r->graph, &text);
    const bool ok = file_save(arena_printf(&r->arena, "%s/graph.txt", o->out_dir),
                              buf_text(&text), text.len, e);
    buf_done(&text);
    return ok;
}

bool engine_emit(const struct compile_options *o, struct compile_result *r,
                 struct build_job *job, struct err *e)
{
    const uint32_t stack = o->stack_bytes ? o->stack_bytes : COMPILE_STACK_BYTES;
    struct emit_job emit = {
        .graph = &r->graph,
        .plan = &r->plan,
        .board = o->board,
        .schedule = r->schedule,
        .dir = arena_printf(&r->arena, "%s/gen", o->out_dir),
        .stack_bytes = stack,
        .arena = &r->arena,
    };
    struct emit_result emitted;
    if (!file_mkdirs(o->out_dir, e) || !save_graph(o, r, e) ||
        !plan_save(&r->graph, &r->plan, arena_printf(&r->arena, "%s/plan.json", o->out_dir),
                   e) ||
        !emit_sources(&emit, &emitted, e))
        return false;
    const char **symbols =
        arena_array(&r->arena, (size_t)r->graph.op_count + 1, sizeof *symbols);
    for (int i = 0; i < r->graph.op_count; i++)
        symbols[i] = emit_symbol(&emit, i);
    r->const_bytes = emitted.const_bytes;
    *job = (struct build_job){
        .out_dir = o->out_dir,
        .board = o->board,
        .schedule = r->schedule,
        .sources = emitted.sources,
        .source_count = emitted.source_count,
        .symbols = symbols,
        .symbol_count = (size_t)r->graph.op_count,
        .arena_bytes = r->plan.arena_bytes,
        .stack_bytes = stack,
        .const_bytes = emitted.const_bytes,
        .compiler = o->compiler,
    };
    return true;
}

bool engine_compile(const struct compile_options *o, struct compile_result *r, struct err *e)
{
    struct build_job job;
    r->elf_path = arena_printf(&r->arena, "%s/fw.elf", o->out_dir);
    return engine_lower(o->model, o->schedule, r, e) && engine_emit(o, r, &job, e) &&
           build_firmware(&job, &r->arena, &r->size, e);
}

void compile_result_done(struct compile_result *r)
{
    arena_done(&r->arena);
    *r = (struct compile_result){0};
}
