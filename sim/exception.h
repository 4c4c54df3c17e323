/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Exceptions of ARMv7-M: which is pending, which runs, who goes first, and the frames on the
 * stack. The executor knows nothing of them.
 *
 *     devices ── nvic_line(irq) ─┐
 *     SVC, PendSV, SysTick ── nvic_pend ─► exceptions_take() at a block border ─► handler
 *                                          exceptions_return() on EXC_RETURN ◄───────┘
 *
 * Numbers are exception numbers: 2 NMI, 3 HardFault, 11 SVC, 14 PendSV, 15 SysTick, 16 + n
 * interrupt n. Priorities as in the registers: smaller is more urgent; NMI and HardFault are
 * below zero.
 */
#ifndef SIM_EXCEPTION_H
#define SIM_EXCEPTION_H

#include <stdbool.h>
#include <stdint.h>

struct sim;

enum exception {
    EXC_RESET = 1,
    EXC_NMI,
    EXC_HARD_FAULT,
    EXC_MEM_MANAGE,
    EXC_BUS_FAULT,
    EXC_USAGE_FAULT,
    EXC_SVC = 11,
    EXC_DEBUG,
    EXC_PENDSV = 14,
    EXC_SYSTICK,
    EXC_IRQ0,
    EXC_COUNT = 256,
};

enum { EXC_WORDS = EXC_COUNT / 32, PRIORITY_BITS = 4 /* STM32: the upper four are there */ };

struct nvic {
    uint32_t pending[EXC_WORDS], enabled[EXC_WORDS], active[EXC_WORDS];
    uint32_t line[EXC_WORDS]; /* level of interrupt lines: pends again when still high */
    uint8_t priority[EXC_COUNT];
    unsigned group_bits; /* AIRCR.PRIGROUP */
    uint32_t vtor;
    uint32_t ccr, scr;
    bool monitor; /* DEMCR.MON_EN: a breakpoint is for DebugMonitor */
    bool ticks;   /* SysTick counts and asks for its exception */
    bool event;   /* for WFE */
    /* FP context: FPCCR.ASPEN and LSPEN, where a frame's FP registers go, what FPSCR begins
     * with. */
    bool fp_auto, fp_lazy;
    uint32_t fpcar, fpdscr;
    bool lazy;     /* FPCCR.LSPACT: they have not been stored there yet */
    bool no_thumb; /* the next frame's xPSR has no T bit, whatever the executor says */
};

enum { CCR_NONBASETHRDENA = 1 << 0, CCR_UNALIGN_TRP = 1 << 3, CCR_DIV_0_TRP = 1 << 4 };
enum {
    CCR_BFHFNMIGN = 1 << 8,
    CCR_STKALIGN = 1 << 9,
    SCR_SLEEPONEXIT = 1 << 1,
    SCR_SEVONPEND = 1 << 4
};
enum { CONTROL_NPRIV = 1, CONTROL_SPSEL = 2, CONTROL_FPCA = 4 };

void nvic_reset(struct nvic *v, uint32_t vtor);
void nvic_pend(struct sim *s, unsigned exception, bool pending);
void nvic_line(struct sim *s, int irq, bool high); /* irq -1: the device has none */
bool nvic_bit(const uint32_t words[EXC_WORDS], unsigned n);
void nvic_enable(struct sim *s, unsigned exception, bool on);
/* The pending exception that would be taken now, or 0. */
unsigned nvic_next(const struct sim *s);
/* Is one pending that ends WFI? As before, but PRIMASK does not count. */
bool nvic_wakes(const struct sim *s);
/* Is an interrupt enabled, or a tick? */
bool nvic_listens(const struct sim *s);
/* Something is pending that only a mask holds back, if anything: firmware may lift it at any
 * time. What a more urgent handler holds back is looked at when that returns. */
bool nvic_waiting(const struct sim *s);
unsigned nvic_active(const struct sim *s);                   /* that runs: IPSR */
int nvic_priority(const struct nvic *v, unsigned exception); /* its group: what preempts */
/* What an exception must beat to run now: 256 in Thread mode with nothing masked. */
int nvic_level(const struct sim *s);
bool core_privileged(const struct sim *s);
const char *exception_name(unsigned exception, char out[16]); /* "BusFault", "interrupt 7" */

/* Enters the most urgent pending exception when it may run; true when PC moved. */
bool exceptions_take(struct sim *s);
/* Returns from a handler; PC holds EXC_RETURN. Tail-chains when another one is due. */
void exceptions_return(struct sim *s, uint32_t exc_return);
void exceptions_set_control(struct sim *s, uint32_t value);
/* The first FP instruction since an exception took over: stores what was left unstored. */
void exceptions_store_fp(struct sim *s);

#endif
