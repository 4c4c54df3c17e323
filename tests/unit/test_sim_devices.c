/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices through their registers and events: what interrupts, what converts, what keeps time;
 * flash that is programmed by a firmware of our own; stores at random into all of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/state.h"
#include "sim_case.h"
#include "tools/base/rng.h"

/* A pin that goes high, its own input, and a software trigger reach the NVIC; ones clear. */
static void exti_lines_interrupt(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    const uint32_t exti = 0x40013c00, gpiob = 0x40020400;
    bus_write(&s->bus, 0x4001380c, 4, 1U << 4);  /* SYSCFG_EXTICR2: line 5 is PB5 */
    bus_write(&s->bus, exti + 0x08, 4, 1U << 5); /* rising */
    bus_write(&s->bus, gpiob, 4, 1U << 10);      /* an output */
    case_set(s, gpiob + 0x18, 1U << 5);
    assert_int_equal(bus_read(&s->bus, exti + 0x14, 4), 1U << 5);
    assert_false(nvic_bit(s->nvic.pending, EXC_IRQ0 + 23)); /* masked */
    bus_write(&s->bus, exti, 4, 1U << 5);
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 23)); /* EXTI9_5 */
    bus_write(&s->bus, exti + 0x14, 4, 1U << 5);
    assert_false(nvic_bit(s->nvic.line, EXC_IRQ0 + 23));
    bus_write(&s->bus, gpiob + 0x18, 4, 1U << 21); /* falling: not asked for */
    assert_int_equal(bus_read(&s->bus, exti + 0x14, 4), 0);
    case_machine_done(s, b);

    s = case_machine("stm32h743", &b);
    bus_write(&s->bus, 0x58000080, 4, 1); /* IMR1 */
    bus_write(&s->bus, 0x58000008, 4, 1); /* SWIER1 */
    assert_int_equal(bus_read(&s->bus, 0x58000088, 4), 1);
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 6));
    case_machine_done(s, b);
}

static void window_watchdog_watches(void **state)
{
    (void)state;
    struct board *b;
    for (int i = 0; i < 2; i++) {
        struct sim *s = case_machine("nucleo-f446re", &b); /* 16 MHz on all buses */
        const uint32_t wwdg = 0x40002c00;
        s->image = NULL;
        bus_write(&s->bus, wwdg + 4, 4, 1U << 9 | 0x50);
        bus_write(&s->bus, wwdg, 4, 0xff);
        s->now = 4096 * 0x1f;
        assert_int_equal(bus_read(&s->bus, wwdg, 4), 0x80 | (0x7f - 0x1f));
        if (i == 0) { /* above the window */
            bus_write(&s->bus, wwdg, 4, 0xff);
            assert_true(s->ended);
            assert_non_null(strstr(s->stop.text, "too early"));
        } else {
            s->now = 4096 * 0x3f;
            events_run(&s->events, s->now);
            assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0)); /* early wake-up */
            assert_false(s->ended);
            s->now = 4096 * 0x40;
            events_run(&s->events, s->now);
            assert_true(s->ended);
            assert_non_null(strstr(s->stop.text, "not refreshed"));
        }
        case_machine_done(s, b);
    }
}

static void semaphores_are_taken_and_freed(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("nucleo-h7a3zi-q", &b);
    const uint32_t hsem = 0x48020800;
    assert_int_equal(bus_read(&s->bus, hsem + 0x84, 4), 0x80000300U); /* one step */
    bus_write(&s->bus, hsem + 8, 4, 0x80000305U);
    assert_int_equal(bus_read(&s->bus, hsem + 8, 4), 0x80000305U);
    bus_write(&s->bus, hsem + 8, 4, 0x80000306U); /* it has an owner */
    assert_int_equal(bus_read(&s->bus, hsem + 8, 4), 0x80000305U);
    bus_write(&s->bus, hsem + 8, 4, 0x305);
    assert_int_equal(bus_read(&s->bus, hsem + 8, 4) >> 31, 0);
    case_machine_done(s, b);
}

