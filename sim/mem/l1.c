/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rules and where they come from:
 *  - line 32 bytes, I$ 2 ways, D$ 4 ways, pseudo-random replacement (Cortex-M7 TRM, L1 caches);
 *  - default memory map without MPU: below 0x20000000 write-through, 0x20000000–0x3fffffff
 *    write-back with read and write allocate, 0x60000000–0x7fffffff too, then write-through,
 *    from 0xa0000000 on devices (Armv7-M ARM, B3.1); TCMs are never cached;
 *  - critical word first over 64-bit AXI (TRM); the bus parameters are the board's;
 *  - stores to TCMs do not merge; bytes and halfwords drain by read-modify-write where the
 *    memory has ECC (measured on STM32H743: 4 cycles on one bank, 2 alternating; jnk0le,
 *    cortex_m7.md);
 *  - stores to cached memory merge in a buffer of four entries of 64 bits, which drain when
 *    full, into a line on its way as soon as that is there, or to make room (TRM 5.9.2);
 *  - where the MPU has a region, its type counts instead of the default map's (PM0253 4.6).
 * Not modelled: that the D-cache stops allocating on long runs of full-line stores.
 */
#include "sim/mem/l1.h"

/* `clocks` of a bus, in the core's cycles. */
static uint32_t bus_clocks(const struct l1 *l, const struct bus *b, uint32_t clocks)
{
    return b->axi && l->chip->axi_divider > 1 ? clocks * l->chip->axi_divider : clocks;
}

/* Of the `clocks` from a request to its data some pass in the core; a flash adds its wait
 * states.
 */
static uint32_t latency(const struct l1 *l, const struct bus *b, uint32_t clocks)
{
    uint32_t own = clocks < l->core_cycles ? clocks : l->core_cycles;
    return own + bus_clocks(l, b, clocks - own + (b->flash ? l->chip->flash_wait_states : 0));
}

bool l1_init(struct l1 *l, const struct board *b, const struct map *map,
             const struct chip *chip, struct err *e)
{
    *l = (struct l1){.map = map, .chip = chip};
    l->line_bytes = (uint32_t)map_number(b, "timing.l1.shape.line_bytes", 32);
    l->flash_word = (uint32_t)map_number(b, "timing.flash.line_bytes", l->line_bytes);
    l->core_cycles = (uint32_t)map_number(b, "timing.l1.core_cycles", 0);
    bool good =
        cache_init(&l->icache, (uint32_t)map_number(b, "timing.l1.size.icache_bytes", 0),
                   (uint32_t)map_number(b, "timing.l1.shape.icache_ways", 2), l->line_bytes,
                   CACHE_RANDOM) &&
        cache_init(&l->dcache, (uint32_t)map_number(b, "timing.l1.size.dcache_bytes", 0),
                   (uint32_t)map_number(b, "timing.l1.shape.dcache_ways", 4), l->line_bytes,
                   CACHE_RANDOM);
    uint32_t art_line = (uint32_t)map_number(b, "timing.art.line_bytes", 32);
    good =
        good && cache_init(&l->art, art_line * (uint32_t)map_number(b, "timing.art.lines", 0),
                           0, art_line, CACHE_LRU);
    if (!good)
        return err_set(
            e, ERR_FORMAT,
            "%s: timing.l1 or timing.art: size is not sets x ways x lines, or larger "
            "than %d lines",
            b->name, CACHE_MAX_LINES);
    l->narrow_store = (uint32_t)map_number(b, "timing.l1.narrow_store", 1);
    l->narrow_cached = (uint32_t)map_number(b, "timing.l1.narrow_cached", l->narrow_store);
    l->split_store = (uint32_t)map_number(b, "timing.l1.split_store", 4);
    l->store_depth = (uint32_t)map_number(b, "timing.l1.store_buffer", 4);
    if (!l->store_depth || l->store_depth > L1_STORES)
        return err_set(e, ERR_FORMAT, "%s: timing.l1.store_buffer is %u; have 1 to %d", b->name,
                       l->store_depth, L1_STORES);
    return true;
}

