/* SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sim/bitband.h"

#include "sim/state.h"

bool bitband_has(const struct sim *s, uint32_t addr)
{
    return s->board->core == CORE_CORTEX_M4 &&
           (addr - BITBAND_RAM < BITBAND_BYTES || addr - BITBAND_DEVICE < BITBAND_BYTES);
}

/* The word that holds the bit. */
static uint32_t word_of(uint32_t addr, unsigned *bit)
{
    uint32_t index = (addr & (BITBAND_BYTES - 1)) / 4; /* of the bit */
    *bit = index % 32;
    return (addr & 0xf0000000U) + index / 32 * 4;
}

static bool read_word(struct sim *s, uint32_t word, uint32_t *value)
{
    if (word >= 0x40000000U) {
        *value = bus_read(&s->bus, word, 4);
        return true;
    }
    memory_touch(&s->memory, word, 4);
    return memory_read(&s->memory, word, 4, (uint8_t *)value);
}

bool bitband_read(struct sim *s, uint32_t addr, uint32_t *value)
{
    unsigned bit;
    uint32_t word = word_of(addr, &bit), all;
    if (!read_word(s, word, &all)) return false;
    *value = all >> bit & 1U;
    return true;
}

bool bitband_write(struct sim *s, uint32_t addr, uint32_t value)
{
    unsigned bit;
    uint32_t word = word_of(addr, &bit), all;
    if (!read_word(s, word, &all)) return false;
    all = (all & ~(1U << bit)) | (value & 1U) << bit;
    if (word < 0x40000000U) return machine_write(s->machine, word, &all, sizeof all);
    bus_write(&s->bus, word, 4, all);
    return true;
}
