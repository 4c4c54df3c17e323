/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SPI master of the H7 (RM0433 chapter 50) with no slave: what is sent disappears, and as many
 * ones come back. A transfer of TSIZE frames begins with CSTART and ends with EOT; TSIZE 0 goes
 * on for ever. A frame takes its bits at the bus's clock >> (MBR + 1).
 */
#include "sim/periph/dma.h"
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { CR1 = 0x00, CR2 = 0x04, CFG1 = 0x08, CFG2 = 0x0c, IER = 0x10, SR = 0x14, IFCR = 0x18 };
enum { TXDR = 0x20, RXDR = 0x30, SPE = 1 << 0, CSTART = 1 << 9, CSUSP = 1 << 10 };
enum { RXDMAEN = 1 << 14, TXDMAEN = 1 << 15, SIMPLEX_TX = 1, SIMPLEX_RX = 2 };
enum {
    RXP = 1 << 0,
    TXP = 1 << 1,
    DXP = 1 << 2,
    EOT = 1 << 3,
    TXTF = 1 << 4,
    OVR = 1 << 6,
    SUSP = 1 << 11,
    TXC = 1 << 12,
    FIFO_BYTES = 16,
};

struct spi {
    struct regs regs;           /* first: regs_*() */
    unsigned going, come, done; /* frames to be sent, to be read, of this transfer */
    uint32_t flags;             /* EOT, TXTF, OVR, SUSP */
    struct event event;
};

static unsigned frame_bits(struct device *d)
{
    return (*regs_at(d, CFG1) & 31U) + 1;
}

static unsigned frame_bytes(struct device *d)
{
    unsigned bits = frame_bits(d);
    return bits > 16 ? 4 : bits > 8 ? 2 : 1;
}

static unsigned room(struct device *d)
{
    return FIFO_BYTES / frame_bytes(d);
}

static unsigned mode(struct device *d)
{
    return *regs_at(d, CFG2) >> 17 & 3U;
}

static uint32_t size_of(struct device *d)
{
    return *regs_at(d, CR2) & 0xffffU;
}

static uint32_t status(struct device *d)
{
    const struct spi *s = d->state;
    uint32_t v = s->flags;
    unsigned packet = (*regs_at(d, CFG1) >> 5 & 15U) + 1;
    uint32_t size = size_of(d), sent = s->done + s->going;
    if (s->come >= packet) v |= RXP;
    if (s->going + packet <= room(d) && (!size || sent < size)) v |= TXP;
    if ((v & (RXP | TXP)) == (RXP | TXP)) v |= DXP;
    if (!s->going) v |= TXC;
    v |= (s->come * frame_bytes(d) / 4 ? 1U : 0U) << 15; /* RXWNE */
    v |= (s->come < 3 ? s->come : 3U) << 13;
    return v | (size > s->done ? size - s->done : 0) << 16;
}

static void changed(struct device *d)
{
    nvic_line(d->sim, d->irq, (status(d) & *regs_at(d, IER) & 0xfffU) != 0);
    if (*regs_at(d, CFG1) & (RXDMAEN | TXDMAEN)) dma_request(d->sim, d);
}

static void schedule(struct device *d)
{
    struct spi *s = d->state;
    const struct chip *c = &d->sim->chip;
    uint64_t divider = UINT64_C(2) << (*regs_at(d, CFG1) >> 28 & 7U);
    uint64_t clock = c->apb2_hz ? c->apb2_hz : c->hclk_hz;
    uint32_t size = size_of(d);
    if (s->event.armed || (*regs_at(d, CR1) & (SPE | CSTART)) != (SPE | CSTART)) return;
    if (size && s->done >= size) return;
    if (!s->going && mode(d) == SIMPLEX_RX && s->come < room(d)) s->going = 1;
    if (!s->going) return;
    device_wake(d, &s->event, frame_bits(d) * divider * c->hclk_hz / clock);
}

static void frame_over(void *context)
{
    struct device *d = context;
    struct spi *s = d->state;
    s->going--;
    s->done++;
    if (mode(d) != SIMPLEX_TX) {
        if (s->come < room(d))
            s->come++;
        else
            s->flags |= OVR;
    }
    if (size_of(d) && s->done >= size_of(d)) {
        s->flags |= EOT | TXTF;
        *regs_at(d, CR1) &= ~(uint32_t)CSTART;
    }
    schedule(d);
    changed(d);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    ((struct spi *)d->state)->event = (struct event){.call = frame_over, .context = d};
    *regs_at(d, CFG1) = 0x00070007;
    return true;
}

static bool ask_dma(struct device *d, uint32_t offset, bool write, uint64_t *wait)
{
    uint32_t cfg1 = *regs_at(d, CFG1);
    *wait = 0;
    return write ? offset == TXDR && cfg1 & TXDMAEN && status(d) & TXP
                 : offset == RXDR && cfg1 & RXDMAEN && ((struct spi *)d->state)->come;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    struct spi *s = d->state;
    if (offset == SR) {
        *value = status(d);
    } else if (offset == RXDR) {
        unsigned frames = size > frame_bytes(d) ? size / frame_bytes(d) : 1;
        s->come = s->come > frames ? s->come - frames : 0;
        *value = UINT32_MAX >> (32 - 8 * size);
        schedule(d);
        changed(d);
    } else {
        return regs_read(d, offset, size, value);
    }
    return true;
}

static void control(struct device *d, uint32_t value)
{
    struct spi *s = d->state;
    uint32_t was = *regs_at(d, CR1);
    if (!(value & SPE)) {
        event_cancel(&d->sim->events, &s->event);
        s->going = s->come = s->done = 0;
        s->flags &= (uint32_t)OVR;
        value &= ~(uint32_t)CSTART;
    }
    if (value & CSTART && !(was & CSTART)) s->done = 0;
    if (value & CSUSP) {
        value &= ~(uint32_t)(CSUSP | CSTART);
        s->flags |= SUSP;
    }
    *regs_at(d, CR1) = value;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    struct spi *s = d->state;
    if (offset == TXDR) {
        unsigned frames = size > frame_bytes(d) ? size / frame_bytes(d) : 1;
        if (s->going + frames <= room(d)) s->going += frames;
    } else if (offset == IFCR) {
        s->flags &= ~value;
    } else if (offset == CR1) {
        control(d, value);
    } else if (offset != SR && !regs_write(d, offset, 4, value)) {
        return false;
    }
    schedule(d);
    changed(d);
    return true;
}

const struct periph_ops periph_spi_h7 = {
    .kind = "spi-h7",
    .state_bytes = sizeof(struct spi),
    .narrow = true,
    .clockwork = true, /* by reading RXDR */
    .init = init,
    .dma = ask_dma,
    .read = read_reg,
    .write = write_reg,
};
