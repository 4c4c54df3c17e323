/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A block at a function's first address is a call unless the same function jumped there (a loop
 * whose head is the function's start): then the link register does not hold the address after
 * the block before.
 */
#include "sim/trace/stack.h"

#include <string.h>

#include "sim/trace/trace.h"
#include "tools/base/hash.h"

void stack_init(struct trace *t)
{
    size_t room = t->follows ? FRAMES_ALL : FRAMES_FEW;
    for (size_t i = 0; i < FLOW_MAX; i++) {
        t->flows[i] = (struct flow){.base = &t->rest};
        t->flows[i].frames = arena_array(&t->arena, room, sizeof(struct frame));
    }
    t->frame_room = room;
    t->flow = &t->flows[0];
    t->layer = &t->rest;
    t->return_addr = 1;
}

static struct frame *top_frame(const struct trace *t)
{
    return t->flow->count ? &t->flow->frames[t->flow->count - 1] : NULL;
}

static void happens(struct trace *t, enum happening_kind kind, const char *name, uint32_t value)
{
    size_t flow = (size_t)(t->flow - t->flows);
    if (!t->chronicle) return;
    chronicle_happens(t, &(struct happening){.kind = kind,
                                             .name = name,
                                             .track = t->flow->handler
                                                          ? TRACK_EXCEPTIONS
                                                          : TRACK_THREADS + (unsigned)flow,
                                             .value = value,
                                             .depth = (uint32_t)t->flow->count});
}

/* What time lines call the layer that runs. */
static const char *layer_title(const struct trace *t)
{
    if (t->layer == &t->rest) return NULL;
    return t->layer->symbol ? t->layer->symbol : t->layer->name;
}

static uint32_t row_number(const struct trace *t, const struct profile_row *row)
{
    uint32_t n = 0;
    while (n < t->row_count && t->rows[n] != row)
        n++;
    return n == t->row_count ? 0 : n + 1;
}

/* What follows from the frames that are there: return address, layer. */
static void settle(struct trace *t)
{
    const struct frame *top = top_frame(t);
    const struct profile_row *before = t->layer;
    t->return_addr = top ? top->return_addr : 1;
    t->layer = top ? top->runs : t->flow->base;
    if (t->chronicle && t->layer != before)
        happens(t, HAPPENS_LAYER, layer_title(t), row_number(t, t->layer));
}

static void pop(struct trace *t)
{
    const struct function *f = top_frame(t)->function;
    t->flow->count--;
    happens(t, HAPPENS_LEAVE, NULL, 0);
    settle(t);
    if (t->chronicle) chronicle_left(t, f);
}

/* The flow that runs ends, with all that was entered in it. */
static void end_flow(struct trace *t)
{
    while (t->flow->count)
        pop(t);
}

static void run_probes(struct trace *t, const struct function *f)
{
    for (int i = f->first_probe; i >= 0; i = t->probes[i].next) {
        const struct probe *p = &t->probes[i];
        struct profile_probe *r = &t->probe_results[i];
        r->calls++;
        memory_read(t->memory, p->addr, p->what->bytes, t->probe_bytes[i]);
        r->crc32 = hash_crc32(t->probe_bytes[i], p->what->bytes);
    }
}

static void returned(struct trace *t, uint32_t pc)
{
    uint32_t sp = machine_reg(t->machine, MREG_SP);
    const struct frame *top;
    while ((top = top_frame(t)) && top->return_addr == pc && top->sp == sp) {
        const struct function *f = top->function;
        pop(t);
        run_probes(t, f);
    }
}

static struct profile_row *new_row(struct trace *t, const struct function *f, uint16_t rule)
{
    if (t->row_count == LAYERS_MAX)
        return t->rows[LAYERS_MAX - 1]; /* the last takes the rest */
    struct profile_row *row = arena_alloc(&t->arena, sizeof *row);
    *row = (struct profile_row){
        .name = f->row.name, .symbol = f->title, .addr = f->addr, .rule = rule};
    if (t->row_count == LAYERS_MAX - 1) *row = (struct profile_row){.name = "(further layers)"};
    return t->rows[t->row_count++] = row;
}

/* The row of the next call of f from `site` within this inference: the n-th time that it is
 * called there is the same layer in every inference. */
