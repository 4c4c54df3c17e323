/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ITM: what firmware writes to stimulus port 0 (printf over SWO) goes to the console. The FIFO
 * is never full. Ports count only when both TCR and TER enable them, as on silicon.
 */
#include "sim/state.h"

enum { PORTS_END = 0x080, TER = 0xe00, TPR = 0xe40, TCR = 0xe80, LAR = 0xfb0, LSR = 0xfb4 };

struct itm {
    uint32_t ter, tpr, tcr;
};

static bool enabled(const struct itm *t, uint32_t port)
{
    return t->tcr & 1U && t->ter >> port & 1U;
}

/* Most firmware leaves this to the probe: without one, ITM_SendChar() of CMSIS does nothing. */
static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct itm *t = d->state;
    t->ter = t->tcr = d->sim->options.swo;
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *out)
{
    (void)size;
    const struct itm *t = d->state;
    offset &= ~3U;
    if (offset < PORTS_END)
        *out = enabled(t, offset / 4);
    else if (offset == TER)
        *out = t->ter;
    else if (offset == TPR)
        *out = t->tpr;
    else if (offset == TCR)
        *out = t->tcr;
    else
        return offset == LSR || offset >= 0xfd0;
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t v)
{
    struct itm *t = d->state;
    if (offset < PORTS_END) {
        char bytes[4] = {(char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24)};
        if (offset / 4 == 0 && enabled(t, 0))
            sim_console(d->sim, CONSOLE_ITM, NULL, bytes, size);
        return true;
    }
    if (offset == TER)
        t->ter = v;
    else if (offset == TPR)
        t->tpr = v;
    else if (offset == TCR)
        t->tcr = v;
    else
        return offset == LAR;
    return true;
}

const struct periph_ops periph_itm = {
    .kind = "itm",
    .state_bytes = sizeof(struct itm),
    .narrow = true,
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
