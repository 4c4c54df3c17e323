/* SPDX-License-Identifier: GPL-2.0-or-later
 * A network of all the ops that the published models lack: the oracle before and after all
 * passes, and the generated C of every schedule with sanitizers, give the same bytes. */
#include "engine/oracle/oracle.h"
#include "engine/pass/pass.h"
#include "tests/unit/generated.h"
#include "tests/unit/make_tflite.h"
#include "tools/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/tflite/read.h"

static const char *write_model(struct arena *a, const char *dir,
                               void (*make)(struct mt_model *m))
{
    struct buf b = {0};
    struct err e = {0};
    struct mt_model m;
    make(&m);
    make_tflite(&m, &b);
    const char *path = arena_printf(a, "%s/functions.tflite", dir);
    if (!file_save(path, b.data, b.len, &e)) fail_msg("%s", e.text);
    buf_done(&b);
    return path;
}

static void passes_keep_the_output(void **state)
{
    (void)state;
    char dir[64];
    struct arena a = {0};
    struct err e = {0};
    struct graph g;
    struct oracle_result before, after;
    generated_temp(dir);
    if (!tflite_read(write_model(&a, dir, make_functions), &a, &g, &e)) fail_msg("%s", e.text);
    for (int i = 0; oracle_input_names[i]; i++) {
        void *input;
        assert_true(oracle_input(&g, oracle_input_names[i], &a, &input, &e));
        if (!oracle_run(&g, input, &a, &before, &e)) fail_msg("%s", e.text);
        if (i == 0 && !pass_run(pass_all, &g, &e)) fail_msg("%s", e.text);
        if (!oracle_run(&g, input, &a, &after, &e)) fail_msg("%s", e.text);
        assert_int_equal(before.output_crc32, after.output_crc32);
    }
    int in_place = 0;
    for (int i = 0; i < g.op_count; i++)
        in_place += g.ops[i].in_place;
    assert_true(in_place >= 4); /* LOGISTIC, MUL, RELU6, ADD, MUL */
    generated_remove(dir);
    arena_done(&a);
}

static void check_generated(void (*make)(struct mt_model *m))
{
    char dir[64];
    struct arena a = {0};
    size_t n = 0;
    generated_temp(dir);
    const char *path = write_model(&a, dir, make);
    const struct schedule *s = schedule_list(&n);
    for (size_t i = 0; i < n; i++) {
        struct generated t;
        generated_init(&t, path, s[i].name, true);
        for (int k = 0; oracle_input_names[k]; k++)
            generated_compare(&t, oracle_input_names[k]);
        generated_done(&t);
    }
    generated_remove(dir);
    arena_done(&a);
}

static void generated_c_is_bit_exact(void **state)
{
    (void)state;
    check_generated(make_functions);
    check_generated(make_borders);
}

/* 0.125 at scale 1/256, zero -128, is -96; at scale 0.5, zero 0, rounds to 0. */
static void float_borders_are_exact(void **state)
{
    (void)state;
    char dir[64];
    struct arena a = {0};
    struct err e = {0};
    struct graph g;
    struct oracle_result r = {0};
    const float input[] = {0.125F, 0.75F, 1.0F, -1.0F, 1e30F, 0.498F, 0.25F, -1e30F};
    const int8_t quantised[] = {-96, 64, 127, -128, 127, -1, -64, -128};
    const float output[] = {0.0F, 1.0F, 1.0F, 0.0F, 1.0F, 0.5F, 0.5F, 0.0F};
    generated_temp(dir);
    if (!tflite_read(write_model(&a, dir, make_borders), &a, &g, &e)) fail_msg("%s", e.text);
    if (!oracle_run(&g, input, &a, &r, &e)) fail_msg("%s", e.text);
    assert_memory_equal(r.ops[0].data, quantised, sizeof quantised);
    assert_memory_equal(r.output, output, sizeof output);
    generated_remove(dir);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_keep_the_output),
        cmocka_unit_test(generated_c_is_bit_exact),
        cmocka_unit_test(float_borders_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
