/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Damaged firmware ends in a result: never in a crash, a hang or a leak. Random bytes of
 * working images are changed; each must be refused or come to a stop within its limit of
 * cycles. MCUSCOPE_FLIPS=10000 runs the long form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/sim.h"
#include "sim_case.h"
#include "tools/base/file.h"
#include "tools/base/rng.h"

static unsigned long flips(void)
{
    const char *text = getenv("MCUSCOPE_FLIPS");
    return text ? strtoul(text, NULL, 10) : 60;
}

static void run_once(const struct board *b, const char *path, const char *input,
                     unsigned counts[16])
{
    struct err e;
    struct sim *s = sim_new(&(struct sim_options){.board = b,
                                                  .max_cycles = 300000,
                                                  .max_host_seconds = 20,
                                                  .console_in = input,
                                                  .console_in_bytes = strlen(input)},
                            &e);
    assert_non_null(s);
    if (!sim_load(s, path, &e)) {
        assert_true(strlen(e.text) > 10);
        counts[15]++;
    } else {
        struct sim_stop stop = sim_run(s);
        if (stop.cause == SIM_INTERNAL) fail_msg("internal: %s", stop.text);
        if (stop.cause == SIM_MAX_HOST) fail_msg("hung: %s", stop.text);
        assert_true(strlen(stop.text) > 5);
        counts[stop.cause]++;
    }
    sim_free(s);
}

static void mutate(const char *name, const char *input, uint64_t seed)
{
    const char *image = firmware(name);
    if (!image) return;
    struct err e;
    struct bytes file;
    if (!file_load(image, 0, &file, &e)) fail_msg("%s", e.text);
    struct board *b = board_load("stm32f746g-disco", &e);
    assert_non_null(b);
    char path[] = "/tmp/mcuscope-mutate-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct rng r = {seed};
    size_t near = file.len < 4096 ? file.len : 4096; /* the head more often */
    unsigned counts[16] = {0};
    for (unsigned long i = 0; i < flips(); i++) {
        unsigned char *copy = malloc(file.len);
        memcpy(copy, file.data, file.len);
        for (unsigned k = 0; k <= rng_below(&r, 3); k++)
            copy[rng_below(&r, (uint32_t)(i % 4 ? file.len : near))] =
                (unsigned char)rng_next(&r);
        if (!file_save(path, copy, file.len, &e)) fail_msg("%s", e.text);
        free(copy);
        run_once(b, path, input, counts);
    }
    unlink(path);
    assert_true(counts[SIM_EXIT] < flips()); /* some of it hurts */
    printf("%s:", name);
    for (int i = 0; i <= SIM_INTERNAL; i++)
        printf(" %s %u", sim_cause_name((enum sim_cause)i), counts[i]);
    printf(" refused %u\n", counts[15]);
    board_free(b);
    free(file.data);
}

static void damaged_elf_ends_in_a_result(void **state)
{
    (void)state;
    mutate("hello.elf", "", 1);
}

static void damaged_binary_ends_in_a_result(void **state)
{
    (void)state;
    mutate("interrupts.bin", "", 2);
    mutate("faults.bin", "c", 3);
}

static void endless_rewriting_is_refused(void **state)
{
    (void)state;
    const char *image = firmware("faults.elf");
    if (!image) return;
    struct sim_case c =
        case_run(image, "stm32f746g-disco",
                 (struct sim_options){
                     .console_in = "y", .console_in_bytes = 1, .max_cycles = 100000000});
    if (c.stop.cause != SIM_REFUSED) fail_msg("%s", c.stop.text);
    assert_non_null(strstr(c.stop.text, "rewrites itself"));
    case_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_elf_ends_in_a_result),
        cmocka_unit_test(damaged_binary_ends_in_a_result),
        cmocka_unit_test(endless_rewriting_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
