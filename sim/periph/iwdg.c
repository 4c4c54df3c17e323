/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Independent watchdog (RM0385 chapter 26): once started it must be refreshed in time, else it
 * resets the chip, which ends the run. LSI 32 kHz, as all families here have it nominally.
 */
#include "sim/state.h"

enum { KR = 0x00, PR = 0x04, RLR = 0x08, SR = 0x0c, WINR = 0x10 };
enum { KEY_START = 0xcccc, KEY_REFRESH = 0xaaaa, KEY_UNLOCK = 0x5555, LSI_HZ = 32000 };

struct iwdg {
    uint32_t prescaler, reload, window;
    bool started, unlocked;
    struct event event;
};

static void expired(void *context)
{
    struct device *d = context;
    fault_text(d->sim, SIM_EXIT_CODE, machine_reg(d->sim->machine, MREG_PC),
               "the watchdog (IWDG) was not refreshed in time: reset");
}

static void restart(struct device *d)
{
    struct iwdg *w = d->state;
    if (!w->started) return;
    uint64_t ticks = (w->reload + UINT64_C(1)) * (4U << (w->prescaler > 6 ? 6 : w->prescaler));
    device_wake(d, &w->event, ticks * d->sim->chip.hclk_hz / LSI_HZ);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct iwdg *w = d->state;
    w->reload = w->window = 0xfff;
    w->event = (struct event){.call = expired, .context = d};
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    const struct iwdg *w = d->state;
    if (offset > WINR) return false;
    *value = offset == PR     ? w->prescaler
             : offset == RLR  ? w->reload
             : offset == WINR ? w->window
                              : 0; /* SR: updates are done at once */
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    struct iwdg *w = d->state;
    if (offset > WINR) return false;
    if (offset == KR) {
        w->unlocked = value == KEY_UNLOCK;
        w->started = w->started || value == KEY_START;
        if (value == KEY_START || value == KEY_REFRESH) restart(d);
        return true;
    }
    if (!w->unlocked) return true;
    if (offset == PR)
        w->prescaler = value & 7U;
    else if (offset == RLR)
        w->reload = value & 0xfffU;
    else if (offset == WINR)
        w->window = value & 0xfffU;
    return true;
}

const struct periph_ops periph_iwdg = {
    .kind = "iwdg",
    .state_bytes = sizeof(struct iwdg),
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
