/* SPDX-License-Identifier: 0BSD
 *
 * What an exception does with contexts: FP registers stored late, at once or not at all, frames
 * and their alignment, stacks, priorities, masks, sleep. Prints "name good" for each rule, or
 * what it saw. */
#include "fw.h"

#define STIR REG(0xe000ef00)
enum { ASPEN = 1U << 31, LSPEN = 1U << 30, LSPACT = 1, THREAD_FP = 0xffffffe9 };

static void put(char c)
{
    semihost(3, &c);
}

static void expect(const char *name, uint32_t got, uint32_t wanted)
{
    print(name);
    if (got == wanted) {
        print(" good\n");
    } else {
        print(" ");
        print_hex(got);
    }
}

/* What the SVC handler found. */
static volatile uint32_t exc_return, fpccr, frame, stored, control, use_fpu, after, cycles;
void found(volatile uint32_t *sp, uint32_t lr);

__attribute__((naked)) void svc_handler(void)
{
    __asm__ volatile("mov r1, lr\n tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n"
                     "push {r4, lr}\n bl found\n pop {r4, pc}");
}

void found(volatile uint32_t *sp, uint32_t lr)
{
    uint32_t c;
    __asm__ volatile("mrs %0, control" : "=r"(c));
    control = c;
    exc_return = lr;
    frame = (uint32_t)(uintptr_t)sp;
    fpccr = FPCCR;
    stored = sp[8];
    uint32_t before = CYCCNT;
    if (use_fpu) __asm__ volatile("vmov.f32 s0, #4.0" ::: "s0");
    cycles = CYCCNT - before;
    __asm__ volatile("uadd8 r0, %0, %0" ::"r"(0) : "r0"); /* clears GE */
    if (use_fpu) after = (sp[8] == 0x3fc00000) | (FPCCR & LSPACT) << 1;
}

/* SVC with s0 = 1.5; what was below the stack is 0x55…; returns s0 after it. */
__attribute__((naked, noinline)) static float call(void)
{
    __asm__ volatile("sub r0, sp, #104\n ldr r1, =0x55555555\n"
                     "1: str r1, [r0], #4\n cmp r0, sp\n bne 1b\n"
                     "vmov.f32 s0, #1.5\n svc 0\n bx lr\n");
}

static void floating_point(void)
{
    use_fpu = 0;
    expect("value", call() == 1.5F, 1);
    expect("extended", exc_return, THREAD_FP);
    expect("lazy", fpccr & LSPACT, 1);
    expect("address", FPCAR, frame + 32);
    expect("unstored", stored, 0x55555555);
    call();
    uint32_t idle = cycles;
    use_fpu = 1;
    expect("value", call() == 1.5F, 1);
    expect("stored late", after, 1);
    call();
    expect("cycles", cycles >= 17 && cycles - idle < 30, 1); /* 17 words, beside fetch */
    FPCCR &= ~(uint32_t)LSPEN;
    expect("value", call() == 1.5F, 1);
    expect("at once", stored, 0x3fc00000);
    expect("no lazy", fpccr & LSPACT, 0);
    FPCCR = LSPEN;
    use_fpu = 0;
    expect("value", call() == 1.5F, 1);
    expect("basic", exc_return, 0xfffffff9);
    FPCCR = ASPEN | LSPEN;
    __asm__ volatile("mrs r0, control\n bic r0, #4\n msr control, r0\n isb\n svc 0" ::: "r0");
    expect("not used", exc_return, 0xfffffff9);
    uint32_t fpscr;
    REG(0xe000ef3c) = 3U << 22; /* FPDSCR: what a new context rounds like */
    __asm__ volatile("dsb\n isb");
    __asm__ volatile("vmrs %0, fpscr" : "=r"(fpscr));
    expect("new context", fpscr & 3U << 22, 3U << 22);
    __asm__ volatile("vmsr fpscr, %0" ::"r"(0));
    __asm__ volatile("vmrs %0, fpscr" : "=r"(fpscr));
    expect("old context", fpscr & 3U << 22, 0);
    REG(0xe000ef3c) = 0;
}

/* The frame's xPSR brings all flags back. */
static void flags(void)
{
    uint32_t apsr;
    __asm__ volatile("msr apsr_nzcvqg, %1\n svc 0\n mrs %0, apsr"
                     : "=r"(apsr)
                     : "r"(0xf80f0000)
                     : "r0", "r1", "r2", "r3", "r12", "lr", "cc", "memory");
    expect("flags", apsr & 0xf80f0000, 0xf80f0000);
}

static void alignment(void)
{
    uint32_t sp, xpsr;
    CCR &= ~(1U << 9); /* an M7 aligns all the same */
    __asm__ volatile("mrs r0, control\n bic r0, #4\n msr control, r0\n isb\n"
                     "mov r4, sp\n sub sp, #4\n mov %0, sp\n svc 0\n mov sp, r4"
                     : "=r"(sp)::"r0", "r4", "memory");
    xpsr = ((uint32_t *)(uintptr_t)frame)[7];
    uint32_t aligns = CCR >> 9 & 1;
    expect("frame", sp - frame, aligns ? 36 : 32);
    expect("padded", xpsr >> 9 & 1, aligns);
    CCR |= 1U << 9;
    __asm__ volatile("mov r4, sp\n sub sp, #4\n mov %0, sp\n svc 0\n mov sp, r4"
                     : "=r"(sp)::"r0", "r4", "memory");
    expect("frame", sp - frame, 36);
}

