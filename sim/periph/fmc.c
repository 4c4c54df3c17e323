/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * FMC (RM0385 chapter 13; F42x: RM0090 chapter 37; H7: RM0433 chapter 21) and the FSMC of chips
 * without SDRAM. The SDRAM controller does as it is told, NOR, SRAM and NAND banks are storage:
 * no board here has such memory.
 *
 *     SDCMR: clock, precharge, refresh, load mode ─► struct chip.sdram[bank].up ─► external.c
 *
 * A chip answers with a bus error while the FMC has no clock, and reads whatever comes while
 * the memory is not initialised. Here both are a bus error, whose text says what is missing. A
 * memory that is used with fewer or more rows and columns than it has is not told apart.
 * BUSY takes the times of SDTR.
 */
#include "sim/periph/fmc.h"

#include "sim/external.h"
#include "sim/periph/regs.h"
#include "sim/state.h"
#include "tools/base/json.h"

enum { BCR1 = 0x00, SDCR1 = 0x140, SDTR1 = 0x148, SDCMR = 0x150, SDRTR = 0x154, SDSR = 0x158 };
enum { SDCR_WP = 1 << 9, SDRTR_CRE = 1 << 0, SDSR_BUSY = 1 << 5 };
enum { CTB2 = 1 << 3, CTB1 = 1 << 4 };
enum command { NORMAL, CLOCK, PRECHARGE, REFRESH, LOAD_MODE, SELF_REFRESH, POWER_DOWN };

struct fmc {
    struct regs regs; /* first: regs_*() */
    struct fmc_bank {
        bool did[LOAD_MODE + 1];
        bool slow;    /* the memory's CAS latency is another one than SDCR's */
        uint8_t mode; /* of SDSR: 0 normal, 1 self-refresh, 2 power-down */
    } bank[2];
    uint64_t busy_until;
};

static const struct reg_reset resets[] = {
    {0x00, 0x000030db},  {0x08, 0x000030d2},  {0x10, 0x000030d2},  {0x18, 0x000030d2},
    {0x04, 0x0fffffff},  {0x0c, 0x0fffffff},  {0x14, 0x0fffffff},  {0x1c, 0x0fffffff},
    {0x80, 0x00000018},  {0x84, 0x00000040},  {0x88, 0xfcfcfcfc},  {0x8c, 0xfcfcfcfc},
    {0x104, 0x0fffffff}, {0x10c, 0x0fffffff}, {0x114, 0x0fffffff}, {0x11c, 0x0fffffff},
    {0x140, 0x000002d0}, {0x144, 0x000002d0}, {0x148, 0x0fffffff}, {0x14c, 0x0fffffff},
};

/* RCC_AHB3ENR.FMCEN, at the place that the chip's JSON gives. */
static bool has_clock(const struct device *d)
{
    struct device *rcc = bus_device(&d->sim->bus, "RCC");
    const struct json *at = json_get(d->json, "clock");
    uint32_t offset = (uint32_t)json_int(json_get(at, "offset"), -1);
    unsigned bit = (unsigned)json_int(json_get(at, "bit"), 0) & 31U;
    return !rcc || !at || offset >= REGS_BYTES || *regs_at(rcc, offset) >> bit & 1U;
}

/* The H7's BCR1.FMCEN. */
static bool is_enabled(struct device *d)
{
    return !json_flag(json_get(d->json, "enable"), false) || *regs_at(d, BCR1) >> 31;
}

static const char *missing(struct device *d, unsigned bank)
{
    const struct fmc *f = d->state;
    const struct fmc_bank *b = &f->bank[bank - 1];
    if (!has_clock(d))
        return "the FMC has no clock (RCC_AHB3ENR): a chip answers with a bus error";
    if (!is_enabled(d)) return "FMC_BCR1.FMCEN is not set: a chip answers with a bus error";
    if (!(*regs_at(d, SDCR1) >> 10 & 2U))
        return "the SDRAM has no clock (FMC_SDCR1.SDCLK); a chip reads anything here";
    if (!b->did[CLOCK])
        return "the SDRAM is not initialised: FMC_SDCMR has not enabled its clock (MODE 1) for "
               "this bank; a chip reads anything here";
    if (!b->did[PRECHARGE] || !b->did[REFRESH])
        return "the SDRAM is not initialised: FMC_SDCMR has not precharged and refreshed it "
               "(MODE 2, 3); a chip reads anything here";
    if (!b->did[LOAD_MODE])
        return "the SDRAM is not initialised: FMC_SDCMR has not loaded its mode register (MODE "
               "4); a chip reads anything here";
    if (b->slow)
        return "the CAS latency in the SDRAM's mode register (FMC_SDCMR.MRD) is not that of "
               "FMC_SDCR; a chip reads anything here";
    return NULL;
}

