/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices: clock trees as start-up code programs them, wait states, ports and timers through
 * their registers, and the MLPerf Tiny conversation with a firmware of our own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/mlperf.h"
#include "sim/state.h"
#include "sim_case.h"

static void f7_reaches_216_mhz(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    assert_int_equal(s->chip.hclk_hz, 16000000);
    bus_write(&s->bus, 0x40023804, 4, 9U << 24 | 216U << 6 | 8);
    assert_int_equal(bus_read(&s->bus, 0x40023800, 4) >> 25 & 1U, 0);
    case_set(s, 0x40023800, 1U << 24);
    assert_int_equal(bus_read(&s->bus, 0x40023800, 4) >> 25 & 1U, 1); /* PLLRDY */
    case_set(s, 0x40007000, 3U << 16);
    assert_int_equal(bus_read(&s->bus, 0x40007004, 4) >> 16 & 3U, 3); /* over-drive */
    uint32_t before = s->chip.generation;
    bus_write(&s->bus, 0x40023c00, 4, 0x307);
    assert_int_equal(s->chip.flash_wait_states, 7);
    assert_true(s->chip.flash_prefetch && s->chip.flash_icache);
    bus_write(&s->bus, 0x40023808, 4, 5U << 10 | 4U << 13 | 2);
    assert_int_equal(bus_read(&s->bus, 0x40023808, 4) >> 2 & 3U, 2); /* SWS */
    assert_int_equal(s->chip.hclk_hz, 216000000);
    assert_int_equal(s->chip.apb1_hz, 54000000);
    assert_int_equal(s->chip.apb2_hz, 108000000);
    assert_int_equal(s->chip.apb1_timer_hz, 108000000);
    assert_int_equal(s->chip.apb2_timer_hz, 216000000);
    assert_true(s->chip.generation > before);
    case_machine_done(s, b);
}

static void l4_reaches_120_mhz(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("nucleo-l4r5zi", &b);
    assert_int_equal(s->chip.hclk_hz, 4000000);
    assert_int_equal(bus_read(&s->bus, 0x40021000, 4), 0x63);
    assert_int_equal(bus_read(&s->bus, 0x40007000, 4), 0x200);
    bus_write(&s->bus, 0x4002100c, 4, 1U << 24 | 60U << 8 | 1); /* MSI / 1 * 60 / 2 */
    case_set(s, 0x40021000, 1U << 24);
    bus_write(&s->bus, 0x40022000, 4, 0x705);
    bus_write(&s->bus, 0x40021008, 4, 3);
    assert_int_equal(s->chip.hclk_hz, 120000000);
    assert_int_equal(s->chip.flash_wait_states, 5);
    assert_true(s->chip.flash_icache && s->chip.flash_dcache && s->chip.flash_prefetch);
    case_machine_done(s, b);
}

static void h7_reaches_480_mhz(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32h743", &b);
    assert_int_equal(s->chip.hclk_hz, 64000000);
    bus_write(&s->bus, 0x58024428, 4, 16U << 4);
    bus_write(&s->bus, 0x58024430, 4, 1U << 24 | 1U << 16 | 1U << 9 | 239);
    case_set(s, 0x58024400, 1U << 24);
    bus_write(&s->bus, 0x58024418, 4, 4U << 4 | 8);       /* HPRE 2, D1PPRE 2 */
    bus_write(&s->bus, 0x5802441c, 4, 4U << 4 | 4U << 8); /* APB1, APB2 2 */
    bus_write(&s->bus, 0x58024410, 4, 3);
    assert_int_equal(s->chip.hclk_hz, 480000000);
    assert_int_equal(s->chip.axi_divider, 2);
    assert_int_equal(s->chip.apb1_hz, 120000000);
    assert_int_equal(s->chip.apb1_timer_hz, 240000000);
    assert_int_equal(bus_read(&s->bus, 0x58024818, 4) >> 13 & 1U, 1); /* VOSRDY */
    case_machine_done(s, b);
}

