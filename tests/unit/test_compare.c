/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Comparison against golden files, its order, and layers that only one side has. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "reports/compare.h"
#include "reports/explain.h"
#include "reports/metrics.h"
#include "tests/unit/report_case.h"

static void two_schedules(void **state)
{
    struct report a, b;
    struct err e = {0};
    struct buf out = {0};
    (void)state;
    case_join("reference", &a);
    case_join("tinyengine", &b);
    const struct report *list[] = {&a, &b};
    assert_true(compare_write(list, 2, COMPARE_TEXT, &out, &e));
    assert_in_range(case_columns(buf_text(&out)), 60, 110);
    case_golden("compare.txt", buf_text(&out));
    out.len = 0;
    assert_true(compare_write(list, 2, COMPARE_MARKDOWN, &out, &e));
    case_golden("compare.md", buf_text(&out));
    buf_done(&out);
    report_done(&a);
    report_done(&b);
}

static void equal_reports_have_no_differences(void **state)
{
    struct report a, b;
    struct err e = {0};
    struct buf out = {0};
    (void)state;
    case_join("reference", &a);
    case_join("reference", &b);
    const struct report *list[] = {&a, &b, &a};
    assert_true(compare_write(list, 3, COMPARE_TEXT, &out, &e));
    assert_non_null(strstr(buf_text(&out), "11 layers unchanged"));
    assert_null(strstr(buf_text(&out), "difference"));
    buf_done(&out);
    report_done(&a);
    report_done(&b);
}

/* A layer that is gone and one that is new: both are shown, the biggest first. */
static void layers_come_and_go(void **state)
{
    struct report a, b;
    struct err e = {0};
    struct buf out = {0};
    (void)state;
    case_join("reference", &a);
    case_join("reference", &b);
    struct report_layer *layers = arena_array(&b.arena, b.layer_count, sizeof *layers);
    memcpy(layers, b.layers, b.layer_count * sizeof *layers);
    layers[0].name = "conv_2d_90";
    layers[0].index = 90;
    layers[4].cycles += 1000;
    b.layers = layers;
    const struct report *list[] = {&a, &b};
    assert_true(compare_write(list, 2, COMPARE_TEXT, &out, &e));
    const char *text = buf_text(&out);
    const char *gone = strstr(text, "conv_2d_1 "), *new = strstr(text, "conv_2d_90 ");
    const char *more = strstr(text, "depthwise_conv_2d_9 ");
    assert_non_null(gone);
    assert_non_null(new);
    assert_non_null(more);
    assert_true(gone < more && new < more);
    assert_non_null(strstr(text, "+1,000"));
    assert_non_null(strstr(text, "9 layers unchanged"));
    buf_done(&out);
    report_done(&a);
    report_done(&b);
}

static void one_report_is_not_a_comparison(void **state)
{
    struct report a;
    struct err e = {0};
    struct buf out = {0};
    (void)state;
    case_join("reference", &a);
    const struct report *list[17];
    for (size_t i = 0; i < 17; i++)
        list[i] = &a;
    assert_false(compare_write(list, 1, COMPARE_TEXT, &out, &e));
    assert_int_equal(e.code, ERR_UNSUPPORTED);
    assert_false(compare_write(list, 17, COMPARE_TEXT, &out, &e));
    assert_int_equal(e.code, ERR_UNSUPPORTED);
    report_done(&a);
    buf_done(&out);
}

static void explanations_name_layer_and_cause(void **state)
{
    struct report a, b;
    (void)state;
    case_join("reference", &a);
    case_join("tinyengine", &b);
    const char *cycles = explain_metric(&a.arena, metric_find("cycles.total"), &a, &b);
    assert_non_null(cycles);
    assert_true(!strncmp(cycles, "conv_2d_1 -", 11)); /* the largest change */
    assert_non_null(strstr(cycles, "(issue -"));
    const char *sram = explain_metric(&a.arena, metric_find("sram.peak"), &a, &b);
    assert_non_null(strstr(sram, "sram.activations -6,400"));
    assert_non_null(strstr(sram, "sram.scratch +640"));
    assert_null(explain_metric(&a.arena, metric_find("macs"), &a, &b));
    assert_non_null(strstr(explain_setup(&a.arena, &a, &b), "flags: "));
    assert_null(explain_setup(&a.arena, &a, &a));
    report_done(&a);
    report_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_schedules),
        cmocka_unit_test(equal_reports_have_no_differences),
        cmocka_unit_test(layers_come_and_go),
        cmocka_unit_test(one_report_is_not_a_comparison),
        cmocka_unit_test(explanations_name_layer_and_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
