/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QUADSPI (F4: RM0390 chapter 12; F7: RM0385 chapter 14; L4: RM0351 chapter 19; H7: RM0433
 * chapter 23) and OCTOSPI (L4+: RM0432 chapter 19; H7Ax: RM0455 chapter 25), which has other
 * places for the same. No memory is attached: what is read in indirect and in polling mode is
 * ones, what is written goes nowhere, both at once. The memory-mapped window stays empty.
 */
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { CR = 0x00 };
enum { EN = 1 << 0, ABORT = 1 << 1, PMM = 1 << 23 };
enum { TCF = 1 << 1, FTF = 1 << 2, SMF = 1 << 3, BUSY = 1 << 5, FIFO_BYTES = 32 };

static const struct layout {
    uint32_t sr, fcr, dlr, ccr, ar, dr, psmkr, psmar;
    uint32_t command;  /* the register that holds the instruction: what starts it */
    uint32_t moded;    /* … that holds FMODE … */
    uint8_t fmode;     /* … from this bit on */
    uint8_t addressed; /* ADMODE in CCR … */
    uint8_t width;     /* … and a mask for that, and for IMODE and DMODE */
    uint8_t imode, dmode;
} quad = {0x08, 0x0c, 0x10, 0x14, 0x18, 0x20, 0x24, 0x28, 0x14, 0x14, 26, 10, 3, 8, 24},
  octo = {0x20, 0x24, 0x40, 0x100, 0x48, 0x50, 0x80, 0x88, 0x110, 0x00, 28, 8, 7, 0, 24};

struct quadspi {
    struct regs regs; /* first: regs_*() */
    uint32_t left;    /* bytes of the command's data */
    bool busy;        /* what is written starts with the first of them */
};

static const struct layout *layout(const struct device *d)
{
    return d->ops == &periph_octospi ? &octo : &quad;
}

static unsigned mode(struct device *d) /* 0 writes, 1 reads, 2 polls, 3 maps */
{
    return *regs_at(d, layout(d)->moded) >> layout(d)->fmode & 3U;
}

/* How many lines a phase of the command has; 0: it is left out. */
static unsigned lines(struct device *d, unsigned phase)
{
    return *regs_at(d, layout(d)->ccr) >> phase & layout(d)->width;
}

static void update(struct device *d)
{
    const struct quadspi *q = d->state;
    uint32_t cr = *regs_at(d, CR), *sr = regs_at(d, layout(d)->sr);
    uint32_t held = mode(d) != 1 ? 0 : q->left > FIFO_BYTES ? FIFO_BYTES : q->left;
    *sr = (*sr & (TCF | SMF)) | held << 8 | (q->left ? FTF : 0U) | (q->busy ? BUSY : 0U);
    if (cr & EN && mode(d) == 3) *sr |= BUSY;
    nvic_line(d->sim, d->irq,
              (cr >> 16 & *sr & 0x1fU) != 0); /* TEIE … TOIE are TEF … TOF << 16 */
}

/* All that the command needs is there. */
static void start(struct device *d)
{
    struct quadspi *q = d->state;
    const struct layout *l = layout(d);
    if (mode(d) == 3) return;
    q->left = 0;
    q->busy = false;
    if (mode(d) == 2) {
        uint32_t mask = *regs_at(d, l->psmkr), ones = *regs_at(d, l->psmar) & mask;
        if (*regs_at(d, CR) & PMM ? ones != 0 : ones == mask) *regs_at(d, l->sr) |= SMF;
        return;
    }
    q->left = lines(d, l->dmode) ? *regs_at(d, l->dlr) + 1 : 0;
    q->busy = q->left && mode(d) == 1;
    if (!q->left) *regs_at(d, l->sr) |= TCF;
}

static void take(struct device *d, unsigned size)
{
    struct quadspi *q = d->state;
    if (!q->left) return;
    q->left -= q->left < size ? q->left : size;
    q->busy = q->left != 0;
    if (!q->left) *regs_at(d, layout(d)->sr) |= TCF;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    if (!regs_read(d, offset & ~3U, 4, value)) return false;
    if (offset == layout(d)->dr) {
        *value = size == 4 ? UINT32_MAX : (1U << 8 * size) - 1;
        if (mode(d) == 1) take(d, size);
        update(d);
    } else if (size != 4) {
        *value = *value >> (offset & 3U) * 8 & (size == 1 ? 0xffU : 0xffffU);
    }
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    struct quadspi *q = d->state;
    const struct layout *l = layout(d);
    if (offset == l->sr) return true;
    if (offset == l->fcr) {
        *regs_at(d, l->sr) &= ~(value & (TCF | SMF));
    } else if (offset == l->dr) {
        if (mode(d) == 0) take(d, size);
    } else if (offset == CR) {
        *regs_at(d, CR) = value & ~(uint32_t)ABORT;
        if (value & ABORT) {
            q->left = 0;
            q->busy = false;
            *regs_at(d, l->moded) &= ~(3U << l->fmode);
            *regs_at(d, l->sr) |= TCF;
        }
    } else {
        if (!regs_write(d, offset, size, value)) return false;
        bool addressed = lines(d, l->addressed) != 0;
        if (offset == l->command && !addressed && lines(d, l->imode)) start(d);
        if (offset == l->ar && addressed) start(d);
    }
    update(d);
    return true;
}

#define QUADSPI(record, name)                                                                  \
    const struct periph_ops record = {                                                         \
        .kind = (name),                                                                        \
        .state_bytes = sizeof(struct quadspi),                                                 \
        .narrow = true,    /* DR takes as many bytes as are accessed */                        \
        .clockwork = true, /* by reading DR */                                                 \
        .read = read_reg,                                                                      \
        .write = write_reg,                                                                    \
    }
QUADSPI(periph_quadspi, "quadspi");
QUADSPI(periph_octospi, "octospi");
