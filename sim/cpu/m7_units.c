/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which unit an instruction class needs, what kind of result it has, and the pairing matrix.
 */
#include "sim/cpu/m7_units.h"

const uint8_t m7_unit_of[INSN_CLASS_COUNT] = {
    [INSN_NOP] = UNIT_PLAIN,        [INSN_IT] = UNIT_PLAIN,
    [INSN_ADDSUB] = UNIT_PLAIN,     [INSN_MOVW] = UNIT_PLAIN,
    [INSN_MOVT] = UNIT_PLAIN,       [INSN_LOGIC] = UNIT_PLAIN,
    [INSN_SHIFT] = UNIT_SHIFT,      [INSN_SHIFTED] = UNIT_SHIFTED,
    [INSN_BITFIELD] = UNIT_EXTRACT, [INSN_INSERT] = UNIT_EXTRACT,
    [INSN_REVERSE] = UNIT_EXTRACT,  [INSN_CLZ] = UNIT_DSP,
    [INSN_EXTEND] = UNIT_DSP,       [INSN_EXTADD] = UNIT_EXTRACT,
    [INSN_PACK] = UNIT_EXTRACT,     [INSN_PARALLEL] = UNIT_DSP,
    [INSN_SATURATE] = UNIT_DSP,     [INSN_MUL] = UNIT_MAC,
    [INSN_MLA] = UNIT_MAC,          [INSN_MULL] = UNIT_MAC,
    [INSN_MLAL] = UNIT_MAC,         [INSN_DIV] = UNIT_ALONE,
    [INSN_LDR] = UNIT_LOAD,         [INSN_LDRB] = UNIT_LOAD,
    [INSN_LDRD] = UNIT_ALONE,       [INSN_LDM] = UNIT_ALONE,
    [INSN_STR] = UNIT_STORE,        [INSN_STRB] = UNIT_STORE,
    [INSN_STRD] = UNIT_ALONE,       [INSN_STM] = UNIT_ALONE,
    [INSN_LDREX] = UNIT_ALONE,      [INSN_STREX] = UNIT_ALONE,
    [INSN_CLREX] = UNIT_ALONE,      [INSN_PLD] = UNIT_LOAD,
    [INSN_B] = UNIT_BRANCH,         [INSN_BCC] = UNIT_BRANCH,
    [INSN_CBZ] = UNIT_BRANCH,       [INSN_BL] = UNIT_BRANCH,
    [INSN_BX] = UNIT_BRANCH,        [INSN_BLX] = UNIT_BRANCH,
    [INSN_TB] = UNIT_ALONE,         [INSN_MRS] = UNIT_ALONE,
    [INSN_MSR] = UNIT_ALONE,        [INSN_CPS] = UNIT_ALONE,
    [INSN_BARRIER] = UNIT_ALONE,    [INSN_ISB] = UNIT_ALONE,
    [INSN_WFI] = UNIT_ALONE,        [INSN_SVC] = UNIT_ALONE,
    [INSN_VADD] = UNIT_FP,          [INSN_VMUL] = UNIT_FP,
    [INSN_VMLA] = UNIT_FPMAC,       [INSN_VFMA] = UNIT_FPMAC,
    [INSN_VDIV] = UNIT_FP,          [INSN_VSQRT] = UNIT_FP,
    [INSN_VMOV] = UNIT_FPMOVE,      [INSN_VMOVI] = UNIT_FPIMM,
    [INSN_VMOV_GET] = UNIT_FPMOVE,  [INSN_VMOV_PUT] = UNIT_FPFROM,
    [INSN_VMOV_GET2] = UNIT_ALONE,  [INSN_VMOV_PUT2] = UNIT_ALONE,
    [INSN_VLDR] = UNIT_FPLOAD,      [INSN_VSTR] = UNIT_FPSTORE,
    [INSN_VLDM] = UNIT_ALONE,       [INSN_VSTM] = UNIT_ALONE,
    [INSN_VMRS] = UNIT_ALONE,       [INSN_VMSR] = UNIT_ALONE,
    [INSN_UNKNOWN] = UNIT_ALONE,
};

