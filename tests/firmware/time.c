/* SPDX-License-Identifier: 0BSD
 * Clocks: CYCCNT locked, unlocked, across code; SysTick polled. */
#include "fw.h"

int main(void)
{
    REG(0xe000edfc) |= 1U << 24;
    REG(0xe0001000) |= 1; /* locked on the M7: nothing counts */
    uint32_t a = CYCCNT, b = CYCCNT;
    print(a == b ? "still\n" : "counts\n");
    cyccnt_start();
    a = CYCCNT;
    for (volatile int i = 0; i < 100; i++)
        ;
    b = CYCCNT;
    print(b - a > 300 && b - a < 3000 ? "good\n" : "bad\n");
    a = CYCCNT;
    b = CYCCNT; /* two reads in one block: time passes inside it */
    print(b != a ? "moves\n" : "stuck\n");
    SYST_RVR = 0xffffff;
    SYST_CVR = 0;
    SYST_CSR = 5;
    uint32_t s0 = SYST_CVR, c0 = CYCCNT;
    for (volatile int i = 0; i < 100; i++)
        ;
    uint32_t s1 = SYST_CVR, c1 = CYCCNT;
    print((s0 - s1) + 20 > c1 - c0 && (s0 - s1) < c1 - c0 + 20 ? "agree\n" : "differ\n");
    SYST_RVR = 99;
    SYST_CVR = 0;
    uint32_t zeros = 0;
    c0 = CYCCNT;
    while (CYCCNT - c0 < 10000)
        zeros += SYST_CSR >> 16 & 1;
    print(zeros > 50 && zeros < 102 ? "flags\n" : "no flags\n");
    return 0;
}
