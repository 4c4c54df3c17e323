/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Operands: how the decoders of this folder fill a struct insn. Internal to sim/cpu.
 */
#ifndef SIM_CPU_OPERANDS_H
#define SIM_CPU_OPERANDS_H

#include "sim/cpu/decode.h"

/* Bits hi … lo of v. */
static inline unsigned bits(uint32_t v, unsigned hi, unsigned lo)
{
    return (v >> lo) & ((1u << (hi - lo + 1)) - 1u);
}

static inline void add_src(struct insn *i, unsigned reg, enum operand_use use)
{
    if (reg == REG_PC || i->src_count == INSN_MAX_SRC) return; /* the PC is always known */
    i->src[i->src_count].reg = (uint8_t)reg;
    i->src[i->src_count].use = (uint8_t)use;
    i->src_count++;
    if (use == USE_EARLY) i->flags |= INSN_HAS_EARLY;
}

static inline void add_dst(struct insn *i, unsigned reg)
{
    if (reg == REG_PC) {
        i->flags |= INSN_TO_PC | INSN_INDIRECT;
        return;
    }
    if (i->dst_count < INSN_MAX_DST) i->dst[i->dst_count++] = (uint8_t)reg;
}

static inline void set_flags(struct insn *i)
{
    i->flags |= INSN_SETS_FLAGS;
    add_dst(i, REG_FLAGS);
}

static inline void read_flags(struct insn *i)
{
    i->flags |= INSN_READS_FLAGS;
    add_src(i, REG_FLAGS, USE_FLAGS);
}

static inline void set_kind(struct insn *i, enum insn_class kind)
{
    i->kind = (uint8_t)kind;
}

/* A load or store of `count` accesses of `size` bytes through base register rn. */
static inline void set_access(struct insn *i, enum insn_class kind, bool load, unsigned rn,
                              unsigned count, unsigned size)
{
    set_kind(i, kind);
    i->flags |= load ? INSN_LOAD : INSN_STORE;
    i->accesses = (uint8_t)count;
    i->access_bytes = (uint8_t)size;
    if (rn == REG_PC)
        i->flags |= INSN_LITERAL;
    else
        add_src(i, rn, USE_ADDR);
}

static inline void set_writeback(struct insn *i, unsigned rn)
{
    i->flags |= INSN_WRITEBACK;
    add_dst(i, rn);
}

void decode16(struct insn *i, uint32_t h, bool in_it);
void decode32(struct insn *i, uint32_t w);
void decode_fp(struct insn *i, uint32_t w);

#endif
