/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The part of the trace that runs with the firmware.
 *
 * A block at a function's first address is a call unless the same function jumped there (a loop
 * whose head is the function's start): then the link register does not hold the address after
 * the block before.
 */
#include "sim/trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include "tools/base/hash.h"

static void row_add(struct profile_row *row, const struct charge *c)
{
    row->instructions += c->instructions;
    for (int i = 0; i < CAUSE_COUNT; i++)
        row->causes[i] += c->cycles[i];
}

void trace_flush(struct trace *t)
{
    row_add(&t->function->row, &t->pending);
    row_add(t->layer, &t->pending);
    t->pending = (struct charge){0};
}

static void pop_watch(struct trace *t)
{
    t->watch_count--;
    const struct watch *below = t->watch_count ? &t->watches[t->watch_count - 1] : NULL;
    t->return_addr = below ? below->return_addr : 1;
    t->layer = &t->layers[t->layer_count - 1];
    for (size_t i = t->watch_count; i-- > 0;)
        if (t->watches[i].function->layer >= 0) {
            t->layer = &t->layers[t->watches[i].function->layer];
            break;
        }
}

static void push_watch(struct trace *t, const struct function *f, uint32_t return_addr,
                       uint32_t sp)
{
    /* Frames below the stack pointer were left without a return (longjmp). */
    while (t->watch_count && t->watches[t->watch_count - 1].sp < sp)
        pop_watch(t);
    if (t->watch_count == WATCH_MAX)
        return; /* recursion: the cycles stay with the innermost 64 */
    t->watches[t->watch_count++] = (struct watch){f, return_addr, sp};
    t->return_addr = return_addr;
    if (f->layer >= 0) t->layer = &t->layers[f->layer];
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
    while (t->watch_count) {
        const struct watch *w = &t->watches[t->watch_count - 1];
        if (w->return_addr != pc || w->sp != sp) return;
        const struct function *f = w->function;
        pop_watch(t);
        run_probes(t, f);
    }
}

void trace_block(struct trace *t, const struct code *c)
{
    struct function *f = c->function;
    bool returns = c->pc == t->return_addr;
    if (f != t->function || c->entry || returns) trace_flush(t);
    if (returns) returned(t, c->pc);
    if (c->entry) {
        uint32_t lr = machine_reg(t->machine, MREG_LR);
        if (f != t->previous || lr == (t->previous_end | 1U)) {
            f->row.calls++;
            if (f->layer >= 0) t->layers[f->layer].calls++;
            if (f->layer >= 0 || f->first_probe >= 0)
                push_watch(t, f, lr & ~1U, machine_reg(t->machine, MREG_SP));
        }
    }
    t->function = f;
    t->previous = f;
    t->previous_end = c->pc + c->bytes;
}

/* A write far below the stack pointer is to the heap (or to data beside it); one near it or
 * above it is to the stack. The stack pointer is only read when an extreme moves. */
static void new_extreme(struct trace *t, uint32_t addr, uint32_t bytes)
{
    enum { RED_ZONE = 256 };
    uint32_t sp = machine_reg(t->machine, MREG_MSP);
    if (addr >= t->stack_floor && addr + RED_ZONE >= sp) {
        t->stack_low = addr;
    } else if (addr + bytes > t->heap_high) {
        t->heap_high = addr + bytes; /* without a heap: data that no section told of */
    }
}

void trace_accesses(struct trace *t, const struct access *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t addr = a[i].addr;
        struct span_host *s = t->memory->last;
        if (!s || addr - s->region->base >= s->region->size) {
            s = memory_span(t->memory, addr);
            if (!s) continue;
        }
        uint32_t offset = addr - s->region->base;
        s->touched[offset >> 2] = 1;
        if (a[i].size > 4 && offset + 4 < s->region->size) s->touched[(offset >> 2) + 1] = 1;
        if (a[i].write && addr < t->stack_low && addr >= t->heap_high)
            new_extreme(t, addr, a[i].size);
    }
}

void trace_stack_pointer(struct trace *t, uint32_t sp)
{
    if (sp < t->stack_low && sp >= t->stack_floor) t->stack_low = sp;
}

void trace_unmodelled(struct trace *t, uint32_t addr, bool write)
{
    addr &= ~3U;
    size_t i = 0;
    while (i < t->io_count && t->io[i].addr != addr)
        i++;
    if (i == IO_COUNT_MAX) return;
    if (i == t->io_count) {
        t->io[i] = (struct io_count){.addr = addr};
        t->io_count++;
    }
    if (write)
        t->io[i].writes++;
    else
        t->io[i].reads++;
}
