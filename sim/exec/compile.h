/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Compile: how the files of this folder make micro-ops. Each takes one instruction's encoding
 * and says false when it is one that the executor does not know.
 */
#ifndef SIM_EXEC_COMPILE_H
#define SIM_EXEC_COMPILE_H

#include "sim/cpu/operands.h"
#include "sim/exec/core.h"
#include "sim/exec/uop.h"

struct maker {
    struct uop *uops;
    size_t n;
    size_t divides;
    uint32_t pc;   /* of the instruction */
    uint32_t next; /* of the one after it */
    bool in_it;
    bool conditional;
    enum core_kind core;
};

enum { UOPS_PER_INSN = 5 };
enum shift { SHIFT_LSL, SHIFT_LSR, SHIFT_ASR, SHIFT_ROR };

static inline void emit(struct maker *mk, struct uop u)
{
    u.conditional = mk->conditional;
    mk->uops[mk->n++] = u;
}

/* The PC as an instruction reads it. */
static inline uint32_t read_pc(const struct maker *mk)
{
    return mk->pc + 4;
}

static inline uint32_t literal_base(const struct maker *mk)
{
    return read_pc(mk) & ~3U;
}

static inline uint32_t sign_extend(uint32_t v, unsigned bits_wide)
{
    return (uint32_t)((int32_t)(v << (32 - bits_wide)) >> (32 - bits_wide));
}

/* d = m shifted by a constant as instructions encode it (0 of LSR and ASR: 32; of ROR: RRX).
 * carry: the shifter's carry is wanted. */
void make_shift(struct maker *mk, unsigned d, unsigned m, unsigned type, unsigned by,
                bool carry);
void make_nz(struct maker *mk, unsigned m);
/* LDM, STM, PUSH, POP. */
bool make_multiple(struct maker *mk, unsigned rn, unsigned list, bool load, bool before,
                   bool writeback);

bool compile16(struct maker *mk, uint32_t h);
bool compile32(struct maker *mk, uint32_t w);
bool compile_memory(struct maker *mk, uint32_t w); /* loads and stores */
bool compile_dsp(struct maker *mk, uint32_t w);    /* 1111 1010 and 1111 1011 */
bool compile_fp(struct maker *mk, uint32_t w);

#endif
