/* SPDX-License-Identifier: 0BSD
 *
 * Start-up of the test firmwares. Interrupts 0 to 3, 19, 20, 28 and 37 have handlers
 * irq0_handler… that a test may define; every other vector is default_handler.
 */
#include "fw.h"

extern uint32_t _stack_top, _data_load, _data_start, _data_end, _bss_start, _bss_end;

void reset_handler(void);
void default_handler(void);

void default_handler(void)
{
    for (;;)
        __asm__ volatile("");
}

#define WEAK __attribute__((weak, alias("default_handler")))
void nmi_handler(void) WEAK;
void hard_fault_handler(void) WEAK;
void mem_manage_handler(void) WEAK;
void bus_fault_handler(void) WEAK;
void usage_fault_handler(void) WEAK;
void svc_handler(void) WEAK;
void debug_handler(void) WEAK;
void pendsv_handler(void) WEAK;
void systick_handler(void) WEAK;
void irq0_handler(void) WEAK;
void irq1_handler(void) WEAK;
void irq2_handler(void) WEAK;
void irq3_handler(void) WEAK;
void irq19_handler(void) WEAK;
void irq20_handler(void) WEAK;
void irq28_handler(void) WEAK;
void irq37_handler(void) WEAK;

typedef void (*vector)(void);
__attribute__((section(".vectors"), used)) const vector vectors[16 + 64] = {
    (vector)(uintptr_t)&_stack_top,
    reset_handler,
    nmi_handler,
    hard_fault_handler,
    mem_manage_handler,
    bus_fault_handler,
    usage_fault_handler,
    0,
    0,
    0,
    0,
    svc_handler,
    debug_handler,
    0,
    pendsv_handler,
    systick_handler,
    irq0_handler,
    irq1_handler,
    irq2_handler,
    irq3_handler,
    [20 ... 34] = default_handler,
    [16 + 19] = irq19_handler,
    [16 + 20] = irq20_handler,
    [37 ... 43] = default_handler,
    [16 + 28] = irq28_handler,
    [45 ... 52] = default_handler,
    [16 + 37] = irq37_handler,
    [54 ... 79] = default_handler,
};

void reset_handler(void)
{
    for (uint32_t *to = &_data_start, *from = &_data_load; to < &_data_end;)
        *to++ = *from++;
    for (uint32_t *to = &_bss_start; to < &_bss_end;)
        *to++ = 0;
    leave((uint32_t)main());
}

void leave(uint32_t code)
{
    uint32_t block[2] = {0x20026, code};
    semihost(0x20, block);
    for (;;)
        ;
}

void print_hex(uint32_t value)
{
    char text[10];
    for (int i = 7; i >= 0; i--, value >>= 4)
        text[i] = "0123456789abcdef"[value & 15];
    text[8] = '\n';
    text[9] = 0;
    print(text);
}

void print_number(uint32_t value)
{
    char text[12];
    int i = 11;
    text[i] = 0;
    text[--i] = '\n';
    do
        text[--i] = (char)('0' + value % 10);
    while (value /= 10);
    print(text + i);
}

void cyccnt_start(void)
{
    REG(0xe000edfc) |= 1U << 24; /* DEMCR.TRCENA */
    REG(0xe0001fb0) = 0xc5acce55;
    CYCCNT = 0;
    REG(0xe0001000) |= 1;
}
