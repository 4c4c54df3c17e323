/* SPDX-License-Identifier: GPL-2.0-or-later
 * Every op of ops.def against the vectors in tests/ops, which TensorFlow Lite's reference
 * kernels computed. */
#include "engine/oracle/oracle.h"
#include "tools/base/file.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static unsigned char *bytes_of(struct arena *a, const char *line, size_t *len)
{
    const size_t digits = strspn(line, "0123456789abcdef");
    unsigned char *out = arena_alloc(a, digits / 2 + 1);
    for (size_t i = 0; i + 1 < digits; i += 2) {
        const char pair[] = {line[i], line[i + 1], 0};
        out[i / 2] = (unsigned char)strtoul(pair, NULL, 16);
    }
    *len = digits / 2;
    return out;
}

static void run_case(const char *path, int number, char *text, enum op_kind kind)
{
    struct arena a = {0};
    struct err e = {0};
    struct graph g;
    struct oracle_result r;
    size_t in_len, out_len;
    char *in_at = strstr(text, "\ninput "), *out_at = strstr(text, "\noutput ");
    if (!in_at || !out_at) {
        fail_msg("%s: case %d: input or output is missing", path, number);
        return;
    }
    const void *input = bytes_of(&a, in_at + strlen("\ninput "), &in_len);
    const void *output = bytes_of(&a, out_at + strlen("\noutput "), &out_len);
    in_at[1] = 0; /* the graph ends there */
    if (!graph_parse(text, path, NULL, &a, &g, &e)) fail_msg("case %d: %s", number, e.text);
    assert_int_equal(g.ops[0].kind, kind);
    assert_int_equal(in_len, g.tensors[g.input].bytes);
    if (!oracle_run(&g, input, &a, &r, &e)) fail_msg("%s: case %d: %s", path, number, e.text);
    assert_int_equal(out_len, r.output_bytes);
    for (size_t i = 0; i < out_len; i++) {
        const int want = ((const int8_t *)output)[i], have = ((const int8_t *)r.output)[i];
        if (want != have)
            fail_msg("%s: case %d: byte %zu is %d, not %d", path, number, i, have, want);
    }
    arena_done(&a);
}

static void run_file(enum op_kind kind)
{
    struct arena a = {0};
    struct err e = {0};
    struct bytes file;
    char *path = arena_printf(&a, "tests/ops/%s.txt", op_kind_name(kind));
    for (char *c = path; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (!file_load(path, 0, &file, &e)) fail_msg("%s", e.text);
    int cases = 0;
    char *at = strstr((char *)file.data, "\ngraph ");
    while (at) {
        char *next = strstr(at + 1, "\ngraph ");
        char *text = at + 1;
        if (next) *next = 0;
        run_case(path, ++cases, text, kind);
        at = next;
        if (next) *next = '\n';
    }
    if (!cases) fail_msg("%s: no cases", path);
    free(file.data);
    arena_done(&a);
}

static void every_op_meets_its_vectors(void **state)
{
    (void)state;
#define OP(name, code, text) run_file(OP_##name);
#include "engine/ir/ops.def"
#undef OP
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_op_meets_its_vectors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