static void chips_have_names(void **state)
{
    (void)state;
    static const struct {
        const char *board;
        uint32_t idcode_at, idcode, uid_at, kib_at, kib;
    } chips[] = {
        {"stm32f407-disco", 0xe0042000U, 0x413, 0x1fff7a10, 0x1fff7a22, 1024},
        {"stm32f746g-disco", 0xe0042000U, 0x449, 0x1ff0f420, 0x1ff0f442, 1024},
        {"nucleo-l4r5zi", 0xe0042000U, 0x470, 0x1fff7590, 0x1fff75e0, 2048},
        {"stm32h743", 0x5c001000U, 0x450, 0x1ff1e800, 0x1ff1e880, 2048},
        {"nucleo-h7a3zi-q", 0x5c001000U, 0x480, 0x08fff800, 0x08fff80c, 2048},
    };
    for (size_t i = 0; i < sizeof chips / sizeof *chips; i++) {
        struct board *b;
        struct sim *s = case_machine(chips[i].board, &b);
        assert_int_equal(bus_read(&s->bus, chips[i].idcode_at, 4) & 0xfffU, chips[i].idcode);
        assert_int_equal(bus_read(&s->bus, chips[i].uid_at, 4), 0x00310037);
        assert_int_equal(bus_read(&s->bus, chips[i].kib_at, 2), chips[i].kib);
        case_machine_done(s, b);
    }
}

static void converters_read_half_scale(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    const uint32_t v1 = 0x40012000;
    bus_write(&s->bus, v1 + 4, 4, 1U << 5);
    bus_write(&s->bus, v1 + 8, 4, 1);
    bus_write(&s->bus, v1 + 8, 4, 1U << 30 | 1);
    case_pass(s, 59);
    assert_int_equal(bus_read(&s->bus, v1, 4), 1U << 4);
    case_pass(s, 60);
    assert_int_equal(bus_read(&s->bus, v1, 4), 1U << 4 | 2);
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 18));
    assert_int_equal(bus_read(&s->bus, v1 + 0x4c, 4), 2048);
    assert_int_equal(bus_read(&s->bus, v1, 4) & 2U, 0);
    case_machine_done(s, b);

    static const struct {
        const char *board;
        uint32_t base, value;
    } v3[] = {{"nucleo-l4r5zi", 0x50040000, 2048}, {"stm32h743", 0x40022000, 32768}};
    for (size_t i = 0; i < 2; i++) {
        s = case_machine(v3[i].board, &b);
        const uint32_t adc = v3[i].base;
        bus_write(&s->bus, adc + 8, 4, 1U << 28);
        bus_write(&s->bus, adc + 8, 4, 1U << 28 | 1U << 31);
        assert_int_equal(bus_read(&s->bus, adc + 8, 4) >> 31, 0); /* calibrated */
        bus_write(&s->bus, adc + 8, 4, 1U << 28 | 1);
        assert_int_equal(bus_read(&s->bus, adc, 4), 1); /* ADRDY */
        bus_write(&s->bus, adc + 0x30, 4, 1);           /* two conversions */
        bus_write(&s->bus, adc + 8, 4, 1U << 28 | 4);
        case_pass(s, 60);
        assert_int_equal(bus_read(&s->bus, adc, 4) & 0xcU, 4); /* EOC */
        assert_int_equal(bus_read(&s->bus, adc + 0x40, 4), v3[i].value);
        case_pass(s, 120);
        assert_int_equal(bus_read(&s->bus, adc, 4) & 0xcU, 0xc); /* and EOS */
        assert_int_equal(bus_read(&s->bus, adc + 8, 4) & 4U, 0);
        case_machine_done(s, b);
    }
}

