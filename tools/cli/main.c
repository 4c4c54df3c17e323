/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of verbs. A new verb is a cmd_*.c, a declaration in cli.h and a row here. */
#include <stdio.h>
#include <string.h>

#include "tools/cli/cli.h"

static const struct cli_command *const commands[] = {
    &cmd_bench,  &cmd_analyze,  &cmd_validate, &cmd_build, &cmd_run,
    &cmd_mlperf, &cmd_report,   &cmd_compare,  &cmd_gate,  &cmd_model,
    &cmd_board,  &cmd_accuracy, &cmd_list,
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static int fail(const struct err *e)
{
    cli_progress("%s", "");
    fprintf(stderr, "mcuscope: error: %s\n", e->text);
    return err_exit(e->code);
}

static int run(const struct cli_command *cmd, int argc, char **argv)
{
    struct cli c = {.command = cmd};
    static struct err e; /* large: not on the stack */
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            cli_help(cmd);
            return 0;
        }
    bool ok = cli_parse(&c, argc, argv, &e) && cmd->run(&c, &e);
    int code = ok ? c.exit_code : fail(&e);
    arena_done(&c.arena);
    return code;
}

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        cli_overview(commands, COMMAND_COUNT);
        return argc < 2 ? err_exit(ERR_USAGE) : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("mcuscope %s\n", MCUSCOPE_VERSION);
        return 0;
    }
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i]->name;
        if (strcmp(argv[1], commands[i]->name) == 0)
            return run(commands[i], argc - 2, argv + 2);
    }
    const char *near = cli_nearest(argv[1], names, COMMAND_COUNT);
    static struct err e;
    err_set(&e, ERR_USAGE, "%s: no such verb; %s%s%smcuscope --help lists them", argv[1],
            near ? "did you mean '" : "", near ? near : "", near ? "'? " : "");
    return fail(&e);
}
