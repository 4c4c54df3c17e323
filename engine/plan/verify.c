/* SPDX-License-Identifier: GPL-2.0-or-later
 * Follows the plan op by op with nothing but the graph and the offsets: each byte of the arena
 * knows which contents it holds. An op's inputs must be there in full when it starts; then its
 * scratch destroys what it covers, then its output does. That finds every wrong overlap without
 * a notion of life times, which is the planner's own. */
#include "engine/plan/plan.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Spans of the arena that hold known contents, disjoint. Contents are numbered by the tensor
 * that was written; a RESHAPE's output has its input's number. */
struct span {
    uint32_t start, end;
    int contents;
};

struct memory {
    struct span *spans;
    size_t count, cap;
};

static void add_span(struct memory *m, uint32_t start, uint32_t end, int contents)
{
    if (start >= end) return;
    if (m->count == m->cap) {
        m->cap = m->cap ? 2 * m->cap : 64;
        m->spans = xrealloc(m->spans, m->cap, sizeof *m->spans);
    }
    m->spans[m->count++] = (struct span){start, end, contents};
}

static void destroy(struct memory *m, uint32_t start, uint32_t end)
{
    const size_t n = m->count;
    struct span *old = xcalloc(n, sizeof *old);
    if (n) memcpy(old, m->spans, n * sizeof *old);
    m->count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct span s = old[i];
        if (s.end <= start || s.start >= end) {
            add_span(m, s.start, s.end, s.contents);
            continue;
        }
        if (s.start < start) add_span(m, s.start, start, s.contents);
        if (s.end > end) add_span(m, end, s.end, s.contents);
    }
    free(old);
}

static bool holds(const struct memory *m, uint32_t start, uint32_t end, int contents)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < m->count; i++) {
        const struct span *s = &m->spans[i];
        if (s->contents != contents) continue;
        const uint32_t low = s->start > start ? s->start : start;
        const uint32_t high = s->end < end ? s->end : end;
        if (low < high) bytes += high - low;
    }
    return bytes == (uint64_t)end - start;
}

struct check {
    const struct graph *g;
    const struct plan *p;
    struct memory memory;
    int *contents; /* tensor → contents, -1 before it is written */
    struct err *e;
};