const char *fmc_missing(const struct sim *s, unsigned bank)
{
    struct device *d = bus_device(&s->bus, "FMC");
    if (!d || d->ops != &periph_fmc) return "the chip has no SDRAM controller";
    return missing(d, bank);
}

/* The controller's settings as struct chip has them. Clock, read and precharge settings of
 * both banks are the first's. */
static void publish(struct device *d)
{
    for (unsigned i = 0; i < 2; i++) {
        uint32_t first = *regs_at(d, SDCR1), cr = *regs_at(d, SDCR1 + 4 * i);
        uint32_t tr = *regs_at(d, SDTR1 + 4 * i);
        unsigned width = cr >> 4 & 3U;
        d->sim->chip.sdram[i] = (struct chip_sdram){
            .up = !missing(d, i + 1),
            .read_only = cr & SDCR_WP,
            .divider = (uint8_t)(first >> 10 & 3U),
            .cas = (uint8_t)(cr >> 7 & 3U),
            .rcd = (uint8_t)((tr >> 24 & 15U) + 1),
            .rp = (uint8_t)((*regs_at(d, SDTR1) >> 20 & 15U) + 1),
            .pipe = (uint8_t)(first >> 13 & 3U),
            .bytes = (uint8_t)(1U << width),
            .column_shift = (uint8_t)((cr & 3U) + 8 + width),
            .row_bits = (uint8_t)((cr >> 2 & 3U) + 11),
        };
    }
    d->sim->chip.generation++;
    external_update(d->sim);
}

/* Clocks of the memory until the next command may come (RM0385 13.7.3). */
static uint32_t takes(struct device *d, enum command c, uint32_t value, uint32_t tr)
{
    switch (c) {
    case PRECHARGE:
        return (*regs_at(d, SDTR1) >> 20 & 15U) + 1;
    case REFRESH:
        return ((value >> 5 & 15U) + 1) * ((*regs_at(d, SDTR1) >> 12 & 15U) + 1);
    case LOAD_MODE:
        return (tr & 15U) + 1;
    case NORMAL:
        return (tr >> 4 & 15U) + 1; /* out of self-refresh */
    case CLOCK:
    case SELF_REFRESH:
    case POWER_DOWN:
        break;
    }
    return 1;
}

static void command(struct device *d, uint32_t value)
{
    struct fmc *f = d->state;
    enum command c = (enum command)(value & 7U);
    uint32_t clocks = 0;
    for (unsigned i = 0; i < 2; i++) {
        struct fmc_bank *b = &f->bank[i];
        if (!(value & (i ? CTB2 : CTB1)) || c > POWER_DOWN) continue;
        if (c <= LOAD_MODE) b->did[c] = true;
        if (c == LOAD_MODE)
            b->slow = (value >> 13 & 7U) != (*regs_at(d, SDCR1 + 4 * i) >> 7 & 3U);
        b->mode = c == SELF_REFRESH ? 1 : c == POWER_DOWN ? 2 : 0;
        clocks = takes(d, c, value, *regs_at(d, SDTR1 + 4 * i));
    }
    uint32_t divider = *regs_at(d, SDCR1) >> 10 & 3U, axi = d->sim->chip.axi_divider;
    f->busy_until = sim_time(d->sim) + (uint64_t)clocks * divider * axi;
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    regs_reset(d, resets, sizeof resets / sizeof *resets);
    publish(d);
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    const struct fmc *f = d->state;
    if (!regs_read(d, offset, size, value)) return false;
    if (offset == SDSR) {
        *value = (uint32_t)f->bank[0].mode << 1 | (uint32_t)f->bank[1].mode << 3;
        if (sim_time(d->sim) < f->busy_until) *value |= SDSR_BUSY;
    }
    if (!has_clock(d)) *value = 0;
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    if (!has_clock(d)) return offset < REGS_BYTES;
    if (offset == SDSR) return true;
    if (offset == SDCMR) command(d, value);
    if (offset == SDRTR) value &= ~(uint32_t)SDRTR_CRE;
    bool known = regs_write(d, offset, size, value);
    if (offset == BCR1 || (offset >= SDCR1 && offset <= SDCMR)) publish(d);
    return known;
}

const struct periph_ops periph_fmc = {
    .kind = "fmc",
    .state_bytes = sizeof(struct fmc),
    .clockwork = true, /* BUSY */
    .init = init,
    .read = read_reg,
    .write = write_reg,
};

static bool init_fsmc(struct device *d, struct err *e)
{
    (void)e;
    regs_reset(d, resets, 16); /* up to the SDRAM's */
    return true;
}

const struct periph_ops periph_fsmc = {
    .kind = "fsmc",
    .state_bytes = sizeof(struct regs),
    .init = init_fsmc,
    .read = regs_read,
    .write = regs_write,
};
