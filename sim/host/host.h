/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Host: what is plugged into the board from outside. Bytes for serial ports from a file, from a
 * script that waits for what the firmware says, or from a pseudo-terminal; RTT, the rings in
 * memory that a debug probe empties and fills, in the place of a serial port; a
 * camera.
 *
 *     file ─────► serial port            firmware ─► serial port ─► script
 *     script ───► or RAM (RTT)           RAM (RTT) ─► console, script
 *     terminal ◄►
 *
 * All but the terminal act at simulated times, so that a run can be repeated. None costs
 * cycles.
 */
#ifndef SIM_HOST_HOST_H
#define SIM_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/host/camera.h"
#include "sim/host/rtt.h"
#include "tools/base/err.h"

struct sim;
struct device;
struct line;

struct host {
    struct line *lines;
    size_t count;
    struct rtt rtt;
    struct camera *camera; /* NULL: none */
    uint64_t next;         /* the cycle of the next look; UINT64_MAX: none */
    double start; /* of the run, on the host's clock: terminals run no faster than that */
};

/* Opens what options.plugs name. */
bool host_init(struct host *h, struct sim *s, struct err *e);
void host_done(struct host *h);
/* The run begins: images are in memory. */
void host_begin(struct host *h, struct sim *s);
/* At a block border, when the time of the next look has come. */
void host_look(struct host *h, struct sim *s);
/* Somebody may type at any time. */
bool host_has_terminal(const struct host *h);
/* The firmware waits. True when something came that may end that. `for_ever`: nothing in the
 * simulation can, so a terminal may take its time. */
bool host_waits(struct host *h, struct sim *s, bool for_ever);
/* The port, or RTT (NULL), sent a byte. */
void host_heard(struct host *h, struct sim *s, const struct device *port, uint8_t byte);
/* The run is over: what is left to fetch, and whether a script got what it wanted. */
void host_end(struct host *h, struct sim *s);

#endif
