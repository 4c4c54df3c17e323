/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Flash interface of four families: ACR sets wait states, prefetch and the ART's caches, which
 * the timing model reads from struct chip; where the registers lie that program and erase,
 * which flash_program.c does for all of them.
 *
 *     ACR   3:0 latency   8 prefetch   9 I-cache (F7: ART)   10 D-cache   11, 12 their resets
 *     (RM0402 3.7.1, RM0385 3.7.1, RM0432 3.7.1; H7: latency, 5:4 WRHIGHFREQ, RM0433 4.9.1)
 */
#include <string.h>

#include "sim/periph/flash.h"
#include "sim/state.h"
#include "tools/base/json.h"

enum { ACR = 0x00, L4_OPTR = 0x20 };

/* RM0090 3.9.5, RM0385 3.7.5 */
static const struct flash_layout f4 = {
    .keyr = 0x04,
    .sr = 0x0c,
    .cr = 0x10,
    .lock = 1U << 31,
    .pg = 1U << 0,
    .sector = 1U << 1,
    .mass = 1U << 2 | 1U << 15,
    .start = 1U << 16,
    .busy = 1U << 16,
    .eop = 1U << 0,
    .eopie = 1U << 24,
    .number_shift = 3,
    .number_bits = 5,
};
/* RM0351 3.7.5, RM0432 3.7.5 */
static const struct flash_layout l4 = {
    .keyr = 0x08,
    .sr = 0x10,
    .cr = 0x14,
    .lock = 1U << 31,
    .pg = 1U << 0,
    .sector = 1U << 1,
    .mass = 1U << 2 | 1U << 15,
    .start = 1U << 16,
    .busy = 1U << 16,
    .eop = 1U << 0,
    .eopie = 1U << 24,
    .number_shift = 3,
    .number_bits = 8,
    .bank_bit = 1U << 11,
};
/* RM0433 4.9.4; RM0455 4.9.4, where FW, START and SNB lie elsewhere */
static const struct flash_layout h7 = {
    .keyr = 0x04,
    .sr = 0x10,
    .cr = 0x0c,
    .ccr = 0x14,
    .bank_step = 0x100,
    .lock = 1U << 0,
    .pg = 1U << 1,
    .sector = 1U << 2,
    .mass = 1U << 3,
    .start = 1U << 7,
    .busy = 1U << 0 | 1U << 2,
    .eop = 1U << 16,
    .eopie = 1U << 16,
    .number_shift = 8,
    .number_bits = 3,
};
static const struct flash_layout h7ab = {
    .keyr = 0x04,
    .sr = 0x10,
    .cr = 0x0c,
    .ccr = 0x14,
    .bank_step = 0x100,
    .lock = 1U << 0,
    .pg = 1U << 1,
    .sector = 1U << 2,
    .mass = 1U << 3,
    .start = 1U << 5,
    .busy = 1U << 0 | 1U << 2,
    .eop = 1U << 16,
    .eopie = 1U << 16,
    .number_shift = 6,
    .number_bits = 7,
};

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
    flash_program_init(d, &f4);
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
    bool known = flash_program_write(d, offset, value) || regs_write(d, offset, size, value);
    if (offset == ACR) {
        reset_caches(d, value, false);
        art(d, false);
    }
    return known;
}

static bool f7_init(struct device *d, struct err *e)
{
    (void)e;
    flash_program_init(d, &f4);
    art(d, true);
    return true;
}

/* The L1 caches are not the ART's: a reset of the ART that does not serve AXI changes nothing
 * that a program at 0x08000000 sees. */
static bool f7_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    bool known = flash_program_write(d, offset, value) || regs_write(d, offset, size, value);
    if (offset == ACR) art(d, true);
    return known;
}

static bool l4_init(struct device *d, struct err *e)
{
    (void)e;
    *regs_at(d, ACR) = 0x600;
    flash_program_init(d, &l4);
    *regs_at(d, l4.cr) |= 1U << 30; /* OPTLOCK */
    /* DBANK set, as delivered, or what the board's user set */
    *regs_at(d, L4_OPTR) = (uint32_t)json_int(json_get(d->json, "optr"), 0xffeff8aaU);
    art(d, false);
    return true;
}

static bool h7_init(struct device *d, struct err *e)
{
    (void)e;
    bool small = strcmp(d->sim->board->family, "stm32h7ab") == 0;
    flash_program_init(d, small ? &h7ab : &h7);
    *regs_at(d, ACR) = small ? 0x13 : 0x37;
    publish(d, false, false, false);
    return true;
}

static bool h7_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    bool known = flash_program_write(d, offset, value) || regs_write(d, offset, size, value);
    if (offset == ACR) publish(d, false, false, false);
    return known;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    flash_stored(d, false); /* BSY tells of stores before this read */
    return regs_read(d, offset, size, value);
}

#define FLASH(record, name, start, store)                                                      \
    const struct periph_ops record = {                                                         \
        .kind = (name),                                                                        \
        .state_bytes = sizeof(struct flash),                                                   \
        .init = (start),                                                                       \
        .read = read_reg,                                                                      \
        .write = (store),                                                                      \
    }
FLASH(periph_flash_f4, "flash-f4", f4_init, f4_write);
FLASH(periph_flash_f7, "flash-f7", f7_init, f7_write);
FLASH(periph_flash_l4, "flash-l4", l4_init, f4_write);
FLASH(periph_flash_h7, "flash-h7", h7_init, h7_write);
