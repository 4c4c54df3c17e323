/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Before the run: functions and layers from the image's symbols, probes, stack and heap.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/trace.h"

/* Functions are what symbols of type FUNC say, and labels in code where no function is. */
static void make_functions(struct trace *t)
{
    const struct image *m = t->image;
    bool named = false;
    for (size_t i = 0; i < m->symbol_count && !named; i++)
        named = m->symbols[i].kind == SYMBOL_FUNC;
    t->function_room = m->symbol_count + 1 + (named ? 0 : DISCOVERED_MAX);
    t->functions = arena_array(&t->arena, t->function_room, sizeof *t->functions);
    assert(t->functions);
    uint32_t covered = 0; /* end of the functions so far */
    for (size_t i = 0; i < m->symbol_count; i++) {
        const struct symbol *s = &m->symbols[i];
        struct function *last = t->function_count ? &t->functions[t->function_count - 1] : NULL;
        bool code = s->kind == SYMBOL_FUNC;
        if (s->kind == SYMBOL_LABEL && s->rank < 2 && s->addr >= covered)
            for (size_t k = 0; k < m->section_count && !code; k++)
                code =
                    m->sections[k].code && s->addr - m->sections[k].addr < m->sections[k].size;
        if (!code || (last && last->addr == s->addr)) continue;
        if (last && last->size == 0) last->size = s->addr - last->addr;
        t->functions[t->function_count++] = (struct function){
            .addr = s->addr,
            .size = s->size,
            .row = {.name = s->name, .addr = s->addr},
            .first_probe = -1,
        };
        if (s->addr + s->size > covered) covered = s->addr + s->size;
    }
    struct function *last = t->function_count ? &t->functions[t->function_count - 1] : NULL;
    if (last && last->size == 0) last->size = 0x1000;
    t->named_count = t->function_count;
    t->discovers = t->named_count == 0;
    t->none = &t->functions[t->function_count];
    t->functions[t->function_count++] =
        (struct function){.row.name = "(no symbol)", .first_probe = -1};
}

static struct function *function_at(const struct trace *t, uint32_t addr)
{
    struct function *none = t->none;
    size_t low = 0, high = t->named_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t->functions[mid].addr <= addr)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == 0 || addr - t->functions[low - 1].addr >= t->functions[low - 1].size)
        return none;
    return &t->functions[low - 1];
}

static int by_name(const void *a, const void *b)
{
    const struct function *x = *(struct function *const *)a, *y = *(struct function *const *)b;
    int order = strcmp(x->row.name, y->row.name);
    return order ? order : (x->addr > y->addr) - (x->addr < y->addr);
}

static const char *file_of(const struct trace *t, const struct function *f)
{
    const struct symbol *s = image_symbol_at(t->image, f->addr);
    return s && s->addr == f->addr ? s->file : NULL;
}

/* Functions of one name (static ones of several sources) get the source or the address with it:
 * "conv.cc:Eval", "Eval@08001234". */
static void tell_apart(struct trace *t)
{
    size_t n = t->named_count;
    struct function **all = arena_array(&t->arena, n + 1, sizeof(void *));
    for (size_t i = 0; i < n; i++)
        all[i] = &t->functions[i];
    if (n) qsort(all, n, sizeof(void *), by_name);
    for (size_t from = 0, to; from < n; from = to) {
        const char *name = all[from]->row.name;
        for (to = from + 1; to < n && strcmp(all[to]->row.name, name) == 0;)
            to++;
        for (size_t i = from; to - from > 1 && i < to; i++) {
            const char *file = file_of(t, all[i]);
            bool alone = file != NULL;
            for (size_t k = from; k < to && alone; k++) {
                const char *other = k == i ? NULL : file_of(t, all[k]);
                alone = !other || strcmp(other, file) != 0;
            }
            all[i]->row.name = alone ? arena_printf(&t->arena, "%s:%s", file, name)
                                     : arena_printf(&t->arena, "%s@%08x", name, all[i]->addr);
        }
    }
}

struct function *trace_function_named(struct trace *t, const char *name)
{
    const struct symbol *s = image_symbol(t->image, name);
    if (t->discovers) return discover_named(t, name);
    for (size_t i = 0; !s && i < t->named_count; i++) /* as tell_apart() calls it */
        if (strcmp(t->functions[i].row.name, name) == 0) return &t->functions[i];
    if (!s || s->kind == SYMBOL_OBJECT) return NULL;
    struct function *f = function_at(t, s->addr);
    return f->addr == s->addr && f->size ? f : NULL;
}

/* Layers that were named one by one have a row each, called or not. */
static bool make_layers(struct trace *t, struct err *e)
{
    t->rows = arena_array(&t->arena, LAYERS_MAX, sizeof(void *));
    if (t->options->layer_count >= LAYERS_MAX)
        return err_set(e, ERR_UNSUPPORTED, "%zu layers: more than %d", t->options->layer_count,
                       LAYERS_MAX);
    if (!rules_apply(t, e)) return false;
    for (size_t i = 0; i < t->rule_count; i++) {
        t->watches |= t->rules[i].scope != NULL;
        if (!t->rules[i].symbol) continue;
        struct function *f = trace_function_named(t, t->rules[i].word);
        f->layer = arena_alloc(&t->arena, sizeof *f->layer);
        *f->layer = (struct profile_row){.name = f->row.name, .rule = f->rule};
        t->rows[t->row_count++] = f->layer;
    }
    t->rest.name = "(rest)";
    t->function = t->none;
    stack_init(t);
    if (t->follows) tree_init(t);
    return true;
}

