/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * CRC unit (RM0385 chapter 13; the F4's, RM0402 chapter 4, is the same with fixed settings):
 * polynomial 0x04c11db7 after reset, words, halfwords and bytes, bit reversal in and out.
 */
#include "sim/periph/regs.h"

enum { DR = 0x00, IDR = 0x04, CR = 0x08, INIT = 0x10, POL = 0x14 };

static uint32_t reverse(uint32_t v, unsigned bits)
{
    uint32_t out = 0;
    for (unsigned i = 0; i < bits; i++)
        out |= (v >> i & 1U) << (bits - 1 - i);
    return out;
}

static unsigned width(struct device *d)
{
    static const uint8_t bits[4] = {32, 16, 8, 7};
    return bits[*regs_at(d, CR) >> 3 & 3U];
}

/* REV_IN: reversed by byte, by halfword or as a whole. */
static uint32_t reverse_in(struct device *d, uint32_t v, unsigned bytes)
{
    unsigned unit = 4U << (*regs_at(d, CR) >> 5 & 3U); /* 4 (off), 8, 16, 32 bits */
    uint32_t out = 0;
    if (unit == 4) return v;
    if (unit > 8 * bytes) unit = 8 * bytes;
    for (unsigned at = 0; at < 8 * bytes; at += unit)
        out |= reverse(v >> at, unit) << at;
    return out;
}

static void feed(struct device *d, uint32_t value, unsigned bytes)
{
    unsigned n = width(d);
    uint32_t top = 1U << (n - 1), mask = top | (top - 1), crc = *regs_at(d, DR);
    value = reverse_in(d, value, bytes);
    for (unsigned i = 8 * bytes; i-- > 0;) {
        bool one = ((crc & top) != 0) != ((value >> i & 1U) != 0);
        crc = (crc << 1 & mask) ^ (one ? *regs_at(d, POL) & mask : 0U);
    }
    *regs_at(d, DR) = crc;
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    *regs_at(d, DR) = *regs_at(d, INIT) = 0xffffffffU;
    *regs_at(d, POL) = 0x04c11db7U;
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    if (!regs_read(d, offset & ~3U, size, value)) return false;
    if (offset == DR && *regs_at(d, CR) & 0x80U) *value = reverse(*value, width(d));
    if (size < 4) *value = *value >> (offset & 3U) * 8 & (size == 1 ? 0xffU : 0xffffU);
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    if (offset == DR) {
        feed(d, value, size);
        return true;
    }
    bool known = regs_write(d, offset & ~3U, size, value);
    if (offset == CR && value & 1U) {
        *regs_at(d, DR) = *regs_at(d, INIT);
        *regs_at(d, CR) = value & ~1U;
    }
    if (offset == INIT) *regs_at(d, DR) = value;
    return known;
}

const struct periph_ops periph_crc = {
    .kind = "crc",
    .state_bytes = sizeof(struct regs),
    .narrow = true,
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
