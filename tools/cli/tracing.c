/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/cli/tracing.h"

#include "sim/trace/paths.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"

bool tracing_options(struct cli *c, struct sim_options *o, struct err *e)
{
    (void)e;
    o->calls = cli_has(c, "functions") || cli_has(c, "callgrind") || cli_has(c, "collapsed");
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
    buf_done(&out);
    return ok;
}
