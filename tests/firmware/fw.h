/* SPDX-License-Identifier: 0BSD
 *
 * What the test firmwares share: a vector table, start-up, semihosting, register access.
 * Each firmware is one .c file with a main(); handlers are overridden by defining them.
 */
#ifndef FW_H
#define FW_H

#include <stdint.h>

#define REG(addr)   (*(volatile uint32_t *)(addr))
#define CYCCNT      REG(0xe0001004)
#define SYST_CSR    REG(0xe000e010)
#define SYST_RVR    REG(0xe000e014)
#define SYST_CVR    REG(0xe000e018)
#define ICSR        REG(0xe000ed04)
#define VTOR        REG(0xe000ed08)
#define AIRCR       REG(0xe000ed0c)
#define CCR         REG(0xe000ed14)
#define SHPR3       REG(0xe000ed20)
#define SCR         REG(0xe000ed10)
#define SHCSR       REG(0xe000ed24)
#define CFSR        REG(0xe000ed28)
#define HFSR        REG(0xe000ed2c)
#define MMFAR       REG(0xe000ed34)
#define BFAR        REG(0xe000ed38)
#define MPU_CTRL    REG(0xe000ed94)
#define MPU_RNR     REG(0xe000ed98)
#define MPU_RBAR    REG(0xe000ed9c)
#define MPU_RASR    REG(0xe000eda0)
#define FPCCR       REG(0xe000ef34)
#define FPCAR       REG(0xe000ef38)
#define CPACR       REG(0xe000ed88)
#define NVIC_ISER0  REG(0xe000e100)
#define NVIC_ISPR0  REG(0xe000e200)
#define NVIC_IPR(n) (*(volatile uint8_t *)(0xe000e400 + (n)))

static inline uint32_t semihost(uint32_t operation, const void *block)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static inline void print(const char *text)
{
    semihost(4, text);
}

void print_hex(uint32_t value);
void print_number(uint32_t value);
void leave(uint32_t code) __attribute__((noreturn));
void cyccnt_start(void);
int main(void);

#endif
