/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cortex-M7: in order, two instructions a cycle.
 *
 *     fetch 8 bytes ─► queue ─► issue ─┬─ EX1          EX2          EX3          EX4
 *     I$, BTAC, return stack    older  │  shifter,     late ALU,    MAC,         store
 *                               younger│  early ALU,   fast load    slow load,   data
 *                                      └─ addresses                 writeback
 *
 * Each register remembers when and by what kind of unit it was written last; the table PRODUCER
 * in cortex_m7.def gives the distance to each use. An instruction joins the open issue group
 * when its operands are there, its packet has been fetched and may_pair() allows it; otherwise
 * it opens the next one. `now` is the cycle in which the next group can issue at the earliest.
 * The memory side and branch prediction are the world outside (m7_world.h): they are asked.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "sim/cpu/m7_pipe.h"

/* --- the world --- */

static uint32_t answer(void *state, const struct executed *x, uint32_t kind, uint32_t subject,
                       uint64_t at)
{
    return m7_answer(&((struct m7 *)state)->world, x, kind, subject, at);
}

static uint32_t ask(struct m7 *m, enum m7_question kind, uint32_t subject, uint64_t at)
{
    return m->core.recorder ? memo_ask(m->core.recorder, kind, subject, at)
                            : answer(m, m->core.x, kind, subject, at);
}

/* --- fetch --- */

static void enter_packet(struct m7 *m, uint32_t packet, uint64_t earliest)
{
    const struct block *b = m->core.x->block;
    bool inside = packet + 8 > b->pc && packet < b->pc + b->bytes;
    uint32_t a = m->settled && inside ? 0 : ask(m, M7_FETCH, packet, earliest);
    uint32_t wait = a >> ANSWER_WAIT;
    m->packet = packet;
    m->packet_time = earliest + wait;
    m->packet_cause = wait ? (enum cause)(a & ANSWER_CAUSE) : CAUSE_BRANCH;
}

/* Issue goes on to another packet, in line or through a predicted branch. The queue bounds how
 * far fetch can have run ahead. */
static void next_packet(struct m7 *m, uint32_t packet, uint64_t issue)
{
    uint32_t depth = (uint32_t)m->param[M7_FETCH_QUEUE];
    uint64_t earliest = m->packet_time + 1;
    uint64_t room = m->left[m->left_next % depth];
    m->left[m->left_next % depth] = issue;
    m->left_next++;
    if (room + 1 > earliest) earliest = room + 1;
    enter_packet(m, packet, earliest);
}

/* When the bytes of the instruction at pc are there. */
static uint64_t fetched(struct m7 *m, uint32_t pc, uint32_t bytes)
{
    uint32_t last = (pc + bytes - 1) & ~7u;
    if (m->packet == last) return m->packet_time;
    if (m->packet & 1) { /* the first instruction of all */
        m7_start(m);
        enter_packet(m, last, m->core.now);
        return m->packet_time;
    }
    uint32_t first = pc & ~7u;
    if (first != m->packet) next_packet(m, first, m->core.now);
    if (last != m->packet) next_packet(m, last, m->core.now);
    return m->packet_time;
}

/* After a wrong prediction fetch starts anew. */
static void redirect(struct m7 *m, uint32_t pc, uint64_t when)
{
    m->narrow = 0;
    m->owes = false;
    for (int k = 0; k < QUEUE_MAX; k++)
        m->left[k] = 0;
    enter_packet(m, pc & ~7u, when);
}

/* --- operands --- */

static uint64_t ready_for(const struct m7 *m, unsigned reg, enum operand_use use)
{
    return m->written[reg] + (uint64_t)m->distance[m->writer[reg]][use];
}

