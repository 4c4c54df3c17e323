/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Joining, sums, the JSON there and back, its schema, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/metrics.h"
#include "reports/views.h"
#include "tests/unit/report_case.h"

/* ---- joining ---- */

static void layers_and_the_rest_are_the_total(void **state)
{
    static const char *const schedules[] = {"reference", "tinyengine"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct report r;
        int64_t cycles = 0, instructions = 0;
        case_join(schedules[i], &r);
        for (size_t k = 0; k < r.layer_count; k++) {
            int64_t causes = 0;
            for (size_t c = 0; c < r.cause_count; c++)
                causes += r.layers[k].causes[c];
            assert_int_equal(causes, r.layers[k].cycles);
            cycles += r.layers[k].cycles;
            instructions += r.layers[k].instructions;
        }
        assert_int_equal(cycles + r.overhead.cycles, r.totals.cycles);
        assert_int_equal(instructions + r.overhead.instructions, r.totals.instructions);
        assert_int_equal(r.totals.cycles + r.outside.cycles, r.run.cycles);
        assert_int_equal(r.overhead.cycles, 143);
        assert_int_equal(r.outside.cycles, 98765);
        report_done(&r);
    }
}

static void figures_of_the_case(void **state)
{
    struct report r;
    (void)state;
    case_join("tinyengine", &r);
    assert_string_equal(r.kind, "simulated");
    assert_int_equal(r.layer_count, 11);
    assert_int_equal(r.layers[3].index, 7);  /* the model's op, not the place in the list */
    assert_int_equal(r.layers[8].cycles, 0); /* RESHAPE has no code */
    assert_int_equal(r.totals.macs, 2912032);
    assert_int_equal(r.sram.arena_bytes, 90240);
    assert_int_equal(r.sram.activation_bytes, 89600);
    assert_int_equal(r.sram.scratch_bytes, 640);
    assert_int_equal(r.sram.static_bytes, 90240 + 44 + 208);
    assert_int_equal(r.sram.peak_bytes, 90240 + 44 + 208 + 712);
    assert_int_equal(r.sram.unused_bytes, 327680 - r.sram.peak_bytes);
    assert_int_equal(r.flash.total_bytes, r.flash.code_bytes + 4168 + r.flash.other_bytes);
    assert_int_equal(r.layers[3].live_bytes, 12800 + 76800);
    assert_string_equal(r.peak_layer, "conv_2d_7");
    assert_string_equal(r.output.crc32, "5dccaf25");
    assert_string_equal(r.output.bytes_hex, "09f5");
    assert_true(r.totals.time_ms > 0 && r.totals.cycles_per_mac > 1);
    assert_true(r.simulation.mips > 0);
    report_done(&r);
}

static void reproducible_reports_leave_the_host_out(void **state)
{
    struct report_case c;
    struct report r;
    struct err e = {0};
    (void)state;
    case_open(&c, "reference");
    c.inputs.reproducible = true;
    assert_true(report_join(&c.inputs, &r, &e));
    struct json *j = report_json(&r);
    assert_null(json_get(j, "simulation"));
    json_free(j);
    report_done(&r);
    case_close(&c);
}

/* analyze: no run, so no cycles, but the plan and the MACs. */
static void without_a_run_it_is_an_estimate(void **state)
{
    struct report_case c;
    struct report r;
    struct err e = {0};
    (void)state;
    case_open(&c, "reference");
    c.inputs.profile = NULL;
    c.inputs.output = NULL;
    assert_true(report_join(&c.inputs, &r, &e));
    assert_string_equal(r.kind, "estimated");
    assert_int_equal(r.totals.cycles, REPORT_NONE);
    assert_int_equal(r.totals.macs, 2912032);
    assert_int_equal(r.sram.arena_bytes, 96000);
    assert_null(r.run.stop);
    assert_false(report_good(&r));
    struct json *j = report_json(&r);
    assert_null(json_get(j, "totals.cycles"));
    assert_null(json_get(j, "run"));
    json_free(j);
    report_done(&r);
    case_close(&c);
}

static void open_foreign(struct report_case *c)
{
    case_open(c, "reference");
    c->inputs.ops = c->inputs.plan = c->inputs.size = NULL;
    c->inputs.model_name = c->inputs.schedule = NULL;
}

