/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * NVIC registers (ARMv7-M ARM B3.4): the view on struct nvic that firmware has.
 */
#include "sim/state.h"

enum {
    ISER = 0x000,
    ICER = 0x080,
    ISPR = 0x100,
    ICPR = 0x180,
    IABR = 0x200,
    IPR = 0x300,
    END = 0x3f0,
    BANK = 0x80,
    IRQS = EXC_COUNT - EXC_IRQ0,
};

/* Bits of 32 interrupts from `first`. */
static uint32_t gather(const uint32_t words[EXC_WORDS], unsigned first)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < 32 && first + i < IRQS; i++)
        bits |= (uint32_t)nvic_bit(words, EXC_IRQ0 + first + i) << i;
    return bits;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *out)
{
    (void)size;
    const struct nvic *v = &d->sim->nvic;
    if (offset >= END) return false;
    if (offset >= IPR) {
        *out = 0;
        for (unsigned i = 0; i < 4 && offset - IPR + i < IRQS; i++)
            *out |= (uint32_t)v->priority[EXC_IRQ0 + offset - IPR + i] << 8 * i;
        return true;
    }
    unsigned first = offset % BANK * 8;
    switch (offset & ~(BANK - 1U)) {
    case ISER:
    case ICER:
        *out = gather(v->enabled, first);
        return true;
    case ISPR:
    case ICPR:
        *out = gather(v->pending, first);
        return true;
    case IABR:
        *out = gather(v->active, first);
        return true;
    }
    return false;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    struct sim *s = d->sim;
    struct nvic *v = &s->nvic;
    if (offset >= END) return false;
    sim_attention(s);
    if (offset >= IPR) {
        for (unsigned i = 0; i < 4 && offset - IPR + i < IRQS; i++)
            v->priority[EXC_IRQ0 + offset - IPR + i] = (uint8_t)(value >> 8 * i & 0xf0U);
        return true;
    }
    unsigned first = offset % BANK * 8;
    for (unsigned i = 0; i < 32 && first + i < IRQS; i++) {
        unsigned n = EXC_IRQ0 + first + i;
        if (!(value >> i & 1U)) continue;
        switch (offset & ~(BANK - 1U)) {
        case ISER:
        case ICER:
            nvic_enable(s, n, (offset & ~(BANK - 1U)) == ISER);
            break;
        case ISPR:
        case ICPR: /* a line that is high pends again at once */
            nvic_pend(s, n, (offset & ~(BANK - 1U)) == ISPR || nvic_bit(v->line, n));
            break;
        }
    }
    return (offset & ~(BANK - 1U)) != IABR;
}

const struct periph_ops periph_nvic = {
    .kind = "nvic",
    .state_bytes = 0,
    .read = read_reg,
    .write = write_reg,
};
