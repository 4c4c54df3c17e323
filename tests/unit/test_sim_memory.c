/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Guest memory on the host: a buffer may lie across regions that touch, as a network's arena
 * does on the F746 (DTCM, then SRAM1); regions of another kind or with a gap end it. Blocks of
 * code in it that changes are known as often as memory allows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/blocks.h"
#include "sim/memory.h"

static bool block(void *context, uint32_t pc, uint32_t bytes)
{
    (void)context, (void)pc, (void)bytes;
    return false;
}

static struct board *board;
static struct machine *machine;
static struct memory m;

static int set_up(void **state)
{
    (void)state;
    static struct err e;
    static const struct machine_calls calls = {.block = block};
    board = board_load("stm32f746g-disco", &e);
    if (!board) fail_msg("%s", e.text);
    machine = machine_new(CORE_CORTEX_M7, NULL, &calls, NULL, &e);
    if (!machine) fail_msg("%s", e.text);
    if (!memory_init(&m, board, machine, &e)) fail_msg("%s", e.text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    memory_done(&m);
    machine_free(machine);
    board_free(board);
    return 0;
}

static void buffers_cross_regions_that_touch(void **state)
{
    (void)state;
    uint8_t *dtcm = memory_at(&m, 0x2000fffe, 4), seen[4] = {0};
    assert_non_null(dtcm);
    memcpy(dtcm, "abcd", 4);
    assert_memory_equal(memory_at(&m, 0x20010000, 2), "cd", 2);
    assert_true(machine_read(machine, 0x2000fffe, seen, 4)); /* the guest sees the same bytes */
    assert_memory_equal(seen, "abcd", 4);
    assert_true(memory_read(&m, 0x2000fffe, 4, seen));
    assert_memory_equal(seen, "abcd", 4);

    assert_non_null(memory_at(&m, 0x20000000, 320 * 1024)); /* all of it is one run */
    assert_null(memory_at(&m, 0x20000000, 320 * 1024 + 1));
    assert_null(memory_at(&m, 0x2004ffff, 2));
    assert_null(memory_at(&m, 0x00003fff, 2)); /* ITCM ends, nothing follows */
    uint8_t *flash = memory_at(&m, 0x08000010, 4), *alias = memory_at(&m, 0x00200010, 4);
    assert_ptr_equal(flash, alias);
    assert_null(memory_at(&m, 0x080ffffe, 4));
}

static unsigned no_itstate(void *context)
{
    (void)context;
    return 0;
}

static struct code *version(struct blocks *b, unsigned n, bool *fresh)
{
    const uint16_t code[2] = {(uint16_t)(0x2000U | (n & 255U)),
                              (uint16_t)(0x2100U | (n >> 8 & 255U))}; /* two MOVS */
    memcpy(memory_at(&m, 0x20000100, sizeof code), code, sizeof code);
    return blocks_find(b, &m, 0x20000100, sizeof code, no_itstate, NULL, fresh);
}

/* Few bytes, always others: the limit is met all the same, and no search gets longer. */
static void code_that_is_rewritten_is_bounded(void **state)
{
    enum { OVERLAYS = 64, ENOUGH = 60000 };
    struct blocks b;
    bool fresh;
    (void)state;
    blocks_init(&b);
    for (unsigned round = 0; round < 2; round++)
        for (unsigned n = 0; n < OVERLAYS; n++) {
            assert_non_null(version(&b, n, &fresh));
            assert_int_equal(fresh, round == 0); /* code that comes back is known */
        }
    unsigned n = OVERLAYS;
    while (b.decoded_bytes <= BLOCKS_DECODED_MAX && n < ENOUGH)
        assert_non_null(version(&b, n++, &fresh));
    assert_in_range(n, 20000, ENOUGH - 1);
    unsigned kept = 0, all = 0;
    for (size_t i = 0; i < BLOCKS_CHAINS; i++)
        for (const struct code *c = b.chains[i]; c; c = c->next)
            kept++;
    for (const struct code *c = b.all; c; c = c->older)
        all++;
    assert_int_equal(kept, OVERLAYS);
    assert_int_equal(all, n);
    blocks_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(buffers_cross_regions_that_touch),
                                       cmocka_unit_test(code_that_is_rewritten_is_bounded)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
