/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Events: "wake me at cycle N". Devices that change by themselves (a timer that overflows, a
 * byte that arrives) own a struct event and arm it; the run loop calls it at the first block
 * border at or after its time. Time is simulated cycles, nothing else.
 */
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event {
    uint64_t at; /* cycle */
    void (*call)(void *context);
    void *context;
    unsigned
        pends; /* all that the call does is make this exception pending; 0: more than that */
    bool armed;
    struct event *next; /* of the armed ones, by time; equal times in order of arming */
};

struct events {
    struct event *first;
};

void event_at(struct events *q, struct event *ev, uint64_t at); /* arms, or moves */
void event_cancel(struct events *q, struct event *ev);
/* Calls what is due, in order of time. */
void events_run(struct events *q, uint64_t now);
/* The time of the next event, or UINT64_MAX. */
static inline uint64_t events_next(const struct events *q)
{
    return q->first ? q->first->at : UINT64_MAX;
}

#endif
