/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 0xa0000000 to 0xdfffffff is Device memory, which cannot be run, unless the MPU makes it
 * another type (ARMv7-M ARM B3.1).
 */
#include "sim/external.h"

#include "sim/periph/fmc.h"
#include "sim/state.h"

static bool code_at(const struct sim *s, uint32_t addr)
{
    const struct chip_span *r = chip_span(&s->chip, addr);
    return r ? !r->never_run : chip_default_type(addr) != MEMORY_DEVICE;
}

static void update(struct sim *s, struct span_host *span)
{
    const struct region *r = span->region;
    const struct chip_sdram *bank = &s->chip.sdram[r->sdram - 1];
    bool open = bank->up && r->swapped == s->chip.sdram_swapped;
    unsigned rights = !open ? 0 : MACHINE_READ | (bank->read_only ? 0U : MACHINE_WRITE);
    if (open && chip_default_type(r->base) != MEMORY_DEVICE) rights |= MACHINE_EXEC;
    if (span->rights == rights) return;
    machine_allow(s->machine, r->base, r->size, rights);
    span->rights = rights;
    if (s->takeover.on) pages_allow(&s->takeover.pages, span, rights);
}

void external_update(struct sim *s)
{
    for (size_t i = 0; i < s->memory.count; i++)
        if (s->memory.spans[i].region->sdram) update(s, &s->memory.spans[i]);
}

bool external_may_run(const struct sim *s, uint32_t addr)
{
    const struct region *r = board_region(s->board, addr);
    return r && r->sdram && chip_default_type(addr) == MEMORY_DEVICE && !external_why(s, r) &&
           code_at(s, addr);
}

const char *external_why(const struct sim *s, const struct region *r)
{
    if (!r->sdram) return NULL;
    if (s->chip.sdram[r->sdram - 1].up) {
        if (r->swapped == s->chip.sdram_swapped) return NULL;
        return "SYSCFG_MEMRMP.SWP_FMC gives the SDRAM another address";
    }
    return fmc_missing(s, r->sdram);
}