static void clock_keeps_the_calendar(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("nucleo-f446re", &b); /* 16 MHz */
    const uint32_t rtc = 0x40002800, exti = 0x40013c00;
    const uint64_t second = 16000000;
    assert_int_equal(bus_read(&s->bus, rtc + 4, 4), 6U << 13 | 0x101); /* a Saturday */
    case_pass(s, 61 * second + second / 4);
    assert_int_equal(bus_read(&s->bus, rtc, 4), 0x101);
    assert_in_range(bus_read(&s->bus, rtc + 0x28, 4), 190, 193);
    bus_write(&s->bus, rtc + 0xc, 4, 1U << 7);
    assert_int_equal(bus_read(&s->bus, rtc + 0xc, 4) >> 6 & 1U, 1); /* INITF */
    bus_write(&s->bus, rtc, 4, 0x235958);
    bus_write(&s->bus, rtc + 4, 4, 0x24 << 16 | 3U << 13 | 0x228); /* 2024-02-28 */
    bus_write(&s->bus, rtc + 0xc, 4, 0);
    bus_write(&s->bus, exti, 4, 1U << 17 | 1U << 22);
    bus_write(&s->bus, exti + 8, 4, 1U << 17 | 1U << 22);
    bus_write(&s->bus, rtc + 0x1c, 4, 1U << 31 | 0x000003); /* 00:00:03 */
    bus_write(&s->bus, rtc + 0x14, 4, 2047);
    bus_write(&s->bus, rtc + 8, 4, 1U << 8 | 1U << 10 | 1U << 12 | 1U << 14); /* RTC/16 */
    uint64_t from = s->now;
    case_pass(s, from + second + 10);
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 3)); /* wake-up each second */
    assert_false(nvic_bit(s->nvic.pending, EXC_IRQ0 + 41));
    case_pass(s, from + 5 * second + second / 2);
    assert_int_equal(bus_read(&s->bus, rtc, 4), 0x000003);
    assert_int_equal(bus_read(&s->bus, rtc + 4, 4), 0x24 << 16 | 4U << 13 | 0x229);
    assert_int_equal(bus_read(&s->bus, rtc + 0xc, 4) >> 8 & 5U, 5); /* WUTF, ALRAF */
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 41));
    case_machine_done(s, b);
}

/* The registers of the H7A3 lie elsewhere. */
static void clock_of_the_h7a3_wakes(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("nucleo-h7a3zi-q", &b); /* 64 MHz */
    const uint32_t rtc = 0x58004000, exti = 0x58000000;
    const uint64_t second = 64000000;
    bus_write(&s->bus, rtc + 0x0c, 4, 1U << 7);
    bus_write(&s->bus, rtc, 4, 0x235958);
    bus_write(&s->bus, rtc + 0x0c, 4, 0);
    bus_write(&s->bus, exti + 0x80, 4, 1U << 17 | 1U << 19);
    bus_write(&s->bus, exti, 4, 1U << 17 | 1U << 19);
    bus_write(&s->bus, rtc + 0x40, 4, 1U << 31 | 0x000001); /* 00:00:01 */
    bus_write(&s->bus, rtc + 0x14, 4, 2047);
    bus_write(&s->bus, rtc + 0x18, 4, 1U << 8 | 1U << 10 | 1U << 12 | 1U << 14);
    case_pass(s, second + second / 2);
    assert_int_equal(bus_read(&s->bus, rtc + 0x50, 4), 4); /* WUTF */
    assert_int_equal(bus_read(&s->bus, rtc + 0x54, 4), 4);
    assert_int_equal(bus_read(&s->bus, rtc + 0x0c, 4) >> 8, 0);
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 3));
    bus_write(&s->bus, rtc + 0x5c, 4, 4);
    assert_int_equal(bus_read(&s->bus, rtc + 0x50, 4), 0);
    case_pass(s, 3 * second + second / 2);
    assert_int_equal(bus_read(&s->bus, rtc, 4), 0x000001);
    assert_int_equal(bus_read(&s->bus, rtc + 0x50, 4), 5); /* and ALRAF */
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 41));
    assert_in_range(bus_read(&s->bus, rtc + 0x08, 4), 126, 128);
    case_machine_done(s, b);
}

static void low_power_timer_turns(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    const uint32_t t = 0x40002400;
    bus_write(&s->bus, t + 0x08, 4, 3);
    bus_write(&s->bus, t + 0x0c, 4, 2U << 9); /* of four */
    bus_write(&s->bus, t + 0x10, 4, 1);
    bus_write(&s->bus, t + 0x18, 4, 99);
    bus_write(&s->bus, t + 0x14, 4, 49);
    assert_int_equal(bus_read(&s->bus, t, 4), 3U << 3); /* CMPOK, ARROK */
    bus_write(&s->bus, t + 4, 4, 0x7f);
    bus_write(&s->bus, t + 0x10, 4, 5);
    case_pass(s, 4 * 30);
    assert_int_equal(bus_read(&s->bus, t + 0x1c, 4), 30);
    case_pass(s, 4 * 50);
    assert_int_equal(bus_read(&s->bus, t, 4), 1);
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 93));
    case_pass(s, 4 * 110);
    assert_int_equal(bus_read(&s->bus, t, 4), 3);
    assert_int_equal(bus_read(&s->bus, t + 0x1c, 4), 10);
    case_machine_done(s, b);
}

