/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Who executes must not show: firmware runs once with the executor of sim/exec and once in
 * Unicorn alone, and the stop, the console and every number of the profile are the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/compile.h"
#include "models/build.h"
#include "sim/exec/uop.h"
#include "sim/state.h"
#include "sim_case.h"
#include "tools/base/file.h"
#include "tools/base/json.h"
#include "tools/base/proc.h"
#include "tools/base/rng.h"

enum { FLIPS = 30 }; /* of each image */

static struct sim_case run(const char *image, const char *board, const struct sim_options *o,
                           enum sim_executor executor)
{
    struct sim_options options = *o;
    options.executor = executor;
    return case_run(image, board, options);
}

static void same_text(const char *image, const char *what, const char *fast, const char *slow)
{
    size_t i = 0;
    while (fast[i] && fast[i] == slow[i])
        i++;
    if (fast[i] == slow[i]) return;
    fail_msg("%s: %s differ from character %zu on:\nfast: %.200s\nunicorn: %.200s", image, what,
             i, fast + (i < 40 ? 0 : i - 40), slow + (i < 40 ? 0 : i - 40));
}

/* Instructions that the executor ran; with o->verify_core those that were compared. */
static uint64_t same_run(const char *image, const char *board, const struct sim_options *o)
{
    struct sim_case fast = run(image, board, o, EXECUTOR_FAST);
    struct sim_case slow = run(image, board, o, EXECUTOR_UNICORN);
    uint64_t ran = fast.sim->takeover.instructions;
    if (o->verify_core) assert_int_equal(fast.profile->verified_instructions, ran);
    same_text(image, "stops", fast.stop.text, slow.stop.text);
    assert_int_equal(fast.stop.cause, slow.stop.cause);
    assert_int_equal(fast.stop.pc, slow.stop.pc);
    assert_int_equal(fast.stop.cycle, slow.stop.cycle);
    assert_int_equal(fast.profile->console_bytes, slow.profile->console_bytes);
    assert_memory_equal(fast.profile->console, slow.profile->console,
                        slow.profile->console_bytes);
    struct json *a = profile_json(fast.profile), *b = profile_json(slow.profile);
    char *left = json_text(a), *right = json_text(b);
    same_text(image, "profiles", left, right);
    free(left);
    free(right);
    json_free(a);
    json_free(b);
    assert_int_equal(slow.sim->takeover.instructions, 0);
    case_done(&fast);
    case_done(&slow);
    return ran;
}

static const char *const boards[] = {"stm32f746g-disco", "stm32f412g-disco"};

static void firmware_runs_the_same(void **state)
{
    (void)state;
    static const char *const images[] = {"hello.elf",    "interrupts.elf", "time.elf",
                                         "copied.elf",   "calls.elf",      "recover.elf",
                                         "gives_up.elf", "divides.elf"};
    uint64_t ran = 0;
    for (size_t i = 0; i < sizeof images / sizeof *images; i++)
        for (size_t k = 0; k < 8; k++) {
            const char *image = firmware(images[i]);
            if (!image) return;
            ran += same_run(image, boards[k % 2],
                            &(struct sim_options){.timing = (enum timing_kind)(k / 2 % 2),
                                                  .verify_core = k >= 4,
                                                  .calls = k >= 4,
                                                  .range = k >= 6,
                                                  .lines = k == 5,
                                                  .max_cycles = 300000});
        }
    assert_true(ran > 10000);
}

/* The range has a thread of its own, or not: what firmware does to code, caches, the MPU and
 * clocks reaches it in order. */
static void threads_do_not_show(void **state)
{
    (void)state;
    static const char *const images[] = {"copied.elf", "mpu.elf", "sdram.elf", "interrupts.elf",
                                         "hello.elf"};
    bool some = false;
    for (size_t i = 0; i < 2 * sizeof images / sizeof *images; i++) {
        const char *image = firmware(images[i / 2]);
        if (!image) return;
        struct sim_options o = {.range = true, .lines = i & 1, .max_cycles = 1000000};
        o.threads = 1;
        struct sim_case one = case_run(image, boards[0], o);
        o.threads = 2;
        struct sim_case two = case_run(image, boards[0], o);
        assert_int_equal(one.stop.cause, two.stop.cause);
        assert_int_equal(one.stop.cycle, two.stop.cycle);
        assert_int_equal(one.profile->range.low_ppm, two.profile->range.low_ppm);
        assert_int_equal(one.profile->range.high_ppm, two.profile->range.high_ppm);
        some |= one.profile->range.high_ppm > 0;
        case_done(&one);
        case_done(&two);
    }
    assert_true(some);
}

static void faults_are_the_same(void **state)
{
    (void)state;
    const char *image = firmware("faults.elf");
    for (const char *c = "wnjplsufbivqatzrxocmdeh"; image && *c; c++) {
        char input[2] = {*c, 0};
        same_run(image, boards[0],
                 &(struct sim_options){
                     .console_in = input, .console_in_bytes = 1, .max_cycles = 200000});
    }
}

