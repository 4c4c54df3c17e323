/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Map: which memory an address belongs to and what its bus costs, from the board's regions and
 * its "timing.bus" parameters. Built once; the timing models only read it.
 *
 *     struct board ─► map_new() ─► map_find(addr) ─► struct place ─► L1, ART, the core's rules
 *
 * timing.bus.NAME (NAME is a region's "bus"), in bus clocks:
 *     first   from a request to its first data, without flash wait states
 *     beat    per 8 bytes of a line fill after the first
 *     busy    from a line's request until the next request is taken, without wait states
 *     single  a read or write that is not cached, beyond the cycle it issues in
 * On the Cortex-M4's system bus (NAME, or "system" for all of them) `first` is what the first
 * access of a multiple load or store waits when an instruction is being fetched, `single` what
 * the first of a run of single ones does (when not given, the same), `narrow` what it waits in
 * both cases when the instruction has 16 bits and leaves fetch time (when not given, 0). With
 * `always` they wait whether an instruction is being fetched or not.
 * Memory beside the chip adds what
 * sdram.h says. timing.matrix.other_block is what a pipelined access waits that goes to another
 * memory than the one before, timing.matrix.straddle what a single load does whose 32-bit
 * encoding straddles two words, for the fetch that it has to share the matrix with,
 * timing.matrix.after_flash what a multiple load from RAM does after data from flash. Owned by
 * the timing model; release with map_free().
 */
#ifndef SIM_MEM_MAP_H
#define SIM_MEM_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "boards/board.h"
#include "tools/base/err.h"

enum { MAP_MAX_PLACES = 24, MAP_MAX_BUSES = 16, MAP_PAGE_SHIFT = 12, MAP_PAGES = 1 << 18 };

struct bus {
    const char *name;
    enum region_port port;
    uint32_t first, beat, busy, single, narrow;
    bool flash; /* adds the flash's wait states */
    bool axi;   /* counts in AXI clocks (H7: half the core's) */
    bool always;
};

struct place {
    uint32_t base, end; /* end is one beyond */
    uint32_t canonical; /* add to an address: aliases of one memory share lines */
    enum region_port port;
    enum region_kind kind;
    uint8_t bus;
    uint8_t sdram; /* the FMC's bank that the memory is behind, or 0 */
    bool device;   /* nothing on the board: peripherals */
};

struct map {
    struct place places[MAP_MAX_PLACES]; /* 0: devices, everything that is no region */
    uint32_t place_count;
    uint32_t far; /* the first place beyond the pages: memory beside the chip */
    struct bus buses[MAP_MAX_BUSES];
    uint32_t bus_count;
    uint8_t page[MAP_PAGES]; /* 0x00000000 … 0x3fffffff in 4 KiB: place + 1 */
    uint32_t other_block, straddle, after_flash; /* cycles */
    bool always;                                 /* some bus always waits */
};

struct map *map_new(const struct board *b, struct err *e);
void map_free(struct map *m);

/* The number of its place. */
static inline uint32_t map_place(const struct map *m, uint32_t addr)
{
    if (!(addr >> 30)) return m->page[addr >> MAP_PAGE_SHIFT];
    for (uint32_t k = m->far; k < m->place_count; k++)
        if (addr - m->places[k].base < m->places[k].end - m->places[k].base) return k;
    return 0;
}

static inline const struct place *map_find(const struct map *m, uint32_t addr)
{
    return &m->places[map_place(m, addr)];
}

/* Reads an optional number: the fallback when the board does not say. */
int64_t map_number(const struct board *b, const char *path, int64_t fallback);

#endif
