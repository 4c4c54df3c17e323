/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Stores of a chunk are kept in the undo log: taken back before the machine runs it, and at
 * each border memory must hold again what the executor left there.
 */
#include "sim/exec/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/exec/exec.h"
#include "sim/fault_text.h"
#include "sim/state.h"
#include "tools/base/arena.h"

enum { BLOCKS = 64, ACCESSES = 4 * EXEC_ACCESSES_MAX, DIVIDES = 4 * MACHINE_DIVIDES };

struct ran {
    const struct code *code;
    struct core after;
    size_t accesses, stores, divides; /* of the chunk up to its end */
};

struct verify {
    struct core start;
    struct ran blocks[BLOCKS];
    size_t count;
    struct access accesses[ACCESSES];
    struct divide divides[DIVIDES];
    uint32_t stored[UNDO_MAX]; /* what each entry of the undo log left in memory */
    size_t at;                 /* the block that the machine runs */
    bool replaying;
    bool started; /* … and the first border has passed */
    uint64_t instructions;
};

struct verify *verify_new(void)
{
    return xcalloc(1, sizeof(struct verify));
}

void verify_free(struct verify *v)
{
    free(v);
}

bool verify_replaying(const struct verify *v)
{
    return v->replaying;
}

uint64_t verify_instructions(const struct verify *v)
{
    return v->instructions;
}

void verify_begin(struct sim *s)
{
    struct verify *v = s->takeover.verify;
    v->start = s->takeover.core;
    v->count = 0;
    s->takeover.undo->n = 0;
}

static size_t first_access(const struct verify *v, size_t block)
{
    return block ? v->blocks[block - 1].accesses : 0;
}

static size_t first_store(const struct verify *v, size_t block)
{
    return block ? v->blocks[block - 1].stores : 0;
}

static size_t first_divide(const struct verify *v, size_t block)
{
    return block ? v->blocks[block - 1].divides : 0;
}

void verify_ran(struct sim *s, const struct code *c)
{
    struct verify *v = s->takeover.verify;
    const struct undo *undo = s->takeover.undo;
    struct ran *r = &v->blocks[v->count];
    size_t had = first_access(v, v->count);
    memcpy(&v->accesses[had], s->log.at, s->log.n * sizeof *s->log.at);
    size_t divided = first_divide(v, v->count);
    memcpy(&v->divides[divided], s->log.divided, s->log.divides * sizeof *s->log.divided);
    for (size_t i = first_store(v, v->count); i < undo->n; i++) {
        v->stored[i] = 0;
        memcpy(&v->stored[i], undo->at[i].host, undo->at[i].bytes);
    }
    *r = (struct ran){c, s->takeover.core, had + s->log.n, undo->n, divided + s->log.divides};
    v->count++;
}

bool verify_full(const struct sim *s)
{
    const struct verify *v = s->takeover.verify;
    return v->count == BLOCKS || first_access(v, v->count) > ACCESSES - EXEC_ACCESSES_MAX ||
           first_divide(v, v->count) > DIVIDES - MACHINE_DIVIDES ||
           s->takeover.undo->n > UNDO_MAX - 2 * EXEC_ACCESSES_MAX;
}

