/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Random number generator (RM0385 chapter 20): a number is ready whenever it is enabled. The
 * numbers are the same in every run: results must be.
 */
#include "tools/base/rng.h"
#include "sim/periph/regs.h"

enum { CR = 0x00, SR = 0x04, DR = 0x08, ENABLE = 4 };

struct state {
    struct regs regs;
    struct rng rng;
};

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    struct state *s = d->state;
    bool on = *regs_at(d, CR) & ENABLE;
    switch (offset) {
    case SR:
        *value = on;
        return true;
    case DR:
        *value = on ? (uint32_t)rng_next(&s->rng) : 0;
        return true;
    }
    return regs_read(d, offset, size, value);
}

const struct periph_ops periph_rng = {
    .kind = "rng",
    .clockwork = true,
    .state_bytes = sizeof(struct state),
    .read = read_reg,
    .write = regs_write,
};