/* Bits of images are turned over: what comes then is code that no compiler makes. */
static void damaged_firmware_runs_the_same(void **state)
{
    (void)state;
    static const char *const images[] = {"hello.bin",   "interrupts.bin", "contexts.bin",
                                         "recover.bin", "threads.bin",    "faults.bin",
                                         "copied.bin",  "bitband.bin"};
    static struct err e;
    struct arena a = {0};
    const char *dir = file_temp(&a, &e);
    if (!dir) fail_msg("%s", e.text);
    const char *path = arena_printf(&a, "%s/damaged.bin", dir);
    struct rng r = {1};
    for (size_t i = 0; i < 8 * FLIPS; i++) {
        struct bytes file;
        const char *image = firmware(images[i % 8]);
        if (!image) break;
        if (!file_load(image, 0, &file, &e)) fail_msg("%s", e.text);
        for (uint32_t k = 0; k <= rng_below(&r, 3); k++) {
            uint32_t bit = rng_below(&r, (uint32_t)file.len * 8);
            file.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        if (!file_save(path, file.data, file.len, &e)) fail_msg("%s", e.text);
        same_run(path, boards[i / 8 % 2],
                 &(struct sim_options){.timing = i % 3 ? TIMING_MODEL : TIMING_ICOUNT,
                                       .max_cycles = 150000});
        free(file.data);
    }
    file_temp_remove(dir);
    arena_done(&a);
}

static void a_network_runs_the_same(void **state)
{
    (void)state;
    if (!proc_found("arm-none-eabi-gcc")) {
        printf("skipped: arm-none-eabi-gcc is not installed\n");
        return;
    }
    static struct err e;
    struct arena a = {0};
    const char *dir = file_temp(&a, &e);
    if (!dir) fail_msg("%s", e.text);
    const char *path = arena_printf(&a, "%s/tiny.tflite", dir);
    struct zoo_net *zoo = zoo_load("tiny", &e);
    if (!zoo || !model_build(zoo, MODEL_SEED, path, &e)) fail_msg("%s", e.text);
    zoo_free(zoo);
    for (size_t i = 0; i < 2; i++) {
        struct board *b = board_load(boards[i], &e);
        struct compile_result built = {0};
        struct compile_options how = {.model = path, .board = b, .out_dir = dir};
        if (!engine_compile(&how, &built, &e)) fail_msg("%s", e.text);
        for (int timing = TIMING_MODEL; timing <= TIMING_ICOUNT; timing++)
            assert_true(same_run(built.elf_path, boards[i],
                                 &(struct sim_options){.timing = (enum timing_kind)timing,
                                                       .verify_core = i == 0,
                                                       .max_cycles = 10000000}) > 100000);
        compile_result_done(&built);
        board_free(b);
    }
    file_temp_remove(dir);
    arena_done(&a);
}

/* Makes one micro-op of the firmware wrong: the first that adds a constant. */
static void break_executor(void *context, uint64_t cycles)
{
    (void)cycles;
    struct sim_case *c = context;
    for (const struct code *code = c->sim ? c->sim->blocks.all : NULL; code; code = code->older)
        for (struct uop *u = code->uops; u && u->kind != UOP_END; u++)
            if (u->kind == UOP_ADDI || u->kind == UOP_ADDSI) {
                u->imm++;
                c->sim = NULL;
                return;
            }
}

static void a_wrong_executor_is_found(void **state)
{
    (void)state;
    static struct err e;
    const char *image = firmware("interrupts.elf");
    if (!image) return;
    struct board *b = board_load(boards[0], &e);
    struct sim_case c = {0};
    struct sim *s = sim_new(&(struct sim_options){.board = b,
                                                  .verify_core = true,
                                                  .max_cycles = 300000,
                                                  .progress = break_executor,
                                                  .context = &c},
                            &e);
    assert_true(s && sim_load(s, image, &e));
    c.sim = s;
    struct sim_stop stop = sim_run(s);
    assert_null(c.sim);
    assert_int_equal(stop.cause, SIM_INTERNAL);
    if (!strstr(stop.text, "differ in the block at") || !strstr(stop.text, "Unicorn has") ||
        !strstr(stop.text, ": add"))
        fail_msg("%s", stop.text);
    sim_free(s);
    board_free(b);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest fast[] = {
        cmocka_unit_test(firmware_runs_the_same),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(faults_are_the_same),
        cmocka_unit_test(a_wrong_executor_is_found),
    };
    const struct CMUnitTest slow[] = {
        cmocka_unit_test(a_network_runs_the_same),
        cmocka_unit_test(damaged_firmware_runs_the_same),
    };
    return argc > 1 && strcmp(argv[1], "all") == 0 ? cmocka_run_group_tests(slow, NULL, NULL)
                                                   : cmocka_run_group_tests(fast, NULL, NULL);
}
