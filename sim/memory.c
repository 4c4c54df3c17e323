/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Host memory of the regions. Flash is mapped without the right to write, so that a firmware
 * that writes there faults as silicon would without its unlock sequence; everything else may be
 * read, written and run, but for memory beside the chip (external.h).
 */
#include "sim/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/bitband.h"
#include "tools/base/arena.h"

enum { PAGE = MEMORY_PAGE, PAGES = 1 << (32 - MEMORY_PAGE_BITS), WORD = 4 };

static struct span_host *span_with_base(struct memory *m, uint32_t base)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->spans[i].region->base <= base &&
            base - m->spans[i].region->base < m->spans[i].region->size &&
            !m->spans[i].region->alias_of)
            return &m->spans[i];
    return NULL;
}

/* Devices live in 0x40000000…0x5fffffff and 0xe0000000…0xe00fffff, bit-band aliases as if they
 * were some from 0x22000000; a region of memory among them (backup SRAM) keeps its place. */
static bool map_io(const struct board *b, struct machine *machine, uint32_t from, uint32_t to,
                   struct err *e)
{
    for (size_t i = 0; i < b->region_count; i++) { /* ascending base */
        const struct region *r = &b->regions[i];
        if (r->base < from || r->base >= to) continue;
        if (r->base > from && !machine_map_io(machine, from, r->base - from, e)) return false;
        from = r->base + r->size;
    }
    return from >= to || machine_map_io(machine, from, to - from, e);
}

/* Devices elsewhere (system memory, memory controllers): the pages that hold them. */
static bool map_stray(const struct board *b, struct machine *machine, struct err *e)
{
    uint32_t done = 0; /* everything below, by the order of bases */
    for (uint64_t from = 0; from < UINT64_C(1) << 32;) {
        const struct periph *next = NULL;
        for (size_t i = 0; i < b->periph_count; i++) {
            const struct periph *p = &b->periphs[i];
            bool usual =
                (p->base >= 0x40000000U && p->base < 0x60000000U) || p->base >= 0xe0000000U;
            if (!usual && p->base >= from && (!next || p->base < next->base)) next = p;
        }
        if (!next) return true;
        uint32_t base = next->base & ~(PAGE - 1U);
        if (base < done) base = done;
        uint32_t end = (next->base + next->size + PAGE - 1U) & ~(PAGE - 1U);
        if (end > base && !machine_map_io(machine, base, end - base, e)) return false;
        if (end > done) done = end;
        from = (uint64_t)next->base + 1;
    }
    return true;
}

static bool touches(const struct region *a, const struct region *b)
{
    return !a->alias_of && !b->alias_of && a->kind == b->kind && b->base - a->base == a->size;
}

/* Regions that touch (DTCM, SRAM1, SRAM2 on the F746) share one allocation, so that a buffer
 * that lies across their border has one host address. They stand by ascending base. */
static void allocate(struct memory *m)
{
    for (size_t i = m->count; i-- > 0;)
        if (i + 1 < m->count && touches(m->spans[i].region, m->spans[i + 1].region))
            m->spans[i].run += m->spans[i + 1].run;
    for (size_t i = 0; i < m->count; i++) {
        struct span_host *s = &m->spans[i];
        if (s->region->alias_of) continue;
        if (i && touches(m->spans[i - 1].region, s->region)) {
            s->bytes = m->spans[i - 1].bytes + m->spans[i - 1].region->size;
            continue;
        }
        s->bytes = xcalloc((size_t)s->run, 1);
        s->own = true;
    }
}

bool memory_init(struct memory *m, const struct board *b, struct machine *machine,
                 struct err *e)
{
    *m = (struct memory){.board = b, .count = b->region_count};
    m->spans = xcalloc(b->region_count + 1, sizeof *m->spans);
    m->touched = xcalloc(PAGES, sizeof *m->touched); /* almost all of it never gets memory */
    for (size_t i = 0; i < m->count; i++) {
        const struct region *r = &b->regions[i];
        if (r->base % PAGE || r->size % PAGE || r->size == 0)
            return err_set(e, ERR_UNSUPPORTED,
                           "%s: region %s: base and size must be multiples of %d bytes",
                           b->name, r->name, PAGE);
        m->spans[i].region = r;
        m->spans[i].touched = xcalloc(r->size / WORD, 1);
        m->spans[i].run = r->size;
        for (uint32_t at = 0; at < r->size; at += PAGE)
            m->touched[(r->base + at) / PAGE] = m->spans[i].touched + at / WORD;
    }
    allocate(m);
    for (size_t i = 0; i < m->count; i++) {
        struct span_host *s = &m->spans[i];
        const struct region *r = s->region;
        if (r->alias_of) {
            const struct span_host *original = span_with_base(m, r->alias_of);
            uint32_t offset = original ? r->alias_of - original->region->base : 0;
            if (!original || r->size > original->region->size - offset)
                return err_set(e, ERR_UNSUPPORTED,
                               "%s: region %s: alias_of 0x%08x is not inside another region",
                               b->name, r->name, r->alias_of);
            s->bytes = original->bytes + offset;
        }
        s->rights = MACHINE_READ | MACHINE_EXEC;
        if (r->kind == REGION_RAM) s->rights |= MACHINE_WRITE;
        if (r->sdram) s->rights = 0; /* external.c */
        if (!machine_map(machine, r->base, r->size, s->bytes, s->rights, e)) return false;
    }
    if (b->core == CORE_CORTEX_M4 &&
        !map_io(b, machine, BITBAND_RAM, BITBAND_RAM + BITBAND_BYTES, e))
        return false;
    return map_io(b, machine, 0x40000000U, 0x60000000U, e) &&
           map_io(b, machine, 0xe0000000U, 0xe0100000U, e) && map_stray(b, machine, e);
}