static enum memory_type type_of(struct l1 *l, uint32_t addr)
{
    if (!l->chip->span_count) return chip_default_type(addr);
    uint32_t span = addr >> 5; /* regions and their eighths are no smaller */
    struct l1_type *t = &l->types[span % L1_TYPES];
    if (t->span != span || t->generation != l->chip->generation || !t->known) {
        const struct chip_span *r = chip_span(l->chip, addr);
        *t = (struct l1_type){span, l->chip->generation,
                              r ? (enum memory_type)r->type : chip_default_type(addr), true};
    }
    return t->type;
}

/* Is data at this place cached? */
static bool cached(struct l1 *l, const struct place *p, uint32_t addr)
{
    return p->port == PORT_AXI && !p->device && l->chip->l1_dcache && l->dcache.ways &&
           type_of(l, addr) >= MEMORY_THROUGH;
}

static bool fetch_cached(struct l1 *l, const struct place *p, uint32_t addr)
{
    return l->chip->l1_icache && l->icache.ways && !p->device &&
           type_of(l, addr) >= MEMORY_THROUGH;
}

/* Does a store end in the cache, or go out on the bus? */
static bool store_cached(struct l1 *l, const struct place *p, uint32_t addr)
{
    if (!cached(l, p, addr)) return false;
    enum memory_type type = type_of(l, addr);
    return type == MEMORY_ALLOCATE ||
           (type == MEMORY_BACK && cache_find(&l->dcache, addr + p->canonical) >= 0);
}

bool l1_is_fast(struct l1 *l, uint32_t addr)
{
    const struct place *p = map_find(l->map, addr);
    if (p->port == PORT_AXI) return cached(l, p, addr);
    return p->kind == REGION_RAM;
}

static void occupy(struct l1 *l, const struct place *p, uint64_t until)
{
    l->bus_free[p->bus] = until;
    if (until > l->horizon) l->horizon = until;
}

/* What memory beside the chip adds to the way there. */
static uint32_t beside(struct l1 *l, const struct place *p, uint32_t addr, uint32_t bytes,
                       bool write)
{
    if (!p->sdram) return 0;
    return sdram_access(&l->sdram, l->chip, p->sdram, addr - p->base, bytes, write);
}

/* Starts the fill of a line at `now` or when the bus is free. */
static struct l1_fill start_fill(struct l1 *l, const struct place *p, uint32_t addr,
                                 uint64_t now)
{
    const struct bus *b = &l->map->buses[p->bus];
    uint64_t start = now > l->bus_free[p->bus] ? now : l->bus_free[p->bus];
    uint32_t wait_states = b->flash ? l->chip->flash_wait_states : 0;
    struct l1_fill f = {.line = (addr >> l->dcache.line_shift) + 1,
                        .critical = (addr & (l->line_bytes - 1)) / 8,
                        .beat = bus_clocks(l, b, b->beat),
                        .word = (b->flash ? l->flash_word : l->line_bytes) / 8,
                        .first =
                            start + latency(l, b, b->first) + (uint64_t)(int64_t)l->fill_first};
    if (p->sdram) { /* it, not the bus, says how fast the parts come */
        f.first += beside(l, p, addr - p->canonical, 8, false);
        f.beat = sdram_beats(l->chip, p->sdram, 8);
        occupy(l, p, f.first + (uint64_t)f.beat * (l->line_bytes / 8 - 1));
        return f;
    }
    uint32_t again = bus_clocks(l, b, wait_states + 1), burst = f.word * f.beat;
    if (f.word < l->line_bytes / 8 && again > burst) f.gap = again - burst;
    occupy(l, p, start + bus_clocks(l, b, b->busy + wait_states));
    return f;
}

/* When the n-th beat of a line is there, counted from the critical one. */
static uint64_t beat_there(const struct l1_fill *f, uint32_t n)
{
    uint32_t reads = (f->critical % f->word + n) / f->word;
    return f->first + (uint64_t)n * f->beat + (uint64_t)reads * f->gap;
}

/* When the 8 bytes at addr of a line on its way are there. */
static uint64_t arrival(const struct l1 *l, const struct l1_fill *f, uint32_t addr)
{
    uint32_t beats = l->line_bytes / 8;
    return beat_there(f, ((addr & (l->line_bytes - 1)) / 8 + beats - f->critical) % beats);
}

