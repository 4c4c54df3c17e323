/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RCC of the STM32F4 and F7 (RM0402 chapter 6, RM0385 chapter 5). HSI 16 MHz.
 * PLL: source / M * N / P.
 */
#include "sim/periph/rcc.h"

enum { CR = 0x00, PLLCFGR = 0x04, CFGR = 0x08, BDCR = 0x70, CSR = 0x74 };
enum { PLLSAICFGR = 0x88, DCKCFGR = 0x8c };
enum { HSI_HZ = 16000000 };

static const struct reg_reset resets[] = {
    {CR, 0x00000083}, {PLLCFGR, 0x24003010}, {CSR, 0x0e000000}};

static const struct reg_follow follows[] = {
    {CR, CR, 0, 1},   {CR, CR, 16, 17},   {CR, CR, 24, 25}, {CR, CR, 26, 27},
    {CR, CR, 28, 29}, {BDCR, BDCR, 0, 1}, {CSR, CSR, 0, 1},
};

static uint32_t pll_hz(struct device *d)
{
    uint32_t v = *regs_at(d, PLLCFGR);
    uint32_t m = v & 0x3fU, n = v >> 6 & 0x1ffU, p = ((v >> 16 & 3U) + 1) * 2;
    uint64_t in = v >> 22 & 1U ? rcc_hse_hz(d) : HSI_HZ;
    return m ? (uint32_t)(in * n / m / p) : 0;
}

/* PLLSAI: the main PLL's source / M * N / R / 2, 4, 8 or 16. */
static uint32_t pixel_hz(struct device *d)
{
    uint32_t main = *regs_at(d, PLLCFGR), sai = *regs_at(d, PLLSAICFGR), m = main & 0x3fU;
    uint32_t n = sai >> 6 & 0x1ffU, r = sai >> 28 & 7U;
    uint64_t in = main >> 22 & 1U ? rcc_hse_hz(d) : HSI_HZ;
    if (!m || !r || !(*regs_at(d, CR) >> 28 & 1U)) return 0;
    return (uint32_t)(in * n / m / r / (2U << (*regs_at(d, DCKCFGR) >> 16 & 3U)));
}

static void clocks(struct device *d, struct chip *c)
{
    uint32_t cfgr = *regs_at(d, CFGR), sw = cfgr & 3U;
    uint32_t sys = sw == 0 ? HSI_HZ : sw == 1 ? rcc_hse_hz(d) : pll_hz(d);
    uint32_t hclk = sys / rcc_ahb_divider(cfgr >> 4 & 15U);
    uint32_t apb1 = rcc_apb_divider(cfgr >> 10 & 7U), apb2 = rcc_apb_divider(cfgr >> 13 & 7U);
    c->hclk_hz = hclk;
    c->axi_divider = 1;
    c->apb1_hz = hclk / apb1;
    c->apb2_hz = hclk / apb2;
    if (*regs_at(d, DCKCFGR) >> 24 & 1U) { /* TIMPRE: up to four times the APB's clock */
        c->apb1_timer_hz = apb1 <= 4 ? hclk : hclk / apb1 * 4;
        c->apb2_timer_hz = apb2 <= 4 ? hclk : hclk / apb2 * 4;
    } else {
        c->apb1_timer_hz = rcc_timer_hz(hclk, apb1);
        c->apb2_timer_hz = rcc_timer_hz(hclk, apb2);
    }
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
    .pixel_hz = pixel_hz,
};

static bool init(struct device *d, struct err *e)
{
    (void)e;
    rcc_init(d, &family);
    return true;
}

const struct periph_ops periph_rcc_f4 = {
    .kind = "rcc-f4",
    .state_bytes = sizeof(struct rcc),
    .init = init,
    .read = regs_read,
    .write = rcc_write,
};

const struct periph_ops periph_rcc_f7 = {
    .kind = "rcc-f7",
    .state_bytes = sizeof(struct rcc),
    .init = init,
    .read = regs_read,
    .write = rcc_write,
};
