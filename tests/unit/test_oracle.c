/* SPDX-License-Identifier: GPL-2.0-or-later
 * The oracle's inputs and its comparison with golden folders: a difference is found at the
 * first op and element, a folder that is broken or belongs to another model is refused. */
#include "engine/oracle/golden.h"
#include "tests/unit/make_graph.h"
#include "tools/base/file.h"
#include "tools/base/hash.h"
#include "tools/base/json.h"
#include "tools/base/proc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void inputs_are_the_documented_ones(void **state)
{
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct maker m;
    void *data;
    maker_start(&m, &a, 1, 10, 10, 3);
    const char expected[4][4] = {
        {3, 3, 3, 3}, {-128, -121, -114, -107}, {(char)-41, 0, 0, 0}, {127, 127, 127, 127}};
    uint32_t s = 12345;
    for (int i = 0; oracle_input_names[i]; i++) {
        if (!oracle_input(&m.g, oracle_input_names[i], &a, &data, &e)) fail_msg("%s", e.text);
        const int8_t *v = data;
        for (size_t k = 0; k < (i == 2 ? 0 : 4); k++)
            assert_int_equal(v[k], (signed char)expected[i][k]);
        for (size_t k = 0; k < 300 && i == 2; k++) {
            s = s * 1664525U + 1013904223U;
            assert_int_equal(v[k], (int)(s >> 24) - 128);
        }
        if (i == 1) assert_int_equal(v[37], 7 * 37 % 256 - 128);
    }
    assert_false(oracle_input(&m.g, "noise", &a, &data, &e));
    assert_int_equal(e.code, ERR_USAGE);
    assert_non_null(strstr(e.text, "zeros, ramp, lcg, max127"));
    arena_done(&a);
}

struct folder {
    struct arena a;
    struct maker m;
    void *input;
    struct oracle_result r;
    char dir[64];
};

static struct json *file_entry(struct folder *f, const char *name, const void *data, size_t n)
{
    struct err e = {0};
    struct json *j = json_new_object();
    json_set_str(j, "file", name);
    json_set_str(j, "crc32", arena_printf(&f->a, "%08x", hash_crc32(data, n)));
    if (!file_save(arena_printf(&f->a, "%s/%s", f->dir, name), data, n, &e))
        fail_msg("%s", e.text);
    return j;
}

/* A golden folder of a small network, as the oracle sees it. */
static void write_folder(struct folder *f)
{
    struct err e = {0};
    *f = (struct folder){.dir = "/tmp/mcuscope-test-XXXXXX"};
    assert_non_null(mkdtemp(f->dir));
    maker_start(&f->m, &f->a, 3, 6, 6, 2);
    const int conv = maker_conv(&f->m, f->m.g.input, 3, 1, 1, 4);
    maker_end(&f->m, maker_depthwise(&f->m, conv, 3, 2, 1));
    const struct graph *g = &f->m.g;
    if (!oracle_input(g, "lcg", &f->a, &f->input, &e) ||
        !oracle_run(g, f->input, &f->a, &f->r, &e))
        fail_msg("%s", e.text);
    struct json *root = json_new_object();
    json_set_str(root, "model", "made.tflite");
    struct json *c = json_push(json_set(root, "cases", json_new_array()), json_new_object());
    json_set_str(c, "input", "lcg");
    json_push(json_set(c, "inputs", json_new_array()),
              file_entry(f, "in.bin", f->input, g->tensors[g->input].bytes));
    json_push(json_set(c, "outputs", json_new_array()),
              file_entry(f, "out.bin", f->r.output, f->r.output_bytes));
    struct json *list = json_set(c, "intermediates", json_new_array());
    for (int i = 0; i < g->op_count; i++) {
        struct json *t = json_push(list, json_new_object());
        json_set_int(t, "op", i);
        json_set_str(t, "name", op_kind_name(g->ops[i].kind));
        json_set_int(t, "tensor", g->ops[i].output);
        json_set_uint(t, "bytes", g->tensors[g->ops[i].output].bytes);
        json_set_str(t, "crc32", arena_printf(&f->a, "%08x", f->r.ops[i].crc32));
    }
    if (!json_save(root, arena_printf(&f->a, "%s/golden.json", f->dir), &e))
        fail_msg("%s", e.text);
    json_free(root);
}

