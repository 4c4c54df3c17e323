/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * After the run: rows, sizes and extremes become the profile.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/periph/periph.h"
#include "sim/trace/trace.h"

static void sum_causes(struct profile_row *row)
{
    row->cycles = 0;
    for (int i = 0; i < CAUSE_COUNT; i++)
        row->cycles += row->causes[i];
}

static void row_sum(struct profile_row *sum, const struct profile_row *row)
{
    sum->instructions += row->instructions;
    sum->cycles += row->cycles;
    for (int i = 0; i < CAUSE_COUNT; i++)
        sum->causes[i] += row->causes[i];
}

static int by_cycles(const void *a, const void *b)
{
    const struct profile_row *x = a, *y = b;
    if (x->cycles != y->cycles) return x->cycles > y->cycles ? -1 : 1;
    int order = strcmp(x->name, y->name);
    return order ? order
                 : (x->instructions < y->instructions) - (x->instructions > y->instructions);
}

static void rows(struct trace *t, struct profile *p)
{
    struct profile_row *functions =
        arena_array(&t->arena, t->function_count, sizeof *functions);
    p->total = (struct profile_row){.name = "(total)"};
    p->function_count = 0;
    for (size_t i = 0; i < t->function_count; i++) {
        struct profile_row *row = &t->functions[i].row;
        sum_causes(row);
        row_sum(&p->total, row);
        if (!row->instructions && !row->cycles) continue;
        struct profile_row *out = &functions[p->function_count++];
        *out = *row;
        out->symbol = row->name;
        out->name = t->functions[i].title;
    }
    qsort(functions, p->function_count, sizeof *functions, by_cycles);
    p->functions = functions;
}

/* Layers by rule, and in each as they were first met; the scope of a rule after its calls. */
static bool goes_first(const struct profile_row *a, const struct profile_row *b)
{
    return a->rule != b->rule ? a->rule < b->rule : a->scope < b->scope;
}

/* Several layers of one name are told apart by a number. */
static void number(struct trace *t, struct profile_row *rows, size_t n)
{
    bool *done = arena_array(&t->arena, n, sizeof *done);
    for (size_t i = 0; i < n; i++) {
        const char *name = rows[i].name;
        unsigned count = 0;
        for (size_t k = i; k < n && !done[i]; k++)
            count += strcmp(rows[k].name, name) == 0;
        if (count < 2) continue;
        unsigned number = 0;
        for (size_t k = i; k < n; k++)
            if (strcmp(rows[k].name, name) == 0) {
                rows[k].name = arena_printf(&t->arena, "%s#%u", name, ++number);
                done[k] = true;
            }
    }
}

/* What was asked for by name keeps it. */
static const char *layer_name(const struct trace *t, const struct profile_row *row)
{
    const struct layer_rule *r = row->rule ? &t->rules[row->rule - 1] : NULL;
    if (!r || r->symbol || (row->scope && strncmp(r->word, "calls-of:", 9) == 0))
        return row->name;
    for (size_t i = 0; i < t->function_count; i++)
        if (t->functions[i].addr == row->addr &&
            strcmp(t->functions[i].row.name, row->name) == 0)
            return t->functions[i].title;
    return row->name;
}

static void layers(struct trace *t, struct profile *p)
{
    size_t n = t->row_count;
    struct profile_row *out = arena_array(&t->arena, n + 1, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at && goes_first(t->rows[i], &out[at - 1]); at--)
            out[at] = out[at - 1];
        out[at] = *t->rows[i];
        out[at].symbol = out[at].name;
        out[at].name = layer_name(t, &out[at]);
    }
    number(t, out, n);
    out[n] = t->rest;
    struct profile_row check = {0};
    for (size_t i = 0; i <= n; i++) {
        sum_causes(&out[i]);
        row_sum(&check, &out[i]);
        if (out[i].scope && !p->inference) p->inference = out[i].name;
    }
    assert(check.cycles == p->total.cycles && check.instructions == p->total.instructions);
    p->layers = out;
    p->layer_count = n + 1;
    p->layer_rules = arena_array(&t->arena, t->rule_count + 1, sizeof *p->layer_rules);
    for (size_t i = 0; i < t->rule_count; i++)
        if (!t->rules[i].symbol) p->layer_rules[p->layer_rule_count++] = t->rules[i].word;
}

static uint32_t overlap(const struct region *r, uint32_t addr, uint32_t size)
{
    uint64_t low = addr > r->base ? addr : r->base;
    uint64_t high = (uint64_t)addr + size, end = (uint64_t)r->base + r->size;
    if (high > end) high = end;
    return high > low ? (uint32_t)(high - low) : 0;
}

/* Where an address in an alias lies in what it repeats. */
static uint32_t original(const struct trace *t, uint32_t addr)
{
    const struct span_host *span = memory_span(t->memory, addr);
    const struct region *r = span ? span->region : NULL;
    return r && r->alias_of ? r->alias_of + (addr - r->base) : addr;
}

