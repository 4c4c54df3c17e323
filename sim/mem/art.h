/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Art: a Cortex-M4 STM32's flash behind its accelerator: instruction lines, data lines, and one
 * prefetched word of the flash's width.
 *
 *     I-Code ─► instruction lines ─┐
 *                 prefetch ────────┼─► flash: one word (64 or 128 bits) in 1 + wait states
 *     D-Code ─► data lines ────────┘
 *
 * Lines are filled a flash word at a time. Time is the core's cycle counter; a call returns the
 * cycles by which the access is late beyond a zero-wait one. With zero wait states nothing
 * waits. Flat but for the borrowed chip: a copy by assignment is a full copy.
 */
#ifndef SIM_MEM_ART_H
#define SIM_MEM_ART_H

#include "sim/mem/cache.h"
#include "sim/mem/map.h"
#include "sim/timing/timing.h"

struct art {
    const struct chip *chip;
    struct cache icache, dcache; /* tags of flash words, grouped by the line's replacement */
    uint32_t word_bytes;         /* what one flash read delivers */
    uint32_t word_shift;         /* log2 of it */
    uint32_t data_wait;          /* cycles beyond the wait states of a data read that misses */
    uint32_t fetched;            /* word in the fetch buffer + 1 */
    uint32_t read;               /* word in the data buffer + 1 */
    uint32_t prefetched;         /* word being or having been prefetched + 1 */
    uint64_t prefetch_ready;
    uint64_t flash_free;
};

bool art_init(struct art *a, const struct board *b, const struct chip *chip, struct err *e);

/* An assignment between two of one board, sooner done: cache_copy(). */
static inline void art_copy(struct art *to, const struct art *from)
{
    size_t rest = offsetof(struct art, word_bytes);
    to->chip = from->chip;
    cache_copy(&to->icache, &from->icache);
    cache_copy(&to->dcache, &from->dcache);
    memcpy((char *)to + rest, (const char *)from + rest, sizeof *to - rest);
}

/* Is it in the fetch buffer or in a line, at a glance? Then it is fetched, without a wait. */
static inline bool art_fetch_hits(struct art *a, uint32_t addr)
{
    uint32_t word = addr >> a->word_shift, line = addr >> a->icache.line_shift;
    if (a->fetched == word + 1 || !a->chip->flash_wait_states) return true;
    if (!a->chip->flash_icache || !cache_expects(&a->icache, addr)) return false;
    uint32_t slot = a->icache.hint[line % CACHE_HINTS];
    uint32_t bit = word & ((1u << (a->icache.line_shift - a->word_shift)) - 1);
    if (!(a->icache.dirty[slot] >> bit & 1)) return false;
    a->icache.stamp[slot] = ++a->icache.clock;
    a->fetched = word + 1;
    return true;
}

/* The core's fetch goes for the flash word at addr. */
uint32_t art_fetch(struct art *a, uint32_t addr, uint64_t now);
uint32_t art_read(struct art *a, uint32_t addr, uint64_t now);
void art_invalidate(struct art *a, bool icache, bool dcache);

#endif
