/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * I2C master of the F7, L4 and H7 (RM0385 chapter 30), on a bus where only a camera may answer
 * (sim/host/camera.h). A byte and its acknowledge take nine bits at 100 kHz, whatever TIMINGR
 * says; the next one may wait in TXDR, written before START even.
 *
 *     CR2.START, address ─► … ┬─► NACKF, STOPF
 *                             ├─► TXIS ─► TXDR ─► … ─┐   NBYTES times, then
 *                             └─► … ─► RXNE ─► RXDR ─┴─► STOPF (AUTOEND), TCR (RELOAD) or TC
 */
#include "sim/periph/dma.h"
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { CR1 = 0x00, CR2 = 0x04, ISR = 0x18, ICR = 0x1c, RXDR = 0x24, TXDR = 0x28 };
enum { PE = 1 << 0, TCIE = 1 << 6, TXDMAEN = 1 << 14, RXDMAEN = 1 << 15 };
enum { READ = 1 << 10, START = 1 << 13, STOP = 1 << 14, RELOAD = 1 << 24, AUTOEND = 1 << 25 };
enum {
    TXE = 1 << 0,
    TXIS = 1 << 1,
    RXNE = 1 << 2,
    NACKF = 1 << 4,
    STOPF = 1 << 5,
    TC = 1 << 6,
    TCR = 1 << 7,
    BUSY = 1 << 15
};
enum { BUS_HZ = 100000, BYTE_BITS = 9 };

enum on_wires { NOTHING, ADDRESS, SENDING, RECEIVING };

struct i2c {
    struct regs regs; /* first: regs_*() */
    struct event event;
    enum on_wires doing;
    uint32_t left; /* bytes of NBYTES that have not gone out, or have not been read */
    bool loaded;   /* TXDR holds one that has not gone out */
    bool addressed;
    uint8_t sending;
};

/* The enables of CR1 have the places of ISR's flags, TCIE that of both ends. */
static void changed(struct device *d)
{
    uint32_t isr = *regs_at(d, ISR), cr1 = *regs_at(d, CR1);
    bool ends = isr & (TC | TCR) && cr1 & TCIE;
    nvic_line(d->sim, device_irq(d, 0), ends || isr & cr1 & (TXIS | RXNE | NACKF | STOPF));
    if (cr1 & (TXDMAEN | RXDMAEN)) dma_request(d->sim, d);
}

static void next(struct device *d, enum on_wires what)
{
    struct i2c *c = d->state;
    c->doing = what;
    device_wake(d, &c->event, (uint64_t)BYTE_BITS * d->sim->chip.hclk_hz / BUS_HZ);
}

static void stop(struct device *d)
{
    struct i2c *c = d->state;
    event_cancel(&d->sim->events, &c->event);
    c->doing = NOTHING;
    c->addressed = false;
    *regs_at(d, CR2) &= ~(uint32_t)(START | STOP);
    *regs_at(d, ISR) &= ~(uint32_t)(BUSY | TXIS | TC | TCR);
    *regs_at(d, ISR) |= STOPF;
}

/* The byte in TXDR goes out; another may come there. */
static void send(struct device *d)
{
    struct i2c *c = d->state;
    c->sending = (uint8_t)*regs_at(d, TXDR);
    c->loaded = false;
    c->left--;
    *regs_at(d, ISR) |= TXE | (c->left ? TXIS : 0U);
    next(d, SENDING);
}

/* A byte is through: another, or what comes after the last. */
static void go_on(struct device *d)
{
    struct i2c *c = d->state;
    uint32_t cr2 = *regs_at(d, CR2), *isr = regs_at(d, ISR);
    bool ends = cr2 & STOP || (!c->left && (cr2 & (RELOAD | AUTOEND)) == AUTOEND);
    if (ends)
        stop(d);
    else if (!c->left)
        *isr |= cr2 & RELOAD ? TCR : TC;
    else if (cr2 & READ)
        next(d, RECEIVING);
    else if (c->loaded)
        send(d);
    else
        *isr |= TXIS;
}

