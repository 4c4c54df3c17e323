/* SPDX-License-Identifier: 0BSD
 *
 * Start: what runs between reset and main().
 *
 *     reset ─► FPU on ─► clock_start() ─► caches on (M7) ─► .data, .bss ─► main() ─► exit
 *
 * The build defines, from the board file:
 *   BOARD_CLOCK_HZ      HCLK that clock_start() must reach
 *   BOARD_WAIT_STATES   flash wait states at that clock
 */
#ifndef START_START_H
#define START_START_H

/* The chip family's: clock_<chip or family>.c. Supply, flash, PLL; runs before .data is there,
 * so it has no variables. */
void clock_start(void);

int main(void);

#endif
