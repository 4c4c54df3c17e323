/* SPDX-License-Identifier: GPL-2.0-or-later
 * Accuracy: two CSV files joined by anchor; what is wrong in them is named by file and line. */
#include "reports/accuracy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/base/file.h"
#include "tools/base/proc.h"

#define SILICON   "anchor,class,board,workload,cycles,source,configuration\n"
#define SIMULATED "anchor,cycles,model,image_sha256,date,method\n"

static bool load(const char *silicon, const char *simulated, struct arena *a,
                 struct accuracy *acc, struct err *e)
{
    char dir[] = "/tmp/mcuscope-test-XXXXXX";
    struct err ignored;
    assert_non_null(mkdtemp(dir));
    char *path = arena_printf(a, "%s/silicon.csv", dir);
    assert_true(file_save(path, silicon, strlen(silicon), e));
    path = arena_printf(a, "%s/simulated.csv", dir);
    assert_true(file_save(path, simulated, strlen(simulated), e));
    bool ok = accuracy_load(dir, a, acc, e);
    proc_run((const char *[]){"rm", "-r", dir, NULL}, NULL, NULL, &ignored);
    return ok;
}

static void joins_and_sums(void **state)
{
    (void)state;
    struct arena a = {0};
    struct accuracy acc;
    struct err e;
    struct buf text = {0};
    assert_true(load(
        SILICON "x,one,b,\"w, \"\"q\"\"\",1000,s,c\ny,one,b,w2,200,s,c\nz,two,b,w3,5,s,c\n",
        SIMULATED "y,190,m,h,d,run\nx,1020,m,h,d,run\n", &a, &acc, &e));
    assert_int_equal(acc.count, 3);
    assert_string_equal(acc.rows[0].workload, "w, \"q\"");
    assert_true(accuracy_error(&acc.rows[0]) == 2.0);
    assert_true(accuracy_error(&acc.rows[1]) == -5.0);
    assert_null(acc.rows[2].model);
    accuracy_markdown(&acc, &text);
    assert_non_null(strstr(buf_text(&text), "| one | 2 | 3.50 % | 5.00 % | 0 |\n"));
    assert_non_null(strstr(buf_text(&text), "| two | 0 | - | - | 1 |\n"));
    assert_non_null(strstr(buf_text(&text), "| 1,000 | 1,020 | +2.00 % |"));
    buf_done(&text);
    arena_done(&a);
}

static void wrong_files_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *silicon, *simulated, *message;
    } cases[] = {
        {SILICON "x,one,b,w,0,s,c\n", SIMULATED, "silicon.csv:2: cycles '0'"},
        {SILICON "x,one,b,w,many,s,c\n", SIMULATED, "silicon.csv:2: cycles 'many'"},
        {SILICON "x,one,b,w,1\n", SIMULATED, "silicon.csv:2: 5 fields, expected 7"},
        {SILICON "x,one,b,w,1,s,c\nx,one,b,w,1,s,c\n", SIMULATED, "anchor x is there twice"},
        {SILICON "x,one,b,w,1,s,c\n", SIMULATED "y,1,m,h,d,r\n",
         "simulated.csv:2: anchor y is not in"},
        {SILICON "x,one,b,w,1,s,c\n", SIMULATED "x,1,m,h,d,r\nx,1,m,h,d,r\n", "there twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a = {0};
        struct accuracy acc;
        struct err e;
        assert_false(load(cases[i].silicon, cases[i].simulated, &a, &acc, &e));
        assert_int_equal(e.code, ERR_FORMAT);
        assert_non_null(strstr(e.text, cases[i].message));
        arena_done(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_and_sums),
        cmocka_unit_test(wrong_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
