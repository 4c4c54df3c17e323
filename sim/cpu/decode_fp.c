/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The FPU's encodings, FPv4-SP and FPv5 (Armv7-M Architecture Reference Manual, A6). Double
 * registers are pairs of single ones: D3 is S6 and S7.
 */
#include "sim/cpu/operands.h"

/* Register fields: a single is Vx:x, a double x:Vx (of which only 16 exist). */
static unsigned fp_reg(uint32_t w, unsigned high, unsigned low_bit, bool dbl)
{
    unsigned v = bits(w, high, high - 3), x = bits(w, low_bit, low_bit);
    return dbl ? REG_S0 + 2 * v : REG_S0 + (v << 1 | x);
}

static void fp_src(struct insn *i, unsigned reg, bool dbl, enum operand_use use)
{
    add_src(i, reg, use);
    if (dbl) add_src(i, reg + 1, use);
}

static void fp_dst(struct insn *i, unsigned reg, bool dbl)
{
    add_dst(i, reg);
    if (dbl) add_dst(i, reg + 1);
}

/* VLDR, VSTR, VLDM, VSTM, VPUSH, VPOP, and VMOV of two registers. */
static void fp_load_store(struct insn *i, uint32_t w)
{
    bool dbl = bits(w, 8, 8), load = bits(w, 20, 20), p = bits(w, 24, 24);
    bool u = bits(w, 23, 23), wback = bits(w, 21, 21);
    unsigned rn = bits(w, 19, 16), fd = fp_reg(w, 15, 22, dbl);
    if (!p && !u && !wback) {
        unsigned rt = bits(w, 15, 12), fm = fp_reg(w, 3, 5, dbl);
        if (!bits(w, 22, 22) || !bits(w, 4, 4) || bits(w, 7, 6)) return;
        if (fm + 1 >= REG_COUNT) return;
        set_kind(i, load ? INSN_VMOV_GET2 : INSN_VMOV_PUT2);
        if (load) {
            fp_src(i, fm, true, USE_FPGET);
            add_dst(i, rt);
            add_dst(i, rn);
        } else {
            add_src(i, rt, USE_FP);
            add_src(i, rn, USE_FP);
            fp_dst(i, fm, true);
        }
        return;
    }
    if (p && !wback) {
        set_access(i, load ? INSN_VLDR : INSN_VSTR, load, rn, 1, dbl ? 8 : 4);
        i->words = dbl ? 2 : 1;
        if (dbl) i->flags |= INSN_DOUBLE;
        if (load)
            fp_dst(i, fd, dbl);
        else
            fp_src(i, fd, dbl, USE_STORE);
        return;
    }
    if (p == u) return;
    unsigned words = bits(w, 7, 0), count = dbl ? words / 2 : words;
    if (!count || fd - REG_S0 + words > 32) return;
    set_access(i, load ? INSN_VLDM : INSN_VSTM, load, rn, count, dbl ? 8 : 4);
    if (dbl) i->flags |= INSN_DOUBLE;
    i->words = (uint8_t)words;
    i->fp_first = (uint8_t)(fd - REG_S0);
    i->fp_count = (uint8_t)(dbl ? count * 2 : words);
    if (wback) set_writeback(i, rn);
}

/* Two-operand ones under opc1 = 1x11: moves, compares, conversions, rounding, square root. */
static void fp_other(struct insn *i, uint32_t w)
{
    bool dbl = bits(w, 8, 8);
    unsigned opc2 = bits(w, 19, 16), fd = fp_reg(w, 15, 22, dbl), fm = fp_reg(w, 3, 5, dbl);
    bool opc3 = bits(w, 7, 7);
    if (!bits(w, 6, 6)) { /* VMOV immediate */
        set_kind(i, INSN_VMOVI);
        fp_dst(i, fd, dbl);
        return;
    }
    switch (opc2) {
    case 0: /* VMOV, VABS */
        set_kind(i, INSN_VMOV);
        fp_src(i, fm, dbl, USE_FP);
        fp_dst(i, fd, dbl);
        break;
    case 1: /* VNEG, VSQRT */
        set_kind(i, opc3 ? INSN_VSQRT : INSN_VMOV);
        fp_src(i, fm, dbl, USE_FP);
        fp_dst(i, fd, dbl);
        break;
    case 2: /* VCVTB, VCVTT: half in single */
    case 3:
        set_kind(i, INSN_VADD);
        add_src(i, fp_reg(w, 3, 5, opc2 == 3 && dbl), USE_FP);
        add_dst(i, fp_reg(w, 15, 22, opc2 == 2 && dbl));
        break;
    case 4: /* VCMP */
    case 5: /* with zero */
        set_kind(i, INSN_VADD);
        fp_src(i, fd, dbl, USE_FP);
        if (opc2 == 4) fp_src(i, fm, dbl, USE_FP);
        add_dst(i, REG_FPSCR);
        break;
    case 6: /* VRINTR, VRINTZ */
        set_kind(i, INSN_VADD);
        fp_src(i, fm, dbl, USE_FP);
        fp_dst(i, fd, dbl);
        break;
    case 7: /* VRINTX, VCVT double and single */
        set_kind(i, INSN_VADD);
        fp_src(i, fm, dbl, USE_FP);
        if (opc3)
            fp_dst(i, fp_reg(w, 15, 22, !dbl), !dbl);
        else
            fp_dst(i, fd, dbl);
        break;
    case 8: /* VCVT from integer */
        set_kind(i, INSN_VADD);
        add_src(i, fp_reg(w, 3, 5, false), USE_FP);
        fp_dst(i, fd, dbl);
        break;
    case 12: /* VCVT, VCVTR to integer */
    case 13:
        set_kind(i, INSN_VADD);
        fp_src(i, fm, dbl, USE_FP);
        add_dst(i, fp_reg(w, 15, 22, false));
        break;
    case 10: /* VCVT fixed point: in place */
    case 11:
    case 14:
    case 15:
        set_kind(i, INSN_VADD);
        fp_src(i, fd, dbl, USE_FP);
        fp_dst(i, fd, dbl);
        break;
    default:
        break;
    }
}

