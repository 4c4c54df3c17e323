/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tables are as big as the address space, and almost all of it is never touched: the host
 * gives them memory where regions are. A page of RAM with code beside data loses its entry in
 * `writes`; its stores are then told apart by word.
 */
#include "sim/exec/pages.h"

#include <stdlib.h>

#include "tools/base/arena.h"

enum { WORDS = PAGES_BYTES / 4 };

void pages_init(struct pages *p, struct memory *m)
{
    *p = (struct pages){.memory = m};
    p->reads = xcalloc(PAGES_COUNT, sizeof *p->reads);
    p->writes = xcalloc(PAGES_COUNT, sizeof *p->writes);
    p->code = xcalloc(PAGES_COUNT, sizeof *p->code);
    for (size_t i = 0; i < m->count; i++)
        pages_allow(p, &m->spans[i], m->spans[i].rights);
}

void pages_allow(struct pages *p, const struct span_host *s, unsigned rights)
{
    const struct region *r = s->region;
    for (uint32_t at = 0; at < r->size; at += PAGES_BYTES) {
        uint32_t page = (r->base + at) >> PAGES_BITS;
        p->reads[page] = rights & MACHINE_READ ? (uintptr_t)s->bytes - r->base : 0;
        p->writes[page] = rights & MACHINE_WRITE && !p->code[page] ? p->reads[page] : 0;
    }
}

void pages_done(struct pages *p)
{
    for (size_t i = 0; p->memory && i < p->memory->count; i++) {
        const struct region *r = p->memory->spans[i].region;
        for (uint32_t at = 0; at < r->size; at += PAGES_BYTES)
            free((void *)p->code[(r->base + at) >> PAGES_BITS]);
    }
    free(p->reads);
    free(p->writes);
    free(p->code);
    *p = (struct pages){0};
}

/* Marks [from, to) of the page, under each address that it has. */
static void mark(struct pages *p, const uint8_t *host, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < p->memory->count; i++) {
        const struct span_host *s = &p->memory->spans[i];
        if (s->region->kind != REGION_RAM || host < s->bytes ||
            host >= s->bytes + s->region->size)
            continue;
        uint32_t page = (s->region->base + (uint32_t)(host - s->bytes)) >> PAGES_BITS;
        if (!p->code[page]) p->code[page] = xcalloc(WORDS, 1);
        p->writes[page] = 0;
        uint8_t *words = (uint8_t *)p->code[page];
        for (uint32_t w = from / 4; w < (to + 3) / 4; w++)
            words[w] = 1;
    }
}

void pages_code(struct pages *p, uint32_t addr, uint32_t bytes)
{
    for (uint32_t done = 0; done < bytes;) {
        uint32_t offset = (addr + done) % PAGES_BYTES, n = PAGES_BYTES - offset;
        if (n > bytes - done) n = bytes - done;
        uintptr_t page = p->reads[(addr + done) >> PAGES_BITS];
        if (page) mark(p, pages_host(page, addr + done - offset), offset, offset + n);
        done += n;
    }
}

uint8_t *pages_store(const struct pages *p, uint32_t addr, uint32_t bytes)
{
    const uint8_t *words = p->code[addr >> PAGES_BITS];
    if (!words) return NULL;
    uint32_t offset = addr % PAGES_BYTES;
    for (uint32_t w = offset / 4; w <= (offset + bytes - 1) / 4; w++)
        if (words[w]) return NULL;
    return pages_host(p->reads[addr >> PAGES_BITS], addr);
}
