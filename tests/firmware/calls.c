/* SPDX-License-Identifier: 0BSD
 * Calls of every kind: an invoke() in the manner of a code generator (again and again, in a
 * loop, as its last jump), kernels in kernels, recursion, longjmp, a function pointer,
 * interrupts in between, two threads that take turns in the middle of a function. */
#include "fw.h"

volatile uint32_t sink;
static volatile uint32_t ticks;

__attribute__((noinline)) static void work(uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        sink = sink * 31 + i;
}

__attribute__((noinline)) void tick_work(void)
{
    ticks++;
    work(3);
}

void systick_handler(void)
{
    tick_work();
}

/* ---- an inference ---- */

__attribute__((noinline)) void convolve_1x1_s8(uint32_t n)
{
    work(n);
    sink++;
}

__attribute__((noinline)) void depthwise_kernel3x3_CHW(void)
{
    work(30);
    sink++;
}

__attribute__((noinline)) void add_fpreq(void)
{
    for (int i = 0; i < 20; i++)
        sink += 3;
}

__attribute__((naked, noinline)) void last_jump(void)
{
    __asm__ volatile("mov r0, #40\n b convolve_1x1_s8");
}

__attribute__((naked, noinline)) void invoke(void)
{
    __asm__ volatile("push {r4, lr}\n"
                     "mov r0, #100\n bl convolve_1x1_s8\n"
                     "bl depthwise_kernel3x3_CHW\n"
                     "mov r0, #50\n bl convolve_1x1_s8\n"
                     "mov r4, #3\n"
                     "1: bl add_fpreq\n"
                     "subs r4, #1\n bne 1b\n"
                     "bl last_jump\n"
                     "pop {r4, lr}\n"
                     "b depthwise_kernel3x3_CHW");
}

/* ---- kernels in kernels ---- */

__attribute__((noinline)) void arm_convolve_s8(void)
{
    work(25);
    sink++;
}

__attribute__((noinline)) void arm_convolve_wrapper_s8(void)
{
    arm_convolve_s8();
    sink++;
}

__attribute__((noinline)) uint32_t arm_convolve_s8_get_buffer_size(void) /* is no kernel */
{
    return sink + 1;
}

static void (*volatile kernel)(void) = arm_convolve_wrapper_s8;

/* ---- recursion, longjmp ---- */

__attribute__((noinline)) uint32_t recursive(uint32_t n)
{
    return n < 2 ? n : recursive(n - 1) + recursive(n - 2);
}

static uint32_t saved[10];

__attribute__((naked, noinline)) uint32_t set_jump(uint32_t *to)
{
    (void)to;
    __asm__ volatile("mov r1, sp\n stmia r0, {r1, r4-r11, lr}\n mov r0, #0\n bx lr");
}

__attribute__((naked, noinline)) void long_jump(uint32_t *from)
{
    (void)from;
    __asm__ volatile("ldmia r0, {r1, r4-r11, lr}\n mov sp, r1\n mov r0, #1\n bx lr");
}

__attribute__((noinline)) void deep(uint32_t n)
{
    if (n == 0)
        long_jump(saved);
    else
        deep(n - 1);
    sink++;
}

__attribute__((noinline)) void jumps(void)
{
    if (!set_jump(saved)) deep(5);
    work(10);
}

/* ---- threads ---- */

static uint32_t stacks[2][96] __attribute__((aligned(8)));
uint32_t waiting; /* stack pointer of the thread that waits */

__attribute__((naked)) void pendsv_handler(void)
{
    __asm__ volatile("mrs r0, psp\n stmdb r0!, {r4-r11}\n"
                     "ldr r1, =waiting\n ldr r2, [r1]\n str r0, [r1]\n"
                     "ldmia r2!, {r4-r11}\n msr psp, r2\n bx lr\n.ltorg");
}

__attribute__((noinline)) static void yield(void)
{
    ICSR = 1U << 28;
    __asm__ volatile("dsb\n isb");
}

__attribute__((noinline)) void work_a(void)
{
    work(10);
    yield();
    work(10);
    sink++;
}

__attribute__((noinline)) void work_b(void)
{
    yield();
    work(200);
    sink++;
}

__attribute__((noinline)) void thread_b(void)
{
    for (;;)
        work_b();
}

__attribute__((noinline)) void thread_a(void)
{
    for (int i = 0; i < 4; i++)
        work_a();
}

__attribute__((noinline)) static void run_threads(void)
{
    uint32_t *frame = &stacks[1][96 - 16];
    frame[8 + 6] = (uint32_t)thread_b & ~1U;
    frame[8 + 7] = 1U << 24;
    waiting = (uint32_t)frame;
    __asm__ volatile("msr psp, %0\n mov r0, #2\n msr control, r0\n isb\n"
                     "bl thread_a\n"
                     "mov r0, #0\n msr control, r0\n isb" ::"r"(stacks[0] + 96)
                     : "r0", "r1", "r2", "r3", "r12", "lr", "memory", "cc");
}

/* Bits 1 and 0 of SP read as zero, whatever a linker script calls the stack's top. */
__attribute__((naked, noinline)) uint32_t odd_stack(void)
{
    __asm__ volatile("mov r1, sp\n sub r0, r1, #9\n mov sp, r0\n b 1f\n"
                     "1: push {r4, r5}\n pop {r4, r5}\n mov r0, sp\n mov sp, r1\n"
                     "subs r0, r1, r0\n bx lr");
}

int main(void)
{
    SHPR3 = 0xf0U << 16 | 0x40U << 24;
    SYST_RVR = 499;
    SYST_CVR = 0;
    SYST_CSR = 7;
    invoke();
    invoke();
    sink = arm_convolve_s8_get_buffer_size();
    kernel();
    arm_convolve_s8();
    sink = recursive(7);
    jumps();
    run_threads();
    SYST_CSR = 0;
    print(odd_stack() == 12 ? "done\n" : "odd\n");
    return 0;
}
