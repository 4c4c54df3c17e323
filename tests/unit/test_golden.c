/* SPDX-License-Identifier: GPL-2.0-or-later
 * Every op of every model in ../shared/models, on four inputs, gives the bytes that TensorFlow
 * Lite Micro's reference kernels gave (../shared/golden). The argument picks models; without
 * one, the small ones run. */
#include "engine/oracle/golden.h"
#include "engine/pass/pass.h"
#include "engine/tflite/read.h"
#include "tools/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const all_models[] = {
    "hello-world", "micro-speech", "mlperf-kws",  "mlperf-ad",  "person-detect",
    "mlperf-vww",  "mlperf-ic",    "mcunet-vww1", "mcunet-in3", NULL};

/* After all passes, what is left of the tensors still has those bytes. */
static void check_passes(struct graph *g, const struct golden_case *c)
{
    struct err e = {0};
    struct oracle_result r;
    struct golden_match m;
    const int before = g->op_count;
    if (!pass_run(pass_all, g, &e)) fail_msg("%s", e.text);
    if (!oracle_run(g, c->input_bytes, g->arena, &r, &e)) fail_msg("%s", e.text);
    if (!golden_compare(g, c, &r, &m, &e)) fail_msg("%s", e.text);
    if (m.differing) fail_msg("after passes, op %s differs", g->ops[m.first_op].name);
    assert_int_equal(m.compared, g->op_count);
    assert_int_equal(m.first_element, -1);
    int absorbed = 0;
    for (int i = 0; i < g->op_count; i++)
        absorbed += g->ops[i].absorbed_count;
    assert_int_equal(g->op_count + absorbed, before);
}

static void check_model(const char *name)
{
    struct arena a = {0};
    struct err e = {0};
    struct graph g;
    struct golden golden;
    const char *path = arena_printf(&a, "../shared/models/%s.tflite", name);
    if (!file_exists(path)) {
        print_message("%s is not there: skipped\n", path);
        arena_done(&a);
        return;
    }
    if (!tflite_read(path, &a, &g, &e)) fail_msg("%s", e.text);
    if (!golden_load(arena_printf(&a, "../shared/golden/%s", name), &a, &golden, &e))
        fail_msg("%s", e.text);
    assert_int_equal(golden.case_count, 4);
    for (int i = 0; i < golden.case_count; i++) {
        struct arena run = {0};
        const struct golden_case *c = &golden.cases[i];
        void *input = NULL;
        if (!oracle_input(&g, c->input, &run, &input, &e)) fail_msg("%s", e.text);
        assert_int_equal(c->input_len, g.tensors[g.input].bytes);
        assert_memory_equal(input, c->input_bytes, c->input_len);
        struct oracle_result r;
        if (!oracle_run(&g, input, &run, &r, &e)) fail_msg("%s", e.text);
        struct golden_match m;
        if (!golden_compare(&g, c, &r, &m, &e)) fail_msg("%s", e.text);
        if (m.differing)
            fail_msg("%s, input %s: op %d %s: CRC %08x, golden %08x", name, c->input,
                     g.ops[m.first_op].index, g.ops[m.first_op].name, m.actual, m.expected);
        assert_int_equal(m.compared, g.op_count);
        assert_int_equal(m.compared, c->tensor_count);
        assert_int_equal(m.first_element, -1);
        arena_done(&run);
    }
    check_passes(&g, &golden.cases[2]);
    arena_done(&a);
}

static void models_are_bit_exact(void **state)
{
    const char *const *names = *state;
    for (; *names; names++)
        check_model(*names);
}

int main(int argc, char **argv)
{
    const char *some[] = {"hello-world", "micro-speech", "mlperf-kws", "mlperf-ad", NULL};
    const char *one[] = {argc > 1 ? argv[1] : NULL, NULL};
    const char *const *names = argc < 2 ? some : strcmp(argv[1], "all") ? one : all_models;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(models_are_bit_exact, (void *)names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