/* run: somebody else's firmware without layers; all cycles are the total. */
static void foreign_firmware_is_all_total(void **state)
{
    struct report_case c;
    struct report r;
    struct err e = {0};
    (void)state;
    open_foreign(&c);
    json_set(c.profile, "layers", json_new_array());
    assert_true(report_join(&c.inputs, &r, &e));
    assert_string_equal(r.model.name, "-");
    assert_int_equal(r.totals.cycles, r.run.cycles);
    assert_int_equal(r.layer_count, 0);
    assert_int_equal(r.sram.arena_bytes, REPORT_NONE);
    assert_true(r.sram.peak_bytes > 0);
    report_done(&r);
    case_close(&c);
}

/* … with layers: those of the profile. The inference is one function's calls, or is not known:
 * then "(rest)" is between the layers and nothing is outside. */
static void foreign_layers_add_up(void **state)
{
    struct report_case c;
    struct report r;
    struct err e = {0};
    (void)state;
    open_foreign(&c);
    struct json *rules = json_set(c.profile, "layer_rules", json_new_array());
    json_push_str(rules, "calls-of:model_invoke");
    size_t rows = json_len(json_get(c.profile, "layers"));
    for (int known = 0; known < 2; known++) {
        c.inputs.invoke_symbol = known ? "model_invoke" : "no_such_function";
        if (!report_join(&c.inputs, &r, &e)) fail_msg("%s", e.text);
        int64_t cycles = r.overhead.cycles;
        for (size_t i = 0; i < r.layer_count; i++)
            cycles += r.layers[i].cycles;
        assert_int_equal(r.layer_count, rows - (known ? 2 : 1));
        assert_int_equal(cycles, r.totals.cycles);
        assert_int_equal(r.totals.cycles + r.outside.cycles, r.run.cycles);
        assert_int_equal(r.outside.cycles == 0, !known);
        assert_int_equal(r.layers[0].macs, REPORT_NONE);
        assert_int_equal(r.totals.macs, REPORT_NONE);
        assert_string_equal(r.provenance.layers, "calls-of:model_invoke");
        struct json *j = report_json(&r); /* and reads what it writes */
        struct report again;
        if (!report_read(&again, j, "again", &e)) fail_msg("%s", e.text);
        assert_int_equal(again.layer_count, r.layer_count);
        report_done(&again);
        json_free(j);
        report_done(&r);
    }
    case_close(&c);
}

static void set_int(struct json *j, const char *parent, const char *key, int64_t v)
{
    struct json *o = parent ? json_get(j, parent) : j;
    assert_non_null(o);
    json_set_int(o, key, v);
}

static void refuses(struct report_case *c, enum err_code code, const char *says)
{
    struct report r;
    struct err e = {0};
    assert_false(report_join(&c->inputs, &r, &e));
    assert_int_equal(e.code, code);
    if (!strstr(e.text, says)) fail_msg("\"%s\" does not say \"%s\"", e.text, says);
    case_close(c);
}

static void join_refuses_what_does_not_add_up(void **state)
{
    struct report_case c;
    (void)state;
    case_open(&c, "reference");
    set_int(c.profile, "total", "cycles", 5);
    refuses(&c, ERR_INTERNAL, "the whole run 5");
    case_open(&c, "reference");
    json_set_int(json_at(json_get(c.profile, "layers"), 0), "cycles", 7);
    refuses(&c, ERR_INTERNAL, "(rest)");
    case_open(&c, "reference");
    json_set_int(json_get(json_at(json_get(c.profile, "layers"), 0), "causes"), "bus", 7);
    refuses(&c, ERR_INTERNAL, "conv_2d_1");
    case_open(&c, "reference");
    set_int(c.profile, "memory", "bss_bytes", 10);
    refuses(&c, ERR_INTERNAL, "arena");
    case_open(&c, "reference");
    json_set_int(json_at(json_get(c.profile, "regions"), 1), "static_bytes", 1);
    refuses(&c, ERR_INTERNAL, "static_bytes");
    case_open(&c, "reference");
    set_int(c.profile, "memory", "flash_bytes", 100);
    refuses(&c, ERR_INTERNAL, "flash holds 100");
}

