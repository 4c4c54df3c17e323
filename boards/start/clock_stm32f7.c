/* SPDX-License-Identifier: 0BSD
 *
 * STM32F7: HSI 16 MHz, PLL to BOARD_CLOCK_HZ, over-drive. Registers: RM0385 (F74x) and RM0410
 * (F76x), chapters flash, PWR, RCC.
 * VCO input 16/8 = 2 MHz, VCO = 2 MHz * N, PLL output VCO/2: N is the clock in MHz (50 … 216).
 * Code runs from 0x08000000 (AXI, L1 caches); the ART accelerator serves only the ITCM alias.
 */
#include <stdint.h>

#include "reg.h"
#include "start.h"

#define RCC_CR      UINT32_C(0x40023800)
#define RCC_PLLCFGR UINT32_C(0x40023804)
#define RCC_CFGR    UINT32_C(0x40023808)
#define RCC_APB1ENR UINT32_C(0x40023840)
#define PWR_CR1     UINT32_C(0x40007000)
#define PWR_CSR1    UINT32_C(0x40007004)
#define FLASH_ACR   UINT32_C(0x40023C00)

#define PLL_N (BOARD_CLOCK_HZ / UINT32_C(1000000))
_Static_assert(PLL_N >= 50 && PLL_N <= 216, "the PLL does not reach this clock");

void clock_start(void)
{
    REG(RCC_APB1ENR) |= UINT32_C(1) << 28; /* PWREN */
    (void)REG(RCC_APB1ENR);
    reg_change(PWR_CR1, UINT32_C(3) << 14, UINT32_C(3) << 14); /* VOS: scale 1 */

    reg_change(RCC_CR, 0, 1); /* HSION */
    reg_wait(RCC_CR, 2, 2);   /* HSIRDY */
    /* PLLM 8, PLLN, PLLP /2 (0), source HSI (0), PLLQ 9 */
    reg_change(RCC_PLLCFGR, UINT32_C(0x0F437FFF), UINT32_C(9) << 24 | PLL_N << 6 | 8);
    reg_change(RCC_CR, 0, UINT32_C(1) << 24); /* PLLON */

    /* Over-drive (needed above 180 MHz): on, then the supply switches over (RM0385, 4.1.4) */
    reg_change(PWR_CR1, 0, UINT32_C(1) << 16);                /* ODEN */
    reg_wait(PWR_CSR1, UINT32_C(1) << 16, UINT32_C(1) << 16); /* ODRDY */
    reg_change(PWR_CR1, 0, UINT32_C(1) << 17);                /* ODSWEN */
    reg_wait(PWR_CSR1, UINT32_C(1) << 17, UINT32_C(1) << 17); /* ODSWRDY */
    reg_wait(RCC_CR, UINT32_C(1) << 25, UINT32_C(1) << 25);   /* PLLRDY */

    REG(FLASH_ACR) = UINT32_C(3) << 8 | BOARD_WAIT_STATES; /* ARTEN, PRFTEN, latency */
    reg_wait(FLASH_ACR, 0xF, BOARD_WAIT_STATES);

    /* AHB /1, APB1 /4 (54 MHz), APB2 /2 (108 MHz) */
    reg_change(RCC_CFGR, UINT32_C(0xFCF0), UINT32_C(5) << 10 | UINT32_C(4) << 13);
    reg_change(RCC_CFGR, 3, 2); /* SW: PLL */
    reg_wait(RCC_CFGR, 0xC, 8); /* SWS */
}