static struct profile_row *next_call(struct trace *t, struct layer_rule *rule,
                                     const struct function *f, uint32_t site)
{
    struct call_site **at = &rule->sites;
    while (*at && ((*at)->addr != site || (*at)->callee != f))
        at = &(*at)->next;
    if (!*at) {
        *at = arena_alloc(&t->arena, sizeof **at);
        **at = (struct call_site){.addr = site, .callee = f};
    }
    struct call_site *s = *at;
    bool first = !s->at || s->inference != rule->inference;
    struct call_row **next = first ? &s->first : &s->at->next;
    s->inference = rule->inference;
    if (!*next) {
        *next = arena_alloc(&t->arena, sizeof **next);
        **next = (struct call_row){.row = new_row(t, f, f->rule)};
        (*next)->row->rule = (uint16_t)(rule - t->rules + 1);
    }
    s->at = *next;
    return s->at->row;
}

/* Does a frame of this flow belong to the rule: its scope, or one of its layers? */
static bool in_rule(const struct trace *t, const struct layer_rule *rule, bool scope)
{
    for (size_t i = t->flow->count; i-- > 0;) {
        const struct frame *f = &t->flow->frames[i];
        bool of_rule = f->function->rule && &t->rules[f->function->rule - 1] == rule;
        if (of_rule && f->layer && f->function->scope == scope) return true;
    }
    return false;
}

/* The layer that a call of f begins, or NULL. */
static struct profile_row *layer_of(struct trace *t, struct function *f, uint32_t lr,
                                    uint32_t sp)
{
    const struct frame *top = top_frame(t);
    struct layer_rule *own = f->rule ? &t->rules[f->rule - 1] : NULL;
    if (own && f->scope) {
        if (in_rule(t, own, true)) return NULL; /* a part of the inference that runs */
        own->inference++;
        if (!f->layer) f->layer = new_row(t, f, f->rule);
        f->layer->scope = true;
        return f->layer;
    }
    if (own && own->deep) {
        if (in_rule(t, own, false) || (own->scope && !in_rule(t, own, true))) return NULL;
        if (own->each) return next_call(t, own, f, 0);
    }
    /* Called by the scope itself, or by a jump at its end? */
    struct layer_rule *outer =
        top && top->function->scope ? &t->rules[top->function->rule - 1] : NULL;
    bool direct =
        outer && !outer->deep && t->previous == top->function &&
        (lr == (t->previous_end | 1U) || ((lr & ~1U) == top->return_addr && sp == top->sp));
    if (direct && outer->each && (!outer->call || own == outer))
        return next_call(t, outer, f, t->previous_end);
    if (!own || (own->each && !own->deep) || (own->scope && !own->deep && !direct)) return NULL;
    if (!f->layer) f->layer = new_row(t, f, f->rule);
    return f->layer;
}

static void entered(struct trace *t, struct function *f)
{
    uint32_t lr = machine_reg(t->machine, MREG_LR);
    if (f == t->previous && lr != (t->previous_end | 1U)) return; /* a loop to its start */
    f->row.calls++;
    if (!t->watches && !f->rule && f->first_probe < 0 && !t->follows) return;
    uint32_t sp = machine_reg(t->machine, MREG_SP);
    struct profile_row *layer = layer_of(t, f, lr, sp);
    if (layer) layer->calls++;
    if (!layer && !f->scope && f->first_probe < 0 && !t->follows) return;
    if (t->flow->count == t->frame_room) return; /* recursion: stays with the innermost */
    struct node *node = NULL;
    if (t->follows) {
        const struct frame *top = top_frame(t);
        /* A function that calls itself from several places would double its paths at each
         * depth: they are one. */
        bool itself = top && top->function == f;
        node = tree_child(t, top ? top->node : t->root, f, itself ? f->addr : t->previous_end);
        node->calls++;
    }
    t->flow->frames[t->flow->count++] = (struct frame){.function = f,
                                                       .return_addr = lr & ~1U,
                                                       .sp = sp,
                                                       .layer = layer,
                                                       .runs = layer ? layer : t->layer,
                                                       .node = node};
    if (t->chronicle) chronicle_entered(t, f);
    settle(t);
    happens(t, HAPPENS_ENTER, f->title ? f->title : f->row.name, 0);
}

/* The node of the function that runs: the innermost frame's, or one below it where code was
 * reached by no call (a jump into the middle of a function, more frames than there is room). */
