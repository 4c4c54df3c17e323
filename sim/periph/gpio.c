/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * GPIO port: storage; BSRR and BRR change ODR; an input reads the pin's own output or, for
 * inputs, its pull-up. No outside world is attached.
 */
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { MODER = 0x00, PUPDR = 0x0c, IDR = 0x10, ODR = 0x14, BSRR = 0x18, BRR = 0x28 };

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    if (offset != IDR) return regs_read(d, offset, size, value);
    uint32_t pins = 0;
    for (unsigned i = 0; i < 16; i++) {
        bool output = (*regs_at(d, MODER) >> 2 * i & 3U) == 1;
        bool up = (*regs_at(d, PUPDR) >> 2 * i & 3U) == 1;
        bool high = output ? (*regs_at(d, ODR) >> i & 1U) != 0 : up;
        pins |= (uint32_t)high << i;
    }
    *value = pins;
    return true;
}

static bool change(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    uint32_t *odr = regs_at(d, ODR);
    switch (offset) {
    case IDR:
        return true;
    case BSRR: /* set wins over reset */
        *odr = (*odr & ~(value >> 16)) | (value & 0xffffU);
        return true;
    case BRR:
        *odr &= ~(value & 0xffffU);
        return true;
    }
    return regs_write(d, offset, size, value);
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    bool good = change(d, offset, size, value);
    if (d->sim->trace.chronicle)
        chronicle_happens(&d->sim->trace,
                          &(struct happening){.kind = HAPPENS_OUTPUT,
                                              .name = d->name,
                                              .value = *regs_at(d, ODR) & 0xffffU});
    return good;
}

const struct periph_ops periph_gpio = {
    .kind = "gpio",
    .state_bytes = sizeof(struct regs),
    .read = read_reg,
    .write = write_reg,
};
