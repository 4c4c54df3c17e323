/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The connection, and when to stop. While the machine is halted the server waits for the
 * client; while it runs, the line is looked at once in a few thousand instructions and never
 * waited for. A connection that breaks halts the machine until another client comes; only
 * "detach" and the end of the run let go of it.
 *
 * An IT block is one step: the executor cannot stop inside. A breakpoint in it stops at its IT.
 */
#include "sim/gdb/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "sim/gdb/session.h"
#include "sim/state.h"
#include "tools/base/arena.h"

enum { LOOK_INSTRUCTIONS = 1 << 14, SEND_SECONDS = 5 };

/* ---- the connection ---- */

struct gdb *gdb_listen(unsigned port, struct err *e)
{
    struct gdb *g = xcalloc(1, sizeof *g);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int on = 1;
    g->client = -1;
    g->listener = port > 65535 ? -1 : socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (port > 65535) errno = EINVAL;
    if (g->listener >= 0)
        setsockopt(g->listener, SOL_SOCKET, SO_REUSEADDR, &on, (socklen_t)sizeof on);
    if (g->listener < 0 || bind(g->listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(g->listener, 1) != 0 ||
        getsockname(g->listener, (struct sockaddr *)&at, &size) != 0) {
        err_set(e, ERR_IO, "gdb: cannot listen on 127.0.0.1:%u: %s (another port? 0 is any)",
                port, strerror(errno));
        gdb_free(g);
        return NULL;
    }
    g->port = ntohs(at.sin_port);
    return g;
}

unsigned gdb_port(const struct gdb *g)
{
    return g->port;
}

void gdb_free(struct gdb *g)
{
    if (!g) return;
    if (g->listener >= 0) close(g->listener);
    if (g->client >= 0) close(g->client);
    buf_done(&g->sent);
    buf_done(&g->text);
    free(g);
}

void gdb_on_wait(struct gdb *g, void (*call)(void *context, unsigned port), void *context)
{
    g->on_wait = call;
    g->on_wait_context = context;
}

bool gdb_attached(const struct gdb *g)
{
    return !g->gone;
}

/* The connection is over; what that client had set is no other's. */
static void lose(struct gdb *g)
{
    if (g->client >= 0) close(g->client);
    g->client = -1;
    g->stepping = g->busy = g->no_ack = false;
    g->points.count = g->points.watches = 0;
    g->reader = (struct packet_reader){0};
    g->sent.len = 0;
}

/* … and the run goes on without a debugger. */
static void leave(struct gdb *g)
{
    lose(g);
    if (g->listener >= 0) close(g->listener);
    g->listener = -1;
    g->stopping = false;
    g->running = g->gone = true;
}

static void wait_for_client(struct gdb *g)
{
    struct timeval limit = {.tv_sec = SEND_SECONDS};
    int on = 1;
    if (g->on_wait) g->on_wait(g->on_wait_context, g->port);
    do
        g->client = accept4(g->listener, NULL, NULL, SOCK_CLOEXEC);
    while (g->client < 0 && (errno == EINTR || errno == ECONNABORTED));
    if (g->client < 0) {
        leave(g);
        return;
    }
    setsockopt(g->client, IPPROTO_TCP, TCP_NODELAY, &on, (socklen_t)sizeof on);
    setsockopt(g->client, SOL_SOCKET, SO_SNDTIMEO, &limit, (socklen_t)sizeof limit);
}

static void send_all(struct gdb *g, const char *bytes, size_t n)
{
    while (n && g->client >= 0) {
        ssize_t done = send(g->client, bytes, n, MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            lose(g);
            return;
        }
        bytes += done;
        n -= (size_t)done;
    }
}

static void answer(struct gdb *g, const void *data, size_t n)
{
    g->sent.len = 0;
    packet_frame(&g->sent, data, n);
    send_all(g, g->sent.data, g->sent.len);
}

/* ---- halted ---- */

static void take_packet(struct gdb *g, struct sim *s)
{
    struct buf out = {0};
    if (!g->no_ack) send_all(g, "+", 1);
    gdb_command(g, s, g->reader.data, g->reader.len, &out);
    if (!g->running || out.len) answer(g, out.data, out.len);
    buf_done(&out);
    if (g->leaving) leave(g);
}

static void take_byte(struct gdb *g, struct sim *s, uint8_t byte)
{
    switch (packet_byte(&g->reader, byte)) {
    case PACKET_READY:
        take_packet(g, s);
        return;
    case PACKET_BAD:
        if (!g->no_ack) send_all(g, "-", 1);
        return;
    case PACKET_TOO_LONG:
        if (!g->no_ack) send_all(g, "+", 1);
        answer(g, "E01", 3);
        return;
    case PACKET_NAK:
        send_all(g, g->sent.data, g->sent.len);
        return;
    case PACKET_NONE:
    case PACKET_ACK:
    case PACKET_INTERRUPT: /* it stands already */
        return;
    }
}

/* The client's commands, until one lets the machine run; when it is lost, the next one's. */
static void serve(struct gdb *g, struct sim *s)
{
    uint32_t stopped_at = machine_reg(s->machine, MREG_PC);
    g->running = false;
    while (!g->running) {
        uint8_t byte;
        if (g->client < 0) {
            wait_for_client(g);
            continue;
        }
        ssize_t n = recv(g->client, &byte, 1, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n == 1)
            take_byte(g, s, byte);
        else
            lose(g);
    }
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    if (pc != stopped_at && s->current) sim_finish_block(s, pc);
    uint16_t insn = 0;
    if (pc == stopped_at && g->stop.why == STOP_BKPT &&
        machine_read(s->machine, pc, &insn, sizeof insn) && insn >> 8 == 0xbe)
        machine_set_reg(s->machine, MREG_PC, pc += 2);
    g->checked = s->log.n; /* what was done before is not met by a new watchpoint */
    g->skip = gdb_attached(g);
    g->skip_pc = pc;
    g->halted = true;
}

void gdb_start(struct gdb *g, struct sim *s)
{
    g->stop = (struct gdb_stop){.signal = GDB_SIGTRAP};
    serve(g, s);
}

/* Text for the client's console. */
static void tell_text(struct gdb *g)
{
    struct buf out = {0};
    buf_puts(&out, "O");
    packet_hex(&out, buf_text(&g->text), g->text.len);
    if (g->text.len) answer(g, out.data, out.len);
    g->text.len = 0;
    buf_done(&out);
}

static void tell_stop(struct gdb *g)
{
    tell_text(g);
    struct buf out = {0};
    gdb_stop_reply(g, &out);
    answer(g, out.data, out.len);
    buf_done(&out);
}

void gdb_halt(struct gdb *g, struct sim *s)
{
    g->stopping = false;
    tell_stop(g);
    serve(g, s);
}

static int fault_signal(const struct sim_stop *stop)
{
    if (stop->cause != SIM_FAULT) return GDB_SIGTRAP;
    return strstr(stop->text, "UsageFault") ? GDB_SIGILL : GDB_SIGSEGV;
}

bool gdb_ended(struct gdb *g, struct sim *s)
{
    if (!gdb_attached(g)) return false;
    if (s->stop.cause != SIM_EXIT && s->stop.cause != SIM_EXIT_CODE) {
        g->text.len = 0; /* it is part of the end's text */
        buf_printf(&g->text, "%s\n", s->stop.text);
        g->stop = (struct gdb_stop){.signal = fault_signal(&s->stop)};
        gdb_halt(g, s);
        if (!s->ended) return true;
    }
    struct buf out = {0};
    if (s->stop.cause == SIM_EXIT || s->stop.cause == SIM_EXIT_CODE)
        buf_printf(&out, "W%02x", s->stop.cause == SIM_EXIT ? 0 : s->stop.code & 0xffU);
    else
        buf_printf(&out, "X%02x", (unsigned)g->stop.signal);
    answer(g, out.data, out.len);
    buf_done(&out);
    leave(g);
    return false;
}

/* ---- running ---- */

static void stop(struct gdb *g, struct gdb_stop why)
{
    if (g->stopping) return; /* the first reason stays */
    g->stop = why;
    g->stopping = true;
}

/* Ctrl-C, or nobody there any more? A packet that is sent early waits for its turn. */
static void look_at_line(struct gdb *g)
{
    uint8_t byte;
    for (;;) {
        ssize_t n = recv(g->client, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
            lose(g);
            stop(g, (struct gdb_stop){.signal = GDB_SIGTRAP});
        }
        if (n != 1 || (byte != 3 && byte != '+')) return;
        if (recv(g->client, &byte, 1, 0) == 1 && byte == 3)
            stop(g, (struct gdb_stop){.signal = GDB_SIGINT});
    }
}

void gdb_block(struct gdb *g, const struct code *c)
{
    g->code = c;
    g->busy = gdb_attached(g) && (g->stepping || g->skip || g->points.watches ||
                                  points_break(&g->points, c->pc, c->bytes));
}

bool gdb_goes_on(struct gdb *g, const struct code *c, uint32_t pc)
{
    bool halted = g->halted;
    g->halted = false;
    if (!halted || pc - c->pc >= c->bytes) return false;
    gdb_block(g, c);
    return true;
}

/* A watchpoint that was met stops before the next instruction. */
static void look_at_accesses(struct gdb *g, const struct sim *s)
{
    for (; g->points.watches && g->checked < s->log.n; g->checked++) {
        const struct point *p = points_watch(&g->points, &s->log.at[g->checked]);
        if (p)
            stop(g, (struct gdb_stop){.signal = GDB_SIGTRAP, .why = STOP_WATCH, .point = *p});
    }
}

void gdb_block_done(struct gdb *g, const struct sim *s)
{
    look_at_accesses(g, s);
    g->checked = 0;
}

void gdb_breakpoint_insn(struct gdb *g)
{
    stop(g, (struct gdb_stop){.signal = GDB_SIGTRAP, .why = STOP_BKPT});
}

void gdb_fault(struct gdb *g, bool usage, const char *text)
{
    if (!gdb_attached(g)) return;
    stop(g, (struct gdb_stop){.signal = usage ? GDB_SIGILL : GDB_SIGSEGV});
    buf_puts(&g->text, text);
    buf_puts(&g->text, "\n");
}

bool gdb_stopping(const struct gdb *g)
{
    return g->stopping;
}

static const struct insn *insn_at(const struct code *c, uint32_t pc)
{
    uint32_t low = 0, high = c->block->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->pc + c->block->insns[middle].offset <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &c->block->insns[low - 1] : NULL;
}

/* Bytes from the instruction to the next one that the machine can stop at. */
static uint32_t step_bytes(const struct code *c, const struct insn *in)
{
    const struct insn *end = c->block->insns + c->block->count;
    uint32_t bytes = in->bytes;
    if (in->kind == INSN_IT)
        while (++in < end && in->flags & INSN_IN_IT)
            bytes += in->bytes;
    return bytes;
}

bool gdb_insn(struct gdb *g, struct sim *s, uint32_t pc)
{
    if (!gdb_attached(g)) return true;
    if (++g->instructions >= LOOK_INSTRUCTIONS) {
        g->instructions = 0;
        look_at_line(g);
    }
    if (!g->busy && !g->stopping) return true;
    const struct insn *in = insn_at(g->code, pc);
    if (!in || in->flags & INSN_IN_IT) return true;
    look_at_accesses(g, s);
    bool first = g->skip;
    g->skip = false;
    if (!(first && pc == g->skip_pc)) {
        const struct point *p = points_break(&g->points, pc, step_bytes(g->code, in));
        if (p)
            stop(g, (struct gdb_stop){.signal = GDB_SIGTRAP, .why = STOP_BREAK, .point = *p});
        else if (g->stepping && !first && pc - g->step_from >= g->step_to - g->step_from)
            stop(g, (struct gdb_stop){.signal = GDB_SIGTRAP});
    }
    return !g->stopping;
}
