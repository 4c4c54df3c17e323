/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices that move data: DMA by itself and for serial ports and SPI, I2C, and the buses that a
 * firmware of our own brings up (CAN, QUADSPI, SAI).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/state.h"
#include "sim_case.h"

static void write_bytes(struct sim *s, uint32_t addr, const char *text)
{
    assert_true(machine_write(s->machine, addr, text, strlen(text)));
}

static void assert_memory(struct sim *s, uint32_t addr, const char *text)
{
    char there[64] = "";
    assert_true(machine_read(s->machine, addr, there, strlen(text)));
    assert_memory_equal(there, text, strlen(text));
}

static void streams_copy_memory(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("stm32f746g-disco", &b);
    const uint32_t dma2 = 0x40026400, stream5 = dma2 + 0x10 + 0x18 * 5;
    write_bytes(s, 0x20010000, "0123456789abcdef");
    bus_write(&s->bus, stream5 + 0x08, 4, 0x20010000);
    bus_write(&s->bus, stream5 + 0x0c, 4, 0x20011000);
    bus_write(&s->bus, stream5 + 0x04, 4, 4); /* words */
    bus_write(&s->bus, stream5, 4,
              2U << 13 | 2U << 11 | 3U << 9 | 2U << 6 | 1U << 4 | 1U << 3 | 1);
    case_pass(s, 9);
    assert_int_equal(bus_read(&s->bus, dma2 + 4, 4), 0);
    case_pass(s, 10);                                           /* 5 cycles an item */
    assert_int_equal(bus_read(&s->bus, dma2 + 4, 4), 1U << 10); /* HTIF5 */
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 68));
    assert_int_equal(bus_read(&s->bus, stream5 + 4, 4), 2);
    case_pass(s, 20);
    assert_int_equal(bus_read(&s->bus, dma2 + 4, 4), 3U << 10); /* and TCIF5 */
    assert_int_equal(bus_read(&s->bus, stream5, 4) & 1U, 0);
    assert_memory(s, 0x20011000, "0123456789abcdef");
    bus_write(&s->bus, dma2 + 0x0c, 4, 0x3fU << 6);
    assert_int_equal(bus_read(&s->bus, dma2 + 4, 4), 0);
    assert_false(nvic_bit(s->nvic.line, EXC_IRQ0 + 68));

    bus_write(&s->bus, stream5 + 0x0c, 4, 0x90000000U); /* nothing there */
    bus_write(&s->bus, stream5 + 0x04, 4, 4);
    bus_write(&s->bus, stream5, 4, 2U << 6 | 1);
    case_pass(s, 100);
    assert_int_equal(bus_read(&s->bus, dma2 + 4, 4), 1U << 9); /* TEIF5 */
    case_machine_done(s, b);
}

struct spoken {
    char text[64];
    size_t n;
};

static void speak(void *context, struct sim *s, const char *port, uint8_t byte)
{
    struct spoken *h = context;
    (void)s;
    (void)port;
    if (h->n + 1 < sizeof h->text) h->text[h->n++] = (char)byte;
}

static struct sim *speaking(const char *board, struct board **b, struct spoken *h)
{
    return case_machine_with(board, b, (struct sim_options){.serial = speak, .context = h});
}

