/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 1111 1010 … and 1111 1011 … (A5.3.12 to A5.3.17) as micro-ops: shifts by register, extends,
 * parallel and saturating arithmetic, multiplies, divides.
 */
#include "sim/exec/compile.h"
#include "sim/uc.h"

static bool three(struct maker *mk, enum uop_kind kind, unsigned d, unsigned n, unsigned m,
                  unsigned x)
{
    emit(mk, (struct uop){.kind = (uint16_t)kind,
                          .d = (uint8_t)d,
                          .n = (uint8_t)n,
                          .m = (uint8_t)m,
                          .x = (uint8_t)x});
    return true;
}

static bool extend(struct maker *mk, uint32_t w)
{
    static const uint16_t kinds[6][2] = {{UOP_SXTH, UOP_SXTAH},     {UOP_UXTH, UOP_UXTAH},
                                         {UOP_SXTB16, UOP_SXTAB16}, {UOP_UXTB16, UOP_UXTAB16},
                                         {UOP_SXTB, UOP_SXTAB},     {UOP_UXTB, UOP_UXTAB}};
    unsigned rn = bits(w, 19, 16);
    if (bits(w, 6, 6)) return false;
    return three(mk, kinds[bits(w, 22, 20)][rn != REG_PC], bits(w, 11, 8), rn, bits(w, 3, 0),
                 bits(w, 5, 4) * 8);
}

#define KINDS(head)                                                                            \
    {                                                                                          \
        UOP_##head##ADD8, UOP_##head##ADD16, UOP_##head##ASX, UOP_NOP, UOP_##head##SUB8,       \
            UOP_##head##SUB16, UOP_##head##SAX, UOP_NOP                                        \
    }
static const uint16_t parallels[8][8] = {KINDS(S), KINDS(Q),  KINDS(SH), {UOP_NOP},
                                         KINDS(U), KINDS(UQ), KINDS(UH), {UOP_NOP}};

static bool data_register(struct maker *mk, uint32_t w)
{
    static const uint16_t shifts[2][4] = {{UOP_LSLR, UOP_LSRR, UOP_ASRR, UOP_RORR},
                                          {UOP_LSLRC, UOP_LSRRC, UOP_ASRRC, UOP_RORRC}};
    static const uint16_t saturating[4] = {UOP_QADD, UOP_QDADD, UOP_QSUB, UOP_QDSUB};
    static const uint16_t reverses[4] = {UOP_REV, UOP_REV16, UOP_RBIT, UOP_REVSH};
    unsigned op = bits(w, 23, 20), op2 = bits(w, 7, 4), rn = bits(w, 19, 16),
             rm = bits(w, 3, 0), rd = bits(w, 11, 8);
    if (bits(w, 15, 12) != 15) return false;
    if (op < 6 && op2 >= 8) return extend(mk, w);
    if (rn == REG_PC) return false;
    if (op < 8 && op2 == 0) {
        bool s = op & 1U;
        three(mk, shifts[s][op >> 1], rd, rn, rm, 0);
        if (s) make_nz(mk, rd);
        return true;
    }
    if (op >= 8 && op2 < 8) {
        uint16_t kind = parallels[op2][op - 8];
        return kind != UOP_NOP && three(mk, kind, rd, rn, rm, 0);
    }
    if (op == 8 && op2 >= 8 && op2 < 12) return three(mk, saturating[op2 - 8], rd, rn, rm, 0);
    if (op == 9 && op2 >= 8 && op2 < 12)
        return rn == rm && three(mk, reverses[op2 - 8], rd, 0, rm, 0);
    if (op == 10 && op2 == 8) return three(mk, UOP_SEL, rd, rn, rm, 0);
    if (op == 11 && op2 == 8) return rn == rm && three(mk, UOP_CLZ, rd, 0, rm, 0);
    return false;
}

/* A multiply with 32-bit result, or one that accumulates into `a`. */
static bool accumulate(struct maker *mk, enum uop_kind alone, enum uop_kind with, uint32_t w,
                       uint32_t round)
{
    unsigned ra = bits(w, 15, 12);
    emit(mk, (struct uop){.kind = (uint16_t)(ra == REG_PC ? alone : with),
                          .d = (uint8_t)bits(w, 11, 8),
                          .n = (uint8_t)bits(w, 19, 16),
                          .m = (uint8_t)bits(w, 3, 0),
                          .a = (uint8_t)ra,
                          .imm = round});
    return true;
}

