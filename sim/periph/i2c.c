/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * I2C masters of both register layouts (v1: F4, RM0090 chapter 27; v2: F7, L4, H7, RM0385
 * chapter 30) on a bus where nobody answers: an address is sent, at 100 kHz, and not
 * acknowledged.
 *
 *     v1   CR1.START ─► SR1.SB ─► DR = address ─► … ─► SR1.AF        CR1.STOP ends it
 *     v2   CR2.START, address ─► … ─► ISR.NACKF, STOPF
 */
#include "sim/periph/regs.h"
#include "sim/state.h"
#include "tools/base/json.h"

enum {
    V1_CR1 = 0x00,
    V1_CR2 = 0x04,
    V1_DR = 0x10,
    V1_SR1 = 0x14,
    V1_SR2 = 0x18,
    V1_TRISE = 0x20
};
enum { V1_PE = 1 << 0, V1_START = 1 << 8, V1_STOP = 1 << 9, V1_SWRST = 1 << 15 };
enum { V1_SB = 1 << 0, V1_AF = 1 << 10, V1_ITERR = 1 << 8, V1_ITEVT = 1 << 9 };
enum { V1_MASTER = 1 << 0, V1_BUSY = 1 << 1 };
enum { V2_CR1 = 0x00, V2_CR2 = 0x04, V2_ISR = 0x18, V2_ICR = 0x1c };
enum { V2_PE = 1 << 0, V2_START = 1 << 13, V2_STOP = 1 << 14 };
enum { V2_TXE = 1 << 0, V2_NACKF = 1 << 4, V2_STOPF = 1 << 5, V2_BUSY = 1 << 15 };
enum { BUS_HZ = 100000, ADDRESS_BITS = 9 };

struct i2c {
    struct regs regs; /* first: regs_*() */
    struct event event;
};

static int irq_of(const struct device *d, size_t i)
{
    return (int)json_int(json_at(json_get(d->json, "irqs"), i), -1);
}

static void lines_v1(struct device *d)
{
    uint32_t sr1 = *regs_at(d, V1_SR1), cr2 = *regs_at(d, V1_CR2);
    nvic_line(d->sim, irq_of(d, 0), sr1 & V1_SB && cr2 & V1_ITEVT);
    nvic_line(d->sim, irq_of(d, 1), sr1 & V1_AF && cr2 & V1_ITERR);
}

/* The enables of CR1 have the places of ISR's flags. */
static void lines_v2(struct device *d)
{
    uint32_t pending = *regs_at(d, V2_ISR) & *regs_at(d, V2_CR1) & (V2_NACKF | V2_STOPF);
    nvic_line(d->sim, irq_of(d, 0), pending != 0);
}

static bool is_v2(const struct device *d)
{
    return d->ops == &periph_i2c_v2;
}

static void unanswered(void *context)
{
    struct device *d = context;
    if (is_v2(d)) {
        *regs_at(d, V2_CR2) &= ~(uint32_t)(V2_START | V2_STOP);
        *regs_at(d, V2_ISR) &= ~(uint32_t)V2_BUSY;
        *regs_at(d, V2_ISR) |= V2_NACKF | V2_STOPF;
        lines_v2(d);
    } else {
        *regs_at(d, V1_SR1) |= V1_AF;
        lines_v1(d);
    }
}

static void send_address(struct device *d)
{
    struct i2c *c = d->state;
    event_at(&d->sim->events, &c->event,
             sim_time(d->sim) + (uint64_t)ADDRESS_BITS * d->sim->chip.hclk_hz / BUS_HZ);
    sim_attention(d->sim);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct i2c *c = d->state;
    c->event = (struct event){.call = unanswered, .context = d};
    if (is_v2(d))
        *regs_at(d, V2_ISR) = V2_TXE;
    else
        *regs_at(d, V1_TRISE) = 2;
    return true;
}

static void quiet(struct device *d)
{
    event_cancel(&d->sim->events, &((struct i2c *)d->state)->event);
}

static void control_v1(struct device *d, uint32_t value)
{
    uint32_t *sr1 = regs_at(d, V1_SR1), *sr2 = regs_at(d, V1_SR2);
    if (value & V1_SWRST || !(value & V1_PE)) {
        quiet(d);
        *sr1 = *sr2 = 0;
        value &= ~(uint32_t)(V1_START | V1_STOP);
    }
    if (value & V1_STOP) {
        quiet(d);
        *sr2 = 0;
        value &= ~(uint32_t)V1_STOP;
    }
    if (value & V1_START) {
        *sr1 |= V1_SB;
        *sr2 |= V1_MASTER | V1_BUSY;
        value &= ~(uint32_t)V1_START;
    }
    *regs_at(d, V1_CR1) = value;
}

static bool write_v1(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    uint32_t *sr1 = regs_at(d, V1_SR1);
    if (offset == V1_CR1) {
        control_v1(d, value);
    } else if (offset == V1_SR1) {
        *sr1 &= value | 0xffU; /* error flags are cleared by zeros */
    } else if (offset == V1_DR) {
        if (*sr1 & V1_SB) {
            *sr1 &= ~(uint32_t)V1_SB;
            send_address(d);
        }
    } else if (offset != V1_SR2 && !regs_write(d, offset, size, value)) {
        return false;
    }
    lines_v1(d);
    return true;
}

static bool write_v2(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    uint32_t *isr = regs_at(d, V2_ISR);
    if (offset == V2_ICR) {
        *isr &= ~(value & 0x3f38U);
    } else if (offset == V2_ISR) {
        *isr |= value & V2_TXE; /* flushes what would be sent */
    } else if (!regs_write(d, offset, size, value)) {
        return false;
    }
    if (offset == V2_CR1 && !(value & V2_PE)) {
        quiet(d);
        *isr = V2_TXE;
        *regs_at(d, V2_CR2) &= ~(uint32_t)(V2_START | V2_STOP);
    }
    if (offset == V2_CR2 && value & V2_START && *regs_at(d, V2_CR1) & V2_PE) {
        *isr |= V2_BUSY;
        send_address(d);
    } else if (offset == V2_CR2 && value & V2_STOP && !(*isr & V2_BUSY)) {
        *regs_at(d, V2_CR2) &= ~(uint32_t)V2_STOP;
        *isr |= V2_STOPF;
    }
    lines_v2(d);
    return true;
}

#define I2C(record, name, store)                                                               \
    const struct periph_ops record = {                                                         \
        .kind = (name),                                                                        \
        .state_bytes = sizeof(struct i2c),                                                     \
        .init = init,                                                                          \
        .read = regs_read,                                                                     \
        .write = (store),                                                                      \
    }
I2C(periph_i2c_v1, "i2c-v1", write_v1);
I2C(periph_i2c_v2, "i2c-v2", write_v2);
