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
    struct board *b;
    struct sim *s = case_machine_with(board, &b, (struct sim_options){.max_cycles = 300000});
    if (!sim_load(s, image, &e)) fail_msg("%s", e.text);
    timing_memo(s->timing, mode, bytes);
    struct sim_stop stop = sim_run(s);
    *stats = timing_memo_stats(s->timing);
    assert_int_equal(timing_disagreements(s->timing), 0);
    case_machine_done(s, b);
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
            struct effects some = effects_of(acc, r & 3), all = effects_of(acc, 5);
            assert_int_equal(timing_peek(t, b, &some), timing_peek(plain, b, &some));
            chip.generation++; /* whoever changes a chip counts it */
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
            timing_block(t, b, &all, next, &c);
            timing_block(plain, b, &all, next, &d);
            assert_memory_equal(c.cycles, d.cycles, sizeof c.cycles);
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

/* Instructions whose results are wanted some cycles later: three register fields each. */
static const struct {
    uint32_t encoding;
    uint8_t a, b, c; /* where they go; 32: there is none */
} wide[] = {
    {0xeb000000, 8, 16, 0},   /* add */
    {0xeb000080, 8, 16, 0},   /* add, shifted */
    {0xeb100000, 8, 16, 0},   /* adds */
    {0xea4f0040, 8, 0, 32},   /* lsl */
    {0xfb00f000, 8, 16, 0},   /* mul */
    {0xfb000000, 8, 12, 0},   /* mla */
    {0xfb200000, 8, 12, 0},   /* smlad */
    {0xfb90f0f0, 8, 16, 0},   /* sdiv */
    {0xfa2ff080, 8, 0, 32},   /* sxtb16 */
    {0xfa80f080, 8, 16, 0},   /* qadd */
    {0xf8d00000, 12, 16, 32}, /* ldr */
    {0xf8900000, 12, 16, 32}, /* ldrb */
    {0xf8500000, 12, 16, 0},  /* ldr, register offset */
    {0xf8c00000, 12, 16, 32}, /* str */
    {0xf8400000, 12, 16, 0},  /* str, register offset */
    {0xe890000f, 16, 32, 32}, /* ldm */
    {0xee000a00, 12, 16, 0},  /* vmla */
    {0xeea00a00, 12, 16, 0},  /* vfma */
    {0xee300a00, 12, 16, 0},  /* vadd */
    {0xee200a00, 12, 16, 0},  /* vmul */
    {0xee800a00, 12, 16, 0},  /* vdiv */
    {0xed900a00, 12, 16, 32}, /* vldr */
    {0xed800a00, 12, 16, 32}, /* vstr */
    {0xee100a10, 12, 16, 32}, /* vmov to the core */
    {0xee000a10, 12, 16, 32}, /* vmov from the core */
    {0xeeb00a00, 12, 32, 32}, /* vmov immediate */
};

static struct block *short_block(struct rng *rng, uint32_t pc)
{
    uint8_t code[12];
    struct err e = {0};
    uint32_t bytes = 4 * (1 + rng_below(rng, 3));
    for (uint32_t at = 0; at < bytes; at += 4) {
        uint32_t k = rng_below(rng, sizeof wide / sizeof wide[0]), w = wide[k].encoding;
        if (wide[k].a < 32) w |= rng_below(rng, 4) << wide[k].a;
        if (wide[k].b < 32) w |= rng_below(rng, 4) << wide[k].b;
        if (wide[k].c < 32) w |= rng_below(rng, 4) << wide[k].c;
        code[at] = (uint8_t)(w >> 16), code[at + 1] = (uint8_t)(w >> 24);
        code[at + 2] = (uint8_t)w, code[at + 3] = (uint8_t)(w >> 8);
    }
    struct block *b = block_decode(code, pc, bytes, &e);
    assert_non_null(b);
    return b;
}

/* Runs `count` short blocks in any order, compared; what the memo saw. */
static struct memo_stats any_order(const char *board, uint32_t seed, uint32_t count, int rounds)
{
    enum { BLOCKS_MAX = 60 };
    struct err e = {0};
    struct chip chip = {.axi_divider = 1,
                        .l1_icache = true,
                        .l1_dcache = true,
                        .flash_wait_states = seed % 2 * 5,
                        .flash_prefetch = true,
                        .flash_icache = seed % 4 == 1};
    struct board *bd = board_load(board, &e);
    struct timing *t = timing_new(bd, TIMING_MODEL, &chip, &e);
    assert_non_null(t);
    timing_memo(t, MEMO_CHECK, 0);
    struct rng rng = {seed};
    struct block *blocks[BLOCKS_MAX];
    for (uint32_t i = 0; i < count; i++)
        blocks[i] = short_block(&rng, 0x08000000 + 16 * i);
    struct charge c = {0};
    const struct block *b = blocks[0];
    for (int round = 0; round < rounds; round++) {
        const struct block *next = blocks[rng_below(&rng, count)];
        struct access acc[12];
        struct divide div[3];
        uint32_t n = 0, divides = 0;
        for (uint32_t i = 0; i < b->count; i++) {
            if (b->insns[i].kind == INSN_DIV)
                div[divides++] = (struct divide){.pc = b->pc + b->insns[i].offset,
                                                 .dividend = 3U << 4 * rng_below(&rng, 3),
                                                 .divisor = rng_below(&rng, 2)};
            for (unsigned j = 0; j < b->insns[i].accesses; j++, n++)
                acc[n] = (struct access){0x20000000 + 4 * rng_below(&rng, 3) + 4 * j,
                                         b->insns[i].access_bytes,
                                         (b->insns[i].flags & INSN_STORE) != 0};
        }
        struct effects did = effects_of(acc, n);
        did.divides = div;
        did.divide_count = divides;
        timing_block(t, b, &did, next->pc, &c);
        b = next;
    }
    assert_int_equal(timing_disagreements(t), 0);
    struct memo_stats stats = timing_memo_stats(t);
    for (uint32_t i = 0; i < count; i++)
        block_free(blocks[i]);
    timing_free(t);
    board_free(bd);
    return stats;
}

/* Results that later blocks wait for, in blocks of one to three instructions. */
static void results_cross_borders(void **state)
{
    (void)state;
    uint64_t hits = 0, misses = 0;
    for (uint32_t k = 0; k < 20 * BOARDS; k++) {
        struct memo_stats s = any_order(boards[k % BOARDS], k / BOARDS, 4, 1200);
        hits += s.hits;
        misses += s.misses;
    }
    assert_true(hits > misses);
}

/* Where nothing comes again, looking it up stops. */
static void rests_when_all_is_new(void **state)
{
    (void)state;
    struct memo_stats s = any_order(boards[0], 1, 60, 20000);
    assert_true(s.hits < s.misses && s.misses < 6000 && s.plain > 14000);
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
    struct effects did = effects_of(acc, 5);
    timing_memo(t, MEMO_CHECK, 0);
    for (int round = 0; round < 200; round++) {
        if (round == 100) assert_true(timing_set(t, "UNALIGNED_OLDER", 20));
        timing_block(t, b, &did, b->pc, &c);
    }
    assert_int_equal(c.cycles[CAUSE_UNALIGNED], 100 * 1 + 100 * 20);
    assert_int_equal(timing_disagreements(t), 0);
    assert_int_equal(timing_memo_stats(t).forgotten, 1);
    block_free(b);
    timing_free(t);
    board_free(bd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(firmware_agrees),       cmocka_unit_test(whatever_happens_between),
        cmocka_unit_test(results_cross_borders), cmocka_unit_test(rests_when_all_is_new),
        cmocka_unit_test(parameters_void_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
