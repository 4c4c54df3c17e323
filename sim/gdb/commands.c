/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every command of the protocol that makes sense for one core in one address space. What is not
 * known is answered with nothing, as the protocol asks for; what is malformed with an error.
 */
#include <inttypes.h>
#include <string.h>

#include "sim/gdb/session.h"
#include "sim/state.h"

struct request {
    struct gdb *g;
    struct sim *s;
    const char *args; /* after the command's name; ends in NUL */
    size_t n;
    struct buf *out; /* the answer */
};

static void result(const struct request *q, bool good)
{
    buf_puts(q->out, good ? "OK" : "E01");
}

void gdb_stop_reply(const struct gdb *g, struct buf *out)
{
    static const char *const watch[] = {
        [POINT_WRITE] = "watch", [POINT_READ] = "rwatch", [POINT_ACCESS] = "awatch"};
    buf_printf(out, "T%02x", (unsigned)g->stop.signal);
    if (g->stop.why == STOP_BREAK)
        buf_puts(out, g->stop.point.kind == POINT_SOFTWARE ? "swbreak:;" : "hwbreak:;");
    else if (g->stop.why == STOP_WATCH)
        buf_printf(out, "%s:%" PRIx32 ";", watch[g->stop.point.kind], g->stop.point.addr);
    buf_puts(out, "thread:1;");
}

static void why(const struct request *q)
{
    gdb_stop_reply(q->g, q->out);
}

/* ---- registers ---- */

static void put_register(const struct request *q, unsigned r)
{
    uint64_t v = target_register(q->s, r); /* hosts are little endian, as the target is */
    packet_hex(q->out, &v, target_register_bytes(r));
}

static void read_registers(const struct request *q)
{
    for (unsigned r = 0; r < target_register_count(q->s); r++)
        put_register(q, r);
}

static void write_registers(const struct request *q)
{
    size_t at = 0;
    for (unsigned r = 0; r < target_register_count(q->s) && at < q->n; r++) {
        uint64_t v = 0;
        unsigned bytes = target_register_bytes(r);
        if (!packet_unhex(q->args + at, &v, bytes)) {
            result(q, false);
            return;
        }
        target_set_register(q->s, r, v);
        at += 2 * bytes;
    }
    result(q, true);
}

static void read_register(const struct request *q)
{
    const char *args = q->args;
    uint32_t r;
    if (packet_number(&args, &r) && r < target_register_count(q->s))
        put_register(q, r);
    else
        result(q, false);
}

static void write_register(const struct request *q)
{
    const char *args = q->args;
    uint32_t r;
    uint64_t v = 0;
    bool good = packet_number(&args, &r) && *args++ == '=' && r < target_register_count(q->s) &&
                packet_unhex(args, &v, target_register_bytes(r));
    if (good) target_set_register(q->s, r, v);
    result(q, good);
}

/* ---- memory ---- */

/* "addr,length". */
static bool span(const char **args, uint32_t *addr, uint32_t *length)
{
    return packet_number(args, addr) && *(*args)++ == ',' && packet_number(args, length);
}

static void read_memory(const struct request *q)
{
    const char *args = q->args;
    uint32_t addr, length;
    uint8_t bytes[PACKET_MAX / 2];
    if (!span(&args, &addr, &length)) {
        result(q, false);
        return;
    }
    if (length > sizeof bytes) length = sizeof bytes;
    size_t got = target_read(q->s, addr, bytes, length);
    if (got == 0 && length)
        result(q, false);
    else
        packet_hex(q->out, bytes, got);
}

static void write_memory(const struct request *q)
{
    const char *args = q->args;
    uint32_t addr, length;
    uint8_t bytes[PACKET_MAX / 2];
    result(q, span(&args, &addr, &length) && *args++ == ':' && length <= sizeof bytes &&
                  packet_unhex(args, bytes, length) && target_write(q->s, addr, bytes, length));
}

static void write_binary(const struct request *q)
{
    const char *args = q->args, *end = q->args + q->n;
    uint32_t addr, length;
    result(q, span(&args, &addr, &length) && *args++ == ':' && length == end - args &&
                  target_write(q->s, addr, args, length));
}

static void flash_erase(const struct request *q)
{
    const char *args = q->args;
    uint32_t addr, length;
    uint8_t erased[1024];
    memset(erased, 0xff, sizeof erased);
    bool good = span(&args, &addr, &length);
    while (good && length) {
        uint32_t some = length < sizeof erased ? length : (uint32_t)sizeof erased;
        good = target_write(q->s, addr, erased, some);
        addr += some;
        length -= some;
    }
    result(q, good);
}

static void flash_write(const struct request *q)
{
    const char *args = q->args, *end = q->args + q->n;
    uint32_t addr;
    result(q, packet_number(&args, &addr) && *args++ == ':' &&
                  target_write(q->s, addr, args, (size_t)(end - args)));
}

/* ---- running ---- */

static void go(const struct request *q, bool stepping, uint32_t from, uint32_t to)
{
    q->g->running = true;
    q->g->stepping = stepping;
    q->g->step_from = from;
    q->g->step_to = to;
}

/* "addr", or with a signal "sig;addr": where to go on. The firmware has no use for signals. */
static void jump(const struct request *q, bool with_signal)
{
    const char *args = q->args;
    uint32_t pc;
    if (with_signal && (args = strchr(args, ';')) != NULL) args++;
    if (args && packet_number(&args, &pc)) target_set_register(q->s, TARGET_PC, pc & ~1U);
}

static void go_on(const struct request *q)
{
    jump(q, false);
    go(q, false, 0, 0);
}

static void go_on_signal(const struct request *q)
{
    jump(q, true);
    go(q, false, 0, 0);
}