static void join_refuses_what_is_missing(void **state)
{
    struct report_case c;
    (void)state;
    case_open(&c, "reference");
    json_del(json_get(c.profile, "memory"), "stack_peak_bytes");
    refuses(&c, ERR_FORMAT, "stack_peak_bytes");
    case_open(&c, "reference");
    json_del(json_at(c.ops, 3), "macs");
    refuses(&c, ERR_FORMAT, "ops.json: \"macs\"");
    case_open(&c, "reference");
    json_set_str(json_at(c.ops, 3), "symbol", "layer_other");
    refuses(&c, ERR_FORMAT, "layer_other");
    case_open(&c, "reference");
    json_set_str(c.plan, "arena_bytes", "many");
    refuses(&c, ERR_FORMAT, "plan.json: \"arena_bytes\"");
}

static void a_report_is_about_one_inference(void **state)
{
    struct report_case c;
    (void)state;
    case_open(&c, "reference");
    struct json *rows = json_get(c.profile, "layers");
    for (size_t i = 0; i < json_len(rows); i++)
        if (!strcmp(json_str(json_get(json_at(rows, i), "name"), ""), "model_invoke"))
            json_set_int(json_at(rows, i), "calls", 2);
    refuses(&c, ERR_UNSUPPORTED, "2 inferences");
}

static void warns_of_what_lowers_trust(void **state)
{
    struct report_case c;
    struct report r;
    struct err e = {0};
    struct buf all = {0};
    (void)state;
    case_open(&c, "tinyengine");
    json_set_str(json_get(c.profile, "timing"), "name", "instruction-count");
    json_set_int(c.profile, "hclk_hz", 16000000);
    c.inputs.stop = "max_cycles";
    c.inputs.stop_text = "the cycle limit was reached\nin layer_003";
    assert_true(report_join(&c.inputs, &r, &e));
    for (size_t i = 0; i < r.warning_count; i++)
        buf_printf(&all, "%s\n", r.warnings[i]);
    assert_non_null(strstr(buf_text(&all), "did not end well (max_cycles)"));
    assert_non_null(strstr(buf_text(&all), "instruction counts"));
    assert_non_null(strstr(buf_text(&all), "16.000 MHz"));
    assert_non_null(strstr(buf_text(&all), "15 instructions of 2 kinds"));
    assert_false(report_good(&r));
    buf_done(&all);
    report_done(&r);
    case_close(&c);
}

/* ---- JSON there and back ---- */

static void json_there_and_back(void **state)
{
    struct report r, again;
    struct err e = {0};
    (void)state;
    case_join("tinyengine", &r);
    struct json *one = report_json(&r);
    assert_true(report_read(&again, one, "memory", &e));
    struct json *two = report_json(&again);
    char *a = json_text(one), *b = json_text(two);
    assert_string_equal(a, b);
    free(a);
    free(b);
    json_free(one);
    json_free(two);
    report_done(&r);
    report_done(&again);
}

static void golden_report_loads(void **state)
{
    struct report r;
    struct err e = {0};
    (void)state;
    if (!report_load(&r, CASE_DIR "tinyengine.json", &e)) fail_msg("%s", e.text);
    assert_string_equal(r.schedule, "tinyengine");
    assert_true(report_verify(&r, &e));
    report_done(&r);
}

/* One change of the golden report, and what must be said. */
static void change_is_refused(const char *from, const char *to, const char *says)
{
    struct report r;
    struct err e = {0};
    struct json *j = json_load(CASE_DIR "tinyengine.json", &e);
    char *text = json_text(j), *at = strstr(text, from);
    json_free(j);
    if (!at) fail_msg("no %s", from);
    struct buf b = {0};
    buf_add(&b, text, (size_t)(at - text));
    buf_puts(&b, to);
    buf_puts(&b, at + strlen(from));
    j = json_parse(b.data, b.len, "x.json", &e);
    if (!j || report_read(&r, j, "x.json", &e)) fail_msg("accepted: %s", to);
    assert_int_equal(e.code, ERR_FORMAT);
    if (!strstr(e.text, says) || !strstr(e.text, "x.json"))
        fail_msg("\"%s\" does not say \"%s\"", e.text, says);
    json_free(j);
    buf_done(&b);
    free(text);
}

