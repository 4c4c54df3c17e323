/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * System control block, with what lies in the same page: MPU, FPU and cache registers
 * (ARMv7-M ARM B3.2, Cortex-M7 TRM 3.2). Most are plain storage; the ones that act:
 *
 *     ICSR, SHPR, AIRCR  exceptions        CPACR  the FPU       DEMCR  trace (DWT)
 *     CCR                L1 caches on, off  ICIALLU…  cache maintenance
 */
#include <string.h>

#include "sim/state.h"
#include "tools/base/json.h"

enum {
    CPUID = 0x00,
    ICSR = 0x04,
    VTOR = 0x08,
    AIRCR = 0x0c,
    SCR = 0x10,
    CCR = 0x14,
    SHPR1 = 0x18,
    SHPR3 = 0x20,
    SHCSR = 0x24,
    CFSR = 0x28,
    HFSR = 0x2c,
    DFSR = 0x30,
    MMFAR = 0x34,
    BFAR = 0x38,
    AFSR = 0x3c,
    ID_FIRST = 0x40,
    ID_LAST = 0x74,
    CLIDR = 0x78,
    CTR = 0x7c,
    CCSIDR = 0x80,
    CSSELR = 0x84,
    CPACR = 0x88,
    MPU_FIRST = 0x90,
    MPU_LAST = 0xb8,
    DHCSR = 0xf0,
    DEMCR = 0xfc,
    STIR = 0x200,
    FPCCR = 0x234,
    FPCAR = 0x238,
    FPDSCR = 0x23c,
    MVFR0 = 0x240,
    MVFR1 = 0x244,
    MVFR2 = 0x248,
    ICIALLU = 0x250,
    ICIMVAU = 0x258,
    DCIMVAC = 0x25c,
    DCISW = 0x260,
    DCCMVAU = 0x264,
    DCCMVAC = 0x268,
    DCCSW = 0x26c,
    DCCIMVAC = 0x270,
    DCCISW = 0x274,
    BPIALL = 0x278,
    TCM_FIRST = 0x290,
    TCM_LAST = 0x2a8,
    REG_BYTES = 0x300,
    LINE = 32, /* bytes of an L1 cache line */
};

struct scb {
    uint32_t reg[REG_BYTES / 4];
};

static uint32_t *reg(struct scb *b, uint32_t offset)
{
    return &b->reg[offset / 4];
}

/* CCSIDR of the M7: write-back, lines of 8 words (1), ways - 1, sets - 1. */
static uint32_t cache_size(const struct device *d, bool icache)
{
    const struct json *l1 = json_get(d->sim->board->json, "timing.l1");
    int64_t bytes =
        json_int(json_get(l1, icache ? "size.icache_bytes" : "size.dcache_bytes"), 16384);
    uint32_t ways = icache ? 2 : 4;
    uint32_t sets = (uint32_t)bytes / LINE / ways;
    return 0xf0000000U | (sets - 1) << 13 | (ways - 1) << 3 | 1U;
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct scb *b = d->state;
    bool m7 = d->sim->board->core == CORE_CORTEX_M7;
    bool dp = m7 && strcmp(d->sim->board->fpu ? d->sim->board->fpu : "", "fpv5-d16") == 0;
    /* r0p1 for the M4 and the SP-FPU M7 (F74x), r1p1 for the others; CMSIS and errata sheets.
     */
    *reg(b, CPUID) = !m7 ? 0x410fc241U : dp ? 0x411fc271U : 0x410fc271U;
    *reg(b, AIRCR) = 0xfa050000U;
    *reg(b, MVFR0) = dp ? 0x10110221U : 0x10110021U;
    *reg(b, MVFR1) = dp ? 0x12000011U : 0x11000011U;
    *reg(b, MVFR2) = m7 ? 0x00000040U : 0;
    if (m7) {
        *reg(b, CLIDR) = 0x09000003U;
        *reg(b, CTR) = 0x8303c003U;
        *reg(b, CCSIDR) = cache_size(d, false);
    }
    return true;
}

