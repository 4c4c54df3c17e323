/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is plugged into a board from outside: consoles told apart, RTT, files, scripts and a
 * terminal on a serial port.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/host/script.h"
#include "sim/state.h"
#include "sim_case.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"

static const char board[] = "nucleo-f446re";

struct heard {
    struct buf by[4];
    const char *port, *types; /* what is typed on whose terminal */
    int terminal;
    char path[128];
};

static void hear(void *context, enum sim_console from, const char *port, const char *bytes,
                 size_t n)
{
    struct heard *h = context;
    if (from == CONSOLE_UART)
        assert_string_equal(port, "USART2");
    else
        assert_null(port);
    buf_add(&h->by[from], bytes, n);
}

static void heard_done(struct heard *h)
{
    for (size_t i = 0; i < 4; i++)
        buf_done(&h->by[i]);
}

/* Runs consoles.elf with one thing plugged in; its text is written to a file first. */
static struct sim_case plugged(const char *image, struct sim_plug plug, const char *text,
                               struct heard *h)
{
    char path[] = "/tmp/mcuscope-plug-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    if (!plug.port) plug.port = "USART2";
    plug.path = path;
    struct sim_case c = case_run(image, board,
                                 (struct sim_options){.plugs = &plug,
                                                      .plug_count = 1,
                                                      .rtt = true,
                                                      .max_cycles = 400000000,
                                                      .console = hear,
                                                      .context = h});
    unlink(path);
    return c;
}

static void tells_consoles_apart(void **state)
{
    (void)state;
    const char *images[] = {"consoles.elf", "consoles.bin"}; /* with and without a symbol */
    for (size_t i = 0; i < 2; i++) {
        const char *image = firmware(images[i]);
        if (!image) return;
        struct heard h = {0};
        struct sim_case c =
            plugged(image, (struct sim_plug){.kind = PLUG_FILE}, "one\rq\r", &h);
        assert_int_equal(c.stop.cause, SIM_EXIT);
        assert_string_equal(buf_text(&h.by[CONSOLE_SEMIHOSTING]), "by semihosting\n");
        assert_string_equal(buf_text(&h.by[CONSOLE_ITM]), "by itm\n");
        assert_string_equal(buf_text(&h.by[CONSOLE_RTT]), "by rtt, longer than its ring\n");
        assert_string_equal(buf_text(&h.by[CONSOLE_UART]),
                            "by uart\r\nready> heard one\r\nready> ");
        case_done(&c);
        heard_done(&h);
    }
}

/* 115200 baud at 16 MHz: a byte takes 1,390 cycles. */
static void files_arrive_at_the_baud_rate(void **state)
{
    (void)state;
    const char *image = firmware("consoles.elf");
    if (!image) return;
    char text[6001];
    memset(text, '\r', sizeof text - 1);
    strcpy(text + 5990, "q\r");
    struct heard h = {0};
    struct sim_case c = plugged(image, (struct sim_plug){.kind = PLUG_FILE}, text, &h);
    assert_int_equal(c.stop.cause, SIM_EXIT);
    assert_in_range(c.stop.cycle, UINT64_C(5990) * 1390, UINT64_C(5990) * 1390 + 200000);
    case_done(&c);
    heard_done(&h);
}

static void scripts_talk(void **state)
{
    (void)state;
    const char *image = firmware("consoles.elf");
    if (!image) return;
    struct heard h = {0};
    struct sim_case c = plugged(image, (struct sim_plug){.kind = PLUG_SCRIPT},
                                "# a dialogue\n"
                                "expect \"ready> \"\n"
                                "wait 30 ms\n"
                                "send \"tw\\x6f\\r\"   # two\n"
                                "timeout 50 ms\n"
                                "expect \"heard two\"\n"
                                "expect \"ready> \"\n"
                                "send \"q\\r\"\n",
                                &h);
    assert_int_equal(c.stop.cause, SIM_EXIT);
    assert_in_range(c.stop.cycle, 30 * 16000, 32 * 16000);
    case_done(&c);
    heard_done(&h);
}