static void find_node(struct trace *t, const struct function *f)
{
    const struct frame *top = top_frame(t);
    t->node = top ? top->node : t->root;
    if (t->node->function != f) t->node = tree_child(t, t->node, f, 0);
}

/* Frames below the stack pointer were left without a return (longjmp); so were those that begin
 * right at it when a function further out runs on. */
static void drop_left(struct trace *t, const struct code *c)
{
    uint32_t sp = machine_reg(t->machine, MREG_SP);
    const struct frame *top;
    while ((top = top_frame(t)) && top->sp < sp)
        pop(t);
    if (!top || c->entry || top->function == c->function || top->sp != sp) return;
    for (size_t i = t->flow->count - 1; i-- > 0;) {
        if (t->flow->frames[i].function != c->function) continue;
        while (t->flow->count > i + 1 && top_frame(t)->sp == sp)
            pop(t);
        return;
    }
}

void stack_border(struct trace *t, const struct code *c)
{
    if (t->discovers && !c->entry) discover_called(t, c->block->user);
    if (c->pc == t->return_addr) {
        returned(t, c->pc);
        if (t->return_addr == c->pc) settle(t);
    }
    if (t->flow->count) drop_left(t, c);
    if (c->entry) entered(t, c->function);
    if (t->follows) find_node(t, c->function);
    if (t->chronicle) happens(t, HAPPENS_STACK, NULL, machine_reg(t->machine, MREG_SP));
}

/* A flow to run on: a free one, else the one that has waited longest. */
static struct flow *new_flow(struct trace *t, struct profile_row *base)
{
    struct flow *best = NULL;
    for (size_t i = 0; i < FLOW_MAX; i++) {
        struct flow *f = &t->flows[i];
        if (f == t->flow) continue;
        if (!f->waits) {
            best = f;
            break;
        }
        if (!best || f->age < best->age) best = f;
    }
    struct flow *now = t->flow;
    t->flow = best;
    end_flow(t); /* one that waited and is taken from its thread */
    t->flow = now;
    best->waits = best->handler = false;
    best->base = base;
    return best;
}

static void start_handler(struct trace *t)
{
    t->previous = NULL;
    t->previous_end = 0;
    t->function = t->none;
    t->node = t->root;
    settle(t);
}

void stack_exception(struct trace *t, unsigned n, uint32_t at)
{
    trace_flush(t);
    for (size_t i = 0; i < FLOW_MAX; i++) /* what waits there is gone: its frame is */
        if (t->flows[i].waits && t->flows[i].key == at) t->flows[i].waits = false;
    struct flow *old = t->flow;
    old->waits = true;
    old->key = at;
    old->age = ++t->flow_clock;
    old->function = t->function;
    old->node = t->node;
    old->previous = t->previous;
    old->previous_end = t->previous_end;
    t->flow = new_flow(t, t->layer);
    t->flow->handler = true;
    start_handler(t);
    happens(t, HAPPENS_EXCEPTION, NULL, n);
}

void stack_exception_chain(struct trace *t, unsigned n)
{
    trace_flush(t);
    end_flow(t);
    happens(t, HAPPENS_RETURN, NULL, 0);
    start_handler(t);
    happens(t, HAPPENS_EXCEPTION, NULL, n);
}

void stack_exception_return(struct trace *t, uint32_t from, uint32_t pc)
{
    trace_flush(t);
    end_flow(t);
    happens(t, HAPPENS_RETURN, NULL, 0);
    for (size_t i = 0; i < FLOW_MAX; i++) {
        struct flow *f = &t->flows[i];
        if (!f->waits || f->key != from) continue;
        f->waits = false;
        t->flow = f;
        t->function = f->function;
        t->node = f->node;
        t->previous = f->previous;
        t->previous_end = f->previous_end;
        settle(t);
        return;
    }
    t->flow = new_flow(t, &t->rest); /* a thread that was never seen */
    start_handler(t);
    t->return_addr = pc; /* looked at there, whatever function it is */
}

void stack_reset(struct trace *t)
{
    trace_flush(t);
    chronicle_clock(t);
    for (size_t i = 0; i < FLOW_MAX; i++) {
        t->flow = &t->flows[i];
        end_flow(t);
        t->flow->waits = t->flow->handler = false;
    }
    t->flow = &t->flows[0];
    t->flow->base = &t->rest;
    start_handler(t);
}