static bool make_probes(struct trace *t, struct err *e)
{
    const struct sim_options *o = t->options;
    t->probes = arena_array(&t->arena, o->probe_count + 1, sizeof *t->probes);
    t->probe_results = arena_array(&t->arena, o->probe_count + 1, sizeof *t->probe_results);
    t->probe_bytes = arena_array(&t->arena, o->probe_count + 1, sizeof *t->probe_bytes);
    for (size_t i = o->probe_count; i-- > 0;) { /* backwards: a function's list is in order */
        const struct sim_probe *p = &o->probes[i];
        struct function *f = trace_function_named(t, p->symbol);
        if (!f)
            return err_set(e, ERR_MISSING, "%s: probe %d: no function %s in the image",
                           t->image->name, p->id, p->symbol);
        uint32_t base = 0;
        if (p->base_symbol) {
            const struct symbol *s = image_symbol(t->image, p->base_symbol);
            if (!s)
                return err_set(e, ERR_MISSING, "%s: probe %d: no symbol %s in the image",
                               t->image->name, p->id, p->base_symbol);
            base = s->addr;
        }
        if (!memory_read(t->memory, base + p->offset, p->bytes, NULL))
            return err_set(e, ERR_UNSUPPORTED,
                           "%s: probe %d: %u bytes at 0x%08x are not all memory",
                           t->image->name, p->id, p->bytes, base + p->offset);
        t->probes[i] = (struct probe){p, base + p->offset, f->first_probe};
        f->first_probe = (int)i;
        t->probe_results[i].id = p->id;
        t->probe_bytes[i] = arena_alloc(&t->arena, p->bytes + 1);
        if (p->keep) t->probe_results[i].bytes = t->probe_bytes[i];
    }
    return true;
}

/* A name of the image, or as people read it (names.c); found ones are known after the run. */
static bool check_lines_of(struct trace *t, struct err *e)
{
    const char *name = t->options->lines_of;
    if (!name || t->discovers || trace_function_named(t, name)) return true;
    names_before(t, true);
    for (size_t i = 0; i < t->function_count; i++)
        if (strcmp(t->functions[i].title, name) == 0) return true;
    return rules_no_function(t, "--annotate-function", name, e);
}

bool trace_init(struct trace *t, const struct sim_options *o, const struct image *image,
                struct memory *memory, struct machine *machine, const uint64_t *now,
                const uint32_t *clock_hz, struct err *e)
{
    *t = (struct trace){.options = o,
                        .board = o->board,
                        .image = image,
                        .memory = memory,
                        .machine = machine,
                        .now = now,
                        .clock_hz = clock_hz};
    make_functions(t);
    tell_apart(t);
    if (t->discovers) discover_init(t);
    const struct sim_timelines *w = o->timelines;
    t->follows = o->calls || w;
    if (w) names_before(t, true);
    t->fines = o->lines || (w && w->insns);
    return check_lines_of(t, e) && make_layers(t, e) && make_probes(t, e) &&
           chronicle_init(t, e);
}

void trace_done(struct trace *t)
{
    fine_done(t);
    discover_done(t);
    tree_done(t);
    buf_done(&t->console);
    arena_done(&t->arena);
}

/* The stack grows down from the vector table's value to the end of the data below it; a heap
 * grows up from there. The end is what the linker script calls it, else that of the sections.
 */
void trace_stack(struct trace *t, uint32_t initial_sp)
{
    static const char *const ends[] = {"__bss_end__", "_ebss", "__bss_end", "_end", "end"};
    initial_sp &= ~3U; /* as the core takes it */
    t->stack_top = t->stack_low = initial_sp;
    const struct span_host *top = memory_span(t->memory, initial_sp - 4);
    if (!top) return;
    /* Data regions that touch are one span: the stack may reach down through them. */
    uint32_t floor = top->region->base;
    for (size_t i = t->memory->count; i-- > 0;) {
        const struct region *r = t->memory->spans[i].region;
        if (r->kind == REGION_RAM && r->base + r->size == floor) floor = r->base;
    }
    uint32_t end = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends && !end; i++) {
        const struct symbol *s = image_symbol(t->image, ends[i]);
        if (s && s->addr >= floor && s->addr < initial_sp) end = s->addr;
    }
    for (size_t i = 0; i < t->image->section_count && !end; i++) {
        const struct section *s = &t->image->sections[i];
        if (s->writable && !image_reserve(s) && s->addr >= floor && s->addr < initial_sp &&
            s->addr + s->size <= initial_sp && s->addr + s->size > floor)
            floor = s->addr + s->size;
    }
    t->stack_floor = end ? end : floor;
    t->heap_base = 0;
    const struct symbol *heap = image_symbol(t->image, "end");
    if (!heap) heap = image_symbol(t->image, "_end");
    const struct symbol *grow = image_symbol(t->image, "_sbrk");
    if (grow && heap && heap->addr >= floor && heap->addr < initial_sp)
        t->heap_base = heap->addr;
    t->heap_high = t->heap_base ? t->heap_base : t->stack_floor;
}

void trace_code(struct trace *t, struct code *c)
{
    if (t->discovers) {
        discover_code(t, c);
    } else {
        c->function = function_at(t, c->pc);
        c->entry = c->function->size && c->function->addr == c->pc;
    }
    if (t->fines) fine_code(t, c);
}
