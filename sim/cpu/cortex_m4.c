/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cortex-M4: in order, one instruction a cycle, three stages.
 *
 *     fetch ──────► decode ─────► execute
 *     ART, SRAM:    addresses     ALU, MAC; data phase of a load: one more cycle, in which the
 *     3 words ahead               next load or store may already send its address
 *
 * Fetch goes for words on its own, as places become free; it is brought up to the cycle in
 * which the next instruction leaves the queue. `now` is the cycle in which the next instruction
 * can execute. A load leaves one cycle pending: the next instruction pays it unless it is a
 * load or store that pipelines ([T] load-store timing). Each register has the cycle from which
 * an ALU operand can use it; addresses want it one cycle sooner. Flash, ART and memory blocks
 * add their waits: they are the world outside (m4_world.h).
 */
#include <stddef.h>
#include <string.h>

#include "sim/cpu/m4_world.h"

enum m4_param {
#define PARAM(name, value, text, source) M4_##name,
#include "sim/cpu/cortex_m4.def"
    M4_PARAM_COUNT,
};

enum m4_before { /* what the last instruction allows the next one */
                 BEFORE_OTHER,
                 BEFORE_LOAD,        /* its data phase is pending */
                 BEFORE_STORE,       /* a following load waits */
                 BEFORE_STORE_INDEX, /* store with register offset: its second cycle is pending
                                      */
};

enum { QUEUE_SLOTS = 4 /* of words: more than FETCH_QUEUE / 4 */ };

struct m4 {
    struct core_state core;
    int32_t param[M4_PARAM_COUNT];
    struct m4_world world;
    /* From here on: the pipeline's state, all that blocks change; pack() knows each field. */
    uint64_t ready[REG_COUNT]; /* cycle from which an ALU operand can use it */
    uint8_t before;            /* enum m4_before */
    uint8_t narrow_before;     /* the last instruction was a 16-bit one in line */
    uint8_t data;              /* number of the memory of the last access */
    bool plain_run;            /* the first load of the run wrote no base register back */
    bool store_in_run;         /* the last store went on with a run */
    uint8_t after_store;       /* straddling instructions until one loses a cycle, or 0 */
    uint64_t written;          /* when a store that changed memory has left the write buffer */
    /* Fetch: */
    bool fetching;               /* it is at it while the instruction in hand executes */
    uint32_t expected;           /* pc that follows in line */
    uint32_t queue_end;          /* the next word it goes for */
    uint32_t flash_word;         /* that execution is in, + 1, or 0 */
    uint64_t freed;              /* when the first of the free places became free */
    uint64_t asked;              /* when the address of the last word was taken */
    uint64_t busy;               /* until when its bus counts as not idle */
    uint8_t grace;               /* cycles that come to that */
    uint8_t late;                /* bits of words that flash makes wait */
    uint64_t there[QUEUE_SLOTS]; /* when each word is there */
};

static bool init(void *state, const struct board *b, const struct chip *chip, struct err *e)
{
    static const int32_t params[] = {
#define PARAM(name, value, text, source) value,
#include "sim/cpu/cortex_m4.def"
    };
    struct m4 *m = state;
    memcpy(m->param, params, sizeof params);
    m->expected = 1; /* no pc */
    return m4_world_init(&m->world, b, chip, e);
}

static void done(void *state)
{
    m4_world_done(&((struct m4 *)state)->world);
}

static int32_t *parameter(void *state, const char *name)
{
    static const char *const params[] = {
#define PARAM(name, value, text, source) #name,
#include "sim/cpu/cortex_m4.def"
    };
    struct m4 *m = state;
    for (int k = 0; k < M4_PARAM_COUNT; k++)
        if (strcmp(params[k], name) == 0) return &m->param[k];
    return NULL;
}

/* --- the world --- */

static uint32_t answer(void *state, const struct executed *x, uint32_t kind, uint32_t subject,
                       uint64_t at)
{
    return m4_answer(&((struct m4 *)state)->world, x, kind, subject, at);
}

