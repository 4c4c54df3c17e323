/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * FDCAN (H7: RM0433 chapter 56): modes are acknowledged at once, message RAM is storage. Nobody
 * is on the bus and no frame is sent: a request stays pending.
 */
#include <string.h>

#include "sim/periph/regs.h"
#include "sim/state.h"

enum { CREL = 0x00, ENDN = 0x04, DBTP = 0x0c, CCCR = 0x18, NBTP = 0x1c, PSR = 0x44, IR = 0x50 };
enum { TXBRP = 0xc8, TXBAR = 0xcc, TXBCR = 0xd0, TXBCF = 0xdc };
enum { INIT = 1 << 0, CCE = 1 << 1, RAM_BYTES = 0x2800 };

static const struct reg_follow follows[] = {{CCCR, CCCR, 4, 3}}; /* CSA shows CSR */

static bool init(struct device *d, struct err *e)
{
    static const struct reg_reset reset[] = {{CREL, 0x32141218}, {ENDN, 0x87654321},
                                             {DBTP, 0x0a33},     {CCCR, INIT},
                                             {NBTP, 0x06000a03}, {PSR, 0x707}};
    (void)e;
    regs_reset(d, reset, sizeof reset / sizeof *reset);
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    switch (offset) {
    case CREL:
    case ENDN:
    case PSR:
    case TXBRP:
        return true;
    case IR: /* ones clear */
        *regs_at(d, IR) &= ~value;
        return true;
    case TXBAR:
        *regs_at(d, TXBRP) |= value;
        return true;
    case TXBCR:
        *regs_at(d, TXBCF) |= value & *regs_at(d, TXBRP);
        *regs_at(d, TXBRP) &= ~value;
        return true;
    }
    if (offset == CCCR && !(value & INIT)) value &= ~(uint32_t)CCE;
    if (!regs_write(d, offset, size, value)) return false;
    regs_follow(d, follows, 1);
    return true;
}

const struct periph_ops periph_fdcan = {
    .kind = "fdcan",
    .state_bytes = sizeof(struct regs),
    .init = init,
    .read = regs_read,
    .write = write_reg,
};

static bool read_ram(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    if (offset + 4 > RAM_BYTES) return false;
    memcpy(value, (const uint8_t *)d->state + offset, sizeof *value);
    return true;
}

static bool write_ram(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    if (offset + 4 > RAM_BYTES) return false;
    memcpy((uint8_t *)d->state + offset, &value, sizeof value);
    return true;
}

const struct periph_ops periph_fdcan_ram = {
    .kind = "fdcan-ram",
    .state_bytes = RAM_BYTES,
    .read = read_ram,
    .write = write_ram,
};
