/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope analyze MODEL: what a network needs, without running it: ops, MACs, weights, plan,
 * and on which boards it fits. All figures are estimates from graph and plan, and are called
 * so. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boards/board.h"
#include "engine/compile.h"
#include "tools/base/buf.h"
#include "tools/base/json.h"
#include "tools/cli/cli.h"

/* Code, start-up and vectors of generated firmware beside its constants; the largest of the
 * firmware in tests is below it, `build` says the exact figure. */
enum { CODE_BYTES = 32 * 1024 };

static const char *shape(struct arena *a, const struct tensor *t)
{
    struct buf b = {0};
    for (int i = 0; i < t->rank; i++)
        buf_printf(&b, "%s%" PRId32, i ? "x" : "", t->dim[i]);
    const char *text = arena_str(a, buf_text(&b));
    buf_done(&b);
    return text;
}

static uint64_t const_bytes(const struct graph *g)
{
    uint64_t n = 0;
    for (int i = 0; i < g->op_count; i++)
        n += op_weight_bytes(g, &g->ops[i]);
    return n;
}

static struct json *model_json(struct arena *a, const struct compile_result *r)
{
    const struct graph *g = &r->graph;
    struct json *j = json_new_object(), *part;
    part = json_set(j, "model", json_new_object());
    json_set_str(part, "name", g->name);
    json_set_str(part, "sha256", g->model_sha256);
    json_set_int(part, "bytes", g->model_bytes);
    json_set_str(j, "schedule", r->schedule->name);
    part = json_set(j, "totals", json_new_object());
    json_set_uint(part, "macs", graph_macs(g));
    part = json_set(j, "memory", json_new_object());
    json_set_int(part, "arena_bytes", r->plan.arena_bytes);
    json_set_int(part, "activation_bytes", r->plan.activation_bytes);
    json_set_int(part, "scratch_bytes", r->plan.scratch_bytes);
    json_set_int(part, "live_peak_bytes", r->plan.live_peak_bytes);
    json_set_uint(part, "const_bytes", const_bytes(g));
    part = json_set(j, "layers", json_new_array());
    for (int i = 0; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        struct json *l = json_push(part, json_new_object());
        json_set_int(l, "index", op->index);
        json_set_str(l, "name", op->name);
        json_set_str(l, "op", op_kind_name(op->kind));
        json_set_str(l, "output_shape", shape(a, &g->tensors[op->output]));
        json_set_uint(l, "macs", op_macs(g, op));
        json_set_uint(l, "weights_bytes", op_weight_bytes(g, op));
        json_set_int(l, "output_bytes", g->tensors[op->output].bytes);
        json_set_int(l, "scratch_bytes", op->scratch_bytes);
    }
    return j;
}

static bool fit_json(struct cli *c, const struct compile_result *r, struct json *j,
                     struct err *e)
{
    size_t n;
    const char *one = cli_get(c, "board");
    const char *const *names = one ? &one : board_list(&c->arena, &n, e);
    if (!names) return false;
    if (one) n = 1;
    struct json *rows = json_set(j, "boards", json_new_array());
    for (size_t i = 0; i < n; i++) {
        struct board *b = board_load(names[i], e);
        if (!b) return false;
        struct span span = board_data_span(b);
        int64_t sram = (int64_t)r->plan.arena_bytes + COMPILE_STACK_BYTES;
        int64_t flash = (int64_t)const_bytes(&r->graph) + CODE_BYTES;
        struct json *row = json_push(rows, json_new_object());
        json_set_str(row, "name", b->name);
        json_set_int(row, "sram_estimated_bytes", sram);
        json_set_int(row, "sram_available_bytes", span.size);
        json_set_int(row, "flash_estimated_bytes", flash);
        json_set_int(row, "flash_available_bytes", b->flash_bytes);
        json_set_bool(row, "fits", sram <= span.size && flash <= b->flash_bytes);
        board_free(b);
    }
    return true;
}

static int64_t number_of(const struct json *j, const char *key)
{
    return json_int(json_get(j, key), 0);
}

