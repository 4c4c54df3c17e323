/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The 16-bit Thumb encodings (Armv7-M Architecture Reference Manual, A5.2). Arithmetic sets the
 * flags outside an IT block and leaves them alone inside one.
 */
#include "sim/cpu/operands.h"

static void alu16(struct insn *i, enum insn_class kind, unsigned rd, bool in_it)
{
    set_kind(i, kind);
    add_dst(i, rd);
    if (!in_it) set_flags(i);
}

/* 00xxxx: shift by immediate, add, subtract, move, compare. */
static void shift_add_move(struct insn *i, uint32_t h, bool in_it)
{
    unsigned rd = bits(h, 2, 0), rn = bits(h, 5, 3), rdn = bits(h, 10, 8);
    switch (bits(h, 13, 11)) {
    case 0: /* LSL, MOVS register */
        alu16(i, bits(h, 10, 6) ? INSN_SHIFT : INSN_ADDSUB, rd, in_it && bits(h, 10, 6));
        i->flags |= INSN_EARLY;
        add_src(i, rn, USE_ALU);
        break;
    case 1: /* LSR */
    case 2: /* ASR */
        alu16(i, INSN_SHIFT, rd, in_it);
        i->flags |= INSN_EARLY;
        add_src(i, rn, USE_ALU);
        break;
    case 3: /* ADD, SUB with a register or 3-bit constant */
        alu16(i, INSN_ADDSUB, rd, in_it);
        i->flags |= INSN_EARLY;
        add_src(i, rn, USE_ALU);
        if (!bits(h, 10, 10)) add_src(i, bits(h, 8, 6), USE_ALU);
        break;
    case 4: /* MOV */
        alu16(i, INSN_ADDSUB, rdn, in_it);
        i->flags |= INSN_EARLY;
        break;
    case 5: /* CMP */
        set_kind(i, INSN_LOGIC);
        add_src(i, rdn, USE_ALU);
        set_flags(i);
        break;
    default: /* ADD, SUB with an 8-bit constant */
        alu16(i, INSN_ADDSUB, rdn, in_it);
        i->flags |= INSN_EARLY;
        add_src(i, rdn, USE_ALU);
        break;
    }
}

/* 010000: two-register data processing. */
static void data16(struct insn *i, uint32_t h, bool in_it)
{
    unsigned rdn = bits(h, 2, 0), rm = bits(h, 5, 3), op = bits(h, 9, 6);
    switch (op) {
    case 2: /* LSL */
    case 3: /* LSR */
    case 4: /* ASR */
    case 7: /* ROR */
        alu16(i, INSN_SHIFT, rdn, in_it);
        i->flags |= INSN_EARLY;
        add_src(i, rdn, USE_ALU);
        add_src(i, rm, USE_ALU);
        break;
    case 8:  /* TST */
    case 10: /* CMP */
    case 11: /* CMN */
        set_kind(i, INSN_LOGIC);
        add_src(i, rdn, USE_ALU);
        add_src(i, rm, USE_ALU);
        set_flags(i);
        break;
    case 9:  /* RSB #0 */
    case 15: /* MVN */
        alu16(i, INSN_LOGIC, rdn, in_it);
        add_src(i, rm, USE_ALU);
        break;
    case 13: /* MUL */
        alu16(i, INSN_MUL, rdn, in_it);
        add_src(i, rdn, USE_MUL);
        add_src(i, rm, USE_MUL);
        break;
    case 5: /* ADC */
    case 6: /* SBC */
        alu16(i, INSN_LOGIC, rdn, in_it);
        add_src(i, rdn, USE_ALU);
        add_src(i, rm, USE_ALU);
        read_flags(i);
        break;
    default: /* AND, EOR, ORR, BIC */
        alu16(i, INSN_LOGIC, rdn, in_it);
        add_src(i, rdn, USE_ALU);
        add_src(i, rm, USE_ALU);
        break;
    }
}

/* 010001: ADD, CMP, MOV with any register; BX, BLX. */
static void special16(struct insn *i, uint32_t h)
{
    unsigned rdn = bits(h, 7, 7) << 3 | bits(h, 2, 0), rm = bits(h, 6, 3);
    switch (bits(h, 9, 8)) {
    case 0:
        set_kind(i, INSN_ADDSUB);
        i->flags |= INSN_EARLY;
        add_src(i, rdn, USE_ALU);
        add_src(i, rm, USE_ALU);
        add_dst(i, rdn);
        break;
    case 1:
        set_kind(i, INSN_LOGIC);
        add_src(i, rdn, USE_ALU);
        add_src(i, rm, USE_ALU);
        set_flags(i);
        break;
    case 2:
        set_kind(i, INSN_ADDSUB);
        i->flags |= INSN_EARLY;
        add_src(i, rm, USE_ALU);
        add_dst(i, rdn);
        break;
    default:
        set_kind(i, bits(h, 7, 7) ? INSN_BLX : INSN_BX);
        i->flags |= INSN_TO_PC | INSN_INDIRECT;
        add_src(i, rm, USE_ADDR);
        if (bits(h, 7, 7)) add_dst(i, REG_LR);
        break;
    }
}

