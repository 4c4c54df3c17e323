/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Guest memory on the host: a buffer may lie across regions that touch, as a network's arena
 * does on the F746 (DTCM, then SRAM1); regions of another kind or with a gap end it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/memory.h"

static bool block(void *context, uint32_t pc, uint32_t bytes)
{
    (void)context, (void)pc, (void)bytes;
    return false;
}

static void buffers_cross_regions_that_touch(void **state)
{
    (void)state;
    static struct err e;
    static const struct machine_calls calls = {.block = block};
    struct board *b = board_load("stm32f746g-disco", &e);
    if (!b) fail_msg("%s", e.text);
    struct machine *machine = machine_new(CORE_CORTEX_M7, NULL, &calls, NULL, &e);
    if (!machine) fail_msg("%s", e.text);
    struct memory m;
    if (!memory_init(&m, b, machine, &e)) fail_msg("%s", e.text);

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
    memory_done(&m);
    machine_free(machine);
    board_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(buffers_cross_regions_that_touch)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