static uint32_t late(uint64_t ready, uint64_t now)
{
    return ready > now ? (uint32_t)(ready - now) : 0;
}

/* Has addr's line come, or is it coming, as one of the last? */
static bool filling(const struct l1 *l, uint32_t addr)
{
    uint32_t line = (addr >> l->dcache.line_shift) + 1;
    return l->fills[0].line == line || l->fills[1].line == line;
}

/* A hit on a line that is still coming waits for its part. */
static uint32_t wait_for_fill(const struct l1 *l, uint32_t addr, uint64_t now)
{
    uint32_t line = (addr >> l->dcache.line_shift) + 1;
    for (int k = 0; k < L1_FILLS; k++)
        if (l->fills[k].line == line) return late(arrival(l, &l->fills[k], addr), now);
    return 0;
}

/* Allocates addr's line in the D-cache; returns its fill. A dirty victim is written back over
 * the bus of the memory it belongs to, after the fill. */
static struct l1_fill allocate(struct l1 *l, const struct place *p, uint32_t addr, uint64_t now)
{
    struct l1_fill f = start_fill(l, p, addr, now);
    bool dirty;
    cache_fill(&l->dcache, addr, &dirty);
    if (dirty) { /* the victim's place is not kept: it was write-back memory, as this bus */
        const struct bus *b = &l->map->buses[p->bus];
        uint64_t beats = l->line_bytes / 8;
        uint32_t beat = p->sdram ? f.beat : bus_clocks(l, b, b->beat);
        occupy(l, p, l->bus_free[p->bus] + beat * beats);
    }
    l->fills[0] = l->fills[1];
    l->fills[1] = f;
    return f;
}

/* Flash on the ITCM port: the ART's lines, one flash access a miss. */
static uint32_t art_read(struct l1 *l, uint32_t addr, enum cause cause, enum cause *why)
{
    if (l->chip->flash_icache && cache_find(&l->art, addr) >= 0) return 0;
    bool dirty;
    if (l->chip->flash_icache) cache_fill(&l->art, addr, &dirty);
    *why = cause;
    return l->chip->flash_wait_states;
}

static uint32_t single(const struct l1 *l, const struct place *p)
{
    const struct bus *b = &l->map->buses[p->bus];
    return latency(l, b, b->single);
}

/* A load of bytes that a store has just written waits until that has drained. */
static uint32_t wait_for_store(const struct l1 *l, uint32_t addr, uint64_t now)
{
    uint32_t key = (addr >> 2) + 1, same = 0;
    uint64_t ready = now;
    for (uint32_t k = 0; k < L1_STORES; k++)
        same |= l->recent[k] == key;
    if (!same) return 0;
    for (uint32_t k = 0; k < L1_STORES; k++)
        if (l->recent[k] == key && l->recent_time[k] + l->store_load > ready)
            ready = l->recent_time[k] + l->store_load;
    return (uint32_t)(ready - now);
}

static void remember_store(struct l1 *l, uint32_t addr, uint64_t now)
{
    uint32_t slot = l->recent_next++ % L1_STORES;
    l->recent[slot] = (addr >> 2) + 1;
    l->recent_time[slot] = now;
    l->store_horizon = now + l->store_load;
    if (l->store_horizon > l->horizon) l->horizon = l->store_horizon;
}

uint32_t l1_load(struct l1 *l, uint32_t addr, uint32_t bytes, uint64_t now, enum cause *why)
{
    if (l->chip->l1_dcache && l1_hits(l, addr) && type_of(l, addr) >= MEMORY_THROUGH &&
        !filling(l, addr) && (now >= l->store_horizon || !wait_for_store(l, addr, now)))
        return 0;
    const struct place *p = map_find(l->map, addr);
    if (now < l->store_horizon) {
        uint32_t wait = wait_for_store(l, addr, now);
        *why = CAUSE_STORE;
        if (wait) return wait;
    }
    if (p->port != PORT_AXI) {
        if (p->kind == REGION_FLASH) return art_read(l, addr, CAUSE_DATA, why);
        return 0;
    }
    if (!cached(l, p, addr)) {
        uint32_t wait = single(l, p) + beside(l, p, addr, bytes, false);
        wait += late(l->bus_free[p->bus], now);
        *why = p->kind == REGION_FLASH ? CAUSE_DATA : CAUSE_BUS;
        return wait;
    }
    addr += p->canonical;
    uint32_t wait;
    if (cache_find(&l->dcache, addr) >= 0) {
        if (now >= l->bus_free[p->bus]) return 0;
        wait = wait_for_fill(l, addr, now);
    } else {
        wait = late(allocate(l, p, addr, now).first, now);
    }
    *why = CAUSE_DCACHE;
    return wait;
}