static void remove_folder(struct folder *f)
{
    struct err e;
    const char *argv[] = {"rm", "-rf", f->dir, NULL};
    assert_true(proc_run(argv, NULL, NULL, &e));
    arena_done(&f->a);
}

static void differences_are_found(void **state)
{
    (void)state;
    struct folder f;
    struct err e = {0};
    struct golden golden;
    struct golden_match m;
    write_folder(&f);
    struct graph *g = &f.m.g;
    if (!golden_load(f.dir, &f.a, &golden, &e)) fail_msg("%s", e.text);
    assert_int_equal(golden.case_count, 1);
    assert_int_equal(golden.cases[0].tensor_count, 2);
    assert_true(golden_compare(g, &golden.cases[0], &f.r, &m, &e));
    assert_int_equal(m.compared, 2);
    assert_int_equal(m.differing, 0);
    assert_int_equal(m.first_op, -1);
    assert_int_equal(m.first_element, -1);

    /* One weight of the second op: the first still agrees. */
    int8_t *weights = arena_alloc(&f.a, g->tensors[g->ops[1].input[1]].bytes);
    memcpy(weights, g->tensors[g->ops[1].input[1]].data, g->tensors[g->ops[1].input[1]].bytes);
    weights[16] = weights[16] > 0 ? -127 : 127;
    g->tensors[g->ops[1].input[1]].data = weights;
    struct oracle_result other = {0};
    if (!oracle_run(g, f.input, &f.a, &other, &e)) fail_msg("%s", e.text);
    assert_true(golden_compare(g, &golden.cases[0], &other, &m, &e));
    assert_int_equal(m.compared, 2);
    assert_int_equal(m.differing, 1);
    assert_int_equal(m.first_op, 1);
    assert_int_equal(m.expected, f.r.ops[1].crc32);
    assert_int_equal(m.actual, other.ops[1].crc32);
    assert_true(m.first_element >= 0);
    const int8_t *want = f.r.output, *have = other.output;
    assert_int_equal(m.element_expected, want[m.first_element]);
    assert_int_equal(m.element_actual, have[m.first_element]);
    assert_memory_equal(want, have, (size_t)m.first_element);
    assert_int_not_equal(want[m.first_element], have[m.first_element]);
    remove_folder(&f);
}

static void foreign_and_broken_folders_are_refused(void **state)
{
    (void)state;
    struct folder f;
    struct err e = {0};
    struct golden golden;
    struct golden_match m;
    struct maker other;
    write_folder(&f);
    assert_true(golden_load(f.dir, &f.a, &golden, &e));
    maker_start(&other, &f.a, 3, 6, 6, 2);
    maker_end(&other, maker_conv(&other, other.g.input, 3, 1, 1, 4));
    struct oracle_result r = {0};
    assert_true(oracle_run(&other.g, f.input, &f.a, &r, &e));
    assert_false(golden_compare(&other.g, &golden.cases[0], &r, &m, &e));
    assert_non_null(strstr(e.text, "another model?"));

    assert_true(file_save(arena_printf(&f.a, "%s/out.bin", f.dir), "x", 1, &e));
    assert_false(golden_load(f.dir, &f.a, &golden, &e));
    assert_non_null(strstr(e.text, "golden.json says"));
    static const char *const texts[] = {
        "{}",
        "{\"cases\": [",
        "{\"cases\": []}",
        "{\"cases\": [{}]}",
        "[]",
        "{\"cases\": [{\"inputs\": [{\"file\": \"../in.bin\"}]}]}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        e = (struct err){0};
        assert_true(file_save(arena_printf(&f.a, "%s/golden.json", f.dir), texts[i],
                              strlen(texts[i]), &e));
        if (golden_load(f.dir, &f.a, &golden, &e)) fail_msg("accepted: %s", texts[i]);
        assert_non_null(strstr(e.text, "golden.json"));
    }
    assert_false(golden_load("/no/such/folder", &f.a, &golden, &e));
    remove_folder(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_are_the_documented_ones),
        cmocka_unit_test(differences_are_found),
        cmocka_unit_test(foreign_and_broken_folders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
