/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Chip state that firmware programs and that timing depends on. The devices (RCC, FLASH, SCB)
 * write it; the timing model reads it and never learns about registers.
 *
 *     periph/rcc, periph/flash, periph/scb ─► struct chip ─► timing/
 */
#ifndef SIM_CHIP_H
#define SIM_CHIP_H

#include <stdbool.h>
#include <stdint.h>

struct chip {
    uint32_t hclk_hz;                      /* CPU clock now */
    uint32_t axi_divider;                  /* CPU clock / AXI clock: 1, on H7 2 or more */
    uint32_t apb1_hz, apb2_hz;             /* of the serial ports */
    uint32_t apb1_timer_hz, apb2_timer_hz; /* kernel clocks of the timers on each APB */
    unsigned flash_wait_states;
    bool flash_prefetch, flash_icache, flash_dcache; /* ART on F4, L4, F7 (ITCM path) */
    bool l1_icache, l1_dcache;                       /* M7: SCB CCR */
    uint32_t generation; /* counts changes: memo keys and cached decisions are void after one */
};

#endif