static void caches_are_the_scbs(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    bus_write(&s->bus, 0xe000ed14, 4, 3U << 16 | 1U << 9);
    assert_true(s->chip.l1_icache && s->chip.l1_dcache);
    bus_write(&s->bus, 0xe000ed84, 4, 0); /* 4 KiB, 4 ways: 32 sets */
    assert_int_equal(bus_read(&s->bus, 0xe000ed80, 4) >> 13 & 0x7fffU, 31);
    bus_write(&s->bus, 0xe000ed84, 4, 1); /* 4 KiB, 2 ways: 64 sets */
    assert_int_equal(bus_read(&s->bus, 0xe000ed80, 4) >> 13 & 0x7fffU, 63);
    assert_int_equal(bus_read(&s->bus, 0xe000ed00, 4), 0x410fc271);
    case_machine_done(s, b);
    s = case_machine("stm32f412g-disco", &b); /* no caches to switch on */
    bus_write(&s->bus, 0xe000ed14, 4, 3U << 16);
    assert_false(s->chip.l1_icache || s->chip.l1_dcache);
    assert_int_equal(bus_read(&s->bus, 0xe000ed00, 4), 0x410fc241);
    case_machine_done(s, b);
}

static void narrow_accesses_reach_words(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f412g-disco", &b);
    bus_write(&s->bus, 0x40020014, 4, 0x1234);
    bus_write(&s->bus, 0x40020015, 1, 0x56);
    assert_int_equal(bus_read(&s->bus, 0x40020014, 4), 0x5634);
    assert_int_equal(bus_read(&s->bus, 0x40020015, 1), 0x56);
    assert_int_equal(bus_read(&s->bus, 0x40020014, 2), 0x5634);
    bus_write(&s->bus, 0x40020018, 4, 0x34U << 16 | 1); /* BSRR */
    assert_int_equal(bus_read(&s->bus, 0x40020014, 4), 0x5601);
    bus_write(&s->bus, 0xe000e400 + 37, 1, 0xff); /* a byte of NVIC_IPR; four bits are there */
    assert_int_equal(bus_read(&s->bus, 0xe000e400 + 37, 1), 0xf0);
    assert_int_equal(bus_read(&s->bus, 0x50000000, 4), 0); /* nobody there */
    assert_int_equal(s->trace.io_count, 1);
    assert_int_equal(s->trace.io[0].addr, 0x50000000);
    case_machine_done(s, b);
}

/* Times that events ask for, in order; equal ones in order of arming. */
static char order[16];
static size_t order_length;
static void first(void *context)
{
    (void)context;
    order[order_length++] = '1';
}
static void second(void *context)
{
    (void)context;
    order[order_length++] = '2';
}

static void events_come_in_order(void **state)
{
    (void)state;
    struct events q = {0};
    struct event a = {.call = first}, b = {.call = second};
    memset(order, 0, sizeof order);
    order_length = 0;
    event_at(&q, &a, 100);
    event_at(&q, &b, 50);
    assert_int_equal(events_next(&q), 50);
    events_run(&q, 49);
    assert_string_equal(order, "");
    events_run(&q, 100);
    assert_string_equal(order, "21");
    event_at(&q, &b, 200);
    event_at(&q, &a, 200);
    event_at(&q, &b, 200); /* moved: behind the other */
    events_run(&q, 1000);
    assert_string_equal(order, "2112");
    event_at(&q, &a, 5);
    event_cancel(&q, &a);
    assert_true(events_next(&q) == UINT64_MAX);
}

