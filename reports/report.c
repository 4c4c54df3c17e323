/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What every user of a report wants besides reading and writing it: an empty one, and the sums
 * that must hold. The sums are checked here and not where they are made (join.c), so that a
 * report read from a file is held to them too. */
#include "reports/report.h"

#include <inttypes.h>
#include <string.h>

#include "reports/fields.h"
#include "reports/metrics.h"

#define HEAD(kind, path, needed, member)                                                       \
    {path, FIELD_##kind, needed, offsetof(struct report, member)},
const struct field field_head[] = {
#include "reports/fields.def"
};
#define TAIL(kind, path, needed, member)                                                       \
    {path, FIELD_##kind, needed, offsetof(struct report, member)},
const struct field field_tail[] = {
#include "reports/fields.def"
};
#define ROW(kind, key, needed) {#key, FIELD_##kind, needed, offsetof(struct report_layer, key)},
const struct field field_layer[] = {
#include "reports/fields.def"
};
#define COUNT(a) (sizeof(a) / sizeof *(a))
const size_t field_head_count = COUNT(field_head), field_tail_count = COUNT(field_tail),
             field_layer_count = COUNT(field_layer);

static void clear_fields(void *base, const struct field *f, size_t n)
{
    for (; n--; f++) {
        char *at = (char *)base + f->offset;
        if (f->kind == FIELD_STR)
            *(const char **)at = NULL;
        else if (f->kind == FIELD_REAL)
            *(double *)at = REPORT_NONE;
        else
            *(int64_t *)at = REPORT_NONE;
    }
}

static void clear_metrics(void *base, bool layer)
{
    size_t n;
    for (const struct metric *m = metric_all(&n); n--; m++) {
        if ((m->group == METRIC_LAYER) != layer) continue;
        char *at = (char *)base + m->offset;
        if (m->real)
            *(double *)at = REPORT_NONE;
        else
            *(int64_t *)at = REPORT_NONE;
    }
}

void report_init(struct report *r)
{
    memset(r, 0, sizeof *r);
    clear_fields(r, field_head, field_head_count);
    clear_fields(r, field_tail, field_tail_count);
    clear_metrics(r, false);
    r->overhead = r->outside = (struct report_row){REPORT_NONE, REPORT_NONE, NULL};
}

void report_init_layer(struct report_layer *layer)
{
    memset(layer, 0, sizeof *layer);
    clear_fields(layer, field_layer, field_layer_count);
    clear_metrics(layer, true);
}

void report_done(struct report *r)
{
    arena_done(&r->arena);
    memset(r, 0, sizeof *r);
}

bool report_good(const struct report *r)
{
    return r->run.stop && !strcmp(r->run.stop, "exit");
}

const char *report_title(struct arena *a, const struct report *r)
{
    return arena_printf(a, "%s on %s, %s", r->model.name, r->board.name, r->schedule);
}

/* ---- sums ---- */

static bool same(const char *what, int64_t parts, int64_t whole, struct err *e)
{
    if (parts == whole) return true;
    return err_set(e, ERR_INTERNAL,
                   "the report does not add up: %s is %" PRId64 ", its parts are %" PRId64,
                   what, whole, parts);
}

/* The causes of one row against its cycles, added to the sum of all rows. */
static bool sum_causes(const struct report *r, const char *what, const int64_t *causes,
                       int64_t cycles, int64_t *sum, struct err *e)
{
    int64_t row = 0;
    if (!causes) return true;
    for (size_t i = 0; i < r->cause_count; i++)
        row += causes[i], sum[i] += causes[i];
    return same(what, row, cycles, e);
}

static bool verify_cycles(const struct report *r, struct err *e)
{
    int64_t cycles = 0, instructions = 0, sum[REPORT_CAUSE_MAX] = {0},
            ignored[REPORT_CAUSE_MAX] = {0};
    for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++) {
        if (l->cycles < 0) continue;
        cycles += l->cycles;
        instructions += l->instructions;
        if (!sum_causes(r, l->name, l->causes, l->cycles, sum, e)) return false;
    }
    if (r->overhead.cycles >= 0) {
        cycles += r->overhead.cycles;
        instructions += r->overhead.instructions;
        if (!sum_causes(r, "overhead", r->overhead.causes, r->overhead.cycles, sum, e) ||
            !same("totals.cycles", cycles, r->totals.cycles, e) ||
            !same("totals.instructions", instructions, r->totals.instructions, e))
            return false;
        for (size_t i = 0; i < r->cause_count; i++)
            if (!same(r->causes[i].name, sum[i], r->causes[i].cycles, e)) return false;
    }
    if (r->outside.cycles >= 0)
        return sum_causes(r, "outside", r->outside.causes, r->outside.cycles, ignored, e) &&
               same("run.cycles", r->totals.cycles + r->outside.cycles, r->run.cycles, e) &&
               same("run.instructions", r->totals.instructions + r->outside.instructions,
                    r->run.instructions, e);
    return true;
}

static bool verify_memory(const struct report *r, struct err *e)
{
    const struct report_sram *m = &r->sram;
    const struct report_flash *f = &r->flash;
    if (m->arena_bytes >= 0 &&
        !same("memory.sram.arena_bytes",
              m->activation_bytes + m->scratch_bytes - m->shared_bytes, m->arena_bytes, e))
        return false;
    if (m->static_bytes >= 0 &&
        (!same("memory.sram.static_bytes", m->data_bytes + m->bss_bytes, m->static_bytes, e) ||
         (m->arena_bytes >= 0 && !same("memory.sram.static_bytes",
                                       m->arena_bytes + m->other_bytes, m->static_bytes, e))))
        return false;
    if (m->peak_bytes >= 0 &&
        !same("memory.sram.peak_bytes",
              m->static_bytes + m->heap_peak_bytes + m->stack_peak_bytes, m->peak_bytes, e))
        return false;
    int64_t in_regions = 0;
    for (size_t i = 0; i < r->region_count; i++)
        in_regions += r->regions[i].static_bytes;
    if (r->region_count && m->static_bytes >= 0 &&
        !same("memory.sram.static_bytes", in_regions, m->static_bytes, e))
        return false;
    int64_t weights = 0;
    for (const struct report_layer *l = r->layers; l < r->layers + r->layer_count; l++)
        weights += l->weights_bytes > 0 ? l->weights_bytes : 0;
    if (r->layer_count && f->weights_bytes >= 0 &&
        !same("memory.flash.weights_bytes", weights, f->weights_bytes, e))
        return false;
    return f->total_bytes < 0 ||
           same("memory.flash.total_bytes",
                f->code_bytes + (f->weights_bytes > 0 ? f->weights_bytes : 0) + f->other_bytes,
                f->total_bytes, e);
}

bool report_verify(const struct report *r, struct err *e)
{
    return verify_cycles(r, e) && verify_memory(r, e);
}
