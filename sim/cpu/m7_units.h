/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * M7 units: the tables of the Cortex-M7's issue stage, apart from its clockwork.
 *
 *     enum insn_class ─► m7_unit_of ─► m7_may_pair: do two of them share a cycle?
 *                    └─► m7_producer_of ─► PRODUCER in cortex_m7.def: when is the result there?
 */
#ifndef SIM_CPU_M7_UNITS_H
#define SIM_CPU_M7_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/cpu/decode.h"

enum m7_param {
#define PARAM(name, value, text, source) M7_##name,
#include "sim/cpu/cortex_m7.def"
    M7_PARAM_COUNT,
};

enum m7_producer {
#define PRODUCER(name, ...) BY_##name,
#include "sim/cpu/cortex_m7.def"
    PRODUCER_COUNT,
};

/* What the pairing rules tell apart. */
enum m7_unit {
    UNIT_PLAIN,   /* ALU without shifter */
    UNIT_SHIFT,   /* shift as a move */
    UNIT_SHIFTED, /* shifted second operand */
    UNIT_EXTRACT, /* bit fields, REV, extend and add, pack: use the shifter */
    UNIT_DSP,     /* other DSP instructions */
    UNIT_MAC,
    UNIT_LOAD,
    UNIT_STORE,
    UNIT_BRANCH,
    UNIT_FP,    /* FP arithmetic */
    UNIT_FPMAC, /* FP multiply and accumulate */
    UNIT_FPLOAD,
    UNIT_FPSTORE,
    UNIT_FPMOVE,
    UNIT_FPFROM, /* VMOV from a core register */
    UNIT_FPIMM,
    UNIT_ALONE,
    UNIT_COUNT,
};

extern const uint8_t m7_unit_of[INSN_CLASS_COUNT];     /* enum m7_unit */
extern const uint8_t m7_producer_of[INSN_CLASS_COUNT]; /* enum m7_producer */

/* Takes the shifter of the early stage. */
bool m7_uses_shifter(enum m7_unit u);
/* By kind alone; registers and addresses are the caller's. */
bool m7_may_pair(enum m7_unit older, enum m7_unit younger);

#endif
