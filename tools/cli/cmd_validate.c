/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope validate MODEL: is every tensor right? The host's reference kernels against golden
 * files (what TFLite computed), and the firmware's tensors in simulated memory against the
 * host, for several inputs. Names the first layer and element that differ. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/oracle/golden.h"
#include "engine/tflite/read.h"
#include "tools/cli/bench.h"
#include "tools/cli/simulate.h"

struct tally {
    int checks, wrong;
    char first[600];
};

static void count(struct tally *t, bool good, const char *what, const char *input,
                  const char *detail)
{
    t->checks++;
    printf("  %-34s %-8s %s%s\n", what, input, good ? "ok  " : "WRONG  ", detail);
    if (good || t->wrong++) return;
    snprintf(t->first, sizeof t->first, "%s, input %s: %s", what, input, detail);
}

static bool host(struct cli *c, const char *model, const char *dir, struct tally *t,
                 struct err *e)
{
    struct graph g;
    struct golden golden;
    if (!tflite_read(model, &c->arena, &g, e) || !golden_load(dir, &c->arena, &golden, e))
        return false;
    for (int i = 0; i < golden.case_count; i++) {
        const struct golden_case *k = &golden.cases[i];
        struct oracle_result r;
        struct golden_match m;
        if (!oracle_run(&g, k->input_bytes, &c->arena, &r, e) ||
            !golden_compare(&g, k, &r, &m, e))
            return false;
        bool good = !m.differing && m.first_element < 0;
        char *detail = arena_printf(&c->arena, "%d tensors equal TFLite's", m.compared);
        if (m.first_op >= 0)
            detail = arena_printf(&c->arena, "op %d %s: CRC-32 expected %08x, actual %08x",
                                  g.ops[m.first_op].index, g.ops[m.first_op].name, m.expected,
                                  m.actual);
        if (!good && m.first_element >= 0)
            detail =
                arena_printf(&c->arena, "%s; output element %ld: expected %d, actual %d",
                             detail, m.first_element, m.element_expected, m.element_actual);
        count(t, good, "host reference against golden", k->input, detail);
    }
    return true;
}

static bool firmware(struct cli *c, struct bench_options *o, const char *const *inputs,
                     struct tally *t, struct err *e)
{
    struct compile_result compiled = {0};
    bool ok = bench_compile(o, &compiled, e);
    char *what = arena_printf(&c->arena, "%s on %s", o->schedule, o->board->name);
    for (; ok && *inputs; inputs++) {
        struct bench_result r;
        o->input = *inputs;
        ok = bench_simulate(o, &compiled, &r, e);
        if (!ok) break;
        report_done(&r.report);
        const char *detail = r.check.text;
        if (!r.check.differing)
            detail =
                arena_printf(&c->arena, "%d of %d layers compared in memory, and the output",
                             r.check.compared, r.check.layers);
        count(t, !r.check.differing, what, *inputs, detail);
    }
    compile_result_done(&compiled);
    return ok;
}

static bool run(struct cli *c, struct err *e)
{
    struct tally tally = {0};
    struct bench_options o = {.model = c->argument[0], .reproducible = true};
    struct board *b = NULL;
    size_t n;
    bool ok = false;
    const char *board = cli_has(c, "board") ? cli_get(c, "board") : "stm32f746g-disco";
    const char **schedules = cli_split(
        c, cli_has(c, "schedule") ? cli_get(c, "schedule") : "reference,tinyengine", &n);
    const char *one_input[] = {cli_get(c, "input"), NULL};
    const char *const *inputs = one_input[0] ? one_input : oracle_input_names;
    if (!simulate_options(c, &o.sim, e)) return false;
    const char *dir = file_temp(&c->arena, e);
    if (!dir) return false;

    printf("%s\n", o.model);
    if (cli_has(c, "golden") && !host(c, o.model, cli_get(c, "golden"), &tally, e)) goto done;
    b = board_load(board, e);
    if (!b) goto done;
    o.board = b;
    for (size_t i = 0; i < n; i++) {
        o.schedule = schedules[i];
        o.out_dir = arena_printf(&c->arena, "%s/%s", dir, schedules[i]);
        if (!file_mkdirs(o.out_dir, e)) goto done;
        bool done = firmware(c, &o, inputs, &tally, e);
        if (!done && e->code == ERR_NO_FIT && !cli_has(c, "board")) {
            printf("  %s does not fit on %s; taking stm32h743\n", schedules[i], b->name);
            struct board *big = board_load("stm32h743", e);
            if (!big) goto done;
            o.board = big;
            done = firmware(c, &o, inputs, &tally, e);
            o.board = b;
            board_free(big);
        }
        if (!done) goto done;
    }
    printf("%d checks, %d wrong\n", tally.checks, tally.wrong);
    ok = !tally.wrong || err_set(e, ERR_OUTPUT, "%s: %s", o.model, tally.first);
done:
    board_free(b);
    file_temp_remove(dir);
    return ok;
}

const struct cli_command cmd_validate = {
    .name = "validate",
    .group = "the whole path",
    .arguments = "MODEL.tflite",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary =
        "check every tensor, on the host and in the firmware\n\n"
        "The host's reference kernels against golden files (--golden), then the firmware's\n"
        "tensors in simulated memory against the host's. Names the first difference.",
    .example = "mcuscope validate net.tflite --golden golden/net",
    .options =
        (const struct cli_option[]){
            {"golden", "DIR", "folder with golden.json and the inputs it names"},
            {"board", "NAME", "default stm32f746g-disco, or stm32h743 when it does not fit"},
            {"schedule", "S[,S…]", "default reference,tinyengine"},
            {"input", "FILE|NAME", "one input only (default zeros, ramp, lcg and max127)"},
            SIMULATE_OPTIONS,
            {0}},
    .run = run,
};
