/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SRAM and flash: what the plan wanted, what the profile saw, what the linker placed. Their
 * sums are made here; one that would be negative says that the inputs are not of one build. */
#include <inttypes.h>
#include <stdlib.h>

#include "reports/join_parts.h"

struct span {
    int64_t from, to;
};

static int by_place(const void *x, const void *y)
{
    const struct span *a = x, *b = y;
    return a->from != b->from ? (a->from < b->from ? -1 : 1) : 0;
}

/* Arena bytes in use while op `at` runs. Buffers may overlap (in-place ops), so that it is the
 * union that counts. spans has room for all buffers and the scratch. */
static int64_t live_bytes(const struct json *plan, int64_t at, int64_t scratch,
                          struct span *spans)
{
    const struct json *buffers = json_get(plan, "buffers");
    int64_t offset = json_int(json_get(plan, "scratch_offset"), 0), live = 0, end = 0;
    size_t n = 0;
    spans[n++] = (struct span){offset, offset + scratch};
    for (size_t k = 0; k < json_len(buffers); k++) {
        const struct json *b = json_at(buffers, k);
        int64_t from = json_int(json_get(b, "offset"), 0);
        if (json_int(json_get(b, "first_op"), -1) > at ||
            json_int(json_get(b, "last_op"), -1) < at)
            continue;
        spans[n++] = (struct span){from, from + json_int(json_get(b, "bytes"), 0)};
    }
    qsort(spans, n, sizeof *spans, by_place);
    for (size_t k = 0; k < n; k++) {
        int64_t from = spans[k].from > end ? spans[k].from : end;
        if (spans[k].to <= from) continue;
        live += spans[k].to - from;
        end = spans[k].to;
    }
    return live;
}

bool join_plan(struct join *j)
{
    struct report *r = j->r;
    const struct json *plan = j->in->plan;
    int64_t peak = -1;
    if (!plan) return true;
    if (!join_int(j, plan, "plan.json", "arena_bytes", &r->sram.arena_bytes) ||
        !join_int(j, plan, "plan.json", "activation_bytes", &r->sram.activation_bytes) ||
        !join_int(j, plan, "plan.json", "scratch_bytes", &r->sram.scratch_bytes) ||
        !join_int(j, plan, "plan.json", "live_peak_bytes", &r->sram.live_peak_bytes))
        return false;
    r->sram.shared_bytes =
        r->sram.activation_bytes + r->sram.scratch_bytes - r->sram.arena_bytes;
    if (r->sram.shared_bytes < 0)
        return err_set(j->e, ERR_FORMAT,
                       "plan.json: arena_bytes is more than activations and scratch");
    size_t room = json_len(json_get(plan, "buffers")) + 1;
    struct span *spans = arena_array(&r->arena, room, sizeof *spans);
    for (size_t i = 0; i < r->layer_count; i++) {
        struct report_layer *l = &j->layers[i];
        l->live_bytes = live_bytes(plan, (int64_t)i, l->scratch_bytes, spans);
        if (l->live_bytes > peak) {
            peak = l->live_bytes;
            r->peak_layer = l->name;
        }
    }
    return true;
}

static bool join_regions(struct join *j)
{
    const struct json *rows = json_get(j->in->profile, "regions");
    size_t n = j->in->region_count;
    struct report_region *list = arena_array(&j->r->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        const struct join_region *from = &j->in->regions[i];
        list[i] = (struct report_region){join_copy(j, from->name), from->base, from->size_bytes,
                                         0, 0};
        const struct json *row = join_row(rows, from->name);
        if (row && (!join_int(j, row, "profile.json", "static_bytes", &list[i].static_bytes) ||
                    !join_int(j, row, "profile.json", "touched_bytes", &list[i].touched_bytes)))
            return false;
    }
    j->r->regions = list;
    j->r->region_count = n;
    return true;
}

bool join_memory(struct join *j)
{
    struct report *r = j->r;
    const struct json *m = json_get(j->in->profile, "memory");
    int64_t code, flash;
    if (j->in->profile) {
        if (!join_int(j, m, "profile.json", "data_bytes", &r->sram.data_bytes) ||
            !join_int(j, m, "profile.json", "bss_bytes", &r->sram.bss_bytes) ||
            !join_int(j, m, "profile.json", "heap_peak_bytes", &r->sram.heap_peak_bytes) ||
            !join_int(j, m, "profile.json", "stack_peak_bytes", &r->sram.stack_peak_bytes) ||
            !join_int(j, m, "profile.json", "text_bytes", &code) ||
            !join_int(j, m, "profile.json", "flash_bytes", &flash) || !join_regions(j))
            return false;
        r->sram.static_bytes = r->sram.data_bytes + r->sram.bss_bytes;
        r->sram.peak_bytes =
            r->sram.static_bytes + r->sram.heap_peak_bytes + r->sram.stack_peak_bytes;
        if (r->sram.arena_bytes >= 0) {
            r->sram.other_bytes = r->sram.static_bytes - r->sram.arena_bytes;
            if (r->sram.other_bytes < 0)
                return err_set(j->e, ERR_INTERNAL,
                               "the plan's arena is %" PRId64
                               " bytes, the firmware's .data and "
                               ".bss only %" PRId64,
                               r->sram.arena_bytes, r->sram.static_bytes);
        }
        if (r->board.sram_bytes >= r->sram.peak_bytes)
            r->sram.unused_bytes = r->board.sram_bytes - r->sram.peak_bytes;
        r->flash.total_bytes = flash;
        r->flash.code_bytes = code;
        if (r->board.flash_bytes >= flash) r->flash.unused_bytes = r->board.flash_bytes - flash;
    }
    if (j->in->size) {
        if (!join_int(j, j->in->size, "size.json", "flash.weights_bytes",
                      &r->flash.weights_bytes))
            return false;
    } else if (j->in->ops && r->layer_count) {
        r->flash.weights_bytes = 0;
        for (size_t i = 0; i < r->layer_count; i++)
            r->flash.weights_bytes += r->layers[i].weights_bytes;
    }
    if (r->flash.total_bytes < 0) return true;
    int64_t weights = r->flash.weights_bytes > 0 ? r->flash.weights_bytes : 0;
    r->flash.other_bytes = r->flash.total_bytes - r->flash.code_bytes - weights;
    return r->flash.other_bytes >= 0 ||
           err_set(j->e, ERR_INTERNAL,
                   "flash holds %" PRId64 " bytes, but code and weights are %" PRId64,
                   r->flash.total_bytes, r->flash.code_bytes + weights);
}
