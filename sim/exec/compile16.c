/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The 16-bit Thumb encodings (Armv7-M Architecture Reference Manual, A5.2) as micro-ops.
 */
#include "sim/exec/compile.h"

static bool alu(struct maker *mk, enum uop_kind kind, unsigned d, unsigned n, unsigned m,
                bool flags)
{
    emit(mk, (struct uop){
                 .kind = (uint16_t)kind, .d = (uint8_t)d, .n = (uint8_t)n, .m = (uint8_t)m});
    if (flags) make_nz(mk, d);
    return true;
}

static bool constant(struct maker *mk, enum uop_kind kind, unsigned d, unsigned n, uint32_t imm)
{
    emit(mk,
         (struct uop){.kind = (uint16_t)kind, .d = (uint8_t)d, .n = (uint8_t)n, .imm = imm});
    return true;
}

static bool shift_add_move(struct maker *mk, uint32_t h)
{
    unsigned rd = bits(h, 2, 0), rn = bits(h, 5, 3), rdn = bits(h, 10, 8), imm = bits(h, 7, 0);
    bool s = !mk->in_it;
    switch (bits(h, 13, 11)) {
    case 0:
    case 1:
    case 2:
        make_shift(mk, rd, rn, bits(h, 12, 11), bits(h, 10, 6), s);
        if (s) make_nz(mk, rd);
        return true;
    case 3: {
        bool subtract = bits(h, 9, 9);
        unsigned rm = bits(h, 8, 6);
        if (bits(h, 10, 10))
            return constant(mk,
                            subtract ? (s ? UOP_SUBSI : UOP_SUBI) : (s ? UOP_ADDSI : UOP_ADDI),
                            rd, rn, rm);
        return alu(mk, subtract ? (s ? UOP_SUBS : UOP_SUB) : (s ? UOP_ADDS : UOP_ADD), rd, rn,
                   rm, false);
    }
    case 4:
        constant(mk, UOP_MOVI, rdn, 0, imm);
        if (s) make_nz(mk, rdn);
        return true;
    case 5:
        return constant(mk, UOP_CMPI, 0, rdn, imm);
    case 6:
        return constant(mk, s ? UOP_ADDSI : UOP_ADDI, rdn, rdn, imm);
    default:
        return constant(mk, s ? UOP_SUBSI : UOP_SUBI, rdn, rdn, imm);
    }
}

static bool data16(struct maker *mk, uint32_t h)
{
    unsigned d = bits(h, 2, 0), m = bits(h, 5, 3);
    bool s = !mk->in_it;
    switch (bits(h, 9, 6)) {
    case 0:
        return alu(mk, UOP_AND, d, d, m, s);
    case 1:
        return alu(mk, UOP_EOR, d, d, m, s);
    case 2:
        return alu(mk, s ? UOP_LSLRC : UOP_LSLR, d, d, m, s);
    case 3:
        return alu(mk, s ? UOP_LSRRC : UOP_LSRR, d, d, m, s);
    case 4:
        return alu(mk, s ? UOP_ASRRC : UOP_ASRR, d, d, m, s);
    case 5:
        return alu(mk, s ? UOP_ADCS : UOP_ADC, d, d, m, false);
    case 6:
        return alu(mk, s ? UOP_SBCS : UOP_SBC, d, d, m, false);
    case 7:
        return alu(mk, s ? UOP_RORRC : UOP_RORR, d, d, m, s);
    case 8:
        return alu(mk, UOP_AND, CORE_TMP, d, m, true);
    case 9:
        return constant(mk, s ? UOP_RSBSI : UOP_RSBI, d, m, 0);
    case 10:
        return alu(mk, UOP_CMP, 0, d, m, false);
    case 11:
        return alu(mk, UOP_ADDS, CORE_TMP, d, m, false);
    case 12:
        return alu(mk, UOP_ORR, d, d, m, s);
    case 13:
        return alu(mk, UOP_MUL, d, d, m, s);
    case 14:
        return alu(mk, UOP_BIC, d, d, m, s);
    default:
        return alu(mk, UOP_MVN, d, 0, m, s);
    }
}

/* A register that may be the PC: then its value is put into scratch register `tmp`. */
static unsigned source(struct maker *mk, unsigned r, unsigned tmp)
{
    if (r != REG_PC) return r;
    constant(mk, UOP_MOVI, tmp, 0, read_pc(mk));
    return tmp;
}

static bool special16(struct maker *mk, uint32_t h)
{
    unsigned d = bits(h, 7, 7) << 3 | bits(h, 2, 0), rm = bits(h, 6, 3);
    switch (bits(h, 9, 8)) {
    case 0:
        if (d == REG_PC) return false;
        alu(mk, UOP_ADD, d, d, source(mk, rm, CORE_TMP), false);
        return true;
    case 1:
        if (d == REG_PC || rm == REG_PC) return false;
        return alu(mk, UOP_CMP, 0, d, rm, false);
    case 2:
        if (d == REG_PC) {
            if (rm == REG_PC) return false;
            return alu(mk, UOP_MOVPC, 0, 0, rm, false);
        }
        alu(mk, UOP_MOV, d, 0, source(mk, rm, CORE_TMP), false);
        return true;
    default:
        if (bits(h, 2, 0) || rm == REG_PC) return false;
        emit(mk, (struct uop){.kind = bits(h, 7, 7) ? UOP_BLX : UOP_BX,
                              .m = (uint8_t)rm,
                              .y = mk->next | 1U});
        return true;
    }
}

