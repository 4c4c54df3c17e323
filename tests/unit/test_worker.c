/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker: all that was written down is done once, in order, and has been when worker_wait()
 * returns; an owner that is faster waits; items may be larger than a batch.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "sim/timing/worker.h"

struct item {
    uint64_t bytes, number;
};

struct seen {
    uint64_t items, wrong;
    bool slow;
};

static void count(void *context, const char *items, size_t bytes)
{
    struct seen *s = context;
    for (const char *end = items + bytes; items < end;) {
        struct item i;
        memcpy(&i, items, sizeof i);
        s->wrong += i.number != s->items++;
        for (size_t k = sizeof i; k < i.bytes; k++)
            s->wrong += items[k] != (char)i.number;
        items += i.bytes;
    }
    if (s->slow) nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
}

static void put(struct worker *w, uint64_t number, size_t bytes)
{
    char *at = worker_room(w, bytes);
    memcpy(at, &(struct item){bytes, number}, sizeof(struct item));
    memset(at + sizeof(struct item), (char)number, bytes - sizeof(struct item));
}

static void does_all_in_order(void **state)
{
    (void)state;
    struct seen s = {0};
    struct worker *w = worker_new(count, &s);
    assert_non_null(w);
    worker_wait(w); /* for nothing */
    uint64_t n = 0;
    for (int round = 0; round < 20; round++) {
        for (uint64_t k = 0; k < 3000; k++, n++)
            put(w, n, 16 + n % 9 * 8 + (n % 2999 ? 0 : 3 * WORKER_BATCH_BYTES));
        worker_wait(w);
        assert_int_equal(s.items, n);
    }
    assert_int_equal(s.wrong, 0);
    worker_free(w);
}

static void the_faster_owner_waits(void **state)
{
    (void)state;
    enum { ITEM = 8 << 10, ITEMS = 2 * WORKER_BATCHES * WORKER_BATCH_BYTES / ITEM };
    struct seen s = {.slow = true};
    struct worker *w = worker_new(count, &s);
    assert_non_null(w);
    for (uint64_t k = 0; k < ITEMS; k++)
        put(w, k, ITEM);
    worker_wait(w);
    assert_int_equal(s.items, ITEMS);
    assert_int_equal(s.wrong, 0);
    worker_free(w);
}

static void drops_what_waits(void **state)
{
    (void)state;
    for (uint64_t items = 0; items < 4000; items += 500) {
        struct seen s = {.slow = true};
        struct worker *w = worker_new(count, &s);
        assert_non_null(w);
        for (uint64_t k = 0; k < items; k++)
            put(w, k, 1024);
        worker_free(w);
        assert_true(s.items <= items && s.wrong == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(does_all_in_order),
        cmocka_unit_test(the_faster_owner_waits),
        cmocka_unit_test(drops_what_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
