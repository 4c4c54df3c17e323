/* SPDX-License-Identifier: 0BSD
 * Divides of every kind, whose operands the tests know: powers of two by powers of two, in IT
 * blocks, by zero, beside an access to a device, with operands made just before. */
#include "fw.h"

volatile uint32_t sink;

/* 32 x 32 divides of each kind. */
__attribute__((noinline)) void sweep(void)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 32; i++)
        for (uint32_t j = 0; j < 32; j++) {
            uint32_t q, s;
            __asm__ volatile("udiv %0, %2, %3\n sdiv %1, %2, %3"
                             : "=&r"(q), "=r"(s)
                             : "r"(1U << i), "r"(1U << j));
            sum += q + s;
        }
    sink = sum;
}

/* 100 times one of two divides: 2^16 by 1 or 1 by 2^16. */
__attribute__((noinline)) void either(void)
{
    for (uint32_t i = 0; i < 100; i++)
        __asm__ volatile("mov r1, #1\n mov r2, #0x10000\n tst %0, #1\n"
                         "ite eq\n udiveq r3, r2, r1\n udivne r3, r1, r2"
                         :
                         : "r"(i)
                         : "r1", "r2", "r3", "cc");
}

/* 50 times by zero, 50 times zero by something. */
__attribute__((noinline)) void zeros(void)
{
    for (uint32_t i = 0; i < 50; i++)
        __asm__ volatile("movs r1, #0\n movs r2, #9\n udiv r3, r2, r1\n sdiv r3, r1, r2"
                         :
                         :
                         : "r1", "r2", "r3", "cc");
}

/* 40 times 1000 by -3, with a device in the same block, and 12 by 12 in place. */
__attribute__((noinline)) void beside(void)
{
    for (uint32_t i = 0; i < 40; i++)
        __asm__ volatile("movs r1, #250\n ldr r2, [%0]\n lsls r1, r1, #2\n mvn r2, #2\n"
                         "sdiv r3, r1, r2\n movs r1, #5\n adds r1, #7\n mov r2, r1\n"
                         "udiv r1, r1, r2"
                         :
                         : "r"(&SYST_RVR)
                         : "r1", "r2", "r3", "cc");
}

int main(void)
{
    sweep();
    either();
    zeros();
    beside();
    return 0;
}
