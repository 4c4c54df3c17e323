/* SPDX-License-Identifier: 0BSD
 *
 * STM32H7A3/7B3: HSI 64 MHz, PLL1 to BOARD_CLOCK_HZ, AXI and AHB at the same clock.
 * Registers: RM0455, chapters 4 (flash), 6 (PWR), 8 (RCC).
 * VCO input 64/16 = 4 MHz, VCO = 4 MHz * N, PLL output VCO/2: N is half the clock in MHz.
 * The -Q parts are supplied by their own switching regulator.
 */
#include <stdint.h>

#include "reg.h"
#include "start.h"

#define RCC_CR        UINT32_C(0x58024400)
#define RCC_CFGR      UINT32_C(0x58024410)
#define RCC_CDCFGR1   UINT32_C(0x58024418)
#define RCC_CDCFGR2   UINT32_C(0x5802441C)
#define RCC_SRDCFGR   UINT32_C(0x58024420)
#define RCC_PLLCKSELR UINT32_C(0x58024428)
#define RCC_PLLCFGR   UINT32_C(0x5802442C)
#define RCC_PLL1DIVR  UINT32_C(0x58024430)
#define PWR_CSR1      UINT32_C(0x58024804)
#define PWR_CR3       UINT32_C(0x5802480C)
#define PWR_SRDCR     UINT32_C(0x58024818)
#define FLASH_ACR     UINT32_C(0x52002000)

#define PLL_N (BOARD_CLOCK_HZ / UINT32_C(2000000))
_Static_assert(PLL_N >= 64 && PLL_N <= 140, "the PLL does not reach this clock");

void clock_start(void)
{
    reg_change(PWR_CR3, 7, 4);                                   /* supply: SMPS, no LDO */
    reg_wait(PWR_CSR1, UINT32_C(1) << 13, UINT32_C(1) << 13);    /* ACTVOSRDY */
    reg_change(PWR_SRDCR, UINT32_C(3) << 14, UINT32_C(3) << 14); /* VOS0 */
    reg_wait(PWR_SRDCR, UINT32_C(1) << 13, UINT32_C(1) << 13);   /* VOSRDY */

    reg_wait(RCC_CR, 4, 4);                              /* HSIRDY */
    reg_change(RCC_PLLCKSELR, 0x3F3, UINT32_C(16) << 4); /* source HSI, DIVM1 16 */
    /* PLL1: wide VCO, input 4 … 8 MHz, outputs P, Q, R on */
    reg_change(RCC_PLLCFGR, UINT32_C(0x7000F), UINT32_C(7) << 16 | UINT32_C(2) << 2);
    REG(RCC_PLL1DIVR) = UINT32_C(1) << 24 | UINT32_C(1) << 16 | UINT32_C(1) << 9 | (PLL_N - 1);
    reg_change(RCC_CR, 0, UINT32_C(1) << 24);               /* PLL1ON */
    reg_wait(RCC_CR, UINT32_C(1) << 25, UINT32_C(1) << 25); /* PLL1RDY */

    REG(FLASH_ACR) = UINT32_C(3) << 4 | BOARD_WAIT_STATES; /* WRHIGHFREQ 3, latency */
    reg_wait(FLASH_ACR, 0xF, BOARD_WAIT_STATES);

    REG(RCC_CDCFGR1) = UINT32_C(4) << 4;                    /* CPU /1, AXI /1, APB3 /2 */
    REG(RCC_CDCFGR2) = UINT32_C(4) << 8 | UINT32_C(4) << 4; /* APB2 /2, APB1 /2 */
    REG(RCC_SRDCFGR) = UINT32_C(4) << 4;                    /* APB4 /2 */
    reg_change(RCC_CFGR, 7, 3);                             /* SW: PLL1 */
    reg_wait(RCC_CFGR, UINT32_C(7) << 3, UINT32_C(3) << 3); /* SWS */
}
