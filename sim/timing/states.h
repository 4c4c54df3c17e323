/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * States: each packed pipeline state that was seen, once, by number.
 *
 *     pack() ─► words ─► states_number() ─► 17 ─► states_get() ─► words ─► unpack()
 */
#ifndef SIM_TIMING_STATES_H
#define SIM_TIMING_STATES_H

#include "sim/timing/pool.h"

enum { STATE_WORDS_MAX = 512 };

struct states {
    uint32_t word_count; /* of each */
    struct pool kept, words;
    struct table table;
};

/* word_count is set; the rest is zero. */
void states_reset(struct states *s);
void states_done(struct states *s);
uint32_t states_number(struct states *s, const uint64_t *state);
void states_get(const struct states *s, uint32_t number, uint64_t *state);
size_t states_bytes(const struct states *s);

#endif