void memory_open_flash(struct memory *m, struct machine *machine, bool open)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct span_host *s = &m->spans[i];
        unsigned rights = s->rights | (open ? MACHINE_WRITE : 0U);
        if (s->region->kind == REGION_FLASH)
            machine_allow(machine, s->region->base, s->region->size, rights);
    }
}

void memory_done(struct memory *m)
{
    for (size_t i = 0; i < m->count && m->spans; i++) {
        if (m->spans[i].own) free(m->spans[i].bytes);
        free(m->spans[i].touched);
    }
    free(m->spans);
    free(m->touched);
    *m = (struct memory){0};
}

struct span_host *memory_span(struct memory *m, uint32_t addr)
{
    if (m->last && addr - m->last->region->base < m->last->region->size) return m->last;
    for (size_t i = 0; i < m->count; i++)
        if (addr - m->spans[i].region->base < m->spans[i].region->size)
            return m->last = &m->spans[i];
    return NULL;
}

uint8_t *memory_at(struct memory *m, uint32_t addr, size_t n)
{
    const struct span_host *s = memory_span(m, addr);
    if (!s || !s->rights || n > s->run - (addr - s->region->base)) return NULL;
    return s->bytes + (addr - s->region->base);
}

bool memory_read(struct memory *m, uint32_t addr, size_t n, uint8_t *out)
{
    while (n) {
        const struct span_host *s = memory_span(m, addr);
        if (!s || !s->rights) return false;
        size_t part = s->region->size - (addr - s->region->base);
        if (part > n) part = n;
        if (out) {
            memcpy(out, s->bytes + (addr - s->region->base), part);
            out += part;
        }
        addr += (uint32_t)part;
        n -= part;
    }
    return true;
}

void memory_touch(struct memory *m, uint32_t addr, uint32_t bytes)
{
    const struct span_host *s = memory_span(m, addr);
    if (!s || bytes == 0) return;
    uint32_t first = (addr - s->region->base) / WORD;
    uint64_t end = ((uint64_t)(addr - s->region->base) + bytes + WORD - 1) / WORD;
    if (end > s->region->size / WORD) end = s->region->size / WORD;
    for (uint32_t i = first; i < end; i++)
        s->touched[i] = 1;
}

void memory_describe(const struct memory *m, uint32_t addr, char *out, size_t out_bytes)
{
    const struct region *below = NULL, *above = NULL;
    for (size_t i = 0; i < m->count; i++) {
        const struct region *r = m->spans[i].region;
        if (addr - r->base < r->size) {
            snprintf(out, out_bytes, "0x%08x (%s + 0x%x)", addr, r->name, addr - r->base);
            return;
        }
        if (r->base + (r->size - 1) < addr && (!below || r->base > below->base)) below = r;
        if (r->base > addr && (!above || r->base < above->base)) above = r;
    }
    enum { NEAR = 0x100000 };
    uint32_t past = below ? addr - (below->base + (below->size - 1)) - 1 : UINT32_MAX;
    uint32_t before = above ? above->base - addr : UINT32_MAX;
    if (addr >= 0x40000000U && addr < 0x60000000U)
        snprintf(out, out_bytes, "0x%08x (peripherals)", addr);
    else if (addr >= 0xe0000000U)
        snprintf(out, out_bytes, "0x%08x (system registers)", addr);
    else if (past < NEAR && past <= before)
        snprintf(out, out_bytes, "0x%08x (%u bytes past the end of %s)", addr, past,
                 below->name);
    else if (before < NEAR)
        snprintf(out, out_bytes, "0x%08x (%u bytes below %s)", addr, before, above->name);
    else
        snprintf(out, out_bytes, "0x%08x (no memory there)", addr);
}
