/* SPDX-License-Identifier: 0BSD
 *
 * How soon an interrupt is taken (ARMv7-M ARM B1.5): straight code runs in which r2 counts the
 * instructions behind the one that makes an interrupt pending, or lets it come. The handler
 * notes what it had counted; afterwards it must have counted all. Then ticks inside straight
 * and inside conditional code, with the time since the tick as SysTick itself shows it. */
#include "fw.h"

#define TIM2 0x40000000

static volatile uint32_t taken; /* how often */
static volatile uint32_t counted, longest, ticks;

/* r2 is on no frame that C code sees: the first instructions of the handler note it. */
#define NOTE(name)                                                                             \
    __attribute__((naked)) void name(void)                                                     \
    {                                                                                          \
        __asm__ volatile("ldr r0, =counted\n str r2, [r0]\n ldr r0, =taken\n ldr r1, [r0]\n"   \
                         "adds r1, #1\n str r1, [r0]\n"                                        \
                         "ldr r0, =0x40000010\n movs r1, #0\n str r1, [r0]\n dsb\n bx lr\n"    \
                         ".ltorg");                                                            \
    }
NOTE(irq0_handler)
NOTE(irq28_handler)
NOTE(pendsv_handler)

#define COUNT4   "adds r2, #1\n adds r2, #1\n adds r2, #1\n adds r2, #1\n"
#define COUNT16  COUNT4 COUNT4 COUNT4 COUNT4
#define COUNT64  COUNT16 COUNT16 COUNT16 COUNT16
#define COUNT256 COUNT64 COUNT64 COUNT64 COUNT64

/* The instruction that matters, with r0 an address and r1 a value, then 64 that count. */
#define TRY(name, address, value, insn)                                                        \
    do {                                                                                       \
        print(name);                                                                           \
        taken = 0;                                                                             \
        counted = 99;                                                                          \
        register uint32_t a __asm__("r0") = (address);                                         \
        register uint32_t v __asm__("r1") = (value);                                           \
        register uint32_t n __asm__("r2") = 0;                                                 \
        __asm__ volatile(insn "\n" COUNT64 "isb"                                               \
                         : "+r"(a), "+r"(v), "+r"(n)::"r3", "cc", "memory");                   \
        result(n);                                                                             \
    } while (0)

__attribute__((noinline)) static void result(uint32_t all)
{
    print(taken == 1 ? counted <= 1 ? " at once" : " late" : " not once");
    print(all == 64 ? "\n" : ", and what was interrupted is wrong\n");
}

static void long_stores(void) /* not at once under a debugger */
{
    TRY("writeback", 0xe000e1fc, 1, "str r1, [r0, #4]!\n ubfx r3, r0, #0, #4\n add r2, r3");
    TRY("pair", 0xe000e200, 1, "mov r3, #0\n strd r1, r3, [r0]");
}

static void triggers(void)
{
    TRY("ISPR", 0xe000e200, 1, "str r1, [r0]");
    TRY("ISPR, DSB", 0xe000e200, 1, "str r1, [r0]\n dsb");
    TRY("STIR", 0xe000ef00, 0, "str r1, [r0]");
    TRY("ICSR", 0xe000ed04, 1U << 28, "str r1, [r0]");
    TRY("a timer's EGR", TIM2 + 0x14, 1, "str r1, [r0]");
    TRY("condition", 0xe000e200, 1,
        "cmp r1, #1\n itete eq\n streq r1, [r0]\n addne r2, #50\n moveq r3, r2\n addne r2, "
        "#50");
    __asm__ volatile("cpsid i");
    NVIC_ISPR0 = 1;
    TRY("CPSIE", 0, 0, "cpsie i");
    __asm__ volatile("cpsid i");
    NVIC_ISPR0 = 1;
    TRY("MSR PRIMASK", 0, 0, "msr primask, r1");
    __asm__ volatile("msr basepri, %0" ::"r"(0x40));
    NVIC_ISPR0 = 1;
    TRY("MSR BASEPRI", 0, 0, "msr basepri, r1");
    __asm__ volatile("cpsid f");
    NVIC_ISPR0 = 1;
    TRY("CPSIE f", 0, 0, "cpsie f");
    NVIC_IPR(0) = 0;
    __asm__ volatile("msr basepri, %0" ::"r"(0x40)); /* which priority 0 passes */
    TRY("passed", 0xe000e200, 1, "str r1, [r0]");
    __asm__ volatile("msr basepri, %0" ::"r"(0));
    NVIC_IPR(0) = 0x80;
    REG(0xe000e180) = 1; /* enabled only later */
    NVIC_ISPR0 = 1;
    TRY("ISER", 0xe000e100, 1, "str r1, [r0]");
}

/* The time since the counter was zero is what SysTick has counted down. */
__attribute__((naked)) void systick_handler(void)
{
    __asm__ volatile("ldr r0, =0xe000e014\n ldrd r0, r1, [r0]\n subs r0, r1\n"
                     "ldr r1, =longest\n ldr r3, [r1]\n cmp r0, r3\n it hi\n strhi r0, [r1]\n"
                     "ldr r1, =ticks\n ldr r3, [r1]\n adds r3, #1\n str r3, [r1]\n bx lr\n"
                     ".ltorg");
}

__attribute__((noinline)) static void straight(uint32_t period, uint32_t rounds)
{
    uint32_t n = 0, k = rounds;
    longest = ticks = 0;
    SYST_RVR = period;
    SYST_CVR = 0;
    SYST_CSR = 7;
    __asm__ volatile("movs r2, #0\n 1:\n" COUNT256 "subs %1, #1\n bne 1b\n mov %0, r2"
                     : "=&r"(n), "+r"(k)::"r2", "cc");
    SYST_CSR = 0;
    print(n == 256 * rounds ? "all counted, " : "counted wrongly, ");
    print(ticks >= rounds * 256 / (period + 1) - 1 ? "all ticks, " : "ticks are missing, ");
    print(longest < 64 ? "in time\n" : "late\n");
}

/* Blocks of IT, with loads and stores. */
__attribute__((noinline)) static void conditional(uint32_t period)
{
    uint32_t n = 0, k = 500, words[2] = {0};
    longest = ticks = 0;
    SYST_RVR = period;
    SYST_CVR = 0;
    SYST_CSR = 7;
#define STEP                                                                                   \
    "ands r3, r2, #1\n itete eq\n addeq r2, #1\n addne r2, #3\n streq r2, [%[words]]\n"        \
    "strne r2, [%[words], #4]\n itt ne\n ldrne r3, [%[words], #4]\n subne r2, r3, #2\n"
    __asm__ volatile("movs r2, #0\n 1:\n" STEP STEP STEP STEP STEP STEP STEP STEP
                     "subs %[k], #1\n bne 1b\n mov %[n], r2"
                     : [n] "=&r"(n), [k] "+r"(k)
                     : [words] "r"(words)
                     : "r2", "r3", "cc", "memory");
    SYST_CSR = 0;
    print(n == 4000 ? "all counted, " : "counted wrongly, ");
    print(longest < 64 ? "in time\n" : "late\n");
}

int main(void)
{
    NVIC_IPR(0) = NVIC_IPR(28) = 0x80;
    NVIC_ISER0 = 1U << 0 | 1U << 28;
    REG(TIM2 + 0x0c) = 1; /* DIER.UIE */
    triggers();
    if (semihost(7, 0) == 'a') long_stores();
    straight(1500, 40);
    straight(1499, 400); /* hot: another executor runs it */
    straight(163, 400);
    conditional(201);
    return 0;
}
