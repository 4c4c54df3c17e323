/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * DMA controller with eight streams (F4: RM0090 chapter 10; F7: RM0385 chapter 8; H7: RM0433
 * chapter 15). The FIFO has no effect: memory is accessed in items of the peripheral's size,
 * one after another, which is what packing amounts to.
 *
 *     0x00 LISR, HISR, LIFCR, HIFCR      0x10 + 0x18 n: CR NDTR PAR M0AR M1AR FCR
 */
#include "sim/periph/dma.h"
#include "sim/state.h"

enum { LISR = 0x00, HISR = 0x04, LIFCR = 0x08, HIFCR = 0x0c, FIRST = 0x10, STEP = 0x18 };
enum { CR = 0x00, NDTR = 0x04, PAR = 0x08, M0AR = 0x0c, M1AR = 0x10, FCR = 0x14 };
enum { EN = 1 << 0, CIRC = 1 << 8, PINC = 1 << 9, MINC = 1 << 10, DBM = 1 << 18, CT = 1 << 19 };
enum { TEIF = 1 << 3, HTIF = 1 << 4, TCIF = 1 << 5 }; /* their enables in CR: a bit below */

struct stream {
    struct dma dma; /* first: dma.c */
    uint32_t isr[2];
    uint32_t reg[DMA_TRANSFERS][STEP / 4];
};

static uint32_t *reg(struct device *d, unsigned n, uint32_t offset)
{
    return &((struct stream *)d->state)->reg[n][offset / 4];
}

static unsigned shift_of(unsigned n)
{
    static const uint8_t shifts[4] = {0, 6, 16, 22};
    return shifts[n % 4];
}

static void line(struct device *d, unsigned n)
{
    const struct stream *s = d->state;
    uint32_t flags = s->isr[n / 4] >> shift_of(n) & 0x3fU;
    nvic_line(d->sim, device_irq(d, n),
              (flags & *reg(d, n, CR) << 1 & (TEIF | HTIF | TCIF)) != 0);
}

static void tell(struct transfer *f, enum transfer_news news)
{
    struct stream *s = f->dma->state;
    uint32_t *cr = reg(f->dma, f->index, CR);
    uint32_t flag = news == TRANSFER_HALF ? HTIF : news == TRANSFER_DONE ? TCIF : TEIF;
    s->isr[f->index / 4] |= flag << shift_of(f->index);
    if (news == TRANSFER_DONE && *cr & DBM) {
        *cr ^= CT;
        struct transfer_end *memory = f->from.device ? &f->to : &f->from;
        memory->addr = *reg(f->dma, f->index, *cr & CT ? M1AR : M0AR);
    }
    if (!f->on) *cr &= ~(uint32_t)EN;
    line(f->dma, f->index);
}

static void enable(struct device *d, unsigned n)
{
    struct transfer *f = &((struct stream *)d->state)->dma.transfer[n];
    uint32_t cr = *reg(d, n, CR), direction = cr >> 6 & 3U;
    uint8_t bytes = (uint8_t)((cr >> 11 & 3U) == 3 ? 4 : 1U << (cr >> 11 & 3U));
    struct transfer_end peripheral = {*reg(d, n, PAR), bytes, cr & PINC, direction != 2};
    struct transfer_end memory = {*reg(d, n, cr & DBM && cr & CT ? M1AR : M0AR), bytes,
                                  cr & MINC, false};
    f->from = direction == 1 ? memory : peripheral;
    f->to = direction == 1 ? peripheral : memory;
    f->copy = direction == 2;
    f->circular = (cr & (CIRC | DBM)) != 0;
    f->count = *reg(d, n, NDTR) & 0xffffU;
    transfer_start(f);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    dma_init(d, tell);
    for (unsigned n = 0; n < DMA_TRANSFERS; n++)
        *reg(d, n, FCR) = 0x21;
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    const struct stream *s = d->state;
    unsigned n = (offset - FIRST) / STEP;
    *value = 0;
    if (offset < FIRST) {
        if (offset <= HISR) *value = s->isr[offset / 4];
        return true;
    }
    if (n >= DMA_TRANSFERS) return false;
    uint32_t r = (offset - FIRST) % STEP;
    *value = r == NDTR ? s->dma.transfer[n].left : *reg(d, n, r);
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    struct stream *s = d->state;
    unsigned n = (offset - FIRST) / STEP;
    if (offset < FIRST) {
        if (offset == LIFCR || offset == HIFCR) {
            unsigned half = offset == HIFCR;
            s->isr[half] &= ~value;
            for (unsigned i = 0; i < 4; i++)
                line(d, half * 4 + i);
        }
        return true;
    }
    if (n >= DMA_TRANSFERS) return false;
    uint32_t r = (offset - FIRST) % STEP, *at = reg(d, n, r);
    struct transfer *f = &s->dma.transfer[n];
    if (r == CR) {
        bool was = *at & EN, is = value & EN;
        if (was && !is) {
            *reg(d, n, NDTR) = f->left;
            transfer_stop(f);
        }
        *at = value;
        if (is && !was) enable(d, n);
        line(d, n);
    } else if (r != NDTR || !f->on) {
        *at = value;
        if (r == NDTR) f->left = value & 0xffffU; /* 0 when it is through; EN starts anew */
    }
    return true;
}

const struct periph_ops periph_dma_stream = {
    .kind = "dma-stream",
    .state_bytes = sizeof(struct stream),
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
