/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RCC of the STM32L4 and L4+ (RM0432 chapter 6). MSI 4 MHz after reset, HSI 16 MHz.
 * PLL: source / M * N / R.
 */
#include "sim/periph/rcc.h"

enum {
    CR = 0x00,
    ICSCR = 0x04,
    CFGR = 0x08,
    PLLCFGR = 0x0c,
    PLLSAI1CFGR = 0x10,
    PLLSAI2CFGR = 0x14,
    BDCR = 0x90,
    CSR = 0x94,
    CRRCR = 0x98,
    HSI_HZ = 16000000,
};

static const struct reg_reset resets[] = {
    {CR, 0x00000063},          {ICSCR, 0x40000000},       {PLLCFGR, 0x00001000},
    {PLLSAI1CFGR, 0x00001000}, {PLLSAI2CFGR, 0x00001000}, {CSR, 0x0c000600},
};

static const struct reg_follow follows[] = {
    {CR, CR, 0, 1},     {CR, CR, 8, 10},  {CR, CR, 16, 17},
    {CR, CR, 24, 25},   {CR, CR, 26, 27}, {CR, CR, 28, 29},
    {BDCR, BDCR, 0, 1}, {CSR, CSR, 0, 1}, {CRRCR, CRRCR, 0, 1},
};

static uint32_t msi_hz(struct device *d)
{
    static const uint32_t khz[16] = {100,  200,  400,   800,   1000,  2000,
                                     4000, 8000, 16000, 24000, 32000, 48000};
    uint32_t cr = *regs_at(d, CR);
    uint32_t range = cr & 8U ? cr >> 4 & 15U : *regs_at(d, CSR) >> 8 & 15U;
    return khz[range] * 1000U;
}

static uint32_t pll_hz(struct device *d)
{
    uint32_t v = *regs_at(d, PLLCFGR), source = v & 3U;
    uint64_t in = source == 1   ? msi_hz(d)
                  : source == 2 ? HSI_HZ
                  : source == 3 ? rcc_hse_hz(d)
                                : 0;
    uint32_t n = v >> 8 & 0x7fU, m = (v >> 4 & 15U) + 1, r = ((v >> 25 & 3U) + 1) * 2;
    return (uint32_t)(in * n / m / r);
}

static void clocks(struct device *d, struct chip *c)
{
    uint32_t cfgr = *regs_at(d, CFGR), sw = cfgr & 3U;
    uint32_t sys = sw == 0 ? msi_hz(d) : sw == 1 ? HSI_HZ : sw == 2 ? rcc_hse_hz(d) : pll_hz(d);
    uint32_t hclk = sys / rcc_ahb_divider(cfgr >> 4 & 15U);
    uint32_t apb1 = rcc_apb_divider(cfgr >> 8 & 7U), apb2 = rcc_apb_divider(cfgr >> 11 & 7U);
    c->hclk_hz = hclk;
    c->axi_divider = 1;
    c->apb1_hz = hclk / apb1;
    c->apb2_hz = hclk / apb2;
    c->apb1_timer_hz = rcc_timer_hz(hclk, apb1);
    c->apb2_timer_hz = rcc_timer_hz(hclk, apb2);
}

static const struct rcc_family family = {
    .resets = resets,
    .reset_count = sizeof resets / sizeof *resets,
    .follows = follows,
    .follow_count = sizeof follows / sizeof *follows,
    .cfgr = CFGR,
    .sw_bits = 2,
    .sws_shift = 2,
    .clocks = clocks,
};

static bool init(struct device *d, struct err *e)
{
    (void)e;
    rcc_init(d, &family);
    return true;
}

const struct periph_ops periph_rcc_l4 = {
    .kind = "rcc-l4",
    .state_bytes = sizeof(struct rcc),
    .init = init,
    .read = regs_read,
    .write = rcc_write,
};
