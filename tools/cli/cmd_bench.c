/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope bench MODEL: the whole path, once for each schedule, side by side. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/export.h"
#include "tools/cli/bench.h"
#include "tools/cli/output.h"
#include "tools/cli/simulate.h"

enum { SCHEDULES_MAX = 16 };

/* Without -o the firmware is built in a temporary folder that goes away. */
static bool work_dir(struct cli *c, const char **dir, bool *temporary, struct err *e)
{
    *dir = cli_get(c, "out");
    *temporary = !*dir;
    if (*dir) return file_mkdirs(*dir, e);
    *dir = file_temp(&c->arena, e);
    return *dir != NULL;
}

static bool one(const struct bench_options *o, struct bench_result *r, struct err *e)
{
    struct compile_result compiled = {0};
    struct arena a = {0};
    bool ok = file_mkdirs(o->out_dir, e) && bench_compile(o, &compiled, e) &&
              bench_simulate(o, &compiled, r, e);
    compile_result_done(&compiled);
    if (ok) {
        ok = report_save(&r->report, arena_printf(&a, "%s/report.json", o->out_dir), e);
        if (!ok) report_done(&r->report);
    }
    arena_done(&a);
    return ok;
}

static void print_check(FILE *to, const struct bench_result *r)
{
    const struct bench_check *k = &r->check;
    if (k->differing)
        fprintf(to, "%s: WRONG: %s (%d of %d compared layers differ)\n", r->report.schedule,
                k->text, k->differing, k->compared);
    else
        fprintf(to,
                "%s: output bit-exact with TFLite's reference arithmetic; %d of %d layers "
                "compared in simulated memory\n",
                r->report.schedule, k->compared, k->layers);
}

static bool run(struct cli *c, struct err *e)
{
    struct bench_options o = {.model = c->argument[0], .input = "lcg"};
    struct bench_result *results = arena_array(&c->arena, SCHEDULES_MAX, sizeof *results);
    const struct report *reports[SCHEDULES_MAX];
    size_t schedule_count = 1, done_count = 0;
    const char *one_schedule = "tinyengine", **schedules = &one_schedule, *dir = NULL;
    bool ok = false, temporary = false;
    if (!cli_has(c, "board"))
        return err_set(e, ERR_USAGE, "--board is needed; mcuscope list boards");
    if (!output_check(c, e)) return false;
    struct board *b = board_load(cli_get(c, "board"), e);
    if (!b) return false;
    o.board = b;
    o.reproducible = cli_has(c, "reproducible");
    if (cli_has(c, "input")) o.input = cli_get(c, "input");
    if (cli_has(c, "schedule"))
        schedules = cli_split(c, cli_get(c, "schedule"), &schedule_count);
    if (schedule_count == 0 || schedule_count > SCHEDULES_MAX) {
        err_set(e, ERR_USAGE, "--schedule: 1 to %d names", SCHEDULES_MAX);
        goto done;
    }
    for (size_t i = 0; i < schedule_count; i++)
        if (!schedule_find(schedules[i], e)) goto done;
    if (!simulate_options(c, &o.sim, e) || !work_dir(c, &dir, &temporary, e)) goto done;

    for (; done_count < schedule_count; done_count++) {
        o.schedule = schedules[done_count];
        o.out_dir = schedule_count == 1
                        ? dir
                        : arena_printf(&c->arena, "%s/%s", dir, schedules[done_count]);
        if (!one(&o, &results[done_count], e)) {
            if (schedule_count > 1) err_prefix(e, "schedule %s", o.schedule);
            goto done;
        }
        reports[done_count] = &results[done_count].report;
    }
    if (!output_reports(c, reports, schedule_count, temporary ? NULL : dir, e)) goto done;
    ok = true;
    for (size_t i = 0; i < schedule_count; i++) {
        print_check(output_stream(c), &results[i]);
        if (ok && results[i].check.differing)
            ok = err_set(e, ERR_OUTPUT, "%s, schedule %s: the firmware's output is wrong: %s",
                         o.model, schedules[i], results[i].check.text);
    }
done:
    for (size_t i = 0; i < done_count; i++)
        report_done(&results[i].report);
    if (temporary && dir) file_temp_remove(dir);
    board_free(b);
    return ok;
}

const struct cli_command cmd_bench = {
    .name = "bench",
    .group = "the whole path",
    .arguments = "MODEL.tflite",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary =
        "cycles, SRAM and flash of a network on a board, layer by layer\n\n"
        "Compiles the network, runs the firmware on the virtual board and compares every\n"
        "tensor in its memory with TFLite's reference arithmetic. Several schedules stand\n"
        "side by side.",
    .example =
        "mcuscope bench net.tflite --board stm32f746g-disco --schedule reference,tinyengine",
    .options =
        (const struct cli_option[]){
            {"board", "NAME", "the board (mcuscope list boards), or a board JSON file"},
            {"schedule", "S[,S…]",
             "how to execute it (mcuscope list schedules); default tinyengine"},
            {"input", "FILE|NAME", "input bytes, or zeros, ramp, lcg, max127 (default lcg)"},
            SIMULATE_OPTIONS,
            OUTPUT_OPTIONS,
            {"out", "DIR",
             "keep firmware, generated C, plan, profile, reports and plots in DIR;\n"
             "several schedules: in DIR/SCHEDULE"},
            {0}},
    .run = run,
};
