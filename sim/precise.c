/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An instruction whose condition fails makes no access, so several instructions can fit the
 * log; the one whose address is right is meant. The encodings are those of ARMv7-M ARM A5.
 */
#include "sim/precise.h"

#include "sim/cpu/operands.h"
#include "sim/state.h"

enum { POSITIONS = 64 };

static uint32_t reg(const struct sim *s, unsigned r, uint32_t pc)
{
    return r == REG_PC ? (pc + 4) & ~3U : machine_reg(s->machine, (enum machine_reg)r);
}

static uint32_t moved(uint32_t base, bool up, uint32_t by)
{
    return up ? base + by : base - by;
}

static uint32_t address16(const struct sim *s, const struct insn *i, uint32_t pc)
{
    uint32_t h = i->encoding;
    unsigned rn = bits(h, 5, 3), imm5 = bits(h, 10, 6);
    switch (bits(h, 15, 12)) {
    case 4:
        return reg(s, REG_PC, pc) + bits(h, 7, 0) * 4;
    case 5:
        return reg(s, rn, pc) + reg(s, bits(h, 8, 6), pc);
    case 6:
        return reg(s, rn, pc) + imm5 * 4;
    case 7:
        return reg(s, rn, pc) + imm5;
    case 8:
        return reg(s, rn, pc) + imm5 * 2;
    case 9:
        return reg(s, REG_SP, pc) + bits(h, 7, 0) * 4;
    case 11:
        return reg(s, REG_SP, pc) - (bits(h, 11, 11) ? 0 : i->words * 4U);
    }
    return reg(s, bits(h, 10, 8), pc); /* LDM, STM */
}

static uint32_t address_single(const struct sim *s, uint32_t w, uint32_t pc)
{
    unsigned rn = bits(w, 19, 16);
    uint32_t base = reg(s, rn, pc);
    if (rn == REG_PC) return moved(base, bits(w, 23, 23), bits(w, 11, 0));
    if (bits(w, 23, 23)) return base + bits(w, 11, 0);
    if (!bits(w, 11, 11)) return base + (reg(s, bits(w, 3, 0), pc) << bits(w, 5, 4));
    return bits(w, 10, 10) ? moved(base, bits(w, 9, 9), bits(w, 7, 0)) : base;
}

static uint32_t address32(const struct sim *s, const struct insn *i, uint32_t pc)
{
    uint32_t w = i->encoding, base = reg(s, bits(w, 19, 16), pc), imm = bits(w, 7, 0) * 4;
    bool up = bits(w, 23, 23), before = bits(w, 24, 24);
    switch (i->kind) {
    case INSN_LDM:
    case INSN_STM:
        return up ? base : base - i->words * 4U;
    case INSN_VLDM:
    case INSN_VSTM:
        return up ? base : base - imm;
    case INSN_VLDR:
    case INSN_VSTR:
        return moved(base, up, imm);
    case INSN_LDRD:
    case INSN_STRD:
        return before ? moved(base, up, imm) : base;
    }
    if (bits(w, 31, 25) == 0x74) { /* TBB, TBH, exclusives */
        uint32_t index = reg(s, bits(w, 3, 0), pc);
        if (bits(w, 24, 20) == 13 && bits(w, 7, 5) == 0) {
            if (bits(w, 19, 16) == REG_PC) base = pc + 4;
            return base + (index << bits(w, 4, 4));
        }
        return up ? base : base + imm; /* LDREXB, LDREXH have no offset */
    }
    return address_single(s, w, pc);
}

/* Would the instruction touch addr, with the registers as they are? */
static bool touches(const struct sim *s, const struct insn *i, uint32_t addr)
{
    uint32_t pc = s->current->pc + i->offset;
    uint32_t from = i->bytes == 2 ? address16(s, i, pc) : address32(s, i, pc);
    return addr - from < (uint32_t)i->accesses * i->access_bytes;
}

static bool stores(const struct insn *i)
{
    return (i->flags & INSN_STORE) != 0;
}

/* Do the n accesses from position p on look as if the instruction made them? */
static bool fits(const struct sim *s, size_t p, size_t n, const struct insn *i)
{
    for (size_t k = p; k < p + n; k++)
        if (s->log.at[k].write != stores(i) || s->log.at[k].size != i->access_bytes)
            return false;
    return true;
}

unsigned precise_next_itstate(unsigned it)
{
    return it & 7U ? (it & 0xe0U) | (it << 1 & 0x1fU) : 0;
}