static uint32_t ask(struct m4 *m, uint32_t kind, uint32_t subject, uint64_t at)
{
    return m->core.recorder ? memo_ask(m->core.recorder, kind, subject, at)
                            : answer(m, m->core.x, kind, subject, at);
}

/* The accesses that an instruction made: n of them from number `first` on. place: answer to
 * M4_PLACE for the first. */
struct made {
    uint32_t first, n, place;
};

static void wait_until(struct m4 *m, struct charge *out, enum cause why, uint64_t cycle)
{
    if (cycle > m->core.now) charge(&m->core, out, why, cycle - m->core.now);
}

/* --- fetch --- */

static bool in_flash(const struct place *p)
{
    return p->kind == REGION_FLASH && p->port == PORT_CODE;
}

static unsigned slot_of(uint32_t word)
{
    return (word >> 2) % QUEUE_SLOTS;
}

/* Goes for the next word at cycle `at`: address, data, there. */
static void go_for_word(struct m4 *m, uint64_t at)
{
    unsigned slot = slot_of(m->queue_end);
    m->asked = m->busy = at;
    m->there[slot] = at + 2;
    m->late &= (uint8_t) ~(1u << slot);
    m->queue_end += 4;
}

/* Execution enters a word: the first of a flash word waits for that from when fetch went for
 * it, and those behind it come after it. Flash is asked no sooner: what fetch goes for behind a
 * taken branch costs nothing, so that no wait makes a program faster. */
static void enter_word(struct m4 *m, uint32_t addr)
{
    uint32_t flash_word = addr / m->world.art.word_bytes;
    if (m->flash_word == flash_word + 1) return;
    const struct place *p = map_find(m->world.map, addr);
    m->flash_word = in_flash(p) ? flash_word + 1 : 0;
    if (!m->flash_word) return;
    uint64_t now = m->core.now, at = m->there[slot_of(addr)] - 2;
    uint64_t when = at > now ? at : now, ago = when - at;
    if (ago > M4_AGO_MAX) ago = M4_AGO_MAX;
    uint32_t wait = ask(m, M4_FETCH + (uint32_t)ago,
                        flash_word * m->world.art.word_bytes + p->canonical, when) >>
                    ANSWER_WAIT;
    if (!wait) return;
    uint64_t there = when - ago + 2 + wait;
    for (uint32_t word = addr; word < m->queue_end; word += 4, there++) {
        unsigned slot = slot_of(word);
        if (there <= m->there[slot]) return; /* that was late anyhow */
        m->there[slot] = there;
        m->late |= (uint8_t)(1u << slot);
    }
    m->asked = there - 3;
    if (m->busy < m->asked) m->busy = m->asked;
}

/* When it can go for the next word: a place is free, the last one's address taken. When the
 * queue was full its bus has been idle, and starting again takes a cycle: that is why three
 * wide instructions that straddle words, after one that took its time, lose one. */
static uint64_t next_word(const struct m4 *m)
{
    uint64_t at = m->freed > m->asked + 1 ? m->freed : m->asked + 1;
    return at + (m->freed > m->busy + 1 + (uint64_t)m->param[M4_FETCH_IDLE]);
}

/* A branch has gone for the word of pc two cycles ago. */
static void refill(struct m4 *m, uint32_t pc, struct charge *out)
{
    if (map_find(m->world.map, pc)->port == PORT_SYSTEM)
        charge(&m->core, out, CAUSE_BUS, (uint64_t)m->param[M4_FETCH_SYSTEM]);
    m->expected = pc;
    m->queue_end = pc & ~3u;
    m->freed = m->core.now < 2 ? 0 : m->core.now - 2;
    m->grace = 0;
    go_for_word(m, m->freed);
}

/* The instruction leaves the queue when all its words are there. A word's place is free when
 * its last halfword has left. The data cycle of a load is no pause: that the next instruction
 * does not pipeline is known too late for it (AES' decryption keys of jnk0le/cortexm-AES:
 * loads, CMP and three straddling instructions lose none). */
