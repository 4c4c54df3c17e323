/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/pulses.h"

#include <string.h>

void pulses_begin(struct pulses *p, unsigned skip, uint64_t least_ns)
{
    p->skip = skip;
    p->least_ns = least_ns;
    memset(p->pin, 0, sizeof p->pin);
}

static bool fell(const struct pulses *p, struct pulse_pin *pin, uint64_t now_ns)
{
    uint64_t high = now_ns - pin->rose;
    if (!pin->rose || high < p->least_ns) return false;
    if (pin->count++ < p->skip) return true;
    if (pin->count == p->skip + 1) pin->first = pin->rose;
    pin->last = pin->rose;
    pin->high += high;
    return true;
}

bool pulses_output(struct pulses *p, const char *port, uint32_t pins, uint64_t now_ns)
{
    bool ended = false;
    if (strlen(port) != 5 || port[4] < 'A' || port[4] >= 'A' + PULSE_PORTS) return false;
    unsigned n = (unsigned)(port[4] - 'A');
    uint32_t changed = p->level[n] ^ pins;
    p->level[n] = pins;
    for (; changed; changed &= changed - 1) {
        unsigned i = (unsigned)__builtin_ctz(changed);
        if (i >= PULSE_PINS) break;
        if (pins >> i & 1U)
            p->pin[n][i].rose = now_ns;
        else
            ended |= fell(p, &p->pin[n][i], now_ns);
    }
    return ended;
}

const struct pulse_pin *pulses_busiest(const struct pulses *p)
{
    const struct pulse_pin *best = &p->pin[0][0];
    for (unsigned n = 0; n < PULSE_PORTS; n++)
        for (unsigned i = 0; i < PULSE_PINS; i++)
            if (p->pin[n][i].count > best->count) best = &p->pin[n][i];
    return best;
}
