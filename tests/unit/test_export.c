/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Exporters against golden files, and what holds for all of them: no line too long, the same
 * bytes from a report that went through its JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reports/export.h"
#include "reports/metrics.h"
#include "tests/unit/report_case.h"

static void write_with(const char *exporter, const struct report *const *reports, size_t n,
                       struct buf *out)
{
    struct err e = {0};
    const struct exporter *x = exporter_find(exporter);
    assert_non_null(x);
    if (!x->write(reports, n, out, &e)) fail_msg("%s", e.text);
}

static void golden_of(const char *exporter, const char *file, bool both)
{
    struct report a, b;
    struct buf out = {0};
    case_join("reference", &a);
    case_join("tinyengine", &b);
    const struct report *list[] = {&a, &b};
    write_with(exporter, both ? list : list + 1, both ? 2 : 1, &out);
    case_golden(file, buf_text(&out));
    buf_done(&out);
    report_done(&a);
    report_done(&b);
}

static void text_of_one_report(void **state)
{
    (void)state;
    golden_of("text", "one.txt", false);
}

static void text_of_two_schedules(void **state)
{
    (void)state;
    golden_of("text", "two.txt", true);
}

/* A firmware that was not built here: functions stand where layers would. */
static void text_of_foreign_firmware(void **state)
{
    struct report_case c;
    struct report r;
    struct err e = {0};
    struct buf out = {0};
    (void)state;
    case_open(&c, "tinyengine");
    c.inputs.ops = c.inputs.plan = c.inputs.size = NULL;
    c.inputs.model_name = c.inputs.schedule = c.inputs.input = NULL;
    c.inputs.model_sha256 = NULL;
    c.inputs.model_bytes = 0;
    c.inputs.stop = "fault";
    c.inputs.stop_text = "bad access to 0x60000000\nin layer_003 at pc 0x08000124";
    assert_true(report_join(&c.inputs, &r, &e));
    static const struct report_count unmodelled[] = {{"0x40005400", 12}, {"0x50050000", 3}};
    r.unmodelled = unmodelled;
    r.unmodelled_count = 2;
    r.provenance.layers = "calls-of:model_invoke";
    const struct report *one = &r;
    write_with("text", &one, 1, &out);
    case_golden("foreign.txt", buf_text(&out));
    buf_done(&out);
    report_done(&r);
    case_close(&c);
}

static void markdown(void **state)
{
    (void)state;
    golden_of("md", "one.md", false);
    golden_of("md", "two.md", true);
}

static void csv(void **state)
{
    (void)state;
    golden_of("csv", "two.csv", true);
}

static void html(void **state)
{
    (void)state;
    golden_of("html", "two.html", true);
}

static void json_of_one_report(void **state)
{
    (void)state;
    golden_of("json", "tinyengine.json", false);
}

static void text_fits_a_terminal(void **state)
{
    struct report r;
    struct buf out = {0};
    (void)state;
    case_join("reference", &r);
    /* A network of a size that does not fit any board, with a long name. */
    struct report_layer *layers = arena_array(&r.arena, r.layer_count, sizeof *layers);
    memcpy(layers, r.layers, r.layer_count * sizeof *layers);
    for (size_t i = 0; i < r.layer_count; i++) {
        layers[i].name = "model/block_17_expand/very/long/name/of/a/layer/conv_2d_117";
        layers[i].cycles = layers[i].macs = 123456789;
        layers[i].live_bytes = layers[i].weights_bytes = 9999999;
    }
    r.layers = layers;
    r.totals.cycles = r.totals.macs = 1234567890;
    r.provenance.flags =
        "-mcpu=cortex-m7 -mthumb -mfpu=fpv5-sp-d16 -mfloat-abi=hard -O3 "
        "-ffunction-sections -fdata-sections -funroll-loops -fno-strict-aliasing";
    const struct report *one = &r;
    write_with("text", &one, 1, &out);
    assert_in_range(case_columns(buf_text(&out)), 60, 100);
    buf_done(&out);
    report_done(&r);
}

