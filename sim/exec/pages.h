/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pages: where the executor finds guest memory, one load an access. What must not be accessed
 * behind the machine's back has no page: devices, holes, flash for writing, and RAM that holds
 * code which the machine has translated.
 *
 *     struct memory ─► pages_init ─► reads[addr >> 12], writes[addr >> 12]
 *     blocks.c: code in RAM ─► pages_code: stores to it are the machine's business
 */
#ifndef SIM_EXEC_PAGES_H
#define SIM_EXEC_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/memory.h"

enum {
    PAGES_BITS = MEMORY_PAGE_BITS,
    PAGES_BYTES = MEMORY_PAGE,
    PAGES_COUNT = 1 << (32 - PAGES_BITS)
};

struct pages {
    /* By page: what a guest address becomes a host address by, added; 0: leave it to the
     * machine. PAGES_COUNT each. */
    uintptr_t *reads, *writes;
    const uint8_t **code; /* a byte for each word of a page: it holds code; NULL: none */
    struct memory *memory;
};

void pages_init(struct pages *p, struct memory *m);
void pages_done(struct pages *p);
/* Code may do that with the span's memory from now on (MACHINE_READ …). */
void pages_allow(struct pages *p, const struct span_host *s, unsigned rights);
/* Code was translated there; stores to it have to go through the machine from now on. */
void pages_code(struct pages *p, uint32_t addr, uint32_t bytes);
static inline uint8_t *pages_host(uintptr_t page, uint32_t addr)
{
    return (uint8_t *)(page + addr); /* NOLINT(performance-no-int-to-ptr): that is the idea */
}

/* The host bytes for a store that found no page in `writes`: NULL when it is the machine's. */
uint8_t *pages_store(const struct pages *p, uint32_t addr, uint32_t bytes);

#endif
