/* SPDX-License-Identifier: 0BSD
 * Single bits of memory and of a device through the Cortex-M4's aliases. */
#include "fw.h"

static volatile uint32_t word = 0x80000001;

#define ALIAS(addr, bit)                                                                       \
    REG(((addr)&0xf0000000U) + 0x02000000U + ((addr)&0xfffffU) * 32 + (bit)*4)

int main(void)
{
    uint32_t at = (uint32_t)(uintptr_t)&word;
    print_number(ALIAS(at, 0) + ALIAS(at, 1) * 10 + ALIAS(at, 31) * 100);
    ALIAS(at, 4) = 0xffffffff; /* only bit 0 counts */
    ALIAS(at, 5) = 0xfffffffe;
    ALIAS(at, 0) = 0;
    print_hex(word);
    ALIAS(at + 2, 7) = 1; /* by the byte: bit 23 */
    print_hex(word);
    REG(0x40023830) = 0; /* RCC_AHB1ENR */
    ALIAS(0x40023830U, 3) = 1;
    print_hex(REG(0x40023830));
    print_number(ALIAS(0x40023830U, 3));
    return (int)ALIAS(0x200f0000U, 0); /* no memory */
}
