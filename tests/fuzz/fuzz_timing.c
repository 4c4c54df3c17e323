/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any bytes as code: decoded, run through both cores' models with accesses and targets made up
 * from the same bytes. Nothing may crash, cycles must add up, peeking must leave no trace, and
 * what the memo replays must be what the pipeline does.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cpu/decode.h"
#include "sim/timing/timing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ACCESSES = 512, MAX_DIVIDES = 64, ROUNDS = 24 };

static void check(bool good)
{
    if (!good) abort();
}

/* The accesses a block would make if the conditions that `skip` selects failed. */
static size_t make_accesses(const struct block *b, uint32_t seed, struct access *out)
{
    static const uint32_t bases[] = {0x00000000, 0x08000000, 0x20000000, 0x20010000,
                                     0x10000000, 0x40011000, 0xe0001004, 0x2004fffd};
    size_t n = 0;
    for (uint32_t k = 0; k < b->count; k++) {
        const struct insn *i = &b->insns[k];
        seed = seed * 1664525u + 1013904223u;
        if (i->cond != COND_ALWAYS && (seed & 64)) continue;
        for (unsigned a = 0; a < i->accesses && n < MAX_ACCESSES; a++, n++)
            out[n] = (struct access){.addr = bases[seed >> 29] + (seed >> 8 & 0xffff) + 4 * a,
                                     .size = i->access_bytes,
                                     .write = i->flags & INSN_STORE ? 1 : 0};
    }
    return n;
}

/* The same for its divides. */
static size_t make_divides(const struct block *b, uint32_t seed, struct divide *out)
{
    size_t n = 0;
    for (uint32_t k = 0; k < b->count && n < MAX_DIVIDES; k++) {
        const struct insn *i = &b->insns[k];
        seed = seed * 1664525u + 1013904223u;
        if (i->kind != INSN_DIV || (i->cond != COND_ALWAYS && (seed & 64))) continue;
        out[n++] = (struct divide){.pc = b->pc + i->offset,
                                   .dividend = seed >> (seed >> 7 & 31),
                                   .divisor = ~seed >> (seed >> 27)};
    }
    return n;
}

static void run(const char *board, const struct block *b, uint32_t seed)
{
    struct err e = {0};
    struct chip chip = {.axi_divider = 1 + (seed & 1), .flash_wait_states = seed >> 1 & 7};
    chip.l1_icache = seed & 16, chip.l1_dcache = seed & 32;
    chip.flash_icache = seed & 64, chip.flash_dcache = chip.flash_prefetch = seed & 128;
    struct board *bd = board_load(board, &e);
    check(bd != NULL);
    struct timing *t = timing_new(bd, TIMING_MODEL, &chip, &e);
    check(t != NULL);
    struct access acc[MAX_ACCESSES];
    struct divide div[MAX_DIVIDES];
    struct charge c = {0};
    timing_memo(t, MEMO_CHECK, seed & 256 ? 1 << 14 : 0);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        size_t n = make_accesses(b, seed + round % 3, acc);
        if (round == ROUNDS / 2) chip.l1_dcache = chip.flash_dcache = round & 1;
        uint64_t before = timing_cycles(t);
        struct effects some = effects_of(acc, n / 2), all = effects_of(acc, n);
        all.divides = div;
        all.divide_count = make_divides(b, seed + round % 5, div);
        check(timing_peek(t, b, &some) >= before);
        check(timing_cycles(t) == before);
        if (round % 8 == 7) timing_add(t, CAUSE_EXCEPTION, seed >> 20 & 31, &c);
        timing_block(t, b, &all, round & 1 ? b->pc : b->pc + b->bytes + (seed & 62), &c);
    }
    uint64_t sum = 0;
    for (int k = 0; k < CAUSE_COUNT; k++)
        sum += c.cycles[k];
    check(sum == timing_cycles(t) && c.instructions == ROUNDS * b->count);
    check(timing_disagreements(t) == 0);
    timing_invalidate(t, true, true, seed, seed & 0xff);
    timing_free(t);
    board_free(bd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {0};
    if (size < 4) return 0;
    uint32_t seed;
    memcpy(&seed, data, 4);
    uint32_t bytes = (uint32_t)(size - 4 < 256 ? size - 4 : 256);
    uint32_t pc = 0x08000000 + (seed & 0xfffe);
    struct block *b = block_decode_it(data + 4, pc, bytes, seed >> 24, &e);
    if (!b && bytes >= 2) b = block_decode_it(data + 4, pc, bytes - 2, seed >> 24, &e);
    if (!b) return 0;
    char text[128];
    for (uint32_t k = 0; k < b->count && k < 4; k++)
        insn_text(&b->insns[k], pc + b->insns[k].offset, true, text, sizeof text);
    run("stm32f746g-disco", b, seed);
    run("stm32f412g-disco", b, seed);
    block_free(b);
    return 0;
}
