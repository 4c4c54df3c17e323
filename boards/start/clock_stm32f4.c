/* SPDX-License-Identifier: 0BSD
 *
 * STM32F4: HSI 16 MHz, PLL to BOARD_CLOCK_HZ. Registers: RM0402 (F412), chapters 3 (flash), 5
 * (power), 6 (RCC); RM0090 has the same for F405/407.
 * VCO input 16/8 = 2 MHz, VCO = 2 MHz * N, PLL output VCO/2: N is the clock in MHz (50 … 216).
 */
#include <stdint.h>

#include "reg.h"
#include "start.h"

#define RCC_CR      UINT32_C(0x40023800)
#define RCC_PLLCFGR UINT32_C(0x40023804)
#define RCC_CFGR    UINT32_C(0x40023808)
#define RCC_APB1ENR UINT32_C(0x40023840)
#define PWR_CR      UINT32_C(0x40007000)
#define FLASH_ACR   UINT32_C(0x40023C00)

#define PLL_N (BOARD_CLOCK_HZ / UINT32_C(1000000))
_Static_assert(PLL_N >= 50 && PLL_N <= 180, "the PLL does not reach this clock");

void clock_start(void)
{
    REG(RCC_APB1ENR) |= UINT32_C(1) << 28; /* PWREN */
    (void)REG(RCC_APB1ENR);
    reg_change(PWR_CR, UINT32_C(3) << 14, UINT32_C(3) << 14); /* VOS: scale 1 */

    reg_change(RCC_CR, 0, 1); /* HSION */
    reg_wait(RCC_CR, 2, 2);   /* HSIRDY */
    /* PLLM 8, PLLN, PLLP /2 (0), source HSI (0), PLLQ 8; bits 30:28 keep their reset value */
    reg_change(RCC_PLLCFGR, UINT32_C(0x0F437FFF), UINT32_C(8) << 24 | PLL_N << 6 | 8);
    reg_change(RCC_CR, 0, UINT32_C(1) << 24);               /* PLLON */
    reg_wait(RCC_CR, UINT32_C(1) << 25, UINT32_C(1) << 25); /* PLLRDY */

    /* latency, prefetch, instruction cache, data cache */
    REG(FLASH_ACR) = UINT32_C(7) << 8 | BOARD_WAIT_STATES;
    reg_wait(FLASH_ACR, 0xF, BOARD_WAIT_STATES);

    /* AHB /1; APB1 /4 when above 100 MHz, else /2; APB2 /2 when above 100 MHz, else /1 */
    const uint32_t fast = BOARD_CLOCK_HZ > UINT32_C(100000000);
    reg_change(RCC_CFGR, UINT32_C(0xFCF0), (fast ? 5u : 4u) << 10 | (fast ? 4u : 0u) << 13);
    reg_change(RCC_CFGR, 3, 2); /* SW: PLL */
    reg_wait(RCC_CFGR, 0xC, 8); /* SWS */
}