static uint32_t icsr(const struct sim *s)
{
    uint32_t v = nvic_active(s);
    unsigned next = 0;
    for (unsigned n = EXC_COUNT; n-- > 1;)
        if (nvic_bit(s->nvic.pending, n)) next = n;
    v |= next << 12;
    for (unsigned n = EXC_IRQ0; n < EXC_COUNT; n++)
        v |= (uint32_t)nvic_bit(s->nvic.pending, n) << 22;
    unsigned active = 0;
    for (unsigned n = 1; n < EXC_COUNT; n++)
        active += nvic_bit(s->nvic.active, n);
    v |= (uint32_t)(active <= 1) << 11;
    v |= (uint32_t)nvic_bit(s->nvic.pending, EXC_NMI) << 31;
    v |= (uint32_t)nvic_bit(s->nvic.pending, EXC_PENDSV) << 28;
    return v | (uint32_t)nvic_bit(s->nvic.pending, EXC_SYSTICK) << 26;
}

/* Which of the system exceptions SHCSR shows, and where (ARMv7-M ARM B3.2.13). */
static const struct {
    uint8_t exception, active, pended,
        enable; /* bits; 0: not shown, but MEMFAULTACT is bit 0 */
} shown[] = {
    {EXC_MEM_MANAGE, 0, 13, 16}, {EXC_BUS_FAULT, 1, 14, 17}, {EXC_USAGE_FAULT, 3, 12, 18},
    {EXC_SVC, 7, 15, 0},         {EXC_DEBUG, 8, 0, 0},       {EXC_PENDSV, 10, 0, 0},
    {EXC_SYSTICK, 11, 0, 0},
};

static uint32_t shcsr(const struct nvic *v)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        unsigned n = shown[i].exception;
        bits |= (uint32_t)nvic_bit(v->active, n) << shown[i].active;
        if (shown[i].pended) bits |= (uint32_t)nvic_bit(v->pending, n) << shown[i].pended;
        if (shown[i].enable) bits |= (uint32_t)nvic_bit(v->enabled, n) << shown[i].enable;
    }
    return bits;
}

static void write_shcsr(struct sim *s, uint32_t bits)
{
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        if (shown[i].pended) nvic_pend(s, shown[i].exception, bits >> shown[i].pended & 1U);
        if (shown[i].enable) nvic_enable(s, shown[i].exception, bits >> shown[i].enable & 1U);
    }
}

/* Registers whose value is elsewhere: NULL for the others. */
static uint32_t *kept(struct sim *s, uint32_t offset)
{
    switch (offset) {
    case SCR:
        return &s->nvic.scr;
    case CCR:
        return &s->nvic.ccr;
    case CFSR:
        return &s->faults.cfsr;
    case HFSR:
        return &s->faults.hfsr;
    case DFSR:
        return &s->faults.dfsr;
    case MMFAR:
        return &s->faults.mmfar;
    case BFAR:
        return &s->faults.bfar;
    case FPCAR:
        return &s->nvic.fpcar;
    case FPDSCR:
        return &s->nvic.fpdscr;
    }
    return NULL;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *out)
{
    (void)size;
    struct scb *b = d->state;
    struct sim *s = d->sim;
    if (offset >= MPU_FIRST && offset <= MPU_LAST) return mpu_read(s, offset - MPU_FIRST, out);
    *out = kept(s, offset) ? *kept(s, offset) : *reg(b, offset);
    switch (offset) {
    case ICSR:
        *out = icsr(s);
        return true;
    case VTOR:
        *out = s->nvic.vtor;
        return true;
    case SHCSR:
        *out = shcsr(&s->nvic);
        return true;
    case FPCCR:
        *out = (uint32_t)s->nvic.fp_auto << 31 | (uint32_t)s->nvic.fp_lazy << 30 | s->nvic.lazy;
        return true;
    case CCSIDR:
        if (s->board->core == CORE_CORTEX_M7) *out = cache_size(d, *reg(b, CSSELR) & 1U);
        return true;
    }
    if (offset >= SHPR1 && offset <= SHPR3) {
        *out = 0;
        for (unsigned i = 0; i < 4; i++)
            *out |= (uint32_t)s->nvic.priority[4 + offset - SHPR1 + i] << 8 * i;
    }
    return offset <= MPU_LAST || (offset >= DHCSR && offset <= DEMCR) ||
           (offset >= FPCCR && offset <= MVFR2) || (offset >= TCM_FIRST && offset <= TCM_LAST);
}

static void write_icsr(struct sim *s, uint32_t v)
{
    if (v >> 31) nvic_pend(s, EXC_NMI, true);
    if (v & 1U << 28) nvic_pend(s, EXC_PENDSV, true);
    if (v & 1U << 27) nvic_pend(s, EXC_PENDSV, false);
    if (v & 1U << 26) nvic_pend(s, EXC_SYSTICK, true);
    if (v & 1U << 25) nvic_pend(s, EXC_SYSTICK, false);
}

