/* SPDX-License-Identifier: 0BSD
 * Exceptions: SVC, PendSV after it, nested interrupts by priority, PRIMASK, PSP, FP context in
 * a handler, SysTick, tail chaining, WFI. Prints one letter an event; the order is the test. */
#include "fw.h"

static void put(char c)
{
    semihost(3, &c);
}

static volatile uint32_t ticks;
static volatile float shared_float;

void svc_handler(void)
{
    put('s');
    ICSR = 1U << 28; /* PendSV, less urgent: after us */
    put('S');
}

void pendsv_handler(void)
{
    put('p');
}

void irq0_handler(void) /* the less urgent one */
{
    put('a');
    NVIC_ISPR0 = 1U << 1;
    __asm__ volatile("dsb\n isb");
    put('A');
}

void irq1_handler(void)
{
    put('b');
}

void irq2_handler(void)
{
    __asm__ volatile("vmov.f32 s0, #2.0\n vmov.f32 s15, #3.0\n vadd.f32 s16, s0, s15" ::
                         : "s0", "s15", "s16");
    put('f');
}

void systick_handler(void)
{
    ticks++;
}

__attribute__((naked, noinline)) static uint32_t registers_survive(void)
{
    __asm__ volatile("push {r4, lr}\n"
                     "mov r0, #1\n mov r1, #2\n mov r2, #3\n mov r3, #4\n mov r12, #5\n"
                     "cmp r0, r0\n"
                     "svc 0\n"
                     "ite eq\n addeq r0, r0, r1\n movne r0, #99\n"
                     "add r0, r2\n add r0, r3\n add r0, r12\n"
                     "pop {r4, pc}");
}

__attribute__((noinline)) static float float_survives(void)
{
    float a = 1.25F, b;
    __asm__ volatile("vmov.f32 s0, %1\n"
                     "str %2, [%3]\n dsb\n isb\n"
                     "vmov.f32 %0, s0"
                     : "=t"(b)
                     : "t"(a), "r"(1U << 2), "r"(0xe000e200)
                     : "s0", "memory");
    return b;
}

static uint32_t process_stack[64] __attribute__((aligned(8)));

__attribute__((noinline)) static void on_process_stack(void)
{
    __asm__ volatile("mrs r1, msp\n msr psp, %0\n mov r0, #2\n msr control, r0\n isb\n"
                     "svc 0\n"
                     "mov r0, #0\n msr control, r0\n isb" ::"r"(process_stack + 64)
                     : "r0", "r1", "memory");
}

int main(void)
{
    CPACR |= 0xfU << 20;
    __asm__ volatile("dsb\n isb");
    SHPR3 = 0xf0U << 16 | 0x40U << 24; /* PendSV last, SysTick at 0x40 */
    NVIC_IPR(0) = 0x80;
    NVIC_IPR(1) = 0x40;
    NVIC_IPR(2) = 0x20;
    NVIC_ISER0 = 7;
    put('0' + (char)(registers_survive() % 10)); /* 15 */
    put('\n');
    NVIC_ISPR0 = 1; /* irq1 interrupts irq0 */
    __asm__ volatile("dsb\n isb");
    put('\n');
    __asm__ volatile("cpsid i"); /* both wait; the more urgent goes first, the other follows */
    NVIC_ISPR0 = 3;
    __asm__ volatile("dsb\n isb");
    put('-');
    __asm__ volatile("cpsie i\n isb");
    put('\n');
    uint32_t basepri = 0x40; /* irq1 (0x40) is held back, irq2 (0x20) is not */
    __asm__ volatile("msr basepri, %0\n isb" ::"r"(basepri));
    NVIC_ISPR0 = 6;
    __asm__ volatile("dsb\n isb");
    put('-');
    __asm__ volatile("msr basepri, %0\n isb" ::"r"(0));
    put('\n');
    put(float_survives() == 1.25F ? 'y' : 'n');
    put('\n');
    on_process_stack();
    put('\n');
    SYST_RVR = 999;
    SYST_CVR = 0;
    SYST_CSR = 7;
    while (ticks < 10)
        __asm__ volatile("wfi");
    while (ticks < 20)
        ;
    SYST_CSR = 0;
    print_number(ticks);
    return 0;
}
