/* SPDX-License-Identifier: 0BSD
 * Does the one wrong thing that the console input's first character names. */
#include "fw.h"

static const uint32_t constant = 5;
static float f = 1.5F;

__attribute__((noinline)) static uint32_t deep(uint32_t n)
{
    volatile uint32_t frame[64];
    frame[n & 63] = n;
    return n > 100000 ? 0 : deep(n + 1) + frame[n & 63];
}

__attribute__((noinline)) static void write_flash(void)
{
    *(volatile uint32_t *)(uintptr_t)&constant = 7;
}

__attribute__((noinline)) static uint32_t helper(uint32_t n)
{
    volatile uint32_t keep = n;
    print("");
    return REG(n ? 0x9fff0000 : 0x20000000) + keep;
}

static volatile uint32_t ticks; /* of a timer that nobody has started */

__attribute__((noinline)) static uint32_t now(void)
{
    return ticks;
}

__attribute__((noinline)) static void delay(uint32_t n)
{
    for (uint32_t from = now(); now() - from < n;)
        ;
}

void systick_handler(void)
{
    ticks++;
}

__attribute__((noinline)) static void tick_every(uint32_t cycles)
{
    SYST_RVR = cycles - 1;
    SYST_CVR = 0;
    SYST_CSR = 7;
}

void irq0_handler(void)
{
    if (SYST_CSR & 1) delay(10); /* the tick is not more urgent */
    volatile uint32_t keep = helper(1);
    (void)keep;
}

int main(void)
{
    switch (semihost(7, 0)) {
    case 'w':
        write_flash();
        break;
    case 'n':
        ((void (*)(void))(uintptr_t)(f > 1 ? 0 : 0))();
        break;
    case 'j': /* far away */
        ((void (*)(void))(uintptr_t)0x60000001)();
        break;
    case 'p': /* into a device */
        ((void (*)(void))(uintptr_t)0x40020001)();
        break;
    case 'l':
        return (int)REG(0x20050010);
    case 's':
        return (int)deep(0);
    case 'u':
        __asm__ volatile("udf #0");
        break;
    case 'f':
        __asm__ volatile("vadd.f32 s0, s0, s0");
        break;
    case '0': { /* in one block with the trap's switch */
        uint32_t zero = 0;
        __asm__ volatile("" : "+r"(zero));
        CCR |= 1U << 4;
        return (int)(7 / zero);
    }
    case 'b':
        __asm__ volatile("bkpt 1");
        break;
    case 'i':
        for (;;)
            ;
    case 'v': {
        static volatile uint32_t flag;
        while (!flag)
            ;
        break;
    }
    case 'z':
        __asm__ volatile("wfi");
        break;
    case 'r':
        AIRCR = 0x05fa0004;
        break;
    case '2': /* in one block with the trap's switch, too */
        CCR |= 1U << 3;
        return (int)REG(0x20000101);
    case '3':
        delay(10);
        break;
    case 'M': /* the tick is masked */
        tick_every(200000);
        __asm__ volatile("cpsid i");
        delay(10);
        break;
    case 'H': /* … or behind a handler */
        tick_every(200000);
        NVIC_ISER0 = 1;
        NVIC_ISPR0 = 1;
        break;
    case 'L': /* … but now and then let through */
        tick_every(6000000);
        while (ticks < 1)
            __asm__ volatile("cpsie i\n isb\n cpsid i\n b 0f\n 0: b 1f\n 1:" ::: "memory");
        break;
    case '1': /* abort() */
        semihost(0x18, (const void *)0x20023);
        break;
    case 'x':
        return 42;
    case 'o':
        return (int)semihost(1, (const uint32_t[]){(uint32_t)(uintptr_t) "secret", 0, 6});
    case 'c': { /* counts for ever */
        volatile uint32_t n = 0;
        for (;;)
            n++;
    }
    case 'm':
        __asm__ volatile("ldr r0, =0x20000101\n ldr r1, [r0]\n ldm r0, {r1, r2}" ::
                             : "r0", "r1", "r2");
        break;
    case 'd':
        __asm__ volatile("ldr r0, =0x20000102\n strd r1, r2, [r0]" ::: "r0", "memory");
        break;
    case 'e': /* these are allowed */
        __asm__ volatile("ldr r0, =0x20000101\n ldr r1, [r0]\n strh r1, [r0, #6]\n"
                         "ldrh r1, [r0]\n str r1, [r0, #1]\n ldr r0, =0x20000104\n"
                         "ldm r0, {r1, r2}" ::
                             : "r0", "r1", "r2", "memory");
        break;
    case 'y': { /* changes its code for ever: 1 KiB of nops and a return, one of them another */
        static uint16_t code[512] __attribute__((aligned(4)));
        for (int i = 0; i < 511; i++)
            code[i] = 0xbf00;
        code[511] = 0x4770;
        for (uint32_t n = 0;; n++) {
            code[n % 511] = (uint16_t)(0x2000 | (n / 511 & 255)); /* movs r0, #… */
            __asm__ volatile("dsb\n isb" ::: "memory");
            ((void (*)(void))((uintptr_t)code | 1))();
        }
    }
    case 'Y': { /* … a few instructions, of which no two are the same */
        static uint16_t code[4] __attribute__((aligned(8)));
        code[3] = 0x4770;
        for (uint32_t n = 0;; n++) {
            code[0] = (uint16_t)(0x2000 | (n & 255));       /* movs r0, #… */
            code[1] = (uint16_t)(0x2100 | (n >> 8 & 255));  /* movs r1, #… */
            code[2] = (uint16_t)(0x2200 | (n >> 16 & 255)); /* movs r2, #… */
            __asm__ volatile("dsb\n isb\n mov r3, %0\n blx r3" ::"r"((uintptr_t)code | 1)
                             : "r0", "r1", "r2", "r3", "lr", "memory");
        }
    }
    case 'q': /* waits for a byte that never comes */
        REG(0x40011000) = 0xd;
        while (!(REG(0x4001101c) & 0x20))
            ;
        break;
    case 'a': /* waits for a device that has no model */
        while (!(REG(0x50001000) & 1))
            ;
        break;
    case 't': /* waits for a timer that does come */
        REG(0x40000000) = 1;
        while (REG(0x40000024) < 5000)
            ;
        break;
    case 'k': /* in an interrupt */
        NVIC_ISER0 = 1;
        NVIC_ISPR0 = 1;
        __asm__ volatile("dsb\n isb");
        break;
    case 'g': /* the watchdog */
        REG(0x40003000) = 0x5555;
        REG(0x40003008) = 1;
        REG(0x40003000) = 0xcccc;
        for (;;)
            helper(*(volatile uint32_t *)0x20000000 & 0);
    case '5': /* a device without a model, and none */
        for (int i = 0; i < 3; i++)
            (void)*(volatile uint16_t *)0x40007404;
        REG(0x50001000) = 1;
        break;
    case 'h': /* no handler: the vector is 0 */
        __asm__ volatile("movw r0, #0xed08\n movt r0, #0xe000\n ldr r1, =0x20008000\n"
                         "str r1, [r0]\n dsb\n svc 0" ::
                             : "r0", "r1", "memory");
        break;
    }
    return 0;
}
