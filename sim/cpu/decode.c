/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Blocks and spelling. Operands are decoded in decode16.c, decode32.c and decode_fp.c; here the
 * IT state is carried from instruction to instruction, and Capstone (known by this file alone)
 * spells an instruction when somebody asks. A Capstone handle is opened for each spelling: that
 * happens in listings, never on the step path, and keeps this module without global state.
 */
#include "sim/cpu/decode.h"

#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cpu/operands.h"
#include "tools/base/arena.h"

enum { BLOCK_MAX_BYTES = 65536 };

static const char *const class_names[] = {
#define CLASS(name, text, mnemonics) #name,
#include "sim/cpu/insn_class.def"
#undef CLASS
};

const char *insn_class_name(enum insn_class c)
{
    return class_names[c];
}

void insn_decode(struct insn *i, uint32_t encoding, unsigned bytes, bool in_it)
{
    *i = (struct insn){.encoding = encoding,
                       .bytes = (uint8_t)bytes,
                       .kind = INSN_UNKNOWN,
                       .cond = COND_ALWAYS};
    if (bytes == 2)
        decode16(i, encoding, in_it);
    else
        decode32(i, encoding);
    if (i->kind == INSN_UNKNOWN) { /* half filled: an encoding that is undefined after all */
        *i = (struct insn){.encoding = encoding,
                           .bytes = (uint8_t)bytes,
                           .kind = INSN_UNKNOWN,
                           .cond = COND_ALWAYS};
    }
}

/* The IT state holds condition and mask as in XPSR: condition in bits 7–4, mask below. */
static unsigned advance_it(unsigned it)
{
    return it & 7u ? (it & 0xe0u) | ((it << 1) & 0x1fu) : 0;
}

/* Of all that a block is decoded from. */
static uint64_t hash(const uint8_t *code, uint32_t pc, uint32_t bytes, unsigned itstate)
{
    uint64_t h = (uint64_t)pc << 32 | bytes << 8 | (itstate & 0xffu);
    for (uint32_t at = 0; at < bytes; at += 2) {
        h = (h ^ (code[at] | (uint64_t)code[at + 1] << 8)) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return h ? h : 1;
}

struct block *block_decode_it(const uint8_t *code, uint32_t pc, uint32_t bytes,
                              unsigned itstate, struct err *e)
{
    if (bytes % 2 || bytes > BLOCK_MAX_BYTES) {
        err_set(e, ERR_FORMAT, "code at %08x: %u bytes do not make a block", pc, bytes);
        return NULL;
    }
    struct block *b = xcalloc(1, sizeof *b + (size_t)(bytes / 2) * sizeof b->insns[0]);
    b->id = hash(code, pc, bytes, itstate);
    b->pc = pc;
    b->bytes = bytes;
    unsigned it = itstate & 0xffu;
    for (uint32_t at = 0; at < bytes;) {
        uint32_t encoding = (uint32_t)code[at] | (uint32_t)code[at + 1] << 8;
        unsigned size = encoding >> 11 >= 0x1d ? 4 : 2;
        if (at + size > bytes) {
            err_set(e, ERR_FORMAT,
                    "code at %08x: a wide instruction is cut at the end of the block", pc + at);
            block_free(b);
            return NULL;
        }
        if (size == 4)
            encoding = encoding << 16 | (uint32_t)code[at + 2] | (uint32_t)code[at + 3] << 8;
        struct insn *i = &b->insns[b->count++];
        insn_decode(i, encoding, size, it & 15u);
        i->offset = (uint16_t)at;
        if (it & 15u) {
            i->cond = (uint8_t)(it >> 4);
            i->flags |= INSN_IN_IT;
            if (i->cond != COND_ALWAYS) {
                if (!(i->flags & INSN_READS_FLAGS)) read_flags(i);
                if (i->accesses) b->predicated = true;
            }
        }
        if (i->kind == INSN_IT)
            it = encoding & 0xffu;
        else
            it = advance_it(it);
        b->accesses += i->accesses;
        at += size;
    }
    return b;
}

struct block *block_decode(const uint8_t *code, uint32_t pc, uint32_t bytes, struct err *e)
{
    return block_decode_it(code, pc, bytes, 0, e);
}

void block_free(struct block *b)
{
    free(b);
}

static uint64_t fp_span(const struct insn *i)
{
    return ((UINT64_C(1) << i->fp_count) - 1) << (REG_S0 + i->fp_first);
}

uint64_t insn_reads(const struct insn *i)
{
    uint64_t mask = 0;
    for (unsigned k = 0; k < i->src_count; k++)
        mask |= UINT64_C(1) << i->src[k].reg;
    if (i->flags & INSN_STORE) mask |= i->list | fp_span(i);
    return mask & ~(UINT64_C(1) << REG_PC);
}

uint64_t insn_writes(const struct insn *i)
{
    uint64_t mask = 0;
    for (unsigned k = 0; k < i->dst_count; k++)
        mask |= UINT64_C(1) << i->dst[k];
    if (i->flags & INSN_LOAD) mask |= i->list | fp_span(i);
    return mask & ~(UINT64_C(1) << REG_PC);
}

void insn_text(const struct insn *i, uint32_t pc, bool full, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "(undefined)");
    uint32_t w = i->encoding;
    uint8_t code[4] = {(uint8_t)w, (uint8_t)(w >> 8)};
    if (i->bytes == 4) {
        code[0] = (uint8_t)(w >> 16), code[1] = (uint8_t)(w >> 24);
        code[2] = (uint8_t)w, code[3] = (uint8_t)(w >> 8);
    }
    csh handle;
    if (cs_open(CS_ARCH_ARM, CS_MODE_THUMB | CS_MODE_MCLASS, &handle) != CS_ERR_OK) return;
    cs_insn *found = NULL;
    size_t n = cs_disasm(handle, code, i->bytes, pc, 1, &found);
    if (n == 1 && found->size == i->bytes) {
        if (full)
            snprintf(out, out_bytes, "%s %s", found->mnemonic, found->op_str);
        else
            snprintf(out, out_bytes, "%s", found->mnemonic);
    }
    if (n) cs_free(found, n);
    cs_close(&handle);
}
