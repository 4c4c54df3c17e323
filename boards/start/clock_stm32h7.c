/* SPDX-License-Identifier: 0BSD
 *
 * STM32H743/753 (rev V): HSI 64 MHz, PLL1 to BOARD_CLOCK_HZ, AXI and AHB at half of it.
 * Registers: RM0433, chapters 4 (flash), 6 (PWR), 8 (RCC), 12 (SYSCFG).
 * VCO input 64/16 = 4 MHz, VCO = 4 MHz * N, PLL output VCO/2: N is half the clock in MHz.
 * 480 MHz needs VOS0: scale 1 first, then SYSCFG's over-drive bit (RM0433, 6.6.2).
 */
#include <stdint.h>

#include "reg.h"
#include "start.h"

#define RCC_CR        UINT32_C(0x58024400)
#define RCC_CFGR      UINT32_C(0x58024410)
#define RCC_D1CFGR    UINT32_C(0x58024418)
#define RCC_D2CFGR    UINT32_C(0x5802441C)
#define RCC_D3CFGR    UINT32_C(0x58024420)
#define RCC_PLLCKSELR UINT32_C(0x58024428)
#define RCC_PLLCFGR   UINT32_C(0x5802442C)
#define RCC_PLL1DIVR  UINT32_C(0x58024430)
#define RCC_APB4ENR   UINT32_C(0x580244F4)
#define PWR_CSR1      UINT32_C(0x58024804)
#define PWR_CR3       UINT32_C(0x5802480C)
#define PWR_D3CR      UINT32_C(0x58024818)
#define SYSCFG_PWRCR  UINT32_C(0x5800042C)
#define FLASH_ACR     UINT32_C(0x52002000)

#define PLL_N (BOARD_CLOCK_HZ / UINT32_C(2000000))
_Static_assert(PLL_N >= 100 && PLL_N <= 240, "the PLL does not reach this clock");

void clock_start(void)
{
    reg_change(PWR_CR3, 7, 6);                                  /* supply: LDO */
    reg_wait(PWR_CSR1, UINT32_C(1) << 13, UINT32_C(1) << 13);   /* ACTVOSRDY */
    reg_change(PWR_D3CR, UINT32_C(3) << 14, UINT32_C(3) << 14); /* VOS1 */
    reg_wait(PWR_D3CR, UINT32_C(1) << 13, UINT32_C(1) << 13);   /* VOSRDY */
    if (BOARD_CLOCK_HZ > UINT32_C(400000000)) {
        REG(RCC_APB4ENR) |= 2; /* SYSCFGEN */
        (void)REG(RCC_APB4ENR);
        reg_change(SYSCFG_PWRCR, 0, 1);                           /* ODEN: VOS0 */
        reg_wait(PWR_D3CR, UINT32_C(1) << 13, UINT32_C(1) << 13); /* VOSRDY */
    }

    reg_wait(RCC_CR, 4, 4);                              /* HSIRDY */
    reg_change(RCC_PLLCKSELR, 0x3F3, UINT32_C(16) << 4); /* source HSI, DIVM1 16 */
    /* PLL1: wide VCO, input 4 … 8 MHz, outputs P, Q, R on */
    reg_change(RCC_PLLCFGR, UINT32_C(0x7000F), UINT32_C(7) << 16 | UINT32_C(2) << 2);
    REG(RCC_PLL1DIVR) = UINT32_C(1) << 24 | UINT32_C(1) << 16 | UINT32_C(1) << 9 | (PLL_N - 1);
    reg_change(RCC_CR, 0, UINT32_C(1) << 24);               /* PLL1ON */
    reg_wait(RCC_CR, UINT32_C(1) << 25, UINT32_C(1) << 25); /* PLL1RDY */

    /* WRHIGHFREQ: 2 up to AXI 240 MHz, 1 below 185 MHz */
    const uint32_t write_delay = BOARD_CLOCK_HZ > UINT32_C(370000000) ? 2 : 1;
    REG(FLASH_ACR) = write_delay << 4 | BOARD_WAIT_STATES;
    reg_wait(FLASH_ACR, 0xF, BOARD_WAIT_STATES);

    REG(RCC_D1CFGR) = UINT32_C(4) << 4 | 8;                 /* CPU /1, AXI /2, APB3 /2 */
    REG(RCC_D2CFGR) = UINT32_C(4) << 8 | UINT32_C(4) << 4;  /* APB2 /2, APB1 /2 */
    REG(RCC_D3CFGR) = UINT32_C(4) << 4;                     /* APB4 /2 */
    reg_change(RCC_CFGR, 7, 3);                             /* SW: PLL1 */
    reg_wait(RCC_CFGR, UINT32_C(7) << 3, UINT32_C(3) << 3); /* SWS */
}
