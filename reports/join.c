/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * With join_cycles.c and join_memory.c the only place that knows the keys of ops.json,
 * plan.json, size.json and profile.json. Inputs come from our own program, yet what is missing
 * or of another type is refused by name: a figure that silently became 0 would pass every gate.
 */
#include "reports/join.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reports/join_parts.h"
#include "tools/base/buf.h"
#include "tools/base/hash.h"

enum { WARNING_MAX = 16, OUTPUT_HEX_MAX = 64 };

void join_warn(struct join *j, const char *text)
{
    if (j->r->warning_count == WARNING_MAX) return;
    j->warnings[j->r->warning_count++] = text;
}

const char *join_copy(struct join *j, const char *text)
{
    return text ? arena_str(&j->r->arena, text) : NULL;
}

bool join_int(struct join *j, const struct json *o, const char *file, const char *key,
              int64_t *out)
{
    const struct json *v = json_get(o, key);
    *out = json_int(v, -1);
    if (v && *out >= 0 && *out <= REPORT_INT_MAX) return true;
    return err_set(j->e, ERR_FORMAT, "%s: \"%s\": expected an integer from 0, found %s", file,
                   key, v ? "something else" : "none");
}

const struct json *join_row(const struct json *rows, const char *name)
{
    for (size_t i = 0; i < json_len(rows); i++)
        if (!strcmp(json_str(json_get(json_at(rows, i), "name"), ""), name))
            return json_at(rows, i);
    return NULL;
}

/* ---- who, where, how ---- */

/* Flags as one line; one digest for all generated sources, in the order of size.json. */
static void join_build(struct join *j)
{
    const struct json *flags = json_get(j->in->size, "compiler.flags");
    const struct json *sources = json_get(j->in->size, "sources");
    struct buf text = {0};
    for (size_t i = 0; i < json_len(flags); i++)
        buf_printf(&text, "%s%s", i ? " " : "", json_str(json_at(flags, i), ""));
    if (text.len) j->r->provenance.flags = join_copy(j, buf_text(&text));
    text.len = 0;
    for (size_t i = 0; i < json_len(sources); i++)
        buf_printf(&text, "%s %s\n", json_key_at(sources, i),
                   json_str(json_value_at(sources, i), ""));
    if (text.len) {
        char sha256[HASH_HEX];
        hash_sha256(text.data, text.len, sha256);
        j->r->provenance.sources_sha256 = join_copy(j, sha256);
    }
    buf_done(&text);
}

static void join_head(struct join *j)
{
    const struct join_inputs *in = j->in;
    struct report *r = j->r;
    r->kind = in->profile ? "simulated" : "estimated";
    r->tool_version = join_copy(j, in->tool_version);
    r->model.name = join_copy(j, in->model_name ? in->model_name : "-");
    r->model.sha256 = join_copy(j, in->model_sha256);
    if (in->model_bytes) r->model.bytes = in->model_bytes;
    r->board.name = join_copy(j, in->board_name ? in->board_name : "-");
    r->board.title = join_copy(j, in->board_title);
    r->board.chip = join_copy(j, in->board_chip);
    r->board.core = join_copy(j, in->board_core);
    r->board.sha256 = join_copy(j, in->board_sha256);
    if (in->clock_hz) r->board.clock_hz = in->clock_hz;
    if (in->sram_bytes) r->board.sram_bytes = in->sram_bytes;
    if (in->flash_bytes) r->board.flash_bytes = in->flash_bytes;
    r->schedule = join_copy(j, in->schedule ? in->schedule : "-");

    const char *compiler = json_str(json_get(in->profile, "compiler"), NULL);
    const char *image = json_str(json_get(in->size, "elf_sha256"), NULL);
    r->provenance.image_sha256 =
        join_copy(j, json_str(json_get(in->profile, "image_sha256"), image));
    r->provenance.compiler =
        join_copy(j, json_str(json_get(in->size, "compiler.version"), compiler));
    join_build(j);
    r->provenance.planner = join_copy(j, json_str(json_get(in->plan, "planner"), NULL));
    r->provenance.input = join_copy(j, in->input);
    r->provenance.timing = join_copy(j, json_str(json_get(in->profile, "timing.name"), NULL));
    r->provenance.timing_version =
        join_copy(j, json_str(json_get(in->profile, "timing.version"), NULL));

    if (in->profile) {
        r->run.stop = join_copy(j, in->stop ? in->stop : "exit");
        r->run.stop_text = join_copy(j, in->stop_text && *in->stop_text ? in->stop_text : NULL);
        r->run.exit_code = in->exit_code;
    }
}

