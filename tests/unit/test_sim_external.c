/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory beside the chip: it answers when the FMC has been told how, is Device memory until the
 * MPU says otherwise, and costs what its settings say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/mem/sdram.h"
#include "sim/periph/fmc.h"
#include "sim/state.h"
#include "sim_case.h"

static const char *const boards[] = {
    ['4'] = "stm32f429i-disco", ['7'] = "stm32f746g-disco", ['9'] = "stm32f769i-disco"};

static struct sim_case run(const char *what, struct sim_options o)
{
    o.console_in = what;
    o.console_in_bytes = strlen(what);
    return case_run(firmware("sdram.elf"), boards[(int)what[0]], o);
}

/* The numbers that it printed. */
static size_t numbers(const struct sim_case *c, long *out, size_t max)
{
    size_t n = 0;
    char text[256] = "";
    snprintf(text, sizeof text, "%.*s", (int)c->profile->console_bytes, c->profile->console);
    for (char *at = text; *at && n < max; n++, at += strcspn(at, "\n") + 1)
        out[n] = strtol(at, NULL, 10);
    return n;
}

static void it_works_when_it_is_up(void **state)
{
    (void)state;
    static const char *const ways[] = {"4-", "7-", "9-"};
    if (!firmware("sdram.elf")) return;
    for (size_t i = 0; i < 3; i++)
        for (int fast = 0; fast < 2; fast++) {
            struct sim_case c =
                run(ways[i],
                    (struct sim_options){.verify_core = fast,
                                         .executor = fast ? EXECUTOR_FAST : EXECUTOR_UNICORN});
            long n[3];
            if (c.stop.cause != SIM_EXIT) fail_msg("%s: %s", ways[i], c.stop.text);
            assert_int_equal(numbers(&c, n, 3), 2);
            assert_true(n[0] > 64 * 6);
            assert_true(n[1] > n[0] + 63 * 6); /* tRP and tRCD, two clocks of 2 HCLK or more */
            case_done(&c);
        }
}

static void it_answers_only_then(void **state)
{
    (void)state;
    static const struct {
        const char *what, *text;
    } cases[] = {
        {"7e", "no clock (RCC_AHB3ENR)"},
        {"4e", "no clock (RCC_AHB3ENR)"},
        {"7m", "has not loaded its mode register"},
        {"7w", "FMC_SDCR.WP protects the SDRAM"},
        {"7u", "unaligned 2-byte access to Device memory at 0xc0000103 (sdram + 0x103)"},
        {"9d", "unaligned 2-byte access to Device memory at 0x20010103"},
        {"7x", "can be run only where an MPU region says so"},
        {"4x", "can be run only where an MPU region says so"},
    };
    if (!firmware("sdram.elf")) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim_case c = run(cases[i].what, (struct sim_options){0});
        if (c.stop.cause != SIM_FAULT || !strstr(c.stop.text, cases[i].text))
            fail_msg("%s: %s", cases[i].what, c.stop.text);
        case_done(&c);
    }
    struct sim_case c = run("4u", (struct sim_options){0}); /* a Cortex-M4 splits it */
    assert_int_equal(c.stop.cause, SIM_EXIT);
    case_done(&c);
}

/* The MPU makes it Normal, for unaligned accesses. At the other address it is so by itself, and
 * code runs. */
static void it_becomes_normal(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        size_t numbers;
    } ways[] = {{"7n", 2}, {"7s", 3}, {"9n", 2}, {"9s", 3}, {"4n", 2}};
    if (!firmware("sdram.elf")) return;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct sim_case c = run(ways[i].what, (struct sim_options){.verify_core = true});
        long n[4];
        if (c.stop.cause != SIM_EXIT) fail_msg("%s: %s", ways[i].what, c.stop.text);
        assert_int_equal(numbers(&c, n, 4), ways[i].numbers);
        if (ways[i].numbers == 3) assert_int_equal(n[0], 42); /* it ran */
        case_done(&c);
    }
    struct sim_case c = run("7r", (struct sim_options){0});
    assert_int_equal(c.stop.cause, SIM_REFUSED);
    assert_non_null(strstr(c.stop.text, "which an MPU region lets run"));
    case_done(&c);
}

