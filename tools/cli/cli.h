/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cli: the one program, one verb a stage. Each verb is a const record in a cmd_*.c; main.c
 * lists them, parses the words by the verb's own table and prints help from that same table.
 *
 *     argv ─► main.c (table of verbs) ─► cli_parse ─► cmd_*.c run() ─► exit code
 *
 * Only this folder prints or exits. People read stdout; machines read --json FILE|-.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/arena.h"
#include "tools/base/err.h"

struct cli_option {
    const char *name;  /* "json": --json FILE or --json=FILE */
    const char *value; /* "FILE"; NULL: a switch */
    const char *help;  /* one sentence with unit and default; lines end in \n when several */
};

struct cli;

struct cli_command {
    const char *name;
    const char *group;     /* heading of the overview */
    const char *arguments; /* "MODEL", "A.json B.json…" */
    int min_arguments, max_arguments;
    const char *summary;
    const char *example;
    const struct cli_option *options; /* ends with a NULL name */
    /* Returns true, or false with *e filled: main prints it and exits with its code. */
    bool (*run)(struct cli *c, struct err *e);
};

enum { CLI_ARGUMENTS_MAX = 64, CLI_OPTIONS_MAX = 48 };

struct cli {
    const struct cli_command *command;
    const char *argument[CLI_ARGUMENTS_MAX];
    int argument_count;
    const char *value[CLI_OPTIONS_MAX]; /* by index in command->options; "" for a switch */
    struct arena arena;
    int exit_code; /* for results that are not errors (a gate that failed) */
};

/* The value of an option, NULL when it was not given. Asking for an unknown one is our bug. */
const char *cli_get(const struct cli *c, const char *name);
bool cli_has(const struct cli *c, const char *name);
/* A whole number with optional k, M, G (powers of 1000); fallback when not given. */
bool cli_number(const struct cli *c, const char *name, uint64_t fallback, uint64_t *out,
                struct err *e);
/* Splits "a,b,c"; count in *n. The strings live in the arena. */
const char **cli_split(struct cli *c, const char *list, size_t *n);

bool cli_parse(struct cli *c, int argc, char **argv, struct err *e);
void cli_help(const struct cli_command *command);
void cli_overview(const struct cli_command *const *commands, size_t n);

/* Text to a file, or to stdout for "-". */
bool cli_write(const char *path, const char *text, struct err *e);
/* Before a long run: whether the files that these options name could be written. */
bool cli_may_write(const struct cli *c, const char *const *options, size_t n, struct err *e);
/* A line on stderr that overwrites itself; silent when stderr is no terminal. "" clears it. */
void cli_progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The word of `words` nearest to `word`, or NULL when none is near: for "did you mean". */
const char *cli_nearest(const char *word, const char *const *words, size_t n);

extern const struct cli_command cmd_accuracy, cmd_analyze, cmd_bench, cmd_board, cmd_build,
    cmd_compare, cmd_gate, cmd_list, cmd_mlperf, cmd_model, cmd_report, cmd_run, cmd_validate;

#endif
