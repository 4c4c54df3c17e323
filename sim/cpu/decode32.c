/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The 32-bit Thumb encodings but those of the FPU (Armv7-M Architecture Reference Manual,
 * A5.3). w holds the first halfword above the second.
 */
#include "sim/cpu/operands.h"

/* Is a modified constant one of the M7's "simple" ones: plain 8 bits or a byte pattern? The
 * rotated kind goes through the shifter. */
static bool rotated_constant(uint32_t w)
{
    return bits(w, 26, 26) || bits(w, 14, 14); /* i:imm3 >= 0100 */
}

/* The operation in bits 24–21 of data processing, shared by its constant and register forms. */
static void data_operation(struct insn *i, uint32_t w, bool shifted)
{
    unsigned op = bits(w, 24, 21), rn = bits(w, 19, 16), rd = bits(w, 11, 8);
    bool s = bits(w, 20, 20), compare = false, move = false;
    enum insn_class kind = INSN_LOGIC;
    switch (op) {
    case 0:  /* AND, TST */
    case 4:  /* EOR, TEQ */
    case 8:  /* ADD, CMN */
    case 13: /* SUB, CMP */
        compare = rd == REG_PC && s;
        if (op >= 8 && !compare) kind = INSN_ADDSUB;
        break;
    case 2: /* ORR, MOV */
        move = rn == REG_PC;
        if (move) kind = INSN_ADDSUB;
        break;
    case 3: /* ORN, MVN */
        move = rn == REG_PC;
        break;
    case 1:  /* BIC */
    case 10: /* ADC */
    case 11: /* SBC */
    case 14: /* RSB */
        break;
    default:
        return;
    }
    set_kind(i, shifted ? INSN_SHIFTED : kind);
    if (kind == INSN_ADDSUB && !shifted) i->flags |= INSN_EARLY;
    if (!move) add_src(i, rn, USE_ALU);
    if (!compare) add_dst(i, rd);
    if (s) set_flags(i);
    if (op == 10 || op == 11) read_flags(i);
}

static void data_constant(struct insn *i, uint32_t w)
{
    data_operation(i, w, rotated_constant(w));
}

/* ADDW, SUBW, ADR, MOVW, MOVT, SSAT, USAT, bit fields. */
static void plain_constant(struct insn *i, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rd = bits(w, 11, 8);
    switch (bits(w, 24, 20)) {
    case 0:
    case 10:
        set_kind(i, INSN_ADDSUB);
        i->flags |= INSN_EARLY;
        add_src(i, rn, USE_ALU);
        break;
    case 4:
        set_kind(i, INSN_MOVW);
        i->flags |= INSN_EARLY;
        break;
    case 12:
        set_kind(i, INSN_MOVT);
        add_src(i, rd, USE_ALU);
        break;
    case 16: /* SSAT */
    case 18: /* SSAT, SSAT16 */
    case 24: /* USAT */
    case 26: /* USAT, USAT16 */
        set_kind(i, INSN_SATURATE);
        add_src(i, rn, USE_EARLY);
        break;
    case 20: /* SBFX */
    case 28: /* UBFX */
        set_kind(i, INSN_BITFIELD);
        i->flags |= INSN_EARLY;
        add_src(i, rn, USE_EARLY);
        break;
    case 22: /* BFI, BFC */
        set_kind(i, INSN_INSERT);
        add_src(i, rn, USE_EARLY);
        add_src(i, rd, USE_ALU);
        break;
    default:
        return;
    }
    add_dst(i, rd);
}

