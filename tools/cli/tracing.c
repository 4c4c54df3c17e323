/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/cli/tracing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/trace/annotate.h"
#include "sim/trace/paths.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"

static bool open_file(const char *path, FILE **out, struct err *e)
{
    if (*out) return err_set(e, ERR_USAGE, "--trace: two files of one kind");
    *out = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    return *out || err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
}

static bool open_traces(struct cli *c, struct tracing *t, struct err *e)
{
    size_t n;
    const char **words = cli_split(c, cli_get(c, "trace"), &n);
    for (size_t i = 0; i < n; i++) {
        const char *path = strchr(words[i], '=');
        FILE **to = NULL;
        if (path && strncmp(words[i], "chrome=", 7) == 0) to = &t->lines.chrome;
        if (path && strncmp(words[i], "vcd=", 4) == 0) to = &t->lines.vcd;
        if (path && strncmp(words[i], "insn=", 5) == 0) to = &t->lines.insns;
        if (!to || !path[1])
            return err_set(e, ERR_USAGE, "--trace %s: have chrome=FILE, vcd=FILE, insn=FILE",
                           words[i]);
        if (!open_file(path + 1, to, e)) return false;
    }
    t->any = n > 0;
    return true;
}

bool tracing_options(struct cli *c, struct tracing *t, struct sim_options *o, struct err *e)
{
    static const char *const parts[] = {"from", "to", "trace-limit"};
    static const char *const files[] = {"callgrind", "collapsed", "annotate"};
    o->calls = cli_has(c, "functions") || cli_has(c, "callgrind") || cli_has(c, "collapsed");
    o->lines = cli_has(c, "annotate");
    o->lines_of = cli_get(c, "annotate-function");
    if (!cli_may_write(c, files, 3, e)) return false;
    if (cli_has(c, "annotate-function") && !o->lines)
        return err_set(e, ERR_USAGE, "--annotate-function: needs --annotate FILE, too");
    for (size_t i = 0; i < 3; i++)
        if (cli_has(c, parts[i]) && !cli_has(c, "trace"))
            return err_set(e, ERR_USAGE, "--%s: needs --trace KIND=FILE, too", parts[i]);
    t->lines.from = cli_get(c, "from");
    t->lines.to = cli_get(c, "to");
    if (!cli_number(c, "trace-limit", 0, &t->lines.limit, e)) return false;
    if (cli_has(c, "trace") && !open_traces(c, t, e)) return false;
    if (t->any) o->timelines = &t->lines;
    return true;
}

static bool close_file(FILE *f, struct err *e)
{
    if (!f) return true;
    bool bad = ferror(f) != 0;
    bad |= (f == stdout ? fflush(f) : fclose(f)) != 0;
    return !bad ||
           err_set(e, ERR_IO, "--trace: a file could not be written: %s", strerror(errno));
}

bool tracing_done(struct tracing *t, const struct profile *p, bool good, struct err *e)
{
    struct err ignored;
    bool ok = close_file(t->lines.chrome, good ? e : &ignored) && good;
    ok = close_file(t->lines.vcd, ok ? e : &ignored) && ok;
    ok = close_file(t->lines.insns, ok ? e : &ignored) && ok;
    if (p && p->timelines_cut)
        fprintf(stderr,
                "mcuscope: note: a trace was cut at %llu events; --trace-limit, --from "
                "and --to choose others\n",
                (unsigned long long)(t->lines.limit ? t->lines.limit : 1000000));
    *t = (struct tracing){0};
    return ok;
}

bool tracing_write(const struct cli *c, const struct profile *p, struct err *e)
{
    struct buf out = {0};
    bool ok = true;
    if (cli_has(c, "callgrind")) {
        profile_callgrind(p, file_base(c->argument[0]), &out);
        ok = cli_write(cli_get(c, "callgrind"), buf_text(&out), e);
    }
    if (ok && cli_has(c, "collapsed")) {
        out.len = 0;
        profile_collapsed(p, &out);
        ok = cli_write(cli_get(c, "collapsed"), buf_text(&out), e);
    }
    if (ok && cli_has(c, "annotate")) {
        out.len = 0;
        ok = profile_annotate(p, cli_get(c, "annotate-function"), &out, e) &&
             cli_write(cli_get(c, "annotate"), buf_text(&out), e);
    }
    buf_done(&out);
    return ok;
}
