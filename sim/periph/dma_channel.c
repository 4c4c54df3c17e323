/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * DMA controller with seven channels (L4: RM0351 chapter 11; L4+: RM0432 chapter 11). Items of
 * two sizes are cut or filled with zeros.
 *
 *     0x00 ISR, IFCR      0x08 + 0x14 n: CCR CNDTR CPAR CMAR      0xa8 CSELR
 */
#include "sim/periph/dma.h"
#include "sim/state.h"

enum { ISR = 0x00, IFCR = 0x04, FIRST = 0x08, STEP = 0x14, CHANNELS = 7, CSELR = 0xa8 };
enum { CCR = 0x00, CNDTR = 0x04, CPAR = 0x08, CMAR = 0x0c };
enum { EN = 1 << 0, DIR = 1 << 4, CIRC = 1 << 5, PINC = 1 << 6, MINC = 1 << 7, MEM = 1 << 14 };
enum { GIF = 1 << 0, TCIF = 1 << 1, HTIF = 1 << 2, TEIF = 1 << 3 }; /* enables: the same bits */

struct channels {
    struct dma dma; /* first: dma.c */
    uint32_t isr, select;
    uint32_t reg[CHANNELS][STEP / 4];
};

static uint32_t *reg(struct device *d, unsigned n, uint32_t offset)
{
    return &((struct channels *)d->state)->reg[n][offset / 4];
}

static void line(struct device *d, unsigned n)
{
    const struct channels *c = d->state;
    nvic_line(d->sim, device_irq(d, n),
              (c->isr >> 4 * n & *reg(d, n, CCR) & (TCIF | HTIF | TEIF)) != 0);
}

static void tell(struct transfer *f, enum transfer_news news)
{
    struct channels *c = f->dma->state;
    uint32_t flag = news == TRANSFER_HALF ? HTIF : news == TRANSFER_DONE ? TCIF : TEIF;
    c->isr |= (flag | GIF) << 4 * f->index;
    if (news == TRANSFER_ERROR) *reg(f->dma, f->index, CCR) &= ~(uint32_t)EN;
    line(f->dma, f->index);
}

static uint8_t item_bytes(uint32_t code)
{
    return (uint8_t)((code & 3U) == 3 ? 4 : 1U << (code & 3U));
}

static void enable(struct device *d, unsigned n)
{
    struct transfer *f = &((struct channels *)d->state)->dma.transfer[n];
    uint32_t cr = *reg(d, n, CCR);
    struct transfer_end peripheral = {*reg(d, n, CPAR), item_bytes(cr >> 8), cr & PINC,
                                      !(cr & MEM)};
    struct transfer_end memory = {*reg(d, n, CMAR), item_bytes(cr >> 10), cr & MINC, false};
    f->from = cr & DIR ? memory : peripheral;
    f->to = cr & DIR ? peripheral : memory;
    f->copy = (cr & MEM) != 0;
    f->circular = (cr & CIRC) && !f->copy;
    f->count = *reg(d, n, CNDTR) & 0xffffU;
    transfer_start(f);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    dma_init(d, tell);
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    const struct channels *c = d->state;
    unsigned n = (offset - FIRST) / STEP;
    *value = offset == ISR ? c->isr : offset == CSELR ? c->select : 0;
    if (offset < FIRST || offset == CSELR) return true;
    if (n >= CHANNELS) return false;
    uint32_t r = (offset - FIRST) % STEP;
    const struct transfer *f = &c->dma.transfer[n];
    *value = *reg(d, n, r);
    if (r == CNDTR && *reg(d, n, CCR) & EN) *value = f->on ? f->left : 0;
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    struct channels *c = d->state;
    unsigned n = (offset - FIRST) / STEP;
    if (offset == IFCR) {
        for (unsigned i = 0; i < CHANNELS; i++) /* a channel's GIF clears all of its flags */
            c->isr &= ~((value >> 4 * i & GIF ? 15U : value >> 4 * i & 15U) << 4 * i);
        for (unsigned i = 0; i < CHANNELS; i++)
            line(d, i);
    }
    if (offset == CSELR) c->select = value;
    if (offset < FIRST || offset == CSELR) return true;
    if (n >= CHANNELS) return false;
    uint32_t r = (offset - FIRST) % STEP, *at = reg(d, n, r);
    struct transfer *f = &c->dma.transfer[n];
    if (r == CCR) {
        bool was = *at & EN, is = value & EN;
        if (was && !is) {
            *reg(d, n, CNDTR) = f->on ? f->left : 0;
            transfer_stop(f);
        }
        *at = value;
        if (is && !was) enable(d, n);
        line(d, n);
    } else if (!(*reg(d, n, CCR) & EN)) {
        *at = value;
    }
    return true;
}

const struct periph_ops periph_dma_channel = {
    .kind = "dma-channel",
    .state_bytes = sizeof(struct channels),
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