static void data_shifted_register(struct insn *i, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rd = bits(w, 11, 8), rm = bits(w, 3, 0),
             op = bits(w, 24, 21);
    unsigned amount = bits(w, 14, 12) << 2 | bits(w, 7, 6), type = bits(w, 5, 4);
    bool shifted = amount || type; /* ROR #0 is RRX */
    if (op == 6) {                 /* PKHBT, PKHTB */
        if (bits(w, 20, 20) || bits(w, 4, 4)) return;
        set_kind(i, INSN_PACK);
        add_src(i, rn, USE_ALU);
        add_src(i, rm, USE_EARLY);
        add_dst(i, rd);
        return;
    }
    if (op == 2 && rn == REG_PC && shifted) { /* a shift as a move; RRX reads the carry */
        set_kind(i, INSN_SHIFT);
        if (type == 3 && !amount)
            read_flags(i);
        else
            i->flags |= INSN_EARLY;
        add_src(i, rm, USE_ALU);
        add_dst(i, rd);
        if (bits(w, 20, 20)) set_flags(i);
        return;
    }
    data_operation(i, w, shifted);
    if (i->kind == INSN_UNKNOWN) return;
    add_src(i, rm, shifted ? USE_EARLY : USE_ALU);
    if (type == 3 && !amount) read_flags(i);
}

/* LDM, STM, PUSH.W, POP.W */
static void multiple32(struct insn *i, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), mode = bits(w, 24, 23);
    bool load = bits(w, 20, 20);
    if (mode != 1 && mode != 2) return;
    i->list = (uint16_t)w;
    i->words = (uint8_t)__builtin_popcount(i->list);
    set_access(i, load ? INSN_LDM : INSN_STM, load, rn, i->words, 4);
    if (bits(w, 21, 21)) set_writeback(i, rn);
    if (load && (w & 1u << REG_PC)) i->flags |= INSN_TO_PC | INSN_INDIRECT;
}

/* LDRD, STRD, exclusives, TBB, TBH */
static void dual_exclusive(struct insn *i, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rt = bits(w, 15, 12), rt2 = bits(w, 11, 8);
    bool load = bits(w, 20, 20), p = bits(w, 24, 24), wback = bits(w, 21, 21);
    if (p || wback) {
        set_access(i, load ? INSN_LDRD : INSN_STRD, load, rn, 2, 4);
        i->words = 2;
        if (load) {
            add_dst(i, rt);
            add_dst(i, rt2);
        } else {
            add_src(i, rt, USE_STORE);
            add_src(i, rt2, USE_STORE);
        }
        if (wback) set_writeback(i, rn);
        return;
    }
    unsigned size = 4;
    if (bits(w, 23, 23)) {
        unsigned op = bits(w, 7, 4);
        if (op < 2 && load) {
            set_access(i, INSN_TB, true, rn, 1, op + 1);
            add_src(i, bits(w, 3, 0), USE_ADDR);
            i->flags |= INSN_TO_PC | INSN_INDIRECT | INSN_REG_OFFSET;
            return;
        }
        if (op != 4 && op != 5) return;
        size = op == 4 ? 1 : 2;
    }
    set_access(i, load ? INSN_LDREX : INSN_STREX, load, rn, 1, size);
    if (load) {
        add_dst(i, rt);
    } else {
        i->accesses = 2; /* as the machine reports it: a read, then the write */
        add_src(i, rt, USE_STORE);
        add_dst(i, bits(w, 23, 23) ? bits(w, 3, 0) : rt2);
    }
}

/* Loads and stores of one register; the memory hints. */
static void load_store_single(struct insn *i, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rt = bits(w, 15, 12), size = 1u << bits(w, 22, 21);
    bool load = bits(w, 20, 20), sign = bits(w, 24, 24);
    bool long_offset = bits(w, 23, 23) || rn == REG_PC;
    bool reg_offset = !long_offset && bits(w, 11, 6) == 0;
    bool wback = !long_offset && bits(w, 11, 11) && bits(w, 8, 8);
    if (size == 8 || (sign && (!load || size == 4)) || (!load && rn == REG_PC)) return;
    if (!long_offset && !reg_offset && !bits(w, 11, 11)) return;
    if (load && rt == REG_PC && size != 4) {
        set_kind(i, INSN_PLD);
        add_src(i, rn, USE_ADDR);
        if (reg_offset) add_src(i, bits(w, 3, 0), USE_ADDR);
        return;
    }
    set_access(i, size == 4 ? (load ? INSN_LDR : INSN_STR) : (load ? INSN_LDRB : INSN_STRB),
               load, rn, 1, size);
    if (reg_offset) {
        i->flags |= INSN_REG_OFFSET;
        add_src(i, bits(w, 3, 0), USE_ADDR);
    }
    if (load)
        add_dst(i, rt);
    else
        add_src(i, rt, USE_STORE);
    if (wback) set_writeback(i, rn);
}

