/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The engine and the simulator meet here and in files only: symbols come from gen/ops.json, the
 * tensors' places from the plan. The oracle runs the model as the reader gave it, before any
 * pass, so a wrong pass is found like a wrong kernel. */
#include "tools/cli/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/oracle/oracle.h"
#include "engine/tflite/read.h"
#include "models/zoo.h"
#include "reports/join.h"
#include "tools/base/hash.h"
#include "tools/base/json.h"
#include "tools/cli/simulate.h"

bool bench_input(const struct graph *g, const char *name, struct arena *a, struct bytes *out,
                 struct err *e)
{
    uint32_t want = g->tensors[g->input].bytes;
    for (const char *const *known = oracle_input_names; *known; known++) {
        if (strcmp(*known, name) != 0) continue;
        void *bytes;
        if (!oracle_input(g, name, a, &bytes, e)) return false;
        *out = (struct bytes){bytes, want};
        return true;
    }
    struct bytes file;
    if (!file_load(name, 0, &file, e)) {
        struct buf names = {0};
        for (const char *const *known = oracle_input_names; *known; known++)
            buf_printf(&names, "%s%s", known == oracle_input_names ? "" : ", ", *known);
        err_set(e, ERR_IO, "--input %s: neither a file nor one of: %s", name, buf_text(&names));
        buf_done(&names);
        return false;
    }
    bool ok = file.len == want;
    if (ok) {
        *out = (struct bytes){arena_alloc(a, want), want};
        memcpy(out->data, file.data, want);
    } else {
        err_set(e, ERR_FORMAT, "%s: %zu bytes, the model's input '%s' is %u", name, file.len,
                g->tensors[g->input].name, want);
    }
    free(file.data);
    return ok;
}

/* A name of the zoo instead of a file: say how to get the file. */
static void hint(const char *model, struct err *e)
{
    struct arena a = {0};
    static struct err ignored;
    size_t n, len = strlen(e->text);
    const char *const *zoo = file_exists(model) ? NULL : zoo_list(&a, &n, &ignored);
    for (size_t i = 0; zoo && i < n; i++)
        if (strcmp(zoo[i], model) == 0)
            snprintf(e->text + len, sizeof e->text - len,
                     "\n'%s' is a network of the zoo: mcuscope model build %s -o %s.tflite",
                     model, model, model);
    arena_done(&a);
}

bool bench_compile(const struct bench_options *o, struct compile_result *c, struct err *e)
{
    cli_progress("compiling %s for %s, schedule %s", file_base(o->model), o->board->name,
                 o->schedule);
    bool ok = engine_compile(&(struct compile_options){.model = o->model,
                                                       .board = o->board,
                                                       .schedule = o->schedule,
                                                       .out_dir = o->out_dir},
                             c, e);
    cli_progress("%s", "");
    if (!ok) hint(o->model, e);
    return ok;
}

/* What one simulation needs to be told, and what it is compared with. */
struct job {
    struct json *ops;     /* gen/ops.json */
    const char **symbols; /* layers of the profile: every op with code, then model_invoke */
    size_t symbol_count;
    struct sim_probe *probes; /* id: position in the lowered graph's ops */
    size_t probe_count;
    struct graph original; /* as read: what the oracle runs */
    struct oracle_result oracle;
    struct bytes input;
};

static bool plan_job(const struct compile_result *c, struct job *job, struct arena *a,
                     struct err *e)
{
    const struct graph *g = &c->graph;
    job->symbols = arena_array(a, json_len(job->ops) + 1, sizeof *job->symbols);
    job->probes = arena_array(a, json_len(job->ops), sizeof *job->probes);
    if ((int)json_len(job->ops) != g->op_count)
        return err_set(e, ERR_INTERNAL, "ops.json lists %zu layers, the graph has %d",
                       json_len(job->ops), g->op_count);
    for (int i = 0; i < g->op_count; i++) {
        const char *symbol = json_str(json_get(json_at(job->ops, (size_t)i), "symbol"), NULL);
        int output = g->ops[i].output, buffer = c->plan.buffer_of[output];
        if (!symbol) continue;
        job->symbols[job->symbol_count++] = symbol;
        if (buffer < 0) continue;
        job->probes[job->probe_count++] = (struct sim_probe){
            .symbol = symbol,
            .base_symbol = "model_arena",
            .offset = c->plan.buffers[buffer].offset,
            .bytes = g->tensors[output].bytes,
            .id = i,
            .keep = true,
        };
    }
    job->symbols[job->symbol_count++] = "model_invoke";
    return true;
}

/* The oracle's value of a tensor: tensors keep their numbers through the passes. */
static const struct oracle_op *oracle_of(const struct job *job, int tensor)
{
    for (int i = job->original.op_count - 1; i >= 0; i--)
        if (job->original.ops[i].output == tensor) return &job->oracle.ops[i];
    return NULL;
}

