/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A higher region number goes first. The system registers (0xe0000000 on) are never the MPU's.
 * Shareable memory is not cached on the Cortex-M7 unless CACR.SIWT is set (TRM, AN4839).
 */
#include "sim/mpu.h"

#include <string.h>

#include "sim/state.h"

enum { TYPE = 0x0, CTRL = 0x4, RNR = 0x8, RBAR = 0xc, RASR = 0x10, LAST = 0x28 };
enum { CTRL_ENABLE = 1, CTRL_HFNMIENA = 2, CTRL_PRIVDEFENA = 4, RBAR_VALID = 1 << 4 };
enum { RASR_ENABLE = 1, RASR_SHARED = 1 << 18, GRAIN = 32 };
static const uint32_t system_base = 0xe0000000U;

void mpu_init(struct sim *s)
{
    bool sixteen = strncmp(s->board->family, "stm32h7", 7) == 0; /* PM0253 4.6, RM0433 */
    s->mpu = (struct mpu){.regions = sixteen ? 16 : 8, .privileged = true};
    s->chip.span_count = 0;
}

/* TEX, C, B of RASR (ARMv7-M ARM table B3-13); of inner and outer policy the L1's is the
 * inner. */
static enum memory_type type_of(uint32_t rasr)
{
    static const uint8_t plain[8] = {MEMORY_DEVICE,   MEMORY_DEVICE,   MEMORY_THROUGH,
                                     MEMORY_BACK,     MEMORY_UNCACHED, MEMORY_UNCACHED,
                                     MEMORY_UNCACHED, MEMORY_ALLOCATE};
    static const uint8_t inner[4] = {MEMORY_UNCACHED, MEMORY_ALLOCATE, MEMORY_THROUGH,
                                     MEMORY_BACK};
    unsigned tex = rasr >> 19 & 7U, cb = rasr >> 16 & 3U;
    enum memory_type type = tex & 4U  ? (enum memory_type)inner[cb]
                            : tex < 2 ? (enum memory_type)plain[tex * 4 + cb]
                                      : MEMORY_DEVICE;
    return rasr & RASR_SHARED && type > MEMORY_UNCACHED ? MEMORY_UNCACHED : type;
}

static void update(struct sim *s)
{
    const struct mpu *m = &s->mpu;
    struct chip *c = &s->chip;
    unsigned n = 0;
    for (unsigned i = m->regions; i-- > 0 && m->ctrl & CTRL_ENABLE;) {
        uint32_t rasr = m->attributes[i], bits = (rasr >> 1 & 31U) + 1;
        if (!(rasr & RASR_ENABLE) || bits < 5) continue;
        uint32_t mask = bits == 32 ? UINT32_MAX : (1U << bits) - 1, base = m->base[i] & ~mask;
        c->spans[n++] = (struct chip_span){.base = base,
                                           .last = base + mask,
                                           .without = bits < 8 ? 0 : rasr >> 8 & 0xffU,
                                           .type = (uint8_t)type_of(rasr),
                                           .access = rasr >> 24 & 7U,
                                           .never_run = rasr >> 28 & 1U};
    }
    c->span_count = n;
    c->generation++;
    mpu_guard(s);
}

bool mpu_read(struct sim *s, uint32_t offset, uint32_t *value)
{
    const struct mpu *m = &s->mpu;
    unsigned n = m->number % m->regions;
    switch (offset) {
    case TYPE:
        *value = m->regions << 8;
        return true;
    case CTRL:
        *value = m->ctrl;
        return true;
    case RNR:
        *value = m->number;
        return true;
    }
    if (offset > LAST || offset & 3U) return false;
    *value = (offset - RBAR) % 8 ? m->attributes[n] : m->base[n] | n; /* RASR, RBAR, aliases */
    return true;
}

bool mpu_write(struct sim *s, uint32_t offset, uint32_t value)
{
    struct mpu *m = &s->mpu;
    if (offset > LAST || offset & 3U) return false;
    if (offset == CTRL) {
        m->ctrl = value & (CTRL_ENABLE | CTRL_HFNMIENA | CTRL_PRIVDEFENA);
    } else if (offset == RNR) {
        m->number = value & 0xffU;
    } else if (offset >= RBAR && (offset - RBAR) % 8) {
        m->attributes[m->number % m->regions] = value & 0x173fff3fU;
    } else if (offset >= RBAR) {
        if (value & RBAR_VALID) m->number = value & 15U;
        m->base[m->number % m->regions] = value & ~31U;
    }
    update(s);
    return true;
}