static uint64_t operands_ready(const struct m7 *m, const struct insn *i)
{
    uint64_t ready = 0;
    for (unsigned k = 0; k < i->src_count; k++) {
        const struct operand *s = &i->src[k];
        if (s->use == USE_FLAGS && m7_unit_of[i->kind] == UNIT_BRANCH) continue; /* predicted */
        uint64_t t = ready_for(m, s->reg, (enum operand_use)s->use);
        if (s->use == USE_ALU && (i->flags & INSN_HAS_EARLY) &&
            m->writer[s->reg] == BY_LOAD_WORD)
            t += (uint64_t)m->param[M7_LDR_PLAIN_BESIDE_EARLY];
        bool offset = k > 0 && s->use == USE_ADDR; /* the base is the first */
        if (offset && m->writer[s->reg] == BY_LOAD_WORD) t += (uint64_t)m->param[M7_LDR_OFFSET];
        if (t > ready) ready = t;
    }
    if (i->kind == INSN_STM || i->kind == INSN_VSTM) {
        for (uint64_t left = insn_reads(i); left; left &= left - 1) {
            unsigned reg = (unsigned)__builtin_ctzll(left);
            uint64_t t = ready_for(m, reg, USE_STORE);
            if (t > ready) ready = t;
        }
    }
    return ready;
}

/* Could it run in the early ALU at this cycle? All its operands must be there one stage sooner.
 */
static bool runs_early(const struct m7 *m, const struct insn *i, uint64_t cycle, bool younger)
{
    if (!(i->flags & INSN_EARLY)) return false;
    if (i->kind == INSN_ADDSUB && younger) return false; /* [J]: from the older slot only */
    if (i->kind == INSN_SHIFT && younger && m->older_early_shift) return false;
    for (unsigned k = 0; k < i->src_count; k++) {
        unsigned reg = i->src[k].reg;
        uint64_t t = ready_for(m, reg, USE_EARLY);
        if (i->kind == INSN_ADDSUB) { /* [J]: what it may use the cycle after, and what not */
            if (m->writer[reg] == BY_ADDRESS) t++;
            if (m->writer[reg] == BY_REVERSE) t--;
        }
        if (t > cycle) return false;
    }
    return true;
}

/* --- pairing (the matrix is in m7_units.c) --- */

/* Would it write a register that the older one of the open group writes? MOVW and MOVT may. */
static bool writes_again(const struct m7 *m, const struct insn *i)
{
    for (unsigned k = 0; k < i->dst_count; k++)
        if (i->dst[k] != REG_FLAGS && m->written[i->dst[k]] == m->group) return true;
    return false;
}

/* For some cycles after an FP multiply and accumulate others are kept out ([J] fpu). */
static uint64_t fp_shadow(const struct m7 *m, const struct insn *i, enum m7_unit u)
{
    if (!m->fp_mac || u < UNIT_FP) return 0;
    bool kept_out = i->kind == INSN_VADD || u == UNIT_FPIMM || i->kind == INSN_VLDM ||
                    i->kind == INSN_VSTM ||
                    ((u == UNIT_FPLOAD || u == UNIT_FPSTORE) && (i->flags & INSN_DOUBLE));
    if (kept_out) return m->fp_mac + (uint64_t)m->param[M7_FP_MAC_SHADOW];
    if (i->kind == INSN_VFMA && m->fp_mla) return m->fp_mac + 1;
    return 0;
}

static bool fp_shadow_younger(const struct m7 *m, enum m7_unit u, uint64_t cycle)
{
    return m->fp_mac && cycle < m->fp_mac + (uint64_t)m->param[M7_FP_MAC_SHADOW] &&
           (u == UNIT_FPLOAD || u == UNIT_FPSTORE || u == UNIT_FPMOVE || u == UNIT_FPFROM);
}

/* --- results --- */

static void set_result(struct m7 *m, unsigned reg, uint64_t cycle, enum m7_producer by)
{
    m->written[reg] = cycle;
    m->writer[reg] = (uint8_t)by;
}

