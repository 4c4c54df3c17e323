/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ArduChip, the SPI side of an ArduCAM: registers behind a 7-bit address (bit 7 writes), a FIFO
 * for one frame.
 *
 *     0x00 test   0x04 FIFO: 1 clear done, 2 start, 0x10 read from the start   0x41 bit 3: done
 *     0x42 to 0x44 bytes of the frame   0x3c bytes of it, on and on   0x3d one of them
 *
 * A capture begins with the next frame of the sensor, and is done with it.
 */
#include <string.h>

#include "sim/host/camera_state.h"
#include "sim/state.h"

enum { FIFO = 0x04, BURST = 0x3c, SINGLE = 0x3d, VERSION = 0x40, TRIGGER = 0x41, SIZE = 0x42 };
enum { CLEAR = 1, START = 2, READ_START = 0x10, DONE = 1 << 3, WRITE = 0x80 };

void arducam_reset(struct camera *c)
{
    struct arduchip *a = &c->chip;
    buf_done(&a->fifo);
    *a = (struct arduchip){0};
    a->regs[VERSION] = 0x73; /* 2 MP Plus */
}

/* The frame that was started is over. */
static void look(struct camera *c)
{
    struct arduchip *a = &c->chip;
    uint32_t width, height;
    if (!a->capturing || sim_time(c->sim) < a->ready) return;
    a->capturing = false;
    a->regs[TRIGGER] |= DONE;
    buf_done(&a->fifo);
    a->fifo = (struct buf){0};
    if (c->jpeg.data) {
        buf_add(&a->fifo, c->jpeg.data, c->jpeg.len);
        return;
    }
    camera_size(c, &width, &height);
    jpeg_encode(&c->picture, width < 16 ? 16 : width & ~15U, height < 8 ? 8 : height & ~7U,
                &a->fifo);
}

static uint8_t next(struct arduchip *a)
{
    return a->read < a->fifo.len ? (uint8_t)a->fifo.data[a->read++] : 0;
}

static uint8_t read_register(struct camera *c, uint8_t address)
{
    struct arduchip *a = &c->chip;
    look(c);
    if (address == BURST || address == SINGLE) return next(a);
    if (address >= SIZE && address < SIZE + 3)
        return (uint8_t)(a->fifo.len >> 8 * (address - SIZE));
    return a->regs[address];
}

static void write_register(struct camera *c, uint8_t address, uint8_t value)
{
    struct arduchip *a = &c->chip;
    look(c);
    if (address == FIFO) {
        uint64_t period = camera_period(c);
        if (value & CLEAR) a->regs[TRIGGER] &= (uint8_t)~DONE;
        if (value & (READ_START | START)) a->read = 0;
        if (value & START) {
            a->capturing = true;
            a->ready = (sim_time(c->sim) / period + 2) * period;
        }
    } else if (address != TRIGGER && address != VERSION) {
        a->regs[address] = value;
    }
}

uint8_t camera_exchange(struct camera *c, const struct device *spi, uint8_t sent)
{
    if (!c || c->spi != spi || !c->chip.selected) return 0xff;
    struct arduchip *a = &c->chip;
    unsigned nth = a->nth++;
    uint8_t address = a->command & (WRITE - 1);
    if (nth == 0) {
        a->command = sent;
        return 0;
    }
    if (a->command & WRITE) {
        if (nth == 1) write_register(c, address, sent);
        return 0;
    }
    return nth == 1 || address == BURST ? read_register(c, address) : 0;
}

void camera_pins(struct camera *c, char port, uint32_t driven, uint32_t high)
{
    if (!c || !c->spi || c->select_port != port) return;
    bool selected = driven & ~high & 1U << c->select_pin;
    if (selected != c->chip.selected) c->chip.nth = 0;
    c->chip.selected = selected;
}
