/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * When to take over, and for how long. Going in and out costs what a few hundred instructions
 * do, so takeovers that end after some blocks (a loop around a device) make the next ones
 * rarer.
 */
#include "sim/exec/takeover.h"

#include <stdlib.h>

#include "sim/exec/exec.h"
#include "sim/exec/verify.h"
#include "sim/run.h"
#include "sim/state.h"
#include "tools/base/arena.h"

enum {
    RUNS_BEFORE = 16,  /* a block is worth compiling */
    LEAVES_MAX = 4,    /* a block that was handed back so often stays with the machine */
    WORTH_BLOCKS = 16, /* a takeover of fewer is not worth its price */
    PAUSE_DOUBLINGS = 10,
};

void takeover_init(struct sim *s)
{
    struct takeover *t = &s->takeover;
    t->on = !s->options.gdb && s->options.executor == EXECUTOR_FAST;
    if (!t->on) return;
    pages_init(&t->pages, &s->memory);
    t->undo = xcalloc(1, sizeof *t->undo);
    if (s->options.verify_core) t->verify = verify_new();
}

void takeover_done(struct sim *s)
{
    pages_done(&s->takeover.pages);
    free(s->takeover.undo);
    verify_free(s->takeover.verify);
}

/* Makes micro-ops of c when it has none and may have some. */
static bool compiled(struct sim *s, struct code *c)
{
    if (c->uops) return true;
    if (c->left_alone) return false;
    if (c->block->accesses <= EXEC_ACCESSES_MAX && c->itstate == 0)
        c->uops = compile_block(c->block, s->board->core);
    c->left_alone = !c->uops;
    return c->uops;
}

/* What run.c does not even let the machine run without a look. */
static bool wants_care(const struct sim *s, const struct code *c, uint32_t control)
{
    if (c->divides && s->nvic.ccr & CCR_DIV_0_TRP) return true;
    return c->uses_fpu && (!s->fpu_on || s->nvic.lazy || !(control & CONTROL_FPCA));
}

bool takeover_wants(struct sim *s, struct code *c)
{
    struct takeover *t = &s->takeover;
    if (!t->on || c->left_alone) return false;
    if (!c->uops && (++c->runs < RUNS_BEFORE || !compiled(s, c))) return false;
    if (t->pause) {
        t->pause--;
        return false;
    }
    if (s->guard || s->mpu.fetches || s->recheck || machine_reg(s->machine, MREG_XPSR) & PSR_IT)
        return false;
    if (wants_care(s, c, c->uses_fpu ? machine_reg(s->machine, MREG_CONTROL) : 0)) return false;
    t->start = c;
    return true;
}

bool takeover_border(struct sim *s, uint32_t pc, bool *go_on)
{
    struct takeover *t = &s->takeover;
    bool handed_back = t->handed_back;
    if (t->verify && verify_replaying(t->verify)) {
        *go_on = verify_border(s, pc);
        return true;
    }
    t->handed_back = false;
    *go_on = true;
    return handed_back;
}

uint64_t takeover_verified(const struct sim *s)
{
    return s->takeover.verify ? verify_instructions(s->takeover.verify) : 0;
}

/* The block at pc, when it is one that the executor can go on with. */
static struct code *next_block(struct sim *s, uint32_t pc)
{
    struct code *c = blocks_known(&s->blocks, pc);
    if (!c || prompt_wants(s, c) || !compiled(s, c) ||
        wants_care(s, c, s->takeover.core.control))
        return NULL;
    return c;
}

static void hand_back(struct sim *s, struct code *c)
{
    s->takeover.handed_back = true;
    if (++c->leaves < LEAVES_MAX) return;
    c->left_alone = true;
    free(c->uops);
    c->uops = NULL;
}

static void begin(struct sim *s)
{
    machine_lend(s->machine, &s->takeover.core);
    if (s->takeover.verify) verify_begin(s);
}

static void end(struct sim *s)
{
    if (s->takeover.verify)
        verify_replay(s);
    else
        machine_take_back(s->machine);
}

/* The block, or the part of one, c. False: it is the machine's. */
static bool execute(struct sim *s, struct code *c)
{
    struct takeover *t = &s->takeover;
    run_open(s, c);
    if (c->uses_fpu && !t->core.fp) machine_lend_fp(s->machine);
    if (!t->verify) t->undo->n = 0;
    if (!exec_run(c->uops, &t->core, &t->pages, &s->log, t->undo, c->uses_fpu)) {
        hand_back(s, c);
        return false;
    }
    if (t->verify) verify_ran(s, c);
    if (!s->logs) s->log.n = s->log.divides = 0;
    t->instructions += c->block->count;
    return true;
}

bool takeover_run(struct sim *s)
{
    struct takeover *t = &s->takeover;
    struct code *c = t->start;
    bool look = false;
    uint32_t blocks = 0;
    t->start = NULL;
    begin(s);
    do {
        if (!execute(s, c)) break;
        blocks++;
        look = !run_close(s, t->core.r[15]);
        if (t->verify && verify_full(s)) {
            end(s);
            begin(s);
        }
    } while (!look && !s->ended && (c = next_block(s, t->core.r[15])));
    end(s);
    if (blocks >= WORTH_BLOCKS) {
        t->short_ones = 0;
    } else {
        if (t->short_ones < PAUSE_DOUBLINGS) t->short_ones++;
        t->pause = 1U << t->short_ones;
    }
    return look || s->ended;
}

bool takeover_part(struct sim *s, uint32_t pc, uint32_t bytes)
{
    struct takeover *t = &s->takeover;
    uint32_t control = machine_reg(s->machine, MREG_CONTROL);
    bool fresh;
    if (!t->on || t->verify || s->guard || s->mpu.fetches) return false;
    struct code *c = blocks_find(&s->blocks, &s->memory, pc, bytes, run_itstate, s, &fresh);
    if (!c) return false;
    if (fresh) trace_code(&s->trace, c);
    if (c->live || c->divides || !compiled(s, c) || wants_care(s, c, control)) return false;
    machine_lend(s->machine, &t->core);
    bool ran = execute(s, c);
    if (ran) sim_finish_block(s, t->core.r[15]);
    machine_take_back(s->machine);
    return ran;
}
