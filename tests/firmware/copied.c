/* SPDX-License-Identifier: 0BSD
 * Code that is copied to RAM, run, replaced by other code of the same length, run again; and a
 * function of .data. */
#include "fw.h"

static uint16_t code[8] __attribute__((aligned(8)));

__attribute__((section(".ramcode"), noinline)) uint32_t in_ram(uint32_t n)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i <= n; i++)
        sum += i;
    return sum;
}

static uint32_t run(void)
{
    __asm__ volatile("dsb\n isb" ::: "memory");
    return ((uint32_t(*)(void))((uintptr_t)code | 1))();
}

int main(void)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 50; i++) {
        code[0] = (uint16_t)(0x2000 | i); /* movs r0, #i */
        code[1] = 0x4770;                 /* bx lr */
        sum += run();
    }
    print_number(sum);
    print_number(in_ram(100));
    return 0;
}