static void differs(struct sim *s, const struct insn *in, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The instruction `in` of the block, or the block as a whole, made the difference. */
static void differs(struct sim *s, const struct insn *in, const char *fmt, ...)
{
    const struct verify *v = s->takeover.verify;
    const struct code *c = v->blocks[v->at].code;
    char place[160], text[96] = "", what[160];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    uint32_t pc = c->pc + (in ? in->offset : 0);
    fault_place(s, pc, place, sizeof place);
    if (in) insn_text(in, pc, true, text, sizeof text);
    sim_end(s, SIM_INTERNAL, c->pc,
            "the executor (sim/exec) and Unicorn differ in the block at 0x%08x: %s\n"
            "  %s %s%s%s\n  --core unicorn runs without it; please report this firmware",
            c->pc, what, in ? "at" : "in", place, in ? ": " : "", text);
}

/* The last instruction of the block that writes register `reg` of decode.h. */
static const struct insn *writer(const struct code *c, unsigned reg)
{
    const struct insn *last = NULL;
    for (uint32_t i = 0; i < c->block->count; i++)
        if (insn_writes(&c->block->insns[i]) >> reg & 1U) last = &c->block->insns[i];
    return last;
}

static bool same_registers(struct sim *s, const struct ran *r)
{
    const struct core *k = &r->after;
    for (unsigned i = 0; i < 15; i++) {
        uint32_t wanted = machine_reg(s->machine, (enum machine_reg)i);
        if (k->r[i] == wanted) continue;
        differs(s, writer(r->code, i), "r%u is 0x%08x, Unicorn has 0x%08x", i, k->r[i], wanted);
        return false;
    }
    uint32_t xpsr = machine_reg(s->machine, MREG_XPSR), own = core_xpsr(k);
    if (own != xpsr) {
        differs(s, writer(r->code, (own ^ xpsr) & PSR_GE ? REG_GE : REG_FLAGS),
                "xPSR is 0x%08x, Unicorn has 0x%08x", own, xpsr);
        return false;
    }
    if (!r->code->uses_fpu) return true;
    for (unsigned i = 0; i < 33; i++) {
        enum machine_reg reg = i < 32 ? (enum machine_reg)(MREG_S0 + i) : MREG_FPSCR;
        uint32_t value = i < 32 ? k->s[i] : k->fpscr, wanted = machine_reg(s->machine, reg);
        if (value == wanted) continue;
        char name[8] = "FPSCR";
        if (i < 32) snprintf(name, sizeof name, "s%u", i);
        differs(s, writer(r->code, i < 32 ? REG_S0 + i : REG_FPSCR),
                "%s is 0x%08x, Unicorn has 0x%08x", name, value, wanted);
        return false;
    }
    return true;
}

/* The instruction that made the block's access n, when conditions leave no doubt. */
static const struct insn *accessor(const struct code *c, size_t n)
{
    for (uint32_t i = 0; i < c->block->count && !c->block->predicated; i++) {
        if (n < c->block->insns[i].accesses) return &c->block->insns[i];
        n -= c->block->insns[i].accesses;
    }
    return NULL;
}

static bool same_accesses(struct sim *s, const struct ran *r)
{
    const struct verify *v = s->takeover.verify;
    size_t first = first_access(v, v->at), n = r->accesses - first;
    if (!s->logs) return true;
    for (size_t i = 0; i < n && i < s->log.n; i++) {
        const struct access *a = &v->accesses[first + i], *b = &s->log.at[i];
        if (a->addr == b->addr && a->size == b->size && a->write == b->write) continue;
        differs(s, accessor(r->code, i),
                "access %zu is a %s of %u bytes at 0x%08x, Unicorn's a %s of %u at 0x%08x", i,
                a->write ? "store" : "load", a->size, a->addr, b->write ? "store" : "load",
                b->size, b->addr);
        return false;
    }
    if (n != s->log.n) differs(s, NULL, "%zu accesses, Unicorn makes %zu", n, s->log.n);
    return n == s->log.n;
}

static bool same_divides(struct sim *s, const struct ran *r)
{
    const struct verify *v = s->takeover.verify;
    const struct divide *own = &v->divides[first_divide(v, v->at)];
    size_t n = r->divides - first_divide(v, v->at);
    if (!s->logs) return true;
    bool same = n == s->log.divides && memcmp(own, s->log.divided, n * sizeof *own) == 0;
    if (!same) differs(s, NULL, "its %zu divides are not Unicorn's %zu", n, s->log.divides);
    return same;
}

static bool same_memory(struct sim *s, const struct ran *r)
{
    const struct verify *v = s->takeover.verify;
    for (size_t i = first_store(v, v->at); i < r->stores; i++) {
        const struct undo_entry *u = &s->takeover.undo->at[i];
        uint32_t now = 0;
        memcpy(&now, u->host, u->bytes);
        if (now == v->stored[i]) continue;
        differs(s, NULL, "its store %zu of %u bytes left 0x%x, Unicorn's 0x%x",
                i - first_store(v, v->at), u->bytes, v->stored[i], now);
        return false;
    }
    return true;
}

static bool same_block(struct sim *s, const struct ran *r, uint32_t pc)
{
    if (r->after.r[15] != pc) {
        differs(s, &r->code->block->insns[r->code->block->count - 1],
                "it goes on at 0x%08x, Unicorn at 0x%08x", r->after.r[15], pc);
        return false;
    }
    return same_accesses(s, r) && same_divides(s, r) && same_registers(s, r) &&
           same_memory(s, r);
}

bool verify_border(struct sim *s, uint32_t pc)
{
    struct verify *v = s->takeover.verify;
    if (v->started) {
        const struct ran *r = &v->blocks[v->at];
        if (!same_block(s, r, pc)) return false;
        v->instructions += r->code->block->count;
        v->at++;
        /* The border does this, too. */
        uint32_t sp = machine_reg(s->machine, MREG_SP);
        if (r->code->sets_sp && sp & 3U) machine_set_reg(s->machine, MREG_SP, sp & ~3U);
    }
    v->started = true;
    s->log.n = s->log.divides = 0;
    return v->at < v->count;
}

void verify_replay(struct sim *s)
{
    struct verify *v = s->takeover.verify;
    struct takeover *t = &s->takeover;
    unsigned guard = s->log.guard;
    t->core = v->start;
    machine_take_back(s->machine);
    if (!v->count) return;
    exec_undo(t->undo, 0);
    v->at = 0;
    v->started = false;
    v->replaying = true;
    s->log.guard = 0;
    enum machine_end end = machine_start(s->machine, machine_reg(s->machine, MREG_PC));
    v->replaying = false;
    s->log.guard = guard;
    s->log.n = s->log.divides = 0;
    if (!s->ended && end != MACHINE_STOPPED) differs(s, NULL, "Unicorn does not reach its end");
}