static void set_results(struct m7 *m, const struct insn *i, uint64_t cycle, bool early)
{
    assert(i->kind < INSN_CLASS_COUNT);
    enum m7_producer by = (enum m7_producer)m7_producer_of[i->kind];
    if (early && by == BY_LATE_ALU) by = BY_EARLY_ALU;
    for (unsigned k = 0; k < i->dst_count; k++) {
        unsigned reg = i->dst[k];
        if (reg == REG_FLAGS) /* always by the late ALU, one cycle before they can be used */
            set_result(m, reg, cycle, BY_EARLY_ALU);
        else if (k + 1 == i->dst_count && (i->flags & INSN_WRITEBACK))
            set_result(m, reg, cycle, BY_ADDRESS);
        else
            set_result(m, reg, cycle, by);
    }
    if (i->kind == INSN_LDM || i->kind == INSN_VLDM) {
        uint32_t rate = (uint32_t)m->param[M7_MULTIPLE_PER_CYCLE], n = 0;
        uint64_t base = i->flags & INSN_WRITEBACK ? UINT64_C(1) << i->dst[0] : 0;
        for (uint64_t left = insn_writes(i) & ~base; left; left &= left - 1, n++)
            set_result(m, (unsigned)__builtin_ctzll(left), cycle + n / rate, by);
    }
}

/* Issue cycles of an instruction; what is beyond the first blocks the pipe. */
static uint32_t issue_cycles(struct m7 *m, const struct insn *i, enum cause *why)
{
    bool dbl = i->flags & INSN_DOUBLE;
    unsigned kind = i->kind;
    uint32_t rate = (uint32_t)m->param[M7_MULTIPLE_PER_CYCLE];
    *why = CAUSE_ISSUE;
    if (kind == INSN_LDM || kind == INSN_STM || kind == INSN_VLDM || kind == INSN_VSTM)
        return (i->words + rate - 1) / rate;
    if (kind == INSN_TB) return (uint32_t)m->param[M7_TABLE_BRANCH];
    if (kind == INSN_DIV || kind == INSN_VDIV || kind == INSN_VSQRT) {
        *why = CAUSE_DIVIDE;
        if (kind == INSN_DIV) {
            uint32_t cycles = ask(m, M7_DIVIDED, divide_subject(i), m->core.now) >> ANSWER_WAIT;
            return cycles ? cycles : (uint32_t)m->param[M7_DIVIDE_ZERO];
        }
        if (kind == INSN_VDIV) return (uint32_t)m->param[dbl ? M7_VDIV_D : M7_VDIV_S];
        return (uint32_t)m->param[dbl ? M7_VSQRT_D : M7_VSQRT_S];
    }
    if (dbl && kind == INSN_VADD) return (uint32_t)m->param[M7_VADD_D];
    if (dbl && kind == INSN_VMUL) return (uint32_t)m->param[M7_VMUL_D];
    if (dbl && (kind == INSN_VMLA || kind == INSN_VFMA)) return (uint32_t)m->param[M7_VFMA_D];
    return 1;
}

/* --- memory --- */

/* The accesses that an instruction made: n of them from number `first` on. */
struct made {
    uint32_t first, n;
};

static void access_memory(struct m7 *m, const struct insn *i, struct made made, uint64_t cycle,
                          bool younger, struct charge *out)
{
    bool unaligned = false;
    for (uint32_t k = 0; k < made.n; k++) {
        uint32_t a = ask(m, M7_ACCESS, made.first + k, cycle + k / 2);
        uint32_t wait = a >> ANSWER_WAIT;
        if (wait) {
            charge(&m->core, out, (enum cause)(a & ANSWER_CAUSE), wait);
            cycle += wait;
            m->open = false;
        }
        unaligned |= (a & ANSWER_UNALIGNED) != 0;
    }
    if (unaligned) {
        int32_t cost = m->param[younger ? M7_UNALIGNED_YOUNGER : M7_UNALIGNED_OLDER];
        charge(&m->core, out, CAUSE_UNALIGNED, (uint64_t)cost);
        m->open = false;
    }
    if (i->kind == INSN_STM && made.n && made.n % 2 == 0 && ask(m, M7_ODD, made.first, cycle))
        charge(&m->core, out, CAUSE_UNALIGNED, (uint64_t)m->param[M7_STM_SPLIT]);
}

/* --- one instruction --- */

static bool is_load(unsigned unit)
{
    return unit == UNIT_LOAD || unit == UNIT_FPLOAD;
}

