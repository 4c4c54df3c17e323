/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The picture: its data against a golden file, gnuplot's two outputs, names that try to be
 * code, and a machine without gnuplot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/plot/plot.h"
#include "tests/unit/report_case.h"
#include "tools/base/file.h"
#include "tools/base/proc.h"

static char dir[] = "/tmp/mcuscope-plot-XXXXXX";

static char *load(const char *name, size_t *len)
{
    char path[128];
    struct err e = {0};
    struct bytes b;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (!file_load(path, 0, &b, &e)) fail_msg("%s", e.text);
    *len = b.len;
    return (char *)b.data;
}

static void data_is_as_expected(void **state)
{
    struct report r;
    struct err e = {0};
    size_t n;
    (void)state;
    case_join("tinyengine", &r);
    plot_layers(&r, dir, &e); /* the data is written with or without gnuplot */
    char *data = load("layers.dat", &n);
    case_golden("layers.dat", data);
    free(data);
    report_done(&r);
}

static void draws_svg_and_png(void **state)
{
    struct report r;
    struct err e = {0};
    size_t n;
    (void)state;
    if (!proc_found("gnuplot")) {
        print_message("skipped: gnuplot is not installed\n");
        return;
    }
    case_join("tinyengine", &r);
    if (!plot_layers(&r, dir, &e)) fail_msg("%s", e.text);
    char *svg = load("layers.svg", &n);
    assert_non_null(strstr(svg, "depthwise_conv_2d_3"));
    assert_non_null(strstr(svg, "small-vww on stm32f746g-disco, tinyengine"));
    assert_non_null(strstr(svg, "</svg>"));
    free(svg);
    char *png = load("layers.png", &n);
    assert_true(n > 5000);
    assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
    free(png);
    report_done(&r);
}

static void names_are_not_code(void **state)
{
    struct report r;
    struct err e = {0};
    char evil[160], proof[64];
    size_t n;
    (void)state;
    case_join("tinyengine", &r);
    snprintf(proof, sizeof proof, "%s/proof", dir);
    snprintf(evil, sizeof evil, "x'; system('touch %s'); #\"`touch %s`\\", proof, proof);
    struct report_layer *layers = arena_array(&r.arena, r.layer_count, sizeof *layers);
    memcpy(layers, r.layers, r.layer_count * sizeof *layers);
    layers[0].name = "\"`id`\\042@{}";
    r.layers = layers;
    r.model.name = evil;
    bool ok = plot_layers(&r, dir, &e);
    if (!ok && e.code != ERR_MISSING) fail_msg("%s", e.text);
    assert_false(file_exists(proof));
    char *script = load("layers.gp", &n);
    assert_non_null(strstr(script, "title = 'x''; system(''touch "));
    free(script);
    report_done(&r);
}

static void without_gnuplot(void **state)
{
    struct report r;
    struct err e = {0};
    (void)state;
    const char *was = getenv("PATH");
    char *path = strdup(was ? was : "");
    case_join("tinyengine", &r);
    setenv("PATH", "/nonexistent", 1);
    bool ok = plot_layers(&r, dir, &e);
    setenv("PATH", path, 1);
    assert_false(ok);
    assert_int_equal(e.code, ERR_MISSING);
    assert_non_null(strstr(e.text, "apt install gnuplot-nox"));
    r.layer_count = 0;
    assert_false(plot_layers(&r, dir, &e));
    assert_int_equal(e.code, ERR_UNSUPPORTED);
    free(path);
    report_done(&r);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : 1;
}

static int drop_folder(void **state)
{
    static const char *const files[] = {"layers.dat", "layers.gp", "layers.svg", "layers.png"};
    char path[128];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_is_as_expected),
        cmocka_unit_test(draws_svg_and_png),
        cmocka_unit_test(names_are_not_code),
        cmocka_unit_test(without_gnuplot),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