static int element_at(const struct tensor *t, const void *bytes, uint32_t i)
{
    if (t->type == DT_INT8) return ((const int8_t *)bytes)[i];
    return ((const uint8_t *)bytes)[i];
}

static void compare(const struct job *job, const struct compile_result *c,
                    const struct profile *p, struct bench_check *check)
{
    const struct graph *g = &c->graph;
    check->layers = g->op_count;
    for (size_t k = 0; k < p->probe_count; k++) {
        const struct profile_probe *probe = &p->probes[k];
        const struct op *op = &g->ops[probe->id];
        const struct tensor *t = &g->tensors[op->output];
        const struct oracle_op *want = oracle_of(job, op->output);
        if (!want) continue;
        check->compared++;
        if (probe->calls == 1 && probe->crc32 == want->crc32) continue;
        if (check->differing++) continue;
        uint32_t i = 0;
        while (probe->bytes && i < t->bytes &&
               probe->bytes[i] == ((const uint8_t *)want->data)[i])
            i++;
        if (probe->calls != 1 || !probe->bytes || i == t->bytes)
            snprintf(check->text, sizeof check->text, "op %d %s: ran %llu times, expected once",
                     op->index, op->name, (unsigned long long)probe->calls);
        else
            snprintf(check->text, sizeof check->text,
                     "op %d %s: output '%s' byte %u of %u: expected %d, actual %d", op->index,
                     op->name, t->name, i, t->bytes, element_at(t, want->data, i),
                     element_at(t, probe->bytes, i));
    }
    bool same = p->console_bytes == job->oracle.output_bytes &&
                memcmp(p->console, job->oracle.output, p->console_bytes) == 0;
    if (!same && !check->differing) {
        check->differing = 1;
        snprintf(check->text, sizeof check->text,
                 "the network's output: %zu bytes arrived, %u expected, contents differ",
                 p->console_bytes, job->oracle.output_bytes);
    }
}

static bool join(const struct bench_options *o, const struct compile_result *c,
                 const struct job *job, const struct sim_stop *stop, const struct profile *p,
                 struct report *r, struct err *e)
{
    struct arena a = {0};
    bool ok = false;
    struct json *profile = profile_json(p);
    struct json *plan = json_load(arena_printf(&a, "%s/plan.json", o->out_dir), e);
    struct json *size =
        plan ? json_load(arena_printf(&a, "%s/size.json", o->out_dir), e) : NULL;
    if (!plan || !size) goto done;
    if (!json_save(profile, arena_printf(&a, "%s/profile.json", o->out_dir), e)) goto done;
    struct join_inputs in = {
        .ops = job->ops,
        .plan = plan,
        .size = size,
        .profile = profile,
        .model_name = c->graph.name,
        .model_sha256 = c->graph.model_sha256,
        .model_bytes = c->graph.model_bytes,
        .schedule = o->schedule,
        .input = o->input,
        .output = p->console,
        .output_bytes = p->console_bytes,
        .reproducible = o->reproducible,
    };
    simulate_join(&in, o->board, stop, p, &a);
    ok = report_join(&in, r, e);
done:
    json_free(profile);
    json_free(plan);
    json_free(size);
    arena_done(&a);
    return ok;
}

bool bench_simulate(const struct bench_options *o, const struct compile_result *c,
                    struct bench_result *r, struct err *e)
{
    struct arena a = {0};
    struct job job = {0};
    struct sim *s = NULL;
    struct sim_stop stop;
    bool ok = false;
    r->check = (struct bench_check){0};
    job.ops = json_load(arena_printf(&a, "%s/gen/ops.json", o->out_dir), e);
    if (!job.ops) goto done;
    if (!tflite_read(o->model, &a, &job.original, e)) goto done;
    if (!bench_input(&job.original, o->input, &a, &job.input, e)) goto done;
    if (!oracle_run(&job.original, job.input.data, &a, &job.oracle, e)) goto done;
    if (!plan_job(c, &job, &a, e)) goto done;

    struct sim_options sim = o->sim;
    sim.board = o->board;
    sim.console_in = job.input.data;
    sim.console_in_bytes = job.input.len;
    sim.layers = job.symbols;
    sim.layer_count = job.symbol_count;
    sim.probes = job.probes;
    sim.probe_count = job.probe_count;
    if (!simulate(&sim, c->elf_path, &s, &stop, e)) goto done;
    const struct profile *p = sim_profile(s);
    if (stop.cause != SIM_EXIT) {
        simulate_failed(&stop, e);
        goto done;
    }
    compare(&job, c, p, &r->check);
    ok = join(o, c, &job, &stop, p, &r->report, e);
done:
    sim_free(s);
    json_free(job.ops);
    arena_done(&a);
    return ok;
}
