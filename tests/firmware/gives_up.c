/* SPDX-License-Identifier: 0BSD
 * A bad load, and a HardFault handler that does what the console input's first character says
 * and never returns. */
#include "fw.h"

void hard_fault_handler(void)
{
    static volatile uint32_t n;
    switch (semihost(7, 0)) {
    case 'x': /* as newlib's abort does */
        leave(0);
    case 'c':
        for (;;)
            n++;
    case 'b':
        __asm__ volatile("bkpt 0");
        break;
    case 'f':
        n = REG(0x9fff0020);
        break;
    case 'r':
        AIRCR = 0x05fa0004;
        break;
    case 'w':
        __asm__ volatile("wfi");
        break;
    case 's':
        SYST_RVR = 999; /* it would interrupt, were it urgent enough */
        SYST_CSR = 7;
        break;
    case 'v':
        __asm__ volatile("svc 0");
        break;
    }
    n = 1;
    while (n)
        ;
}

int main(void)
{
    return (int)REG(0x9fff0010);
}