static void take_from_queue(struct m4 *m, const struct insn *i, uint32_t pc, struct charge *out)
{
    uint32_t first = pc & ~3u, last = (pc + i->bytes - 1) & ~3u, next = (pc + i->bytes) & ~3u;
    uint32_t room = (uint32_t)m->param[M4_FETCH_QUEUE];
    for (uint32_t word = first; word <= last; word += 4) {
        while (m->queue_end <= word)
            go_for_word(m, next_word(m));
        enter_word(m, word);
    }
    unsigned slot = slot_of(last);
    wait_until(m, out, m->late >> slot & 1 ? CAUSE_FLASH : CAUSE_FETCH, m->there[slot]);
    uint64_t at;
    while (m->queue_end - first < room && (at = next_word(m)) < m->core.now)
        go_for_word(m, at);
    m->busy += m->grace;
    m->grace = 0;
    if (m->queue_end - first == room) m->freed = m->core.now;
    m->fetching = m->queue_end - next < room || m->asked >= m->core.now;
}

/* Behind a store whose memory waits, too, the last of so many that straddle words loses a
 * cycle. */
static void straddle_after_store(struct m4 *m, const struct insn *i, uint32_t pc,
                                 struct charge *out)
{
    if (i->bytes == 2 || !(pc & 2))
        m->after_store = 0;
    else if (m->after_store && --m->after_store == 0)
        charge(&m->core, out, CAUSE_FETCH, 1);
}

/* --- operands --- */

static void wait_for_operands(struct m4 *m, const struct insn *i, struct charge *out)
{
    uint64_t when = 0;
    for (unsigned k = 0; k < i->src_count; k++) {
        const struct operand *s = &i->src[k];
        if (s->use == USE_FLAGS || s->use == USE_STORE) continue;
        uint64_t t = m->ready[s->reg];
        if (s->use == USE_ADDR && t) t += (uint64_t)m->param[M4_ADDRESS_EARLY];
        if (t > when) when = t;
    }
    wait_until(m, out, CAUSE_OPERAND, when);
}

/* Of several registers that are loaded, all but the last have come before the last cycle. */
static void set_results(struct m4 *m, const struct insn *i, uint64_t cycle)
{
    for (unsigned k = 0; k < i->dst_count; k++)
        m->ready[i->dst[k]] = cycle - (i->kind == INSN_LDRD && k != 1);
    if (i->kind == INSN_LDM || i->kind == INSN_VLDM)
        for (uint64_t left = insn_writes(i); left; left &= left - 1)
            m->ready[__builtin_ctzll(left)] = cycle - (left & (left - 1) ? 1 : 0);
}

/* --- loads and stores --- */

static bool is_single(const struct insn *i)
{
    return i->kind == INSN_LDR || i->kind == INSN_LDRB || i->kind == INSN_STR ||
           i->kind == INSN_STRB || (i->kind == INSN_VLDR && i->words == 1) ||
           (i->kind == INSN_VSTR && i->words == 1);
}

/* What the first access of a run waits while an instruction is being fetched. */
static uint32_t matrix_wait(const struct m4 *m, const struct bus *b, const struct insn *i)
{
    int32_t waits = m->param[M4_NARROW_WAITS];
    if (i->bytes == 2 && waits <= 0) return waits < 0 ? 0 : b->narrow;
    return is_single(i) ? b->single : b->first;
}

static bool is_straddling_load(const struct insn *i, uint32_t pc)
{
    return i->bytes == 4 && pc & 2 && is_single(i) && i->flags & INSN_LOAD;
}

static const struct place *last_memory(const struct m4 *m)
{
    return &m->world.map->places[m->data];
}

/* Does going to p take a cycle beside the wait of its bus? So it is from one memory of the
 * system bus to another that always waits: jnk0le/cortexm-AES of 2018 and 2019, tables in SRAM1
 * and stack in SRAM2 of an STM32F407. */
