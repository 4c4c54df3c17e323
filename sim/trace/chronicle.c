/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The window, the limit, the clock: what every form of time line shares.
 */
#include "sim/trace/chronicle.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sim/trace/trace.h"
#include "tools/base/number.h"

enum { LIMIT_DEFAULT = 1000000 };

/* A whole number of cycles, or a function; neither: the text is refused. */
static bool read_end(struct trace *t, const char *option, const char *text, uint64_t *cycle,
                     const struct function **f, struct err *e)
{
    if (!text) return true;
    if (isdigit((unsigned char)*text))
        return number_read(text, cycle) ||
               err_set(e, ERR_USAGE,
                       "--%s %s: needs a cycle (k, M and G are accepted) or a function", option,
                       text);
    *f = trace_function_named(t, text);
    char what[16];
    snprintf(what, sizeof what, "--%s", option);
    return *f || rules_no_function(t, what, text, e);
}

bool chronicle_init(struct trace *t, struct err *e)
{
    const struct sim_timelines *w = t->options->timelines;
    if (!w) return true;
    struct chronicle *c = arena_alloc(&t->arena, sizeof *c);
    *c = (struct chronicle){.what = w,
                            .now = t->now,
                            .clock_hz = t->clock_hz,
                            .limit = w->limit ? w->limit : LIMIT_DEFAULT,
                            .to = UINT64_MAX,
                            .chrome.file = w->chrome,
                            .vcd.file = w->vcd,
                            .insns.file = w->insns};
    if (!read_end(t, "from", w->from, &c->from, &c->from_function, e) ||
        !read_end(t, "to", w->to, &c->to, &c->to_function, e))
        return false;
    if (c->to <= c->from) return err_set(e, ERR_USAGE, "--to %s: is not after --from", w->to);
    t->chronicle = c;
    return true;
}

uint64_t chronicle_ns(const struct chronicle *c)
{
    uint64_t cycles = *c->now - c->base_cycle, hz = c->base_hz ? c->base_hz : *c->clock_hz;
    if (!hz) return c->base_ns;
    return c->base_ns + cycles / hz * 1000000000U + cycles % hz * 1000000000U / hz;
}

void chronicle_clock(struct trace *t)
{
    struct chronicle *c = t->chronicle;
    if (!c) return;
    c->base_ns = chronicle_ns(c);
    c->base_cycle = *c->now;
    c->base_hz = 0; /* whatever it is then */
}

static void end_file(struct chronicle *c, struct chronicle_file *f, const struct timeline *line)
{
    if (!f->file || f->ended) return;
    if (!f->begun && line) line->begin(c);
    f->begun = f->ended = true;
    if (line) line->end(c);
}

static void close_window(struct chronicle *c)
{
    end_file(c, &c->chrome, &timeline_chrome);
    end_file(c, &c->vcd, &timeline_vcd);
    c->insns.ended = true;
    c->over = true;
    c->open = false;
}

void chronicle_end(struct trace *t)
{
    if (t->chronicle && !t->chronicle->over) close_window(t->chronicle);
}

bool chronicle_may(struct chronicle *c, struct chronicle_file *f)
{
    if (!f->file || f->ended) return false;
    if (f->lines >= c->limit) {
        f->cut = true;
        if (f == &c->chrome)
            end_file(c, f, &timeline_chrome);
        else if (f == &c->vcd)
            end_file(c, f, &timeline_vcd);
        f->ended = true;
        return false;
    }
    f->lines++;
    return true;
}

static void begin_chrome(struct chronicle *c)
{
    if (!c->chrome.file || c->chrome.begun) return;
    timeline_chrome.begin(c);
    c->chrome.begun = true;
}

/* The layer that runs already begins again for those who look now. */
static void open_window(struct chronicle *c)
{
    c->open = true;
    if (!c->chrome.file || !c->layer_name) return;
    begin_chrome(c);
    timeline_chrome.event(
        c, &(struct happening){HAPPENS_LAYER, .name = c->layer_name, .value = c->layer_number});
}

void chronicle_look(struct chronicle *c)
{
    if (c->over) return;
    if (!c->open && !c->from_function && *c->now >= c->from) open_window(c);
    if (c->open && *c->now >= c->to) close_window(c);
}

void chronicle_entered(struct trace *t, const struct function *f)
{
    struct chronicle *c = t->chronicle;
    if (!c->over && !c->open && f == c->from_function) open_window(c);
}

void chronicle_left(struct trace *t, const struct function *f)
{
    struct chronicle *c = t->chronicle;
    if (c->open && f == c->to_function) close_window(c);
}

void chronicle_happens(struct trace *t, const struct happening *h)
{
    struct chronicle *c = t->chronicle;
    chronicle_look(c);
    begin_chrome(c);
    if (c->chrome.file) timeline_chrome.event(c, h);
    if (c->vcd.file) timeline_vcd.event(c, h);
}
