/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Who the cycles of a run belong to: a layer, the inference between its layers (overhead), or
 * what comes before and after it (outside). Nothing is counted twice and nothing is lost: the
 * outside is what is left, and must be what the profile calls "(rest)". */
#include <inttypes.h>
#include <string.h>

#include "reports/join_parts.h"

/* A profile row's cycles and instructions; its causes in the order of the report's. */
static bool read_row(struct join *j, const struct json *row, int64_t *cycles,
                     int64_t *instructions, const int64_t **causes)
{
    if (!join_int(j, row, "profile.json", "cycles", cycles) ||
        !join_int(j, row, "profile.json", "instructions", instructions))
        return false;
    int64_t *list = arena_array(&j->r->arena, j->r->cause_count, sizeof *list);
    for (size_t i = 0; i < j->r->cause_count; i++)
        list[i] = json_int(json_get(json_get(row, "causes"), j->r->causes[i].name), 0);
    *causes = list;
    return true;
}

static bool read_cause_names(struct join *j)
{
    const struct json *causes = json_get(j->in->profile, "total.causes");
    size_t n = json_len(causes);
    if (!json_is_object(causes) || n > REPORT_CAUSE_MAX)
        return err_set(j->e, ERR_FORMAT,
                       "profile.json: \"total.causes\": expected an object of "
                       "cycles by cause");
    struct report_cause *list = arena_array(&j->r->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i].name = join_copy(j, json_key_at(causes, i));
    j->r->causes = list;
    j->r->cause_count = n;
    return true;
}

static void share(struct report_layer *l, int64_t total)
{
    if (l->cycles >= 0 && total > 0)
        l->share_percent = 100.0 * (double)l->cycles / (double)total;
    if (l->cycles >= 0 && l->macs > 0) l->cycles_per_mac = (double)l->cycles / (double)l->macs;
}

static bool join_layer_cycles(struct join *j, struct report_layer *l)
{
    const struct json *rows = json_get(j->in->profile, "layers");
    if (!l->symbol) { /* moves no data and needs no code */
        l->cycles = l->instructions = l->calls = 0;
        l->causes = arena_array(&j->r->arena, j->r->cause_count, sizeof *l->causes);
        return true;
    }
    const struct json *row = join_row(rows, j->in->ops ? l->symbol : l->name);
    if (!row)
        return err_set(j->e, ERR_FORMAT,
                       "profile.json: no layer \"%s\" (ops.json: op %" PRId64
                       " %s): the run was "
                       "made with other layers",
                       l->symbol, l->index, l->name);
    return join_int(j, row, "profile.json", "calls", &l->calls) &&
           read_row(j, row, &l->cycles, &l->instructions, &l->causes);
}

static bool several(const struct join *j)
{
    return err_set(j->e, ERR_UNSUPPORTED,
                   "the profile holds %" PRId64
                   " inferences, a report is about one: run the firmware with one",
                   j->r->run.inferences);
}

/* Layers + overhead = totals; totals + outside = run. A firmware without layers is all total;
 * so is one whose inference is not known: then the overhead is what is in none of its layers.
 */
