/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/base/err.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int exit;
    const char *meaning;
} list[] = {
#define ERR(name, exit, text) {#name, exit, text},
#include "tools/base/errors.def"
#undef ERR
};

bool err_setv(struct err *e, enum err_code code, const char *fmt, va_list args)
{
    e->code = code;
    vsnprintf(e->text, sizeof e->text, fmt, args);
    return false;
}

bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    err_setv(e, code, fmt, args);
    va_end(args);
    return false;
}

bool err_prefix(struct err *e, const char *fmt, ...)
{
    char prefix[1024];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(prefix, sizeof prefix - 2, fmt, args);
    va_end(args);
    if (n < 0) return false;
    size_t len = strlen(prefix);
    memcpy(prefix + len, ": ", 3);
    len += 2;
    size_t keep = strlen(e->text);
    if (keep > sizeof e->text - len - 1) keep = sizeof e->text - len - 1;
    memmove(e->text + len, e->text, keep);
    memcpy(e->text, prefix, len);
    e->text[len + keep] = 0;
    return false;
}

const char *err_name(enum err_code code)
{
    return list[code].name;
}

const char *err_meaning(enum err_code code)
{
    return list[code].meaning;
}

int err_exit(enum err_code code)
{
    return list[code].exit;
}

int err_count(void)
{
    return (int)(sizeof list / sizeof list[0]);
}
