/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A state is kept without its zero words, which are most: first a bit for each word that is not
 * zero, then those.
 */
#include "sim/timing/states.h"

#include <string.h>

struct kept {
    uint32_t first, words, hash; /* in the pool of words */
};

void states_reset(struct states *s)
{
    POOL_RESET(&s->kept, struct kept);
    POOL_RESET(&s->words, uint64_t);
    table_clear(&s->table);
}

void states_done(struct states *s)
{
    pool_done(&s->kept);
    pool_done(&s->words);
    table_done(&s->table);
}

size_t states_bytes(const struct states *s)
{
    return POOL_BYTES(&s->kept, struct kept) + POOL_BYTES(&s->words, uint64_t) +
           s->table.room * sizeof *s->table.slots;
}

/* Returns how many words it takes. */
static uint32_t squeeze(const uint64_t *state, uint32_t count, uint64_t *out)
{
    uint32_t n = (count + 63) / 64;
    memset(out, 0, n * sizeof *out);
    for (uint32_t k = 0; k < count; k++) {
        if (!state[k]) continue;
        out[k / 64] |= UINT64_C(1) << k % 64;
        out[n++] = state[k];
    }
    return n;
}

static uint32_t hash_of(const void *context, uint32_t number)
{
    const struct states *s = context;
    return POOL_AT(&s->kept, const struct kept, number)->hash;
}

uint32_t states_number(struct states *s, const uint64_t *state)
{
    uint64_t words[STATE_WORDS_MAX + STATE_WORDS_MAX / 64 + 1], h = 0;
    uint32_t n = squeeze(state, s->word_count, words), slot;
    for (uint32_t k = 0; k < n; k++)
        h = hash_mix(h, words[k]);
    uint32_t hash = (uint32_t)(h >> 32);
    table_grow(&s->table, s->kept.count, hash_of, s);
    for (uint32_t number = table_first(&s->table, hash, &slot); number;
         number = table_next(&s->table, &slot)) {
        const struct kept *k = POOL_AT(&s->kept, const struct kept, number);
        if (k->hash == hash && k->words == n &&
            memcmp(POOL_AT(&s->words, uint64_t, k->first), words, n * sizeof words[0]) == 0)
            return number;
    }
    uint32_t first = POOL_ADD(&s->words, uint64_t, n);
    memcpy(POOL_AT(&s->words, uint64_t, first), words, n * sizeof words[0]);
    uint32_t number = POOL_ADD(&s->kept, struct kept, 1);
    *POOL_AT(&s->kept, struct kept, number) = (struct kept){first, n, hash};
    table_put(&s->table, hash, number);
    return number;
}

void states_get(const struct states *s, uint32_t number, uint64_t *state)
{
    const struct kept *k = POOL_AT(&s->kept, const struct kept, number);
    const uint64_t *words = POOL_AT(&s->words, const uint64_t, k->first);
    uint32_t n = (s->word_count + 63) / 64;
    for (uint32_t w = 0; w < s->word_count; w++)
        state[w] = words[w / 64] >> w % 64 & 1 ? words[n++] : 0;
}
