/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Scripts live on the simulation's events: a tick each millisecond while they wait. Terminals
 * and RTT are looked at between blocks instead, so that they count as no event that could end a
 * wait.
 */
#include "sim/host/host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/host/pty.h"
#include "sim/host/script.h"
#include "sim/periph/usart.h"
#include "sim/state.h"
#include "tools/base/arena.h"
#include "tools/base/file.h"

struct line {
    struct sim *sim;
    const char *name;
    struct device *port; /* NULL: RTT */
    enum sim_plug_kind kind;
    struct bytes file;
    struct script *script;
    int fd; /* of the terminal */
    struct event tick;
};

static double host_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Bytes for the firmware. */
static void give(struct line *l, const void *bytes, size_t n)
{
    if (l->port)
        usart_receive(l->port, bytes, n);
    else
        rtt_send(&l->sim->host.rtt, bytes, n);
}

/* ---- scripts ---- */

/* What was heard last, as it would stand in a script. */
static void quote(const struct buf *heard, struct buf *out)
{
    enum { SHOWN = 60 };
    size_t from = heard->len > SHOWN ? heard->len - SHOWN : 0;
    for (size_t i = from; i < heard->len; i++) {
        uint8_t c = (uint8_t)heard->data[i];
        if (c == '\n' || c == '\r' || c == '"' || c == '\\')
            buf_printf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : c);
        else if (c >= ' ' && c < 127)
            buf_printf(out, "%c", c);
        else
            buf_printf(out, "\\x%02x", c);
    }
}

static void explain(const struct line *l, const struct script_step *step, struct buf *out)
{
    struct buf wanted = {step->text, step->bytes, 0};
    buf_printf(out, "%s:%u: %s did not say \"", l->script->name, step->line, l->name);
    quote(&wanted, out);
    buf_puts(out, "\"");
}

static void give_up(struct line *l, const struct script_step *step)
{
    struct buf b = {0};
    explain(l, step, &b);
    buf_printf(&b, " within %" PRIu32 " ms\n  it said last: \"", step->ms);
    quote(&l->script->heard, &b);
    buf_puts(&b, "\"");
    sim_end(l->sim, SIM_SCRIPT, step->line, "%s", buf_text(&b));
    buf_done(&b);
}

/* Does what is due; a step that waits gets a tick. */
static void advance(struct line *l)
{
    const struct script_step *step;
    while ((step = script_step(l->script)) != NULL) {
        if (step->kind == SCRIPT_SEND) {
            give(l, step->text, step->bytes);
        } else if (step->kind == SCRIPT_END) {
            sim_end(l->sim, SIM_EXIT, 0, "ended by %s:%u", l->script->name, step->line);
        } else if (l->script->passed < step->ms) {
            if (!l->tick.armed) {
                event_at(&l->sim->events, &l->tick,
                         l->sim->now + l->sim->chip.hclk_hz / 1000 + 1);
                sim_attention(l->sim);
            }
            return;
        } else if (step->kind == SCRIPT_EXPECT) {
            give_up(l, step);
            return;
        }
        script_next(l->script);
    }
    event_cancel(&l->sim->events, &l->tick);
}

static void tick(void *context)
{
    struct line *l = context;
    l->script->passed++;
    advance(l);
}

/* ---- lines ---- */

static bool open_line(struct line *l, const struct sim_plug *what, struct err *e)
{
    struct sim *s = l->sim;
    char path[128];
    l->kind = what->kind;
    l->fd = -1;
    l->port = bus_device(&s->bus, what->port);
    l->tick = (struct event){.call = tick, .context = l};
    l->name = what->port;
    bool rtt = s->options.rtt && strcmp(what->port, "rtt") == 0;
    if (!rtt && (!l->port || !usart_is(l->port)))
        return err_set(e, ERR_USAGE, "%s has no serial port %s; mcuscope board %s lists them",
                       s->board->name, what->port, s->board->name);
    switch (what->kind) {
    case PLUG_FILE:
        return file_load(what->path, 0, &l->file, e);
    case PLUG_SCRIPT:
        if (!file_load(what->path, 0, &l->file, e)) return false;
        l->script = script_parse((const char *)l->file.data, l->file.len, what->path, e);
        return l->script != NULL;
    case PLUG_PTY:
        l->fd = pty_open(path, sizeof path, e);
        if (l->fd >= 0 && s->options.terminal)
            s->options.terminal(s->options.context, what->port, path);
        return l->fd >= 0;
    }
    return true;
}

