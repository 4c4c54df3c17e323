/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The GDB server, by its packets. A client's whole visit is sent before the run begins: the
 * server takes a packet whenever the machine is halted, so one thread is enough. That real GDB
 * gets along with it is tests/e2e/gdb.sh's business.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/gdb/packet.h"
#include "sim/gdb/server.h"
#include "sim/load/image.h"
#include "sim_case.h"
#include "tools/base/buf.h"
#include "tools/base/rng.h"

static const char board[] = "nucleo-f446re";

struct visit {
    struct gdb *gdb;
    int line;
    struct buf answers; /* data of the packets that came back, each ended by a line feed */
    unsigned refused;   /* "-" */
    struct sim_case run;
};

static int dial(const struct gdb *g)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)gdb_port(g)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int line = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(line, (struct sockaddr *)&to, sizeof to), 0);
    return line;
}

static struct visit visit_begin(void)
{
    struct err e;
    struct visit v = {.gdb = gdb_listen(0, &e)};
    if (!v.gdb) fail_msg("%s", e.text);
    v.line = dial(v.gdb);
    return v;
}

static void say_raw(struct visit *v, const void *bytes, size_t n)
{
    assert_int_equal(send(v->line, bytes, n, 0), (ssize_t)n);
}

static void say(struct visit *v, const char *packet)
{
    struct buf b = {0};
    packet_frame(&b, packet, strlen(packet));
    say_raw(v, b.data, b.len);
    buf_done(&b);
}

static void hear(struct visit *v)
{
    static struct packet_reader r;
    uint8_t bytes[4096];
    memset(&r, 0, sizeof r);
    shutdown(v->line, SHUT_WR);
    for (;;) {
        ssize_t n = recv(v->line, bytes, sizeof bytes, 0);
        if (n <= 0) return;
        for (ssize_t i = 0; i < n; i++)
            switch (packet_byte(&r, bytes[i])) {
            case PACKET_READY:
                buf_add(&v->answers, r.data, r.len);
                buf_puts(&v->answers, "\n");
                break;
            case PACKET_NAK:
                v->refused++;
                break;
            case PACKET_BAD:
            case PACKET_TOO_LONG:
                fail_msg("the server sent a broken packet");
                break;
            case PACKET_NONE:
            case PACKET_ACK:
            case PACKET_INTERRUPT:
                break;
            }
    }
}

/* Runs the firmware with everything said before, and listens to the end. */
static void visit_run(struct visit *v, const char *image, const char *input)
{
    v->run =
        case_run(image, board,
                 (struct sim_options){
                     .gdb = v->gdb, .console_in = input, .console_in_bytes = strlen(input)});
    gdb_free(v->gdb);
    hear(v);
}

static void visit_end(struct visit *v)
{
    close(v->line);
    buf_done(&v->answers);
    case_done(&v->run);
}

static void assert_heard(const struct visit *v, const char *text)
{
    if (!strstr(buf_text(&v->answers), text))
        fail_msg("not heard: %s\n%s", text, buf_text(&v->answers));
}

static uint32_t symbol(const char *image, const char *name)
{
    struct err e;
    struct image *m = image_load(image, 0x08000000, &e);
    if (!m) fail_msg("%s", e.text);
    const struct symbol *s = image_symbol(m, name);
    if (!s) fail_msg("no symbol %s", name);
    uint32_t addr = s->addr & ~1U;
    image_free(m);
    return addr;
}

static void says_what_it_can(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    if (!image) return;
    struct visit v = visit_begin();
    say(&v, "qSupported:swbreak+");
    say(&v, "qXfer:features:read:target.xml:0,fff");
    say(&v, "qXfer:memory-map:read::0,fff");
    say(&v, "?");
    say(&v, "vMustReplyEmpty");
    say(&v, "mfffffff0,4");
    say(&v, "m8000000,8");
    say(&v, "D");
    visit_run(&v, image, "");
    assert_heard(&v, "qXfer:features:read+");
    assert_heard(&v, "org.gnu.gdb.arm.m-profile");
    assert_heard(&v, "org.gnu.gdb.arm.vfp");
    assert_heard(&v, "<memory type=\"flash\" start=\"0x8000000\" length=\"0x80000\">");
    assert_heard(&v, "T05thread:1;\n\nE01\n0000012059010008\nOK\n");
    assert_int_equal(v.run.stop.cause, SIM_EXIT);
    visit_end(&v);
}

