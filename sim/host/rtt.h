/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RTT, SEGGER's console in memory: the firmware writes into a ring in RAM, the probe reads it
 * and moves the read index; another ring holds what the probe has for the firmware. Their
 * control block is found by its symbol, _SEGGER_RTT, or by its first 16 bytes. Channel 0 of
 * both directions only.
 *
 *     control block   "SEGGER RTT" (16 bytes)  up channels  down channels
 *                     descriptors of the up channels, of the down channels
 *     descriptor      name  buffer  size  write index  read index  flags      (24 bytes)
 */
#ifndef SIM_HOST_RTT_H
#define SIM_HOST_RTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/buf.h"

struct sim;

struct rtt {
    bool on;
    uint32_t block;    /* address; 0: not found yet */
    uint64_t next;     /* cycle of the next look */
    uint64_t interval; /* … and how long after that */
    struct buf down;   /* for the firmware … */
    size_t given;      /* … of which it has so many */
};

void rtt_begin(struct rtt *r, struct sim *s);
void rtt_done(struct rtt *r);
/* Bytes for the firmware, given to it as its ring has room. */
void rtt_send(struct rtt *r, const void *bytes, size_t n);
/* Looks for the block, unless it is known. */
void rtt_search(struct rtt *r, struct sim *s);
/* Fetches what is there, and gives what waits. True when there was something. */
bool rtt_fetch(struct rtt *r, struct sim *s);
/* The same when its time has come. */
void rtt_look(struct rtt *r, struct sim *s);

#endif
