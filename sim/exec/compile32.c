/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 32-bit Thumb encodings (A5.3): data processing with constants and shifted registers, bit
 * fields, branches. Loads and stores, DSP and FP have files of their own.
 */
#include "sim/exec/compile.h"

static bool plain(struct maker *mk, enum uop_kind kind, unsigned d, unsigned n, uint32_t imm)
{
    emit(mk,
         (struct uop){.kind = (uint16_t)kind, .d = (uint8_t)d, .n = (uint8_t)n, .imm = imm});
    return true;
}

/* ThumbExpandImm_C: the constant, and whether a rotation gave the carry its bit 31. */
static uint32_t expand(uint32_t w, bool *carry)
{
    uint32_t imm12 = bits(w, 26, 26) << 11 | bits(w, 14, 12) << 8 | bits(w, 7, 0);
    uint32_t imm8 = imm12 & 255U, by = imm12 >> 7;
    *carry = imm12 >> 10 != 0;
    if (*carry) {
        uint32_t v = 0x80U | (imm8 & 0x7fU);
        return v >> by | v << (32 - by);
    }
    switch (imm12 >> 8) {
    case 0:
        return imm8;
    case 1:
        return imm8 << 16 | imm8;
    case 2:
        return imm8 << 24 | imm8 << 8;
    default:
        return imm8 << 24 | imm8 << 16 | imm8 << 8 | imm8;
    }
}

enum {
    OP_AND,
    OP_BIC,
    OP_ORR,
    OP_ORN,
    OP_EOR,
    OP_ADD = 8,
    OP_ADC = 10,
    OP_SBC,
    OP_SUB = 13,
    OP_RSB
};

/* With and without flags, register and constant. */
static const struct {
    uint16_t reg, reg_flags, imm, imm_flags;
} arithmetic[16] = {
    [OP_ADD] = {UOP_ADD, UOP_ADDS, UOP_ADDI, UOP_ADDSI},
    [OP_ADC] = {UOP_ADC, UOP_ADCS, UOP_ADCI, UOP_ADCSI},
    [OP_SBC] = {UOP_SBC, UOP_SBCS, UOP_SBCI, UOP_SBCSI},
    [OP_SUB] = {UOP_SUB, UOP_SUBS, UOP_SUBI, UOP_SUBSI},
    [OP_RSB] = {UOP_RSB, UOP_RSBS, UOP_RSBI, UOP_RSBSI},
};

/* May these registers stand there? SP only in additions that the architecture gives it. */
static bool registers_allowed(unsigned op, unsigned rd, unsigned rn, bool tests, bool moves)
{
    bool adds = op == OP_ADD || op == OP_SUB;
    if (rd == REG_PC && !tests) return false;
    if (rn == REG_PC && !moves) return false;
    if (rd == REG_SP && !(moves && op == OP_ORR) && !(adds && rn == REG_SP)) return false;
    return rn != REG_SP || adds;
}

static bool data_constant(struct maker *mk, uint32_t w)
{
    unsigned op = bits(w, 24, 21), rn = bits(w, 19, 16), rd = bits(w, 11, 8);
    bool s = bits(w, 20, 20), rotated;
    uint32_t imm = expand(w, &rotated);
    bool tests =
        s && rd == REG_PC && (op == OP_AND || op == OP_EOR || op == OP_ADD || op == OP_SUB);
    bool moves = rn == REG_PC && (op == OP_ORR || op == OP_ORN);
    if (!registers_allowed(op, rd, rn, tests, moves)) return false;
    if (tests && op == OP_SUB) return plain(mk, UOP_CMPI, 0, rn, imm);
    if (tests) rd = CORE_TMP;
    if (op >= OP_ADD) {
        if (!arithmetic[op].reg) return false;
        plain(mk, s ? arithmetic[op].imm_flags : arithmetic[op].imm, rd, rn, imm);
        return true;
    }
    if (op > OP_EOR) return false;
    if (op == OP_BIC || op == OP_ORN) imm = ~imm;
    if (moves)
        plain(mk, UOP_MOVI, rd, 0, imm);
    else
        plain(mk, op <= OP_BIC ? UOP_ANDI : op == OP_EOR ? UOP_EORI : UOP_ORRI, rd, rn, imm);
    if (!s) return true;
    if (op == OP_BIC || op == OP_ORN) imm = ~imm;
    if (rotated) plain(mk, UOP_SETC, 0, 0, imm >> 31);
    make_nz(mk, rd);
    return true;
}