static void step(const struct request *q)
{
    jump(q, false);
    go(q, true, 0, 0);
}

static void step_signal(const struct request *q)
{
    jump(q, true);
    go(q, true, 0, 0);
}

/* ";action[:thread];…": there is one thread, so the first action is its. */
static void resume(const struct request *q)
{
    const char *args = q->args;
    uint32_t from, to;
    switch (*args == ';' ? args[1] : 0) {
    case 'c':
    case 'C':
        go(q, false, 0, 0);
        return;
    case 's':
    case 'S':
        go(q, true, 0, 0);
        return;
    case 'r':
        args += 2;
        if (packet_number(&args, &from) && *args++ == ',' && packet_number(&args, &to)) {
            go(q, true, from, to);
            return;
        }
    }
    result(q, false);
}

static void kill_run(const struct request *q)
{
    q->g->running = true;
    sim_end(q->s, SIM_EXIT, 0, "ended by the debugger");
    result(q, true);
}

static void detach(const struct request *q)
{
    go(q, false, 0, 0);
    q->g->leaving = true;
    result(q, true);
}

/* ---- points ---- */

static bool point(const char *args, struct point *p)
{
    uint32_t kind;
    if (!packet_number(&args, &kind) || *args++ != ',' || kind > POINT_ACCESS ||
        !span(&args, &p->addr, &p->bytes))
        return false;
    p->kind = (enum point_kind)kind;
    if (kind < POINT_WRITE) p->addr &= ~1U;
    if (kind >= POINT_WRITE && p->bytes == 0) p->bytes = 1;
    return true;
}

static void set_point(const struct request *q)
{
    struct point p = {0};
    result(q, point(q->args, &p) && points_set(&q->g->points, p));
}

static void clear_point(const struct request *q)
{
    struct point p = {0};
    bool good = point(q->args, &p);
    if (good) points_clear(&q->g->points, p);
    result(q, good);
}

/* ---- questions ---- */

/* "offset,length" of a text: "m" and a part of it, "l" and the last one. */
static void part(const struct request *q, struct buf *text)
{
    const char *args = q->args;
    uint32_t offset, length;
    if (!span(&args, &offset, &length) || offset > text->len) {
        result(q, false);
    } else {
        size_t rest = text->len - offset;
        if (length > PACKET_MAX / 2) length = PACKET_MAX / 2;
        buf_puts(q->out, length < rest ? "m" : "l");
        buf_add(q->out, buf_text(text) + offset, length < rest ? length : rest);
    }
    buf_done(text);
}

static void description(const struct request *q)
{
    struct buf xml = {0};
    target_description(q->s, &xml);
    part(q, &xml);
}

static void memory_map(const struct request *q)
{
    struct buf xml = {0};
    target_memory_map(q->s, &xml);
    part(q, &xml);
}

static void supported(const struct request *q)
{
    buf_printf(q->out,
               "PacketSize=%x;qXfer:features:read+;qXfer:memory-map:read+;vContSupported+;"
               "QStartNoAckMode+;swbreak+;hwbreak+",
               PACKET_MAX);
}

static void no_ack(const struct request *q)
{
    q->g->no_ack = true;
    result(q, true);
}

static void monitor(const struct request *q)
{
    char line[64] = "";
    struct buf text = {0};
    if (q->n / 2 >= sizeof line || !packet_unhex(q->args, line, q->n / 2)) {
        result(q, false);
        return;
    }
    gdb_monitor(q->s, line, &text);
    packet_hex(q->out, buf_text(&text), text.len);
    buf_done(&text);
}

static void okay(const struct request *q)
{
    result(q, true);
}

static void resume_kinds(const struct request *q)
{
    buf_puts(q->out, "vCont;c;C;s;S;r");
}

static void attached(const struct request *q)
{
    buf_puts(q->out, "1");
}

static void current_thread(const struct request *q)
{
    buf_puts(q->out, "QC1");
}

static void threads(const struct request *q)
{
    buf_puts(q->out, "m1");
}

static void no_more_threads(const struct request *q)
{
    buf_puts(q->out, "l");
}

/* A longer name stands before a shorter one that it begins with. */
static const struct {
    const char *name;
    void (*run)(const struct request *q);
} commands[] = {
    {"?", why},
    {"!", okay},
    {"g", read_registers},
    {"G", write_registers},
    {"p", read_register},
    {"P", write_register},
    {"m", read_memory},
    {"M", write_memory},
    {"X", write_binary},
    {"c", go_on},
    {"C", go_on_signal},
    {"s", step},
    {"S", step_signal},
    {"vCont?", resume_kinds},
    {"vCont", resume},
    {"vKill", kill_run},
    {"vFlashErase:", flash_erase},
    {"vFlashWrite:", flash_write},
    {"vFlashDone", okay},
    {"k", kill_run},
    {"D", detach},
    {"Z", set_point},
    {"z", clear_point},
    {"H", okay},
    {"T", okay},
    {"QStartNoAckMode", no_ack},
    {"qSupported", supported},
    {"qXfer:features:read:target.xml:", description},
    {"qXfer:memory-map:read::", memory_map},
    {"qAttached", attached},
    {"qRcmd,", monitor},
    {"qfThreadInfo", threads},
    {"qsThreadInfo", no_more_threads},
    {"qSymbol", okay},
    {"qC", current_thread},
};

void gdb_command(struct gdb *g, struct sim *s, const char *data, size_t n, struct buf *out)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        size_t length = strlen(commands[i].name);
        if (strncmp(data, commands[i].name, length) != 0) continue;
        commands[i].run(&(struct request){g, s, data + length, n - length, out});
        return;
    }
}
