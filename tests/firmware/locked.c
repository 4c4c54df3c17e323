/* SPDX-License-Identifier: 0BSD
 * Switches CYCCNT on without unlocking the DWT. */
#include "fw.h"

int main(void)
{
    REG(0xe000edfc) |= 1U << 24;
    REG(0xe0001000) |= 1;
    uint32_t a = CYCCNT, b = CYCCNT;
    print(a == b ? "still\n" : "counts\n");
    return 0;
}
