/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decode: Thumb-2 code into descriptors that a timing model walks without looking at encodings.
 *
 *     bytes at pc ─► block_decode() ─► struct block { insns[count] } ─► timing_block()
 *
 * A block is straight-line code: only its last instruction can leave it. Its pc, bytes and
 * count describe the code; `user` is its owner's (symbol and layer lookups), never touched
 * here. Operands come from the encodings (decode16.c, decode32.c, decode_fp.c); Capstone only
 * spells instructions for people and checks the class table in a test: its operand lists miss
 * accumulators, flags and the IT context.
 *
 * The caller releases a block with block_free(). Code that no table knows becomes class UNKNOWN
 * and never fails a block.
 */
#ifndef SIM_CPU_DECODE_H
#define SIM_CPU_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/err.h"

enum insn_class {
#define CLASS(name, text, mnemonics) INSN_##name,
#include "sim/cpu/insn_class.def"
#undef CLASS
    INSN_CLASS_COUNT,
};

/* Register numbers of operands: 0–14 core, 15 PC, then what follows, then S0–S31 from 32
 * (a double register is its two halves). */
enum {
    REG_SP = 13,
    REG_LR = 14,
    REG_PC = 15,
    REG_FLAGS = 16, /* N, Z, C, V */
    REG_GE = 17,
    REG_FPSCR = 18,
    REG_S0 = 32,
    REG_COUNT = 64,
};

/* When in the pipeline an instruction wants a source. */
enum operand_use {
    USE_ALU,   /* the plain operand of an ALU instruction */
    USE_EARLY, /* goes through the shifter or extractor first */
    USE_ADDR,  /* base or offset of an access, target of a branch */
    USE_MUL,   /* multiplicand */
    USE_ACC,   /* accumulator */
    USE_STORE, /* data to be stored */
    USE_FLAGS, /* condition, carry */
    USE_FP,    /* FP operand */
    USE_FPMUL, /* FP multiplicand of a multiply and accumulate */
    USE_FPACC, /* FP accumulator */
    USE_FPGET, /* moved to the core, or to another FP register */
    USE_COUNT,
};

enum insn_flag {
    INSN_SETS_FLAGS = 1 << 0,
    INSN_READS_FLAGS = 1 << 1, /* its condition, or carry */
    INSN_IN_IT = 1 << 2,
    INSN_LOAD = 1 << 3,
    INSN_STORE = 1 << 4,
    INSN_WRITEBACK = 1 << 5,  /* base register is updated */
    INSN_REG_OFFSET = 1 << 6, /* address is the sum of two registers */
    INSN_TO_PC = 1 << 7,      /* can leave the block */
    INSN_DOUBLE = 1 << 8,     /* FP double precision */
    INSN_EARLY = 1 << 9,      /* can run in the M7's early ALU */
    INSN_INDIRECT = 1 << 10,  /* target comes from a register or from memory */
    INSN_LITERAL = 1 << 11,   /* base is the PC */
    INSN_HAS_EARLY = 1 << 12, /* some source is USE_EARLY */
};

struct operand {
    uint8_t reg;
    uint8_t use; /* enum operand_use */
};

enum { INSN_MAX_SRC = 6, INSN_MAX_DST = 4, COND_ALWAYS = 14 };

struct insn {
    uint32_t encoding;          /* first halfword above the second when it is 32 bits wide */
    uint16_t offset;            /* from the block's pc */
    uint8_t bytes;              /* 2 or 4 */
    uint8_t kind;               /* enum insn_class */
    uint16_t flags;             /* enum insn_flag */
    uint8_t cond;               /* of an IT block or conditional branch; COND_ALWAYS */
    uint8_t accesses;           /* data accesses that it makes when its condition holds */
    uint8_t access_bytes;       /* size of each */
    uint8_t words;              /* registers that a multiple load or store moves */
    uint16_t list;              /* core registers that LDM writes or STM reads */
    uint8_t fp_first, fp_count; /* S registers that VLDM writes or VSTM reads */
    uint8_t src_count, dst_count;
    struct operand src[INSN_MAX_SRC];
    uint8_t dst[INSN_MAX_DST];
};

struct block {
    uint64_t id;    /* hash of all that it is decoded from; never 0 */
    uint32_t pc;    /* of the first instruction */
    uint32_t bytes; /* all instructions together */
    uint32_t count;
    uint32_t accesses; /* data accesses when every condition holds */
    bool predicated;   /* some access depends on a condition inside the block */
    void *user;        /* the owner's */
    struct insn insns[];
};

/* Decodes `bytes` bytes at pc (bit 0 clear). False input (odd size, a wide instruction cut in
 * two, more than 64 KiB) is refused with NULL. */
struct block *block_decode(const uint8_t *code, uint32_t pc, uint32_t bytes, struct err *e);
/* The same for a block that starts inside an IT block: itstate as in XPSR, 0 for none. */
struct block *block_decode_it(const uint8_t *code, uint32_t pc, uint32_t bytes,
                              unsigned itstate, struct err *e);
void block_free(struct block *b);

/* Decodes one instruction; sets everything but offset, cond and INSN_IN_IT. in_it: 16-bit
 * arithmetic inside an IT block leaves the flags alone. */
void insn_decode(struct insn *i, uint32_t encoding, unsigned bytes, bool in_it);

/* Registers read and written, as bits by register number. */
uint64_t insn_reads(const struct insn *i);
uint64_t insn_writes(const struct insn *i);

const char *insn_class_name(enum insn_class c); /* "MLAL" */

/* How the instruction is spelt at pc: mnemonic alone, or mnemonic and operands when `full`.
 * "(undefined)" when there is no such instruction. */
void insn_text(const struct insn *i, uint32_t pc, bool full, char *out, size_t out_bytes);

#endif
