/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * PWR of four families: storage whose ready bits follow at once. The regulator's scale has no
 * effect here; whether a clock is allowed at it is the firmware's business.
 */
#include "sim/periph/regs.h"

enum { REG00 = 0x00, REG04 = 0x04, REG0C = 0x0c, REG14 = 0x14, REG18 = 0x18, REG80 = 0x80 };

/* F4: VOSRDY (bit 14 of CSR); F42x and F7 also ODRDY, ODSWRDY. */
static const struct reg_reset f4_resets[] = {{REG00, 0x0000c000}, {REG04, 1U << 14}};
static const struct reg_follow f4_follows[] = {{REG00, REG04, 16, 16}, {REG00, REG04, 17, 17}};

/* L4+: CR1 VOS range 1; CR5 R1MODE 1. VOSF of SR2 stays 0: the regulator is there at once. */
static const struct reg_reset l4_resets[] = {
    {REG00, 0x00000200}, {0x08, 0x00000007}, {0x0c, 0x00008000}, {REG80, 0x00000100}};

/* H7: CSR1 ACTVOSRDY and ACTVOS, CR3, D3CR (H7A3: SRDCR) VOS and VOSRDY. */
static const struct reg_reset h7_resets[] = {
    {REG00, 0xf000c000}, {REG04, 0x00006000}, {REG0C, 0x00000006}, {REG18, 0x00006000}};

static bool f4_init(struct device *d, struct err *e)
{
    (void)e;
    regs_reset(d, f4_resets, sizeof f4_resets / sizeof *f4_resets);
    return true;
}

static bool f4_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    bool known = regs_write(d, offset, size, value);
    *regs_at(d, REG04) |= 1U << 14;
    regs_follow(d, f4_follows, sizeof f4_follows / sizeof *f4_follows);
    return known;
}

static bool l4_init(struct device *d, struct err *e)
{
    (void)e;
    regs_reset(d, l4_resets, sizeof l4_resets / sizeof *l4_resets);
    return true;
}

static bool l4_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    return offset == 0x10 || offset == REG14 || regs_write(d, offset, size, value);
}

static bool h7_init(struct device *d, struct err *e)
{
    (void)e;
    regs_reset(d, h7_resets, sizeof h7_resets / sizeof *h7_resets);
    return true;
}

static bool h7_write(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    enum { VOS = 3 << 14, READY = 1 << 13 };
    if (offset == REG04) return true; /* status */
    bool known = regs_write(d, offset, size, value);
    *regs_at(d, REG18) |= READY;
    *regs_at(d, REG04) = (*regs_at(d, REG18) & VOS) | READY;
    return known;
}

#define PWR(record, name, start, store)                                                        \
    const struct periph_ops record = {                                                         \
        .kind = (name),                                                                        \
        .state_bytes = sizeof(struct regs),                                                    \
        .init = (start),                                                                       \
        .read = regs_read,                                                                     \
        .write = (store),                                                                      \
    }
PWR(periph_pwr_f4, "pwr-f4", f4_init, f4_write);
PWR(periph_pwr_f7, "pwr-f7", f4_init, f4_write);
PWR(periph_pwr_l4, "pwr-l4", l4_init, l4_write);
PWR(periph_pwr_h7, "pwr-h7", h7_init, h7_write);
