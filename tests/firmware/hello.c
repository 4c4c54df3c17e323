/* SPDX-License-Identifier: 0BSD
 * Prints, runs two layers, ends with code 0. The stack of layer_b is 400 bytes and more. */
#include "fw.h"

uint32_t result[4];

__attribute__((noinline)) static uint32_t helper(uint32_t n)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum = sum * 31 + (i ^ sum >> 3);
    return sum;
}

__attribute__((noinline)) void layer_a(void)
{
    result[0] = helper(1000);
    result[1] = 0x11223344;
}

__attribute__((noinline)) void layer_b(void)
{
    volatile uint32_t big[100];
    for (int i = 0; i < 100; i++)
        big[i] = helper((uint32_t)i);
    result[2] = big[99];
}

int main(void)
{
    print("hello\n");
    layer_a();
    for (int i = 0; i < 3; i++)
        layer_b();
    print_hex(result[1]);
    return 0;
}