static void write_aircr(struct sim *s, uint32_t addr, uint32_t v)
{
    if (v >> 16 != 0x05fa) return;
    s->nvic.group_bits = v >> 8 & 7U;
    if (v & 4U) fault_reset(s, addr, v);
}

static void write_ccr(struct sim *s, uint32_t v)
{
    bool m7 = s->board->core == CORE_CORTEX_M7;
    bool dcache = m7 && v & 1U << 16, icache = m7 && v & 1U << 17;
    if (dcache != s->chip.l1_dcache || icache != s->chip.l1_icache) s->chip.generation++;
    s->chip.l1_dcache = dcache;
    s->chip.l1_icache = icache;
    s->nvic.ccr = m7 ? v | CCR_STKALIGN : v; /* the M7 always aligns */
    s->guard &= ~(unsigned)GUARD_UNALIGNED;
    if (v & CCR_UNALIGN_TRP) s->guard |= GUARD_UNALIGNED;
    s->log.guard |= s->guard; /* for the rest of the block that runs, too */
}

/* True when offset is a cache operation. Cleaning writes back and keeps the line: no change. */
static bool maintain(struct sim *s, uint32_t offset, uint32_t v)
{
    uint32_t line = v & ~(LINE - 1U);
    switch (offset) {
    case ICIALLU:
        timing_invalidate(s->timing, true, false, 0, 0);
        return true;
    case ICIMVAU:
        timing_invalidate(s->timing, true, false, line, LINE);
        return true;
    case DCIMVAC:
    case DCCIMVAC:
        timing_invalidate(s->timing, false, true, line, LINE);
        return true;
    case DCISW:
    case DCCISW: /* by set and way: firmware goes through all of them */
        timing_invalidate(s->timing, false, true, 0, 0);
        return true;
    case DCCMVAU:
    case DCCMVAC:
    case DCCSW:
    case BPIALL:
        return true;
    }
    return false;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t v)
{
    (void)size;
    struct scb *b = d->state;
    struct sim *s = d->sim;
    if (offset == CPUID || (offset >= ID_FIRST && offset <= CCSIDR) ||
        (offset >= MVFR0 && offset <= MVFR2))
        return true; /* read only */
    if (maintain(s, offset, v)) return true;
    if (offset >= MPU_FIRST && offset <= MPU_LAST) return mpu_write(s, offset - MPU_FIRST, v);
    if (offset >= SHPR1 && offset <= SHPR3) {
        for (unsigned i = 0; i < 4; i++)
            s->nvic.priority[4 + offset - SHPR1 + i] = (uint8_t)(v >> 8 * i & 0xf0U);
        sim_attention(s);
        return true;
    }
    switch (offset) {
    case ICSR:
        write_icsr(s, v);
        return true;
    case VTOR:
        s->nvic.vtor = v & ~0x7fU;
        return true;
    case AIRCR:
        write_aircr(s, d->base + AIRCR, v);
        *reg(b, AIRCR) = 0xfa050000U | (v & 0x700U);
        return true;
    case CCR:
        write_ccr(s, v);
        return true;
    case SHCSR:
        write_shcsr(s, v);
        return true;
    case CFSR: /* status bits are cleared by writing ones */
    case HFSR:
    case DFSR:
        *kept(s, offset) &= ~v;
        return true;
    case FPCCR:
        s->nvic.fp_auto = v >> 31;
        s->nvic.fp_lazy = v >> 30 & 1U;
        s->nvic.lazy = v & 1U;
        return true;
    case CPACR:
        s->fpu_on = (v >> 20 & 15U) == 15U || (v >> 20 & 15U) == 5U;
        break;
    case STIR:
        if ((v & 0x1ffU) < EXC_COUNT - EXC_IRQ0) nvic_pend(s, EXC_IRQ0 + (v & 0x1ffU), true);
        return true;
    case DEMCR:
        dwt_trace_enable(s, v >> 24 & 1U);
        s->nvic.monitor = v >> 16 & 1U;
        break;
    }
    *(kept(s, offset) ? kept(s, offset) : reg(b, offset)) = v;
    return offset <= MPU_LAST || (offset >= DHCSR && offset <= DEMCR) ||
           (offset >= FPCCR && offset < MVFR0) || (offset >= TCM_FIRST && offset <= TCM_LAST);
}

const struct periph_ops periph_scb = {
    .kind = "scb",
    .state_bytes = sizeof(struct scb),
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
