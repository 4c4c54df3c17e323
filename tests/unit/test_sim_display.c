/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * DMA2D and LTDC: formats, blending, times, interrupts, and the picture that a display shows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/periph/pixel.h"
#include "sim/state.h"
#include "sim_case.h"

static void formats_become_each_other(void **state)
{
    (void)state;
    static uint32_t clut[256] = {[3] = 0x11223344, [5] = 0x55667788};
    static const struct {
        enum pixel_format f;
        uint8_t bytes[4];
        size_t i;
        uint32_t argb;
    } cases[] = {
        {PIXEL_ARGB8888, {0x44, 0x33, 0x22, 0x11}, 0, 0x11223344},
        {PIXEL_RGB888, {0x33, 0x22, 0x11}, 0, 0xff112233},
        {PIXEL_RGB565, {0, 0, 0x34, 0x12}, 1, 0xff1045a5}, /* 00010 010001 10100 */
        {PIXEL_RGB565, {0xff, 0xff}, 0, 0xffffffff},
        {PIXEL_ARGB1555, {0x1f, 0x80}, 0, 0xff0000ff},
        {PIXEL_ARGB1555, {0x00, 0x7c}, 0, 0x00ff0000},
        {PIXEL_ARGB4444, {0x34, 0x12}, 0, 0x11223344},
        {PIXEL_L8, {0, 3}, 1, 0x11223344},
        {PIXEL_AL44, {0x85}, 0, 0x88667788},
        {PIXEL_AL88, {0x05, 0x99}, 0, 0x99667788},
        {PIXEL_L4, {0x53}, 0, 0x11223344},
        {PIXEL_L4, {0x53}, 1, 0x55667788},
        {PIXEL_A8, {0xab}, 0, 0xab000000},
        {PIXEL_A4, {0xa0}, 1, 0xaa000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(pixel_get(cases[i].bytes, cases[i].i, cases[i].f, clut),
                         cases[i].argb);
        if (cases[i].f > PIXEL_ARGB4444) continue;
        uint8_t back[8] = {0};
        size_t n = pixel_bytes(cases[i].f, 1), at = n * cases[i].i;
        pixel_put(back, cases[i].i, cases[i].f, cases[i].argb);
        assert_memory_equal(back + at, cases[i].bytes + at, n);
    }
    assert_int_equal(pixel_bytes(PIXEL_L4, 3), 2);
    assert_int_equal(pixel_blend(0xff102030, 0xff445566), 0xff102030);
    assert_int_equal(pixel_blend(0x00102030, 0x80445566), 0x80445566);
    assert_int_equal(pixel_blend(0x00102030, 0x00445566), 0);
    assert_int_equal(pixel_blend(0x80ff0000, 0xff0000ff), 0xff80007f);
}

static void dma2d_takes_its_time(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    const uint32_t d = 0x4002b000, from = 0x20010000, to = 0x20012000;
    uint32_t word = 0;
    for (uint32_t i = 0; i < 8; i++) {
        uint32_t value = 0x01010101 * i;
        machine_write(s->machine, from + 4 * i, &value, 4);
    }
    bus_write(&s->bus, d + 0x0c, 4, from);
    bus_write(&s->bus, d + 0x3c, 4, to);
    bus_write(&s->bus, d + 0x44, 4, 2U << 16 | 4);
    bus_write(&s->bus, d + 0x48, 4, 2);
    bus_write(&s->bus, d, 4, 1U << 10 | 1U << 9 | 1); /* copies 2 x 4 words, mark at 2 */
    case_pass(s, s->now + 8);
    assert_int_equal(bus_read(&s->bus, d + 4, 4), 0);
    bus_write(&s->bus, d + 0x3c, 4, 0); /* cannot be written now */
    case_pass(s, s->now + 1);           /* 2 rows of (2 + 2) words, and one */
    assert_int_equal(bus_read(&s->bus, d + 4, 4), 4);
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 90));
    assert_true(machine_read(s->machine, to + 12, &word, 4) && word == 0x03030303);
    assert_true(machine_read(s->machine, to + 16, &word, 4) && word == 0);
    bus_write(&s->bus, d, 4, 1U << 10 | 1U << 9 | 3); /* suspended */
    case_pass(s, s->now + 100);
    assert_int_equal(bus_read(&s->bus, d, 4) & 1U, 1);
    bus_write(&s->bus, d, 4, 1U << 10 | 1U << 9 | 1);
    case_pass(s, s->now + 9);
    assert_int_equal(bus_read(&s->bus, d + 4, 4), 6);
    assert_int_equal(bus_read(&s->bus, d, 4) & 3U, 0);
    assert_true(machine_read(s->machine, to + 28, &word, 4) && word == 0x07070707);
    bus_write(&s->bus, d + 8, 4, 6);
    assert_int_equal(bus_read(&s->bus, d + 4, 4), 0);
    bus_write(&s->bus, d + 0x44, 4, 0); /* nothing to do is a wrong setting */
    bus_write(&s->bus, d, 4, 1);
    assert_int_equal(bus_read(&s->bus, d + 4, 4), 1U << 5);
    bus_write(&s->bus, d + 8, 4, 0x3f);
    bus_write(&s->bus, d + 0x44, 4, 2U << 16 | 4);
    bus_write(&s->bus, d, 4, 1);
    bus_write(&s->bus, d, 4, 4); /* abort */
    case_pass(s, s->now + 100);
    assert_int_equal(bus_read(&s->bus, d + 4, 4), 0);
    assert_int_equal(bus_read(&s->bus, d, 4) & 5U, 0);
    case_machine_done(s, b);
}

