/* SPDX-License-Identifier: 0BSD
 * Cameras of the F746G-DISCO, polled as ST's HAL does. The console input's first character:
 *
 *     a  an ArduCAM: its sensor on I2C1, set to 32 x 16, its chip on SPI2, selected by PI0
 *     d  an OV9655: on I2C1, set to 160 x 120, its frame through DCMI and DMA2's stream 1
 */
#include "fw.h"

static const uint32_t i2c = 0x40005400, spi = 0x40003800, dcmi = 0x50050000;
enum { ADDRESS = 0x60, TXIS = 2, RXNE = 4, NACKF = 16, STOPF = 32, TC = 64 };

static void wait_for(uint32_t flag)
{
    while (!(REG(i2c + 0x18) & flag))
        ;
}

static void sensor_write(uint32_t reg, uint32_t value)
{
    REG(i2c + 4) = 1U << 25 | 2U << 16 | 1U << 13 | ADDRESS;
    wait_for(TXIS);
    REG(i2c + 0x28) = reg;
    wait_for(TXIS);
    REG(i2c + 0x28) = value;
    wait_for(STOPF);
    REG(i2c + 0x1c) = STOPF;
}

static uint32_t sensor_read(uint32_t reg)
{
    REG(i2c + 4) = 1U << 16 | 1U << 13 | ADDRESS;
    wait_for(TXIS);
    REG(i2c + 0x28) = reg;
    wait_for(TC);
    REG(i2c + 4) = 1U << 25 | 1U << 16 | 1U << 13 | 1U << 10 | ADDRESS;
    wait_for(RXNE);
    uint32_t value = REG(i2c + 0x24);
    wait_for(STOPF);
    REG(i2c + 0x1c) = STOPF;
    return value;
}

static void select(int on)
{
    REG(0x40022018) = on ? 1U << 16 : 1;
}

static uint32_t exchange(uint32_t byte)
{
    volatile uint8_t *dr = (volatile uint8_t *)(spi + 0x0c);
    while (!(REG(spi + 8) & 2))
        ;
    *dr = (uint8_t)byte;
    while (!(REG(spi + 8) & 1))
        ;
    return *dr;
}

static void chip_write(uint32_t reg, uint32_t value)
{
    select(1);
    exchange(reg | 0x80);
    exchange(value);
    select(0);
}

static uint32_t chip_read(uint32_t reg)
{
    select(1);
    exchange(reg);
    uint32_t value = exchange(0);
    select(0);
    return value;
}

static void arducam(void)
{
    REG(0x40022000) = 1; /* PI0 is an output; low, until it is set */
    select(0);
    REG(spi + 4) = 7U << 8 | 1U << 12;
    REG(spi) = 1U << 9 | 1U << 8 | 1U << 6 | 2U << 3 | 1U << 2;
    chip_write(0, 0x5a);
    print_hex(chip_read(0));
    sensor_write(0xff, 1);
    print_hex(sensor_read(0x0a) << 8 | sensor_read(0x0b));
    sensor_write(0xff, 0);
    sensor_write(0x5a, 32 / 4);
    sensor_write(0x5b, 16 / 4);
    sensor_write(0x5c, 0);
    chip_write(4, 1);
    print_number(chip_read(0x41) >> 3 & 1);
    chip_write(4, 2);
    while (!(chip_read(0x41) & 8))
        ;
    uint32_t bytes = chip_read(0x42) | chip_read(0x43) << 8 | chip_read(0x44) << 16, sum = 0;
    print_number(bytes);
    print_hex(chip_read(0x3d) << 8 | chip_read(0x3d));
    chip_write(4, 0x10);
    select(1);
    exchange(0x3c);
    for (uint32_t i = 0; i < bytes; i++)
        sum = sum * 31 + exchange(0);
    select(0);
    print_hex(sum);
    print_hex(exchange(0)); /* nobody is selected */
}

enum { WIDTH = 160, HEIGHT = 120, WORDS = WIDTH * HEIGHT / 2 };

static void parallel(void)
{
    const uint32_t stream = 0x40026400 + 0x10 + 0x18, frame = 0x20010000;
    print_hex(sensor_read(0x0a));
    sensor_write(0x72, 0x22);
    REG(stream + 0x08) = dcmi + 0x28;
    REG(stream + 0x0c) = frame;
    REG(stream + 0x04) = WORDS;
    REG(stream) = 1U << 25 | 2U << 13 | 2U << 11 | 1U << 10 | 1;
    REG(dcmi) = 1U << 14 | 2; /* a snapshot */
    REG(dcmi) |= 1;
    while (!(REG(dcmi + 8) & 1))
        ;
    print_hex(REG(dcmi + 8));
    print_number(REG(dcmi) & 1); /* no longer */
    print_number(REG(stream + 0x04));
    print_hex(REG(0x40026400) >> 6 & 0x20);
    print_hex(REG(frame));
    print_hex(REG(frame + 4 * (WORDS - WIDTH / 2 + 20)));
    uint32_t sum = 0;
    for (uint32_t i = 0; i < WORDS; i++)
        sum = sum * 31 + REG(frame + 4 * i);
    print_hex(sum);
    /* The middle 16 x 8, twice, without DMA. */
    REG(dcmi + 0x20) = 56U << 16 | 144;
    REG(dcmi + 0x24) = 7U << 16 | 31;
    REG(dcmi) = 1U << 14 | 4;
    REG(dcmi) |= 1;
    for (uint32_t k = 0; k < 2; k++) {
        REG(dcmi + 0x14) = 0x1f;
        sum = 0;
        for (uint32_t i = 0; i < 16 * 8 / 2; i++) {
            while (!(REG(dcmi + 4) & 4))
                ;
            sum = sum * 31 + REG(dcmi + 0x28);
        }
        print_hex(sum);
    }
}

int main(void)
{
    char kind = (char)semihost(7, 0);
    REG(i2c + 0x10) = 0x40912732;
    REG(i2c) = 1;
    if (kind == 'a') arducam();
    if (kind == 'd') parallel();
    return 0;
}
