/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A piece is three quarters of what should fit before the event, so a few lead up to it. Pieces
 * end between groups of 8 bytes and outside of IT blocks, which bounds how many parts a block
 * can have (each is decoded); blocks that cost less than entering a handler does are left
 * alone. What comes is late by some cycles then.
 */
#include "sim/prompt.h"

#include "sim/fault.h"
#include "sim/precise.h"
#include "sim/run.h"
#include "sim/state.h"

enum { SHORT_CYCLES = 12, GROUP_BYTES = 8 };

/* All that the instruction does is that one store. */
static bool is_simple(const struct insn *i)
{
    return i->accesses == 1 && !insn_writes(i);
}

void prompt_store(struct sim *s, uint32_t addr, unsigned size)
{
    const struct machine_fault f = {
        .kind = BAD_WRITE, .why = DENIED_PROMPT, .addr = addr, .size = size};
    if (!s->attention || !s->current || s->ended || !nvic_next(s)) return;
    struct precise p = precise_find(s, &f);
    if (!p.insn || !p.sure || (!s->logs && p.insn->accesses > 1) ||
        p.pc + p.insn->bytes == s->current->pc + s->current->bytes)
        return;
    if (s->options.gdb && !is_simple(p.insn)) return; /* it would be shown twice */
    machine_deny(s->machine, f.kind, addr, size, f.why);
}

bool prompt_made(struct sim *s)
{
    if (!s->prompt.made) return false;
    s->prompt.made--;
    return true;
}

void prompt_finish(struct sim *s)
{
    struct precise p = precise_find(s, machine_fault(s->machine));
    uint32_t next = p.pc + p.insn->bytes;
    if (is_simple(p.insn)) { /* there is nothing left to do */
        precise_cut(s, next, s->log.n);
        precise_set_itstate(s, precise_next_itstate(p.itstate));
        machine_set_reg(s->machine, MREG_PC, next);
        return;
    }
    s->prompt.made = s->logs ? (unsigned)(s->log.n - p.accesses) : 1;
    precise_cut(s, p.pc, p.accesses);
    precise_set_itstate(s, p.itstate);
    machine_set_reg(s->machine, MREG_PC, p.pc);
    s->prompt.pass = p.pc;
    s->attention = false; /* what is due waits for this one instruction */
    s->deadline = UINT64_MAX;
    run_part(s, p.pc, next);
    s->prompt.pass = 1;
    s->prompt.made = 0;
    s->attention = true;
    sim_finish_block(s, next);
}

bool prompt_wants(const struct sim *s, const struct code *c)
{
    return s->now + c->cost > s->prompt.due && c->cost > SHORT_CYCLES && c->block->count > 1;
}

/* Where a piece ends that begins at instruction k and should have about n. */
static uint32_t piece_end(const struct code *c, uint32_t k, uint64_t n)
{
    unsigned it = k ? 0 : c->itstate;
    uint32_t count = c->block->count, group = UINT32_MAX;
    for (uint64_t done = 0; k < count; done++, k++) {
        const struct insn *i = &c->block->insns[k];
        bool begins = (c->pc + i->offset) / GROUP_BYTES != group && done;
        if (begins && done >= n && !it) break;
        group = (c->pc + i->offset) / GROUP_BYTES;
        it = i->kind == INSN_IT ? i->encoding & 0xffU : precise_next_itstate(it);
    }
    return k;
}

/* Runs on in the piece that begins at instruction k, up to where it ends. */
static enum machine_end run_piece(struct sim *s, const struct code *c, uint32_t pc)
{
    struct prompt *p = &s->prompt;
    uint32_t to = c->pc + c->block->insns[p->next].offset;
    p->pass = pc;
    enum machine_end end = MACHINE_REACHED;
    if (s->current || !takeover_part(s, pc, to - pc)) end = run_part(s, pc, to);
    p->pass = 1;
    if (end == MACHINE_REACHED) sim_finish_block(s, to);
    return end;
}

enum machine_end prompt_run(struct sim *s, uint32_t pc)
{
    struct prompt *p = &s->prompt;
    const struct code *c = p->code;
    const struct block *b = c->block;
    enum machine_end end = MACHINE_REACHED;
    bool halted = s->current && !s->current->whole && pc - s->current->pc < s->current->bytes;
    if (!halted) p->next = 0;
    p->code = NULL;
    if (!halted && c->pc != pc) return machine_start(s->machine, pc);
    while (end == MACHINE_REACHED && !s->attention && s->now < s->deadline) {
        uint64_t left = p->due > s->now ? p->due - s->now : 0;
        if (!halted) {
            pc = c->pc + b->insns[p->next].offset;
            p->next = piece_end(c, p->next, left * b->count * 3 / (4 * c->cost));
        }
        halted = false;
        if (p->next == b->count) {
            p->pass = pc;
            return machine_start(s->machine, pc);
        }
        end = run_piece(s, c, pc);
    }
    if (end == MACHINE_STOPPED && s->current) p->code = c; /* a debugger halts it in a piece */
    return end;
}
