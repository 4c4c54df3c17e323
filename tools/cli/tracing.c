/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/cli/tracing.h"

#include "sim/trace/annotate.h"
#include "sim/trace/paths.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"

bool tracing_options(struct cli *c, struct sim_options *o, struct err *e)
{
    o->calls = cli_has(c, "functions") || cli_has(c, "callgrind") || cli_has(c, "collapsed");
    o->lines = cli_has(c, "annotate");
    if (cli_has(c, "annotate-function") && !o->lines)
        return err_set(e, ERR_USAGE, "--annotate-function: needs --annotate FILE, too");
    return true;
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