static uint32_t reserved_in(const struct trace *t, const struct region *r,
                            const struct section *sec)
{
    if (r->alias_of || image_reserve(sec)) return 0;
    return overlap(r, original(t, sec->addr), sec->size);
}

static void regions(struct trace *t, struct profile *p)
{
    size_t n = t->memory->count;
    struct profile_region *out = arena_array(&t->arena, n, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        const struct span_host *s = &t->memory->spans[i];
        const struct region *r = s->region;
        uint32_t words = 0;
        for (uint32_t k = 0; k < r->size / 4; k++)
            words += s->touched[k];
        out[i] = (struct profile_region){
            .name = r->name, .base = r->base, .size = r->size, .touched_bytes = words * 4};
        for (size_t k = 0; k < t->image->section_count; k++)
            out[i].static_bytes += reserved_in(t, r, &t->image->sections[k]);
    }
    p->regions = out;
    p->region_count = n;
}

/* What lies in RAM counts as SRAM, code and constants too; stack and heap count when used. */
static void sizes(struct trace *t, struct profile *p)
{
    for (size_t i = 0; i < t->image->section_count; i++) {
        const struct section *s = &t->image->sections[i];
        const struct span_host *span = memory_span(t->memory, s->addr);
        for (size_t k = 0; k < t->memory->count; k++)
            if (t->memory->spans[k].region->kind == REGION_RAM)
                *(s->zeros ? &p->bss_bytes : &p->data_bytes) +=
                    reserved_in(t, t->memory->spans[k].region, s);
        if (span && span->region->kind == REGION_RAM) continue;
        if (s->code)
            p->text_bytes += s->size;
        else /* .init_array is called writable and lies in flash */
            p->rodata_bytes += s->size;
    }
    for (size_t i = 0; i < t->image->segment_count; i++)
        for (size_t k = 0; k < t->memory->count; k++) {
            const struct region *r = t->memory->spans[k].region;
            if (r->kind == REGION_FLASH)
                p->flash_bytes +=
                    overlap(r, t->image->segments[i].addr, t->image->segments[i].size);
        }
    /* A damaged file's sections may claim more than it loads. */
    if (p->text_bytes > p->flash_bytes) p->text_bytes = p->flash_bytes;
}

static int by_addr(const void *a, const void *b)
{
    const struct profile_io *x = a, *y = b;
    return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static void unmodelled(struct trace *t, struct profile *p)
{
    struct profile_io *out = arena_array(&t->arena, t->io_count + 1, sizeof *out);
    for (size_t i = 0; i < t->io_count; i++) {
        char name[64];
        bus_describe(t->board, t->io[i].addr, name, sizeof name);
        out[i] = (struct profile_io){t->io[i].addr, arena_str(&t->arena, name), t->io[i].reads,
                                     t->io[i].writes};
    }
    qsort(out, t->io_count, sizeof *out, by_addr);
    p->unmodelled = out;
    p->unmodelled_count = t->io_count;
    p->dwt_refused = t->dwt_refused;
}

const struct profile *trace_profile(struct trace *t, const struct timing *timing,
                                    uint32_t hclk_hz, double host_seconds)
{
    enum { DEFAULTS_MAX = 512 };
    struct profile *p = &t->profile;
    *p = (struct profile){0};
    trace_flush(t);
    names_before(t, false);
    if (t->follows) tree_result(t, p);
    if (t->fines) fine_result(t, p);
    chronicle_end(t);
    p->timelines_cut = t->chronicle && (t->chronicle->chrome.cut || t->chronicle->vcd.cut ||
                                        t->chronicle->insns.cut);
    rows(t, p);
    layers(t, p);
    regions(t, p);
    sizes(t, p);
    unmodelled(t, p);
    p->probes = t->probe_results;
    p->probe_count = t->options->probe_count;
    if (t->stack_low < t->stack_top) p->stack_peak_bytes = t->stack_top - t->stack_low;
    if (t->heap_base) p->heap_peak_bytes = t->heap_high - t->heap_base;
    p->console = buf_text(&t->console);
    p->console_bytes = t->console.len;
    p->hclk_hz = hclk_hz;
    p->timing_name = timing_name(timing);
    p->timing_version = timing_version(timing);
    p->range = timing_range(timing);
    struct timing_default *defaults = arena_array(&t->arena, DEFAULTS_MAX, sizeof *defaults);
    p->default_count = timing_defaults(timing, defaults, DEFAULTS_MAX);
    p->defaults = defaults;
    memcpy(p->image_sha256, t->image->sha256, sizeof p->image_sha256);
    p->compiler = t->image->compiler;
    p->host_seconds = host_seconds;
    return p;
}
