/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A block into micro-ops: instruction by instruction, conditions of IT blocks as jumps over
 * what they guard, then a pass from the end that drops flags which nobody reads: most
 * instructions of Thumb set them, few are looked at.
 */
#include "sim/exec/compile.h"

#include <stdlib.h>

#include "tools/base/arena.h"

static const struct {
    uint8_t reads, writes;
    uint16_t plain;
} effects[] = {
#define OP(name, reads, writes, plain, ...) [UOP_##name] = {(reads), (writes), UOP_##plain},
#include "sim/exec/ops.def"
#undef OP
};

/* By condition; the order is the encoding's. */
static const uint16_t skips[] = {
    UOP_SKIP_EQ, UOP_SKIP_NE, UOP_SKIP_CS, UOP_SKIP_CC, UOP_SKIP_MI, UOP_SKIP_PL, UOP_SKIP_VS,
    UOP_SKIP_VC, UOP_SKIP_HI, UOP_SKIP_LS, UOP_SKIP_GE, UOP_SKIP_LT, UOP_SKIP_GT, UOP_SKIP_LE};

void make_shift(struct maker *mk, unsigned d, unsigned m, unsigned type, unsigned by,
                bool carry)
{
    static const uint16_t kinds[2][4] = {{UOP_LSL, UOP_LSR, UOP_ASR, UOP_ROR},
                                         {UOP_LSLC, UOP_LSRC, UOP_ASRC, UOP_RORC}};
    struct uop u = {.d = (uint8_t)d, .m = (uint8_t)m, .x = (uint8_t)by};
    if (by) {
        u.kind = kinds[carry][type];
    } else if (type == SHIFT_LSL) {
        u.kind = UOP_MOV;
    } else if (type == SHIFT_ROR) {
        u.kind = carry ? UOP_RRXC : UOP_RRX;
    } else {
        u.kind = kinds[carry][type];
        u.x = 32;
    }
    emit(mk, u);
}

void make_nz(struct maker *mk, unsigned m)
{
    emit(mk, (struct uop){.kind = UOP_NZ, .m = (uint8_t)m});
}

bool make_multiple(struct maker *mk, unsigned rn, unsigned list, bool load, bool before,
                   bool writeback)
{
    unsigned count = (unsigned)__builtin_popcount(list);
    bool to_pc = load && list >> 15 & 1U;
    if (!count || rn == REG_PC || list & 1U << REG_SP) return false;
    if (!load && list >> 15 & 1U) return false;
    if (writeback && load && list >> rn & 1U) return false;
    uint32_t size = 4 * count;
    uint32_t change = before ? 0U - size : size;
    emit(mk, (struct uop){.kind = to_pc  ? UOP_LDMPC
                                  : load ? UOP_LDM
                                         : UOP_STM,
                          .n = (uint8_t)rn,
                          .m = (uint8_t)count,
                          .x = writeback,
                          .imm = before ? change : 0,
                          .y = change << 16 | list});
    return true;
}

static unsigned next_it(unsigned it)
{
    return it & 7U ? (it & 0xe0U) | (it << 1 & 0x1fU) : 0;
}

/* One instruction with the jump over it. *guard: the jump that the instruction before has, when
 * it can grow over this one. */
static bool compile_insn(struct maker *mk, const struct insn *in, size_t *guard,
                         unsigned *guard_cond)
{
    bool guarded = in->flags & INSN_IN_IT && in->cond < COND_ALWAYS;
    mk->in_it = in->flags & INSN_IN_IT;
    mk->conditional = false;
    if (!guarded || *guard == SIZE_MAX || *guard_cond != in->cond) {
        *guard = SIZE_MAX;
        if (guarded) {
            *guard = mk->n;
            *guard_cond = in->cond;
            emit(mk, (struct uop){.kind = skips[in->cond]});
        }
    }
    mk->conditional = guarded;
    size_t first = mk->n;
    if (!(in->bytes == 2 ? compile16(mk, in->encoding) : compile32(mk, in->encoding)))
        return false;
    if (guarded) mk->uops[*guard].imm += (uint32_t)(mk->n - first);
    for (size_t i = first; i < mk->n; i++)
        if (effects[mk->uops[i].kind].writes) *guard = SIZE_MAX;
    return true;
}

static void drop_dead_flags(struct uop *uops, size_t n)
{
    unsigned live = FLAG_ALL;
    for (size_t i = n; i-- > 0;) {
        struct uop *u = &uops[i];
        if (effects[u->kind].writes && !(effects[u->kind].writes & live))
            u->kind = effects[u->kind].plain;
        if (!u->conditional) live &= ~(unsigned)effects[u->kind].writes;
        live |= effects[u->kind].reads;
    }
}

static const struct {
    uint16_t first, second, both;
} fused[] = {
#define FUSED(a, b) {UOP_##a, UOP_##b, UOP_##a##_##b},
#include "sim/exec/fused.def"
#undef FUSED
};

static void fuse(struct uop *uops, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++)
        for (size_t k = 0; k < sizeof fused / sizeof *fused; k++)
            if (uops[i].kind == fused[k].first && uops[i + 1].kind == fused[k].second) {
                uops[i++].kind = fused[k].both;
                break;
            }
}

/* A jump over micro-ops never ends inside what is dropped here: it has no conditional ones. */
static size_t drop_nops(struct uop *uops, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (uops[i].kind != UOP_NOP || uops[i].conditional) uops[kept++] = uops[i];
    return kept;
}

struct uop *compile_block(const struct block *b, enum core_kind core)
{
    struct maker mk = {.core = core};
    size_t guard = SIZE_MAX;
    unsigned it = 0, guard_cond = 0;
    if (b->count && b->insns[0].flags & INSN_IN_IT) return NULL;
    mk.uops = xcalloc((size_t)b->count * UOPS_PER_INSN + 1, sizeof *mk.uops);
    for (uint32_t i = 0; i < b->count; i++) {
        const struct insn *in = &b->insns[i];
        mk.pc = b->pc + in->offset;
        mk.next = mk.pc + in->bytes;
        if (!compile_insn(&mk, in, &guard, &guard_cond)) goto unknown;
        it = in->kind == INSN_IT ? in->encoding & 0xffU : next_it(it);
    }
    if (it & 15U) goto unknown; /* goes on in the next block */
    mk.conditional = false;
    emit(&mk, (struct uop){.kind = UOP_END, .imm = b->pc + b->bytes});
    drop_dead_flags(mk.uops, mk.n);
    fuse(mk.uops, drop_nops(mk.uops, mk.n));
    return mk.uops;
unknown:
    free(mk.uops);
    return NULL;
}
