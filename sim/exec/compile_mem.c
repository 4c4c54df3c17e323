/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 32-bit loads and stores (A5.3.5 to A5.3.10) as micro-ops. Exclusives and the unprivileged
 * forms are left to the machine.
 */
#include "sim/exec/compile.h"

static bool multiple32(struct maker *mk, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), mode = bits(w, 24, 23);
    bool load = bits(w, 20, 20), writeback = bits(w, 21, 21);
    unsigned list = w & 0xffffU;
    if (mode != 1 && mode != 2) return false;
    if (writeback && list >> rn & 1U) return false;
    if (__builtin_popcount(list) < 2) return false; /* undefined to the machine */
    return make_multiple(mk, rn, list, load, mode == 2, writeback);
}

static bool table_branch(struct maker *mk, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rm = bits(w, 3, 0);
    if (rm == REG_PC || rm == REG_SP || rn == REG_SP) return false;
    emit(mk, (struct uop){.kind = bits(w, 4, 4) ? UOP_TBH : UOP_TBB,
                          .n = (uint8_t)rn,
                          .m = (uint8_t)rm,
                          .imm = read_pc(mk),
                          .y = read_pc(mk)});
    return true;
}

static bool dual(struct maker *mk, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rt = bits(w, 15, 12), rt2 = bits(w, 11, 8);
    bool load = bits(w, 20, 20), p = bits(w, 24, 24), up = bits(w, 23, 23),
         writeback = bits(w, 21, 21);
    uint32_t offset = bits(w, 7, 0) * 4;
    if (!p && !writeback)
        return load && up && bits(w, 7, 5) == 0 && bits(w, 15, 8) == 0xf0 &&
               table_branch(mk, w);
    if (!up) offset = 0U - offset;
    if (rt == REG_PC || rt == REG_SP || rt2 == REG_PC || rt2 == REG_SP) return false;
    if (load && rt == rt2) return false;
    if (writeback && (rn == rt || rn == rt2)) return false;
    if (rn == REG_PC) {
        if (writeback || !load) return false;
        emit(mk, (struct uop){.kind = UOP_LDRDABS,
                              .d = (uint8_t)rt,
                              .a = (uint8_t)rt2,
                              .imm = literal_base(mk) + offset});
        return true;
    }
    emit(mk, (struct uop){.kind = load ? UOP_LDRD : UOP_STRD,
                          .d = (uint8_t)rt,
                          .n = (uint8_t)rn,
                          .a = (uint8_t)rt2,
                          .x = writeback,
                          .imm = p ? offset : 0,
                          .y = offset});
    return true;
}

enum form { FORM_I, FORM_R, FORM_PRE, FORM_POST, FORM_ABS };

#define LOADS(name)                                                                            \
    {                                                                                          \
        UOP_##name##I, UOP_##name##R, UOP_##name##PRE, UOP_##name##POST, UOP_##name##ABS       \
    }
#define STORES(name)                                                                           \
    {                                                                                          \
        UOP_##name##I, UOP_##name##R, UOP_##name##PRE, UOP_##name##POST, UOP_NOP               \
    }
/* By the size field, signed loads behind. */
static const uint16_t loads[][5] = {LOADS(LDRB), LOADS(LDRH), LOADS(LDR), LOADS(LDRSB),
                                    LOADS(LDRSH)};
static const uint16_t stores[][5] = {STORES(STRB), STORES(STRH), STORES(STR)};

static bool load_pc(struct maker *mk, struct uop u, enum form form)
{
    u.kind = form == FORM_R ? UOP_LDRPCR : form == FORM_ABS ? UOP_LDRPCA : UOP_LDRPC;
    if (form != FORM_R) u.x = form == FORM_PRE ? 1 : form == FORM_POST ? 2 : 0;
    emit(mk, u);
    return true;
}

static bool single(struct maker *mk, uint32_t w)
{
    unsigned rn = bits(w, 19, 16), rt = bits(w, 15, 12), size = bits(w, 22, 21);
    bool load = bits(w, 20, 20), is_signed = bits(w, 24, 24), up = bits(w, 23, 23);
    struct uop u = {.d = (uint8_t)rt, .n = (uint8_t)rn};
    enum form form = FORM_I;
    if (size == 3 || (is_signed && (!load || size == 2)) || (!load && rn == REG_PC))
        return false;
    if (rn == REG_PC) {
        form = FORM_ABS;
        u.imm = literal_base(mk) + (up ? bits(w, 11, 0) : 0U - bits(w, 11, 0));
    } else if (up) {
        u.imm = bits(w, 11, 0);
    } else if (bits(w, 11, 11)) {
        bool p = bits(w, 10, 10), writeback = bits(w, 8, 8);
        u.imm = bits(w, 9, 9) ? bits(w, 7, 0) : 0U - bits(w, 7, 0);
        if ((p && !writeback && bits(w, 9, 9)) || (!p && !writeback)) return false;
        if (writeback) form = p ? FORM_PRE : FORM_POST;
        if (writeback && rn == rt) return false;
    } else {
        unsigned rm = bits(w, 3, 0);
        if (bits(w, 11, 6) || rm == REG_PC || rm == REG_SP) return false;
        form = FORM_R;
        u.m = (uint8_t)rm;
        u.x = (uint8_t)bits(w, 5, 4);
    }
    if (rt == REG_SP && (load || size != 2)) return false;
    if (rt == REG_PC) {
        if (!load) return false;
        if (size != 2) return form != FORM_PRE && form != FORM_POST; /* a hint: does nothing */
        return load_pc(mk, u, form);
    }
    u.kind = load ? loads[is_signed ? size + 3 : size][form] : stores[size][form];
    emit(mk, u);
    return true;
}

bool compile_memory(struct maker *mk, uint32_t w)
{
    if (bits(w, 28, 27) != 1) return single(mk, w);
    return bits(w, 22, 22) ? dual(mk, w) : multiple32(mk, w);
}