const uint8_t m7_producer_of[INSN_CLASS_COUNT] = {
    [INSN_ADDSUB] = BY_LATE_ALU,  [INSN_MOVW] = BY_EARLY_ALU,   [INSN_MOVT] = BY_LATE_ALU,
    [INSN_LOGIC] = BY_LATE_ALU,   [INSN_SHIFT] = BY_LATE_ALU,   [INSN_SHIFTED] = BY_LATE_ALU,
    [INSN_BITFIELD] = BY_DSP,     [INSN_INSERT] = BY_DSP,       [INSN_REVERSE] = BY_REVERSE,
    [INSN_CLZ] = BY_DSP,          [INSN_EXTEND] = BY_DSP,       [INSN_EXTADD] = BY_DSP,
    [INSN_PACK] = BY_DSP,         [INSN_PARALLEL] = BY_DSP,     [INSN_SATURATE] = BY_SATURATE,
    [INSN_MUL] = BY_MAC,          [INSN_MLA] = BY_MAC,          [INSN_MULL] = BY_MAC,
    [INSN_MLAL] = BY_MAC,         [INSN_DIV] = BY_LATE_ALU,     [INSN_LDR] = BY_LOAD_WORD,
    [INSN_LDRB] = BY_LOAD_NARROW, [INSN_LDRD] = BY_LOAD_WORD,   [INSN_LDM] = BY_LOAD_WORD,
    [INSN_LDREX] = BY_LOAD_WORD,  [INSN_STREX] = BY_LATE_ALU,   [INSN_MRS] = BY_LATE_ALU,
    [INSN_VADD] = BY_FP_ADD,      [INSN_VMUL] = BY_FP_ADD,      [INSN_VMLA] = BY_FP_MLA,
    [INSN_VFMA] = BY_FP_FMA,      [INSN_VDIV] = BY_FP_ADD,      [INSN_VSQRT] = BY_FP_ADD,
    [INSN_VMOV] = BY_FP_PUT,      [INSN_VMOVI] = BY_FP_PUT,     [INSN_VMOV_GET] = BY_FP_GET,
    [INSN_VMOV_PUT] = BY_FP_PUT,  [INSN_VMOV_GET2] = BY_FP_GET, [INSN_VMOV_PUT2] = BY_FP_PUT,
    [INSN_VLDR] = BY_FP_LOAD,     [INSN_VLDM] = BY_FP_LOAD,     [INSN_VMRS] = BY_FP_GET,
    [INSN_VMSR] = BY_FP_PUT,      [INSN_BL] = BY_EARLY_ALU,     [INSN_BLX] = BY_EARLY_ALU,
    [INSN_UNKNOWN] = BY_LATE_ALU,
};

bool m7_uses_shifter(enum m7_unit u)
{
    return u == UNIT_SHIFTED || u == UNIT_EXTRACT;
}

static bool is_memory(enum m7_unit u)
{
    return u == UNIT_LOAD || u == UNIT_STORE || u == UNIT_FPLOAD || u == UNIT_FPSTORE;
}

static bool is_fp(enum m7_unit u)
{
    return u >= UNIT_FP && u <= UNIT_FPIMM;
}

static bool is_store(enum m7_unit u)
{
    return u == UNIT_STORE || u == UNIT_FPSTORE;
}

/* Reads a register late, for memory or the FPU. With a multiplication it cannot issue: of
 * stores [J] says so, of VMOV the 769 transforms of [S] do (boards/measured/README.md). */
static bool reads_late(enum m7_unit u)
{
    return is_store(u) || u == UNIT_FPFROM;
}

/* Between memory, core and FPU, and constants: no arithmetic. */
static bool is_move(enum m7_unit u)
{
    return is_memory(u) || u == UNIT_FPMOVE || u == UNIT_FPFROM || u == UNIT_FPIMM;
}

/* The pairing matrix, [J]. A store and a load share a cycle in either order ([S]: there is no
 * rule for it, and its transforms bear that out). Addresses of two loads are looked at by the
 * caller. */
bool m7_may_pair(enum m7_unit older, enum m7_unit younger)
{
    if (older == UNIT_ALONE || younger == UNIT_ALONE) return false;
    if (younger == UNIT_DSP || younger == UNIT_EXTRACT) return false; /* only the older */
    if (younger == UNIT_SHIFTED && (m7_uses_shifter(older) || older == UNIT_SHIFT))
        return false;
    if (older == UNIT_MAC && (younger == UNIT_MAC || reads_late(younger))) return false;
    if (younger == UNIT_MAC && reads_late(older)) return false;
    if (is_store(older) && is_store(younger)) return false;
    if (older == UNIT_BRANCH && younger == UNIT_BRANCH) return false;
    if (is_fp(older) && is_fp(younger)) {
        if (!is_move(older) && !is_move(younger)) return false; /* two arithmetic */
        if (older == UNIT_FPMAC || younger == UNIT_FPMAC) return false;
        if (older == UNIT_FPIMM && younger == UNIT_FPIMM) return false;
    }
    return true;
}
