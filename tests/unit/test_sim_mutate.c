/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Damaged firmware ends in a result: never in a crash, a hang or a leak. Random bits of working
 * images are turned over; each must be refused or come to a stop within its limits of cycles
 * and host time, and touch nothing of the host but plain files in the folder it was granted.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/sim.h"
#include "sim_case.h"
#include "tools/base/file.h"
#include "tools/base/rng.h"

/* A working image, what it reads, and how its bits are turned over. */
struct victim {
    const char *name, *input, *board;
    unsigned share; /* of all flips */
};
static const struct victim victims[] = {
    {"hello.elf", "", "stm32f746g-disco", 2},
    {"interrupts.bin", "", "stm32f412g-disco", 2},
    {"interrupts.elf", "", "stm32f746g-disco", 1},
    {"contexts.bin", "", "stm32f746g-disco", 3},
    {"recover.bin", "", "stm32f412g-disco", 3},
    {"recover.elf", "", "stm32f746g-disco", 1},
    {"threads.bin", "", "nucleo-h743zi2", 2},
    {"mpu.bin", "", "stm32h743", 2},
    {"faults.bin", "s", "stm32f746g-disco", 1},
    {"faults.elf", "k", "stm32f746g-disco", 2}, /* its DWARF is asked for the text */
    {"gives_up.bin", "x", "nucleo-l4r5zi", 1},
    {"hosted.bin", "abcdef", "stm32f412g-disco", 2},
    {"copied.bin", "", "stm32f746g-disco", 1},
    {"bitband.bin", "", "nucleo-l4r5zi", 1},
};
enum { VICTIMS = sizeof victims / sizeof *victims, REFUSED_TO_LOAD = 15 };

/* The n-th run of a victim: timing, executor and strictness take turns. */
static void run_once(const struct board *b, const char *path, const char *input,
                     const char *dir, unsigned long n, unsigned counts[16])
{
    struct err e;
    struct sim *s =
        sim_new(&(struct sim_options){.board = b,
                                      .timing = n % 3 == 2 ? TIMING_ICOUNT : TIMING_MODEL,
                                      .executor = n % 2 ? EXECUTOR_UNICORN : EXECUTOR_FAST,
                                      .strict = n % 5 == 4,
                                      .max_cycles = 150000,
                                      .max_host_seconds = 10,
                                      .semihosting_dir = dir,
                                      .console_in = input,
                                      .console_in_bytes = strlen(input)},
                &e);
    assert_non_null(s);
    if (!sim_load(s, path, &e)) {
        assert_true(strlen(e.text) > 10);
        counts[REFUSED_TO_LOAD]++;
    } else {
        struct sim_stop stop = sim_run(s);
        if (stop.cause == SIM_INTERNAL) fail_msg("internal: %s", stop.text);
        if (stop.cause == SIM_MAX_HOST) fail_msg("hung: %s", stop.text);
        assert_true(strlen(stop.text) > 5);
        assert_true(strlen(stop.text) < sizeof stop.text);
        assert_int_equal(stop.cycle, sim_profile(s)->total.cycles);
        counts[stop.cause]++;
    }
    sim_free(s);
}

/* Nothing but plain files may have appeared; they go. */
static void empty(const char *dir)
{
    struct dirent *entry;
    DIR *d = opendir(dir);
    assert_non_null(d);
    while ((entry = readdir(d))) {
        char path[512];
        if (entry->d_name[0] == '.' && !entry->d_name[1 + (entry->d_name[1] == '.')]) continue;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        assert_int_equal(unlink(path), 0);
    }
    closedir(d);
}

static void mutate(const struct victim *v, unsigned long runs, uint64_t seed, const char *dir)
{
    const char *image = firmware(v->name);
    if (!image) return;
    struct err e;
    struct bytes file;
    if (!file_load(image, 0, &file, &e)) fail_msg("%s", e.text);
    struct board *b = board_load(v->board, &e);
    if (!b) fail_msg("%s", e.text);
    char path[] = "/tmp/mcuscope-mutate-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct rng r = {seed};
    size_t near = file.len < 2048 ? file.len : 2048; /* headers, vectors: more often */
    unsigned counts[16] = {0};
    unsigned char *copy = malloc(file.len);
    for (unsigned long n = 0; n < runs; n++) {
        memcpy(copy, file.data, file.len);
        for (unsigned k = 0; k <= rng_below(&r, 3); k++) {
            uint32_t bit = rng_below(&r, (uint32_t)(n % 3 ? file.len : near) * 8);
            copy[bit / 8] ^= (unsigned char)(1U << bit % 8);
        }
        if (!file_save(path, copy, file.len, &e)) fail_msg("%s", e.text);
        run_once(b, path, v->input, dir, n, counts);
    }
    free(copy);
    unlink(path);
    empty(dir);
    printf("%-15s", v->name);
    for (int i = 0; i <= SIM_INTERNAL; i++)
        if (counts[i]) printf(" %s %u", sim_cause_name((enum sim_cause)i), counts[i]);
    printf(" refused %u\n", counts[REFUSED_TO_LOAD]);
    board_free(b);
    free(file.data);
}

static unsigned long flips = 150;

static void damaged_firmware_ends_in_a_result(void **state)
{
    (void)state;
    char dir[] = "/tmp/mcuscope-mutants-XXXXXX";
    assert_non_null(mkdtemp(dir));
    unsigned shares = 0;
    for (size_t i = 0; i < VICTIMS; i++)
        shares += victims[i].share;
    for (size_t i = 0; i < VICTIMS; i++)
        mutate(&victims[i], (flips * victims[i].share + shares - 1) / shares, i + 1, dir);
    assert_int_equal(rmdir(dir), 0);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    assert_true(used.ru_maxrss < 2 << 20); /* KiB; sanitizers keep freed memory for a while */
}

static void endless_rewriting_is_refused(void **state)
{
    (void)state;
    const char *image = firmware("faults.elf");
    if (!image) return;
    for (const char *what = "yY"; *what; what++) { /* long blocks, short ones */
        struct sim_case c =
            case_run(image, "stm32f746g-disco",
                     (struct sim_options){
                         .console_in = what, .console_in_bytes = 1, .max_cycles = 100000000});
        if (c.stop.cause != SIM_REFUSED) fail_msg("%s", c.stop.text);
        assert_non_null(strstr(c.stop.text, "rewrites itself"));
        case_done(&c);
    }
}

/* "all": ten thousand flips, and what takes seconds; MCUSCOPE_FLIPS: any number. */
int main(int argc, char **argv)
{
    const struct CMUnitTest quick[] = {
        cmocka_unit_test(damaged_firmware_ends_in_a_result),
    };
    const struct CMUnitTest all[] = {
        cmocka_unit_test(damaged_firmware_ends_in_a_result),
        cmocka_unit_test(endless_rewriting_is_refused),
    };
    bool slow = argc > 1 && strcmp(argv[1], "all") == 0;
    const char *text = getenv("MCUSCOPE_FLIPS");
    if (slow) flips = 10000;
    if (text) flips = strtoul(text, NULL, 10);
    return slow ? cmocka_run_group_tests(all, NULL, NULL)
                : cmocka_run_group_tests(quick, NULL, NULL);
}
