/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker: a thread of the host that does in order what its owner writes down, while the owner
 * goes on.
 *
 *     owner ─ worker_room() ─► batch of 64 KiB ─full─► queue ─► work(), on the thread
 *                                    ▲                            │
 *                                    └────────── done ────────────┘
 *
 * What work() touches is its own, or does not change, until worker_wait() returns; from then on
 * it is the owner's again, until the next worker_room(). Who comes first can depend on the
 * host, but nothing can depend on who does. One owner, one thread a worker. When 16 MiB wait
 * the owner waits, too.
 */
#ifndef SIM_TIMING_WORKER_H
#define SIM_TIMING_WORKER_H

#include <stddef.h>

struct worker;

enum { WORKER_BATCH_BYTES = 64 << 10, WORKER_BATCHES = 256 };

/* Items that were written one after another, each a multiple of 8 bytes. */
typedef void worker_fn(void *context, const char *items, size_t bytes);

/* NULL: the host has no thread to spare. */
struct worker *worker_new(worker_fn *work, void *context);
/* What waits to be done is dropped. */
void worker_free(struct worker *w);
/* Where the next item of so many bytes, a multiple of 8, is to be written: before the next call
 * of any of these. */
char *worker_room(struct worker *w, size_t bytes);
/* Returns when all is done. */
void worker_wait(struct worker *w);

#endif