static void foreign_json_is_refused(void **state)
{
    struct report r;
    struct err e = {0};
    struct json *list = json_new_array();
    (void)state;
    assert_false(report_read(&r, list, "x.json", &e));
    assert_non_null(strstr(e.text, "list of 0 reports"));
    json_free(list);
    change_is_refused("\"schema\": \"mcuscope-report\"", "\"schema\": \"other\"", "schema");
    change_is_refused("\"schema_version\": 1", "\"schema_version\": 2", "schema_version is 2");
    change_is_refused("\"schedule\": \"tinyengine\"", "\"schedule\": 7", "schedule");
    change_is_refused("\"name\": \"conv_2d_1\"", "\"name\": \"a\\u001b[2J\"", "layers[0].name");
    change_is_refused("\"name\": \"conv_2d_1\"", "\"name\": \"a\\nb\"", "layers[0].name");
    change_is_refused("\"op\": \"CONV_2D\"", "\"op\": null", "layers[0].op");
    change_is_refused("\"index\": 1,", "\"index\": -1,", "layers[0].index");
    change_is_refused("\"index\": 1,", "\"index\": 1e300,", "layers[0].index");
    change_is_refused("\"index\": 1,", "\"index\": 1.5,", "layers[0].index");
    change_is_refused("\"peak_bytes\": ", "\"peak_bytes\": 1", "peak_bytes");
    change_is_refused("\"macs\": 1382400", "\"macs\": \"many\"", "layers[0].macs");
    change_is_refused("\"issue\": ", "\"oops\": 0, \"issue\": 1", "x.json");
    change_is_refused("\"warnings\": [", "\"warnings\": [ 3, ", "warnings");
    change_is_refused("\"layers\": [", "\"layers\": 3, \"others\": [", "layers");
    change_is_refused("\"layers\": [", "\"layers\": [ 3, ", "layers[0]");
}

/* ---- the schema ---- */

static const struct json *resolve(const struct json *schema, const struct json *s)
{
    const char *ref = json_str(json_get(s, "$ref"), NULL);
    if (!ref) return s;
    return json_get(json_get(schema, "$defs"), ref + strlen("#/$defs/"));
}

/* Every key of a value is in the schema; every property of the schema is met at least once:
 * what was met is counted in `met`. */
static void walk(const struct json *root, const struct json *s, const struct json *v,
                 const char *path, struct json *met)
{
    char where[256];
    s = resolve(root, s);
    assert_non_null(s);
    const char *type = json_str(json_get(s, "type"), NULL);
    json_set_bool(met, path, true);
    if (type && !strcmp(type, "object")) {
        const struct json *more = json_get(s, "additionalProperties");
        assert_true(json_is_object(v));
        for (size_t i = 0; i < json_len(v); i++) {
            const char *key = json_key_at(v, i);
            const struct json *p = json_get(json_get(s, "properties"), key);
            snprintf(where, sizeof where, "%s/%s", path, p ? key : "*");
            if (!p) p = more;
            if (!p) fail_msg("%s/%s is not in the schema", path, key);
            walk(root, p, json_value_at(v, i), where, met);
        }
        const struct json *need = json_get(s, "required");
        for (size_t i = 0; i < json_len(need); i++)
            if (!json_get(v, json_str(json_at(need, i), "")))
                fail_msg("%s has no %s", path, json_str(json_at(need, i), ""));
    } else if (type && !strcmp(type, "array")) {
        assert_true(json_is_array(v));
        snprintf(where, sizeof where, "%s[]", path);
        for (size_t i = 0; i < json_len(v); i++)
            walk(root, json_get(s, "items"), json_at(v, i), where, met);
    } else if (type && !strcmp(type, "string")) {
        assert_true(json_is_string(v));
    } else if (type && (!strcmp(type, "integer") || !strcmp(type, "number"))) {
        if (!json_is_number(v)) fail_msg("%s is not a number", path);
    }
}

