/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The reader refuses with file and line; what was heard is kept up to a limit, the end of it.
 */
#include "sim/host/script.h"

#include <stdlib.h>
#include <string.h>

#include "tools/base/arena.h"

enum { HEARD_MAX = 1 << 16, TEXT_MAX = 4096, STEPS_MAX = 10000, MS_MAX = 3600000 };

struct reader {
    const char *at, *end; /* of the line */
    const char *name;
    unsigned line;
    struct err *e;
};

static bool bad(const struct reader *r, const char *what)
{
    return err_set(r->e, ERR_FORMAT, "%s:%u: %s", r->name, r->line, what);
}

static void blanks(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r'))
        r->at++;
}

static bool word(struct reader *r, const char *w)
{
    size_t n = strlen(w);
    blanks(r);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, w, n) != 0) return false;
    if (r->at + n < r->end && strchr(" \t\r\"", r->at[n]) == NULL) return false;
    r->at += n;
    return true;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The character that stands after a backslash; -1: there is none such. */
static int escape(struct reader *r)
{
    if (r->at == r->end) return -1;
    char c = *r->at++;
    switch (c) {
    case 'r':
        return '\r';
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case '\\':
    case '"':
        return c;
    case 'x':
        if (r->end - r->at < 2 || digit(r->at[0]) < 0 || digit(r->at[1]) < 0) return -1;
        r->at += 2;
        return digit(r->at[-2]) << 4 | digit(r->at[-1]);
    }
    return -1;
}

static bool quoted(struct reader *r, struct script_step *step)
{
    struct buf b = {0};
    blanks(r);
    if (r->at == r->end || *r->at++ != '"') return bad(r, "a text in quotes is expected");
    while (r->at < r->end && *r->at != '"') {
        int c = (uint8_t)*r->at++;
        if (c == '\\') c = escape(r);
        if (c < 0 || b.len == TEXT_MAX) {
            buf_done(&b);
            return bad(r, c < 0 ? "have \\r \\n \\t \\\\ \\\" \\xHH"
                                : "a text has at most 4096 bytes");
        }
        char byte = (char)c;
        buf_add(&b, &byte, 1);
    }
    step->text = b.data;
    step->bytes = b.len;
    if (r->at == r->end) return bad(r, "the text has no closing quote");
    r->at++;
    return b.len || bad(r, "the text is empty");
}

static bool milliseconds(struct reader *r, uint32_t *out)
{
    uint32_t v = 0;
    blanks(r);
    if (r->at == r->end || digit(*r->at) < 0 || digit(*r->at) > 9)
        return bad(r, "a number of ms is expected");
    for (; r->at < r->end && digit(*r->at) >= 0 && digit(*r->at) <= 9; r->at++) {
        v = v * 10 + (uint32_t)digit(*r->at);
        if (v > MS_MAX) return bad(r, "at most 3600000 ms");
    }
    *out = v;
    return word(r, "ms") || bad(r, "the unit is ms");
}

static bool step_of(struct reader *r, struct script_step *step, uint32_t *timeout)
{
    step->line = r->line;
    step->ms = *timeout;
    if (word(r, "expect")) {
        step->kind = SCRIPT_EXPECT;
        return quoted(r, step);
    }
    if (word(r, "send")) {
        step->kind = SCRIPT_SEND;
        return quoted(r, step);
    }
    if (word(r, "wait")) {
        step->kind = SCRIPT_WAIT;
        return milliseconds(r, &step->ms);
    }
    if (word(r, "end")) {
        step->kind = SCRIPT_END;
        return true;
    }
    return bad(r, "have expect \"text\", send \"text\", wait N ms, timeout N ms, end");
}

static bool line_of(struct reader *r, struct script *p, uint32_t *timeout)
{
    blanks(r);
    if (r->at == r->end || *r->at == '#') return true;
    if (word(r, "timeout")) {
        if (!milliseconds(r, timeout)) return false;
    } else {
        if (p->count == STEPS_MAX) return bad(r, "more than 10000 steps");
        p->steps = xrealloc(p->steps, p->count + 1, sizeof *p->steps);
        p->steps[p->count] = (struct script_step){0};
        if (!step_of(r, &p->steps[p->count++], timeout)) return false;
    }
    blanks(r);
    return r->at == r->end || *r->at == '#' || bad(r, "something stands behind the step");
}

struct script *script_parse(const char *text, size_t n, const char *name, struct err *e)
{
    struct script *p = xcalloc(1, sizeof *p);
    struct reader r = {.name = name, .e = e};
    uint32_t timeout = 10000;
    const char *end = text + n;
    p->name = xmalloc(strlen(name) + 1);
    strcpy(p->name, name);
    for (const char *at = text; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        r.at = at;
        r.end = stop ? stop : end;
        r.line++;
        if (!line_of(&r, p, &timeout)) {
            script_free(p);
            return NULL;
        }
        at = stop ? stop + 1 : end;
    }
    return p;
}

void script_free(struct script *p)
{
    if (!p) return;
    for (size_t i = 0; i < p->count; i++)
        free(p->steps[i].text);
    free(p->steps);
    free(p->name);
    buf_done(&p->heard);
    free(p);
}

void script_hear(struct script *p, uint8_t byte)
{
    if (p->heard.len == HEARD_MAX) {
        p->heard.len = HEARD_MAX / 2;
        memmove(p->heard.data, p->heard.data + HEARD_MAX / 2, HEARD_MAX / 2);
    }
    char c = (char)byte;
    buf_add(&p->heard, &c, 1);
}

void script_next(struct script *p)
{
    p->at++;
    p->passed = 0;
}

const struct script_step *script_step(struct script *p)
{
    while (p->at < p->count && p->steps[p->at].kind == SCRIPT_EXPECT) {
        const struct script_step *step = &p->steps[p->at];
        const char *found =
            p->heard.len ? memmem(p->heard.data, p->heard.len, step->text, step->bytes) : NULL;
        if (!found) return step;
        size_t rest = p->heard.len - (size_t)(found - p->heard.data) - step->bytes;
        memmove(p->heard.data, found + step->bytes, rest);
        p->heard.len = rest;
        script_next(p);
    }
    return p->at < p->count ? &p->steps[p->at] : NULL;
}
