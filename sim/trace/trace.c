/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The part of the trace that runs with the firmware.
 */
#include "sim/trace/trace.h"

#include <stdlib.h>
#include <string.h>

static void row_add(struct profile_row *row, const struct charge *c)
{
    row->instructions += c->instructions;
    for (int i = 0; i < CAUSE_COUNT; i++)
        row->causes[i] += c->cycles[i];
}

static void node_add(struct node *n, const struct charge *c)
{
    n->instructions += c->instructions;
    for (int i = 0; i < CAUSE_COUNT; i++)
        n->cycles += c->cycles[i];
}

void trace_flush(struct trace *t)
{
    row_add(&t->function->row, &t->pending);
    row_add(t->layer, &t->pending);
    if (t->follows) node_add(t->node, &t->pending);
    t->pending = (struct charge){0};
}

void trace_block(struct trace *t, const struct code *c)
{
    struct function *f = c->function;
    if (f != t->function || c->entry || c->pc == t->return_addr) {
        trace_flush(t);
        stack_border(t, c);
        f = c->function; /* which may have been discovered there */
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
    uint8_t *const *pages = t->memory->touched;
    for (size_t i = 0; i < n; i++) {
        uint32_t addr = a[i].addr;
        uint8_t *words = pages[addr / MEMORY_PAGE];
        if (!words) continue;
        words[addr % MEMORY_PAGE / 4] = 1;
        if (a[i].size > 4 && (words = pages[(addr + 4) / MEMORY_PAGE]))
            words[(addr + 4) % MEMORY_PAGE / 4] = 1;
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