/* RASR.AP (ARMv7-M ARM table B3-15). */
static bool permits(unsigned ap, bool privileged, bool write)
{
    switch (ap) {
    case 0:
    case 4:
        return false;
    case 1:
        return privileged;
    case 2:
        return privileged || !write;
    case 3:
        return true;
    case 5:
        return privileged && !write;
    }
    return !write;
}

static bool allows(const struct sim *s, const struct chip_span *r, enum mpu_access access,
                   bool privileged)
{
    if (!r) return privileged && s->mpu.ctrl & CTRL_PRIVDEFENA;
    return permits(r->access, privileged, access == MPU_WRITE) &&
           !(access == MPU_RUN && r->never_run);
}

bool mpu_allows(const struct sim *s, uint32_t addr, enum mpu_access access)
{
    return !s->mpu.in_force || addr >= system_base ||
           allows(s, chip_span(&s->chip, addr), access, s->mpu.privileged);
}

bool mpu_allows_all(const struct sim *s, uint32_t addr, uint32_t n, enum mpu_access access)
{
    if (!s->mpu.in_force) return true;
    for (uint32_t at = addr; at - addr < n; at = (at | (GRAIN - 1)) + 1)
        if (!mpu_allows(s, at, access)) return false;
    return true;
}

/* Is something of the region, which may be without some of its eighths, in from … last? */
static bool overlaps(const struct chip_span *r, uint32_t from, uint32_t last)
{
    uint32_t eighth = (r->last - r->base) / 8; /* one less */
    if (!r->without) return r->base <= last && r->last >= from;
    for (uint32_t k = 0, at = r->base; k < 8; k++, at += eighth + 1)
        if (!(r->without >> k & 1U) && at <= last && at + eighth >= from) return true;
    return false;
}

/* Does the region, or what no region holds, forbid something to this code where the board has
 * memory or devices? Elsewhere nothing answers anyway. */
static bool forbids(const struct sim *s, const struct chip_span *r, bool run)
{
    bool privileged = s->mpu.privileged;
    if (run ? allows(s, r, MPU_RUN, privileged) : allows(s, r, MPU_WRITE, privileged))
        return false;
    if (!r || (!run && overlaps(r, 0x40000000U, 0x5fffffffU))) return true;
    for (size_t i = 0; i < s->board->region_count; i++) {
        const struct region *m = &s->board->regions[i];
        if (overlaps(r, m->base, m->base + (m->size - 1))) return true;
    }
    return false;
}

/* Does the region make devices of memory? */
static bool hides_memory(const struct sim *s, const struct chip_span *r)
{
    for (size_t i = 0; i < s->board->region_count && r->type == MEMORY_DEVICE; i++) {
        const struct region *m = &s->board->regions[i];
        if (!chip_devices_at(m->base) && overlaps(r, m->base, m->base + (m->size - 1)))
            return true;
    }
    return false;
}

/* HardFault, NMI and FAULTMASK run without the MPU unless HFNMIENA is set. */
void mpu_guard(struct sim *s)
{
    struct mpu *m = &s->mpu;
    s->guard &= ~(unsigned)(GUARD_ALL | GUARD_DEVICE);
    m->fetches = false;
    m->privileged = core_privileged(s);
    m->in_force = m->ctrl & CTRL_ENABLE && (m->ctrl & CTRL_HFNMIENA || nvic_level(s) >= 0);
    if (!m->in_force) return;
    bool data = forbids(s, NULL, false);
    m->fetches = forbids(s, NULL, true);
    for (unsigned i = 0; i < s->chip.span_count; i++) {
        data |= forbids(s, &s->chip.spans[i], false);
        m->fetches |= forbids(s, &s->chip.spans[i], true);
    }
    if (data) s->guard |= GUARD_ALL;
    for (unsigned i = 0; i < s->chip.span_count; i++)
        if (hides_memory(s, &s->chip.spans[i])) s->guard |= GUARD_DEVICE;
}