static uint32_t change_wait(const struct m4 *m, const struct place *p)
{
    const struct place *last = last_memory(m);
    bool changes = last != p && last->port == PORT_SYSTEM;
    return changes && m->world.map->buses[p->bus].always ? m->world.map->other_block : 0;
}

/* Waits of the accesses themselves: flash, the bus matrix, unaligned splits. The first access
 * of a run waits when the matrix is busy with a fetch (bus "first"); single stores do not,
 * their data leaves through the write buffer. A load that straddles two words has made fetch
 * busy itself. */
static void access_memory(struct m4 *m, const struct insn *i, uint32_t pc, struct made made,
                          bool run_goes_on, struct charge *out)
{
    bool buffered = i->kind == INSN_STR || i->kind == INSN_STRB;
    bool after_flash = !is_single(i) && i->flags & INSN_LOAD && in_flash(last_memory(m));
    if (m->world.map->straddle && is_straddling_load(i, pc) &&
        (!run_goes_on || m->param[M4_STRADDLE]))
        charge(&m->core, out, CAUSE_BUS, m->world.map->straddle);
    for (uint32_t k = 0; k < made.n; k++) {
        uint32_t a = k ? ask(m, M4_PLACE, made.first + k, m->core.now) : made.place;
        const struct place *p = &m->world.map->places[a & ANSWER_PLACE];
        if (in_flash(p)) {
            uint32_t wait = ask(m, M4_FLASH, made.first + k, m->core.now) >> ANSWER_WAIT;
            if (wait) charge(&m->core, out, CAUSE_DATA, wait);
        } else if (p->device) {
            uint32_t wait = m->world.map->buses[p->bus].single;
            if (wait) charge(&m->core, out, CAUSE_BUS, wait);
        } else if (p->sdram) {
            uint32_t wait = m->world.map->buses[p->bus].single +
                            (ask(m, M4_SDRAM, made.first + k, m->core.now) >> ANSWER_WAIT);
            if (wait) charge(&m->core, out, CAUSE_BUS, wait);
        } else if (!run_goes_on) {
            const struct bus *b = &m->world.map->buses[p->bus];
            uint32_t wait = !buffered && (m->fetching || b->always) ? matrix_wait(m, b, i) : 0;
            if (after_flash) wait += m->world.map->after_flash;
            uint32_t change = change_wait(m, p);
            if (!buffered)
                wait += change;
            else if (change) /* the next access waits */
                m->written = m->core.now + change + b->single;
            if (wait) charge(&m->core, out, CAUSE_BUS, wait);
        }
        m->data = a & ANSWER_PLACE;
        run_goes_on = true;
        uint32_t split = a >> ANSWER_SPLIT;
        if (split) charge(&m->core, out, CAUSE_UNALIGNED, split);
    }
}

/* Does the instruction send its address during the pending cycle of the one before? */
static bool pipelines(const struct m4 *m, const struct insn *i, uint32_t pc, struct made made)
{
    if (!is_single(i) || !made.n) return false;
    if (m->param[M4_STRADDLE] > 1 && is_straddling_load(i, pc)) return false;
    for (unsigned k = 0; k < i->src_count; k++)
        if (i->src[k].use == USE_ADDR && m->ready[i->src[k].reg] > m->core.now) return false;
    return true;
}

/* Cycle from which an ALU operand could use the base register that a load or store writes back.
 * Inside a run of loads that began with one without writeback, the next address has it at once.
 */
static uint64_t base_ready(const struct m4 *m, bool load)
{
    int32_t chain = m->param[M4_CHAIN];
    bool early = load && (chain == 2 || (chain == 1 && m->plain_run));
    return m->core.now - (early ? (uint64_t)m->param[M4_ADDRESS_EARLY] : 0);
}

/* Does it pipeline only with accesses to the same memory? */
static bool minds_memory(const struct m4 *m, const struct insn *i)
{
    return m->param[M4_OTHER_BLOCK] > (i->flags & INSN_LOAD ? 0 : 1);
}

