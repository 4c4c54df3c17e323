/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * GPIO port: storage; BSRR and BRR change ODR; an input reads the pin's own output or, for
 * inputs, its pull-up. A camera's select is the one thing attached (sim/host/camera.h).
 */
#include "sim/periph/exti.h"
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { MODER = 0x00, PUPDR = 0x0c, IDR = 0x10, ODR = 0x14, BSRR = 0x18, BRR = 0x28 };

struct gpio {
    struct regs regs; /* first: regs_*() */
    uint32_t pins;    /* levels when something changed last */
};

static uint32_t levels(struct device *d)
{
    uint32_t pins = 0;
    for (unsigned i = 0; i < 16; i++) {
        bool output = (*regs_at(d, MODER) >> 2 * i & 3U) == 1;
        bool up = (*regs_at(d, PUPDR) >> 2 * i & 3U) == 1;
        bool high = output ? (*regs_at(d, ODR) >> i & 1U) != 0 : up;
        pins |= (uint32_t)high << i;
    }
    return pins;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    if (offset != IDR) return regs_read(d, offset, size, value);
    *value = levels(d);
    return true;
}

/* Pins that changed reach EXTI: an output is its own input. */
static void publish(struct device *d)
{
    struct gpio *g = d->state;
    uint32_t pins = levels(d), changed = pins ^ g->pins, driven = 0;
    g->pins = pins;
    for (unsigned i = 0; d->sim->host.camera && i < 16; i++)
        driven |= (uint32_t)((*regs_at(d, MODER) >> 2 * i & 3U) == 1) << i;
    camera_pins(d->sim->host.camera, d->name[4], driven, pins);
    for (; changed; changed &= changed - 1) {
        unsigned pin = (unsigned)__builtin_ctz(changed);
        exti_pin(d->sim, d->name[4], pin, pins >> pin & 1U);
    }
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
    publish(d);
    const struct sim_options *o = &d->sim->options;
    if (o->output) o->output(o->context, d->sim, d->name, *regs_at(d, ODR) & 0xffffU);
    if (d->sim->trace.chronicle)
        chronicle_happens(&d->sim->trace,
                          &(struct happening){.kind = HAPPENS_OUTPUT,
                                              .name = d->name,
                                              .value = *regs_at(d, ODR) & 0xffffU});
    return good;
}

const struct periph_ops periph_gpio = {
    .kind = "gpio",
    .state_bytes = sizeof(struct gpio),
    .read = read_reg,
    .write = write_reg,
};
