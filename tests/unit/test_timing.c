/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Timing: every cycle has a cause, timing_peek() leaves no trace, counting counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/cpu/decode.h"
#include "sim/timing/timing.h"

/* ldr r3, [r0]; adds r3, #1; str r3, [r0]; subs r1, #1; bne to the start */
static const uint8_t loop[] = {0x03, 0x68, 0x01, 0x33, 0x03, 0x60, 0x01, 0x39, 0xfa, 0xd1};
static const struct access accesses[] = {{0x20000000, 4, 0}, {0x20000000, 4, 1}};

static uint64_t sum(const struct charge *c)
{
    uint64_t n = 0;
    for (int k = 0; k < CAUSE_COUNT; k++)
        n += c->cycles[k];
    return n;
}

static void every_cycle_has_a_cause(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct board board = {.core = kind == 1 ? CORE_CORTEX_M7 : CORE_CORTEX_M4};
        struct chip chip = {0};
        struct err e = {0};
        struct timing *t =
            timing_new(&board, kind == 2 ? TIMING_ICOUNT : TIMING_MODEL, &chip, &e);
        assert_non_null(t);
        struct block *b = block_decode(loop, 0x08000000, sizeof loop, &e);
        struct charge c = {0};
        for (int k = 0; k < 100; k++) {
            uint64_t before = timing_cycles(t);
            uint64_t seen = timing_peek(t, b, accesses, 1);
            assert_int_equal(timing_cycles(t), before);
            assert_true(seen > before);
            timing_block(t, b, accesses, 2, k < 99 ? 0x08000000 : 0x0800000a, &c);
            assert_true(timing_cycles(t) >= seen);
        }
        timing_add(t, CAUSE_IDLE, 10, &c);
        assert_int_equal(sum(&c), timing_cycles(t));
        assert_int_equal(c.instructions, 500);
        if (kind == 2) assert_int_equal(timing_cycles(t), 510);
        block_free(b);
        timing_free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cycle_has_a_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
