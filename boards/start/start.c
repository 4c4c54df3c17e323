/* SPDX-License-Identifier: 0BSD
 *
 * Reset: the vector table and the way to main(). The linker script gives the symbols.
 * The clock comes first, because copying .data at 16 MHz would be a good part of start-up.
 * Only the 15 system vectors exist: nothing here enables an interrupt.
 */
#include "start.h"

#include <stdint.h>

#include "reg.h"
#include "semihost.h"

#define SCB_CPACR   UINT32_C(0xE000ED88)
#define SCB_CCR     UINT32_C(0xE000ED14)
#define SCB_CCSIDR  UINT32_C(0xE000ED80)
#define SCB_CSSELR  UINT32_C(0xE000ED84)
#define SCB_ICIALLU UINT32_C(0xE000EF50)
#define SCB_DCISW   UINT32_C(0xE000EF60)

extern uint32_t _data_load[], _data_start[], _data_end[], _bss_start[], _bss_end[];
extern uint32_t _stack_top[];

void Reset_Handler(void);
void Fault_Handler(void);

/* A debugger sees the program end with "run-time error"; without one it stands here. */
void Fault_Handler(void)
{
    semihost_exit(1);
}

union vector {
    void *stack;
    void (*handler)(void);
};

__attribute__((section(".vectors"), used)) static const union vector vectors[16] = {
    {.stack = _stack_top},
    {.handler = Reset_Handler},
    {.handler = Fault_Handler},
    {.handler = Fault_Handler},
    {.handler = Fault_Handler},
    {.handler = Fault_Handler},
    {.handler = Fault_Handler},
    {.stack = 0},
    {.stack = 0},
    {.stack = 0},
    {.stack = 0},
    {.handler = Fault_Handler},
    {.handler = Fault_Handler},
    {.stack = 0},
    {.handler = Fault_Handler},
    {.handler = Fault_Handler},
};

static void barrier(void)
{
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

#if defined(__ARM_ARCH_7EM__) && defined(BOARD_HAS_CACHES)
/* Caches come out of reset with random contents: invalidate, then enable (ARMv7-M ARM, B2.2).
 * CCSIDR: line words in bits 2:0 (log2 - 2), ways - 1 in 12:3, sets - 1 in 27:13. */
static void caches_start(void)
{
    REG(SCB_ICIALLU) = 0;
    barrier();
    REG(SCB_CCR) |= UINT32_C(1) << 17;
    REG(SCB_CSSELR) = 0;
    barrier();
    const uint32_t geometry = REG(SCB_CCSIDR);
    const uint32_t sets = (geometry >> 13) & 0x7FFF, ways = (geometry >> 3) & 0x3FF;
    for (uint32_t set = 0; set <= sets; set++)
        for (uint32_t way = 0; way <= ways; way++)
            REG(SCB_DCISW) = way << 30 | set << 5; /* 4 ways, 32-byte lines on every M7 */
    barrier();
    REG(SCB_CCR) |= UINT32_C(1) << 16;
    barrier();
}
#endif

__attribute__((noreturn)) void Reset_Handler(void)
{
    REG(SCB_CPACR) |= UINT32_C(0xF) << 20; /* full access to the FPU */
    barrier();
    clock_start();
#ifdef BOARD_HAS_CACHES
    caches_start();
#endif
    const uint32_t *from = _data_load;
    for (uint32_t *to = _data_start; to < _data_end;)
        *to++ = *from++;
    for (uint32_t *to = _bss_start; to < _bss_end;)
        *to++ = 0;
    semihost_exit(main());
}
