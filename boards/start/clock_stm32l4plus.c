/* SPDX-License-Identifier: 0BSD
 *
 * STM32L4+: MSI 4 MHz, PLL to BOARD_CLOCK_HZ. Registers: RM0432, chapters 3 (flash), 5 (PWR),
 * 6 (RCC). VCO = 4 MHz * N, PLL output VCO/2: N is half the clock in MHz.
 * Above 80 MHz the regulator needs range 1 boost mode, and AHB has to pass through half the
 * clock for a microsecond (RM0432, 6.2.9).
 */
#include <stdint.h>

#include "reg.h"
#include "start.h"

#define RCC_CR       UINT32_C(0x40021000)
#define RCC_CFGR     UINT32_C(0x40021008)
#define RCC_PLLCFGR  UINT32_C(0x4002100C)
#define RCC_APB1ENR1 UINT32_C(0x40021058)
#define PWR_CR1      UINT32_C(0x40007000)
#define PWR_SR2      UINT32_C(0x40007014)
#define PWR_CR5      UINT32_C(0x40007080)
#define FLASH_ACR    UINT32_C(0x40022000)

#define PLL_N (BOARD_CLOCK_HZ / UINT32_C(2000000))
_Static_assert(PLL_N >= 16 && PLL_N <= 60, "the PLL does not reach this clock");

void clock_start(void)
{
    REG(RCC_APB1ENR1) |= UINT32_C(1) << 28; /* PWREN */
    (void)REG(RCC_APB1ENR1);
    reg_change(PWR_CR1, UINT32_C(3) << 9, UINT32_C(1) << 9); /* VOS: range 1 */
    reg_wait(PWR_SR2, UINT32_C(1) << 10, 0);                 /* VOSF */
    reg_change(PWR_CR5, UINT32_C(1) << 8, 0);                /* R1MODE 0: boost */

    reg_wait(RCC_CR, 2, 2); /* MSIRDY: MSI runs at 4 MHz after reset */
    /* source MSI, M = 1 (0), N, R = /2 (0), output R enabled */
    REG(RCC_PLLCFGR) = UINT32_C(1) << 24 | PLL_N << 8 | 1;
    reg_change(RCC_CR, 0, UINT32_C(1) << 24);               /* PLLON */
    reg_wait(RCC_CR, UINT32_C(1) << 25, UINT32_C(1) << 25); /* PLLRDY */

    /* latency, prefetch, instruction cache, data cache */
    REG(FLASH_ACR) = UINT32_C(7) << 8 | BOARD_WAIT_STATES;
    reg_wait(FLASH_ACR, 0xF, BOARD_WAIT_STATES);

    reg_change(RCC_CFGR, UINT32_C(0x3FF0), UINT32_C(8) << 4); /* AHB /2, APB1 /1, APB2 /1 */
    reg_change(RCC_CFGR, 3, 3);                               /* SW: PLL */
    reg_wait(RCC_CFGR, 0xC, 0xC);                             /* SWS */
    for (volatile int i = 0; i < 40; i++) {                   /* at least 1 us at 60 MHz */
    }
    reg_change(RCC_CFGR, UINT32_C(0xF0), 0); /* AHB /1 */
}
