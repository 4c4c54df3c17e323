/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Chip state that firmware programs and that timing depends on. The devices (RCC, FLASH, SCB,
 * MPU) write it; the timing model reads it and never learns about registers.
 *
 *     periph/rcc, periph/flash, periph/scb ─► struct chip ─► timing/
 */
#ifndef SIM_CHIP_H
#define SIM_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an address may be kept in, least first. */
enum memory_type {
    MEMORY_DEVICE,
    MEMORY_UNCACHED,
    MEMORY_THROUGH,
    MEMORY_BACK,
    MEMORY_ALLOCATE
};

struct chip_span { /* an enabled region of the MPU */
    uint32_t base, last;
    uint8_t without; /* eighths that are not part of it, as bits */
    uint8_t type;    /* enum memory_type */
    uint8_t access;  /* RASR.AP */
    bool never_run;  /* RASR.XN */
};

struct chip_sdram { /* a bank of the FMC's SDRAM controller, in clocks of the memory */
    bool up, read_only;
    uint8_t divider; /* bus clocks to one of the memory */
    uint8_t cas, rcd, rp;
    uint8_t pipe;         /* bus clocks that reads wait besides */
    uint8_t bytes;        /* of a beat: its data bus */
    uint8_t column_shift; /* address bits below the row's */
    uint8_t row_bits;
};

enum { CHIP_SPANS = 16 };
struct chip {
    uint32_t hclk_hz;                      /* CPU clock now */
    uint32_t axi_divider;                  /* CPU clock / AXI clock: 1, on H7 2 or more */
    uint32_t apb1_hz, apb2_hz;             /* of the serial ports */
    uint32_t apb1_timer_hz, apb2_timer_hz; /* kernel clocks of the timers on each APB */
    unsigned flash_wait_states;
    bool flash_prefetch, flash_icache, flash_dcache; /* ART on F4, L4, F7 (ITCM path) */
    bool l1_icache, l1_dcache;                       /* M7: SCB CCR */
    struct chip_span spans[CHIP_SPANS];              /* the most important first */
    unsigned span_count; /* 0: the MPU is off, the default memory map holds */
    struct chip_sdram sdram[2];
    bool sdram_swapped;  /* SYSCFG's SWP_FMC: at its other address */
    uint32_t generation; /* counts changes: memo keys and cached decisions are void after one */
};

/* The MPU's region that holds addr, or NULL: the default map. */
static inline const struct chip_span *chip_span(const struct chip *c, uint32_t addr)
{
    for (unsigned i = 0; i < c->span_count; i++) {
        const struct chip_span *r = &c->spans[i];
        uint32_t eighth = r->last - r->base + 1U ? (r->last - r->base + 1U) / 8 : 1U << 29;
        if (addr - r->base <= r->last - r->base &&
            (!r->without || !(r->without >> (addr - r->base) / eighth & 1U)))
            return r;
    }
    return NULL;
}

/* … of which this is said (ARMv7-M ARM B3.1): memory on the chip counts as write-back with
 * allocation on stores wherever it is. */
static inline enum memory_type chip_default_type(uint32_t addr)
{
    if (addr >= 0xa0000000U) return MEMORY_DEVICE;
    return addr >= 0x80000000U ? MEMORY_THROUGH : MEMORY_ALLOCATE;
}

/* Are unaligned accesses there not to memory, by the default map? */
static inline bool chip_devices_at(uint32_t addr)
{
    return addr >> 29 == 2 || chip_default_type(addr) == MEMORY_DEVICE;
}

/* … with what the MPU says. */
static inline bool chip_is_device(const struct chip *c, uint32_t addr)
{
    const struct chip_span *r = chip_span(c, addr);
    return r ? r->type == MEMORY_DEVICE : chip_devices_at(addr);
}

#endif