static void byte_over(void *context)
{
    struct device *d = context;
    struct i2c *c = d->state;
    struct camera *camera = d->sim->host.camera;
    uint32_t cr2 = *regs_at(d, CR2), *isr = regs_at(d, ISR);
    enum on_wires did = c->doing;
    c->doing = NOTHING;
    if (did == ADDRESS) {
        *regs_at(d, CR2) &= ~(uint32_t)START;
        c->addressed = camera_begin(camera, d, cr2 >> 1 & 0x7fU, cr2 & READ);
        if (c->addressed) {
            go_on(d);
        } else {
            *isr |= NACKF;
            stop(d);
        }
    } else if (did == SENDING) {
        camera_write(camera, c->sending);
        go_on(d);
    } else if (did == RECEIVING) {
        *regs_at(d, RXDR) = camera_read(camera);
        *isr |= RXNE; /* the clock waits until it is read */
    }
    changed(d);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct i2c *c = d->state;
    c->event = (struct event){.call = byte_over, .context = d};
    *regs_at(d, ISR) = TXE;
    return true;
}

static bool ask_dma(struct device *d, uint32_t offset, bool write, uint64_t *wait)
{
    uint32_t isr = *regs_at(d, ISR), cr1 = *regs_at(d, CR1);
    *wait = 0;
    if (write) return offset == TXDR && isr & TXIS && cr1 & TXDMAEN;
    return offset == RXDR && isr & RXNE && cr1 & RXDMAEN;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    struct i2c *c = d->state;
    if (!regs_read(d, offset, size, value)) return false;
    if (offset == RXDR && *regs_at(d, ISR) & RXNE) {
        *regs_at(d, ISR) &= ~(uint32_t)RXNE;
        c->left--;
        go_on(d);
        changed(d);
    }
    return true;
}

static void transfer(struct device *d, uint32_t value)
{
    struct i2c *c = d->state;
    uint32_t *isr = regs_at(d, ISR);
    if (value & START && *regs_at(d, CR1) & PE && c->doing == NOTHING) {
        *isr &= ~(uint32_t)(TC | TCR | TXIS | RXNE);
        *isr |= BUSY;
        c->left = value >> 16 & 0xffU;
        next(d, ADDRESS);
    } else if (*isr & TCR && value >> 16 & 0xffU) {
        *isr &= ~(uint32_t)TCR;
        c->left = value >> 16 & 0xffU;
        go_on(d);
    } else if (value & STOP && c->doing == NOTHING && !(*isr & RXNE)) {
        stop(d);
    }
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    struct i2c *c = d->state;
    uint32_t *isr = regs_at(d, ISR);
    if (offset == ICR) {
        *isr &= ~(value & 0x3f38U);
    } else if (offset == ISR) {
        *isr |= value & TXE; /* flushes what would be sent */
        if (value & TXE) c->loaded = false;
    } else if (!regs_write(d, offset, size, value)) {
        return false;
    }
    if (offset == CR1 && !(value & PE)) {
        event_cancel(&d->sim->events, &c->event);
        c->doing = NOTHING;
        c->loaded = c->addressed = false;
        *isr = TXE;
        *regs_at(d, CR2) &= ~(uint32_t)(START | STOP);
    }
    if (offset == CR2) transfer(d, value);
    if (offset == TXDR) {
        *isr &= ~(uint32_t)(TXIS | TXE);
        c->loaded = true;
        if (c->addressed && c->doing == NOTHING && c->left && !(*regs_at(d, CR2) & READ))
            send(d);
    }
    changed(d);
    return true;
}

const struct periph_ops periph_i2c_v2 = {
    .kind = "i2c-v2",
    .state_bytes = sizeof(struct i2c),
    .clockwork = true, /* by reading RXDR */
    .init = init,
    .dma = ask_dma,
    .read = read_reg,
    .write = write_reg,
};
