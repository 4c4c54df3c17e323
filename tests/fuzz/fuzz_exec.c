/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any bytes as code for the executor of sim/exec: whatever it takes stays inside the memory
 * that it was given, a block that it declines leaves no trace, and stores can be taken back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/blocks.h"
#include "sim/exec/exec.h"
#include "tools/base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BASE = 0x20000000, BYTES = 2 * PAGES_BYTES, SEED_BYTES = 8, CODE_MAX = 1024 };

static void check(bool good)
{
    if (!good) abort();
}

/* Registers point into the memory or are small, as the seed says. */
static void make_core(struct core *k, uint64_t seed)
{
    *k = (struct core){.psr_rest = 1U << 24, .fp = true};
    for (unsigned i = 0; i < 15; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1;
        uint32_t v = (uint32_t)(seed >> 33);
        k->r[i] = v & 3U ? BASE + v % BYTES : v >> 20;
    }
    for (unsigned i = 0; i < 32; i++)
        k->s[i] = k->r[i % 13] * 2654435761U;
    core_set_xpsr(k, (uint32_t)seed & 0xf80f0000U);
    k->r[15] = BASE;
}

static void run(const struct block *b, const struct uop *u, uint64_t seed)
{
    uint8_t *memory = xcalloc(BYTES, 1), *before = xmalloc(BYTES);
    static uintptr_t reads[PAGES_COUNT], writes[PAGES_COUNT];
    static const uint8_t *code[PAGES_COUNT];
    struct pages p = {.reads = reads, .writes = writes, .code = code};
    for (uint32_t at = BASE; at < BASE + BYTES; at += PAGES_BYTES)
        p.reads[at / PAGES_BYTES] = p.writes[at / PAGES_BYTES] = (uintptr_t)memory - BASE;
    struct access_log *log = xcalloc(1, sizeof *log);
    struct undo *undo = xcalloc(1, sizeof *undo);
    struct core was, k;
    make_core(&was, seed);
    k = was;
    for (uint32_t i = 0; i < BYTES; i++)
        memory[i] = (uint8_t)(i * 7 + seed);
    memcpy(before, memory, BYTES);
    if (exec_run(u, &k, &p, log, undo, true))
        check(log->n <= b->accesses && log->divides <= b->count);
    else
        check(memcmp(&k, &was, sizeof k) == 0 && log->n == 0 && log->divides == 0 &&
              undo->n == 0);
    exec_undo(undo, 0);
    check(memcmp(memory, before, BYTES) == 0);
    free(log);
    free(undo);
    free(memory);
    free(before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t seed;
    struct err e;
    if (size < SEED_BYTES + 2) return 0;
    memcpy(&seed, data, sizeof seed);
    size_t bytes = (size - SEED_BYTES) & ~(size_t)1;
    if (bytes > CODE_MAX) bytes = CODE_MAX;
    /* Few long blocks are known from end to end: their halves are tried, too. */
    for (size_t n = bytes; n >= 2; n = n / 2 & ~(size_t)1) {
        struct block *b = block_decode(data + SEED_BYTES, BASE, (uint32_t)n, &e);
        for (int core = CORE_CORTEX_M4; b && core <= CORE_CORTEX_M7; core++) {
            struct uop *u = compile_block(b, (enum core_kind)core);
            if (u && b->accesses <= EXEC_ACCESSES_MAX) run(b, u, seed);
            free(u);
        }
        block_free(b);
    }
    return 0;
}