static void timer_counts_microseconds(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    bus_write(&s->bus, 0x40000028, 4, 15); /* 16 MHz / 16 */
    bus_write(&s->bus, 0x40000014, 4, 1);
    bus_write(&s->bus, 0x40000000, 4, 1);
    s->now = 16 * 1234 + 15;
    assert_int_equal(bus_read(&s->bus, 0x40000024, 4), 1234);
    s->now++;
    assert_int_equal(bus_read(&s->bus, 0x40000024, 4), 1235);
    bus_write(&s->bus, 0x40000010, 4, 0);
    bus_write(&s->bus, 0x4000002c, 4, 1999); /* reload: wraps after 2000 */
    bus_write(&s->bus, 0x40000034, 4, 1500); /* compare 1 */
    bus_write(&s->bus, 0x4000000c, 4, 1);    /* update interrupt */
    assert_int_equal(events_next(&s->events), 16 * 2000);
    s->now = 32048; /* 2,003 us */
    assert_int_equal(bus_read(&s->bus, 0x40000024, 4), 3);
    assert_int_equal(bus_read(&s->bus, 0x40000010, 4),
                     0x1f); /* update; compares 2 to 4 are 0 */
    events_run(&s->events, s->now);
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 28));
    bus_write(&s->bus, 0x40000010, 4, 0);
    assert_int_equal(bus_read(&s->bus, 0x40000010, 4), 0);
    case_machine_done(s, b);
}

static void crc_unit_knows_zlibs_crc(void **state)
{
    (void)state;
    static const char text[] = "123456789";
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    bus_write(&s->bus, 0x40023008, 4, 1U << 7 | 1U << 5 | 1); /* reversed in and out, reset */
    for (int i = 0; i < 9; i++)
        bus_write(&s->bus, 0x40023000, 1, (uint32_t)text[i]);
    assert_int_equal(~bus_read(&s->bus, 0x40023000, 4), 0xcbf43926);
    bus_write(&s->bus, 0x40023008, 4, 1); /* plain: the value that ST's manuals show */
    bus_write(&s->bus, 0x40023000, 4, 0x12345678);
    assert_int_equal(bus_read(&s->bus, 0x40023000, 4), 0xdf8a8a2b);
    case_machine_done(s, b);
}

static void watchdog_ends_the_run(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    bus_write(&s->bus, 0x40003000, 4, 0x5555);
    bus_write(&s->bus, 0x40003008, 4, 7); /* 8 * 4 / 32 kHz = 1 ms */
    bus_write(&s->bus, 0x40003000, 4, 0xcccc);
    assert_int_equal(events_next(&s->events), 16000);
    s->now = 10000;
    bus_write(&s->bus, 0x40003000, 4, 0xaaaa);
    events_run(&s->events, 25999);
    assert_false(s->ended);
    events_run(&s->events, 26000);
    assert_true(s->ended && s->stop.cause == SIM_EXIT_CODE);
    assert_non_null(strstr(s->stop.text, "watchdog"));
    case_machine_done(s, b);
}

static void random_numbers_repeat(void **state)
{
    (void)state;
    uint32_t numbers[2][2];
    for (int i = 0; i < 2; i++) {
        struct board *b;
        struct sim *s = case_machine("stm32f412g-disco", &b);
        assert_int_equal(bus_read(&s->bus, 0x50060804, 4), 0);
        bus_write(&s->bus, 0x50060800, 4, 4);
        assert_int_equal(bus_read(&s->bus, 0x50060804, 4), 1);
        numbers[i][0] = bus_read(&s->bus, 0x50060808, 4);
        numbers[i][1] = bus_read(&s->bus, 0x50060808, 4);
        case_machine_done(s, b);
    }
    assert_memory_equal(numbers[0], numbers[1], sizeof numbers[0]);
    assert_int_not_equal(numbers[0][0], numbers[0][1]);
}