static bool load_store16(struct maker *mk, uint32_t h)
{
    unsigned rt = bits(h, 2, 0), rn = bits(h, 5, 3);
    if (bits(h, 15, 12) == 5) {
        static const uint16_t kinds[8] = {UOP_STRR, UOP_STRHR, UOP_STRBR, UOP_LDRSBR,
                                          UOP_LDRR, UOP_LDRHR, UOP_LDRBR, UOP_LDRSHR};
        return alu(mk, kinds[bits(h, 11, 9)], rt, rn, bits(h, 8, 6), false);
    }
    bool load = bits(h, 11, 11);
    unsigned imm = bits(h, 10, 6);
    switch (bits(h, 15, 12)) {
    case 6:
        return constant(mk, load ? UOP_LDRI : UOP_STRI, rt, rn, imm * 4);
    case 7:
        return constant(mk, load ? UOP_LDRBI : UOP_STRBI, rt, rn, imm);
    case 8:
        return constant(mk, load ? UOP_LDRHI : UOP_STRHI, rt, rn, imm * 2);
    default:
        return constant(mk, load ? UOP_LDRI : UOP_STRI, bits(h, 10, 8), REG_SP,
                        bits(h, 7, 0) * 4);
    }
}

static bool extend16(struct maker *mk, uint32_t h)
{
    static const uint16_t kinds[4] = {UOP_SXTH, UOP_SXTB, UOP_UXTH, UOP_UXTB};
    return alu(mk, kinds[bits(h, 7, 6)], bits(h, 2, 0), 0, bits(h, 5, 3), false);
}

static bool misc16(struct maker *mk, uint32_t h)
{
    static const uint16_t reverses[4] = {UOP_REV, UOP_REV16, UOP_NOP, UOP_REVSH};
    unsigned op = bits(h, 11, 8);
    switch (op) {
    case 0:
        return constant(mk, bits(h, 7, 7) ? UOP_SUBI : UOP_ADDI, REG_SP, REG_SP,
                        bits(h, 6, 0) * 4);
    case 1:
    case 3:
    case 9:
    case 11:
        return constant(mk, op & 8U ? UOP_CBNZ : UOP_CBZ, 0, bits(h, 2, 0),
                        read_pc(mk) + (bits(h, 9, 9) << 6 | bits(h, 7, 3) << 1));
    case 2:
        return extend16(mk, h);
    case 4:
    case 5:
        return make_multiple(mk, REG_SP, (h & 255U) | bits(h, 8, 8) << REG_LR, false, true,
                             true);
    case 12:
    case 13:
        return make_multiple(mk, REG_SP, (h & 255U) | bits(h, 8, 8) << REG_PC, true, false,
                             true);
    case 10:
        if (bits(h, 7, 6) == 2) return false;
        return alu(mk, reverses[bits(h, 7, 6)], bits(h, 2, 0), 0, bits(h, 5, 3), false);
    case 15:
        return h & 15U || h == 0xbf00U; /* IT, NOP */
    default:
        return false;
    }
}

/* The micro-op of a conditional branch. */
static const uint16_t branches[] = {UOP_B_EQ, UOP_B_NE, UOP_B_CS, UOP_B_CC, UOP_B_MI,
                                    UOP_B_PL, UOP_B_VS, UOP_B_VC, UOP_B_HI, UOP_B_LS,
                                    UOP_B_GE, UOP_B_LT, UOP_B_GT, UOP_B_LE};

bool compile16(struct maker *mk, uint32_t h)
{
    switch (bits(h, 15, 12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        return shift_add_move(mk, h);
    case 4:
        if (bits(h, 11, 11))
            return constant(mk, UOP_LDRABS, bits(h, 10, 8), 0,
                            literal_base(mk) + bits(h, 7, 0) * 4);
        return bits(h, 10, 10) ? special16(mk, h) : data16(mk, h);
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
        return load_store16(mk, h);
    case 10:
        if (!bits(h, 11, 11))
            return constant(mk, UOP_MOVI, bits(h, 10, 8), 0,
                            literal_base(mk) + bits(h, 7, 0) * 4);
        return constant(mk, UOP_ADDI, bits(h, 10, 8), REG_SP, bits(h, 7, 0) * 4);
    case 11:
        return misc16(mk, h);
    case 12: {
        unsigned rn = bits(h, 10, 8), list = h & 255U;
        bool load = bits(h, 11, 11);
        return make_multiple(mk, rn, list, load, false, !load || !(list >> rn & 1U));
    }
    case 13:
        if (bits(h, 11, 8) >= 14) return false;
        return constant(mk, branches[bits(h, 11, 8)], 0, 0,
                        read_pc(mk) + sign_extend(bits(h, 7, 0) << 1, 9));
    default:
        if (bits(h, 15, 11) != 28) return false;
        return constant(mk, UOP_END, 0, 0, read_pc(mk) + sign_extend(bits(h, 10, 0) << 1, 12));
    }
}