/* When the line of a store at the canonical address `at` is there, fetched if need be. */
static uint64_t line_of_store(struct l1 *l, const struct place *p, uint32_t at, uint64_t start)
{
    int found = cache_find(&l->dcache, at);
    uint64_t there = start;
    if (found >= 0) {
        there += wait_for_fill(l, at, start);
    } else if (p) {
        there = allocate(l, p, at, start).first;
        found = cache_find(&l->dcache, at);
    }
    /* Of these addresses, what gets here is write-back. */
    if (found >= 0 && (at >> 29 == 1 || at >= 0x60000000U)) l->dcache.dirty[found] = 1;
    return there;
}

/* From now on the entry drains: each bank takes its word of it. */
static void close_entry(struct l1 *l, struct l1_entry *e, uint64_t now)
{
    uint64_t start = now > e->there ? now : e->there;
    e->open = false;
    l->open_entries--;
    e->done = start;
    for (unsigned bank = 0; bank < 2; bank++) {
        unsigned of = (unsigned)e->bytes >> 4 * bank & 15u;
        if (!of) continue;
        uint64_t *bank_free = &l->cache_bank_free[bank];
        if (*bank_free < start) *bank_free = start;
        *bank_free += of == 15 ? 1 : l->narrow_cached;
        if (e->done < *bank_free) e->done = *bank_free;
    }
}

/* When all are open one has to go: the one whose line has been there for longest. */
static void make_room(struct l1 *l, uint64_t now)
{
    struct l1_entry *oldest = &l->entries[0];
    for (int k = 1; k < L1_ENTRIES; k++)
        if (l->entries[k].there < oldest->there) oldest = &l->entries[k];
    close_entry(l, oldest, now);
}

static bool takes(const struct l1_entry *e, uint32_t at, uint64_t now)
{
    return e->place == at / 8 + 1 && (e->open || e->done > now);
}

/* The entry that takes some bytes at the canonical address `at`; *wait: cycles until it is
 * free. */
static struct l1_entry *take_entry(struct l1 *l, const struct place *p, uint32_t at,
                                   uint64_t now, uint32_t *wait)
{
    if (takes(&l->entries[l->last_entry], at, now)) return &l->entries[l->last_entry];
    struct l1_entry *next = NULL;
    for (uint32_t k = 0; k < L1_ENTRIES; k++) {
        struct l1_entry *e = &l->entries[k];
        if (takes(e, at, now)) {
            l->last_entry = k;
            return e;
        }
        if (!e->open && (!next || e->done < next->done)) next = e;
    }
    *wait = late(next->done, now);
    now += *wait;
    uint64_t there = line_of_store(l, p, at, now);
    *next = (struct l1_entry){.place = at / 8 + 1, .open = true, .there = there};
    l->open_entries++;
    l->last_entry = (uint32_t)(next - l->entries);
    return next;
}

/* A store to cached memory: bytes within 8. */
static uint32_t buffer_store(struct l1 *l, const struct place *p, uint32_t at, uint32_t bytes,
                             uint64_t now)
{
    uint32_t wait = 0;
    struct l1_entry *e = take_entry(l, p, at, now, &wait);
    now += wait;
    e->bytes |= (uint8_t)(((1u << bytes) - 1) << (at & 7));
    if (e->open && (e->bytes == 0xff || e->there > now)) close_entry(l, e, now);
    if (l->open_entries == L1_ENTRIES) make_room(l, now);
    return wait;
}

