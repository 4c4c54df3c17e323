/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The FPU's encodings (A6) as micro-ops: single precision, and the moves, loads and stores of
 * double registers. Arithmetic in double precision and conversions with other roundings than
 * C's are left to the machine.
 */
#include "sim/exec/compile.h"

/* Index into s[]: a double register is its lower half. */
static unsigned fp_reg(uint32_t w, unsigned high, unsigned low_bit, bool dbl)
{
    unsigned v = bits(w, high, high - 3), x = bits(w, low_bit, low_bit);
    return dbl ? 2 * v : (v << 1 | x);
}

static bool fp(struct maker *mk, enum uop_kind kind, uint32_t w)
{
    emit(mk, (struct uop){.kind = (uint16_t)kind,
                          .d = (uint8_t)fp_reg(w, 15, 22, false),
                          .n = (uint8_t)fp_reg(w, 19, 7, false),
                          .m = (uint8_t)fp_reg(w, 3, 5, false)});
    return true;
}

static bool move_two(struct maker *mk, uint32_t w, bool dbl, bool load)
{
    unsigned rt = bits(w, 15, 12), rt2 = bits(w, 19, 16), fm = fp_reg(w, 3, 5, dbl);
    if (!bits(w, 22, 22) || !bits(w, 4, 4) || bits(w, 7, 6)) return false;
    if (fm + 1 >= 32 || (dbl && bits(w, 5, 5)) || (load && rt == rt2)) return false;
    if (rt == REG_PC || rt == REG_SP || rt2 == REG_PC || rt2 == REG_SP) return false;
    emit(mk,
         load ? (struct uop){.kind = UOP_VGET2,
                             .d = (uint8_t)rt,
                             .a = (uint8_t)rt2,
                             .m = (uint8_t)fm}
              : (struct uop){
                    .kind = UOP_VPUT2, .m = (uint8_t)rt, .a = (uint8_t)rt2, .d = (uint8_t)fm});
    return true;
}

static bool load_store_one(struct maker *mk, uint32_t w, bool dbl, bool load)
{
    unsigned rn = bits(w, 19, 16);
    uint32_t offset = bits(w, 7, 0) * 4;
    if (!bits(w, 23, 23)) offset = 0U - offset;
    struct uop u = {.d = (uint8_t)fp_reg(w, 15, 22, dbl), .n = (uint8_t)rn, .imm = offset};
    u.kind = load ? (dbl ? UOP_VLDRD : UOP_VLDR) : (dbl ? UOP_VSTRD : UOP_VSTR);
    if (rn == REG_PC) {
        if (!load) return false;
        u.kind = dbl ? UOP_VLDRDA : UOP_VLDRA;
        u.imm = literal_base(mk) + offset;
    }
    emit(mk, u);
    return true;
}

static bool load_store(struct maker *mk, uint32_t w)
{
    bool dbl = bits(w, 8, 8), load = bits(w, 20, 20), p = bits(w, 24, 24);
    bool up = bits(w, 23, 23), writeback = bits(w, 21, 21);
    unsigned rn = bits(w, 19, 16), fd = fp_reg(w, 15, 22, dbl), words = bits(w, 7, 0);
    if (!p && !up && !writeback) return move_two(mk, w, dbl, load);
    if (dbl && bits(w, 22, 22)) return false; /* D16 and above */
    if (p && !writeback) return load_store_one(mk, w, dbl, load);
    if (p == up || !words || fd + words > 32 || (dbl && words & 1U) || rn == REG_PC)
        return false;
    uint32_t change = up ? words * 4 : 0U - words * 4;
    emit(mk, (struct uop){.kind = load ? (dbl ? UOP_VLDMD : UOP_VLDM)
                                       : (dbl ? UOP_VSTMD : UOP_VSTM),
                          .d = (uint8_t)fd,
                          .n = (uint8_t)rn,
                          .a = (uint8_t)words,
                          .x = writeback,
                          .imm = up ? 0 : change,
                          .y = change});
    return true;
}

/* VFPExpandImm for single precision. */
static uint32_t expand(uint32_t imm8)
{
    uint32_t b = imm8 >> 6 & 1U;
    return (imm8 & 0x80U) << 24 | (b ? 0x3e000000U : 0x40000000U) | (imm8 & 0x3fU) << 19;
}