static void breaks_steps_and_watches(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    if (!image) return;
    char text[64];
    struct visit v = visit_begin();
    snprintf(text, sizeof text, "Z1,%x,2", symbol(image, "layer_b"));
    say(&v, text);
    say(&v, "c");
    say(&v, "pf");
    snprintf(text, sizeof text, "z1,%x,2", symbol(image, "layer_b"));
    say(&v, text);
    say(&v, "s");
    say(&v, "pf");
    snprintf(text, sizeof text, "Z2,%x,4", symbol(image, "result") + 8);
    say(&v, text);
    say(&v, "vCont;c");
    say(&v, "D");
    visit_run(&v, image, "");
    uint32_t at = symbol(image, "layer_b");
    snprintf(text, sizeof text, "T05hwbreak:;thread:1;\n%02x%02x0008\nOK\nT05thread:1;\n",
             at & 255U, at >> 8 & 255U);
    assert_heard(&v, text);
    snprintf(text, sizeof text, "T05watch:%x;thread:1;\nOK\n", symbol(image, "result") + 8);
    assert_heard(&v, text);
    assert_int_equal(v.run.stop.cause, SIM_EXIT);
    visit_end(&v);
}

/* Every instruction is a stop: nothing of the profile may change. */
static void stops_cost_nothing(void **state)
{
    (void)state;
    static const char *const images[] = {"hello.elf", "time.elf", "interrupts.elf",
                                         "latency.elf"};
    for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
        const char *image = firmware(images[i]);
        if (!image) return;
        struct sim_case plain = case_run(image, board, (struct sim_options){0});
        struct visit v = visit_begin();
        say(&v, "Z4,2000ff00,100");
        for (int k = 0; k < 400; k++)
            say(&v, k % 5 ? "s" : "c");
        say(&v, "z4,2000ff00,100");
        for (int k = 0; k < 1500; k++)
            say(&v, "s");
        struct image *m = image_load(image, 0, &(struct err){0});
        const struct symbol *f = m ? image_symbol(m, "straight") : NULL;
        for (int k = 0; f && k < 120; k++) { /* inside the pieces of a long block */
            char point[32];
            snprintf(point, sizeof point, k % 40 ? "c" : "Z0,%x,2",
                     f->addr + 0x100 + 6U * (unsigned)k);
            say(&v, point);
            if (k % 40) say(&v, "s");
        }
        for (int k = 0; f && k < 120; k += 40) {
            char point[32];
            snprintf(point, sizeof point, "z0,%x,2", f->addr + 0x100 + 6U * (unsigned)k);
            say(&v, point);
        }
        image_free(m);
        say(&v, "D");
        visit_run(&v, image, "");
        assert_int_equal(v.run.stop.cause, plain.stop.cause);
        assert_int_equal(v.run.stop.cycle, plain.stop.cycle);
        assert_int_equal(v.run.profile->total.instructions, plain.profile->total.instructions);
        assert_int_equal(v.run.profile->console_bytes, plain.profile->console_bytes);
        assert_memory_equal(v.run.profile->console, plain.profile->console,
                            plain.profile->console_bytes);
        assert_memory_equal(v.run.profile->total.causes, plain.profile->total.causes,
                            sizeof plain.profile->total.causes);
        visit_end(&v);
        case_done(&plain);
    }
}

