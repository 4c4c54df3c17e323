/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the maker wrote into system memory: the chip's 96-bit serial number ("uid_at") and its
 * flash in KiB ("flash_kib_at"). One-time-programmable words beside them are blank. The serial
 * number is the same in every run.
 */
#include "sim/state.h"
#include "tools/base/json.h"

static const uint32_t serial[3] = {0x00310037, 0x3432510a, 0x36383932};

static bool number(const struct device *d, const char *key, uint32_t *out)
{
    int64_t v = json_int(json_get(d->json, key), -1);
    *out = (uint32_t)v;
    return v >= 0;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    uint32_t uid = 0, kib_at = 0, v = 0;
    bool has_uid = number(d, "uid_at", &uid), has_kib = number(d, "flash_kib_at", &kib_at);
    for (unsigned i = 0; i < size; i++) {
        uint32_t at = offset + i, byte = 0xff;
        if (has_uid && at - uid < sizeof serial)
            byte = serial[(at - uid) / 4] >> (at - uid) % 4 * 8 & 0xffU;
        if (has_kib && at - kib_at < 2)
            byte = d->sim->board->flash_bytes / 1024 >> (at - kib_at) * 8 & 0xffU;
        v |= byte << 8 * i;
    }
    *value = v;
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)d;
    (void)offset;
    (void)size;
    (void)value;
    return false;
}

const struct periph_ops periph_system_memory = {
    .kind = "system-memory",
    .narrow = true,
    .read = read_reg,
    .write = write_reg,
};
