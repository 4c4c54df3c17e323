/* SPDX-License-Identifier: 0BSD
 *
 * Faults that a handler deals with: each case does one wrong thing; the handler prints which
 * exception it is, CFSR, HFSR, the fault address when there is one, how far the stacked pc is
 * from the case's label (or what it is), and r0, which says how far the case had come. It then
 * goes on behind the instruction. All of it twice: as HardFaults, and with the three other
 * faults enabled. */
#include "fw.h"

uint32_t counter;
static uint32_t where; /* the address of the instruction that fails */
static uint32_t good_frame[8] __attribute__((aligned(8)));
uint32_t caught(uint32_t *frame, uint32_t exc_return);
void resume(void);

static void hex(uint32_t v, int digits)
{
    char text[12];
    for (int i = digits; i-- > 0; v >>= 4)
        text[i] = "0123456789abcdef"[v & 15];
    text[digits] = ' ';
    text[digits + 1] = 0;
    print(text);
}

uint32_t caught(uint32_t *frame, uint32_t exc_return)
{
    uint32_t cfsr = CFSR, ipsr;
    __asm__ volatile("mrs %0, ipsr" : "=r"(ipsr));
    hex(ipsr, 2);
    hex(cfsr, 8);
    hex(HFSR, 8);
    if (cfsr & 1U << 7) hex(MMFAR, 8);
    if (cfsr & 1U << 15) hex(BFAR, 8);
    CFSR = cfsr;
    HFSR = HFSR;
    if (cfsr & 1U << 12) { /* STKERR: the stack is not there; one that is takes its place */
        good_frame[6] = (uint32_t)(uintptr_t)resume;
        good_frame[7] = 1U << 24;
        __asm__ volatile("msr psp, %0" ::"r"(good_frame));
        print("stack\n");
        return exc_return;
    }
    /* Sent elsewhere: the address; a return that failed: somewhere behind the request. */
    hex(cfsr & (1U << 0 | 1U << 8 | 1U << 17) ? frame[6]
        : cfsr & 1U << 18                     ? 0
                                              : frame[6] - where,
        8);
    hex(frame[0], 2);
    print(exc_return & 4 ? "process\n" : "main\n");
    if (cfsr & (1U << 0 | 1U << 8 | 1U << 17)) { /* sent to nowhere: back to the caller */
        frame[6] = frame[5] & ~1U;
        frame[7] |= 1U << 24;
        return exc_return;
    }
    uint16_t h = *(uint16_t *)(uintptr_t)frame[6];
    uint32_t it = (frame[7] >> 25 & 3) | (frame[7] >> 8 & 0xfc);
    frame[6] += h >> 11 >= 0x1d ? 4 : 2;
    it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
    frame[7] = (frame[7] & ~0x0600fc00U) | (it & 3) << 25 | (it & 0xfc) << 8;
    return cfsr & 1U << 18 ? 0xfffffff9U : exc_return;
}

#define ENTRY                                                                                  \
    __asm__ volatile("tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n mov r1, lr\n"      \
                     "push {r4, lr}\n bl caught\n pop {r4, lr}\n bx r0")
__attribute__((naked)) void hard_fault_handler(void)
{
    ENTRY;
}
__attribute__((naked)) void mem_manage_handler(void)
{
    ENTRY;
}
__attribute__((naked)) void bus_fault_handler(void)
{
    ENTRY;
}
__attribute__((naked)) void usage_fault_handler(void)
{
    ENTRY;
}
__attribute__((naked)) void debug_handler(void)
{
    ENTRY;
}

/* The failing instruction is at 1:, r0 is 1 before it and 2 behind it. */
#define TRY(name, before, insn, ...)                                                           \
    print(name " ");                                                                           \
    __asm__ volatile("adr r3, 1f\n str r3, %[where]\n" before "\n movs r0, #1\n .align 2\n"    \
                     "1: " insn "\n movs r0, #2\n"                                             \
                     : [where] "=m"(where)::"r0", "r1", "r2", "r3", "r4", "lr", "cc",          \
                       "memory")

void svc_handler(void)
{
    print("svc ");
    TRY("in a handler", "mvn r2, #0x60000000", "ldr r1, [r2]");
}

