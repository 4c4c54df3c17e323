/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The gate's truth table: what passes, what fails, and what is an error and never a pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "reports/gate.h"
#include "tests/unit/report_case.h"

/* The baseline, and a report that is worse by the figures given. */
static void pair(struct report *base, struct report *now, int64_t more_sram,
                 int64_t more_cycles)
{
    case_join("tinyengine", base);
    case_join("tinyengine", now);
    now->sram.scratch_bytes += more_sram;
    now->sram.arena_bytes += more_sram;
    now->sram.bss_bytes += more_sram;
    now->sram.static_bytes += more_sram;
    now->sram.peak_bytes += more_sram;
    struct report_layer *layers = arena_array(&now->arena, now->layer_count, sizeof *layers);
    int64_t *causes = arena_array(&now->arena, now->cause_count, sizeof *causes);
    memcpy(layers, now->layers, now->layer_count * sizeof *layers);
    memcpy(causes, layers[3].causes, now->cause_count * sizeof *causes);
    for (size_t i = 0; i < now->cause_count; i++)
        if (!strcmp(now->causes[i].name, "dcache")) causes[i] += more_cycles;
    layers[3].causes = causes;
    layers[3].cycles += more_cycles;
    layers[3].scratch_bytes += more_sram;
    layers[3].live_bytes += more_sram;
    now->layers = layers;
    now->totals.cycles += more_cycles;
}

static enum err_code verdict(int64_t more_sram, int64_t more_cycles, bool baseline,
                             const char *limits)
{
    struct report base, now;
    struct gate_result g;
    struct err e = {0};
    pair(&base, &now, more_sram, more_cycles);
    bool ok = gate_run(&now, baseline ? &base : NULL, limits, &g, &e);
    assert_int_equal(ok, e.code == ERR_NONE);
    assert_int_equal(e.code == ERR_GATE,
                     g.failed > 0 && e.code != ERR_USAGE && e.code != ERR_MISSING);
    gate_done(&g);
    report_done(&base);
    report_done(&now);
    return e.code;
}