static unsigned itstate_at(const struct sim *s, uint32_t offset)
{
    const struct block *b = s->current->block;
    unsigned it = s->current->itstate;
    for (uint32_t k = 0; k < b->count && b->insns[k].offset < offset; k++) {
        const struct insn *i = &b->insns[k];
        if (i->kind == INSN_IT)
            it = i->encoding & 0xffU;
        else
            it = precise_next_itstate(it);
    }
    return it;
}

static void take(const struct sim *s, struct precise *out, const struct insn *i, size_t before,
                 bool sure)
{
    out->insn = i;
    out->pc = s->current->pc + i->offset;
    out->accesses = before;
    out->sure = sure;
    out->itstate = itstate_at(s, i->offset);
}

/* The accesses of the log that were made before the one that failed. */
static size_t made(const struct sim *s, const struct machine_fault *f)
{
    size_t n = s->log.n;
    bool write = f->kind == BAD_WRITE; /* a bad load is not logged */
    return n && s->log.at[n - 1].addr == f->addr && s->log.at[n - 1].write == write &&
                   (write || f->why)
               ? n - 1
               : n;
}

/* Walks the block with all positions of the log where an instruction may begin. */
static void walk(const struct sim *s, const struct machine_fault *f, struct precise *out)
{
    size_t at[POSITIONS] = {0}, count = 1, n = made(s, f);
    const struct block *b = s->current->block;
    for (uint32_t k = 0; k < b->count && count; k++) {
        const struct insn *i = &b->insns[k];
        size_t next[POSITIONS], next_count = 0;
        if (!i->accesses) continue;
        for (size_t j = 0; j < count; j++) {
            size_t p = at[j], more = p + i->accesses;
            if (n - p < i->accesses && stores(i) == (f->kind == BAD_WRITE) &&
                fits(s, p, n - p, i)) {
                bool exact = touches(s, i, f->addr);
                if (!out->insn || (exact && !out->sure)) take(s, out, i, p, exact);
            }
            bool skips = i->cond != COND_ALWAYS;
            if (skips && next_count < POSITIONS) next[next_count++] = p;
            if (more <= n && next_count < POSITIONS && fits(s, p, i->accesses, i)) {
                bool known = false;
                for (size_t q = 0; q < next_count; q++)
                    known |= next[q] == more;
                if (!known) next[next_count++] = more;
            }
        }
        count = next_count;
        for (size_t j = 0; j < count; j++)
            at[j] = next[j];
    }
}

struct precise precise_find(const struct sim *s, const struct machine_fault *f)
{
    struct precise out = {.pc = s->current ? s->current->pc : machine_reg(s->machine, MREG_PC)};
    if (!s->current) return out;
    if (s->logs) walk(s, f, &out);
    if (out.sure) return out;
    /* Without a log, or when one access was reported as several. */
    const struct block *b = s->current->block;
    for (uint32_t k = 0; k < b->count; k++)
        if (b->insns[k].accesses && stores(&b->insns[k]) == (f->kind == BAD_WRITE) &&
            touches(s, &b->insns[k], f->addr)) {
            size_t n = made(s, f);
            take(s, &out, &b->insns[k], n < b->accesses ? n : b->accesses, true);
            return out;
        }
    return out;
}

static unsigned itstate_of(void *context)
{
    return ((const struct code *)context)->itstate;
}

void precise_cut(struct sim *s, uint32_t pc, size_t accesses)
{
    struct code *c = (struct code *)s->current;
    bool fresh;
    if (!c) return;
    s->current = NULL;
    s->log.n = accesses;
    if (pc - c->pc - 1 >= c->bytes) { /* nothing of it was run, or pc is elsewhere */
        s->log.n = 0;
        return;
    }
    struct code *part =
        blocks_find(&s->blocks, &s->memory, c->pc, pc - c->pc, itstate_of, c, &fresh);
    if (part && fresh) trace_code(&s->trace, part);
    s->current = part;
    sim_finish_block(s, pc);
}

void precise_set_itstate(struct sim *s, unsigned it)
{
    const uint32_t bits = 0x0600fc00;
    uint32_t xpsr = machine_reg(s->machine, MREG_XPSR) & ~bits;
    machine_set_reg(s->machine, MREG_XPSR, xpsr | (it & 3U) << 25 | (it & 0xfcU) << 8);
}