/* ADD and SUB with a shifted operand in one micro-op. */
static bool shifted_add(struct maker *mk, unsigned op, unsigned rd, unsigned rn, unsigned rm,
                        unsigned type, unsigned by)
{
    enum uop_kind kind = UOP_NOP;
    if (by && op == OP_ADD && type == SHIFT_LSL) kind = UOP_ADDL;
    if (by && op == OP_ADD && type == SHIFT_ASR) kind = UOP_ADDAS;
    if (by && op == OP_SUB && type == SHIFT_LSL) kind = UOP_SUBL;
    if (kind == UOP_NOP) return false;
    emit(mk, (struct uop){.kind = (uint16_t)kind,
                          .d = (uint8_t)rd,
                          .n = (uint8_t)rn,
                          .m = (uint8_t)rm,
                          .x = (uint8_t)by});
    return true;
}

static bool pack(struct maker *mk, uint32_t w, unsigned type, unsigned by)
{
    if (bits(w, 20, 20) || bits(w, 4, 4)) return false;
    unsigned rn = bits(w, 19, 16), rd = bits(w, 11, 8), rm = bits(w, 3, 0);
    if (rn >= REG_SP && rn != REG_LR) return false;
    if (rm >= REG_SP && rm != REG_LR) return false;
    if (rd >= REG_SP && rd != REG_LR) return false;
    bool top = type == SHIFT_ASR;
    emit(mk, (struct uop){.kind = top ? UOP_PKHTB : UOP_PKHBT,
                          .d = (uint8_t)rd,
                          .n = (uint8_t)rn,
                          .m = (uint8_t)rm,
                          .x = (uint8_t)(top && !by ? 32 : by)});
    return true;
}

static bool data_register(struct maker *mk, uint32_t w)
{
    static const uint16_t logic[] = {UOP_AND, UOP_BIC, UOP_ORR, UOP_ORN, UOP_EOR};
    unsigned op = bits(w, 24, 21), rn = bits(w, 19, 16), rd = bits(w, 11, 8),
             rm = bits(w, 3, 0);
    unsigned by = bits(w, 14, 12) << 2 | bits(w, 7, 6), type = bits(w, 5, 4);
    bool s = bits(w, 20, 20), shifted = by || type;
    if (bits(w, 15, 15)) return false;
    if (op == 6) return pack(mk, w, type, by);
    bool tests =
        s && rd == REG_PC && (op == OP_AND || op == OP_EOR || op == OP_ADD || op == OP_SUB);
    bool moves = rn == REG_PC && (op == OP_ORR || op == OP_ORN);
    if (!registers_allowed(op, rd, rn, tests, moves) || rm == REG_PC) return false;
    if (rm == REG_SP && !(moves && op == OP_ORR && !shifted)) return false;
    if (moves && op == OP_ORR) {
        make_shift(mk, rd, rm, type, by, s);
        if (s) make_nz(mk, rd);
        return true;
    }
    if (tests) rd = CORE_TMP;
    if (op >= OP_ADD && !arithmetic[op].reg) return false;
    if (op < OP_ADD && op > OP_EOR) return false;
    if (!s && shifted && shifted_add(mk, op, rd, rn, rm, type, by)) return true;
    if (shifted) {
        make_shift(mk, CORE_TMP, rm, type, by, s && op <= OP_EOR);
        rm = CORE_TMP;
    }
    unsigned kind;
    if (op >= OP_ADD)
        kind = tests && op == OP_SUB ? UOP_CMP
               : s                   ? arithmetic[op].reg_flags
                                     : arithmetic[op].reg;
    else
        kind = moves ? UOP_MVN : logic[op];
    emit(mk, (struct uop){
                 .kind = (uint16_t)kind, .d = (uint8_t)rd, .n = (uint8_t)rn, .m = (uint8_t)rm});
    if (s && op <= OP_EOR) make_nz(mk, rd);
    return true;
}

static bool saturate_constant(struct maker *mk, uint32_t w, bool is_signed)
{
    unsigned rn = bits(w, 19, 16), by = bits(w, 14, 12) << 2 | bits(w, 7, 6);
    bool right = bits(w, 21, 21), pairs = right && !by;
    if (bits(w, 26, 26) || bits(w, 5, 5) || (pairs && bits(w, 4, 4))) return false;
    unsigned to = pairs ? bits(w, 3, 0) : bits(w, 4, 0);
    if (by) {
        make_shift(mk, CORE_TMP, rn, right ? SHIFT_ASR : SHIFT_LSL, by, false);
        rn = CORE_TMP;
    }
    emit(mk, (struct uop){.kind = is_signed ? (pairs ? UOP_SSAT16 : UOP_SSAT)
                                            : (pairs ? UOP_USAT16 : UOP_USAT),
                          .d = (uint8_t)bits(w, 11, 8),
                          .n = (uint8_t)rn,
                          .x = (uint8_t)(is_signed ? to + 1 : to)});
    return true;
}

