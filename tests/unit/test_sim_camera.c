/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cameras: pictures and their JPEG, a sensor's registers over I2C, an ArduCAM's frame over SPI,
 * an OV9655's through DCMI and DMA.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/state.h"
#include "sim_case.h"
#include "tools/base/hash.h"

static void pixmaps_are_read_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } bad[] = {
        {"", "is no portable pixmap"},
        {"P5\n1 1\n255\n\1", "is no portable pixmap"},
        {"P6\n0 1\n255\nabc", "byte 6: width and height must be from 1 to 4096"},
        {"P6 1", "byte 4: width and height"},
        {"P6 9999 1 255 abc", "width and height must be from 1 to 4096"},
        {"P6 1 1 65535 abcdef", "the largest value must be 255"},
        {"P6 1 1 255", "the largest value must be 255"},
        {"P6 2 1 255 abcde", "cat.ppm: ends after 5 of the 6 bytes of its 2 x 1 pixels"},
    };
    struct picture p;
    struct err e;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(picture_parse(bad[i].text, strlen(bad[i].text), "cat.ppm", &p, &e));
        if (!strstr(e.text, bad[i].error)) fail_msg("%s: %s", bad[i].text, e.text);
    }
    static const char good[] = "P6 # two\n2\n1 # one line\n255\nabcxyz and more";
    assert_true(picture_parse(good, sizeof good, "cat.ppm", &p, &e));
    assert_int_equal(p.width, 2);
    assert_memory_equal(picture_at(&p, 0, 0, 2, 1), "abc", 3);
    assert_memory_equal(picture_at(&p, 7, 3, 8, 4), "xyz", 3);
    picture_free(&p);
}

/* Checked once with another decoder, as a whole: the pattern comes out of it again. */
static void jpegs_stay_the_same(void **state)
{
    (void)state;
    static const uint8_t begins[] = {0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0};
    struct picture p;
    struct buf b = {0};
    picture_pattern(&p);
    jpeg_encode(&p, 160, 120, &b);
    assert_int_equal(b.len, 2510);
    assert_memory_equal(b.data, begins, sizeof begins);
    assert_memory_equal(b.data + b.len - 2, "\xff\xd9", 2);
    assert_int_equal(hash_crc32(b.data, b.len), 0xa1b402be);
    buf_done(&b);
    picture_free(&p);
}

static struct sim_case run(const char *what, const char *camera)
{
    return case_run(firmware("camera.elf"), "stm32f746g-disco",
                    (struct sim_options){.console_in = what,
                                         .console_in_bytes = strlen(what),
                                         .camera = camera,
                                         .strict = true,
                                         .max_cycles = 20000000});
}

static uint32_t sum(uint32_t sum, uint32_t value)
{
    return sum * 31 + value;
}

static void an_arducam_sends_its_frame(void **state)
{
    (void)state;
    if (!firmware("camera.elf")) return;
    struct picture p;
    struct buf b = {0};
    char text[256];
    uint32_t all = 0;
    picture_pattern(&p);
    jpeg_encode(&p, 32, 16, &b);
    for (size_t i = 0; i < b.len; i++)
        all = sum(all, (uint8_t)b.data[i]);
    struct sim_case c = run("a", "arducam-2mp");
    snprintf(text, sizeof text, "0000005a\n00002642\n0\n%zu\n0000ffd8\n%08x\n000000ff\n", b.len,
             all);
    case_ended(&c, SIM_EXIT, text);
    assert_true(c.stop.cycle > 16000000 / 30); /* the rest of a frame, and one */
    assert_true(c.stop.cycle < 3 * 16000000 / 30);
    buf_done(&b);
    picture_free(&p);
    case_done(&c);
}

static uint32_t pixels(const struct picture *p, uint32_t x, uint32_t y)
{
    uint32_t word = 0;
    for (uint32_t k = 0; k < 2; k++) {
        const uint8_t *rgb = picture_at(p, x + k, y, 160, 120);
        word |= ((uint32_t)rgb[0] >> 3 << 11 | (uint32_t)rgb[1] >> 2 << 5 | rgb[2] >> 3)
                << 16 * k;
    }
    return word;
}

static void a_sensor_fills_memory(void **state)
{
    (void)state;
    if (!firmware("camera.elf")) return;
    struct picture p;
    char text[256];
    uint32_t all = 0, middle = 0;
    picture_pattern(&p);
    for (uint32_t y = 0; y < 120; y++)
        for (uint32_t x = 0; x < 160; x += 2)
            all = sum(all, pixels(&p, x, y));
    for (uint32_t y = 56; y < 64; y++)
        for (uint32_t x = 72; x < 88; x += 2)
            middle = sum(middle, pixels(&p, x, y));
    struct sim_case c = run("d", "stm32f4dis-cam");
    snprintf(text, sizeof text,
             "00000096\n00000019\n0\n0\n00000020\n%08x\n%08x\n%08x\n%08x\n%08x\n",
             pixels(&p, 0, 0), pixels(&p, 40, 119), all, middle, middle);
    case_ended(&c, SIM_EXIT, text);
    /* The start of a frame, the snapshot, another start, two frames in a row. */
    assert_true(c.stop.cycle < UINT64_C(5) * 16000000 / 30);
    picture_free(&p);
    case_done(&c);
}