static void print_layers(const struct json *j)
{
    const struct json *layers = json_get(j, "layers");
    char macs[BUF_COMMAS], weights[BUF_COMMAS], out[BUF_COMMAS];
    printf("\n  %4s  %-28s %-18s %14s %12s %12s\n", "op", "name", "oshape", "macc", "weights B",
           "output B");
    for (size_t i = 0; i < json_len(layers); i++) {
        const struct json *l = json_at(layers, i);
        printf("  %4" PRId64 "  %-28s %-18s %14s %12s %12s\n", number_of(l, "index"),
               json_str(json_get(l, "name"), ""), json_str(json_get(l, "output_shape"), ""),
               buf_commas(macs, number_of(l, "macs")),
               buf_commas(weights, number_of(l, "weights_bytes")),
               buf_commas(out, number_of(l, "output_bytes")));
    }
}

static void print_boards(const struct json *j)
{
    const struct json *boards = json_get(j, "boards");
    char a[BUF_COMMAS], b[BUF_COMMAS], x[BUF_COMMAS], y[BUF_COMMAS];
    printf("\n  %-18s %28s %28s\n", "board", "SRAM estimated / available B",
           "flash estimated / available");
    for (size_t i = 0; i < json_len(boards); i++) {
        const struct json *r = json_at(boards, i);
        printf("  %-18s %13s / %12s %13s / %12s   %s\n", json_str(json_get(r, "name"), ""),
               buf_commas(a, number_of(r, "sram_estimated_bytes")),
               buf_commas(b, number_of(r, "sram_available_bytes")),
               buf_commas(x, number_of(r, "flash_estimated_bytes")),
               buf_commas(y, number_of(r, "flash_available_bytes")),
               json_flag(json_get(r, "fits"), false) ? "fits" : "DOES NOT FIT");
    }
}

static void print_text(const struct json *j, const char *path)
{
    char n[BUF_COMMAS];
    printf("  model file         : %s (%s B)\n", path,
           buf_commas(n, number_of(j, "model.bytes")));
    printf("  type               : tflite, int8\n");
    printf("  model_hash         : %.16s\n", json_str(json_get(j, "model.sha256"), ""));
    printf("  schedule           : %s\n", json_str(json_get(j, "schedule"), ""));
    printf("  macc               : %s\n", buf_commas(n, number_of(j, "totals.macs")));
    int64_t ro = number_of(j, "memory.const_bytes"), rw = number_of(j, "memory.arena_bytes");
    printf("  weights (ro)       : %s B (%.2f KiB)\n", buf_commas(n, ro), (double)ro / 1024);
    printf("  activations (rw)   : %s B (%.2f KiB)", buf_commas(n, rw), (double)rw / 1024);
    printf(", up to %s B of it scratch\n", buf_commas(n, number_of(j, "memory.scratch_bytes")));
    printf("  live peak          : %s B (no plan of this schedule can be smaller)\n",
           buf_commas(n, number_of(j, "memory.live_peak_bytes")));
    print_layers(j);
    print_boards(j);
    printf(
        "\n  estimated: nothing was run; SRAM = arena + %d B stack, flash = constants + %d KiB "
        "code\n",
        COMPILE_STACK_BYTES, CODE_BYTES / 1024);
}

static bool run(struct cli *c, struct err *e)
{
    struct compile_result r = {0};
    const char *schedule = cli_has(c, "schedule") ? cli_get(c, "schedule") : "tinyengine";
    const char *json = cli_get(c, "json");
    struct json *j = NULL;
    bool ok = false;
    if (!engine_lower(c->argument[0], schedule, &r, e)) goto done;
    j = model_json(&c->arena, &r);
    if (!fit_json(c, &r, j, e)) goto done;
    if (json) {
        char *text = json_text(j);
        ok = cli_write(json, text, e);
        free(text);
        if (!ok) goto done;
    }
    if (!json || strcmp(json, "-") != 0) print_text(j, c->argument[0]);
    ok = true;
done:
    json_free(j);
    compile_result_done(&r);
    return ok;
}

const struct cli_command cmd_analyze = {
    .name = "analyze",
    .group = "the whole path",
    .arguments = "MODEL.tflite",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "ops, MACs, weights, memory plan and fit on every board, without running\n\n"
               "A model that cannot be built is refused with all its problems at once.",
    .example = "mcuscope analyze net.tflite",
    .options =
        (const struct cli_option[]){
            {"board", "NAME", "only this board (default: all)"},
            {"schedule", "NAME",
             "how to execute it (mcuscope list schedules); default tinyengine"},
            {"json", "FILE", "the analysis as JSON; - for standard output instead of text"},
            {0}},
    .run = run,
};
