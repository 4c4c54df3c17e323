/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Words to options by a verb's table, help from the same table, and the few ways of writing. */
#include "tools/cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/base/file.h"
#include "tools/base/number.h"

static const struct cli_option *find(const struct cli_command *cmd, const char *name, size_t n)
{
    for (const struct cli_option *o = cmd->options; o->name; o++)
        if (strlen(o->name) == n && strncmp(o->name, name, n) == 0) return o;
    return NULL;
}

const char *cli_get(const struct cli *c, const char *name)
{
    const struct cli_option *o = find(c->command, name, strlen(name));
    if (!o) {
        fprintf(stderr, "mcuscope: bug: %s has no option %s\n", c->command->name, name);
        abort();
    }
    return c->value[o - c->command->options];
}

bool cli_has(const struct cli *c, const char *name)
{
    return cli_get(c, name) != NULL;
}

bool cli_number(const struct cli *c, const char *name, uint64_t fallback, uint64_t *out,
                struct err *e)
{
    const char *text = cli_get(c, name);
    *out = fallback;
    if (!text) return true;
    return number_read(text, out) ||
           err_set(e, ERR_USAGE, "--%s %s: needs a whole number (k, M and G are accepted)",
                   name, text);
}

const char **cli_split(struct cli *c, const char *list, size_t *n)
{
    char *copy = arena_str(&c->arena, list);
    size_t count = 1;
    for (const char *p = copy; *p; p++)
        count += *p == ',';
    const char **out = arena_array(&c->arena, count, sizeof *out);
    *n = 0;
    for (char *word = strtok(copy, ","); word; word = strtok(NULL, ","))
        out[(*n)++] = word;
    return out;
}

/* Edit distance, for words of at most 31 characters. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[32];
    size_t n = strlen(b);
    if (n > 31 || strlen(a) > 31) return 99;
    for (unsigned j = 0; j <= n; j++)
        row[j] = j;
    for (unsigned i = 1; a[i - 1]; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= n; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

const char *cli_nearest(const char *word, const char *const *words, size_t n)
{
    const char *best = NULL;
    unsigned least = 3 + (unsigned)strlen(word) / 6;
    for (size_t i = 0; i < n; i++) {
        unsigned d = distance(word, words[i]);
        if (d < least) least = d, best = words[i];
    }
    return best;
}

static bool unknown_option(const struct cli_command *cmd, const char *word, struct err *e)
{
    const char *names[CLI_OPTIONS_MAX];
    size_t n = 0;
    for (const struct cli_option *o = cmd->options; o->name; o++)
        names[n++] = o->name;
    const char *near = cli_nearest(word + 2, names, n);
    return err_set(e, ERR_USAGE, "%s: no such option; %s%s%smcuscope %s --help lists them",
                   word, near ? "did you mean --" : "", near ? near : "", near ? "? " : "",
                   cmd->name);
}

bool cli_parse(struct cli *c, int argc, char **argv, struct err *e)
{
    const struct cli_command *cmd = c->command;
    bool only_arguments = false;
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        if (!only_arguments && strcmp(word, "--") == 0) {
            only_arguments = true;
            continue;
        }
        if (only_arguments || word[0] != '-' || !word[1]) {
            if (c->argument_count >= cmd->max_arguments ||
                c->argument_count == CLI_ARGUMENTS_MAX)
                return err_set(e, ERR_USAGE, "%s: one word too many; mcuscope %s --help", word,
                               cmd->name);
            c->argument[c->argument_count++] = word;
            continue;
        }
        if (word[1] != '-') { /* -o DIR is the only short one */
            if (word[1] == 'o' && find(cmd, "out", 3)) {
                const char *value = word[2] ? word + 2 : ++i < argc ? argv[i] : NULL;
                if (!value) return err_set(e, ERR_USAGE, "-o: needs a value");
                c->value[find(cmd, "out", 3) - cmd->options] = value;
                continue;
            }
            return err_set(e, ERR_USAGE, "%s: no such option; mcuscope %s --help lists them",
                           word, cmd->name);
        }
        size_t n = strcspn(word + 2, "=");
        const struct cli_option *o = find(cmd, word + 2, n);
        if (!o) return unknown_option(cmd, word, e);
        const char *value = word[2 + n] == '=' ? word + 3 + n : NULL;
        if (!o->value && value) return err_set(e, ERR_USAGE, "--%s: takes no value", o->name);
        if (o->value && !value && ++i < argc) value = argv[i];
        if (o->value && !value)
            return err_set(e, ERR_USAGE, "--%s: needs a value (%s)", o->name, o->value);
        c->value[o - cmd->options] = value ? value : "";
    }
    if (c->argument_count < cmd->min_arguments)
        return err_set(e, ERR_USAGE, "mcuscope %s needs: %s; mcuscope %s --help", cmd->name,
                       cmd->arguments, cmd->name);
    return true;
}

void cli_help(const struct cli_command *cmd)
{
    printf("usage: mcuscope %s %s%s[options]\n\n%s\n", cmd->name, cmd->arguments,
           *cmd->arguments ? " " : "", cmd->summary);
    if (cmd->options->name) printf("\noptions:\n");
    for (const struct cli_option *o = cmd->options; o->name; o++) {
        int n = printf("  %s--%s%s%s", strcmp(o->name, "out") == 0 ? "-o, " : "", o->name,
                       o->value ? " " : "", o->value ? o->value : "");
        const char *line = o->help;
        printf("%*s", n < 26 ? 26 - n : 1, "");
        while (*line) {
            size_t len = strcspn(line, "\n");
            printf("%.*s\n", (int)len, line);
            line += len + (line[len] == '\n');
            if (*line) printf("%26s", "");
        }
    }
    printf("\nexample:\n  %s\n", cmd->example);
}

void cli_overview(const struct cli_command *const *commands, size_t n)
{
    printf("mcuscope: cycles, SRAM and flash of a neural network on a Cortex-M, without the "
           "board\n"
           "\nusage: mcuscope VERB … ; mcuscope VERB --help explains one\n");
    const char *group = "";
    for (size_t i = 0; i < n; i++) {
        if (strcmp(group, commands[i]->group) != 0) printf("\n%s:\n", commands[i]->group);
        group = commands[i]->group;
        const char *text = commands[i]->summary;
        printf("  %-10s %.*s\n", commands[i]->name, (int)strcspn(text, "\n"), text);
    }
    printf("\nexit codes: 0 good, 1 a gate failed, 2 usage or refused input, 3 the firmware\n"
           "faulted or hung, 4 its output is wrong, 70 a bug in mcuscope\n"
           "\nexample:\n  mcuscope bench net.tflite --board stm32f746g-disco\n");
}

bool cli_write(const char *path, const char *text, struct err *e)
{
    if (strcmp(path, "-") != 0) return file_save(path, text, strlen(text), e);
    if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
        return err_set(e, ERR_IO, "standard output: %s", strerror(errno));
    return true;
}

bool cli_may_write(const struct cli *c, const char *const *options, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        const char *path = cli_get(c, options[i]);
        if (!path || strcmp(path, "-") == 0 || file_may_save(path, e)) continue;
        err_prefix(e, "--%s", options[i]);
        return false;
    }
    return true;
}

void cli_progress(const char *fmt, ...)
{
    if (!isatty(2)) return;
    fputs("\r\033[K", stderr);
    va_list args;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fflush(stderr);
}