bool host_init(struct host *h, struct sim *s, struct err *e)
{
    size_t n = s->options.plug_count;
    *h = (struct host){.next = UINT64_MAX};
    h->lines = xcalloc(n + 1, sizeof *h->lines);
    for (size_t i = 0; i < n; i++) {
        h->lines[h->count] = (struct line){.sim = s};
        if (!open_line(&h->lines[h->count++], &s->options.plugs[i], e)) return false;
    }
    return camera_open(&h->camera, s, e);
}

void host_done(struct host *h)
{
    for (size_t i = 0; i < h->count; i++) {
        free(h->lines[i].file.data);
        script_free(h->lines[i].script);
        if (h->lines[i].fd >= 0) close(h->lines[i].fd);
    }
    free(h->lines);
    rtt_done(&h->rtt);
    camera_free(h->camera);
}

void host_begin(struct host *h, struct sim *s)
{
    h->start = host_time();
    h->next = 0;
    rtt_begin(&h->rtt, s);
    camera_reset(h->camera);
    for (size_t i = 0; i < h->count; i++) {
        struct line *l = &h->lines[i];
        l->tick.armed = false;
        if (l->script)
            advance(l);
        else if (l->kind == PLUG_FILE)
            give(l, l->file.data, l->file.len);
    }
}

/* True when something was typed. */
static bool ask_terminals(struct host *h, double seconds)
{
    bool typed = false;
    for (size_t i = 0; i < h->count; i++) {
        char bytes[256];
        size_t n =
            h->lines[i].fd >= 0 ? pty_read(h->lines[i].fd, bytes, sizeof bytes, seconds) : 0;
        if (n) give(&h->lines[i], bytes, n);
        typed |= n > 0;
    }
    return typed;
}

bool host_has_terminal(const struct host *h)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->lines[i].fd >= 0) return true;
    return false;
}

void host_look(struct host *h, struct sim *s)
{
    if (s->now < h->next) return;
    rtt_look(&h->rtt, s);
    h->next = h->rtt.next;
    if (!host_has_terminal(h)) return;
    double ahead = (double)s->now / s->chip.hclk_hz - (host_time() - h->start);
    ask_terminals(h, ahead > 0.001 ? ahead < 0.1 ? ahead : 0.1 : 0);
    uint64_t next = s->now + s->chip.hclk_hz / 1000 + 1;
    if (next < h->next) h->next = next;
}

bool host_waits(struct host *h, struct sim *s, bool for_ever)
{
    if (for_ever) rtt_search(&h->rtt, s);
    if (rtt_fetch(&h->rtt, s)) return true;
    if (!for_ever || !host_has_terminal(h)) return false;
    ask_terminals(h, -1);
    rtt_fetch(&h->rtt, s);
    return true;
}

void host_heard(struct host *h, struct sim *s, const struct device *port, uint8_t byte)
{
    (void)s;
    for (size_t i = 0; i < h->count; i++) {
        struct line *l = &h->lines[i];
        if (l->port != port) continue;
        if (l->fd >= 0) pty_write(l->fd, byte);
        if (!l->script) continue;
        script_hear(l->script, byte);
        if (l->script->at == l->script->count) continue;
        const struct script_step *step = &l->script->steps[l->script->at];
        if (step->kind == SCRIPT_EXPECT && (uint8_t)step->text[step->bytes - 1] == byte)
            advance(l);
    }
}

void host_end(struct host *h, struct sim *s)
{
    rtt_fetch(&h->rtt, s);
    for (size_t i = 0; i < h->count && s->stop.cause == SIM_EXIT; i++) {
        const struct line *l = &h->lines[i];
        const struct script_step *step = l->script ? script_step(l->script) : NULL;
        if (!step || step->kind != SCRIPT_EXPECT) continue;
        struct buf b = {0};
        explain(l, step, &b);
        s->stop.cause = SIM_SCRIPT;
        s->stop.code = step->line;
        snprintf(s->stop.text, sizeof s->stop.text, "%s before the firmware ended",
                 buf_text(&b));
        buf_done(&b);
    }
}