static uint32_t bank(struct m7 *m, struct made made)
{
    return made.n && m->param[M7_LOAD_PAIRS] ? ask(m, M7_BANK, made.first, m->core.now) : 0;
}

static bool is_multiple(unsigned kind)
{
    return kind == INSN_LDM || kind == INSN_STM || kind == INSN_LDRD || kind == INSN_STRD ||
           kind == INSN_VLDM || kind == INSN_VSTM;
}

/* A multiple or double access that issues right after another instruction needs 16-bit ones
 * nearby: it takes four bytes in a cycle, where fetch brings eight. When too few have come
 * since the last one it owes a cycle, until enough follow, a taken branch begins anew or,
 * between core registers, another one right behind it makes eight bytes of both; else an
 * instruction some cycles behind pays. Returns the cycle from which i can issue. */
static uint64_t after_slack(struct m7 *m, const struct insn *i, uint64_t ready)
{
    uint64_t now = m->core.now, start = ready > now ? ready : now;
    uint8_t enough = (uint8_t)m->param[M7_MULTIPLE_NARROW];
    bool multiple = is_multiple(i->kind) && ready <= now && m->group + 1 == now;
    bool core = multiple && i->kind != INSN_VLDM && i->kind != INSN_VSTM;
    bool second = core && m->lone;
    if (i->bytes == 2 && m->slack < enough) m->slack++;
    m->lone = core && !second;
    if (second) {
        m->owes = false;
        return ready;
    }
    if (m->owes) {
        bool settled = m->slack == enough;
        if (!settled && !multiple && now <= m->due) return ready;
        m->owes = false;
        m->slack = 0;
        if (!settled) ready = ++start;
    }
    if (!multiple) return ready;
    if (m->slack == enough) {
        m->slack = 0;
    } else {
        m->owes = true;
        m->due = start + (i->words + 1u) / 2 - 1 + (uint64_t)m->param[M7_MULTIPLE_AHEAD];
    }
    return ready;
}

/* For FRESH_BESIDE_LOAD: a SIMD or bit field instruction that issues at this cycle. */
static bool is_fresh(const struct m7 *m, const struct insn *i, enum m7_unit u, uint64_t cycle)
{
    if (!m->param[M7_FRESH_BESIDE_LOAD] || (u != UNIT_DSP && u != UNIT_EXTRACT)) return false;
    for (unsigned k = 0; k < i->src_count; k++) {
        unsigned reg = i->src[k].reg;
        if (m->writer[reg] == BY_LOAD_WORD && m->written[reg] + 1 == cycle) return true;
    }
    return false;
}

/* Issues i at the cycle it can and returns that cycle. next: the one behind it, or NULL when
 * the block ends. */
static uint64_t issue(struct m7 *m, const struct insn *i, const struct insn *next, uint32_t pc,
                      struct made made, bool *younger, struct charge *out)
{
    enum m7_unit u = (enum m7_unit)m7_unit_of[i->kind];
    uint64_t there = fetched(m, pc, i->bytes), ready = operands_ready(m, i);
    uint64_t shadow = fp_shadow(m, i, u), now = m->core.now;
    if (shadow > ready) ready = shadow;
    uint64_t wanted = ready;
    ready = after_slack(m, i, ready);
    uint64_t owed = ready > wanted && ready > now ? 1 : 0;
    bool kept_apart = false;
    *younger = false;
    if (m->open && m->group + 1 == now && there < now && ready < now) {
        bool pairs =
            m7_may_pair((enum m7_unit)m->older_unit, u) && !fp_shadow_younger(m, u, now - 1);
        if (pairs && is_load(u) && is_load(m->older_unit)) /* from the two banks */
            pairs = (m->older_bank == 1 || (m->older_bank && m->param[M7_LOAD_PAIRS] > 1)) &&
                    m->older_bank + bank(m, made) == 3;
        if (pairs && u == UNIT_SHIFT && m->older_unit == UNIT_SHIFT) /* one shifter a stage */
            pairs = m->older_early_shift || runs_early(m, i, now - 1, true);
        if (pairs && m->older_fresh) pairs = u != UNIT_LOAD || i->flags & INSN_WRITEBACK;
        if (pairs) pairs = i->kind == INSN_MOVT || !writes_again(m, i);
        if (pairs) {
            m->open = false;
            *younger = true;
            return now - 1;
        }
        kept_apart = true;
    }
    if (there > now) {
        charge(&m->core, out, m->packet_cause, there - now);
        now = there;
    }
    if (ready > now) {
        charge(&m->core, out, CAUSE_OPERAND, ready - now - owed);
        charge(&m->core, out, CAUSE_DUAL, owed);
        now = ready;
    }
    charge(&m->core, out, kept_apart ? CAUSE_DUAL : CAUSE_ISSUE, 1);
    m->group = now;
    m->open = u != UNIT_ALONE;
    m->older_unit = (uint8_t)u;
    m->older_fresh = is_fresh(m, i, u, now);
    m->older_early_shift = m7_uses_shifter(u);
    bool matters = is_load(u) && (!next || is_load(m7_unit_of[next->kind]));
    m->older_bank = matters ? (uint8_t)bank(m, made) : 0;
    return now;
}