static void mlperf_conversation(void **state)
{
    (void)state;
    struct err e;
    const char *image = firmware("mlperf.elf");
    if (!image) return;
    struct board *b = board_load("stm32f746g-disco", &e);
    uint8_t input[490];
    memset(input, 2, sizeof input);
    struct mlperf_result r;
    struct sim *s = NULL;
    static const char *const layers[] = {"inference"};
    if (!mlperf_run(image,
                    &(struct mlperf_options){.sim = {.board = b,
                                                     .max_cycles = 100000000,
                                                     .layers = layers,
                                                     .layer_count = 1},
                                             .input = input,
                                             .inferences = 4,
                                             .warmups = 1},
                    &r, &s, &e))
        fail_msg("%s", e.text);
    if (r.stop.cause != SIM_EXIT) fail_msg("%s", r.stop.text);
    assert_string_equal(r.name, "test");
    assert_string_equal(r.model, "kws01");
    assert_string_equal(r.profile_name, "a test firmware");
    assert_int_equal(r.result_count, 2);
    assert_true(r.results[0] == 0.5 && r.results[1] == 980);
    const struct profile *p = sim_profile(s);
    assert_int_equal(p->hclk_hz, 216000000);
    assert_int_equal(p->layers[0].calls, 1 + 4 + 1);
    /* The firmware's own clock and our count of the layer agree: a tick, and the lap's text. */
    double per_call = (double)p->layers[0].cycles / 6;
    assert_true(r.cycles_per_inference > per_call - 216);
    assert_true(r.cycles_per_inference < per_call + 2000);
    assert_true(r.cycles_per_inference - (double)r.lap_cycles / 4 < 500);
    assert_true(r.us_per_inference > 90);
    sim_free(s);

    struct mlperf_options wrong = {.sim = {.board = b}, .model = "llm"};
    assert_false(mlperf_run(image, &wrong, &r, NULL, &e));
    assert_non_null(strstr(e.text, "have: kws, ic, vww, ad, sww"));
    board_free(b);
}

/* The streaming wake word: audio through SAI and DMA, work on each 8 ms shown by a pin. */
static void mlperf_streams(void **state)
{
    (void)state;
    struct err e;
    const char *image = firmware("mlperf.elf");
    if (!image) return;
    struct board *b = board_load("stm32f746g-disco", &e);
    int16_t audio[512];
    for (int i = 0; i < 512; i++)
        audio[i] = (int16_t)(i - 60);
    struct mlperf_result r;
    if (!mlperf_run(image,
                    &(struct mlperf_options){.sim = {.board = b, .max_cycles = 100000000},
                                             .model = "sww",
                                             .input = audio,
                                             .input_bytes = sizeof audio,
                                             .inferences = 5,
                                             .warmups = 2},
                    &r, NULL, &e))
        fail_msg("%s", e.text);
    if (r.stop.cause != SIM_EXIT) fail_msg("%s", r.stop.text);
    assert_in_range((uint64_t)(r.period_us * 10 + 0.5), 79990, 80010);
    assert_in_range(r.lap_cycles, 5 * 21600, 5 * 216 * 7900);
    assert_int_equal((int)(r.cycles_per_inference * 5 + 0.5), r.lap_cycles);
    assert_int_equal((int)(r.us_per_inference * 216 + 0.5),
                     (int)(r.cycles_per_inference + 0.5));
    assert_int_equal(r.result_count, 1);
    assert_int_equal((int)r.results[0], 2 * (127 * 128 / 2 - 60 * 128)); /* 128 frames of two */
    board_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f7_reaches_216_mhz),          cmocka_unit_test(l4_reaches_120_mhz),
        cmocka_unit_test(h7_reaches_480_mhz),          cmocka_unit_test(caches_are_the_scbs),
        cmocka_unit_test(narrow_accesses_reach_words), cmocka_unit_test(events_come_in_order),
        cmocka_unit_test(timer_counts_microseconds),   cmocka_unit_test(mlperf_conversation),
        cmocka_unit_test(crc_unit_knows_zlibs_crc),    cmocka_unit_test(watchdog_ends_the_run),
        cmocka_unit_test(random_numbers_repeat),       cmocka_unit_test(mlperf_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