/* Right behind an access to the same memory, the matrix still grants it. */
static bool is_granted(const struct m4 *m, const struct insn *i, struct made made)
{
    return is_single(i) && made.n && (made.place & ANSWER_PLACE) == m->data;
}

/* Pays the cycle that the last instruction left pending, or hides it. True: the access that
 * this instruction makes goes on with the last one's run. */
static bool settle(struct m4 *m, const struct insn *i, uint32_t pc, struct made made,
                   struct charge *out)
{
    enum m4_before before = (enum m4_before)m->before;
    m->before = BEFORE_OTHER;
    switch (before) {
    case BEFORE_OTHER:
        return false;
    case BEFORE_LOAD:
        if (pipelines(m, i, pc, made)) {
            if ((made.place & ANSWER_PLACE) == m->data) return true;
            /* The change of memory takes the cycle in which the matrix would have waited. */
            if (minds_memory(m, i)) {
                const struct place *p = &m->world.map->places[made.place & ANSWER_PLACE];
                charge(&m->core, out, CAUSE_BUS, m->world.map->other_block + change_wait(m, p));
            }
            return true;
        }
        charge(&m->core, out, CAUSE_OPERAND, (uint64_t)m->param[M4_LOAD_PENDING]);
        m->grace = (uint8_t)m->param[M4_LOAD_PENDING];
        if (is_granted(m, i, made)) return true;
        break;
    case BEFORE_STORE_INDEX:
        charge(&m->core, out, CAUSE_STORE, (uint64_t)m->param[M4_STORE_REGISTER]);
        break;
    case BEFORE_STORE:
        if (i->flags & INSN_LOAD && made.n)
            charge(&m->core, out, CAUSE_STORE, (uint64_t)m->param[M4_STORE_THEN_LOAD]);
        return m->store_in_run && is_granted(m, i, made);
    }
    /* A NOP runs in the cycle that was paid. */
    return i->kind == INSN_NOP && m->param[M4_NOP_HIDES];
}

/* Cycles of an instruction that is no single load or store. */
static uint32_t cycles_of(struct m4 *m, const struct insn *i, bool ran, enum cause *why)
{
    *why = CAUSE_ISSUE;
    switch (i->kind) {
    case INSN_LDM:
    case INSN_STM:
    case INSN_VLDM:
    case INSN_VSTM:
        return ran ? 1u + i->words : 1;
    case INSN_LDRD:
    case INSN_STRD:
    case INSN_VLDR: /* double */
    case INSN_VSTR:
        return ran ? 3 : 1;
    case INSN_LDREX:
    case INSN_STREX:
        return (uint32_t)m->param[M4_EXCLUSIVE];
    case INSN_TB:
        return (uint32_t)m->param[M4_TABLE_BRANCH];
    case INSN_PLD:
        return 2;
    case INSN_MRS:
    case INSN_MSR:
    case INSN_CPS:
        return (uint32_t)m->param[M4_SYSTEM];
    case INSN_BARRIER:
    case INSN_ISB:
        return (uint32_t)m->param[M4_BARRIER];
    case INSN_VMLA:
    case INSN_VFMA:
        return (uint32_t)m->param[M4_FP_MAC];
    case INSN_VMOV_GET2:
    case INSN_VMOV_PUT2:
        return 2;
    case INSN_DIV:
        *why = CAUSE_DIVIDE;
        return ask(m, M4_DIVIDED, divide_subject(i), m->core.now) >> ANSWER_WAIT;
    default:
        return 1;
    }
}

static bool is_fp_arithmetic(const struct insn *i)
{
    return i->kind >= INSN_VADD && i->kind <= INSN_VMOVI;
}

/* --- one instruction --- */

