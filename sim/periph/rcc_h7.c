/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RCC of the STM32H7 (RM0433 chapter 8; RM0455 for the H7A3, whose D1CFGR, D2CFGR are called
 * CDCFGR1, CDCFGR2). HSI 64 MHz / HSIDIV, CSI 4 MHz. PLL1: source / M * (N + frac) / P.
 * CPU clock = sys / D1CPRE; AXI and AHB = CPU clock / HPRE.
 */
#include "sim/periph/rcc.h"

enum {
    CR = 0x00,
    CFGR = 0x10,
    D1CFGR = 0x18,
    D2CFGR = 0x1c,
    PLLCKSELR = 0x28,
    PLLCFGR = 0x2c,
    PLL1DIVR = 0x30,
    PLL1FRACR = 0x34,
    PLL2DIVR = 0x38,
    PLL3DIVR = 0x40,
    BDCR = 0x70,
    CSR = 0x74,
    CSI_HZ = 4000000,
};

static const struct reg_reset resets[] = {
    {CR, 0x0000c025},       {PLLCKSELR, 0x02020200}, {PLLCFGR, 0x01ff0000},
    {PLL1DIVR, 0x01010280}, {PLL2DIVR, 0x01010280},  {PLL3DIVR, 0x01010280},
};

static const struct reg_follow follows[] = {
    {CR, CR, 0, 2},   {CR, CR, 7, 8},   {CR, CR, 12, 13},   {CR, CR, 16, 17}, {CR, CR, 24, 25},
    {CR, CR, 26, 27}, {CR, CR, 28, 29}, {BDCR, BDCR, 0, 1}, {CSR, CSR, 0, 1},
};

static uint32_t hsi_hz(struct device *d)
{
    return 64000000U >> (*regs_at(d, CR) >> 3 & 3U);
}

static uint32_t pll_hz(struct device *d)
{
    uint32_t select = *regs_at(d, PLLCKSELR), source = select & 3U, m = select >> 4 & 0x3fU;
    uint32_t div = *regs_at(d, PLL1DIVR), n = (div & 0x1ffU) + 1, p = (div >> 9 & 0x7fU) + 1;
    uint64_t in = source == 0   ? hsi_hz(d)
                  : source == 1 ? CSI_HZ
                  : source == 2 ? rcc_hse_hz(d)
                                : 0;
    uint64_t frac =
        *regs_at(d, PLLCFGR) & 1U ? *regs_at(d, PLL1FRACR) >> 3 & 0x1fffU : 0; /* of 8192 */
    return m ? (uint32_t)(in * (n * UINT64_C(8192) + frac) / 8192 / m / p) : 0;
}

/* PLL3's R output; the fraction is left out. */
static uint32_t pixel_hz(struct device *d)
{
    uint32_t select = *regs_at(d, PLLCKSELR), m = select >> 20 & 0x3fU;
    uint32_t div = *regs_at(d, PLL3DIVR), n = (div & 0x1ffU) + 1, r = (div >> 24 & 0x7fU) + 1;
    uint64_t in = (select & 3U) == 0   ? hsi_hz(d)
                  : (select & 3U) == 1 ? CSI_HZ
                  : (select & 3U) == 2 ? rcc_hse_hz(d)
                                       : 0;
    return m && *regs_at(d, CR) >> 28 & 1U ? (uint32_t)(in * n / m / r) : 0;
}

static void clocks(struct device *d, struct chip *c)
{
    uint32_t sw = *regs_at(d, CFGR) & 7U, d1 = *regs_at(d, D1CFGR), d2 = *regs_at(d, D2CFGR);
    uint32_t sys = sw == 0 ? hsi_hz(d) : sw == 1 ? CSI_HZ : sw == 2 ? rcc_hse_hz(d) : pll_hz(d);
    c->hclk_hz = sys / rcc_ahb_divider(d1 >> 8 & 15U);
    c->axi_divider = rcc_ahb_divider(d1 & 15U);
    uint32_t ahb = c->hclk_hz / c->axi_divider;
    uint32_t apb1 = rcc_apb_divider(d2 >> 4 & 7U), apb2 = rcc_apb_divider(d2 >> 8 & 7U);
    c->apb1_hz = ahb / apb1;
    c->apb2_hz = ahb / apb2;
    c->apb1_timer_hz = rcc_timer_hz(ahb, apb1);
    c->apb2_timer_hz = rcc_timer_hz(ahb, apb2);
}

static const struct rcc_family family = {
    .resets = resets,
    .reset_count = sizeof resets / sizeof *resets,
    .follows = follows,
    .follow_count = sizeof follows / sizeof *follows,
    .cfgr = CFGR,
    .sw_bits = 3,
    .sws_shift = 3,
    .clocks = clocks,
    .pixel_hz = pixel_hz,
};

static bool init(struct device *d, struct err *e)
{
    (void)e;
    rcc_init(d, &family);
    return true;
}

const struct periph_ops periph_rcc_h7 = {
    .kind = "rcc-h7",
    .state_bytes = sizeof(struct rcc),
    .init = init,
    .read = regs_read,
    .write = rcc_write,
};
