/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A sorted list: there are never more than a dozen events armed at once.
 */
#include "sim/events.h"

void event_cancel(struct events *q, struct event *ev)
{
    for (struct event **p = &q->first; *p; p = &(*p)->next)
        if (*p == ev) {
            *p = ev->next;
            break;
        }
    ev->armed = false;
    ev->next = NULL;
}

void event_at(struct events *q, struct event *ev, uint64_t at)
{
    if (ev->armed) event_cancel(q, ev);
    ev->at = at;
    ev->armed = true;
    struct event **p = &q->first;
    while (*p && (*p)->at <= at)
        p = &(*p)->next;
    ev->next = *p;
    *p = ev;
}

void events_run(struct events *q, uint64_t now)
{
    while (q->first && q->first->at <= now) {
        struct event *ev = q->first;
        q->first = ev->next;
        ev->armed = false;
        ev->next = NULL;
        ev->call(ev->context);
    }
}