static void execute(struct m4 *m, const struct insn *i, uint32_t pc, struct made made,
                    struct charge *out)
{
    if (pc != m->expected) refill(m, pc, out); /* an exception, a first block */
    m->expected = pc + i->bytes;
    bool folded = i->kind == INSN_IT && m->narrow_before && m->param[M4_IT_FOLDS];
    m->narrow_before = i->bytes == 2;
    if (folded) return;
    take_from_queue(m, i, pc, out);
    straddle_after_store(m, i, pc, out);
    if (made.n) {
        wait_until(m, out, CAUSE_BUS, m->written);
        made.place = ask(m, M4_PLACE, made.first, m->core.now);
    }
    bool hidden = settle(m, i, pc, made, out);
    if (hidden && i->kind == INSN_NOP) return;
    /* A load or store whose condition fails does not look at its address. */
    if (made.n || !i->accesses) wait_for_operands(m, i, out);
    if (is_single(i) && made.n) {
        charge(&m->core, out, CAUSE_ISSUE, 1);
        access_memory(m, i, pc, made, hidden, out);
        bool load = i->flags & INSN_LOAD;
        m->before = load                           ? BEFORE_LOAD
                    : (i->flags & INSN_REG_OFFSET) ? BEFORE_STORE_INDEX
                                                   : BEFORE_STORE;
        set_results(m, i, m->core.now + (load ? (uint64_t)m->param[M4_LOAD_PENDING] : 0));
        if (!hidden) m->plain_run = load && !(i->flags & INSN_WRITEBACK);
        m->store_in_run = !load && hidden;
        if (!load && m->world.map->buses[last_memory(m)->bus].always)
            m->after_store = (uint8_t)m->param[M4_STORE_STRADDLES];
        if (i->flags & INSN_WRITEBACK) m->ready[i->dst[i->dst_count - 1]] = base_ready(m, load);
        return;
    }
    enum cause why;
    uint32_t cycles = cycles_of(m, i, made.n || !i->accesses, &why);
    charge(&m->core, out, CAUSE_ISSUE, 1);
    if (cycles > 1)
        charge(&m->core, out, why == CAUSE_ISSUE && made.n ? CAUSE_BUS : why, cycles - 1);
    if (made.n) access_memory(m, i, pc, made, false, out);
    uint64_t result = m->core.now;
    if (i->kind == INSN_VDIV || i->kind == INSN_VSQRT)
        result += (uint64_t)m->param[M4_FP_DIVIDE] - 1;
    else if (is_fp_arithmetic(i) && i->kind < INSN_VMOV)
        result += (uint64_t)m->param[M4_FP_USE];
    set_results(m, i, result);
}

/* --- branches --- */

static void leave_block(struct m4 *m, const struct executed *x, const struct insn *i,
                        uint32_t pc, struct charge *out)
{
    if (x->next_pc == pc + i->bytes || !(i->flags & INSN_TO_PC)) return;
    m->narrow_before = 0;
    if (m->before == BEFORE_LOAD) { /* LDR to the PC */
        charge(&m->core, out, CAUSE_OPERAND, (uint64_t)m->param[M4_LOAD_PENDING]);
        m->before = BEFORE_OTHER;
    }
    bool early = !(i->flags & INSN_INDIRECT);
    charge(&m->core, out, CAUSE_BRANCH,
           (uint64_t)m->param[early ? M4_REFILL : M4_REFILL_REGISTER]);
    refill(m, x->next_pc, out);
}

static void run(void *state, const struct executed *x, struct charge *out)
{
    struct m4 *m = state;
    struct core_state *c = &m->core;
    const struct block *b = x->block;
    c->x = x;
    if (!m->world.divide.step) /* parameters may be set until now */
        m->world.divide = divide_law(&m->param[M4_DIVIDE_ZERO]);
    for (; c->insn < b->count && !c->pause; c->insn++) {
        const struct insn *i = &b->insns[c->insn];
        uint32_t pc = b->pc + i->offset;
        struct made made = {c->access, 0, 0};
        uint32_t left = (uint32_t)x->access_count - c->access;
        if (i->accesses &&
            (accesses_sure(x, i) ||
             (i->accesses <= left && ask(m, M4_FIT, fit_subject(c->access, i), c->now))))
            made.n = i->accesses < left ? i->accesses : left;
        c->access += made.n;
        execute(m, i, pc, made, out);
        out->instructions++;
        if (i->kind == INSN_UNKNOWN) c->unknown[i->kind]++;
        if (x->partial && c->access >= x->access_count) return;
        if (c->insn + 1 == b->count && !x->partial) leave_block(m, x, i, pc, out);
    }
    if (c->insn == b->count) c->insn = c->access = 0;
}