/* Both directions of a port, a byte each ten bits: F4 with streams, L4 with channels. */
static void serial_ports_use_dma(void **state)
{
    (void)state;
    struct board *b;
    struct spoken h = {0};
    struct sim *s = speaking("nucleo-f446re", &b, &h);
    const uint32_t usart2 = 0x40004400, dma1 = 0x40026000;
    const uint32_t tx = dma1 + 0x10 + 0x18 * 6, rx = dma1 + 0x10 + 0x18 * 5;
    bus_write(&s->bus, usart2 + 0x08, 4, 139);
    bus_write(&s->bus, usart2 + 0x0c, 4, 1U << 13 | 3U << 2 | 1U << 4);
    write_bytes(s, 0x20000000, "hello");
    bus_write(&s->bus, tx + 0x08, 4, usart2 + 4);
    bus_write(&s->bus, tx + 0x0c, 4, 0x20000000);
    bus_write(&s->bus, tx + 0x04, 4, 5);
    bus_write(&s->bus, tx, 4, 4U << 25 | 1U << 10 | 1U << 6 | 1U << 4 | 1);
    case_pass(s, 10000);
    assert_int_equal(h.n, 0); /* the port does not ask yet */
    bus_write(&s->bus, usart2 + 0x14, 4, 3U << 6);
    case_pass(s, 10000 + 5 * 1390 - 1);
    assert_string_equal(h.text, "hell");
    case_pass(s, 10000 + 5 * 1390);
    assert_string_equal(h.text, "hello");
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 17));

    bus_write(&s->bus, rx + 0x08, 4, usart2 + 4);
    bus_write(&s->bus, rx + 0x0c, 4, 0x20000100);
    bus_write(&s->bus, rx + 0x04, 4, 8);
    bus_write(&s->bus, rx, 4, 4U << 25 | 1U << 10 | 1U << 8 | 1); /* in a circle */
    assert_true(sim_send(s, "USART2", "0123456789", 10));
    case_pass(s, 100000);
    assert_memory(s, 0x20000100, "89234567");
    assert_int_equal(bus_read(&s->bus, rx + 4, 4), 6);
    assert_int_equal(bus_read(&s->bus, usart2, 4) >> 4 & 3U, 1); /* IDLE, all taken */
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 38));
    case_machine_done(s, b);

    h = (struct spoken){0};
    s = speaking("nucleo-l476rg", &b, &h);
    const uint32_t channel7 = 0x40020008 + 0x14 * 6;
    bus_write(&s->bus, usart2 + 0x0c, 4, 35);
    bus_write(&s->bus, usart2 + 0x08, 4, 1U << 7);
    bus_write(&s->bus, usart2, 4, 3U << 2 | 1);
    write_bytes(s, 0x20000000, "bye");
    bus_write(&s->bus, channel7 + 0x08, 4, usart2 + 0x28);
    bus_write(&s->bus, channel7 + 0x0c, 4, 0x20000000);
    bus_write(&s->bus, channel7 + 0x04, 4, 3);
    bus_write(&s->bus, channel7, 4, 1U << 7 | 1U << 4 | 1U << 1 | 1);
    case_pass(s, 100000);
    assert_string_equal(h.text, "bye");
    assert_int_equal(bus_read(&s->bus, 0x40020000, 4) >> 24 & 3U, 3); /* TCIF7, GIF7 */
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 17));
    assert_int_equal(bus_read(&s->bus, channel7 + 4, 4), 0);
    bus_write(&s->bus, 0x40020004, 4, 1U << 24);
    assert_int_equal(bus_read(&s->bus, 0x40020000, 4), 0);
    case_machine_done(s, b);
}

/* Nobody is on the bus: the address is not acknowledged, 90 us after it was sent. */
static void i2c_is_not_answered(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("nucleo-f446re", &b);
    const uint32_t v1 = 0x40005400;
    bus_write(&s->bus, v1 + 0x04, 4, 1U << 8 | 16);
    bus_write(&s->bus, v1, 4, 1);
    bus_write(&s->bus, v1, 4, 1U << 8 | 1);
    assert_int_equal(bus_read(&s->bus, v1 + 0x14, 4), 1); /* SB */
    assert_int_equal(bus_read(&s->bus, v1 + 0x18, 4), 3); /* master, busy */
    bus_write(&s->bus, v1 + 0x10, 4, 0x90);
    assert_int_equal(bus_read(&s->bus, v1 + 0x14, 4), 0);
    case_pass(s, 1439);
    assert_int_equal(bus_read(&s->bus, v1 + 0x14, 4), 0);
    case_pass(s, 1440);
    assert_int_equal(bus_read(&s->bus, v1 + 0x14, 4), 1U << 10); /* AF */
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 32));
    bus_write(&s->bus, v1, 4, 1U << 9 | 1); /* STOP */
    bus_write(&s->bus, v1 + 0x14, 4, ~(1U << 10));
    assert_int_equal(bus_read(&s->bus, v1 + 0x14, 4), 0);
    assert_int_equal(bus_read(&s->bus, v1 + 0x18, 4), 0);
    assert_int_equal(bus_read(&s->bus, v1, 4), 1);
    case_machine_done(s, b);

    s = case_machine("stm32f746g-disco", &b);
    bus_write(&s->bus, v1, 4, 1U << 4 | 1);
    bus_write(&s->bus, v1 + 4, 4, 1U << 25 | 1U << 13 | 1U << 16 | 0x90);
    assert_int_equal(bus_read(&s->bus, v1 + 0x18, 4), 1U << 15 | 1); /* BUSY */
    case_pass(s, 1440);
    assert_int_equal(bus_read(&s->bus, v1 + 0x18, 4), 0x31); /* STOPF, NACKF, TXE */
    assert_true(nvic_bit(s->nvic.pending, EXC_IRQ0 + 31));
    assert_int_equal(bus_read(&s->bus, v1 + 4, 4) >> 13 & 1U, 0);
    bus_write(&s->bus, v1 + 0x1c, 4, 0x30);
    assert_int_equal(bus_read(&s->bus, v1 + 0x18, 4), 1);
    case_machine_done(s, b);
}