static void every_property_is_met(const struct json *root, const struct json *s,
                                  const char *path, const struct json *met)
{
    char where[256];
    s = resolve(root, s);
    const struct json *properties = json_get(s, "properties");
    /* met's keys hold '/' but no '.', so json_get() takes them whole. */
    if (*path && !json_get(met, path)) fail_msg("%s is in the schema, but never written", path);
    for (size_t i = 0; i < json_len(properties); i++) {
        snprintf(where, sizeof where, "%s/%s", path, json_key_at(properties, i));
        every_property_is_met(root, json_value_at(properties, i), where, met);
    }
    if (json_get(s, "items")) {
        snprintf(where, sizeof where, "%s[]", path);
        every_property_is_met(root, json_get(s, "items"), where, met);
    }
}

/* A report in which every field has a value. */
static void fill(struct report *r)
{
    static const struct report_count unmodelled[] = {{"0x40001000", 2}};
    case_join("tinyengine", r);
    r->run.stop_text = "text";
    r->provenance.layers = "auto";
    r->totals.cycles_low = 1;
    r->totals.cycles_high = 2;
    static const struct report_function function[] = {{.name = "f",
                                                       .symbol = "_Z1fv",
                                                       .inclusive_cycles = 3,
                                                       .stall = "operand",
                                                       .stall_cycles = 1}};
    r->functions = function;
    r->function_count = 1;
    r->unmodelled = unmodelled;
    r->unmodelled_count = 1;
}

static void schema_and_json_agree(void **state)
{
    struct report r;
    struct err e = {0};
    (void)state;
    struct json *schema = json_load("reports/schema/report-1.schema.json", &e);
    if (!schema) fail_msg("%s", e.text);
    fill(&r);
    struct json *j = report_json(&r), *met = json_new_object();
    walk(schema, schema, j, "", met);
    every_property_is_met(schema, schema, "", met);
    json_free(met);
    json_free(j);
    json_free(schema);
    report_done(&r);
}

/* A cause of the simulator without a phrase here would be shown by its bare name. */
static void every_cause_has_a_phrase(void **state)
{
    static const char *const words[] = {
#define CAUSE(name, word, text) word,
#include "sim/timing/causes.def"
#undef CAUSE
    };
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof(char *); i++) {
        if (!strcmp(view_cause_text(words[i]), words[i]))
            fail_msg("advice.def: no %s", words[i]);
        assert_in_range(view_cause_kind(words[i]), 0, 2);
    }
    assert_string_equal(view_cause_text("unheard of"), "unheard of");
}

static void metrics_are_findable(void **state)
{
    size_t n;
    (void)state;
    const struct metric *all = metric_all(&n);
    assert_true(n > 20);
    for (size_t i = 0; i < n; i++) {
        assert_true(strlen(all[i].text) > 20 && all[i].text[strlen(all[i].text) - 1] == '.');
        if (all[i].group == METRIC_LAYER) {
            assert_ptr_equal(metric_find_layer(all[i].name), &all[i]);
            continue;
        }
        assert_ptr_equal(metric_find(all[i].key), &all[i]);
        if (*all[i].alias) assert_ptr_equal(metric_find(all[i].alias), &all[i]);
    }
    assert_null(metric_find(""));
    assert_null(metric_find("layers[].cycles"));
    assert_null(metric_find_layer("peak_bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_and_the_rest_are_the_total),
        cmocka_unit_test(figures_of_the_case),
        cmocka_unit_test(reproducible_reports_leave_the_host_out),
        cmocka_unit_test(without_a_run_it_is_an_estimate),
        cmocka_unit_test(foreign_firmware_is_all_total),
        cmocka_unit_test(foreign_layers_add_up),
        cmocka_unit_test(join_refuses_what_does_not_add_up),
        cmocka_unit_test(join_refuses_what_is_missing),
        cmocka_unit_test(a_report_is_about_one_inference),
        cmocka_unit_test(warns_of_what_lowers_trust),
        cmocka_unit_test(json_there_and_back),
        cmocka_unit_test(golden_report_loads),
        cmocka_unit_test(foreign_json_is_refused),
        cmocka_unit_test(schema_and_json_agree),
        cmocka_unit_test(every_cause_has_a_phrase),
        cmocka_unit_test(metrics_are_findable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