static void bad_ends_are_stops(void **state)
{
    (void)state;
    const char *image = firmware("faults.elf");
    if (!image) return;
    static const struct {
        const char *input, *heard;
        enum sim_cause cause;
    } cases[] = {
        {"w", "T0bthread:1;\nX0b\n", SIM_FAULT}, /* a store to flash */
        {"u", "T04thread:1;\nX04\n", SIM_FAULT}, /* UDF */
        {"i", "T05thread:1;\nX05\n", SIM_LOOP},
        {"b", "T05thread:1;\nW00\n", SIM_EXIT}, /* BKPT 1 */
        {"x", "W2a\n", SIM_EXIT_CODE},          /* exit code 42 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct visit v = visit_begin();
        say(&v, "c");
        say(&v, "c");
        visit_run(&v, image, cases[i].input);
        assert_heard(&v, cases[i].heard);
        assert_int_equal(v.run.stop.cause, cases[i].cause);
        visit_end(&v);
    }
}

/* The fault's handler is entered, and never returns. */
static void faults_stop_in_their_handlers(void **state)
{
    (void)state;
    const char *image = firmware("gives_up.elf");
    if (!image) return;
    char text[64];
    struct visit v = visit_begin();
    say(&v, "c");
    say(&v, "pf");
    say(&v, "c"); /* it ends the run: a stop again, with all that happened */
    say(&v, "c");
    visit_run(&v, image, "x");
    uint32_t at = symbol(image, "hard_fault_handler");
    snprintf(text, sizeof text, "T0bthread:1;\n%02x%02x0008\n", at & 255U, at >> 8 & 255U);
    assert_heard(&v, text);
    assert_heard(&v, "30783966666630303130"); /* "0x9fff0010", in a packet for the console */
    assert_int_equal(v.run.stop.cause, SIM_FAULT);
    visit_end(&v);
}

static void resets(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    if (!image) return;
    char text[64];
    struct visit v = visit_begin();
    snprintf(text, sizeof text, "Z0,%x,2", symbol(image, "layer_a"));
    say(&v, text);
    say(&v, "c");
    say(&v, "qRcmd,72657365742068616c74"); /* reset halt */
    say(&v, "pf");
    say(&v, "c");
    say(&v, "c");
    visit_run(&v, image, "");
    uint32_t at = symbol(image, "reset_handler");
    snprintf(text, sizeof text, "\n%02x%02x0008\nT05swbreak:;thread:1;\nW00\n", at & 255U,
             at >> 8 & 255U);
    assert_heard(&v, text);
    assert_int_equal(v.run.profile->console_bytes, 2 * 6 + 9); /* "hello" twice, a number */
    visit_end(&v);
}

static void loads_flash(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    if (!image) return;
    char text[64];
    uint32_t main_at = symbol(image, "main");
    struct visit v = visit_begin();
    snprintf(text, sizeof text, "Z1,%x,2", main_at);
    say(&v, text);
    say(&v, "c");                                              /* its code has run … */
    snprintf(text, sizeof text, "vFlashWrite:%x:pG", main_at); /* … is now "bx lr" */
    say(&v, text);
    say(&v, "vFlashDone");
    say(&v, "P0=2a000000");
    say(&v, "D");
    visit_run(&v, image, "");
    assert_heard(&v, "OK\nOK\nOK\nOK\n");
    assert_int_equal(v.run.stop.cause, SIM_EXIT_CODE);
    assert_int_equal(v.run.stop.code, 42);
    assert_int_equal(v.run.profile->console_bytes, 0);
    visit_end(&v);
}

static void count(void *context, unsigned port)
{
    assert_true(port > 0);
    ++*(unsigned *)context;
}

/* The first client goes without a word, the second one finds the machine where it stopped:
 * at a breakpoint, or somewhere on its way. */
static void waits_for_another_client(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    if (!image) return;
    char point[32], text[64];
    uint32_t at = symbol(image, "layer_b");
    snprintf(point, sizeof point, "Z1,%x,2", at);
    snprintf(text, sizeof text, "T05hwbreak:;thread:1;\n%02x%02x0008\nOK\n", at & 255U,
             at >> 8 & 255U);
    struct sim_case plain = case_run(image, board, (struct sim_options){0});
    for (int running = 0; running < 2; running++) {
        struct visit v = visit_begin();
        unsigned waits = 0;
        gdb_on_wait(v.gdb, count, &waits);
        if (!running) say(&v, point);
        say(&v, "c");
        shutdown(v.line, SHUT_WR);
        int first = v.line;
        v.line = dial(v.gdb);
        say(&v, "?");
        say(&v, "pf");
        say(&v, "D");
        visit_run(&v, image, "");
        assert_heard(&v, running ? "T05thread:1;\n" : text);
        assert_int_equal(waits, 2);
        assert_int_equal(v.run.stop.cause, SIM_EXIT);
        assert_int_equal(v.run.stop.cycle, plain.stop.cycle);
        close(first);
        visit_end(&v);
    }
    case_done(&plain);
}

/* A client that is out of its mind: the server answers, and lives. */
static void survives_nonsense(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    if (!image) return;
    static const char *const starts[] = {"g",
                                         "G",
                                         "p",
                                         "P",
                                         "m",
                                         "M",
                                         "X",
                                         "Z",
                                         "z",
                                         "vCont",
                                         "vFlashErase:",
                                         "vFlashWrite:",
                                         "qXfer:features:read:target.xml:",
                                         "qRcmd,",
                                         "qSupported:",
                                         "H",
                                         "vWhat",
                                         "T",
                                         "qC",
                                         "?"};
    struct rng r = {7};
    struct visit v = visit_begin();
    say_raw(&v, "$g#00", 5); /* wrong */
    say_raw(&v, "$g#zz\x03+-#$", 10);
    for (unsigned i = 0; i < 600; i++) {
        char text[64];
        size_t n = (size_t)snprintf(text, sizeof text, "%s",
                                    starts[rng_below(&r, sizeof starts / sizeof *starts)]);
        for (uint32_t k = rng_below(&r, 20); k; k--)
            text[n++] = "0123456789abcdef,:;=f0f8-"[rng_below(&r, 25)];
        text[n] = 0;
        if (strncmp(text, "vCont;", 6) != 0) say(&v, text);
    }
    char huge[PACKET_MAX + 100];
    memset(huge, '0', sizeof huge);
    say_raw(&v, "$m", 2);
    say_raw(&v, huge, sizeof huge);
    say_raw(&v, "#00", 3);
    say(&v, "qC");
    say(&v, "k");
    visit_run(&v, image, "");
    assert_true(v.refused >= 2);
    assert_heard(&v, "E01\nQC1\n");
    assert_int_equal(v.run.stop.cause, SIM_EXIT);
    assert_string_equal(v.run.stop.text, "ended by the debugger");
    visit_end(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_it_can),
        cmocka_unit_test(breaks_steps_and_watches),
        cmocka_unit_test(stops_cost_nothing),
        cmocka_unit_test(bad_ends_are_stops),
        cmocka_unit_test(faults_stop_in_their_handlers),
        cmocka_unit_test(resets),
        cmocka_unit_test(loads_flash),
        cmocka_unit_test(waits_for_another_client),
        cmocka_unit_test(survives_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