static void fp_multiply_add(struct insn *i, uint32_t w, enum insn_class kind)
{
    bool dbl = bits(w, 8, 8);
    unsigned fd = fp_reg(w, 15, 22, dbl);
    set_kind(i, kind);
    fp_src(i, fp_reg(w, 19, 7, dbl), dbl, USE_FPMUL);
    fp_src(i, fp_reg(w, 3, 5, dbl), dbl, USE_FPMUL);
    fp_src(i, fd, dbl, USE_FPACC);
    fp_dst(i, fd, dbl);
}

/* FPv5's unconditional ones: VSEL, VMAXNM, VMINNM, VRINTA…, VCVTA…. */
static void fp_unconditional(struct insn *i, uint32_t w)
{
    bool dbl = bits(w, 8, 8);
    unsigned fd = fp_reg(w, 15, 22, dbl), fm = fp_reg(w, 3, 5, dbl);
    if (!bits(w, 23, 23)) {
        if (bits(w, 6, 6)) return;
        set_kind(i, INSN_VMOV); /* VSEL */
        fp_src(i, fp_reg(w, 19, 7, dbl), dbl, USE_FP);
        fp_src(i, fm, dbl, USE_FP);
        fp_dst(i, fd, dbl);
        read_flags(i);
    } else if (bits(w, 21, 20) == 0) {
        set_kind(i, INSN_VADD); /* VMAXNM, VMINNM */
        fp_src(i, fp_reg(w, 19, 7, dbl), dbl, USE_FP);
        fp_src(i, fm, dbl, USE_FP);
        fp_dst(i, fd, dbl);
    } else if (bits(w, 21, 19) == 7 && bits(w, 6, 6)) {
        bool to_int = bits(w, 18, 18); /* VCVTA…, otherwise VRINTA… */
        if (!to_int && bits(w, 7, 7)) return;
        set_kind(i, INSN_VADD);
        fp_src(i, fm, dbl, USE_FP);
        if (to_int)
            add_dst(i, fp_reg(w, 15, 22, false));
        else
            fp_dst(i, fd, dbl);
    }
    if (dbl && i->kind != INSN_UNKNOWN) i->flags |= INSN_DOUBLE;
}

static void fp_data(struct insn *i, uint32_t w)
{
    bool dbl = bits(w, 8, 8);
    bool op = bits(w, 6, 6);
    switch (bits(w, 23, 23) << 2 | bits(w, 21, 20)) {
    case 0: /* VMLA, VMLS */
    case 1: /* VNMLS, VNMLA */
        fp_multiply_add(i, w, INSN_VMLA);
        break;
    case 5: /* VFNMS, VFNMA */
    case 6: /* VFMA, VFMS */
        fp_multiply_add(i, w, INSN_VFMA);
        break;
    case 2: /* VMUL, VNMUL */
    case 3: /* VADD, VSUB */
    case 4: /* VDIV */
        if (bits(w, 23, 23) && op) return;
        set_kind(i, bits(w, 23, 23) ? INSN_VDIV : bits(w, 20, 20) ? INSN_VADD : INSN_VMUL);
        fp_src(i, fp_reg(w, 19, 7, dbl), dbl, USE_FP);
        fp_src(i, fp_reg(w, 3, 5, dbl), dbl, USE_FP);
        fp_dst(i, fp_reg(w, 15, 22, dbl), dbl);
        break;
    default:
        fp_other(i, w);
        break;
    }
    if (dbl && i->kind != INSN_UNKNOWN) i->flags |= INSN_DOUBLE;
}

/* One register between core and FPU. */
static void fp_transfer(struct insn *i, uint32_t w)
{
    unsigned rt = bits(w, 15, 12), op = bits(w, 23, 21);
    bool get = bits(w, 20, 20), half = bits(w, 8, 8);
    if (!half && op == 7) { /* VMRS, VMSR */
        set_kind(i, get ? INSN_VMRS : INSN_VMSR);
        if (get) {
            add_src(i, REG_FPSCR, USE_FPGET);
            if (rt == REG_PC)
                set_flags(i);
            else
                add_dst(i, rt);
        } else {
            add_src(i, rt, USE_FP);
            add_dst(i, REG_FPSCR);
        }
        return;
    }
    if (op > 1 || (!half && op)) return;
    unsigned fn =
        half ? REG_S0 + 2 * bits(w, 19, 16) + bits(w, 21, 21) : fp_reg(w, 19, 7, false);
    set_kind(i, get ? INSN_VMOV_GET : INSN_VMOV_PUT);
    if (get) {
        add_src(i, fn, USE_FPGET);
        add_dst(i, rt);
    } else {
        add_src(i, rt, USE_FP);
        add_dst(i, fn);
    }
}

void decode_fp(struct insn *i, uint32_t w)
{
    if (bits(w, 11, 9) != 5) return; /* coprocessors 10 and 11 */
    if (bits(w, 25, 25) == 0) {
        if (!bits(w, 28, 28)) fp_load_store(i, w);
    } else if (bits(w, 24, 24) == 0 && bits(w, 4, 4)) {
        if (!bits(w, 28, 28)) fp_transfer(i, w);
    } else if (bits(w, 24, 24) == 0) {
        if (bits(w, 28, 28))
            fp_unconditional(i, w);
        else
            fp_data(i, w);
    }
}