static bool bad(const struct check *c, int op, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool bad(const struct check *c, int op, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    err_setv(c->e, ERR_INTERNAL, fmt, args);
    va_end(args);
    if (op < 0) return err_prefix(c->e, "%s: plan", c->g->name);
    return err_prefix(c->e, "%s: plan: op %d %s", c->g->name, c->g->ops[op].index,
                      c->g->ops[op].name);
}

static bool span_of(const struct check *c, int op, int tensor, struct span *out)
{
    const struct plan *p = c->p;
    const int b = p->buffer_of[tensor];
    const uint32_t bytes = c->g->tensors[tensor].bytes;
    if (b < 0 || b >= p->buffer_count)
        return bad(c, op, "tensor %d has buffer %d of %d", tensor, b, p->buffer_count);
    const struct plan_buffer *buf = &p->buffers[b];
    if (buf->offset % 16)
        return bad(c, op, "tensor %d lies at %u, not a multiple of 16", tensor, buf->offset);
    if (bytes > buf->bytes)
        return bad(c, op, "tensor %d of %u bytes in a buffer of %u", tensor, bytes, buf->bytes);
    if (buf->offset > p->activation_bytes || buf->bytes > p->activation_bytes - buf->offset)
        return bad(c, op, "tensor %d ends at %llu, activations at %u", tensor,
                   (unsigned long long)buf->offset + buf->bytes, p->activation_bytes);
    if (op >= 0 && (op < buf->first_op || op > buf->last_op))
        return bad(c, op, "uses tensor %d, which lives from op %d to %d only", tensor,
                   buf->first_op, buf->last_op);
    *out = (struct span){buf->offset, buf->offset + bytes, tensor};
    return true;
}

static bool input_is_there(const struct check *c, int i, int tensor)
{
    struct span s = {0};
    if (tensor == NO_TENSOR || c->g->tensors[tensor].data) return true;
    if (!span_of(c, i, tensor, &s)) return false;
    if (!holds(&c->memory, s.start, s.end, c->contents[tensor]))
        return bad(c, i, "tensor %d at %u was overwritten before it is read", tensor, s.start);
    return true;
}

static bool follow_op(struct check *c, int i)
{
    const struct op *op = &c->g->ops[i];
    struct span in = {0}, out = {0};
    for (int k = 0; k < op->input_count; k++)
        if (!input_is_there(c, i, op->input[k])) return false;
    if (!span_of(c, i, op->input[0], &in) || !span_of(c, i, op->output, &out)) return false;

    if (op->kind == OP_RESHAPE) {
        if (in.start != out.start)
            return bad(c, i, "its output lies at %u, its input at %u: nothing moves it",
                       out.start, in.start);
        c->contents[op->output] = c->contents[op->input[0]];
        return true;
    }
    if (op->scratch_bytes) {
        const uint32_t start = c->p->scratch_offset, bytes = op->scratch_bytes;
        if (bytes > c->p->scratch_bytes)
            return bad(c, i, "wants %u bytes of scratch, there are %u", bytes,
                       c->p->scratch_bytes);
        destroy(&c->memory, start, start + bytes);
        /* The op still reads its inputs, and writes its output, while it uses scratch. */
        for (int k = 0; k < op->input_count; k++)
            if (!input_is_there(c, i, op->input[k]))
                return err_prefix(c->e, "scratch at %u", start);
        if (out.start < start + bytes && start < out.end)
            return bad(c, i, "its output at %u lies in its scratch at %u", out.start, start);
    }
    /* Inputs must survive the writing of the output too, except the one that is written over.
     */
    for (int k = 0; k < op->input_count; k++) {
        struct span s = {0};
        if (op->input[k] == NO_TENSOR || c->g->tensors[op->input[k]].data) continue;
        if (!span_of(c, i, op->input[k], &s)) return false;
        const bool over =
            op->in_place && c->contents[op->input[k]] == c->contents[op->input[0]];
        if (over && s.start != out.start)
            return bad(c, i, "works in place, but its output lies at %u, its input at %u",
                       out.start, s.start);
        if (!over && s.start < out.end && out.start < s.end)
            return bad(c, i, "its output at %u overlaps its input, tensor %d at %u", out.start,
                       op->input[k], s.start);
    }
    destroy(&c->memory, out.start, out.end);
    add_span(&c->memory, out.start, out.end, op->output);
    c->contents[op->output] = op->output;
    return true;
}

static bool follow(struct check *c)
{
    const struct graph *g = c->g;
    struct span s = {0};
    for (int t = 0; t < g->tensor_count; t++)
        c->contents[t] = -1;
    if (!span_of(c, -1, g->input, &s)) return false;
    add_span(&c->memory, s.start, s.end, g->input);
    c->contents[g->input] = g->input;
    for (int i = 0; i < g->op_count; i++)
        if (!follow_op(c, i)) return false;
    if (!span_of(c, g->op_count - 1, g->output, &s)) return false;
    if (!holds(&c->memory, s.start, s.end, c->contents[g->output]))
        return bad(c, -1, "the network's output at %u is overwritten", s.start);
    return true;
}

bool plan_verify(const struct graph *g, const struct plan *p, struct err *e)
{
    if (!graph_verify(g, e)) return false;
    struct check c = {.g = g, .p = p, .e = e};
    if (p->activation_bytes > p->arena_bytes)
        return bad(&c, -1, "activations of %u bytes in an arena of %u", p->activation_bytes,
                   p->arena_bytes);
    if (p->scratch_offset % 16 || p->scratch_offset > p->arena_bytes ||
        p->scratch_bytes > p->arena_bytes - p->scratch_offset)
        return bad(&c, -1, "scratch of %u bytes at %u in an arena of %u", p->scratch_bytes,
                   p->scratch_offset, p->arena_bytes);
    if (p->live_peak_bytes > p->arena_bytes)
        return bad(&c, -1, "live peak of %u bytes in an arena of %u", p->live_peak_bytes,
                   p->arena_bytes);
    c.contents = xcalloc((size_t)g->tensor_count, sizeof *c.contents);
    const bool ok = follow(&c);
    free(c.contents);
    free(c.memory.spans);
    return ok;
}
