/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * L1: the memory side of a Cortex-M7: TCMs, I- and D-cache, line fills over AXI, store buffer,
 * and STM32F7's flash behind the ART on the ITCM port.
 *
 *     ITCM, DTCM ──────────────────────────────► no wait
 *     AXI ─► I$ / D$ ─miss─► bus "flash", "sram1", … : first word, then occupied for the line
 *
 * Time is the core's cycle counter. A call returns the cycles by which the access is late
 * beyond a hit, and why. A fill delivers the wanted word first; the bus stays occupied until
 * the line is in, so that misses in a row wait for the bus, not for the latency.
 *
 * Flat but for two borrowed pointers (map, chip): a copy by assignment is a full copy.
 */
#ifndef SIM_MEM_L1_H
#define SIM_MEM_L1_H

#include "sim/mem/cache.h"
#include "sim/mem/map.h"
#include "sim/mem/sdram.h"
#include "sim/timing/timing.h"

enum { L1_FILLS = 2, L1_STORES = 16, L1_ENTRIES = 4, L1_CODE = 64, L1_TYPES = 64 };

struct l1_fill {       /* a line on its way */
    uint32_t line;     /* line number + 1, 0: none */
    uint32_t critical; /* which 8 bytes of it come first */
    uint32_t beat;     /* cycles per 8 bytes */
    uint32_t word;     /* of those, how many one read of the memory brings */
    uint32_t gap;      /* cycles beyond `beat` that the next read takes */
    uint64_t first;    /* when the first come */
};

struct l1_code { /* code all of whose lines have been seen in the I-cache … */
    uint32_t addr, bytes;
    uint32_t changes, generation; /* … when that, and the chip, had changed so often */
};

struct l1_type { /* what the MPU says of 32 bytes, as long as the chip has not changed */
    uint32_t span, generation;
    enum memory_type type;
    bool known;
};

struct l1_entry {   /* of the store buffer: 8 bytes on their way to the cache */
    uint32_t place; /* their address / 8, + 1 */
    uint8_t bytes;  /* a bit for each that is written */
    bool open;      /* others may merge; else it drains */
    uint64_t there; /* when its line is */
    uint64_t done;  /* when it has drained */
};

struct l1 {
    const struct map *map;
    const struct chip *chip;
    struct cache icache, dcache;
    struct cache art;
    uint32_t line_bytes;
    uint32_t core_cycles;   /* of an AXI access: pass in the core, whatever the bus's clock */
    uint32_t flash_word;    /* bytes that one read of the flash brings */
    uint32_t store_depth;   /* stores that a TCM or the bus can be behind */
    uint32_t narrow_store;  /* cycles to drain a byte or halfword (ECC: read, modify, write) */
    uint32_t narrow_cached; /* the same, less than a word to the D-cache */
    uint32_t split_store;   /* cycles to drain an unaligned store */
    uint64_t bus_free[MAP_MAX_BUSES];
    struct l1_fill fills[L1_FILLS]; /* data side; the next to be replaced is fills[0] */
    struct l1_fill ifill;
    struct sdram sdram; /* its open rows */
    struct l1_code settled[L1_CODE];
    struct l1_type types[L1_TYPES];
    struct l1_entry entries[L1_ENTRIES];
    uint32_t open_entries, last_entry;
    uint64_t stores[L1_STORES]; /* when each of the last stores has drained */
    uint32_t store_next;
    int32_t fill_first;         /* cycles added to the first word of a line fill */
    uint32_t store_load;        /* cycles after a store that a load of the same word waits */
    uint32_t recent[L1_STORES]; /* the word of a store, + 1 */
    uint64_t recent_time[L1_STORES];
    uint32_t recent_next;
    uint64_t store_horizon;      /* from here on no load waits for a store */
    uint64_t horizon;            /* … nor for a bus: they are all free */
    uint64_t bank_free[2];       /* when each bank of the TCM has drained what it was given */
    uint64_t cache_bank_free[2]; /* … and of the D-cache */
};

bool l1_init(struct l1 *l, const struct board *b, const struct map *map,
             const struct chip *chip, struct err *e);

/* An assignment between two of one board, sooner done: cache_copy(). */
static inline void l1_copy(struct l1 *to, const struct l1 *from)
{
    size_t rest = offsetof(struct l1, line_bytes);
    memcpy(to, from, offsetof(struct l1, icache));
    cache_copy(&to->icache, &from->icache);
    cache_copy(&to->dcache, &from->dcache);
    cache_copy(&to->art, &from->art);
    memcpy((char *)to + rest, (const char *)from + rest, sizeof *to - rest);
}

/* Are the caches on, and the MPU off? Then the next three may be asked. */
static inline bool l1_plain(const struct l1 *l)
{
    return l->chip->l1_dcache && l->chip->l1_icache && !l->chip->span_count;
}

/* Is addr's line in the D-cache, seen at a glance? Of TCMs and aliases no line ever is. */
static inline bool l1_hits(const struct l1 *l, uint32_t addr)
{
    return cache_expects(&l->dcache, addr);
}

/* … and nothing is under way that a load could wait for? */
static inline bool l1_load_hits(const struct l1 *l, uint32_t addr, uint64_t now)
{
    return now >= l->horizon && l1_hits(l, addr);
}

/* Do fetches of these bytes, from `now` on, neither wait nor change anything? True until lines
 * are filled or invalidated, or the chip changes. */
bool l1_code_settles(struct l1 *l, uint32_t addr, uint32_t bytes, uint64_t now);

static inline bool l1_code_is_settled(struct l1 *l, uint32_t addr, uint32_t bytes, uint64_t now)
{
    const struct l1_code *c = &l->settled[(addr >> 1) % L1_CODE];
    bool known = c->addr == addr && c->bytes == bytes && c->changes == l->icache.changes &&
                 (l1_plain(l) || c->generation == l->chip->generation);
    return known || l1_code_settles(l, addr, bytes, now);
}

/* Is it in the I-cache, at a glance, and no fill of it under way? */
static inline bool l1_fetch_hits(const struct l1 *l, uint32_t addr)
{
    return cache_expects(&l->icache, addr) &&
           l->ifill.line != (addr >> l->icache.line_shift) + 1;
}

/* The access issues at `now`. Returns cycles beyond a hit; *why is set when there are any. */
uint32_t l1_load(struct l1 *l, uint32_t addr, uint32_t bytes, uint64_t now, enum cause *why);
uint32_t l1_store(struct l1 *l, uint32_t addr, uint32_t bytes, uint64_t now, enum cause *why);
/* Fetches the 8 bytes at addr. */
uint32_t l1_fetch(struct l1 *l, uint32_t addr, uint64_t now, enum cause *why);
/* Can a load from here share a cycle with another one? TCMs and cached memory. */
bool l1_is_fast(struct l1 *l, uint32_t addr);
/* Waits until the store buffer is empty (DSB): the cycles it takes. */
uint32_t l1_drain(struct l1 *l, uint64_t now);

#endif