static void scripts_lose_patience(void **state)
{
    (void)state;
    const char *image = firmware("consoles.elf");
    if (!image) return;
    static const struct {
        const char *script, *text;
    } cases[] = {
        {"timeout 20 ms\n\nexpect \"never\"\n",
         ":3: USART2 did not say \"never\" within 20 ms\n"
         "  it said last: \"by uart\\r\\nready> \""},
        {"send \"q\\r\"\nexpect \"bye\"\n",
         ":2: USART2 did not say \"bye\" before the firmware ended"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct heard h = {0};
        struct sim_case c =
            plugged(image, (struct sim_plug){.kind = PLUG_SCRIPT}, cases[i].script, &h);
        assert_int_equal(c.stop.cause, SIM_SCRIPT);
        assert_int_equal(sim_cause_exit(c.stop.cause), 3);
        if (!strstr(c.stop.text, cases[i].text)) fail_msg("%s", c.stop.text);
        case_done(&c);
        heard_done(&h);
    }
}

static void scripts_end_runs(void **state)
{
    (void)state;
    const char *image = firmware("consoles.elf");
    if (!image) return;
    struct heard h = {0};
    struct sim_case c =
        plugged(image, (struct sim_plug){.kind = PLUG_SCRIPT}, "expect \"uart\"\nend\n", &h);
    assert_int_equal(c.stop.cause, SIM_EXIT);
    case_done(&c);
    heard_done(&h);
}

static void bad_scripts_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *script, *text;
    } cases[] = {
        {"\nshout \"x\"\n", "s.txt:2: have expect"},
        {"expect ready\n", "s.txt:1: a text in quotes"},
        {"send \"x\n", "s.txt:1: the text has no closing quote"},
        {"send \"\\q\"", "s.txt:1: have \\r"},
        {"send \"\"", "s.txt:1: the text is empty"},
        {"wait 5 s\n", "s.txt:1: the unit is ms"},
        {"wait 99999999999999999999 ms\n", "s.txt:1: at most 3600000 ms"},
        {"end now\n", "s.txt:1: something stands behind"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        assert_null(script_parse(cases[i].script, strlen(cases[i].script), "s.txt", &e));
        if (strncmp(e.text, cases[i].text, strlen(cases[i].text)) != 0) fail_msg("%s", e.text);
    }
}

static void terminal(void *context, const char *port, const char *path)
{
    struct heard *h = context;
    assert_string_equal(port, h->port);
    snprintf(h->path, sizeof h->path, "%s", path);
    h->terminal = open(path, O_RDWR | O_NOCTTY);
    assert_true(h->terminal >= 0);
    assert_int_equal(write(h->terminal, h->types, strlen(h->types)), strlen(h->types));
}

/* Types on the terminal and waits for an answer. */
static void talk(const char *port, const char *types, const char *answer)
{
    struct heard h = {.port = port, .types = types};
    struct sim_plug plug = {.port = port, .kind = PLUG_PTY};
    struct sim_case c = case_run(firmware("consoles.elf"), board,
                                 (struct sim_options){.plugs = &plug,
                                                      .plug_count = 1,
                                                      .rtt = true,
                                                      .max_cycles = 400000000,
                                                      .terminal = terminal,
                                                      .context = &h});
    assert_int_equal(c.stop.cause, SIM_EXIT);
    char said[256] = "";
    size_t used = 0;
    struct pollfd there = {.fd = h.terminal, .events = POLLIN};
    /* A terminal gives a line at a time, when the kernel gets to it. */
    while (!strstr(said, answer) && used + 1 < sizeof said && poll(&there, 1, 5000) > 0) {
        ssize_t n = read(h.terminal, said + used, sizeof said - 1 - used);
        if (n <= 0) break;
        used += (size_t)n;
    }
    if (!strstr(said, answer)) fail_msg("%s", said);
    close(h.terminal);
    case_done(&c);
}

