/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pulses: how long firmware works on each frame of a stream, from the pin that it holds high
 * meanwhile. Which pin that is, nobody has to say: it is the output with the most pulses.
 *
 *     sim_options.output ─► pulses_output ─► pulses_busiest()
 */
#ifndef SIM_PULSES_H
#define SIM_PULSES_H

#include <stdbool.h>
#include <stdint.h>

enum { PULSE_PORTS = 16, PULSE_PINS = 16 };

struct pulse_pin {
    uint64_t rose;        /* ns: when it last went up */
    unsigned count;       /* pulses, those that are skipped included */
    uint64_t first, last; /* when those that count went up */
    uint64_t high;        /* ns, of those that count */
};

struct pulses {
    unsigned skip;     /* so many pulses of each pin do not count */
    uint64_t least_ns; /* nor do shorter ones: marks for a logic analyser */
    uint32_t level[PULSE_PORTS];
    struct pulse_pin pin[PULSE_PORTS][PULSE_PINS];
};

/* Forgets all but the levels. */
void pulses_begin(struct pulses *p, unsigned skip, uint64_t least_ns);
/* Port "GPIOB" drives these pins now. True: a pulse has ended. */
bool pulses_output(struct pulses *p, const char *port, uint32_t pins, uint64_t now_ns);
const struct pulse_pin *pulses_busiest(const struct pulses *p);

#endif