/* --- branches --- */

/* BX LR, MOV PC, LR, POP {…, PC} and LDR PC, [SP], #4 come back from a call. */
static bool returns(const struct insn *i)
{
    if (!(i->flags & INSN_INDIRECT) || !i->src_count) return false;
    unsigned from = i->src[0].reg;
    if (i->kind == INSN_LDM || i->kind == INSN_LDR) return from == REG_SP;
    return (i->kind == INSN_BX || i->kind == INSN_ADDSUB) && from == REG_LR;
}

/* What the decoder makes of a branch that the BTAC does not have: a direct one is taken when it
 * has no condition or goes back. */
static bool taken_statically(const struct insn *i, bool conditional)
{
    if (i->flags & INSN_INDIRECT || i->kind == INSN_CBZ) return false;
    if (!conditional) return true;
    unsigned sign = i->bytes == 4 ? 26 : i->kind == INSN_BCC ? 7 : 10;
    return i->encoding >> sign & 1;
}

/* Does a conditional branch that issues at this cycle find what it depends on settled? */
static bool flags_early(const struct m7 *m, const struct insn *i, uint64_t cycle)
{
    uint64_t written = m->written[i->kind == INSN_CBZ ? i->src[0].reg : REG_FLAGS];
    return written + (uint64_t)m->param[M7_FLAGS_EARLY] <= cycle;
}

static void leave_block(struct m7 *m, const struct executed *x, const struct insn *i,
                        uint32_t pc, uint64_t cycle, struct charge *out)
{
    (void)out;
    uint32_t fall = pc + i->bytes, next = x->next_pc;
    if (!(i->flags & INSN_TO_PC)) { /* cut block, or an exception: fetch goes on there */
        if (next != fall) redirect(m, next, m->core.now);
        return;
    }
    bool taken = next != fall, is_return = returns(i);
    bool conditional = i->kind == INSN_BCC || i->kind == INSN_CBZ ||
                       ((i->flags & INSN_IN_IT) && i->cond != COND_ALWAYS);
    bool statically = taken_statically(i, conditional);
    bool early = !conditional || flags_early(m, i, cycle);
    uint32_t seen = ask(m, M7_BRANCH, m7_branch(i, is_return, conditional, statically), cycle);
    bool unseen = seen & ANSWER_UNSEEN;
    if (seen & ANSWER_RIGHT || (unseen && !taken && !statically)) {
        if (taken) {
            next_packet(m, next & ~7u, cycle);
            if (!early && m->narrow < (uint32_t)m->param[M7_TAKEN_PAIRS]) m->open = false;
            m->narrow = 0;
            m->owes = false;
        }
        return;
    }
    m->open = false;
    int32_t lost = m->param[M7_MISPREDICT];
    if (unseen && statically && taken) {
        lost = m->param[M7_STATIC_TAKEN];
    } else if (!(i->flags & INSN_INDIRECT) && early) {
        lost = m->param[M7_MISPREDICT_EARLY];
    }
    redirect(m, next, cycle + 1 + (uint64_t)lost);
}