/* --- packing --- */

enum { LOOK_BACK = 1 << 20 }; /* no packed time is older */

static uint64_t packed(uint64_t when, uint64_t now)
{
    return when + LOOK_BACK - now;
}

/* What no rule can see any more is made 0 or the same: results and words that are there, the
 * memory of an access that was no load (when none always waits), how long the queue has been
 * full. */
static bool pack(void *state)
{
    struct m4 *m = state;
    uint64_t now = m->core.now;
    uint64_t early = (uint64_t)m->param[M4_ADDRESS_EARLY];
    if (now <= early + 8) return false;
    for (int r = 0; r < REG_COUNT; r++)
        m->ready[r] = m->ready[r] + early <= now ? 0 : packed(m->ready[r], now);
    if (m->before != BEFORE_LOAD && m->before != BEFORE_STORE) {
        m->plain_run = m->store_in_run = false;
        bool flash = m->world.map->after_flash && in_flash(last_memory(m));
        if (!flash && !m->world.map->always) m->data = 0;
    }
    m->fetching = false;
    uint64_t pause = 4 + (uint64_t)m->param[M4_FETCH_IDLE];
    uint64_t idle = m->freed > pause ? m->freed - pause : 0; /* all the same before that */
    m->busy = packed(m->busy < idle ? idle : m->busy, now);
    m->asked = packed(m->asked < idle ? idle : m->asked, now);
    m->freed = packed(m->freed, now);
    m->written = m->written <= now ? 0 : packed(m->written, now);
    for (uint32_t word = m->queue_end - 4 * QUEUE_SLOTS; word != m->queue_end; word += 4) {
        uint64_t *there = &m->there[slot_of(word)];
        bool asks = word - (m->expected & ~3u) < 4 * QUEUE_SLOTS && /* in the queue */
                    word / m->world.art.word_bytes + 1 != m->flash_word;
        if (*there <= now) m->late &= (uint8_t) ~(1u << slot_of(word));
        if (*there + M4_AGO_MAX < now) *there = now - M4_AGO_MAX;
        *there = *there <= now && !asks ? 0 : packed(*there, now);
    }
    return true;
}

static void unpack(void *state)
{
    struct m4 *m = state;
    uint64_t base = m->core.now - LOOK_BACK;
    for (int r = 0; r < REG_COUNT; r++)
        if (m->ready[r]) m->ready[r] += base;
    m->asked += base;
    m->busy += base;
    m->freed += base;
    if (m->written) m->written += base;
    for (int k = 0; k < QUEUE_SLOTS; k++)
        if (m->there[k]) m->there[k] += base;
}

static const struct memo_node *walk(void *state, const struct executed *x,
                                    struct memo_path *path, const struct memo_node *root,
                                    uint64_t now)
{
    return m4_walk(&((struct m4 *)state)->world, x, path, root, now);
}

static void invalidate(void *state, bool icache, bool dcache, uint32_t addr, uint32_t bytes)
{
    (void)addr, (void)bytes; /* the ART is only reset as a whole */
    art_invalidate(&((struct m4 *)state)->world.art, icache, dcache);
}

const struct core_model core_cortex_m4 = {
    .name = "cortex-m4",
    .version = "12",
    .state_bytes = sizeof(struct m4),
    .init = init,
    .run = run,
    .invalidate = invalidate,
    .done = done,
    .world_offset = offsetof(struct m4, world),
    .world_copy = m4_world_copy,
    .parameter = parameter,
    .pipe_offset = offsetof(struct m4, ready),
    .pack = pack,
    .unpack = unpack,
    .answer = answer,
    .walk = walk,
};
