/* SPDX-License-Identifier: 0BSD
 *
 * Three threads on process stacks, switched by PendSV as the Cortex-M4F ports of real-time
 * kernels do it: SysTick asks for a switch every few hundred cycles, S16–S31 are saved when the
 * thread has used the FPU, the hardware does the rest. Two threads compute with floats, one
 * does not; the last is unprivileged and asks for the end with SVC. Each prints whether its sum
 * is what it would be alone. */
#include "fw.h"

enum { THREADS = 3, STACK_WORDS = 128, ROUNDS = 400 };

static uint32_t stacks[THREADS][STACK_WORDS] __attribute__((aligned(8)));
uint32_t *volatile tops[THREADS];
volatile uint32_t current, switches, basic, extended;
static volatile uint32_t done[THREADS];
uint32_t *next(uint32_t *top, uint32_t exc_return);

uint32_t *next(uint32_t *top, uint32_t exc_return)
{
    if (exc_return & 16)
        basic++;
    else
        extended++;
    tops[current] = top;
    current = (current + 1) % THREADS;
    switches++;
    return tops[current];
}

__attribute__((naked)) void pendsv_handler(void)
{
    __asm__ volatile("mrs r0, psp\n tst lr, #16\n it eq\n vstmdbeq r0!, {s16-s31}\n"
                     "stmdb r0!, {r4-r11, lr}\n mov r1, lr\n bl next\n"
                     "ldmia r0!, {r4-r11, lr}\n tst lr, #16\n it eq\n vldmiaeq r0!, {s16-s31}\n"
                     "msr psp, r0\n bx lr");
}

void systick_handler(void)
{
    ICSR = 1U << 28;
}

/* The first SVC starts thread 0; a later one ends the run. */
__attribute__((naked)) void svc_handler(void)
{
    __asm__ volatile("ldr r0, =started\n ldr r1, [r0]\n cbnz r1, 1f\n movs r1, #1\n"
                     "str r1, [r0]\n ldr r0, =tops\n ldr r0, [r0]\n"
                     "ldmia r0!, {r4-r11, lr}\n msr psp, r0\n bx lr\n"
                     "1: b finish");
}

volatile uint32_t started;
void finish(void);

void finish(void)
{
    SYST_CSR = 0;
    print(done[0] == 1 ? "one good\n" : "one bad\n");
    print(done[1] == 1 ? "two good\n" : "two bad\n");
    print(done[2] == 1 ? "three good\n" : "three bad\n");
    print(switches > 50 && basic > 10 && extended > 20 ? "switched\n" : "too few\n");
    leave(0);
}

__attribute__((noinline)) static float series(float step)
{
    float sum = 0, a = step, b = step * 2, c = step * 3, d = 1;
    for (int i = 0; i < ROUNDS; i++) {
        sum = sum * 0.5F + a * d * 0.125F;
        a = b * 0.5F + step;
        b = d * 0.25F + a * 0.5F - c;
        d = sum * 0.5F + b * 0.125F + 1.0F;
        c = a * 0.25F - d * 0.125F;
    }
    return sum + a + b + c + d;
}

static float alone[2];

static void floats_1(void)
{
    done[0] = series(0.25F) == alone[0] ? 1 : 2;
    for (;;)
        ;
}

static void floats_2(void)
{
    done[1] = series(0.375F) == alone[1] ? 1 : 2;
    for (;;)
        ;
}

static void integers(void)
{
    uint32_t sum = 1;
    for (uint32_t i = 0; i < 20 * ROUNDS; i++)
        sum = sum * 1664525 + i;
    uint32_t again = 1;
    for (uint32_t i = 0; i < 20 * ROUNDS; i++)
        again = again * 1664525 + i;
    done[2] = sum == again ? 1 : 2;
    while (!done[0] || !done[1])
        ;
    uint32_t control;
    __asm__ volatile("mov %0, #3\n msr control, %0\n isb\n mrs %0, control" : "=r"(control));
    if (control != 3) done[2] = 30 + control;
    __asm__ volatile("cpsid i\n mov r0, #0\n msr control, r0\n isb" ::: "r0"); /* no effect */
    __asm__ volatile("mrs %0, control" : "=r"(control));
    if (control != 3) done[2] = 40 + control;
    __asm__ volatile("svc 0");
}

static void make(uint32_t n, void (*entry)(void))
{
    uint32_t *top = stacks[n] + STACK_WORDS - 17;
    top[8] = 0xfffffffd;
    top[15] = (uint32_t)(uintptr_t)entry & ~1U;
    top[16] = 1U << 24;
    tops[n] = top;
}

__attribute__((noinline)) static void run(void)
{
    alone[0] = series(0.25F);
    alone[1] = series(0.375F);
    make(0, floats_1);
    make(1, floats_2);
    make(2, integers);
    SHPR3 = 0xf0U << 16 | 0xe0U << 24;
    SYST_RVR = 700;
    SYST_CVR = 0;
    SYST_CSR = 7;
    __asm__ volatile("mrs r0, control\n bic r0, #4\n msr control, r0\n isb\n svc 0" ::: "r0");
}

int main(void)
{
    CPACR |= 0xfU << 20;
    __asm__ volatile("dsb\n isb");
    run();
    return 1;
}