bool join_cycles(struct join *j)
{
    struct report *r = j->r;
    const struct json *profile = j->in->profile;
    const int64_t *run_causes;
    if (!read_cause_names(j) || !read_row(j, json_get(profile, "total"), &r->run.cycles,
                                          &r->run.instructions, &run_causes))
        return false;
    r->run.clock_hz = json_int(json_get(profile, "hclk_hz"), r->board.clock_hz);
    struct report_cause *causes = arena_array(&r->arena, r->cause_count, sizeof *causes);
    memcpy(causes, r->causes, r->cause_count * sizeof *causes);

    if (!r->layer_count) {
        r->totals.cycles = r->run.cycles;
        r->totals.instructions = r->run.instructions;
        for (size_t i = 0; i < r->cause_count; i++)
            causes[i].cycles = run_causes[i];
        r->overhead = (struct report_row){r->run.cycles, r->run.instructions, run_causes};
        r->outside = (struct report_row){
            0, 0, arena_array(&r->arena, r->cause_count, sizeof *run_causes)};
        r->causes = causes;
        return true;
    }

    const struct json *rows = json_get(profile, "layers"), *rest = join_row(rows, "(rest)");
    const struct json *invoke = join_row(rows, join_invoke(j));
    const struct json *between = invoke || j->in->ops ? invoke : rest;
    r->overhead =
        (struct report_row){0, 0, arena_array(&r->arena, r->cause_count, sizeof *run_causes)};
    if (between && !read_row(j, between, &r->overhead.cycles, &r->overhead.instructions,
                             &r->overhead.causes))
        return false;
    if (invoke) {
        if (!join_int(j, invoke, "profile.json", "calls", &r->run.inferences)) return false;
        if (r->run.inferences > 1 && j->in->ops) return several(j);
        if (r->run.inferences > 1)
            join_warn(j, arena_printf(&r->arena,
                                      "the run holds %" PRId64
                                      " inferences (calls of %s): layers and totals are sums",
                                      r->run.inferences, join_invoke(j)));
    } else if (j->in->ops) {
        join_warn(j, arena_printf(&r->arena,
                                  "no function %s in the profile: cycles between layers "
                                  "are counted as outside the inference",
                                  join_invoke(j)));
    }

    r->totals.cycles = r->overhead.cycles;
    r->totals.instructions = r->overhead.instructions;
    for (size_t i = 0; i < r->cause_count; i++)
        causes[i].cycles = r->overhead.causes[i];
    for (struct report_layer *l = j->layers; l < j->layers + r->layer_count; l++) {
        if (!join_layer_cycles(j, l)) return false;
        r->totals.cycles += l->cycles;
        r->totals.instructions += l->instructions;
        for (size_t i = 0; i < r->cause_count; i++)
            causes[i].cycles += l->causes[i];
    }

    int64_t *outside = arena_array(&r->arena, r->cause_count, sizeof *outside);
    for (size_t i = 0; i < r->cause_count; i++)
        outside[i] = run_causes[i] - causes[i].cycles;
    r->causes = causes;
    r->outside = (struct report_row){r->run.cycles - r->totals.cycles,
                                     r->run.instructions - r->totals.instructions, outside};
    if (r->outside.cycles < 0 || r->outside.instructions < 0)
        return err_set(j->e, ERR_INTERNAL,
                       "profile.json: the layers have %" PRId64
                       " cycles, the whole run %" PRId64,
                       r->totals.cycles, r->run.cycles);
    if (invoke && rest && json_int(json_get(rest, "cycles"), -1) != r->outside.cycles)
        return err_set(j->e, ERR_INTERNAL,
                       "profile.json: (rest) has %" PRId64
                       " cycles, what no layer of ops.json has "
                       "is %" PRId64,
                       json_int(json_get(rest, "cycles"), -1), r->outside.cycles);
    return true;
}

void join_rates(struct join *j)
{
    struct report *r = j->r;
    for (size_t i = 0; i < r->layer_count; i++) {
        share(&j->layers[i], r->totals.cycles);
        if (j->layers[i].macs < 0) continue;
        if (r->totals.macs < 0) r->totals.macs = 0;
        r->totals.macs += j->layers[i].macs;
    }
    if (r->totals.cycles < 0) return;
    const struct json *timing = json_get(j->in->profile, "timing");
    int64_t low = json_int(json_get(timing, "range_low_ppm"), 0);
    int64_t high = json_int(json_get(timing, "range_high_ppm"), 0);
    if (low < 0 || high > 0) {
        r->totals.cycles_low = r->totals.cycles + r->totals.cycles * low / 1000000;
        r->totals.cycles_high = r->totals.cycles + r->totals.cycles * high / 1000000;
    }
    int64_t hz = r->run.clock_hz > 0 ? r->run.clock_hz : r->board.clock_hz;
    if (hz > 0) r->totals.time_ms = 1e3 * (double)r->totals.cycles / (double)hz;
    if (r->totals.macs > 0)
        r->totals.cycles_per_mac = (double)r->totals.cycles / (double)r->totals.macs;
    if (j->in->reproducible || j->in->host_seconds <= 0) return;
    r->simulation.host_seconds = j->in->host_seconds;
    r->simulation.mips = (double)r->run.instructions / j->in->host_seconds / 1e6;
}