static void run(void *state, const struct executed *x, struct charge *out)
{
    struct m7 *m = state;
    struct core_state *c = &m->core;
    const struct block *b = x->block;
    c->x = x;
    if (c->insn == 0) m->settled = ask(m, M7_BLOCK, 0, m->packet_time + 1);
    for (; c->insn < b->count && !c->pause; c->insn++) {
        const struct insn *i = &b->insns[c->insn];
        const struct insn *next = c->insn + 1 < b->count ? i + 1 : NULL;
        uint32_t pc = b->pc + i->offset;
        struct made made = {c->access, 0};
        uint32_t left = (uint32_t)x->access_count - c->access;
        if (i->accesses &&
            (accesses_sure(x, i) ||
             (i->accesses <= left && ask(m, M7_FIT, fit_subject(c->access, i), c->now))))
            made.n = i->accesses < left ? i->accesses : left;
        c->access += made.n;
        bool younger;
        uint64_t cycle = issue(m, i, next, pc, made, &younger, out);
        out->instructions++;
        if (i->bytes == 2 && !(i->flags & INSN_TO_PC)) m->narrow++;
        if (i->kind == INSN_UNKNOWN) c->unknown[i->kind]++;
        bool early = runs_early(m, i, cycle, younger);
        if (early && !younger && i->kind == INSN_SHIFT) m->older_early_shift = true;
        enum cause why;
        uint32_t cycles = issue_cycles(m, i, &why);
        if (cycles > 1) {
            charge(c, out, why, cycles - 1);
            m->open = false;
        }
        uint64_t before = c->now;
        if (made.n) access_memory(m, i, made, cycle, younger, out);
        uint64_t waited = c->now - before;
        uint64_t result = cycle + waited;
        if (i->kind == INSN_DIV || i->kind == INSN_VDIV || i->kind == INSN_VSQRT)
            result += cycles - 1;
        set_results(m, i, result, early);
        if (i->kind == INSN_VFMA || i->kind == INSN_VMLA) {
            m->fp_mac = cycle + 1;
            m->fp_mla = i->kind == INSN_VMLA;
        }
        if (i->kind == INSN_BARRIER || i->kind == INSN_ISB) {
            uint32_t drain = ask(m, M7_DRAIN, 0, c->now) >> ANSWER_WAIT;
            if (drain) charge(c, out, CAUSE_STORE, drain);
            if (i->kind == INSN_ISB)
                redirect(m, pc + 4, cycle + 1 + (uint64_t)m->param[M7_MISPREDICT]);
        }
        if (x->partial && c->access >= x->access_count) return;
        if (!next && !x->partial) leave_block(m, x, i, pc, cycle, out);
    }
    if (c->insn == b->count) c->insn = c->access = 0;
}

static const struct memo_node *walk(void *state, const struct executed *x,
                                    struct memo_path *path, const struct memo_node *root,
                                    uint64_t now)
{
    return m7_walk(&((struct m7 *)state)->world, x, path, root, now);
}

static void invalidate(void *state, bool icache, bool dcache, uint32_t addr, uint32_t bytes)
{
    struct m7 *m = state;
    if (icache) {
        cache_invalidate(&m->world.l1.icache, addr, bytes);
        if (!bytes) cache_invalidate(&m->world.l1.art, 0, 0);
    }
    if (dcache) cache_invalidate(&m->world.l1.dcache, addr, bytes);
}

const struct core_model core_cortex_m7 = {
    .name = "cortex-m7",
    .version = "10",
    .state_bytes = sizeof(struct m7),
    .init = m7_init,
    .run = run,
    .invalidate = invalidate,
    .done = m7_done,
    .world_offset = offsetof(struct m7, world),
    .world_copy = m7_world_copy,
    .parameter = m7_parameter,
    .pipe_offset = offsetof(struct m7, written),
    .pack = m7_pack,
    .unpack = m7_unpack,
    .answer = answer,
    .walk = walk,
};
