/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A direct-mapped table in front of hash chains: a hit costs one compare.
 */
#include "sim/blocks.h"

#include <stdlib.h>
#include <string.h>

#include "tools/base/arena.h"

enum { COST_GUESS = 4 }; /* cycles an instruction, of code that has not run */
enum { VERSIONS_MAX = 64, VERSION_BYTES = 256 }; /* of one block: kept, and counted for each */

void blocks_init(struct blocks *b)
{
    *b = (struct blocks){0};
    b->direct = xcalloc(BLOCKS_DIRECT, sizeof(struct code *));
    b->chains = xcalloc(BLOCKS_CHAINS, sizeof(struct code *));
}

void blocks_done(struct blocks *b)
{
    for (struct code *c = b->all, *older; c; c = older) {
        older = c->older;
        block_free(c->block);
        free(c->uops);
        free(c->copy);
        free(c);
    }
    free(b->direct);
    free(b->chains);
    *b = (struct blocks){0};
}

/* 111x 11xx …, for coprocessor 10 or 11. */
bool insn_is_fpu(const struct insn *i)
{
    uint32_t w = i->encoding;
    return i->bytes == 4 && (w & 0xec000000U) == 0xec000000U && (w >> 9 & 7U) == 5;
}

bool insn_is_strict(const struct insn *i)
{
    switch (i->kind) {
    case INSN_LDRD:
    case INSN_LDM:
    case INSN_STRD:
    case INSN_STM:
    case INSN_LDREX:
    case INSN_STREX:
    case INSN_VLDR:
    case INSN_VSTR:
    case INSN_VLDM:
    case INSN_VSTM:
        return i->accesses && i->access_bytes >= 4;
    }
    return false;
}

/* STR with an offset that compilers make of &SCB->CCR: 0, 0x14 or 0xd14. */
static bool stores_to_ccr(const struct insn *i)
{
    uint32_t offset = 1;
    if (i->bytes == 2 && i->encoding >> 11 == 0x0c) offset = (i->encoding >> 6 & 31U) * 4;
    if (i->encoding >> 20 == 0xf8c) offset = i->encoding & 0xfffU;
    return offset == 0 || offset == 0x14 || offset == 0xd14;
}

static struct code *decode(struct blocks *b, struct memory *m, uint32_t pc, uint32_t bytes,
                           unsigned itstate)
{
    const uint8_t *live = memory_at(m, pc, bytes);
    if (!live) return NULL;
    struct err e;
    struct block *block = block_decode_it(live, pc, bytes, itstate, &e);
    if (!block) return NULL;
    struct code *c = xcalloc(1, sizeof *c);
    c->pc = pc;
    c->bytes = bytes;
    c->block = block;
    block->user = c;
    c->itstate = itstate;
    c->cost = block->count * COST_GUESS;
    bool may_set_ccr = false;
    for (uint32_t k = 0; k < block->count; k++) {
        const struct insn *i = &block->insns[k];
        c->stores |= (i->flags & INSN_STORE) != 0;
        c->strict |= insn_is_strict(i);
        c->uses_fpu |= insn_is_fpu(i);
        may_set_ccr |= stores_to_ccr(i);
        c->divides |= i->kind == INSN_DIV;
        c->arms |= may_set_ccr && i->kind == INSN_DIV;
        c->control |= (i->encoding & 0xfff0ffffU) == 0xf3808814U;
        uint64_t sp = UINT64_C(1) << REG_SP;
        c->sets_sp |= i->kind == INSN_MSR || (insn_writes(i) & sp && !(insn_reads(i) & sp));
        c->signals |= i->encoding == 0xbf40 || i->encoding == 0xf3af8004;
    }
    if (memory_span(m, pc)->region->kind == REGION_RAM) {
        c->live = live;
        c->copy = xmalloc(bytes);
        memcpy(c->copy, live, bytes);
        b->decoded_bytes += bytes;
    }
    memory_touch(m, pc, bytes);
    c->older = b->all;
    b->all = c;
    return c;
}

static bool agrees(const struct code *c, uint32_t pc, uint32_t bytes)
{
    return c->pc == pc && c->bytes == bytes &&
           (!c->live || memcmp(c->live, c->copy, bytes) == 0);
}

/* Code that was at this place before. What it was rewritten from long ago is not looked for any
 * more: a firmware that rewrites itself for ever must not make each search longer. Each version
 * counts for more than its bytes, of which a block may have few. */
static void another_version(struct blocks *b, struct code **chain, const struct code *now)
{
    unsigned versions = 0;
    struct code **oldest = NULL;
    for (struct code **p = chain; *p; p = &(*p)->next)
        if ((*p)->pc == now->pc && (*p)->bytes == now->bytes) {
            versions++;
            oldest = p;
        }
    if (versions) b->decoded_bytes += VERSION_BYTES;
    if (versions >= VERSIONS_MAX) *oldest = (*oldest)->next;
}

struct code *blocks_find(struct blocks *b, struct memory *m, uint32_t pc, uint32_t bytes,
                         unsigned (*itstate)(void *context), void *context, bool *fresh)
{
    struct code **direct = &b->direct[(pc >> 1) % BLOCKS_DIRECT];
    *fresh = false;
    if (*direct && agrees(*direct, pc, bytes)) return *direct;
    struct code **chain = &b->chains[((pc >> 1) ^ (pc >> 15)) % BLOCKS_CHAINS];
    for (struct code *c = *chain; c; c = c->next)
        if (agrees(c, pc, bytes)) return *direct = c;
    struct code *c = decode(b, m, pc, bytes, itstate(context));
    if (!c) return NULL;
    if (c->live) another_version(b, chain, c);
    c->next = *chain;
    *chain = c;
    *fresh = true;
    return *direct = c;
}

struct code *blocks_known(struct blocks *b, uint32_t pc)
{
    struct code **direct = &b->direct[(pc >> 1) % BLOCKS_DIRECT];
    if (*direct && (*direct)->whole && agrees(*direct, pc, (*direct)->bytes)) return *direct;
    struct code *c = b->chains[((pc >> 1) ^ (pc >> 15)) % BLOCKS_CHAINS];
    while (c && !(c->whole && agrees(c, pc, c->bytes)))
        c = c->next;
    return c ? *direct = c : NULL;
}

void blocks_forget(struct blocks *b, uint32_t addr, uint32_t bytes)
{
    for (size_t i = 0; i < BLOCKS_CHAINS; i++)
        for (struct code **p = &b->chains[i]; *p;) {
            struct code *c = *p;
            if (c->pc - addr >= bytes && addr - c->pc >= c->bytes) {
                p = &c->next;
                continue;
            }
            *p = c->next;
            b->decoded_bytes += c->bytes;
            struct code **direct = &b->direct[(c->pc >> 1) % BLOCKS_DIRECT];
            if (*direct == c) *direct = NULL;
        }
}
