/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The batch that was done last is written next: it is still in the host's caches.
 */
#include "sim/timing/worker.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "tools/base/arena.h"

struct batch {
    struct batch *next;
    size_t used, room; /* bytes */
    uint64_t items[];
};

struct worker {
    worker_fn *work;
    void *context;
    struct batch *open; /* the owner's */
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t more, done;
    struct batch *first, **end; /* to be done */
    struct batch *spare;
    unsigned batches; /* that there are */
    bool busy, quit;
};

static void *run(void *context)
{
    struct worker *w = context;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!w->first && !w->quit)
            pthread_cond_wait(&w->more, &w->lock);
        if (w->quit) break;
        struct batch *b = w->first;
        w->first = b->next;
        if (!w->first) w->end = &w->first;
        w->busy = true;
        pthread_mutex_unlock(&w->lock);
        w->work(w->context, (const char *)b->items, b->used);
        pthread_mutex_lock(&w->lock);
        w->busy = false;
        b->next = w->spare;
        w->spare = b;
        pthread_cond_signal(&w->done);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct worker *worker_new(worker_fn *work, void *context)
{
    struct worker *w = xcalloc(1, sizeof *w);
    w->work = work;
    w->context = context;
    w->end = &w->first;
    /* With default attributes these three cannot fail. */
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->more, NULL);
    pthread_cond_init(&w->done, NULL);
    if (pthread_create(&w->thread, NULL, run, w) == 0) return w;
    free(w);
    return NULL;
}

static void batches_free(struct batch *b)
{
    for (struct batch *next; b; b = next) {
        next = b->next;
        free(b);
    }
}

void worker_free(struct worker *w)
{
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    w->quit = true;
    pthread_cond_signal(&w->more);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->done);
    pthread_cond_destroy(&w->more);
    pthread_mutex_destroy(&w->lock);
    batches_free(w->first);
    batches_free(w->spare);
    free(w->open);
    free(w);
}

/* The open batch goes to the thread. */
static void hand_over(struct worker *w)
{
    struct batch *b = w->open;
    if (!b) return;
    w->open = b->next = NULL;
    pthread_mutex_lock(&w->lock);
    *w->end = b;
    w->end = &b->next;
    pthread_cond_signal(&w->more);
    pthread_mutex_unlock(&w->lock);
}

/* An empty batch for at least so many bytes. */
static struct batch *another(struct worker *w, size_t bytes)
{
    pthread_mutex_lock(&w->lock);
    while (!w->spare && w->batches == WORKER_BATCHES)
        pthread_cond_wait(&w->done, &w->lock);
    struct batch *b = w->spare;
    if (b)
        w->spare = b->next;
    else
        w->batches++;
    pthread_mutex_unlock(&w->lock);
    if (bytes < WORKER_BATCH_BYTES) bytes = WORKER_BATCH_BYTES;
    if (!b || b->room < bytes) {
        b = xrealloc(b, 1, sizeof *b + bytes);
        b->room = bytes;
    }
    b->next = NULL;
    b->used = 0;
    return b;
}

char *worker_room(struct worker *w, size_t bytes)
{
    assert(bytes % 8 == 0);
    if (!w->open || w->open->room - w->open->used < bytes) {
        hand_over(w);
        w->open = another(w, bytes);
    }
    char *at = (char *)w->open->items + w->open->used;
    w->open->used += bytes;
    return at;
}

void worker_wait(struct worker *w)
{
    hand_over(w);
    pthread_mutex_lock(&w->lock);
    while (w->first || w->busy)
        pthread_cond_wait(&w->done, &w->lock);
    pthread_mutex_unlock(&w->lock);
}
