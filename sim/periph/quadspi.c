/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QUADSPI (F4: RM0390 chapter 12; F7: RM0385 chapter 14; L4: RM0351 chapter 19; H7: RM0433
 * chapter 23). No memory is attached: what is read in indirect and in polling mode is ones,
 * what is written goes nowhere, both at once. The memory-mapped window stays empty.
 *
 *     CR DCR SR FCR DLR CCR AR ABR DR PSMKR PSMAR PIR LPTR
 */
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { CR = 0x00, SR = 0x08, FCR = 0x0c, DLR = 0x10, CCR = 0x14, AR = 0x18, DR = 0x20 };
enum { PSMKR = 0x24, PSMAR = 0x28 };
enum { EN = 1 << 0, ABORT = 1 << 1, PMM = 1 << 23 };
enum { TCF = 1 << 1, FTF = 1 << 2, SMF = 1 << 3, BUSY = 1 << 5, FIFO_BYTES = 32 };

struct quadspi {
    struct regs regs; /* first: regs_*() */
    uint32_t left;    /* bytes of the command's data */
};

static unsigned mode(struct device *d) /* 0 writes, 1 reads, 2 polls, 3 maps */
{
    return *regs_at(d, CCR) >> 26 & 3U;
}

static void update(struct device *d)
{
    const struct quadspi *q = d->state;
    uint32_t cr = *regs_at(d, CR), *sr = regs_at(d, SR);
    uint32_t held = mode(d) != 1 ? 0 : q->left > FIFO_BYTES ? FIFO_BYTES : q->left;
    *sr = (*sr & (TCF | SMF)) | held << 8 | (q->left ? FTF | BUSY : 0U);
    if (cr & EN && mode(d) == 3) *sr |= BUSY;
    nvic_line(d->sim, d->irq,
              (cr >> 16 & *sr & 0x1fU) != 0); /* TEIE … TOIE are TEF … TOF << 16 */
}

/* All that the command needs is there. */
static void start(struct device *d)
{
    struct quadspi *q = d->state;
    bool data = *regs_at(d, CCR) >> 24 & 3U;
    if (mode(d) == 3) return;
    if (mode(d) == 2) {
        uint32_t mask = *regs_at(d, PSMKR), ones = *regs_at(d, PSMAR) & mask;
        if (*regs_at(d, CR) & PMM ? ones != 0 : ones == mask) *regs_at(d, SR) |= SMF;
        return;
    }
    q->left = data ? *regs_at(d, DLR) + 1 : 0;
    if (!q->left) *regs_at(d, SR) |= TCF;
}

static void take(struct device *d, unsigned size)
{
    struct quadspi *q = d->state;
    if (!q->left) return;
    q->left -= q->left < size ? q->left : size;
    if (!q->left) *regs_at(d, SR) |= TCF;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    if (!regs_read(d, offset & ~3U, 4, value)) return false;
    if (offset == DR) {
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
    bool addressed = *regs_at(d, CCR) >> 10 & 3U;
    if (offset == SR) return true;
    if (offset == FCR) {
        *regs_at(d, SR) &= ~(value & (TCF | SMF));
    } else if (offset == DR) {
        if (mode(d) == 0) take(d, size);
    } else if (offset == CR) {
        *regs_at(d, CR) = value & ~(uint32_t)ABORT;
        if (value & ABORT) {
            q->left = 0;
            *regs_at(d, CCR) &= ~(3U << 26);
            *regs_at(d, SR) |= TCF;
        }
    } else {
        if (!regs_write(d, offset, size, value)) return false;
        if (offset == CCR && !(value >> 10 & 3U) && value & 0x3ffU) start(d);
        if (offset == AR && addressed) start(d);
    }
    update(d);
    return true;
}

const struct periph_ops periph_quadspi = {
    .kind = "quadspi",
    .state_bytes = sizeof(struct quadspi),
    .narrow = true,    /* DR takes as many bytes as are accessed */
    .clockwork = true, /* by reading DR */
    .read = read_reg,
    .write = write_reg,
};