/* Ones come back, a frame each eight bits at half the bus's clock; DMA takes them, too. */
static void spi_reads_ones(void **state)
{
    (void)state;
    struct board *b;
    struct sim *s = case_machine("nucleo-f446re", &b);
    const uint32_t spi1 = 0x40013000;
    bus_write(&s->bus, spi1, 4, 1U << 6 | 1U << 2);
    assert_int_equal(bus_read(&s->bus, spi1 + 8, 4), 2); /* TXE */
    bus_write(&s->bus, spi1 + 0xc, 1, 0x12);
    bus_write(&s->bus, spi1 + 0xc, 1, 0x34);
    assert_int_equal(bus_read(&s->bus, spi1 + 8, 4), 0x80); /* BSY, the buffer is full */
    case_pass(s, 16);
    assert_int_equal(bus_read(&s->bus, spi1 + 8, 4), 0x83);
    assert_int_equal(bus_read(&s->bus, spi1 + 0xc, 4), 0xff);
    case_pass(s, 32);
    assert_int_equal(bus_read(&s->bus, spi1 + 8, 4), 3);
    assert_int_equal(bus_read(&s->bus, spi1 + 0xc, 4), 0xff);
    assert_int_equal(bus_read(&s->bus, spi1 + 8, 4), 2);
    case_machine_done(s, b);

    s = case_machine("stm32f746g-disco", &b);
    const uint32_t rx = 0x40026410, tx = 0x40026410 + 0x18 * 3; /* DMA2 streams 0 and 3 */
    bus_write(&s->bus, rx + 0x08, 4, spi1 + 0xc);
    bus_write(&s->bus, rx + 0x0c, 4, 0x20010000);
    bus_write(&s->bus, rx + 0x04, 4, 6);
    bus_write(&s->bus, rx, 4, 3U << 25 | 1U << 10 | 1);
    bus_write(&s->bus, tx + 0x08, 4, spi1 + 0xc);
    bus_write(&s->bus, tx + 0x0c, 4, 0x20010100);
    bus_write(&s->bus, tx + 0x04, 4, 6);
    bus_write(&s->bus, tx, 4, 3U << 25 | 1U << 10 | 1U << 6 | 1);
    bus_write(&s->bus, spi1 + 4, 4, 1U << 12 | 7U << 8 | 3);
    bus_write(&s->bus, spi1, 4, 1U << 6 | 1U << 2);
    case_pass(s, 6 * 16 + 8);
    assert_memory(s, 0x20010000, "\xff\xff\xff\xff\xff\xff");
    assert_int_equal(bus_read(&s->bus, 0x40026400, 4), 3U << 4 | 3U << 26);
    assert_int_equal(bus_read(&s->bus, spi1 + 8, 4), 2); /* no BSY, FIFOs empty */
    case_machine_done(s, b);

    s = case_machine("stm32h743", &b);
    const uint32_t h7 = 0x40013000;
    bus_write(&s->bus, h7 + 0x08, 4, 7);
    bus_write(&s->bus, h7 + 0x04, 4, 3);
    bus_write(&s->bus, h7, 4, 1);
    bus_write(&s->bus, h7, 4, 1U << 9 | 1);
    for (int i = 0; i < 3; i++)
        bus_write(&s->bus, h7 + 0x20, 1, 5);
    assert_int_equal(bus_read(&s->bus, h7 + 0x14, 4) & 3U, 0); /* nothing read, all sent */
    case_pass(s, 3 * 16);
    assert_int_equal(bus_read(&s->bus, h7 + 0x14, 4) & 0x1019U, 0x1019); /* TXC TXTF EOT RXP */
    for (int i = 0; i < 3; i++)
        assert_int_equal(bus_read(&s->bus, h7 + 0x30, 1), 0xff);
    bus_write(&s->bus, h7 + 0x18, 4, 0x18);
    assert_int_equal(bus_read(&s->bus, h7 + 0x14, 4) & 0x19U, 0);
    case_machine_done(s, b);
}

/* CAN, QUADSPI and SAI as drivers bring them up (tests/firmware/buses.c). */
static void buses_come_up(void **state)
{
    (void)state;
    static const struct {
        const char *board, *input;
        unsigned good;
    } chips[] = {{"nucleo-f446re", "4", 37},
                 {"stm32f746g-disco", "7", 37},
                 {"nucleo-l476rg", "l", 37},
                 {"nucleo-l4r5zi", "o", 37},
                 {"nucleo-h743zi2", "h", 29}};
    const char *image = firmware("buses.elf");
    for (size_t i = 0; image && i < sizeof chips / sizeof *chips; i++) {
        struct sim_case c = case_input(image, chips[i].board, chips[i].input);
        unsigned good = 0;
        for (const char *p = c.profile->console; (p = strstr(p, " good\n")); p++)
            good++;
        if (c.stop.cause != SIM_EXIT || good != chips[i].good ||
            strstr(c.profile->console, "BAD"))
            fail_msg("%s: %u\n%s%s", chips[i].board, good, c.profile->console, c.stop.text);
        assert_int_equal(c.profile->unmodelled_count, 0);
        case_done(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_copy_memory), cmocka_unit_test(serial_ports_use_dma),
        cmocka_unit_test(i2c_is_not_answered), cmocka_unit_test(spi_reads_ones),
        cmocka_unit_test(buses_come_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
