/* SPDX-License-Identifier: 0BSD
 * A bad load, and a HardFault handler that does what the console input's first character says
 * and never returns. */
#include "fw.h"

static uint32_t what;

/* Sleeps for ever, though it is woken now and then. */
void bus_fault_handler(void)
{
    static volatile uint32_t n;
    for (;; n++)
        __asm__ volatile("wfi");
}

void systick_handler(void) {}

void hard_fault_handler(void)
{
    static volatile uint32_t n;
    switch (what) {
    case 'x': /* as newlib's abort does */
        leave(0);
    case 'c':
        for (;;)
            n++;
    case 'n':
        return; /* to the same instruction */
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
    case 'u': /* waits for the second byte of a serial port, then exits */
        REG(0x4001100c) = 0x1000;
        REG(0x40011000) = 5;
        for (int i = 0; i < 2; i++) {
            while (!(REG(0x4001101c) & 0x20))
                ;
            n = REG(0x40011024);
        }
        leave(n);
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
    what = semihost(7, 0);
    if (what == 'p') {
        SHCSR = 1 << 17;
        REG(0xe000ed18) = 0x80 << 8; /* less urgent than SysTick */
        SYST_RVR = 0xffffff;
        SYST_CSR = 7;
    }
    return (int)REG(0x9fff0010);
}
