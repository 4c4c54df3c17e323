/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The memo takes the cycles that the pipeline would: block by block over the test firmwares,
 * and whatever happens between blocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sim/state.h"
#include "sim_case.h"
#include "tools/base/rng.h"

static const char *const boards[] = {"stm32f746g-disco", "nucleo-h743zi2", "stm32f412g-disco",
                                     "nucleo-l4r5zi"};
enum { BOARDS = sizeof boards / sizeof boards[0] };

/* Runs an image to its end and returns its cycles. */
static uint64_t run(const char *image, const char *board, enum timing_memo mode, size_t bytes,
                    struct memo_stats *stats)
{
    struct err e = {0};
    struct board *b = board_load(board, &e);
    if (!b) fail_msg("%s", e.text);
    struct sim *s = sim_new(&(struct sim_options){.board = b, .max_cycles = 300000}, &e);
    if (!s || !sim_load(s, image, &e)) fail_msg("%s", e.text);
    timing_memo(s->timing, mode, bytes);
    struct sim_stop stop = sim_run(s);
    *stats = timing_memo_stats(s->timing);
    assert_int_equal(timing_disagreements(s->timing), 0);
    sim_free(s);
    board_free(b);
    return stop.cycle;
}

static void firmware_agrees(void **state)
{
    (void)state;
    static const char *const names[] = {"hello.elf",  "interrupts.elf", "time.elf",
                                        "copied.elf", "hosted.elf",     "mlperf.elf"};
    uint64_t hits = 0, misses = 0;
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        const char *image = firmware(names[k]);
        if (!image) return;
        for (int b = 0; b < BOARDS; b++) {
            struct memo_stats checked, off, tight;
            uint64_t cycles = run(image, boards[b], MEMO_CHECK, 0, &checked);
            assert_int_equal(run(image, boards[b], MEMO_OFF, 0, &off), cycles);
            assert_int_equal(run(image, boards[b], MEMO_ON, 1 << 14, &tight), cycles);
            assert_int_equal(checked.forgotten, 0);
            assert_int_equal(off.hits + off.misses, 0);
            hits += checked.hits;
            misses += checked.misses;
        }
    }
    assert_true(hits > 2 * misses);
}

/* ldr r3, [r0]; adds r3, #1; ldrb r4, [r2]; str r3, [r0]; stm r5!, {r0, r1}; subs r1, #1; bne
 */
static const uint8_t loop[] = {0x03, 0x68, 0x01, 0x33, 0x14, 0x78, 0x03,
                               0x60, 0x03, 0xc5, 0x01, 0x39, 0xf8, 0xd1};

/* A block that is run, looked into, interrupted, under caches that come and go. */
static void whatever_happens_between(void **state)
{
    (void)state;
    for (int k = 0; k < BOARDS; k++) {
        struct err e = {0};
        struct chip chip = {.axi_divider = 1, .flash_wait_states = 5};
        struct board *bd = board_load(boards[k], &e);
        struct timing *t = timing_new(bd, TIMING_MODEL, &chip, &e);
        struct timing *plain = timing_new(bd, TIMING_MODEL, &chip, &e);
        assert_non_null(t);
        assert_non_null(plain);
        timing_memo(t, MEMO_CHECK, 1 << 16);
        timing_memo(plain, MEMO_OFF, 0);
        struct block *b = block_decode(loop, 0x08000000, sizeof loop, &e);
        assert_non_null(b);
        assert_int_equal(b->accesses, 5);
        struct charge c = {0}, d = {0};
        struct rng rng = {7};
        for (int round = 0; round < 3000; round++) {
            uint32_t r = (uint32_t)rng_next(&rng), far = r & 1023 ? 0 : 0x08002000;
            struct access acc[] = {{0x20000000 + (r >> 4 & 12), 4, 0},
                                   {0x20010000 + (r >> 8 & 255) + far, 1, 0},
                                   {0x20000000, 4, 1},
                                   {0x20010000 + (r >> 16 & 60), 4, 1},
                                   {0x20010004 + (r >> 16 & 60), 4, 1}};
            assert_int_equal(timing_peek(t, b, acc, r & 3), timing_peek(plain, b, acc, r & 3));
            if (r % 61 == 0) chip.l1_dcache ^= 1, chip.flash_dcache ^= 1;
            if (r % 67 == 0) chip.l1_icache ^= 1, chip.flash_icache ^= 1;
            if (r % 69 == 0) { /* the MPU, and what it says of the data */
                chip.span_count ^= 1;
                chip.spans[0] = (struct chip_span){.base = 0x20010000, .last = 0x2001ffff};
                chip.spans[0].type = (uint8_t)((r >> 8) % (MEMORY_ALLOCATE + 1));
            }
            if (r % 71 == 0) {
                timing_invalidate(t, r & 1, r & 2, 0x20010000, r & 64);
                timing_invalidate(plain, r & 1, r & 2, 0x20010000, r & 64);
            }
            if (r % 73 == 0) {
                timing_add(t, CAUSE_EXCEPTION, r & 31, &c);
                timing_add(plain, CAUSE_EXCEPTION, r & 31, &d);
            }
            uint32_t next = r & 15 ? b->pc : b->pc + b->bytes;
            timing_block(t, b, acc, 5, next, &c);
            timing_block(plain, b, acc, 5, next, &d);
            assert_memory_equal(&c, &d, sizeof c);
        }
        assert_int_equal(timing_disagreements(t), 0);
        assert_int_equal(timing_cycles(t), timing_cycles(plain));
        assert_true(timing_memo_stats(t).hits > 1000 || timing_memo_stats(t).forgotten);
        block_free(b);
        timing_free(t);
        timing_free(plain);
        board_free(bd);
    }
}

/* What is set after blocks have run voids what was seen. */
static void parameters_void_it(void **state)
{
    (void)state;
    struct err e = {0};
    struct chip chip = {.axi_divider = 1, .l1_icache = true};
    struct board *bd = board_load("stm32f746g-disco", &e);
    struct timing *t = timing_new(bd, TIMING_MODEL, &chip, &e);
    struct block *b = block_decode(loop, 0x08000000, sizeof loop, &e);
    struct access acc[] = {{0x20000001, 4, 0},
                           {0x20000008, 1, 0},
                           {0x20000020, 4, 1},
                           {0x20000028, 4, 1},
                           {0x2000002c, 4, 1}};
    struct charge c = {0};
    timing_memo(t, MEMO_CHECK, 0);
    for (int round = 0; round < 200; round++) {
        if (round == 100) assert_true(timing_set(t, "UNALIGNED_OLDER", 20));
        timing_block(t, b, acc, 5, b->pc, &c);
    }
    assert_int_equal(c.cycles[CAUSE_UNALIGNED], 100 * 3 + 100 * 20);
    assert_int_equal(timing_disagreements(t), 0);
    assert_int_equal(timing_memo_stats(t).forgotten, 1);
    block_free(b);
    timing_free(t);
    board_free(bd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(firmware_agrees),
        cmocka_unit_test(whatever_happens_between),
        cmocka_unit_test(parameters_void_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
