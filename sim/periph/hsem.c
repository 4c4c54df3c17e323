/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Hardware semaphores (RM0433 chapter 10): 32 of them; this core is 3. Nobody else takes any.
 *
 *     R[n]    0x00 + 4 n   write LOCK, core, process: takes a free one, or frees one's own
 *     RLR[n]  0x80 + 4 n   reading takes a free one, and says who has it
 */
#include "sim/state.h"

enum { CORE = 3 << 8, COUNT = 32, RLR = 0x80, RLR_END = 0x100 };
enum { IER = 0x100, ICR = 0x104, ISR = 0x108, MISR = 0x10c, CR = 0x140, KEYR = 0x144 };
static const uint32_t locked = 1U << 31;

struct hsem {
    uint32_t sem[COUNT];
    uint32_t ier, isr, key;
};

static void freed(struct device *d, unsigned n)
{
    struct hsem *h = d->state;
    h->isr |= 1U << n;
    nvic_line(d->sim, d->irq, (h->isr & h->ier) != 0);
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    struct hsem *h = d->state;
    if (offset < RLR_END) {
        unsigned n = offset / 4 % COUNT;
        if (offset >= RLR && !(h->sem[n] & locked)) h->sem[n] = locked | CORE;
        *value = h->sem[n];
        return true;
    }
    *value = offset == IER    ? h->ier
             : offset == ISR  ? h->isr
             : offset == MISR ? h->isr & h->ier
             : offset == KEYR ? h->key
                              : 0;
    return offset <= MISR || offset == CR || offset == KEYR;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    struct hsem *h = d->state;
    if (offset < RLR) {
        unsigned n = offset / 4;
        if (value & locked) {
            if (!(h->sem[n] & locked)) h->sem[n] = value & (locked | 0xfffU);
        } else if (h->sem[n] & locked && ((h->sem[n] ^ value) & 0xfffU) == 0) {
            h->sem[n] = value & 0xfffU;
            freed(d, n);
        }
        return true;
    }
    if (offset == IER)
        h->ier = value;
    else if (offset == ICR)
        h->isr &= ~value;
    else if (offset == KEYR)
        h->key = value;
    nvic_line(d->sim, d->irq, (h->isr & h->ier) != 0);
    return offset < RLR_END || offset <= MISR || offset == CR || offset == KEYR;
}

const struct periph_ops periph_hsem = {
    .kind = "hsem",
    .state_bytes = sizeof(struct hsem),
    .clockwork = true, /* by reading */
    .read = read_reg,
    .write = write_reg,
};