static bool other(struct maker *mk, uint32_t w)
{
    bool high = bits(w, 7, 7);
    if (!bits(w, 6, 6)) {
        emit(mk, (struct uop){.kind = UOP_VMOVI,
                              .d = (uint8_t)fp_reg(w, 15, 22, false),
                              .imm = expand(bits(w, 19, 16) << 4 | bits(w, 3, 0))});
        return !bits(w, 7, 7) && !bits(w, 5, 5);
    }
    switch (bits(w, 19, 16)) {
    case 0:
        return fp(mk, high ? UOP_VABS : UOP_VMOV, w);
    case 1:
        return fp(mk, high ? UOP_VSQRT : UOP_VNEG, w);
    case 4:
        return fp(mk, UOP_VCMP, w);
    case 5:
        return !bits(w, 5, 5) && !bits(w, 3, 0) && fp(mk, UOP_VCMPZ, w);
    case 8:
        return fp(mk, high ? UOP_VFROMS : UOP_VFROMU, w);
    case 12:
    case 13:
        return high && fp(mk, bits(w, 16, 16) ? UOP_VTOS : UOP_VTOU, w);
    default:
        return false;
    }
}

static bool unconditional(struct maker *mk, uint32_t w)
{
    static const uint16_t selects[4] = {UOP_VSELEQ, UOP_VSELVS, UOP_VSELGE, UOP_VSELGT};
    if (mk->core != CORE_CORTEX_M7) return false;
    if (!bits(w, 23, 23)) return !bits(w, 6, 6) && fp(mk, selects[bits(w, 21, 20)], w);
    return bits(w, 21, 20) == 0 && fp(mk, bits(w, 6, 6) ? UOP_VMINNM : UOP_VMAXNM, w);
}

static bool arithmetic(struct maker *mk, uint32_t w)
{
    static const uint16_t kinds[8][2] = {{UOP_VMLA, UOP_VMLS},  {UOP_VNMLS, UOP_VNMLA},
                                         {UOP_VMUL, UOP_VNMUL}, {UOP_VADD, UOP_VSUB},
                                         {UOP_VDIV, UOP_NOP},   {UOP_VFNMS, UOP_VFNMA},
                                         {UOP_VFMA, UOP_VFMS}};
    unsigned op = bits(w, 23, 23) << 2 | bits(w, 21, 20);
    if (op == 7) return other(mk, w);
    uint16_t kind = kinds[op][bits(w, 6, 6)];
    return kind != UOP_NOP && fp(mk, kind, w);
}

static bool transfer(struct maker *mk, uint32_t w)
{
    unsigned rt = bits(w, 15, 12), op = bits(w, 23, 21);
    bool get = bits(w, 20, 20), half = bits(w, 8, 8);
    if (w == 0xeef1fa10U) {
        emit(mk, (struct uop){.kind = UOP_VMRS});
        return true;
    }
    if (rt == REG_PC || rt == REG_SP || op > 1 || (!half && op)) return false;
    if (bits(w, 6, 5) || bits(w, 3, 0) || (half && bits(w, 7, 7))) return false;
    unsigned fn = half ? 2 * bits(w, 19, 16) + bits(w, 21, 21) : fp_reg(w, 19, 7, false);
    emit(mk, get ? (struct uop){.kind = UOP_VGET, .d = (uint8_t)rt, .m = (uint8_t)fn}
                 : (struct uop){.kind = UOP_VPUT, .d = (uint8_t)fn, .m = (uint8_t)rt});
    return true;
}

bool compile_fp(struct maker *mk, uint32_t w)
{
    if (bits(w, 11, 9) != 5) return false;
    if (bits(w, 25, 25) == 0) return !bits(w, 28, 28) && load_store(mk, w);
    if (bits(w, 24, 24)) return false;
    if (bits(w, 4, 4)) return !bits(w, 28, 28) && transfer(mk, w);
    if (bits(w, 8, 8)) return false; /* double precision */
    return bits(w, 28, 28) ? unconditional(mk, w) : arithmetic(mk, w);
}