/* 1111 1010: shifts by register, extends, parallel and saturating arithmetic, CLZ, REV. */
static void data_register(struct insn *i, uint32_t w)
{
    unsigned op = bits(w, 23, 20), op2 = bits(w, 7, 4), rn = bits(w, 19, 16),
             rm = bits(w, 3, 0);
    if (bits(w, 15, 12) != 15) return;
    if (op < 8 && op2 == 0) { /* LSL, LSR, ASR, ROR */
        set_kind(i, INSN_SHIFT);
        i->flags |= INSN_EARLY;
        add_src(i, rn, USE_ALU);
        add_src(i, rm, USE_ALU);
        add_dst(i, bits(w, 11, 8));
        if (op & 1) set_flags(i);
        return;
    }
    if (op < 6 && op2 >= 8) {
        if (rn == REG_PC) {
            set_kind(i, INSN_EXTEND);
            add_src(i, rm, USE_ALU);
        } else {
            set_kind(i, INSN_EXTADD);
            add_src(i, rn, USE_ALU);
            add_src(i, rm, USE_EARLY);
        }
    } else if (op >= 8 &&
               op2 < 8) { /* parallel: op 8 add8, 9 add16, a asx, c sub8, d sub16, e sax */
        if (op == 11 || op == 15 || (op2 & 3) == 3) return;
        bool saturates = (op2 & 3) == 1; /* 0 plain, 1 saturating, 2 halving */
        set_kind(i, saturates ? INSN_SATURATE : INSN_PARALLEL);
        add_src(i, rn, USE_ALU);
        add_src(i, rm, USE_ALU);
        if ((op2 & 3) == 0) add_dst(i, REG_GE);
    } else if (op == 8 && op2 >= 8 && op2 < 12) {             /* QADD, QDADD, QSUB, QDSUB */
        enum operand_use use = op2 & 1 ? USE_EARLY : USE_ALU; /* doubled first */
        set_kind(i, INSN_SATURATE);
        add_src(i, rn, use);
        add_src(i, rm, use);
    } else if (op == 9 && op2 >= 8 && op2 < 12) { /* REV, REV16, RBIT, REVSH */
        set_kind(i, INSN_REVERSE);
        i->flags |= INSN_EARLY;
        add_src(i, rm, USE_EARLY);
    } else if (op == 10 && op2 == 8) {
        set_kind(i, INSN_PARALLEL); /* SEL */
        add_src(i, rn, USE_ALU);
        add_src(i, rm, USE_ALU);
        add_src(i, REG_GE, USE_ALU);
    } else if (op == 11 && op2 == 8) {
        set_kind(i, INSN_CLZ);
        add_src(i, rm, USE_ALU);
    } else {
        return;
    }
    add_dst(i, bits(w, 11, 8));
}