/* Every pass of a loop was a layer. */
static void text_leaves_layers_out(void **state)
{
    enum { MANY = 3000 };
    struct report r;
    struct buf out = {0};
    (void)state;
    case_join("reference", &r);
    r.totals.macs = -1;
    struct report_layer *layers = arena_array(&r.arena, MANY, sizeof *layers);
    for (int i = 0; i < MANY; i++) {
        report_init_layer(&layers[i]);
        layers[i].index = i;
        layers[i].name = arena_printf(&r.arena, "pass#%d", i);
        layers[i].op = "";
        layers[i].calls = 1;
        layers[i].cycles = 10;
        layers[i].instructions = 5;
        layers[i].share_percent = 100.0 / MANY;
    }
    r.layers = layers;
    const struct report *one = &r;
    for (size_t n = 200; n <= MANY; n += MANY - 200) {
        r.layer_count = n;
        out.len = 0;
        write_with("text", &one, 1, &out);
        assert_in_range(case_columns(buf_text(&out)), 60, 100);
        assert_non_null(strstr(buf_text(&out), "pass#19 "));
        assert_true((strstr(buf_text(&out), "pass#20 ") != NULL) == (n == 200));
        assert_true((strstr(buf_text(&out), "pass#2989 ") != NULL) == false);
        assert_true((strstr(buf_text(&out), "pass#2990 ") != NULL) == (n == MANY));
        assert_true((strstr(buf_text(&out), "(2970 more, all are in the JSON)") != NULL) ==
                    (n == MANY));
        assert_true((strstr(buf_text(&out), " 29,700 ") != NULL) == (n == MANY)); /* cycles */
        struct json *j = report_json(&r);
        assert_int_equal(json_len(json_get(j, "layers")), n);
        json_free(j);
    }
    buf_done(&out);
    report_done(&r);
}

static void every_exporter_is_stable(void **state)
{
    struct report a, again;
    struct err e = {0};
    size_t n;
    (void)state;
    case_join("tinyengine", &a);
    struct json *j = report_json(&a);
    assert_true(report_read(&again, j, "memory", &e));
    json_free(j);
    const struct exporter *const *all = exporter_all(&n);
    for (size_t i = 0; i < n; i++) {
        struct buf one = {0}, two = {0};
        const struct report *p = &a, *q = &again;
        assert_ptr_equal(exporter_find(all[i]->name), all[i]);
        assert_true(all[i]->write(&p, 1, &one, &e));
        assert_true(all[i]->write(&q, 1, &two, &e));
        assert_string_equal(buf_text(&one), buf_text(&two));
        buf_done(&one);
        buf_done(&two);
    }
    assert_null(exporter_find("docx"));
    report_done(&a);
    report_done(&again);
}

/* What a table is given must not become a cell, a column or a formula. */
static void foreign_names_stay_text(void **state)
{
    struct report r;
    struct buf out = {0};
    (void)state;
    case_join("reference", &r);
    r.model.name = "=cmd,\"x\"";
    struct report_layer *layers = arena_array(&r.arena, r.layer_count, sizeof *layers);
    memcpy(layers, r.layers, r.layer_count * sizeof *layers);
    layers[0].name = "a|b<c>`";
    r.layers = layers;
    const struct report *one = &r;
    write_with("csv", &one, 1, &out);
    assert_non_null(strstr(buf_text(&out), "\n\"'=cmd,\"\"x\"\"\",stm32f746g-disco,"));
    out.len = 0;
    write_with("md", &one, 1, &out);
    assert_non_null(strstr(buf_text(&out), "a\\|b\\<c\\>\\`"));
    buf_done(&out);
    report_done(&r);
}

static void metrics_page_is_current(void **state)
{
    struct buf out = {0};
    (void)state;
    metric_markdown(&out);
    case_golden_file("reports/METRICS.md", buf_text(&out));
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_of_one_report),
        cmocka_unit_test(text_of_two_schedules),
        cmocka_unit_test(text_of_foreign_firmware),
        cmocka_unit_test(html),
        cmocka_unit_test(markdown),
        cmocka_unit_test(csv),
        cmocka_unit_test(json_of_one_report),
        cmocka_unit_test(text_fits_a_terminal),
        cmocka_unit_test(text_leaves_layers_out),
        cmocka_unit_test(every_exporter_is_stable),
        cmocka_unit_test(foreign_names_stay_text),
        cmocka_unit_test(metrics_page_is_current),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