static void load_store16(struct insn *i, uint32_t h)
{
    unsigned rt = bits(h, 2, 0), rn = bits(h, 5, 3);
    bool load;
    unsigned size;
    if (bits(h, 15, 12) == 5) { /* register offset */
        static const uint8_t sizes[8] = {4, 2, 1, 1, 4, 2, 1, 2};
        unsigned op = bits(h, 11, 9);
        load = op >= 3;
        size = sizes[op];
        set_access(i, size == 4 ? (load ? INSN_LDR : INSN_STR) : (load ? INSN_LDRB : INSN_STRB),
                   load, rn, 1, size);
        i->flags |= INSN_REG_OFFSET;
        add_src(i, bits(h, 8, 6), USE_ADDR);
    } else {
        static const uint8_t sizes[4] = {4, 1, 2, 4}; /* 0110, 0111, 1000, 1001 */
        load = bits(h, 11, 11);
        size = sizes[bits(h, 15, 12) - 6];
        if (bits(h, 15, 12) == 9) { /* SP relative */
            rt = bits(h, 10, 8);
            rn = REG_SP;
        }
        set_access(i, size == 4 ? (load ? INSN_LDR : INSN_STR) : (load ? INSN_LDRB : INSN_STRB),
                   load, rn, 1, size);
    }
    if (load)
        add_dst(i, rt);
    else
        add_src(i, rt, USE_STORE);
}

static void multiple16(struct insn *i, unsigned rn, unsigned list, bool load, bool writeback)
{
    i->words = (uint8_t)__builtin_popcount(list);
    i->list = (uint16_t)list;
    set_access(i, load ? INSN_LDM : INSN_STM, load, rn, i->words, 4);
    if (writeback) set_writeback(i, rn);
    if (load && (list & 1u << REG_PC)) i->flags |= INSN_TO_PC | INSN_INDIRECT;
}

/* 1011: miscellaneous. */
static void misc16(struct insn *i, uint32_t h)
{
    unsigned op = bits(h, 11, 8);
    if (op == 0) { /* ADD, SUB SP */
        set_kind(i, INSN_ADDSUB);
        i->flags |= INSN_EARLY;
        add_src(i, REG_SP, USE_ALU);
        add_dst(i, REG_SP);
    } else if ((op & 5) == 1) { /* CBZ, CBNZ */
        set_kind(i, INSN_CBZ);
        i->flags |= INSN_TO_PC;
        add_src(i, bits(h, 2, 0), USE_ALU);
    } else if (op == 2) {
        set_kind(i, INSN_EXTEND);
        add_src(i, bits(h, 5, 3), USE_ALU);
        add_dst(i, bits(h, 2, 0));
    } else if (op == 4 || op == 5) {
        multiple16(i, REG_SP, (h & 255u) | bits(h, 8, 8) << REG_LR, false, true);
    } else if (op == 12 || op == 13) {
        multiple16(i, REG_SP, (h & 255u) | bits(h, 8, 8) << REG_PC, true, true);
    } else if (op == 6 && bits(h, 7, 5) == 3) {
        set_kind(i, INSN_CPS);
    } else if (op == 10 && bits(h, 7, 6) != 2) {
        set_kind(i, INSN_REVERSE);
        i->flags |= INSN_EARLY;
        add_src(i, bits(h, 5, 3), USE_EARLY);
        add_dst(i, bits(h, 2, 0));
    } else if (op == 14) {
        set_kind(i, INSN_SVC); /* BKPT */
    } else if (op == 15) {
        if (h & 15u)
            set_kind(i, INSN_IT);
        else if (bits(h, 7, 4) == 2 || bits(h, 7, 4) == 3)
            set_kind(i, INSN_WFI);
        else
            set_kind(i, INSN_NOP);
    }
}

void decode16(struct insn *i, uint32_t h, bool in_it)
{
    switch (bits(h, 15, 12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        shift_add_move(i, h, in_it);
        break;
    case 4:
        if (bits(h, 11, 11)) { /* LDR literal */
            set_access(i, INSN_LDR, true, REG_PC, 1, 4);
            add_dst(i, bits(h, 10, 8));
        } else if (bits(h, 10, 10)) {
            special16(i, h);
        } else {
            data16(i, h, in_it);
        }
        break;
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
        load_store16(i, h);
        break;
    case 10: /* ADR, ADD Rd, SP */
        set_kind(i, INSN_ADDSUB);
        i->flags |= INSN_EARLY;
        if (bits(h, 11, 11)) add_src(i, REG_SP, USE_ALU);
        add_dst(i, bits(h, 10, 8));
        break;
    case 11:
        misc16(i, h);
        break;
    case 12: { /* STM, LDM: a loaded base is not written back */
        unsigned rn = bits(h, 10, 8), list = h & 255u;
        bool load = bits(h, 11, 11);
        if (list) multiple16(i, rn, list, load, !load || !(list & 1u << rn));
        break;
    }
    case 13:
        if (bits(h, 11, 8) == 15) {
            set_kind(i, INSN_SVC);
        } else if (bits(h, 11, 8) != 14) {
            set_kind(i, INSN_BCC);
            i->flags |= INSN_TO_PC;
            i->cond = (uint8_t)bits(h, 11, 8);
            read_flags(i);
        }
        break;
    default: /* 1110 0: B */
        set_kind(i, INSN_B);
        i->flags |= INSN_TO_PC;
        break;
    }
}
