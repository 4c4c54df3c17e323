/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Extended interrupts (RM0385 chapter 11, RM0432 chapter 16, RM0433 chapter 20): lines whose
 * edges pend, masked, an interrupt of the NVIC; several lines share one. Events (EMR) wake
 * nobody here. The first two banks of 32 lines.
 *
 *     line or SWIER ─► edge asked for? ─► PR ─► & IMR ─► "irqs"[line]
 */
#include "sim/periph/exti.h"

#include "sim/periph/regs.h"
#include "sim/state.h"

enum { BANKS = 2, LINES = 32 };

struct layout { /* offsets in a bank, and from one bank to the next */
    uint32_t imr, rtsr, ftsr, swier, pr, control_step, mask_step;
};
static const struct layout plain = {0x00, 0x08, 0x0c, 0x10, 0x14, 0x20, 0x20};
static const struct layout h7 = {0x80, 0x00, 0x04, 0x08, 0x88, 0x20, 0x10};

struct exti {
    struct regs regs; /* first: regs_*() */
    uint32_t level;   /* of the first bank's lines */
    int16_t irq[LINES];
};

static const struct layout *layout_of(const struct device *d)
{
    return d->ops == &periph_exti_h7 ? &h7 : &plain;
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct exti *x = d->state;
    for (unsigned n = 0; n < LINES; n++)
        x->irq[n] = (int16_t)device_irq(d, n);
    return true;
}

static void update(struct device *d)
{
    const struct layout *l = layout_of(d);
    const struct exti *x = d->state;
    uint32_t pending = *regs_at(d, l->pr) & *regs_at(d, l->imr), told = 0;
    for (unsigned n = 0; n < LINES; n++) {
        bool high = false;
        if (x->irq[n] < 0 || told >> n & 1U) continue;
        for (unsigned k = n; k < LINES; k++)
            if (x->irq[k] == x->irq[n]) {
                told |= 1U << k;
                high |= pending >> k & 1U;
            }
        nvic_line(d->sim, x->irq[n], high);
    }
}

static struct device *find(struct sim *s)
{
    struct device *d = bus_device(&s->bus, "EXTI");
    return d && (d->ops == &periph_exti || d->ops == &periph_exti_h7) ? d : NULL;
}

static void set_level(struct sim *s, unsigned n, bool high)
{
    struct device *d = find(s);
    if (!d || n >= LINES) return;
    struct exti *x = d->state;
    const struct layout *l = layout_of(d);
    bool was = x->level >> n & 1U;
    if (high == was) return;
    x->level ^= 1U << n;
    if (*regs_at(d, high ? l->rtsr : l->ftsr) >> n & 1U) {
        *regs_at(d, l->pr) |= 1U << n;
        update(d);
    }
}

void exti_pulse(struct sim *s, unsigned n)
{
    set_level(s, n, true);
    set_level(s, n, false);
}

void exti_pin(struct sim *s, char port, unsigned pin, bool high)
{
    enum { EXTICR = 0x08 };
    struct device *syscfg = bus_device(&s->bus, "SYSCFG");
    uint32_t select = 0; /* port A, as at reset */
    if (syscfg && syscfg->ops->read(syscfg, EXTICR + pin / 4 * 4, 4, &select) &&
        (select >> pin % 4 * 4 & 15U) == (uint32_t)(port - 'A'))
        set_level(s, pin, high);
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    const struct layout *l = layout_of(d);
    for (unsigned bank = 0; bank < BANKS; bank++) {
        uint32_t pr = l->pr + bank * l->mask_step, swier = l->swier + bank * l->control_step;
        if (offset == pr) { /* ones clear, and the software trigger with them */
            *regs_at(d, pr) &= ~value;
            *regs_at(d, swier) &= ~value;
            update(d);
            return true;
        }
        if (offset == swier) {
            uint32_t fresh = value & ~*regs_at(d, swier);
            *regs_at(d, swier) |= value;
            *regs_at(d, pr) |= fresh;
            update(d);
            return true;
        }
    }
    bool known = regs_write(d, offset, size, value);
    update(d);
    return known;
}

#define EXTI(record, name)                                                                     \
    const struct periph_ops record = {                                                         \
        .kind = (name),                                                                        \
        .state_bytes = sizeof(struct exti),                                                    \
        .init = init,                                                                          \
        .read = regs_read,                                                                     \
        .write = write_reg,                                                                    \
    }
EXTI(periph_exti, "exti");
EXTI(periph_exti_h7, "exti-h7");