static bool multiply(struct maker *mk, uint32_t w)
{
    static const uint16_t half[4][2] = {{UOP_SMULBB, UOP_SMLABB},
                                        {UOP_SMULBT, UOP_SMLABT},
                                        {UOP_SMULTB, UOP_SMLATB},
                                        {UOP_SMULTT, UOP_SMLATT}};
    unsigned op = bits(w, 22, 20), op2 = bits(w, 7, 4), ra = bits(w, 15, 12);
    bool x = op2 & 1U;
    if (op2 > 3 || (op2 > 1 && op != 1)) return false;
    switch (op) {
    case 0:
        if (!x) return accumulate(mk, UOP_MUL, UOP_MLA, w, 0);
        return ra != REG_PC && accumulate(mk, UOP_MLS, UOP_MLS, w, 0);
    case 1:
        return accumulate(mk, half[op2][0], half[op2][1], w, 0);
    case 2:
        return accumulate(mk, x ? UOP_SMUADX : UOP_SMUAD, x ? UOP_SMLADX : UOP_SMLAD, w, 0);
    case 3:
        return accumulate(mk, x ? UOP_SMULWT : UOP_SMULWB, x ? UOP_SMLAWT : UOP_SMLAWB, w, 0);
    case 4:
        return accumulate(mk, x ? UOP_SMUSDX : UOP_SMUSD, x ? UOP_SMLSDX : UOP_SMLSD, w, 0);
    case 5:
        return accumulate(mk, UOP_SMMUL, UOP_SMMLA, w, x ? 0x80000000U : 0);
    case 6:
        return ra != REG_PC && accumulate(mk, UOP_SMMLS, UOP_SMMLS, w, x ? 0x80000000U : 0);
    default:
        return !x && accumulate(mk, UOP_USAD8, UOP_USADA8, w, 0);
    }
}

/* It says where it is: the log of divides is by address. */
static bool divide(struct maker *mk, enum uop_kind kind, unsigned d, unsigned n, unsigned m)
{
    if (++mk->divides > MACHINE_DIVIDES) return false;
    three(mk, kind, d, n, m, 0);
    mk->uops[mk->n - 1].y = mk->pc;
    return true;
}

static bool multiply_long(struct maker *mk, uint32_t w)
{
    static const uint16_t half[4] = {UOP_SMLALBB, UOP_SMLALBT, UOP_SMLALTB, UOP_SMLALTT};
    unsigned op = bits(w, 22, 20), op2 = bits(w, 7, 4), low = bits(w, 15, 12),
             high = bits(w, 11, 8);
    enum uop_kind kind = UOP_NOP;
    if (op == 1 || op == 3) {
        if (op2 != 15 || low != 15) return false;
        return divide(mk, op == 1 ? UOP_SDIV : UOP_UDIV, high, bits(w, 19, 16), bits(w, 3, 0));
    }
    if (low == high || low == REG_PC || low == REG_SP) return false;
    if (op == 0 && op2 == 0) kind = UOP_SMULL;
    if (op == 2 && op2 == 0) kind = UOP_UMULL;
    if (op == 4 && op2 == 0) kind = UOP_SMLAL;
    if (op == 4 && op2 >= 8 && op2 < 12) kind = half[op2 - 8];
    if (op == 4 && (op2 == 12 || op2 == 13)) kind = op2 & 1U ? UOP_SMLALDX : UOP_SMLALD;
    if (op == 5 && (op2 == 12 || op2 == 13)) kind = op2 & 1U ? UOP_SMLSLDX : UOP_SMLSLD;
    if (op == 6 && op2 == 0) kind = UOP_UMLAL;
    if (op == 6 && op2 == 6) kind = UOP_UMAAL;
    if (kind == UOP_NOP) return false;
    return accumulate(mk, kind, kind, w, 0);
}

bool compile_dsp(struct maker *mk, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rd = bits(w, 11, 8), rm = bits(w, 3, 0);
    if (rd == REG_PC || rd == REG_SP || rm == REG_PC || rm == REG_SP || rn == REG_SP)
        return false;
    if (!bits(w, 24, 24)) return data_register(mk, w);
    if (rn == REG_PC || bits(w, 15, 12) == REG_SP) return false;
    return bits(w, 23, 23) ? multiply_long(mk, w) : multiply(mk, w);
}