/* As interrupt handlers do it: the first byte before START, the second as the first goes out;
 * parts of a message with RELOAD; a read that waits. */
static void bytes_wait_in_registers(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine_with("stm32f746g-disco", &b,
                                      (struct sim_options){.camera = "stm32f4dis-cam"});
    const uint32_t i2c = 0x40005400, byte = 1440; /* nine bits at 100 kHz, of 16 MHz */
    bus_write(&s->bus, i2c, 4, 1U << 5 | 1U << 1 | 1);
    bus_write(&s->bus, i2c + 0x28, 4, 0x30);
    assert_int_equal(bus_read(&s->bus, i2c + 0x18, 4), 0);
    bus_write(&s->bus, i2c + 4, 4, 1U << 24 | 2U << 16 | 1U << 13 | 0x60);
    case_pass(s, s->now + byte + 1);
    assert_int_equal(bus_read(&s->bus, i2c + 0x18, 4) & 0xffU, 3); /* TXIS, TXE: on its way */
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 31));
    bus_write(&s->bus, i2c + 0x28, 4, 0x5a);
    case_pass(s, s->now + 2 * byte);
    assert_int_equal(bus_read(&s->bus, i2c + 0x18, 4) & 0xffU, 0x81); /* TCR */
    bus_write(&s->bus, i2c + 4, 4, 1U << 25 | 1U << 16 | 0x60);
    assert_int_equal(bus_read(&s->bus, i2c + 0x18, 4) & 0xffU, 3);
    bus_write(&s->bus, i2c + 0x28, 4, 0x5b);
    case_pass(s, s->now + byte + 1);
    assert_int_equal(bus_read(&s->bus, i2c + 0x18, 4), 0x21); /* STOPF */
    bus_write(&s->bus, i2c + 0x1c, 4, 0x20);
    bus_write(&s->bus, i2c + 4, 4, 1U << 16 | 1U << 13 | 1U << 10 | 0x60);
    case_pass(s, s->now + 4 * byte);
    assert_int_equal(bus_read(&s->bus, i2c + 0x18, 4), 1U << 15 | 5); /* RXNE */
    assert_int_equal(bus_read(&s->bus, i2c + 0x24, 4), 0x5b);
    assert_int_equal(bus_read(&s->bus, i2c + 0x18, 4), 1U << 15 | 0x41); /* TC */
    bus_write(&s->bus, i2c + 4, 4, 1U << 14);
    assert_int_equal(bus_read(&s->bus, i2c + 0x18, 4), 0x21);
    case_machine_done(s, b);
}

static void others_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *board, *camera, *picture, *error;
    } cases[] = {
        {"stm32f746g-disco", "webcam", NULL,
         "no place for a camera 'webcam' (have: arducam-2mp, stm32f4dis-cam)"},
        {"nucleo-f446re", "arducam-2mp", NULL, "(have: none)"},
        {"stm32f746g-disco", "arducam-2mp", "boards/README.md", "is no portable pixmap"},
        {"stm32f746g-disco", "arducam-2mp", "none.ppm", "none.ppm"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e;
        struct board *b = board_load(cases[i].board, &e);
        assert_non_null(b);
        assert_null(sim_new(&(struct sim_options){.board = b,
                                                  .camera = cases[i].camera,
                                                  .camera_picture = cases[i].picture},
                            &e));
        if (!strstr(e.text, cases[i].error)) fail_msg("%s", e.text);
        board_free(b);
    }
    /* Without one nobody answers, and no frame comes. */
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    bus_write(&s->bus, 0x40005400, 4, 1);
    bus_write(&s->bus, 0x40005404, 4, 1U << 25 | 1U << 16 | 1U << 13 | 0x60);
    bus_write(&s->bus, 0x50050000, 4, 1U << 14 | 1);
    s->now += 1600000;
    events_run(&s->events, s->now);
    assert_int_equal(bus_read(&s->bus, 0x40005418, 4) & 0x30U, 0x30);
    assert_int_equal(bus_read(&s->bus, 0x50050008, 4), 0);
    case_machine_done(s, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixmaps_are_read_or_refused), cmocka_unit_test(jpegs_stay_the_same),
        cmocka_unit_test(an_arducam_sends_its_frame),  cmocka_unit_test(a_sensor_fills_memory),
        cmocka_unit_test(bytes_wait_in_registers),     cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
