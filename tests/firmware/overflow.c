/* SPDX-License-Identifier: 0BSD
 *
 * Console input "s": the stack grows down into data, and what it spoils is used. "h": a hot
 * loop runs off the end of memory. */
#include "fw.h"

#define RAM_WORDS 15360 /* 60 of 64 KiB */
static volatile uint32_t data[RAM_WORDS];

__attribute__((noinline)) static uint32_t deep(uint32_t n)
{
    volatile uint32_t frame[64];
    for (int i = 0; i < 64; i++)
        frame[i] = 0xb0000000U;
    return n ? deep(n - 1) + frame[n & 63] : REG(data[RAM_WORDS - 64]);
}

/* r1 counts, every second word is skipped by a condition, three words a round are stored. */
__attribute__((naked, noinline)) static void run_off(uint32_t *from)
{
    __asm__ volatile("push {r4, lr}\n mov r1, #0\n mov r2, #1\n"
                     "1: adds r1, #1\n tst r1, #1\n ittee eq\n"
                     "ldreq r3, [r0]\n streq r1, [r0]\n ldrne r3, [sp]\n strne r3, [sp]\n"
                     "str r1, [r0, #4]\n add r4, r1, r2\n str.w r4, [r0, #8]!\n b 1b\n");
    (void)from;
}

int main(void)
{
    if (semihost(7, 0) == 'h') run_off((uint32_t *)(uintptr_t)(REG(0x20000000) | 0x2003fc00));
    return (int)deep(24);
}
