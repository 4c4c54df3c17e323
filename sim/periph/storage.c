/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices whose registers firmware sets and reads back, and which do nothing that a simulated
 * program could see, but for where the SDRAM is: SYSCFG (pin routing, I/O compensation), DBGMCU
 * (what a debugger freezes), DMAMUX (which request goes where: dma.c goes by addresses).
 */
#include "sim/periph/regs.h"
#include "sim/state.h"
#include "tools/base/json.h"

enum { IDCODE = 0x00, MEMRMP = 0x00, CMPCR = 0x20 }; /* F4, F7, H7: bit 8 READY follows bit 0 */

static const struct reg_follow follows[] = {{CMPCR, CMPCR, 0, 8}};

static bool write_syscfg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    bool known = regs_write(d, offset, size, value);
    struct chip *c = &d->sim->chip;
    regs_follow(d, follows, 1);
    bool swapped = offset == MEMRMP && (value >> 10 & 3U) == 1; /* F42x, F7: SWP_FMC */
    if (offset == MEMRMP && swapped != c->sdram_swapped) {
        c->sdram_swapped = swapped;
        c->generation++;
        external_update(d->sim);
    }
    return known;
}

const struct periph_ops periph_syscfg = {
    .kind = "syscfg",
    .state_bytes = sizeof(struct regs),
    .read = regs_read,
    .write = write_syscfg,
};

const struct periph_ops periph_dmamux = {
    .kind = "dmamux",
    .state_bytes = sizeof(struct regs),
    .read = regs_read,
    .write = regs_write,
};

/* IDCODE: the chip's "idcode". */
static bool init_dbgmcu(struct device *d, struct err *e)
{
    (void)e;
    *regs_at(d, IDCODE) = (uint32_t)json_int(json_get(d->json, "idcode"), 0);
    return true;
}

static bool write_dbgmcu(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    return offset == IDCODE || regs_write(d, offset, size, value);
}

const struct periph_ops periph_dbgmcu = {
    .kind = "dbgmcu",
    .state_bytes = sizeof(struct regs),
    .init = init_dbgmcu,
    .read = regs_read,
    .write = write_dbgmcu,
};