/* 1111 1011 0: 32-bit results; 1111 1011 1: 64-bit results and divides. */
static void multiply(struct insn *i, uint32_t w)
{
    unsigned op = bits(w, 22, 20), op2 = bits(w, 7, 4), rn = bits(w, 19, 16),
             rm = bits(w, 3, 0);
    unsigned ra = bits(w, 15, 12), rd = bits(w, 11, 8);
    if (!bits(w, 23, 23)) {
        static const uint8_t top[8] = {2, 4, 2, 2, 2, 2, 2, 1}; /* op2 below this are defined */
        if (op2 >= top[op]) return;
        /* MLS and SMMLS have no form without accumulator. */
        bool accumulates = ra != REG_PC || (op == 0 && op2 == 1) || op == 6;
        if (op == 7) { /* USAD8, USADA8 */
            set_kind(i, INSN_SATURATE);
            add_src(i, rn, USE_ALU);
            add_src(i, rm, USE_ALU);
            if (accumulates) add_src(i, ra, USE_ALU);
        } else {
            set_kind(i, accumulates ? INSN_MLA : INSN_MUL);
            add_src(i, rn, USE_MUL);
            add_src(i, rm, USE_MUL);
            if (accumulates) add_src(i, ra, USE_ACC);
        }
        add_dst(i, rd);
        return;
    }
    switch (op) {
    case 0: /* SMULL */
    case 2: /* UMULL */
        if (op2) return;
        set_kind(i, INSN_MULL);
        break;
    case 1: /* SDIV */
    case 3: /* UDIV */
        if (op2 != 15) return;
        set_kind(i, INSN_DIV);
        add_src(i, rn, USE_MUL);
        add_src(i, rm, USE_MUL);
        add_dst(i, rd);
        return;
    case 4: /* SMLAL, SMLALxy, SMLALD */
        if (op2 != 0 && (op2 < 8 || op2 > 13)) return;
        set_kind(i, INSN_MLAL);
        break;
    case 5: /* SMLSLD */
        if (op2 != 12 && op2 != 13) return;
        set_kind(i, INSN_MLAL);
        break;
    case 6: /* UMLAL, UMAAL */
        if (op2 != 0 && op2 != 6) return;
        set_kind(i, INSN_MLAL);
        break;
    default:
        return;
    }
    add_src(i, rn, USE_MUL);
    add_src(i, rm, USE_MUL);
    if (i->kind == INSN_MLAL) {
        add_src(i, ra, USE_ACC);
        add_src(i, rd, USE_ACC);
    }
    add_dst(i, ra);
    add_dst(i, rd);
}

/* 11110 … 1: branches, hints, barriers, special registers. */
static void branch_misc(struct insn *i, uint32_t w)
{
    unsigned op = bits(w, 14, 12), op1 = bits(w, 26, 20);
    if (op & 1) { /* B.W, BL */
        set_kind(i, op & 4 ? INSN_BL : INSN_B);
        i->flags |= INSN_TO_PC;
        if (op & 4) add_dst(i, REG_LR);
        return;
    }
    if (op & 4) return; /* BLX immediate: no such on M-profile */
    if (bits(w, 25, 23) != 7) {
        set_kind(i, INSN_BCC);
        i->flags |= INSN_TO_PC;
        i->cond = (uint8_t)bits(w, 25, 22);
        read_flags(i);
    } else if (op1 == 0x38 || op1 == 0x39) {
        set_kind(i, INSN_MSR);
        add_src(i, bits(w, 19, 16), USE_ALU);
        set_flags(i);
    } else if (op1 == 0x3a) {
        unsigned hint = bits(w, 7, 0);
        set_kind(i, hint == 2 || hint == 3 ? INSN_WFI : INSN_NOP);
    } else if (op1 == 0x3b) {
        switch (bits(w, 7, 4)) {
        case 2:
            set_kind(i, INSN_CLREX);
            break;
        case 4:
        case 5:
            set_kind(i, INSN_BARRIER);
            break;
        case 6:
            set_kind(i, INSN_ISB);
            break;
        default:
            break;
        }
    } else if (op1 == 0x3e || op1 == 0x3f) {
        set_kind(i, INSN_MRS);
        i->flags |= INSN_READS_FLAGS;
        add_dst(i, bits(w, 11, 8));
    }
}

void decode32(struct insn *i, uint32_t w)
{
    if (bits(w, 28, 27) == 1) { /* 11101 */
        if (bits(w, 26, 25) == 0 && bits(w, 22, 22))
            dual_exclusive(i, w);
        else if (bits(w, 26, 25) == 0)
            multiple32(i, w);
        else if (bits(w, 26, 25) == 1)
            data_shifted_register(i, w);
        else
            decode_fp(i, w);
    } else if (bits(w, 28, 27) == 2) { /* 11110 */
        if (bits(w, 15, 15))
            branch_misc(i, w);
        else if (bits(w, 25, 25))
            plain_constant(i, w);
        else
            data_constant(i, w);
    } else if (bits(w, 26, 26)) {
        decode_fp(i, w);
    } else if (bits(w, 25, 25)) {
        if (bits(w, 24, 24))
            multiply(i, w);
        else
            data_register(i, w);
    } else {
        load_store_single(i, w);
    }
}
