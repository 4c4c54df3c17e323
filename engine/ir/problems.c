/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/ir/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void problem_add(struct problems *p, enum err_code code, const char *fmt, ...)
{
    char line[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    if (code == ERR_FORMAT) p->malformed = true;
    if (p->count++ < PROBLEMS_SHOWN) buf_printf(&p->text, "\n  %s", line);
}

bool problems_done(struct problems *p, const char *who, struct err *e)
{
    const bool ok = p->count == 0;
    const enum err_code code = p->malformed ? ERR_FORMAT : ERR_UNSUPPORTED;
    if (p->count > PROBLEMS_SHOWN)
        buf_printf(&p->text, "\n  … and %d more", p->count - PROBLEMS_SHOWN);
    if (p->count == 1) err_set(e, code, "%s: %s", who, buf_text(&p->text) + strlen("\n  "));
    if (p->count > 1) err_set(e, code, "%s: %d problems:%s", who, p->count, buf_text(&p->text));
    buf_done(&p->text);
    *p = (struct problems){0};
    return ok;
}
