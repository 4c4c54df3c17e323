/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope build MODEL: firmware for a board, without running it. */
#include <stdio.h>

#include "tools/base/buf.h"
#include "tools/cli/bench.h"

static bool run(struct cli *c, struct err *e)
{
    struct compile_result r = {0};
    char number[BUF_COMMAS];
    if (!cli_has(c, "board"))
        return err_set(e, ERR_USAGE, "--board is needed; mcuscope list boards");
    struct board *b = board_load(cli_get(c, "board"), e);
    if (!b) return false;
    char *stem = file_stem(&c->arena, c->argument[0]);
    const char *out =
        cli_has(c, "out") ? cli_get(c, "out") : arena_printf(&c->arena, "%s-fw", stem);
    struct bench_options o = {
        .model = c->argument[0],
        .board = b,
        .schedule = cli_has(c, "schedule") ? cli_get(c, "schedule") : "tinyengine",
        .out_dir = out,
    };
    bool ok = file_mkdirs(out, e) && bench_compile(&o, &r, e);
    if (ok) {
        printf("%s\n", r.elf_path);
        printf("  model         %s, schedule %s\n", r.graph.name, o.schedule);
        printf("  board         %s\n", b->title);
        printf("  arena         %s B = ", buf_commas(number, r.plan.arena_bytes));
        printf("activations %s + ", buf_commas(number, r.plan.activation_bytes));
        printf("scratch %s\n", buf_commas(number, r.plan.scratch_bytes));
        printf("  constants     %s B\n", buf_commas(number, (int64_t)r.const_bytes));
        printf("  generated C   %s/gen\n", out);
    }
    compile_result_done(&r);
    board_free(b);
    return ok;
}

const struct cli_command cmd_build = {
    .name = "build",
    .group = "one stage at a time",
    .arguments = "MODEL.tflite",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "compile a network to bare-metal firmware: generated C and fw.elf",
    .example = "mcuscope build net.tflite --board stm32f746g-disco -o fw",
    .options =
        (const struct cli_option[]){
            {"board", "NAME", "the board (mcuscope list boards), or a board JSON file"},
            {"schedule", "NAME",
             "how to execute it (mcuscope list schedules); default tinyengine"},
            {"out", "DIR", "where to (default: MODEL-fw)"},
            {0}},
    .run = run,
};