/* L8 through a loaded CLUT, its alpha replaced, to RGB565; red and blue change places on the
 * H7, which can do that. */
static void dma2d_converts(void **state)
{
    (void)state;
    static const char *const boards[] = {"stm32f746g-disco", "stm32h743"};
    for (int h7 = 0; h7 < 2; h7++) {
        struct board *b;
        struct sim *s = case_machine(boards[h7], &b);
        const uint32_t d = h7 ? 0x52001000 : 0x4002b000, ram = h7 ? 0x24000000 : 0x20010000;
        static const uint8_t table[] = {0x30, 0x20, 0x10, 0x60, 0x50, 0xf0}, row[] = {1, 0};
        uint16_t out[2] = {0};
        machine_write(s->machine, ram, table, sizeof table);
        machine_write(s->machine, ram + 16, row, sizeof row);
        bus_write(&s->bus, d + 0x2c, 4, ram);
        bus_write(&s->bus, d + 0x1c, 4, 1U << 8 | 1U << 5 | 1U << 4 | 5); /* two RGB888 */
        assert_int_equal(bus_read(&s->bus, d + 4, 4), 1U << 4);
        assert_int_equal(bus_read(&s->bus, d + 0x404, 4), 0xfff05060);
        bus_write(&s->bus, d + 0x0c, 4, ram + 16);
        bus_write(&s->bus, d + 0x34, 4, 2 | (h7 ? 1U << 21 : 0));
        bus_write(&s->bus, d + 0x3c, 4, ram + 32);
        bus_write(&s->bus, d + 0x44, 4, 2U << 16 | 1);
        bus_write(&s->bus, d, 4, 1U << 16 | 1);
        case_pass(s, s->now + 100);
        assert_int_equal(bus_read(&s->bus, d + 4, 4), 1U << 4 | 2);
        assert_true(machine_read(s->machine, ram + 32, out, 4));
        assert_int_equal(out[0],
                         h7 ? 0x0c << 11 | 0x14 << 5 | 0x1e : 0x1e << 11 | 0x14 << 5 | 0x0c);
        assert_int_equal(out[1],
                         h7 ? 0x06 << 11 | 0x08 << 5 | 0x02 : 0x02 << 11 | 0x08 << 5 | 0x06);
        case_machine_done(s, b);
    }
}

