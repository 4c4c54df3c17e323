/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Flash interface of four families: ACR sets wait states, prefetch and the ART's caches, which
 * the timing model reads from struct chip. Programming and erasing are not modelled: flash
 * stays as it was loaded, and BSY is never set.
 *
 *     ACR   3:0 latency   8 prefetch   9 I-cache (F7: ART)   10 D-cache   11, 12 their resets
 *     (RM0402 3.7.1, RM0385 3.7.1, RM0432 3.7.1; H7: latency, 5:4 WRHIGHFREQ, RM0433 4.9.1)
 */
#include <string.h>

#include "sim/periph/regs.h"
#include "sim/state.h"

enum { ACR = 0x00, F4_CR = 0x10, L4_CR = 0x14, L4_OPTR = 0x20 };

static void publish(struct device *d, bool prefetch, bool icache, bool dcache)
{
    struct chip *c = &d->sim->chip;
    unsigned wait_states = *regs_at(d, ACR) & 15U;
    if (c->flash_wait_states == wait_states && c->flash_prefetch == prefetch &&
        c->flash_icache == icache && c->flash_dcache == dcache)
        return;
    c->flash_wait_states = wait_states;
    c->flash_prefetch = prefetch;
    c->flash_icache = icache;
    c->flash_dcache = dcache;
    c->generation++;
}

static void art(struct device *d, bool f7)
{
    uint32_t acr = *regs_at(d, ACR);
    publish(d, acr >> 8 & 1U, acr >> 9 & 1U, acr >> (f7 ? 9 : 10) & 1U);
}

static bool f4_init(struct device *d, struct err *e)
{
    (void)e;
    *regs_at(d, F4_CR) = 1U << 31;
    art(d, false);
    return true;
}

/* A reset of the ART's caches works while they are off. */
static void reset_caches(struct device *d, uint32_t acr, bool f7)
{
    if (acr & 3U << 11)
        timing_invalidate(d->sim->timing, acr >> 11 & 1U, acr >> (f7 ? 11 : 12) & 1U, 0, 0);
}

static bool f4_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    bool known = regs_write(d, offset, size, value);
    if (offset == ACR) {
        reset_caches(d, value, false);
        art(d, false);
    }
    return known;
}

static bool f7_init(struct device *d, struct err *e)
{
    (void)e;
    *regs_at(d, F4_CR) = 1U << 31;
    art(d, true);
    return true;
}

/* The L1 caches are not the ART's: a reset of the ART that does not serve AXI changes nothing
 * that a program at 0x08000000 sees. */
static bool f7_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    bool known = regs_write(d, offset, size, value);
    if (offset == ACR) art(d, true);
    return known;
}

static bool l4_init(struct device *d, struct err *e)
{
    (void)e;
    *regs_at(d, ACR) = 0x600;
    *regs_at(d, L4_CR) = 0xc0000000U;
    *regs_at(d, L4_OPTR) = 0xffeff8aaU; /* DBANK set, as delivered */
    art(d, false);
    return true;
}

static bool h7_init(struct device *d, struct err *e)
{
    (void)e;
    bool h7ab = strcmp(d->sim->board->family, "stm32h7ab") == 0;
    *regs_at(d, ACR) = h7ab ? 0x13 : 0x37;
    publish(d, false, false, false);
    return true;
}

static bool h7_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    bool known = regs_write(d, offset, size, value);
    if (offset == ACR) publish(d, false, false, false);
    return known;
}

#define FLASH(record, name, start, store)                                                      \
    const struct periph_ops record = {                                                         \
        .kind = (name),                                                                        \
        .state_bytes = sizeof(struct regs),                                                    \
        .init = (start),                                                                       \
        .read = regs_read,                                                                     \
        .write = (store),                                                                      \
    }
FLASH(periph_flash_f4, "flash-f4", f4_init, f4_write);
FLASH(periph_flash_f7, "flash-f7", f7_init, f7_write);
FLASH(periph_flash_l4, "flash-l4", l4_init, f4_write);
FLASH(periph_flash_h7, "flash-h7", h7_init, h7_write);
