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

#define FACTS   "anchor,class,board,config,value,unit,uncertainty,source\n"
#define RESULTS "anchor,measured,simulated,low,high,error_percent,image_sha256,date\n"

static bool load(const char *facts, const char *results, struct arena *a, struct accuracy *acc,
                 struct err *e)
{
    static const char *const empty[] = {"coremark.csv", "crypto.csv"};
    char dir[] = "/tmp/mcuscope-test-XXXXXX";
    struct err ignored;
    assert_non_null(mkdtemp(dir));
    for (size_t i = 0; i < 2; i++)
        assert_true(
            file_save(arena_printf(a, "%s/%s", dir, empty[i]), FACTS, strlen(FACTS), e));
    char *path = arena_printf(a, "%s/mlperf-tiny.csv", dir);
    assert_true(file_save(path, facts, strlen(facts), e));
    path = arena_printf(a, "%s/results.csv", dir);
    assert_true(file_save(path, results, strlen(results), e));
    bool ok = accuracy_load(dir, a, acc, e);
    if (ok) { /* what is written again is what was read */
        struct bytes again;
        assert_true(accuracy_save(acc, dir, e));
        assert_true(file_load(path, 0, &again, e));
        assert_string_equal((char *)again.data, results);
        free(again.data);
    }
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
        FACTS
        "x,one,b,\"w, \"\"q\"\"\",1000,u,0.5,s\ny,one,b,w2,200.5,u,0,s\nz,two,b,w3,5,u,0,s\n"
        "stack,three,b,w4,4000,bytes,0.2,s\nq,four,b,w5,1.97,ratio,0.3,s\n",
        RESULTS "x,1000,1020,990,1030,+2.00,h,d\ny,200.5,190.47,190,200,-5.00,h,d\n"
                "stack,4000,4008,4008,4008,+0.20,h,d\nq,1.97,1.9714,1.9714,1.9714,+0.07,h,d\n",
        &a, &acc, &e));
    assert_int_equal(acc.count, 5);
    assert_string_equal(acc.rows[0].config, "w, \"q\"");
    assert_true(accuracy_error(&acc.rows[0]) > 1.999 && accuracy_error(&acc.rows[0]) < 2.001);
    assert_null(acc.rows[2].date);
    accuracy_markdown(&acc, &text);
    assert_non_null(strstr(buf_text(&text), "| one | 2 | 3.50 % | 5.00 % | 1 |\n"));
    assert_non_null(strstr(buf_text(&text), "| two | 0 | not yet | not yet | - |\n"));
    assert_non_null(
        strstr(buf_text(&text), "| 1,000 | 0.5 % | 1,020 | +2.00 % | -1.0 to +3.0 % |"));
    assert_non_null(strstr(buf_text(&text), "| 4,000 B | 0.2 % | 4,008 B | +0.20 % |  | w4 |"));
    assert_non_null(strstr(buf_text(&text), "| three | 1 | 0.20 % | 0.20 % | 1 |\n"));
    assert_non_null(strstr(buf_text(&text), "| 1.970 | 0.3 % | 1.971 | +0.07 % |  | w5 |"));
    buf_done(&text);
    arena_done(&a);
}

static void wrong_files_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *facts, *results, *message;
    } cases[] = {
        {FACTS "x,one,b,w,0,u,0,s\n", RESULTS, "mlperf-tiny.csv:2: cycles '0'"},
        {FACTS "x,one,b,w,many,u,0,s\n", RESULTS, "mlperf-tiny.csv:2: cycles 'many'"},
        {FACTS "x,one,b,w,1,u,much,s\n", RESULTS, "mlperf-tiny.csv:2: uncertainty 'much'"},
        {FACTS "x,one,b,w,1\n", RESULTS, "mlperf-tiny.csv:2: 5 fields, expected 8"},
        {FACTS "x,one,b,w,1,u,0,s\nx,one,b,w,1,u,0,s\n", RESULTS, "anchor x is there twice"},
        {FACTS "x,one,b,w,1,u,0,s\n", RESULTS "y,1,1,1,1,+0.00,h,d\n",
         "y is not among the meas"},
        {FACTS "x,one,b,w,1,u,0,s\n", RESULTS "x,1,1,1,1,+0.00,h,d\nx,1,1,1,1,+0.00,h,d\n",
         "x is there twice"},
        {FACTS "x,one,b,w,1,u,0,s\n", RESULTS "x,2,1,1,1,-50.00,h,d\n",
         "does not follow from 1"},
        {FACTS "x,one,b,w,1,u,0,s\n", RESULTS "x,1,2,2,2,+50.00,h,d\n",
         "does not follow from 1"},
        {FACTS "x,one,b,w,1,u,0,s\n", RESULTS "x,1,1,2,3,+0.00,h,d\n", "is not around 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a = {0};
        struct accuracy acc;
        struct err e;
        assert_false(load(cases[i].facts, cases[i].results, &a, &acc, &e));
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
