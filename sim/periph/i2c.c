/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * I2C master of the F4 (RM0090 chapter 27) on a bus where nobody answers: an address is sent,
 * at 100 kHz, and not acknowledged.
 *
 *     CR1.START ─► SR1.SB ─► DR = address ─► … ─► SR1.AF        CR1.STOP ends it
 */
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { CR1 = 0x00, CR2 = 0x04, DR = 0x10, SR1 = 0x14, SR2 = 0x18, TRISE = 0x20 };
enum { PE = 1 << 0, START = 1 << 8, STOP = 1 << 9, SWRST = 1 << 15 };
enum { SB = 1 << 0, AF = 1 << 10, ITERR = 1 << 8, ITEVT = 1 << 9 };
enum { MASTER = 1 << 0, BUSY = 1 << 1 };
enum { BUS_HZ = 100000, ADDRESS_BITS = 9 };

struct i2c {
    struct regs regs; /* first: regs_*() */
    struct event event;
};

static void lines(struct device *d)
{
    uint32_t sr1 = *regs_at(d, SR1), cr2 = *regs_at(d, CR2);
    nvic_line(d->sim, device_irq(d, 0), sr1 & SB && cr2 & ITEVT);
    nvic_line(d->sim, device_irq(d, 1), sr1 & AF && cr2 & ITERR);
}

static void unanswered(void *context)
{
    struct device *d = context;
    *regs_at(d, SR1) |= AF;
    lines(d);
}

static void send_address(struct device *d)
{
    struct i2c *c = d->state;
    device_wake(d, &c->event, (uint64_t)ADDRESS_BITS * d->sim->chip.hclk_hz / BUS_HZ);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct i2c *c = d->state;
    c->event = (struct event){.call = unanswered, .context = d};
    *regs_at(d, TRISE) = 2;
    return true;
}

static void quiet(struct device *d)
{
    event_cancel(&d->sim->events, &((struct i2c *)d->state)->event);
}

static void control(struct device *d, uint32_t value)
{
    uint32_t *sr1 = regs_at(d, SR1), *sr2 = regs_at(d, SR2);
    if (value & SWRST || !(value & PE)) {
        quiet(d);
        *sr1 = *sr2 = 0;
        value &= ~(uint32_t)(START | STOP);
    }
    if (value & STOP) {
        quiet(d);
        *sr2 = 0;
        value &= ~(uint32_t)STOP;
    }
    if (value & START) {
        *sr1 |= SB;
        *sr2 |= MASTER | BUSY;
        value &= ~(uint32_t)START;
    }
    *regs_at(d, CR1) = value;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    uint32_t *sr1 = regs_at(d, SR1);
    if (offset == CR1) {
        control(d, value);
    } else if (offset == SR1) {
        *sr1 &= value | 0xffU; /* error flags are cleared by zeros */
    } else if (offset == DR) {
        if (*sr1 & SB) {
            *sr1 &= ~(uint32_t)SB;
            send_address(d);
        }
    } else if (offset != SR2 && !regs_write(d, offset, size, value)) {
        return false;
    }
    lines(d);
    return true;
}

const struct periph_ops periph_i2c_v1 = {
    .kind = "i2c-v1",
    .state_bytes = sizeof(struct i2c),
    .init = init,
    .read = regs_read,
    .write = write_reg,
};
