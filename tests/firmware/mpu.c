/* SPDX-License-Identifier: 0BSD
 *
 * The MPU: what it forbids (MemManage; the handler prints CFSR and MMFAR and skips the
 * instruction), and what its types cost on a Cortex-M7 with its D-cache on (console input "c").
 */
#include "fw.h"

#define MPU_RBAR_A1 REG(0xe000eda4)
#define MPU_RASR_A1 REG(0xe000eda8)

enum { FULL = 3 << 24, READ_ONLY = 6 << 24, PRIVILEGED = 1 << 24, NEVER = 1 << 28 };
enum { WRITE_BACK = 0xb << 16 /* TEX 1, C, B */, UNCACHED = 8 << 16, THROUGH = 2 << 16 };
#define SIZE(log2) (((log2)-1) << 1 | 1)

void caught(uint32_t *frame);
void resume(void);
static uint32_t good_frame[8] __attribute__((aligned(8)));
static uint8_t guarded[256] __attribute__((aligned(256)));
static uint16_t code[16] __attribute__((aligned(32)));

void caught(uint32_t *frame)
{
    uint32_t cfsr = CFSR;
    print_hex(cfsr);
    if (cfsr & 0x80) print_hex(MMFAR - (uint32_t)(uintptr_t)guarded);
    if (cfsr & 0x8000) print_hex(BFAR);
    CFSR = cfsr;
    if (cfsr & 0x10) { /* no stack: one that is takes its place */
        good_frame[6] = (uint32_t)(uintptr_t)resume;
        good_frame[7] = 1U << 24;
        __asm__ volatile("msr psp, %0" ::"r"(good_frame));
        return;
    }
    uint16_t h = *(uint16_t *)(uintptr_t)frame[6];
    if (cfsr & 1)
        frame[6] = frame[5] & ~1U;
    else
        frame[6] += h >> 11 >= 0x1d ? 4 : 2;
}

#define ENTRY __asm__ volatile("tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n b caught")
__attribute__((naked)) void mem_manage_handler(void)
{
    ENTRY;
}
__attribute__((naked)) void bus_fault_handler(void)
{
    ENTRY;
}

/* A process stack inside `guarded`, which may not be written. */
__attribute__((naked, noinline)) static void guarded_stack(void)
{
    __asm__ volatile(
        "push {r4, lr}\n msr psp, %0\n mov r0, #2\n msr control, r0\n isb\n svc 0\n"
        ".global resume\n .thumb_func\n resume:\n"
        "mov r0, #0\n msr control, r0\n isb\n pop {r4, pc}" ::"r"(guarded + 224));
}

/* HardFault and NMI run without the MPU, unless HFNMIENA is set. */
void nmi_handler(void)
{
    *(volatile uint8_t *)(guarded + 17) = 9;
}

void svc_handler(void) /* back to privileged code */
{
    __asm__ volatile("mrs r0, control\n bic r0, #1\n msr control, r0\n isb" ::: "r0");
}

__attribute__((noinline)) static uint32_t get(const void *p)
{
    return *(const volatile uint8_t *)p;
}

__attribute__((noinline)) static void put(void *p, uint8_t v)
{
    *(volatile uint8_t *)p = v;
}

static void protection(void)
{
    uint32_t base = (uint32_t)(uintptr_t)guarded;
    MPU_RNR = 0;
    MPU_RBAR = base;
    MPU_RASR = READ_ONLY | 0x80 << 8 | SIZE(8); /* but for its last 32 bytes */
    MPU_CTRL = 5;
    __asm__ volatile("dsb\n isb");
    put(guarded + 17, 1);
    put(guarded + 223, 1);
    put(guarded + 224, 1);
    print_number(get(guarded + 17) + get(guarded + 224));
    /* A later region goes first. */
    MPU_RBAR_A1 = base | 0x11;
    MPU_RASR_A1 = FULL | SIZE(5);
    put(guarded + 17, 2);
    print_number(get(guarded + 17));
    print("stack\n");
    MPU_RNR = 1;
    MPU_RASR = 0;
    guarded_stack();
    ICSR = 1U << 31;
    __asm__ volatile("dsb\n isb");
    print_number(get(guarded + 17));
    code[0] = 0x4770;
    MPU_RBAR = (uint32_t)(uintptr_t)code | 0x12;
    MPU_RASR = FULL | NEVER | SIZE(5);
    __asm__ volatile("dsb\n isb");
    print("run\n");
    ((void (*)(void))((uintptr_t)code | 1))();
    MPU_RASR = FULL | SIZE(5);
    ((void (*)(void))((uintptr_t)code | 1))();
    /* Unprivileged: flash, all RAM but `guarded`, no devices. */
    print("unprivileged\n");
    MPU_RNR = 3;
    MPU_RBAR = 0x08000000;
    MPU_RASR = READ_ONLY | SIZE(20);
    MPU_RNR = 4;
    MPU_RBAR = 0x20000000;
    MPU_RASR = FULL | SIZE(16);
    MPU_RNR = 5;
    MPU_RBAR = base;
    MPU_RASR = PRIVILEGED | SIZE(8);
    put(guarded + 100, 5);
    __asm__ volatile("msr control, %0\n isb" ::"r"(1));
    uint32_t seen = get(guarded + 100);
    REG(0x40000000) = seen;
    seen = REG(0xe000e010);
    __asm__ volatile("svc 0" ::: "r0", "r1", "r2", "r3", "r12", "lr", "memory");
    print_number(get(guarded + 100));
    MPU_CTRL = 0;
}

static uint32_t loads(volatile uint32_t *p)
{
    uint32_t sum = 0, before = CYCCNT;
    for (int i = 0; i < 256; i++)
        sum += p[i];
    return CYCCNT - before + (sum & 0);
}

static uint32_t stores(volatile uint32_t *p)
{
    uint32_t before = CYCCNT;
    for (int i = 0; i < 256; i++)
        p[i] = 1;
    return CYCCNT - before;
}

static void costs(void)
{
    static const uint32_t types[3] = {WRITE_BACK, UNCACHED, THROUGH};
    volatile uint32_t *p = (volatile uint32_t *)0x20030000;
    uint32_t load[4], store[4];
    cyccnt_start();
    CCR |= 1 << 16 | 1 << 17;
    for (int k = -1; k < 3; k++) {
        MPU_RNR = 0;
        MPU_RBAR = (uint32_t)(uintptr_t)p;
        if (k >= 0) MPU_RASR = types[k] | FULL | SIZE(16);
        MPU_CTRL = k >= 0 ? 5 : 0;
        __asm__ volatile("dsb\n isb");
        loads(p);
        stores(p);
        load[k + 1] = loads(p);
        store[k + 1] = stores(p);
    }
    print(load[0] == load[1] && store[0] == store[1] ? "as without\n" : "another default\n");
    print(load[2] > 3 * load[1] ? "loads go out\n" : "loads stay\n");
    print(store[2] > 2 * store[1] ? "stores go out\n" : "stores stay\n");
    print(load[3] == load[1] ? "loads stay\n" : "loads go out\n");
    print(store[3] > 2 * store[1] ? "stores go out\n" : "stores stay\n");
}

int main(void)
{
    SHCSR = 7U << 16;
    if (semihost(7, 0) == 'c')
        costs();
    else
        protection();
    return 0;
}