static void truth_table(void **state)
{
    static const struct {
        int64_t more_sram, more_cycles;
        bool baseline;
        enum err_code code;
        const char *limits;
    } rows[] = {
        {0, 0, true, ERR_NONE, NULL},
        {1, 0, true, ERR_GATE, NULL},      /* SRAM's own tolerance is 0 */
        {0, 7505, true, ERR_NONE, NULL},   /* cycles' own tolerance is 2 % */
        {0, 750567, true, ERR_GATE, NULL}, /* 10 % */
        {0, 0, true, ERR_NONE, "sram.peak=0%"},
        {1, 0, true, ERR_GATE, "sram.peak=0%"},
        {-1, 0, true, ERR_NONE, "sram.peak=0%"},
        {1, 0, true, ERR_NONE, "sram.peak=1%"},
        {912, 0, true, ERR_NONE, "sram.peak=1%"}, /* 91,204 + 912.04 */
        {913, 0, true, ERR_GATE, "sram.peak=1%"},
        {1, 0, true, ERR_GATE, "memory.sram.peak_bytes=0%"},
        {0, 1, true, ERR_GATE, "cycles.total=0%"},
        {0, 1, true, ERR_NONE, "cycles.total=2%"},
        {0, -1, true, ERR_NONE, "cycles.total=0%"},
        {0, 0, false, ERR_NONE, "sram.peak<=91204"},
        {0, 0, false, ERR_GATE, "sram.peak<=91203"},
        {0, 0, false, ERR_NONE, " sram.peak <= 90 KiB "},
        {0, 0, false, ERR_GATE, "sram.peak<=89KiB"},
        {0, 0, false, ERR_NONE, "sram.unused>=236476"},
        {0, 0, false, ERR_GATE, "sram.unused>=236477"},
        {0, 0, true, ERR_NONE, "sram.peak=0%|262144"},
        {0, 0, true, ERR_GATE, "sram.peak=0%|1000"},
        {5, 0, true, ERR_NONE, "sram.peak=1%, cycles.total=2% ,sram.peak<=262144"},
        {5, 9, true, ERR_GATE, "cycles.total=0%,sram.peak=1%"},
        {0, 9, true, ERR_NONE, "macs=0%"},
        {0, 100, true, ERR_NONE, "layer.*.cycles=5%"},
        {0, 100, true, ERR_GATE, "layer.conv_2d_7.cycles=0%"},
        {0, 100, true, ERR_NONE, "layer.conv_2d_1.cycles=0%"},
        {0, 100, true, ERR_NONE, "layer.conv_*.cycles<=3000000"},
        {0, 100, true, ERR_GATE, "layer.conv_*.cycles<=1000000"},
        {0, 0, false, ERR_NONE, "layer.*.cycles_per_mac<=300"},
        /* errors, never a pass */
        {0, 0, false, ERR_MISSING, NULL},
        {0, 0, false, ERR_MISSING, "sram.peak=0%"},
        {0, 0, false, ERR_MISSING, "layer.*.cycles=5%"},
        {0, 0, true, ERR_MISSING, "cycles.high=1%"}, /* the reports have none */
        {0, 0, true, ERR_USAGE, "sram.top=0%"},
        {0, 0, true, ERR_USAGE, "sram.peak"},
        {0, 0, true, ERR_USAGE, "sram.peak=5"},
        {0, 0, true, ERR_USAGE, "sram.peak=-5%"},
        {0, 0, true, ERR_USAGE, "sram.peak=nan%"},
        {0, 0, true, ERR_USAGE, "sram.peak=0x10%"},
        {0, 0, true, ERR_USAGE, "sram.peak<262144"},
        {0, 0, true, ERR_USAGE, "sram.peak<="},
        {0, 0, true, ERR_USAGE, "sram.peak<=1e99"},
        {0, 0, true, ERR_USAGE, "sram.peak<=12parsecs"},
        {0, 0, true, ERR_USAGE, "=5%"},
        {0, 0, true, ERR_USAGE, "sram.peak=0%,,cycles.total=0%"},
        {0, 0, true, ERR_USAGE, "sram.peak=0%,"},
        {0, 0, true, ERR_USAGE, "layer.nothing*.cycles=5%"},
        {0, 0, true, ERR_USAGE, "layer.*.peak_bytes=5%"},
        {0, 0, true, ERR_USAGE, "layer.cycles=5%"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum err_code got =
            verdict(rows[i].more_sram, rows[i].more_cycles, rows[i].baseline, rows[i].limits);
        if (got != rows[i].code)
            fail_msg("row %zu \"%s\": %s, expected %s", i, rows[i].limits ? rows[i].limits : "",
                     err_name(got), err_name(rows[i].code));
    }
}

static void foreign_baseline(void **state)
{
    struct report base, now;
    struct gate_result g;
    struct err e;
    (void)state;
    pair(&base, &now, 0, 0);
    const char **fields[] = {&base.model.name, &base.board.name, &base.schedule, &base.kind};
    for (size_t i = 0; i < 4; i++) {
        const char *was = *fields[i];
        *fields[i] = "other";
        assert_false(gate_run(&now, &base, "sram.peak=0%", &g, &e));
        assert_int_equal(e.code, ERR_UNSUPPORTED);
        assert_int_equal(err_exit(e.code), 2);
        assert_non_null(strstr(e.text, "other"));
        gate_done(&g);
        *fields[i] = was;
    }
    /* Another build of the same model is what a gate is for: a note, no error. */
    base.provenance.compiler = "gcc 1";
    base.provenance.timing_version = "0";
    assert_true(gate_run(&now, &base, "sram.peak=0%", &g, &e));
    assert_non_null(strstr(g.setup, "compiler: gcc 1"));
    assert_non_null(strstr(g.setup, "timing model version: 0 -> 1"));
    gate_done(&g);
    report_done(&base);
    report_done(&now);
}

static void failed_run_never_passes(void **state)
{
    struct report base, now;
    struct gate_result g;
    struct err e;
    (void)state;
    pair(&base, &now, 0, 0);
    now.run.stop = "fault";
    now.run.stop_text = "bad access in layer_003";
    assert_false(gate_run(&now, &base, "sram.peak=0%", &g, &e));
    assert_int_equal(e.code, ERR_FAULT);
    assert_int_equal(err_exit(e.code), 3);
    assert_non_null(strstr(e.text, "layer_003"));
    gate_done(&g);
    assert_false(gate_run(&now, NULL, "sram.peak<=999999", &g, &e));
    assert_int_equal(e.code, ERR_FAULT);
    gate_done(&g);
    now.run.stop = "exit";
    base.run.stop = "max_cycles";
    assert_false(gate_run(&now, &base, "sram.peak=0%", &g, &e));
    assert_int_equal(e.code, ERR_UNSUPPORTED);
    gate_done(&g);
    report_done(&base);
    report_done(&now);
}

static void a_new_layer_is_not_passed_over(void **state)
{
    struct report base, now;
    struct gate_result g;
    struct err e;
    (void)state;
    pair(&base, &now, 0, 0);
    base.layer_count--;
    assert_false(gate_run(&now, &base, "layer.*.cycles=5%", &g, &e));
    assert_int_equal(e.code, ERR_GATE);
    assert_int_equal(g.failed, 1);
    gate_done(&g);
    report_done(&base);
    report_done(&now);
}

static void corrupt_baseline_is_no_baseline(void **state)
{
    struct report r;
    struct err e;
    (void)state;
    assert_false(report_load(&r, CASE_DIR "nothing.json", &e));
    assert_int_equal(err_exit(e.code), 2);
    assert_false(report_load(&r, CASE_DIR "one.txt", &e));
    assert_int_equal(e.code, ERR_FORMAT);
    assert_false(report_load(&r, CASE_DIR "tinyengine/profile.json", &e));
    assert_int_equal(e.code, ERR_FORMAT);
}

static void writers(void **state)
{
    static const char *const golden[] = {"gate.txt", "gate.md", "gate.xml", "gate.json"};
    struct report base, now;
    struct gate_result g;
    struct err e;
    size_t n;
    (void)state;
    pair(&base, &now, 1536, 231000);
    assert_false(gate_run(&now, &base,
                          "cycles.total=2%,sram.peak=0%,sram.peak<=262144,macs=0%,"
                          "layer.conv_2d_7.cycles=5%",
                          &g, &e));
    assert_int_equal(e.code, ERR_GATE);
    assert_int_equal(g.count, 5);
    assert_int_equal(g.failed, 3);
    const struct gate_writer *all = gate_writers(&n);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) {
        struct buf out = {0};
        assert_ptr_equal(gate_writer_find(all[i].name), &all[i]);
        all[i].write(&g, &out);
        case_golden(golden[i], buf_text(&out));
        buf_done(&out);
    }
    assert_null(gate_writer_find("sarif"));
    gate_done(&g);
    report_done(&base);
    report_done(&now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truth_table),
        cmocka_unit_test(foreign_baseline),
        cmocka_unit_test(failed_run_never_passes),
        cmocka_unit_test(a_new_layer_is_not_passed_over),
        cmocka_unit_test(corrupt_baseline_is_no_baseline),
        cmocka_unit_test(writers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