static void flash_is_programmed(void **state)
{
    (void)state;
    static const struct {
        const char *board, *family;
    } cases[] = {{"nucleo-f446re", "4"},
                 {"stm32f746g-disco", "7"},
                 {"nucleo-l4r5zi", "l"},
                 {"stm32h743", "h"},
                 {"nucleo-h7a3zi-q", "a"}};
    const char *image = firmware("flash.elf");
    if (!image) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim_case c = case_run(image, cases[i].board,
                                     (struct sim_options){.console_in = cases[i].family,
                                                          .console_in_bytes = 1,
                                                          .max_cycles = UINT64_C(1000000000)});
        case_ended(&c, SIM_FAULT,
                   "locked\nopen\n"
                   "busy\nffffffff\nbusy\n12345678\n7\n"
                   "busy\nffffffff\nbusy\n12345678\n9\n");
        assert_non_null(strstr(c.stop.text, "write to flash"));
        case_done(&c);
    }
}

/* Firmware gone astray stores anything anywhere: devices stay in bounds, and time goes on. */
static void devices_survive_anything(void **state)
{
    (void)state;
    static const struct {
        const char *board, *camera;
    } cases[] = {{"nucleo-f446re", NULL},
                 {"stm32f746g-disco", NULL},
                 {"stm32f746g-disco", "arducam-2mp"},
                 {"stm32f746g-disco", "stm32f4dis-cam"},
                 {"stm32f429i-disco", NULL},
                 {"nucleo-l476rg", NULL},
                 {"nucleo-l4r5zi", NULL},
                 {"stm32h743", NULL},
                 {"nucleo-h7a3zi-q", NULL}};
    struct rng r = {3};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct board *b;
        struct sim *s = case_machine_with(cases[i].board, &b,
                                          (struct sim_options){.camera = cases[i].camera});
        for (unsigned k = 0; k < 8000; k++) {
            const struct device *d = &s->bus.devices[rng_below(&r, (uint32_t)s->bus.count)];
            unsigned size = 1U << rng_below(&r, 3);
            uint32_t within = d->size < 0x100 ? d->size : 0x100;
            uint32_t addr = d->base + rng_below(&r, within) / size * size;
            uint32_t value =
                rng_below(&r, 3) ? 1U << rng_below(&r, 32) : (uint32_t)rng_next(&r);
            if (rng_below(&r, 8) == 0) value = 0x20000000 + rng_below(&r, 0x1000);
            if (d->ops == &periph_systick || d->ops == &periph_scb) continue; /* it may end */
            if (rng_below(&r, 2))
                bus_write(&s->bus, addr, size, value);
            else
                bus_read(&s->bus, addr, size);
            uint64_t until = s->now + rng_below(&r, 2000);
            for (unsigned n = 0; n < 10000 && events_next(&s->events) <= until; n++) {
                s->now = events_next(&s->events) > s->now ? events_next(&s->events) : s->now;
                events_run(&s->events, s->now);
            }
            assert_true(events_next(&s->events) > until);
            s->now = until;
            s->ended = false; /* a watchdog */
        }
        case_machine_done(s, b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exti_lines_interrupt),
        cmocka_unit_test(window_watchdog_watches),
        cmocka_unit_test(semaphores_are_taken_and_freed),
        cmocka_unit_test(chips_have_names),
        cmocka_unit_test(flash_is_programmed),
        cmocka_unit_test(converters_read_half_scale),
        cmocka_unit_test(clock_keeps_the_calendar),
        cmocka_unit_test(clock_of_the_h7a3_wakes),
        cmocka_unit_test(low_power_timer_turns),
        cmocka_unit_test(devices_survive_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
