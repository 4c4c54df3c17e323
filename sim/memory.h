/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory: host bytes behind the board's regions. Aliases share the bytes of the region they
 * repeat. Everything starts as zeros, so that two runs see the same "random" contents.
 *
 *     struct board regions ─► memory_init ─► machine_map for each; memory_at() for the rest
 */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boards/board.h"
#include "sim/uc.h"
#include "tools/base/err.h"

struct span_host {
    const struct region *region;
    uint8_t *bytes;   /* host memory, shared with an alias */
    uint8_t *touched; /* a byte for each word of the region that was read, written or run */
    bool own;         /* this entry frees the bytes: no alias, nor the rest of a run */
    unsigned rights;  /* MACHINE_READ … that code has now */
    uint64_t run;     /* bytes from here to the end of the regions that touch each other */
};

enum { MEMORY_PAGE_BITS = 12, MEMORY_PAGE = 1 << MEMORY_PAGE_BITS };

struct memory {
    const struct board *board;
    struct span_host *spans; /* one for each of board->regions */
    size_t count;
    struct span_host *last; /* found last */
    uint8_t **touched;      /* the spans', by page of the address space; NULL: no memory */
};

bool memory_init(struct memory *m, const struct board *b, struct machine *machine,
                 struct err *e);
void memory_done(struct memory *m);
/* Lets code store to flash, or not. */
void memory_open_flash(struct memory *m, struct machine *machine, bool open);

/* The host address of n bytes of guest memory, NULL when they are not all in regions of one
 * kind that touch each other (their host memory does, too). */
uint8_t *memory_at(struct memory *m, uint32_t addr, size_t n);
/* Copies n bytes of guest memory, also across regions that touch (out NULL: only asks). False
 * when some of them are no memory, or one that does not answer now. */
bool memory_read(struct memory *m, uint32_t addr, size_t n, uint8_t *out);
struct span_host *memory_span(struct memory *m, uint32_t addr);
void memory_touch(struct memory *m, uint32_t addr, uint32_t bytes);

/* "0x20050010 (16 bytes past the end of sram2)", "… (dtcm)", "… (no memory there)". */
void memory_describe(const struct memory *m, uint32_t addr, char *out, size_t out_bytes);

#endif
