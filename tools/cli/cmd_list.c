/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope list WHAT: prints the tables that the program itself works by. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boards/board.h"
#include "engine/ir/graph.h"
#include "engine/schedule.h"
#include "models/zoo.h"
#include "reports/export.h"
#include "reports/metrics.h"
#include "sim/timing/timing.h"
#include "sim/trace/rules.h"
#include "tools/base/json.h"
#include "tools/cli/cli.h"

/* One row of a list: a name and columns of text. */
typedef bool list_fn(struct cli *c, struct json *rows, struct err *e);

static void row(struct json *rows, const char *name, const char *key, const char *text)
{
    struct json *r = json_push(rows, json_new_object());
    json_set_str(r, "name", name);
    json_set_str(r, key, text);
}

static bool list_boards(struct cli *c, struct json *rows, struct err *e)
{
    size_t n;
    const char *const *names = board_list(&c->arena, &n, e);
    if (!names) return false;
    for (size_t i = 0; i < n; i++) {
        struct board *b = board_load(names[i], e);
        if (!b) return false;
        struct json *r = json_push(rows, json_new_object());
        json_set_str(r, "name", b->name);
        json_set_str(r, "core", b->core_name);
        json_set_real(r, "clock_mhz", b->clock_hz / 1e6, 3);
        json_set_int(r, "sram_kib", b->sram_bytes / 1024);
        json_set_int(r, "flash_kib", b->flash_bytes / 1024);
        board_free(b);
    }
    return true;
}

static bool list_models(struct cli *c, struct json *rows, struct err *e)
{
    size_t n;
    const char *const *names = zoo_list(&c->arena, &n, e);
    if (!names) return false;
    for (size_t i = 0; i < n; i++) {
        struct zoo_net *net = zoo_load(names[i], e);
        if (!net) return false;
        struct json *r = json_push(rows, json_new_object());
        json_set_str(r, "name", names[i]);
        json_set_uint(r, "macs", net->macs);
        json_set_uint(r, "params", net->params);
        json_set_str(r, "title", net->title);
        zoo_free(net);
    }
    return true;
}

static bool list_schedules(struct cli *c, struct json *rows, struct err *e)
{
    (void)c, (void)e;
    size_t n;
    const struct schedule *s = schedule_list(&n);
    for (size_t i = 0; i < n; i++)
        row(rows, s[i].name, "text", s[i].text);
    return true;
}

static bool list_ops(struct cli *c, struct json *rows, struct err *e)
{
    (void)c, (void)e;
#define OP(name, code, text) row(rows, #name, "supported", text);
#include "engine/ir/ops.def"
#undef OP
    return true;
}

static bool list_metrics(struct cli *c, struct json *rows, struct err *e)
{
    (void)c, (void)e;
    size_t n;
    const struct metric *m = metric_all(&n);
    for (size_t i = 0; i < n; i++) {
        struct json *r = json_push(rows, json_new_object());
        json_set_str(r, "name", m[i].key);
        json_set_str(r, "unit", m[i].unit);
        json_set_str(r, "text", m[i].text);
    }
    return true;
}

static bool list_errors(struct cli *c, struct json *rows, struct err *e)
{
    (void)c, (void)e;
    for (int i = 0; i < err_count(); i++) {
        struct json *r = json_push(rows, json_new_object());
        json_set_str(r, "name", err_name((enum err_code)i));
        json_set_int(r, "exit", err_exit((enum err_code)i));
        json_set_str(r, "text", err_meaning((enum err_code)i));
    }
    return true;
}

static bool list_causes(struct cli *c, struct json *rows, struct err *e)
{
    (void)c, (void)e;
#define CAUSE(name, word, text) row(rows, word, "text", text);
#include "sim/timing/causes.def"
#undef CAUSE
    return true;
}

static bool list_formats(struct cli *c, struct json *rows, struct err *e)
{
    (void)c, (void)e;
    size_t n;
    const struct exporter *const *all = exporter_all(&n);
    for (size_t i = 0; i < n; i++)
        row(rows, all[i]->name, "text", all[i]->text);
    return true;
}

static bool list_layers(struct cli *c, struct json *rows, struct err *e)
{
    (void)c, (void)e;
    size_t n;
    const struct rule_text *all = rules_list(&n);
    for (size_t i = 0; i < n; i++)
        row(rows, all[i].name, "text", all[i].text);
    return true;
}

static const struct {
    const char *name;
    list_fn *fn;
} lists[] = {
    {"boards", list_boards}, {"models", list_models},   {"schedules", list_schedules},
    {"ops", list_ops},       {"metrics", list_metrics}, {"errors", list_errors},
    {"causes", list_causes}, {"formats", list_formats}, {"layers", list_layers},
};
enum { LIST_COUNT = sizeof lists / sizeof lists[0] };

static const char *cell(struct arena *a, const struct json *v)
{
    if (json_is_string(v)) return json_str(v, "");
    double d = json_real(v, 0);
    if (d == (double)(int64_t)d) {
        char text[BUF_COMMAS];
        return arena_str(a, buf_commas(text, (int64_t)d));
    }
    return arena_printf(a, "%g", d);
}

/* Columns as wide as their widest cell; numbers to the right; the first row's keys are heads.
 */
static void print_table(struct cli *c, const struct json *rows)
{
    const struct json *first = json_at(rows, 0);
    for (size_t i = 0; i <= json_len(rows); i++) {
        for (size_t k = 0; k < json_len(first); k++) {
            const char *key = json_key_at(first, k);
            size_t width = strlen(key);
            for (size_t j = 0; j < json_len(rows); j++) {
                size_t w = strlen(cell(&c->arena, json_get(json_at(rows, j), key)));
                if (w > width) width = w;
            }
            const struct json *v = i ? json_value_at(json_at(rows, i - 1), k) : NULL;
            const char *text = v ? cell(&c->arena, v) : key;
            bool number = json_is_number(json_value_at(first, k));
            bool last = k + 1 == json_len(first);
            printf("%*s%s",
                   number ? (int)width
                   : last ? 0
                          : -(int)width,
                   text, last ? "\n" : "  ");
        }
    }
}

static bool run(struct cli *c, struct err *e)
{
    const char *names[LIST_COUNT];
    for (size_t i = 0; i < LIST_COUNT; i++) {
        names[i] = lists[i].name;
        if (strcmp(c->argument[0], lists[i].name) != 0) continue;
        struct json *rows = json_new_array();
        bool ok = lists[i].fn(c, rows, e);
        if (ok && cli_has(c, "json")) {
            char *text = json_text(rows);
            ok = cli_write(cli_get(c, "json"), text, e);
            free(text);
        } else if (ok) {
            print_table(c, rows);
        }
        json_free(rows);
        return ok;
    }
    const char *near = cli_nearest(c->argument[0], names, LIST_COUNT);
    struct buf all = {0};
    for (size_t i = 0; i < LIST_COUNT; i++)
        buf_printf(&all, "%s%s", i ? ", " : "", names[i]);
    err_set(e, ERR_USAGE, "list %s: %s%s%shave %s", c->argument[0],
            near ? "did you mean '" : "", near ? near : "", near ? "'? " : "", buf_text(&all));
    buf_done(&all);
    return false;
}

const struct cli_command cmd_list = {
    .name = "list",
    .group = "look things up",
    .arguments = "WHAT",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "list boards, models, schedules, ops, metrics, errors, causes, formats\nor "
               "layers (ways to find them)",
    .example = "mcuscope list boards",
    .options =
        (const struct cli_option[]){{"json", "FILE", "the list as JSON; - for standard output"},
                                    {0}},
    .run = run,
};
