/* SPDX-License-Identifier: GPL-2.0-or-later
 * Generated C gives, layer by layer, the oracle's bytes, in every schedule: here with the
 * host's compiler and sanitizers. The argument "all" takes ../shared/models too. */
#include "generated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/oracle/oracle.h"
#include "tools/base/file.h"

static void check(const char *model, bool sanitize)
{
    size_t n = 0;
    const struct schedule *s = schedule_list(&n);
    for (size_t i = 0; i < n; i++) {
        struct generated t;
        generated_init(&t, model, s[i].name, sanitize);
        for (int k = 0; oracle_input_names[k]; k++)
            generated_compare(&t, oracle_input_names[k]);
        generated_done(&t);
    }
}

static void tiny_is_bit_exact(void **state)
{
    (void)state;
    char dir[64];
    struct arena a = {0};
    generated_temp(dir);
    check(generated_tiny(&a, dir), false);
    generated_remove(dir);
    arena_done(&a);
}

/* The text is looked at, not only run: `UPDATE=1 ./test_generated` writes it anew. */
static void tiny_reads_as_before(void **state)
{
    (void)state;
    static const char *const files[] = {"gen/model.c", "gen/model.h", "gen/ops.json",
                                        "graph.txt", "plan.json"};
    struct arena a = {0};
    struct err e = {0};
    char dir[64];
    generated_temp(dir);
    struct compile_result r = {0};
    struct build_job job;
    const struct compile_options o = {
        .model = generated_tiny(&a, dir), .schedule = "tinyengine", .out_dir = dir};
    if (!engine_lower(o.model, o.schedule, &r, &e) || !engine_emit(&o, &r, &job, &e))
        fail_msg("%s", e.text);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct bytes have, want;
        const char *path = arena_printf(&a, "tests/golden/emit/tiny/%s", file_base(files[i]));
        if (!file_load(arena_printf(&a, "%s/%s", dir, files[i]), 0, &have, &e))
            fail_msg("%s", e.text);
        if (getenv("UPDATE") && !(file_mkdirs("tests/golden/emit/tiny", &e) &&
                                  file_save(path, have.data, have.len, &e)))
            fail_msg("%s", e.text);
        if (!file_load(path, 0, &want, &e)) fail_msg("%s (UPDATE=1 writes it)", e.text);
        if (have.len != want.len || memcmp(have.data, want.data, have.len) != 0)
            fail_msg("%s: %s differs (UPDATE=1 rewrites it; look at the diff)", path, files[i]);
        free(have.data);
        free(want.data);
    }
    compile_result_done(&r);
    generated_remove(dir);
    arena_done(&a);
}

/* gcc's sanitizers take minutes and gigabytes on the unrolled kernels of the larger networks.
 * The smaller ones use the same kernels. */
static void shared_models_are_bit_exact(void **state)
{
    enum { SANITIZED_BYTES = 64 * 1024 };
    (void)state;
    static const char *const models[] = {"hello-world", "micro-speech",  "mlperf-kws",
                                         "mlperf-ad",   "person-detect", "mlperf-vww",
                                         "mlperf-ic",   "mcunet-vww1",   "mcunet-in3"};
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "../shared/models/%s.tflite", models[i]);
        struct bytes model;
        struct err e;
        if (!file_load(path, 0, &model, &e)) {
            print_message("%s is not there: skipped\n", path);
            continue;
        }
        free(model.data);
        check(path, model.len <= SANITIZED_BYTES);
    }
}

/* Emitting into the folder of another schedule leaves none of its kernels behind. */
static void old_files_go(void **state)
{
    (void)state;
    static const char *const schedules[] = {"tinyengine", "reference"};
    struct arena a = {0};
    struct err e = {0};
    char dir[64];
    generated_temp(dir);
    const char *model = generated_tiny(&a, dir);
    for (size_t i = 0; i < 2; i++) {
        struct compile_result r = {0};
        struct build_job job;
        const struct compile_options o = {
            .model = model, .schedule = schedules[i], .out_dir = dir};
        if (!engine_lower(o.model, o.schedule, &r, &e) || !engine_emit(&o, &r, &job, &e))
            fail_msg("%s", e.text);
        const bool fast = file_exists(arena_printf(&a, "%s/gen/conv_block.c", dir));
        assert_int_equal(fast, i == 0);
        compile_result_done(&r);
    }
    generated_remove(dir);
    arena_done(&a);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest fast[] = {
        cmocka_unit_test(tiny_is_bit_exact),
        cmocka_unit_test(tiny_reads_as_before),
        cmocka_unit_test(old_files_go),
    };
    const struct CMUnitTest slow[] = {cmocka_unit_test(shared_models_are_bit_exact)};
    return argc > 1 && strcmp(argv[1], "all") == 0 ? cmocka_run_group_tests(slow, NULL, NULL)
                                                   : cmocka_run_group_tests(fast, NULL, NULL);
}