static void join_output(struct join *j)
{
    const unsigned char *bytes = j->in->output;
    size_t n = j->in->output_bytes;
    if (!bytes) return;
    char sha256[HASH_HEX];
    hash_sha256(bytes, n, sha256);
    j->r->output.bytes = (int64_t)n;
    j->r->output.sha256 = join_copy(j, sha256);
    j->r->output.crc32 = arena_printf(&j->r->arena, "%08" PRIx32, hash_crc32(bytes, n));
    if (n > OUTPUT_HEX_MAX) return;
    char hex[2 * OUTPUT_HEX_MAX + 1] = "";
    for (size_t i = 0; i < n; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    j->r->output.bytes_hex = join_copy(j, hex);
}

/* ---- layers ---- */

static bool join_layers(struct join *j)
{
    size_t n = json_len(j->in->ops);
    if (!json_is_array(j->in->ops))
        return err_set(j->e, ERR_FORMAT, "ops.json: expected an array of up to %d layers",
                       REPORT_LAYERS_MAX);
    for (size_t i = 0; i < n; i++) {
        struct report_layer *l = &j->layers[i];
        const struct json *o = json_at(j->in->ops, i);
        report_init_layer(l);
        l->name = join_copy(j, json_str(json_get(o, "name"), NULL));
        l->op = join_copy(j, json_str(json_get(o, "op"), NULL));
        if (!l->name || !l->op)
            return err_set(j->e, ERR_FORMAT, "ops.json: layer %zu has no \"name\" or \"op\"",
                           i);
        l->symbol = join_copy(j, json_str(json_get(o, "symbol"), NULL));
        l->kernel = join_copy(j, json_str(json_get(o, "kernel"), NULL));
        l->in_place = json_flag(json_get(o, "in_place"), false);
        /* "index" is the place in this list; identity across schedules is the model's op. */
        const struct json *op = json_at(json_get(o, "ops"), 0);
        if (!join_int(j, o, "ops.json", "index", &l->index) ||
            !join_int(j, o, "ops.json", "macs", &l->macs) ||
            !join_int(j, o, "ops.json", "weights_bytes", &l->weights_bytes) ||
            !join_int(j, o, "ops.json", "output.bytes", &l->output_bytes) ||
            !join_int(j, o, "ops.json", "scratch_bytes", &l->scratch_bytes))
            return false;
        l->index = json_int(op, l->index);
        /* As linked, tables and padding included; ops.json only knows the network's own. */
        const struct json *linked = json_at(json_get(j->in->size, "layers"), i);
        if (linked && (!join_int(j, linked, "size.json", "weights_bytes", &l->weights_bytes) ||
                       !join_int(j, linked, "size.json", "code_bytes", &l->code_bytes)))
            return false;
    }
    j->r->layers = j->layers;
    j->r->layer_count = n;
    return true;
}

const char *join_invoke(const struct join *j)
{
    if (j->in->invoke_symbol) return j->in->invoke_symbol;
    return json_str(json_get(j->in->profile, "inference"), "model_invoke");
}

/* A firmware that was not built here: its layers are those of the profile, as they were asked
 * for, without the inference's own row and "(rest)". */
static bool foreign_layers(struct join *j)
{
    const struct json *rows = json_get(j->in->profile, "layers");
    const struct json *rules = json_get(j->in->profile, "layer_rules");
    struct buf text = {0};
    for (size_t i = 0; i < json_len(rows); i++) {
        const char *name = json_str(json_get(json_at(rows, i), "name"), "");
        if (!strcmp(name, "(rest)") || !strcmp(name, join_invoke(j))) continue;
        struct report_layer *l = &j->layers[j->r->layer_count];
        report_init_layer(l);
        l->index = (int64_t)j->r->layer_count++;
        l->name = join_copy(j, name);
        l->symbol = join_copy(j, json_str(json_get(json_at(rows, i), "symbol"), name));
        l->op = l->symbol;
    }
    j->r->layers = j->layers;
    for (size_t i = 0; i < json_len(rules); i++)
        buf_printf(&text, "%s%s", i ? ", " : "", json_str(json_at(rules, i), ""));
    if (text.len) j->r->provenance.layers = join_copy(j, buf_text(&text));
    buf_done(&text);
    return true;
}

/* ---- lists and warnings ---- */

static void largest_stall(struct join *j, const struct json *causes, struct report_function *f)
{
    for (size_t i = 0; i < json_len(causes); i++) {
        int64_t cycles = json_int(json_value_at(causes, i), 0);
        if (cycles <= f->stall_cycles || !strcmp(json_key_at(causes, i), "issue")) continue;
        f->stall_cycles = cycles;
        f->stall = join_copy(j, json_key_at(causes, i));
    }
}

static bool join_functions(struct join *j)
{
    const struct json *rows = json_get(j->in->profile, "functions");
    bool followed = json_get(j->in->profile, "calls") != NULL;
    size_t n = json_len(rows);
    struct report_function *list = arena_array(&j->r->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        const struct json *row = json_at(rows, i);
        list[i].name = join_copy(j, json_str(json_get(row, "name"), "?"));
        list[i].symbol = join_copy(j, json_str(json_get(row, "symbol"), NULL));
        if (!join_int(j, row, "profile.json", "calls", &list[i].calls) ||
            !join_int(j, row, "profile.json", "cycles", &list[i].cycles) ||
            !join_int(j, row, "profile.json", "instructions", &list[i].instructions))
            return false;
        list[i].inclusive_cycles =
            json_int(json_get(row, "inclusive_cycles"), followed ? 0 : REPORT_NONE);
        largest_stall(j, json_get(row, "causes"), &list[i]);
    }
    j->r->functions = list;
    j->r->function_count = n;
    return true;
}

static bool join_counts(struct join *j)
{
    const struct json *defaults = json_get(j->in->profile, "timing.defaults");
    const struct json *unmodelled = json_get(j->in->profile, "unmodelled");
    struct report *r = j->r;
    r->default_count = json_len(defaults);
    size_t registers = json_len(unmodelled);
    struct report_count *d = arena_array(&r->arena, r->default_count, sizeof *d);
    struct report_count *u = arena_array(&r->arena, 2 * registers, sizeof *u);
    int64_t timed = 0;
    for (size_t i = 0; i < r->default_count; i++) {
        const struct json *row = json_at(defaults, i);
        d[i].name = join_copy(j, json_str(json_get(row, "name"), "?"));
        if (!join_int(j, row, "profile.json", "count", &d[i].count)) return false;
        timed += d[i].count;
    }
    for (size_t i = 0; i < registers; i++) {
        const struct json *row = json_at(unmodelled, i);
        int64_t addr, reads, writes;
        if (!join_int(j, row, "profile.json", "addr", &addr) ||
            !join_int(j, row, "profile.json", "reads", &reads) ||
            !join_int(j, row, "profile.json", "writes", &writes))
            return false;
        const char *at = arena_printf(&r->arena, "0x%08" PRIx64, (uint64_t)addr);
        const char *name = join_copy(j, json_str(json_get(row, "name"), at));
        if (reads)
            u[r->unmodelled_count++] =
                (struct report_count){arena_printf(&r->arena, "%s, read", name), reads};
        if (writes)
            u[r->unmodelled_count++] =
                (struct report_count){arena_printf(&r->arena, "%s, written", name), writes};
    }
    r->defaults = d;
    r->unmodelled = u;
    char n[BUF_COMMAS];
    if (timed)
        join_warn(j,
                  arena_printf(&r->arena, "%s instructions of %zu kinds were timed by default",
                               buf_commas(n, timed), r->default_count));
    if (registers)
        join_warn(j, arena_printf(&r->arena,
                                  "%zu peripheral registers were accessed that are not "
                                  "modelled: they read 0 (--strict ends the run there)",
                                  registers));
    if (json_get(j->in->profile, "dwt_refused"))
        join_warn(j, "CYCCNT stands still: the firmware has not unlocked the DWT, which a "
                     "Cortex-M7 without a debugger wants (DWT->LAR = 0xC5ACCE55)");
    return true;
}

/* A binary or HEX says where its bytes go and nothing about its data. */
static void warn_of_no_sections(struct join *j)
{
    const struct report *r = j->r;
    int64_t touched = 0;
    char n[BUF_COMMAS];
    if (!j->in->profile || r->sram.static_bytes != 0 || r->flash.code_bytes != 0 ||
        r->flash.total_bytes <= 0)
        return;
    for (size_t i = 0; i < r->region_count; i++)
        touched += r->regions[i].touched_bytes;
    join_warn(j, arena_printf(&j->r->arena,
                              "the image has no sections (HEX, binary): its .data and .bss are "
                              "not in ram (total); it touched %s bytes of SRAM (--symbols with "
                              "its ELF gives both)",
                              buf_commas(n, touched)));
}

static void join_warnings(struct join *j)
{
    const struct report *r = j->r;
    warn_of_no_sections(j);
    if (r->run.stop && !report_good(r))
        join_warn(j, arena_printf(&j->r->arena,
                                  "the run did not end well (%s): figures are of an "
                                  "unfinished run",
                                  r->run.stop));
    if (r->provenance.timing && !strcmp(r->provenance.timing, "instruction-count"))
        join_warn(
            j, "cycles are instruction counts (--timing icount), not an estimate of silicon");
    if (r->run.clock_hz > 0 && r->board.clock_hz > 0 && r->run.clock_hz != r->board.clock_hz)
        join_warn(j,
                  arena_printf(&j->r->arena,
                               "the firmware runs at %.3f MHz, the board is meant "
                               "for %.3f MHz",
                               (double)r->run.clock_hz / 1e6, (double)r->board.clock_hz / 1e6));
}

static bool join_all(struct join *j)
{
    join_head(j);
    join_output(j);
    if (!(j->in->ops ? join_layers(j) : foreign_layers(j)) || !join_plan(j) || !join_memory(j))
        return false;
    if (j->in->profile && (!join_cycles(j) || !join_functions(j) || !join_counts(j)))
        return false;
    join_rates(j);
    join_warnings(j);
    return report_verify(j->r, j->e);
}

bool report_join(const struct join_inputs *in, struct report *r, struct err *e)
{
    report_init(r);
    struct join j = {.in = in, .r = r, .e = e};
    size_t most = json_len(in->ops ? in->ops : json_get(in->profile, "layers"));
    if (most > REPORT_LAYERS_MAX)
        return err_set(e, ERR_FORMAT, "%s.json: expected an array of up to %d layers",
                       in->ops ? "ops" : "profile", REPORT_LAYERS_MAX);
    j.layers = arena_array(&r->arena, most, sizeof *j.layers);
    j.warnings = arena_array(&r->arena, WARNING_MAX, sizeof *j.warnings);
    r->warnings = j.warnings;
    if (join_all(&j)) return true;
    report_done(r);
    return false;
}
