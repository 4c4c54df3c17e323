/* SPDX-License-Identifier: 0BSD
 *
 * Alignment: which unaligned accesses fault. Each case prints "fault" with CFSR and the
 * distance of the stacked pc from the instruction, or "passes"; a value that was loaded or
 * stored is right. On a Cortex-M7 that is the type of memory (0x40000000 on is Device memory,
 * backup SRAM included, and so is what the MPU makes of SRAM); on any core LDM, LDRD and
 * CCR.UNALIGN_TRP. */
#include "fw.h"

static uint32_t where, faults;
static uint32_t words[16] __attribute__((aligned(64)));
void caught(uint32_t *frame);

void caught(uint32_t *frame)
{
    uint16_t h = *(uint16_t *)(uintptr_t)frame[6];
    faults++;
    print("fault ");
    print_hex(CFSR + (frame[6] - where));
    CFSR = CFSR;
    frame[6] += h >> 11 >= 0x1d ? 4 : 2;
}

__attribute__((naked)) void usage_fault_handler(void)
{
    __asm__ volatile("tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n b caught");
}

/* The instruction is at 1: with the address in r0; r1 is loaded or stored. */
#define TRY(name, address, insn)                                                               \
    do {                                                                                       \
        print(name " ");                                                                       \
        uint32_t before = faults;                                                              \
        register uint32_t a __asm__("r0") = (uint32_t)(uintptr_t)(address);                    \
        register uint32_t v __asm__("r1") = 0x8765abcd;                                        \
        __asm__ volatile("adr r3, 1f\n str r3, %[where]\n .align 2\n1: " insn "\n"             \
                         : [where] "=m"(where), "+r"(a), "+r"(v)::"r2", "r3", "memory");       \
        value = v;                                                                             \
        if (faults == before) print("passes\n");                                               \
    } while (0)

static void all(uint32_t backup)
{
    volatile uint32_t value;
    TRY("register", 0x40020001, "ldr r1, [r0]");
    TRY("half", 0x40020001, "ldrh r1, [r0]");
    TRY("store", 0x40020021, "strh r1, [r0]");
    TRY("system", 0xe000ed09, "ldr r1, [r0]");
    if (backup) {
        *(volatile uint32_t *)backup = 0x04030201;
        TRY("backup", backup + 1, "ldrh r1, [r0]");
        TRY("backup store", backup + 1, "strh r1, [r0]");
        print_hex(*(volatile uint32_t *)backup);
        for (int i = 0; i < 40; i++) /* hot code is run by another executor */
            value = *(volatile uint16_t *)(backup + 2);
        __asm__ volatile("" ::"r"(value));
    }
    TRY("ram", (char *)words + 1, "ldr r1, [r0]");
    print_hex(value);
    TRY("pair", (char *)words + 2, "ldrd r1, r2, [r0]");
    TRY("multiple", (char *)words + 1, "ldm r0, {r1, r2}");
    TRY("multiple store", (char *)words + 2, "stm r0, {r1, r2}");
    TRY("exclusive", (char *)words + 1, "ldrex r1, [r0]");
    TRY("single", (char *)words + 2, "vldr s0, [r0]");
    TRY("double", (char *)words + 4, "vldr d0, [r0]"); /* a word's alignment is enough */
}

/* Round and round, until it is hot; then the address becomes unaligned. */
__attribute__((noinline)) static uint32_t loop(uint32_t from, uint32_t step)
{
    uint32_t sum = 0;
    __asm__ volatile("adr r3, 1f\n str r3, %[where]\n mov r2, #64\n .align 2\n"
                     "2: cmp r2, #8\n it lo\n addlo %[from], %[step]\n b 1f\n .align 2\n"
                     "1: ldrh r3, [%[from]]\n"
                     "adds %[sum], r3\n subs r2, #1\n bne 2b"
                     : [where] "=m"(where), [from] "+r"(from), [sum] "+r"(sum)
                     : [step] "r"(step)
                     : "r2", "r3", "cc", "memory");
    return sum;
}

int main(void)
{
    uint32_t backup = 0;
    CPACR |= 0xfU << 20;
    __asm__ volatile("dsb\n isb");
    SHCSR |= 7U << 16;
    if (semihost(7, 0) == 'b') backup = 0x40024000;
    for (uint32_t i = 0; i < 16; i++)
        words[i] = 0x01020304U * (i + 1);
    all(backup);
    if (backup) {
        print("hot \n");
        loop(backup, 1); /* 7 times: from one odd address to the next even one, … */
        print_number(faults);
    }
    print("typed \n");
    MPU_RNR = 0;
    MPU_RBAR = (uint32_t)(uintptr_t)words;
    MPU_RASR = 3 << 24 | 1 << 16 | 5 << 1 | 1; /* Device, 64 bytes */
    MPU_CTRL = 5;
    __asm__ volatile("dsb\n isb");
    volatile uint32_t value;
    TRY("ram", (char *)words + 1, "ldr r1, [r0]");
    TRY("aligned", words + 1, "ldr r1, [r0]");
    MPU_CTRL = 0;
    __asm__ volatile("dsb\n isb");
    print("trapped \n");
    CCR |= 1U << 3;
    TRY("ram", (char *)words + 1, "ldr r1, [r0]");
    TRY("half", (char *)words + 1, "strh r1, [r0]");
    TRY("double", (char *)words + 4, "vldr d0, [r0]");
    __asm__ volatile("" ::"r"(value));
    return 0;
}