static void terminals_talk(void **state)
{
    (void)state;
    if (!firmware("consoles.elf")) return;
    talk("USART2", "tty\rq\r", "heard tty");
    talk("rtt", "+tty.", "ttttyy..");
}

/* To the firmware by RTT, through a ring of eight bytes; with a symbol and without. */
static void rtt_goes_down(void **state)
{
    (void)state;
    const char *images[] = {"consoles.elf", "consoles.bin"};
    static const char script[] = "send \"+\"\n"
                                 "expect \"ring\\n\"\n"
                                 "send \"ab\"\n"
                                 "expect \"aabb\"\n"
                                 "wait 5 ms\n"
                                 "send \"longer than the ring.\"\n"
                                 "expect \"gg..\"\n";
    for (size_t i = 0; i < 2; i++) {
        const char *image = firmware(images[i]);
        if (!image) return;
        struct heard h = {0};
        struct sim_case c = plugged(image, (struct sim_plug){.port = "rtt", .kind = PLUG_FILE},
                                    "+as it is.", &h);
        assert_int_equal(c.stop.cause, SIM_EXIT);
        assert_string_equal(buf_text(&h.by[CONSOLE_RTT]),
                            "by rtt, longer than its ring\naass  iitt  iiss..");
        case_done(&c);
        heard_done(&h);
        h = (struct heard){0};
        c = plugged(image, (struct sim_plug){.port = "rtt", .kind = PLUG_SCRIPT}, script, &h);
        if (c.stop.cause != SIM_EXIT) fail_msg("%s", c.stop.text);
        assert_in_range(c.stop.cycle, 5 * 16000, 20 * 16000);
        case_done(&c);
        heard_done(&h);
    }
    struct heard h = {0};
    struct sim_case c =
        plugged(firmware("consoles.elf"), (struct sim_plug){.port = "rtt", .kind = PLUG_SCRIPT},
                "timeout 20 ms\nexpect \"never\"\n", &h);
    assert_int_equal(c.stop.cause, SIM_SCRIPT);
    assert_non_null(strstr(c.stop.text, ":2: rtt did not say \"never\" within 20 ms"));
    case_done(&c);
    heard_done(&h);
}

static void ports_must_be_there(void **state)
{
    (void)state;
    struct err e = {0};
    struct board *b = board_load(board, &e);
    struct sim_plug plug = {.port = "USART9", .kind = PLUG_PTY};
    assert_non_null(b);
    assert_null(
        sim_new(&(struct sim_options){.board = b, .plugs = &plug, .plug_count = 1}, &e));
    assert_non_null(strstr(e.text, "no serial port USART9"));
    board_free(b);
}

/* CMSIS's ITM_SendChar() writes where TCR and port 0 are on, which it leaves to the probe. */
static void a_probe_switches_itm_on(void **state)
{
    (void)state;
    struct err e = {0};
    struct board *b = board_load(board, &e);
    assert_non_null(b);
    for (int swo = 0; swo < 2; swo++) {
        struct heard h = {0};
        struct sim_options o = {.board = b, .swo = swo, .console = hear, .context = &h};
        struct sim *s = sim_new(&o, &e);
        assert_non_null(s);
        if (bus_read(&s->bus, 0xe0000e80, 4) & bus_read(&s->bus, 0xe0000e00, 4) & 1U)
            bus_write(&s->bus, 0xe0000000, 1, 'x');
        assert_string_equal(buf_text(&h.by[CONSOLE_ITM]), swo ? "x" : "");
        sim_free(s);
        heard_done(&h);
    }
    board_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_consoles_apart),
        cmocka_unit_test(scripts_talk),
        cmocka_unit_test(files_arrive_at_the_baud_rate),
        cmocka_unit_test(scripts_lose_patience),
        cmocka_unit_test(scripts_end_runs),
        cmocka_unit_test(bad_scripts_are_refused),
        cmocka_unit_test(terminals_talk),
        cmocka_unit_test(rtt_goes_down),
        cmocka_unit_test(ports_must_be_there),
        cmocka_unit_test(a_probe_switches_itm_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