static uint32_t pixel(const struct sim_picture *p, uint32_t x, uint32_t y)
{
    const uint8_t *at = p->rgb + 3 * (y * p->width + x);
    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

static void firmware_shows_its_layers(void **state)
{
    (void)state;
    static const struct {
        const char *family, *board;
    } cases[] = {{"4", "stm32f429i-disco"}, {"7", "stm32f746g-disco"}, {"h", "stm32h743"}};
    const char *image = firmware("display.elf");
    if (!image) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim_case c =
            case_run(image, cases[i].board,
                     (struct sim_options){
                         .console_in = cases[i].family, .console_in_bytes = 1, .strict = true});
        case_ended(&c, SIM_EXIT, "87f087f0\n1\n0\n1\n20\n4\n");
        struct sim_picture p;
        assert_true(sim_display(c.sim, &p));
        assert_int_equal(p.width, 32);
        assert_int_equal(p.height, 16);
        /* Around its window layer 2 is its default colour, black, by half. */
        assert_int_equal(pixel(&p, 0, 0), 0x007f00);
        assert_int_equal(pixel(&p, 2, 2), 0x7f0000);
        assert_int_equal(pixel(&p, 5, 5), 0x7f0000);
        assert_int_equal(pixel(&p, 6, 5), 0x007f00);
        assert_int_equal(pixel(&p, 3, 9), 0x417f41); /* half white over green, in 565 */
        assert_int_equal(pixel(&p, 19, 4), 0x007f00);
        assert_int_equal(pixel(&p, 20, 4), 0x80ff80);
        assert_int_equal(pixel(&p, 27, 11), 0x80ff80);
        assert_int_equal(pixel(&p, 28, 11), 0x007f00);
        free(p.rgb);
        case_done(&c);
    }
}

static void a_key_is_seen_through(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    const uint32_t l = 0x40016800;
    const uint16_t pixels[4] = {0xf81f, 0xffff, 0xffff, 0xf81f};
    struct sim_picture p;
    assert_false(sim_display(s, &p));
    machine_write(s->machine, 0x20010000, pixels, sizeof pixels);
    bus_write(&s->bus, l + 0x10, 4, 2U << 16 | 2); /* 2 x 2 */
    bus_write(&s->bus, l + 0x2c, 4, 0x123456);
    bus_write(&s->bus, l + 0x18, 4, 1);
    bus_write(&s->bus, l + 0x84 + 0x04, 4, 2U << 16 | 1);
    bus_write(&s->bus, l + 0x84 + 0x08, 4, 2U << 16 | 1);
    bus_write(&s->bus, l + 0x84 + 0x0c, 4, 0xff00ff);
    bus_write(&s->bus, l + 0x84 + 0x10, 4, 2);
    bus_write(&s->bus, l + 0x84 + 0x28, 4, 0x20010000);
    bus_write(&s->bus, l + 0x84 + 0x2c, 4, 4U << 16 | 7);
    bus_write(&s->bus, l + 0x84 + 0x30, 4, 2);
    bus_write(&s->bus, l + 0x84, 4, 3);
    bus_write(&s->bus, l + 0x24, 4, 1); /* at once */
    assert_int_equal(bus_read(&s->bus, l + 0x24, 4), 0);
    assert_true(sim_display(s, &p));
    assert_int_equal(pixel(&p, 0, 0), 0x123456);
    assert_int_equal(pixel(&p, 1, 0), 0xffffff);
    assert_int_equal(pixel(&p, 0, 1), 0xffffff);
    assert_int_equal(pixel(&p, 1, 1), 0x123456);
    free(p.rgb);
    bus_write(&s->bus, l + 0x84 + 0x28, 4, 0x70000000); /* no memory: black */
    bus_write(&s->bus, l + 0x24, 4, 1);
    assert_true(sim_display(s, &p));
    assert_int_equal(pixel(&p, 0, 0), 0);
    free(p.rgb);
    case_machine_done(s, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_become_each_other),
        cmocka_unit_test(dma2d_takes_its_time),
        cmocka_unit_test(dma2d_converts),
        cmocka_unit_test(firmware_shows_its_layers),
        cmocka_unit_test(a_key_is_seen_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