/* A return that cannot be; UsageFault or HardFault runs on the same frame. */
__attribute__((naked)) void pendsv_handler(void)
{
    __asm__ volatile("mvn lr, #14\n bx lr"); /* 0xfffffff1: to a handler */
}

/* An SVC on a process stack that is not there. */
__attribute__((naked, noinline)) static void bad_stack(void)
{
    __asm__ volatile("push {r4, lr}\n"
                     "ldr r0, =0x9fff1000\n msr psp, r0\n mov r0, #2\n msr control, r0\n isb\n"
                     "svc 0\n"
                     ".global resume\n .thumb_func\n resume:\n"
                     "mov r0, #0\n msr control, r0\n isb\n pop {r4, pc}");
}

static void all(void)
{
    TRY("load", "ldr r2, =0x9fff0010", "ldr r1, [r2]");
    TRY("store", "ldr r2, =0x9fff0000", "strh r1, [r2, #6]");
    TRY("pair", "ldr r2, =0x9fff0000", "ldrd r0, r1, [r2, #16]!");
    TRY("push", "ldr r2, =0x9fff0040", "stmdb r2!, {r0, r1, r4}");
    TRY("condition", "ldr r2, =0x9fff0000\n mov r4, sp",
        "cmp r2, r2\n ittee ne\n ldrne r1, [r4]\n strne r1, [r4]\n ldreq r1, [r2, r0, lsl "
        "#3]\n moveq r0, #3\n"
        "adds r0, #4\n subs r0, #4");
    counter = 0;
    TRY("conditional store", "ldr r2, =0x9fff0000\n ldr r4, =counter",
        "cmp r2, r2\n itte eq\n addeq r0, #2\n streq r1, [r2, r0, lsl #3]\n movne r0, #5\n"
        "ldr r1, [r4]\n adds r1, #1\n str r1, [r4]");
    hex(counter, 2);
    print("once\n");
    TRY("undefined", "", "udf #1");
    TRY("unaligned", "ldr r2, =0x20000102\n ldr r1, [r2]", "ldm r2, {r1, r4}");
    TRY("fpu off", "", "vldr s0, [r2]");
    CCR |= 1U << 4 | 1U << 3;
    TRY("divide", "movs r2, #0\n movs r1, #3\n udiv r4, r2, r1", "sdiv r1, r0, r2");
    TRY("trapped", "ldr r2, =0x20000102\n ldrh r1, [r2]", "ldr r1, [r2]");
    CCR &= ~(1U << 4 | 1U << 3);
    TRY("even", "ldr r2, =0x08000000", "blx r2");
    TRY("nowhere", "ldr r2, =0x60000001", "blx r2");
    TRY("device", "ldr r2, =0x40020001", "blx r2");
    TRY("breakpoint", "", "bkpt 1");
    REG(0xe000edfc) = 1U << 16; /* DEMCR.MON_EN */
    TRY("monitor", "", "bkpt 1");
    REG(0xe000edfc) = 0;
    CCR |= 1U << 8; /* BFHFNMIGN: nothing but the status bits */
    TRY("ignored", "ldr r2, =0x9fff0000\n cpsid f",
        "ldr r1, [r2]\n cmp r0, r0\n ite eq\n streq r1, [r2]\n movne r0, #3\n cpsie f");
    CCR &= ~(1U << 8);
    hex(CFSR, 8);
    hex(BFAR, 8);
    CFSR = CFSR;
    print("\n");
    TRY("masked svc", "cpsid i", "svc 0");
    __asm__ volatile("cpsie i");
    TRY("svc", "", "svc 0");
    TRY("return", "ldr r2, =0xe000ed04\n mov r1, #0x10000000\n str r1, [r2]\n dsb\n isb",
        "nop");
    print("\nstack ");
    bad_stack();
}

int main(void)
{
    NVIC_IPR(0) = 0;
    REG(0xe000ed1c) = 0x40U << 24; /* SVC less urgent than faults */
    SHPR3 = 0xf0U << 16;
    all();
    SHCSR = 7U << 16;
    print("enabled\n");
    all();
    return 0;
}
