/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SPI masters (v1: F4, RM0090 chapter 28; v2 with FIFOs: F7, L4, RM0385 chapter 32) with no
 * slave but a camera's (sim/host/camera.h): what is sent disappears, and as many ones come
 * back. A frame takes its bits at the bus's clock >> (BR + 1). I2S mode and CRC have no effect.
 *
 *     DR ─► `going` frames on their way ─► one after another ─► `come` frames to be read
 */
#include <string.h>

#include "sim/periph/dma.h"
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { CR1 = 0x00, CR2 = 0x04, SR = 0x08, DR = 0x0c };
enum { SPE = 1 << 6, RXONLY = 1 << 10, DFF = 1 << 11, BIDIMODE = 1 << 15, BIDIOE = 1 << 14 };
enum { RXDMAEN = 1 << 0, TXDMAEN = 1 << 1, RXNEIE = 1 << 6, TXEIE = 1 << 7, ERRIE = 1 << 5 };
enum { FRXTH = 1 << 12, RXNE = 1 << 0, TXE = 1 << 1, OVR = 1 << 6, BSY = 1 << 7 };
enum { FIFO_BYTES = 4 };

struct spi {
    struct regs regs; /* first: regs_*() */
    unsigned going, come;
    uint16_t out[FIFO_BYTES], in[FIFO_BYTES]; /* those frames, the next one first */
    bool overrun;
    struct event event;
};

static bool has_fifo(const struct device *d)
{
    return d->ops == &periph_spi_v2;
}

/* Bits of a frame. */
static unsigned frame_bits(struct device *d)
{
    if (!has_fifo(d)) return *regs_at(d, CR1) & DFF ? 16 : 8;
    unsigned ds = *regs_at(d, CR2) >> 8 & 15U;
    return ds < 3 ? 8 : ds + 1;
}

static unsigned frame_bytes(struct device *d)
{
    return frame_bits(d) > 8 ? 2 : 1;
}

/* Frames that fit on their way, and that fit unread. */
static unsigned room(struct device *d)
{
    return has_fifo(d) ? FIFO_BYTES / frame_bytes(d) : 2;
}

static bool receives(struct device *d)
{
    uint32_t both = *regs_at(d, CR1) & (BIDIMODE | BIDIOE);
    return both != (BIDIMODE | BIDIOE);
}

/* It clocks in frames by itself, as long as there is room for them. */
static bool listens(struct device *d)
{
    uint32_t cr1 = *regs_at(d, CR1);
    return (cr1 & (BIDIMODE | RXONLY)) == RXONLY || (cr1 & (BIDIMODE | BIDIOE)) == BIDIMODE;
}

static uint32_t status(struct device *d)
{
    const struct spi *s = d->state;
    uint32_t v = s->going ? BSY : 0;
    unsigned half = has_fifo(d) ? room(d) / 2 : 1;
    if (s->going <= half) v |= TXE;
    unsigned threshold = has_fifo(d) && !(*regs_at(d, CR2) & FRXTH) ? 2 / frame_bytes(d) : 1;
    if (s->come >= threshold) v |= RXNE;
    if (s->overrun) v |= OVR;
    if (has_fifo(d)) {
        unsigned in = s->come * frame_bytes(d), out = s->going * frame_bytes(d);
        v |= (in > 3 ? 3U : in) << 9;
        out = out > frame_bytes(d) ? out - frame_bytes(d) : 0; /* one is in the shifter */
        v |= (out > 3 ? 3U : out) << 11;
    }
    return v;
}

static void changed(struct device *d)
{
    uint32_t sr = status(d), cr2 = *regs_at(d, CR2);
    nvic_line(d->sim, d->irq,
              (sr & RXNE && cr2 & RXNEIE) || (sr & TXE && cr2 & TXEIE) ||
                  (sr & OVR && cr2 & ERRIE));
    if (cr2 & (RXDMAEN | TXDMAEN)) dma_request(d->sim, d);
}

static void schedule(struct device *d)
{
    struct spi *s = d->state;
    uint64_t clock = device_apb_hz(d);
    uint64_t divider = UINT64_C(2) << (*regs_at(d, CR1) >> 3 & 7U);
    if (s->event.armed || !(*regs_at(d, CR1) & SPE)) return;
    if (!s->going && listens(d) && s->come < room(d)) s->out[s->going++] = 0;
    if (!s->going) return;
    device_wake(d, &s->event,
                clock ? frame_bits(d) * divider * d->sim->chip.hclk_hz / clock : 1);
}

static void frame_over(void *context)
{
    struct device *d = context;
    struct spi *s = d->state;
    uint16_t back = (uint16_t)((1U << frame_bits(d)) - 1);
    if (frame_bits(d) == 8) back = camera_exchange(d->sim->host.camera, d, (uint8_t)s->out[0]);
    s->going--;
    memmove(s->out, s->out + 1, sizeof s->out - sizeof *s->out);
    if (receives(d)) {
        if (s->come < room(d))
            s->in[s->come++] = back;
        else
            s->overrun = true;
    }
    schedule(d);
    changed(d);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    ((struct spi *)d->state)->event = (struct event){.call = frame_over, .context = d};
    if (has_fifo(d)) *regs_at(d, CR2) = 0x700;
    return true;
}

static bool ask_dma(struct device *d, uint32_t offset, bool write, uint64_t *wait)
{
    uint32_t cr2 = *regs_at(d, CR2);
    *wait = 0;
    if (offset != DR) return false;
    return write ? cr2 & TXDMAEN && status(d) & TXE : cr2 & RXDMAEN && status(d) & RXNE;
}

/* Frames that came, packed; ones for those that have not. */
static uint32_t take(struct device *d, unsigned frames)
{
    struct spi *s = d->state;
    uint32_t value = 0, ones = (1U << frame_bits(d)) - 1;
    for (unsigned i = 0; i < frames; i++) {
        value |= (s->come ? s->in[0] & ones : ones) << i * frame_bits(d);
        if (s->come) s->come--;
        memmove(s->in, s->in + 1, sizeof s->in - sizeof *s->in);
    }
    return value;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    struct spi *s = d->state;
    if (offset == SR) {
        *value = status(d);
    } else if (offset == DR) {
        unsigned frames = has_fifo(d) && frame_bytes(d) == 1 && size >= 2 ? 2 : 1;
        *value = take(d, frames);
        if (size == 1) *value &= 0xffU;
        s->overrun = false;
        schedule(d);
        changed(d);
    } else {
        return regs_read(d, offset, size, value);
    }
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    struct spi *s = d->state;
    if (offset == DR) {
        unsigned frames = has_fifo(d) && frame_bytes(d) == 1 && size >= 2 ? 2 : 1;
        for (unsigned i = 0; i < frames && s->going + frames - i <= room(d); i++)
            s->out[s->going++] = (uint16_t)(value >> i * frame_bits(d));
    } else if (offset != SR && !regs_write(d, offset, 4, value)) {
        return false;
    }
    schedule(d);
    changed(d);
    return true;
}

#define SPI(record, name)                                                                      \
    const struct periph_ops record = {                                                         \
        .kind = (name),                                                                        \
        .state_bytes = sizeof(struct spi),                                                     \
        .narrow = true,                                                                        \
        .clockwork = true, /* by reading DR */                                                 \
        .init = init,                                                                          \
        .dma = ask_dma,                                                                        \
        .read = read_reg,                                                                      \
        .write = write_reg,                                                                    \
    }
SPI(periph_spi_v1, "spi-v1");
SPI(periph_spi_v2, "spi-v2");
