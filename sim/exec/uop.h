/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Micro-ops: what an instruction is made into, once, so that running it is a jump to its code.
 * Most instructions are one; a shifted operand or live flags of a logic operation are a
 * micro-op of their own (the scratch registers 16 and 17 carry what lies between).
 *
 *     struct block ─► compile_block() ─► struct uop[] ─► exec_run()
 */
#ifndef SIM_EXEC_UOP_H
#define SIM_EXEC_UOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boards/board.h"
#include "sim/cpu/decode.h"

enum uop_kind {
#define OP(name, reads, writes, plain, ...) UOP_##name,
#include "sim/exec/ops.def"
#undef OP
    UOP_COUNT,
};

enum { FLAG_NZ = 1, FLAG_C = 2, FLAG_V = 4, FLAG_ALL = 7 };

struct uop {
    uint16_t kind;      /* enum uop_kind */
    uint8_t d, n, m, a; /* registers; of the FPU for its micro-ops */
    uint8_t x;          /* a shift, width or size */
    bool conditional;   /* skipped when the condition before it does not hold */
    uint32_t imm;
    uint32_t y; /* a second constant */
};

/* The block's micro-ops (to be freed), or NULL when it holds an instruction that is left to the
 * machine. */
struct uop *compile_block(const struct block *b, enum core_kind core);

#endif
