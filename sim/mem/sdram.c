/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An offset is, from the top: internal bank, row, column, byte (RM0385 13.7.3, SDRAM address
 * mapping).
 */
#include "sim/mem/sdram.h"

/* Core cycles per clock of the memory. */
static uint32_t scale(const struct chip *c, const struct chip_sdram *s)
{
    return s->divider * (c->axi_divider ? c->axi_divider : 1);
}

uint32_t sdram_beats(const struct chip *c, unsigned bank, uint32_t bytes)
{
    const struct chip_sdram *s = &c->sdram[(bank - 1) % SDRAM_BANKS];
    if (!s->up) return 0;
    return (bytes + s->bytes - 1) / s->bytes * scale(c, s);
}

uint32_t sdram_access(struct sdram *m, const struct chip *c, unsigned bank, uint32_t offset,
                      uint32_t bytes, bool write)
{
    unsigned which = (bank - 1) % SDRAM_BANKS;
    const struct chip_sdram *s = &c->sdram[which];
    if (!s->up) return 0;
    uint32_t row = offset >> s->column_shift;
    uint32_t *open = &m->open[which][row >> s->row_bits & (SDRAM_INTERNAL - 1)];
    uint32_t clocks = 0;
    if (*open != row + 1) clocks = s->rcd + (*open ? s->rp : 0U);
    *open = row + 1;
    if (!write) clocks += s->cas;
    uint32_t pipe = write ? 0 : s->pipe * (c->axi_divider ? c->axi_divider : 1);
    return clocks * scale(c, s) + pipe + sdram_beats(c, bank, bytes);
}
