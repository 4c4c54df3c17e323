/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which accesses are an instruction's is decided as the timing models do it: all of a block
 * were made, or those of a predicated instruction are there when the next one fits it.
 */
#include "sim/trace/fine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/trace.h"

enum { IT_LAST = 8 }; /* ITSTATE of the last instruction of an IT block, below its condition */

/* Only the last instruction can leave a block. Where an earlier one could, the models would see
 * a branch that was not taken: such a block stays whole, its cycles with its first instruction.
 */
static bool splits(const struct block *b)
{
    for (uint32_t k = 0; k + 1 < b->count; k++)
        if (b->insns[k].flags & INSN_TO_PC) return false;
    return true;
}

static struct block *alone(const struct insn *i, uint32_t pc)
{
    uint8_t code[4] = {(uint8_t)i->encoding, (uint8_t)(i->encoding >> 8)};
    struct err e;
    if (i->bytes == 4) {
        code[0] = (uint8_t)(i->encoding >> 16), code[1] = (uint8_t)(i->encoding >> 24);
        code[2] = (uint8_t)i->encoding, code[3] = (uint8_t)(i->encoding >> 8);
    }
    unsigned it = i->flags & INSN_IN_IT ? (unsigned)i->cond << 4 | IT_LAST : 0;
    struct block *b = block_decode_it(code, pc, i->bytes, it, &e);
    assert(b);
    return b;
}

void fine_code(struct trace *t, struct code *c)
{
    struct fine *f = arena_alloc(&t->arena, sizeof *f);
    *f = (struct fine){.code = c, .older = t->fine};
    f->insns = arena_array(&t->arena, c->block->count, sizeof *f->insns);
    bool split = splits(c->block);
    for (uint32_t k = 0; k < c->block->count; k++) {
        const struct insn *i = &c->block->insns[k];
        f->insns[k] = (struct fine_insn){.block = split ? alone(i, c->pc + i->offset) : NULL};
    }
    t->fine = f;
    c->fine = f;
}

void fine_done(struct trace *t)
{
    for (struct fine *f = t->fine; f; f = f->older)
        for (uint32_t k = 0; k < f->code->block->count; k++)
            block_free(f->insns[k].block);
    t->fine = NULL;
}

static void add(struct trace *t, struct fine_insn *f, const struct charge *c)
{
    f->executions++;
    t->pending.instructions += c->instructions;
    for (int i = 0; i < CAUSE_COUNT; i++) {
        f->cycles[i] += c->cycles[i];
        t->pending.cycles[i] += c->cycles[i];
    }
}

void fine_block(struct trace *t, struct timing *timing, const struct code *c,
                const struct effects *did, uint32_t next_pc)
{
    const struct block *b = c->block;
    const struct access *accesses = did->accesses;
    size_t n = did->access_count;
    struct fine *f = c->fine;
    bool all = n == b->accesses;
    size_t at = 0;
    bool logs = t->chronicle && t->chronicle->insns.file;
    if (!f->insns[0].block) {
        struct charge whole = {0};
        uint64_t cycle = timing_cycles(timing);
        timing_block(timing, b, did, next_pc, &whole);
        add(t, &f->insns[0], &whole);
        for (uint32_t k = 0; k < b->count; k++) {
            f->insns[k].executions += k > 0;
            if (logs) insn_log(t, c, k, cycle, accesses, k ? 0 : n, k + 1 == b->count);
        }
        return;
    }
    for (uint32_t k = 0; k < b->count; k++) {
        const struct insn *i = &b->insns[k];
        uint32_t pc = c->pc + i->offset;
        size_t mine = i->accesses;
        bool sure = all || i->cond == COND_ALWAYS || !(i->flags & INSN_IN_IT);
        if (mine && !sure &&
            (at + mine > n || accesses[at].size != i->access_bytes ||
             accesses[at].write != ((i->flags & INSN_STORE) != 0)))
            mine = 0;
        if (at + mine > n) mine = n - at;
        struct charge one = {0};
        uint64_t cycle = timing_cycles(timing);
        struct effects own = *did; /* divides are told apart by address */
        own.accesses = accesses + at;
        own.access_count = mine;
        timing_block(timing, f->insns[k].block, &own,
                     k + 1 == b->count ? next_pc : pc + i->bytes, &one);
        add(t, &f->insns[k], &one);
        if (logs) insn_log(t, c, k, cycle, accesses + at, mine, k + 1 == b->count);
        at += mine;
    }
}

static int by_place(const void *a, const void *b)
{
    const struct profile_line *x = a, *y = b;
    if (x->pc != y->pc) return x->pc < y->pc ? -1 : 1;
    if (x->encoding != y->encoding) return x->encoding < y->encoding ? -1 : 1;
    return x->function < y->function ? -1 : x->function > y->function;
}

/* The same instruction can be in several blocks: entered in the middle, cut at another place.
 */
void fine_result(struct trace *t, struct profile *p)
{
    size_t n = 0, kept = 0;
    for (const struct fine *f = t->fine; f; f = f->older)
        n += f->code->block->count;
    struct profile_line *out = arena_array(&t->arena, n, sizeof *out);
    n = 0;
    for (const struct fine *f = t->fine; f; f = f->older)
        for (uint32_t k = 0; k < f->code->block->count; k++) {
            const struct insn *i = &f->code->block->insns[k];
            if (!f->insns[k].executions) continue;
            out[n] = (struct profile_line){.pc = f->code->pc + i->offset,
                                           .encoding = i->encoding,
                                           .bytes = i->bytes,
                                           .function = f->code->function->addr,
                                           .name = f->code->function->title,
                                           .executions = f->insns[k].executions};
            memcpy(out[n].causes, f->insns[k].cycles, sizeof out[n].causes);
            n++;
        }
    if (n) qsort(out, n, sizeof *out, by_place);
    for (size_t i = 0; i < n; i++)
        if (kept && by_place(&out[kept - 1], &out[i]) == 0) {
            out[kept - 1].executions += out[i].executions;
            for (int c = 0; c < CAUSE_COUNT; c++)
                out[kept - 1].causes[c] += out[i].causes[c];
        } else {
            out[kept++] = out[i];
        }
    for (size_t i = 0; i < kept; i++)
        for (int c = 0; c < CAUSE_COUNT; c++)
            out[i].cycles += out[i].causes[c];
    names_after(t, NULL, 0, out, kept);
    p->lines = out;
    p->line_count = kept;
}