static bool bit_field(struct maker *mk, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rd = bits(w, 11, 8), last = bits(w, 4, 0);
    unsigned lsb = bits(w, 14, 12) << 2 | bits(w, 7, 6), op = bits(w, 24, 20);
    unsigned width = op == 22 ? last - lsb + 1 : last + 1;
    if ((op == 22 && last < lsb) || lsb + width > 32) return false;
    if (bits(w, 26, 26) || bits(w, 5, 5)) return false;
    uint32_t mask = width == 32 ? UINT32_MAX : (1U << width) - 1;
    struct uop u = {.d = (uint8_t)rd, .n = (uint8_t)rn, .x = (uint8_t)lsb, .imm = mask};
    if (op == 20) {
        u.kind = UOP_SBFX;
        u.x = (uint8_t)(32 - lsb - width);
        u.y = 32 - width;
    } else if (op == 28) {
        u.kind = UOP_UBFX;
    } else if (rn == REG_PC) {
        u = (struct uop){
            .kind = UOP_ANDI, .d = (uint8_t)rd, .n = (uint8_t)rd, .imm = ~(mask << lsb)};
    } else {
        u.kind = UOP_BFI;
        u.imm = mask << lsb;
    }
    if (rn == REG_PC && op != 22) return false;
    emit(mk, u);
    return true;
}

static bool plain_constant(struct maker *mk, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rd = bits(w, 11, 8), op = bits(w, 24, 20);
    uint32_t imm = bits(w, 26, 26) << 11 | bits(w, 14, 12) << 8 | bits(w, 7, 0);
    bool stack = rn == REG_SP && rd == REG_SP;
    if (rd == REG_PC || (rd == REG_SP && !stack)) return false;
    switch (op) {
    case 0:
        if (rn == REG_PC) return plain(mk, UOP_MOVI, rd, 0, literal_base(mk) + imm);
        plain(mk, UOP_ADDI, rd, rn, imm);
        return true;
    case 10:
        if (rn == REG_PC) return plain(mk, UOP_MOVI, rd, 0, literal_base(mk) - imm);
        plain(mk, UOP_SUBI, rd, rn, imm);
        return true;
    case 4:
        return !stack && plain(mk, UOP_MOVI, rd, 0, rn << 12 | imm);
    case 12:
        return !stack && plain(mk, UOP_MOVT, rd, 0, (rn << 12 | imm) << 16);
    case 16:
    case 18:
    case 24:
    case 26:
        return rn < REG_SP || rn == REG_LR ? saturate_constant(mk, w, op < 20) : false;
    case 20:
    case 22:
    case 28:
        return rn != REG_SP && bit_field(mk, w);
    default:
        return false;
    }
}

static const uint16_t branches[] = {UOP_B_EQ, UOP_B_NE, UOP_B_CS, UOP_B_CC, UOP_B_MI,
                                    UOP_B_PL, UOP_B_VS, UOP_B_VC, UOP_B_HI, UOP_B_LS,
                                    UOP_B_GE, UOP_B_LT, UOP_B_GT, UOP_B_LE};

static bool branch_misc(struct maker *mk, uint32_t w)
{
    unsigned op = bits(w, 14, 12), s = bits(w, 26, 26), j1 = bits(w, 13, 13),
             j2 = bits(w, 11, 11);
    if (op & 1U) {
        uint32_t i1 = ~(j1 ^ s) & 1U, i2 = ~(j2 ^ s) & 1U;
        uint32_t to = read_pc(mk) + sign_extend(s << 24 | i1 << 23 | i2 << 22 |
                                                    bits(w, 25, 16) << 12 | bits(w, 10, 0) << 1,
                                                25);
        emit(mk,
             (struct uop){.kind = op & 4U ? UOP_BL : UOP_END, .imm = to, .y = mk->next | 1U});
        return true;
    }
    if (op & 4U) return false;
    if (bits(w, 25, 23) != 7)
        return plain(mk, branches[bits(w, 25, 22)], 0, 0,
                     read_pc(mk) + sign_extend(s << 20 | j2 << 19 | j1 << 18 |
                                                   bits(w, 21, 16) << 12 | bits(w, 10, 0) << 1,
                                               21));
    return w == 0xf3af8000U || (w & 0xffffffe0U) == 0xf3bf8f40U; /* NOP.W; DSB, DMB */
}

bool compile32(struct maker *mk, uint32_t w)
{
    if (bits(w, 28, 27) == 1) {
        if (bits(w, 26, 25) == 0) return compile_memory(mk, w);
        return bits(w, 26, 25) == 1 ? data_register(mk, w) : compile_fp(mk, w);
    }
    if (bits(w, 28, 27) == 2) {
        if (bits(w, 15, 15)) return branch_misc(mk, w);
        return bits(w, 25, 25) ? plain_constant(mk, w) : data_constant(mk, w);
    }
    if (bits(w, 26, 26)) return compile_fp(mk, w);
    return bits(w, 25, 25) ? compile_dsp(mk, w) : compile_memory(mk, w);
}
