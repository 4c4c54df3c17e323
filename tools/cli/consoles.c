/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The most exact name wins: USART2 before uart.
 */
#include "tools/cli/consoles.h"

#include <errno.h>
#include <string.h>

static const char *const names[] = {[CONSOLE_SEMIHOSTING] = "semihosting",
                                    [CONSOLE_ITM] = "itm",
                                    [CONSOLE_RTT] = "rtt",
                                    [CONSOLE_UART] = "uart"};

static FILE *find(const struct consoles *k, const char *name)
{
    for (size_t i = 0; name && i < k->count; i++)
        if (strcmp(k->to[i].name, name) == 0)
            return k->to[i].file ? k->to[i].file : k->standard;
    return NULL;
}

static void write_console(void *context, enum sim_console from, const char *port,
                          const char *bytes, size_t n)
{
    struct consoles *k = context;
    FILE *f = find(k, port);
    if (!f) f = find(k, names[from]);
    if (!f) f = k->standard;
    if (f == k->standard) {
        cli_progress("%s", "");
        k->mid_line = n ? bytes[n - 1] != '\n' : k->mid_line;
    }
    fwrite(bytes, 1, n, f);
    fflush(f);
}

static void tell_terminal(void *context, const char *port, const char *path)
{
    (void)context;
    fprintf(stderr, "mcuscope: %s is at %s\n", port, path);
}

/* "name=rest": cuts word in two. */
static bool cut(struct cli *c, const char *option, const char *word, char **name, char **rest,
                struct err *e)
{
    *name = arena_str(&c->arena, word);
    *rest = strchr(*name, '=');
    if (!*rest || *rest == *name || !(*rest)[1])
        return err_set(e, ERR_USAGE, "--%s %s: it is NAME=%s", option, word,
                       strcmp(option, "uart") == 0 ? "file:PATH, script:PATH or pty" : "FILE");
    *(*rest)++ = 0;
    return true;
}

static bool is_console(const struct board *b, const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) return true;
    for (size_t i = 0; i < b->periph_count; i++)
        if (strcmp(b->periphs[i].name, name) == 0) return strstr(b->periphs[i].kind, "usart");
    return false;
}

static bool open_output(struct consoles *k, struct cli *c, struct sim_options *o,
                        const char *word, struct err *e)
{
    const struct board *b = o->board;
    char *name, *path;
    if (!cut(c, "console", word, &name, &path, e)) return false;
    o->swo |= strcmp(name, names[CONSOLE_ITM]) == 0;
    if (!is_console(b, name))
        return err_set(e, ERR_USAGE,
                       "--console %s: have semihosting, itm, rtt, uart and the serial ports of "
                       "%s; mcuscope board %s lists them",
                       word, b->name, b->name);
    if (k->count == CONSOLES_MAX)
        return err_set(e, ERR_USAGE, "--console: at most %d names", CONSOLES_MAX);
    FILE *f = NULL;
    for (size_t i = 0; i < k->count; i++)
        if (strcmp(k->to[i].path, path) == 0) f = k->to[i].file;
    bool shared = f != NULL;
    if (!f && strcmp(path, "-") != 0 && !(f = fopen(path, "wb")))
        return err_set(e, ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
    k->to[k->count].name = name;
    k->to[k->count].path = path;
    k->to[k->count].shared = shared;
    k->to[k->count++].file = f;
    return true;
}

static bool plug(struct consoles *k, struct cli *c, const char *word, struct sim_options *o,
                 struct err *e)
{
    char *port, *what;
    if (!cut(c, "uart", word, &port, &what, e)) return false;
    if (o->plug_count == CONSOLES_MAX)
        return err_set(e, ERR_USAGE, "--uart: at most %d ports", CONSOLES_MAX);
    for (size_t i = 0; i < o->plug_count; i++)
        if (strcmp(k->plugs[i].port, port) == 0)
            return err_set(e, ERR_USAGE, "--uart %s: something is plugged into %s already",
                           word, port);
    struct sim_plug *l = &k->plugs[o->plug_count];
    *l = (struct sim_plug){.port = port};
    if (strncmp(what, "file:", 5) == 0) {
        l->kind = PLUG_FILE;
        l->path = what + 5;
    } else if (strncmp(what, "script:", 7) == 0) {
        l->kind = PLUG_SCRIPT;
        l->path = what + 7;
    } else if (strcmp(what, "pty") == 0) {
        l->kind = PLUG_PTY;
    } else {
        return err_set(e, ERR_USAGE, "--uart %s=%s: have file:PATH, script:PATH, pty", port,
                       what);
    }
    o->plugs = k->plugs;
    o->plug_count++;
    return true;
}

bool consoles_open(struct consoles *k, struct cli *c, FILE *standard, struct sim_options *o,
                   struct err *e)
{
    size_t n;
    *k = (struct consoles){.standard = standard};
    o->console = write_console;
    o->terminal = tell_terminal;
    o->context = k;
    o->rtt = true;
    const char **words =
        cli_has(c, "console") ? cli_split(c, cli_get(c, "console"), &n) : (n = 0, NULL);
    for (size_t i = 0; i < n; i++)
        if (!open_output(k, c, o, words[i], e)) return false;
    words = cli_has(c, "uart") ? cli_split(c, cli_get(c, "uart"), &n) : (n = 0, NULL);
    for (size_t i = 0; i < n; i++)
        if (!plug(k, c, words[i], o, e)) return false;
    return true;
}

bool consoles_close(struct consoles *k, struct err *e)
{
    bool good = true;
    if (k->mid_line) fputc('\n', k->standard); /* what we say begins a line */
    k->mid_line = false;
    for (size_t i = 0; i < k->count; i++) {
        FILE *f = k->to[i].shared ? NULL : k->to[i].file;
        if (!f) continue;
        bool bad = ferror(f) != 0;
        bad |= fclose(f) != 0;
        if (bad && good)
            good = err_set(e, ERR_IO, "--console %s: %s cannot be written", k->to[i].name,
                           k->to[i].path);
    }
    k->count = 0;
    return good;
}
