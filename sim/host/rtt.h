/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RTT, SEGGER's console in memory: the firmware writes into a ring in RAM, the probe reads it
 * and moves the read index. Its control block is found by its symbol, _SEGGER_RTT, or by its
 * first 16 bytes. Channel 0 upwards only.
 *
 *     control block   "SEGGER RTT" (16 bytes)  up channels  down channels  descriptors…
 *     descriptor      name  buffer  size  write index  read index  flags      (24 bytes)
 */
#ifndef SIM_HOST_RTT_H
#define SIM_HOST_RTT_H

#include <stdbool.h>
#include <stdint.h>

struct sim;

struct rtt {
    bool on;
    uint32_t block;    /* address; 0: not found yet */
    uint64_t next;     /* cycle of the next look */
    uint64_t interval; /* … and how long after that */
};

void rtt_begin(struct rtt *r, struct sim *s);
/* Looks for the block, unless it is known. */
void rtt_search(struct rtt *r, struct sim *s);
/* Fetches what is there. True when there was something. */
bool rtt_fetch(struct rtt *r, struct sim *s);
/* The same when its time has come. */
void rtt_look(struct rtt *r, struct sim *s);

#endif