static uint32_t process_stack[64] __attribute__((aligned(8)));

static void stacks(void)
{
    uint32_t it = 0;
    __asm__ volatile("msr psp, %0\n mov r0, #2\n msr control, r0\n isb\n svc 0\n"
                     "mov r0, #0\n msr control, r0\n isb" ::"r"(process_stack + 64)
                     : "r0", "memory");
    expect("process", exc_return, 0xfffffffd);
    expect("its frame", frame, (uint32_t)(uintptr_t)(process_stack + 56));
    expect("main in handlers", control & 2, 0);
    __asm__ volatile("cmp %0, #0\n itte eq\n moveq %0, #1\n svceq 0\n movne %0, #2\n"
                     "it eq\n addeq %0, #4"
                     : "+r"(it)::"cc", "memory");
    expect("inside IT", it, 5);
}

static volatile uint32_t fp_sum;

void irq0_handler(void) /* the least urgent */
{
    put('a');
    float x;
    __asm__ volatile("vmov.f32 s0, #2.0\n vmov.f32 s15, #3.0\n str %1, [%2]\n dsb\n isb\n"
                     "vadd.f32 %0, s0, s15"
                     : "=t"(x)
                     : "r"(2), "r"(0xe000e200)
                     : "s0", "s15", "memory");
    fp_sum = (uint32_t)x;
    put('A');
}

void irq1_handler(void)
{
    __asm__ volatile("vmov.f32 s0, #8.0\n vmov.f32 s15, #8.0" ::: "s0", "s15");
    put('b');
}

void nmi_handler(void)
{
    put('n');
}

static void preemption(void)
{
    NVIC_IPR(0) = 0xc0;
    NVIC_IPR(1) = 0x80;
    NVIC_ISER0 = 3;
    float x = 0;
    __asm__ volatile("vmov.f32 s0, #1.0\n vmov.f32 s15, #0.5\n str %1, [%2]\n dsb\n isb\n"
                     "vadd.f32 %0, s0, s15"
                     : "=t"(x)
                     : "r"(1), "r"(0xe000e200)
                     : "s0", "s15", "memory");
    put('\n');
    expect("inner", fp_sum, 5);
    expect("outer", x == 1.5F, 1);
    AIRCR = 0x05fa0600; /* one bit of group: 0x80 and 0xc0 do not interrupt each other … */
    NVIC_ISPR0 = 1;
    __asm__ volatile("dsb\n isb");
    put('\n');
    __asm__ volatile("cpsid i");
    NVIC_ISPR0 = 3; /* … but the more urgent one goes first */
    __asm__ volatile("dsb\n isb\n cpsie i\n isb");
    put('\n');
    AIRCR = 0x05fa0000;
    __asm__ volatile("cpsid i");
    ICSR = 1U << 31; /* NMI is never masked by PRIMASK */
    __asm__ volatile("dsb\n isb");
    put('-');
    __asm__ volatile("cpsie i\n cpsid f");
    STIR = 1;
    __asm__ volatile("dsb\n isb");
    put('-');
    __asm__ volatile("cpsie f\n isb");
    put('\n');
}

static volatile uint32_t ticks;

void systick_handler(void)
{
    SYST_CSR = 0;
    if (++ticks == 5) SCR = 0;
    if (ticks < 5 && SCR) SYST_CSR = 7;
}

static void sleep(void)
{
    SHPR3 = 0x40U << 24;
    SYST_RVR = 500;
    SYST_CVR = 0;
    SCR = 2; /* SLEEPONEXIT */
    SYST_CSR = 7;
    __asm__ volatile("wfi");
    expect("slept", ticks, 5);
    uint32_t start = CYCCNT;
    __asm__ volatile("sev\n wfe"); /* goes on at once */
    expect("awake", CYCCNT - start < 100, 1);
    __asm__ volatile("cpsid i");
    SCR = 1 << 4; /* SEVONPEND: what is masked wakes, too */
    SYST_CSR = 7;
    __asm__ volatile("wfe");
    expect("event", CYCCNT - start > 400 && ticks == 5, 1);
    __asm__ volatile("cpsie i\n isb");
    expect("then taken", ticks, 6);
    SCR = 0;
}

/* Late arrival: SysTick, more urgent, comes while the core stores the frame for interrupt 3. */
static volatile uint32_t late;

void irq3_handler(void)
{
    late += ticks; /* SysTick was first */
}

static void arrival(void)
{
    NVIC_IPR(3) = 0x80;
    NVIC_ISER0 = 1 << 3;
    for (uint32_t delay = 4; delay < 64; delay++) {
        ticks = 0;
        SYST_RVR = delay;
        SYST_CVR = 0;
        __asm__ volatile("dsb\n isb");
        SYST_CSR = 7;
        NVIC_ISPR0 = 1 << 3;
        __asm__ volatile("dsb\n isb");
        for (volatile int i = 0; i < 40; i++)
            ;
    }
    expect("arrives late", late >= 8 && late < 50, 1); /* entry takes 12 cycles, 4 are over */
}

__attribute__((noinline)) static void all(void)
{
    floating_point();
    flags();
    alignment();
    stacks();
    preemption();
    sleep();
    arrival();
}

int main(void)
{
    CPACR |= 0xfU << 20; /* before any prologue that saves FP registers */
    __asm__ volatile("dsb\n isb");
    cyccnt_start();
    all();
    return 0;
}