static void registers_are_the_manuals(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    const uint32_t fmc = 0xa0000000;
    uint32_t word = 1;
    assert_int_equal(bus_read(&s->bus, fmc + 0x140, 4), 0); /* no clock */
    bus_write(&s->bus, fmc + 0x140, 4, 0);
    case_set(s, 0x40023838, 1);
    assert_int_equal(bus_read(&s->bus, fmc + 0x140, 4), 0x2d0);
    assert_int_equal(bus_read(&s->bus, fmc + 0x14c, 4), 0x0fffffff);
    bus_write(&s->bus, fmc + 0x140, 4, 0x1954); /* CAS 2, SDCLK = HCLK / 2, 16 bits */
    bus_write(&s->bus, fmc + 0x148, 4, 0x01116361);
    bus_write(&s->bus, fmc + 0x150, 4, 0x11);
    bus_write(&s->bus, fmc + 0x150, 4, 0x12);
    bus_write(&s->bus, fmc + 0x150, 4, 0xf3); /* eight refreshes of seven clocks of two */
    assert_int_equal(bus_read(&s->bus, fmc + 0x158, 4), 1U << 5);
    s->now += 8 * 7 * 2;
    assert_int_equal(bus_read(&s->bus, fmc + 0x158, 4), 0);
    assert_false(s->chip.sdram[0].up);
    assert_non_null(strstr(fmc_missing(s, 1), "mode register"));
    bus_write(&s->bus, fmc + 0x150, 4, 0x230U << 9 | 0x14); /* CAS 3 */
    assert_non_null(strstr(fmc_missing(s, 1), "CAS latency"));
    bus_write(&s->bus, fmc + 0x150, 4, 0x220U << 9 | 0x14);
    assert_true(s->chip.sdram[0].up);
    assert_false(s->chip.sdram[1].up);
    bus_write(&s->bus, fmc + 0x150, 4, 0x15);
    assert_int_equal(bus_read(&s->bus, fmc + 0x158, 4) >> 1 & 3U, 1); /* self-refresh */
    /* DMA reaches what is up, and nothing else. */
    const uint32_t stream = 0x40026400 + 0x10;
    for (int i = 0; i < 2; i++) {
        machine_write(s->machine, 0x20010000, &word, 4);
        bus_write(&s->bus, stream + 0x08, 4, 0x20010000);
        bus_write(&s->bus, stream + 0x0c, 4, i ? 0x60000000 : 0xc0000010);
        bus_write(&s->bus, stream + 0x04, 4, 1);
        bus_write(&s->bus, stream, 4, 2U << 13 | 2U << 11 | 2U << 6 | 1);
        s->now += 100;
        events_run(&s->events, s->now);
        assert_int_equal(bus_read(&s->bus, 0x40026400, 4), i ? 1U << 3 : 1U << 5);
        bus_write(&s->bus, 0x40026408, 4, 0x3f);
    }
    word = 0;
    assert_true(memory_read(&s->memory, 0xc0000010, 4, (uint8_t *)&word));
    assert_int_equal(word, 1);
    struct err e; /* a reset takes it away */
    assert_true(bus_reset(&s->bus, &e));
    assert_false(s->chip.sdram[0].up);
    assert_false(memory_read(&s->memory, 0xc0000010, 4, NULL));
    case_machine_done(s, b);
}

/* A board of one's own: the H7's FMC has an enable of its own, and the memory takes bus clocks.
 */
static void others_may_have_some(void **state)
{
    (void)state;
    static const char text[] =
        "{\"title\": \"mine\", \"uses\": \"stm32h743\","
        " \"clock_hz\": {\"value\": 400000000, \"source\": \"me\"},"
        " \"regions\": [{\"name\": \"sdram\", \"kind\": \"ram\", \"port\": \"axi\", \"sdram\": "
        "2,"
        " \"base\": \"0xd0000000\", \"size\": 33554432, \"source\": \"my schematic\"}]}";
    struct err e;
    struct board *b = board_parse(text, strlen(text), "boards/mine.json", &e);
    if (!b) fail_msg("%s", e.text);
    struct sim *s = sim_new(&(struct sim_options){.board = b}, &e);
    if (!s) fail_msg("%s", e.text);
    const uint32_t fmc = 0x52004000;
    bus_write(&s->bus, 0x580244d4, 4, 1U << 12);
    bus_write(&s->bus, fmc + 0x140, 4, 2U << 10);
    bus_write(&s->bus, fmc + 0x144, 4, 2U << 7 | 1U << 6 | 2U << 4 | 2U << 2 | 1);
    for (uint32_t mode = 1; mode < 4; mode++)
        bus_write(&s->bus, fmc + 0x150, 4, 1U << 3 | mode);
    bus_write(&s->bus, fmc + 0x150, 4, 0x220U << 9 | 1U << 3 | 4);
    assert_non_null(strstr(fmc_missing(s, 2), "FMC_BCR1.FMCEN"));
    assert_false(memory_read(&s->memory, 0xd0000000, 4, NULL));
    case_set(s, fmc, 1U << 31);
    assert_null(fmc_missing(s, 2));
    assert_true(memory_read(&s->memory, 0xd1fffffc, 4, NULL));
    assert_int_equal(s->chip.sdram[1].bytes, 4);
    assert_int_equal(s->chip.sdram[1].column_shift, 11);
    assert_int_equal(s->chip.sdram[1].row_bits, 13);
    case_machine_done(s, b);
}

/* Times are those of the settings, in clocks of the memory. */
static void rows_open_and_close(void **state)
{
    (void)state;
    struct sdram m = {0};
    struct chip c = {.axi_divider = 1,
                     .sdram = {{.up = true,
                                .divider = 2,
                                .cas = 2,
                                .rcd = 3,
                                .rp = 4,
                                .pipe = 1,
                                .bytes = 2,
                                .column_shift = 9,
                                .row_bits = 12}}};
    assert_int_equal(sdram_access(&m, &c, 1, 0, 4, false), (3 + 2 + 2) * 2 + 1);
    assert_int_equal(sdram_access(&m, &c, 1, 508, 2, false), (2 + 1) * 2 + 1);
    assert_int_equal(sdram_access(&m, &c, 1, 512, 1, true), (4 + 3 + 1) * 2);
    assert_int_equal(sdram_access(&m, &c, 1, 1U << 21, 4, true), (3 + 2) * 2); /* next bank */
    assert_int_equal(sdram_access(&m, &c, 1, 516, 4, true), 2 * 2);            /* still open */
    assert_int_equal(sdram_access(&m, &c, 2, 0, 4, true), 0);                  /* not up */
    c.axi_divider = 2;
    assert_int_equal(sdram_access(&m, &c, 1, 516, 4, false), ((2 + 2) * 2 + 1) * 2);
    assert_int_equal(sdram_beats(&c, 1, 8), 4 * 2 * 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_works_when_it_is_up), cmocka_unit_test(it_answers_only_then),
        cmocka_unit_test(it_becomes_normal),      cmocka_unit_test(registers_are_the_manuals),
        cmocka_unit_test(others_may_have_some),   cmocka_unit_test(rows_open_and_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