uint32_t l1_store(struct l1 *l, uint32_t addr, uint32_t bytes, uint64_t now, enum cause *why)
{
    *why = CAUSE_STORE;
    bool hits = l->chip->l1_dcache && l1_hits(l, addr) && type_of(l, addr) >= MEMORY_BACK;
    /* Then its place need not be known. */
    const struct place *p = hits ? NULL : map_find(l->map, addr);
    uint32_t wait;
    if (!p || (p->port == PORT_AXI && store_cached(l, p, addr))) {
        uint32_t at = addr + (p ? p->canonical : 0), left = 8 - (at & 7);
        wait = buffer_store(l, p, at, bytes < left ? bytes : left, now);
        if (bytes > left) wait += buffer_store(l, p, at + left, bytes - left, now + wait);
        remember_store(l, addr, now + wait);
        return wait;
    }
    wait = late(l->stores[l->store_next], now);
    uint64_t start = now + wait, done;
    remember_store(l, addr, start);
    if (p->port == PORT_AXI) {
        done = (start > l->bus_free[p->bus] ? start : l->bus_free[p->bus]) + 1 + single(l, p) +
               beside(l, p, addr, bytes, true);
        occupy(l, p, done);
    } else {
        uint64_t *bank_free = &l->bank_free[addr >> 2 & 1];
        if (*bank_free < start) *bank_free = start;
        *bank_free += addr & (bytes - 1) ? l->split_store : bytes < 4 ? l->narrow_store : 1;
        done = *bank_free;
    }
    l->stores[l->store_next] = done;
    l->store_next = l->store_next + 1 < l->store_depth ? l->store_next + 1 : 0;
    return wait;
}

uint32_t l1_drain(struct l1 *l, uint64_t now)
{
    uint64_t last = now;
    for (int k = 0; k < L1_ENTRIES; k++) {
        struct l1_entry *e = &l->entries[k];
        if (e->open) close_entry(l, e, now);
        if (e->done > last) last = e->done;
    }
    for (uint32_t k = 0; k < l->store_depth; k++)
        if (l->stores[k] > last) last = l->stores[k];
    return (uint32_t)(last - now);
}

uint32_t l1_fetch(struct l1 *l, uint32_t addr, uint64_t now, enum cause *why)
{
    const struct place *p = map_find(l->map, addr);
    if (p->port != PORT_AXI)
        return p->kind == REGION_FLASH ? art_read(l, addr, CAUSE_FLASH, why) : 0;
    const struct bus *b = &l->map->buses[p->bus];
    *why = CAUSE_ICACHE;
    if (!fetch_cached(l, p, addr)) {
        *why = CAUSE_FLASH;
        uint64_t start = now > l->bus_free[p->bus] ? now : l->bus_free[p->bus];
        occupy(l, p, start + latency(l, b, b->first) + beside(l, p, addr, 8, false));
        return late(l->bus_free[p->bus], now);
    }
    addr += p->canonical;
    if (cache_find(&l->icache, addr) >= 0) {
        uint32_t line = (addr >> l->icache.line_shift) + 1;
        return l->ifill.line == line ? late(arrival(l, &l->ifill, addr), now) : 0;
    }
    bool dirty;
    cache_fill(&l->icache, addr, &dirty);
    l->ifill = start_fill(l, p, addr, now);
    return late(l->ifill.first, now);
}

bool l1_code_settles(struct l1 *l, uint32_t addr, uint32_t bytes, uint64_t now)
{
    const struct place *p = map_find(l->map, addr);
    if (!bytes || p != map_find(l->map, addr + bytes - 1)) return false;
    if (p->port != PORT_AXI) return p->kind == REGION_RAM;
    uint32_t shift = l->icache.line_shift, from = addr + p->canonical;
    uint32_t first = from >> shift, last = (from + bytes - 1) >> shift;
    if (l->ifill.line - 1 - first <= last - first) { /* its beats come one after the other */
        if (beat_there(&l->ifill, l->line_bytes / 8 - 1) > now) return false;
    }
    for (uint32_t line = first; line <= last; line++)
        if (!fetch_cached(l, p, (line << shift) - p->canonical) ||
            cache_find(&l->icache, line << shift) < 0)
            return false;
    l->settled[(addr >> 1) % L1_CODE] =
        (struct l1_code){addr, bytes, l->icache.changes, l->chip->generation};
    return true;
}
