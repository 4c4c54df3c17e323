/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Real-time clock (F4, F7, L4, H7: RM0385 chapter 29): calendar, wake-up timer, alarm A. It
 * starts at 2000-01-01 00:00:00, a Saturday, and counts simulated time by the quartz's 32,768
 * Hz and the prescalers; the host's clock stays outside. Alarms compare whole seconds, date
 * ignored. "exti" of its JSON: the lines of the alarms and of the wake-up timer.
 *
 *     0x00 TR  DR  CR  ISR  PRER  WUTR  —  ALRMAR  ALRMBR  WPR  0x28 SSR
 */
#include "sim/periph/exti.h"
#include "sim/periph/regs.h"
#include "sim/state.h"
#include "tools/base/json.h"

enum { TR = 0x00, DR = 0x04, CR = 0x08, ISR = 0x0c, PRER = 0x10, WUTR = 0x14, ALRMAR = 0x1c };
enum { WPR = 0x24, SSR = 0x28, LAST = 0x9c, QUARTZ_HZ = 32768, DAY = 86400 };
enum { ALRAE = 1 << 8, WUTE = 1 << 10, ALRAIE = 1 << 12, WUTIE = 1 << 14, FMT = 1 << 6 };
enum { ALRAWF = 1 << 0, WUTWF = 1 << 2, INITS = 1 << 4, RSF = 1 << 5, INITF = 1 << 6 };
enum { INIT = 1 << 7, ALRAF = 1 << 8, WUTF = 1 << 10 };

struct rtc {
    struct regs regs; /* first: regs_*() */
    uint64_t ticks;   /* of the quartz, until `since` */
    uint64_t since;   /* a cycle */
    uint64_t zero;    /* ticks when the calendar was set to … */
    int64_t set;      /* … this second since 2000 */
    struct event wake_up, alarm;
};

/* ---- days ---- */

static const uint8_t month_days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static uint32_t days_of(uint32_t year, uint32_t month)
{
    return month_days[(month - 1) % 12] + (month == 2 && year % 4 == 0 ? 1U : 0U);
}

static uint32_t bcd(uint32_t v)
{
    return v / 10 << 4 | v % 10;
}

static uint32_t number(uint32_t v)
{
    return (v >> 4) * 10 + (v & 15U);
}

/* ---- time ---- */

static uint64_t ticks_at(const struct device *d, uint64_t now)
{
    const struct rtc *r = d->state;
    return r->ticks + (uint64_t)((double)(now - r->since) * QUARTZ_HZ / d->sim->chip.hclk_hz);
}

static uint64_t ticks_a_second(struct device *d)
{
    uint32_t prer = *regs_at(d, PRER);
    return ((prer >> 16 & 0x7fU) + UINT64_C(1)) * ((prer & 0x7fffU) + UINT64_C(1));
}

static int64_t second_of(struct device *d, uint64_t ticks)
{
    const struct rtc *r = d->state;
    return r->set + (int64_t)((ticks - r->zero) / ticks_a_second(d));
}

static uint32_t time_register(struct device *d, int64_t second)
{
    uint32_t s = (uint32_t)(second % DAY), hour = s / 3600, pm = 0;
    if (*regs_at(d, CR) & FMT) {
        pm = hour >= 12;
        hour = hour % 12 ? hour % 12 : 12;
    }
    return pm << 22 | bcd(hour) << 16 | bcd(s / 60 % 60) << 8 | bcd(s % 60);
}

static uint32_t date_register(int64_t second)
{
    uint32_t day = (uint32_t)(second / DAY), weekday = (day + 5) % 7 + 1, year = 0, month = 1;
    while (day >= (year % 4 ? 365U : 366U)) {
        day -= year % 4 ? 365U : 366U;
        year = (year + 1) % 100;
    }
    while (day >= days_of(year, month)) {
        day -= days_of(year, month);
        month++;
    }
    return bcd(year) << 16 | weekday << 13 | bcd(month) << 8 | bcd(day + 1);
}

/* What the calendar registers hold, as a second since 2000. */
static int64_t stored_second(struct device *d)
{
    uint32_t tr = *regs_at(d, TR), dr = *regs_at(d, DR);
    uint32_t hour = number(tr >> 16 & 0x3fU), year = number(dr >> 16 & 0xffU) % 100;
    if (*regs_at(d, CR) & FMT) hour = hour % 12 + (tr >> 22 & 1U) * 12;
    int64_t day = (int64_t)number(dr & 0x3fU) - 1;
    for (uint32_t y = 0; y < year; y++)
        day += y % 4 ? 365 : 366;
    for (uint32_t m = 1; m < number(dr >> 8 & 0x1fU) && m <= 12; m++)
        day += days_of(year, m);
    return (day < 0 ? 0 : day) * DAY + hour * 3600 + number(tr >> 8 & 0x7fU) * 60 +
           number(tr & 0x7fU);
}

/* The cycle at which so many ticks will have passed from now on. */
static uint64_t cycle_in(struct device *d, uint64_t ticks)
{
    return sim_time(d->sim) + ticks * d->sim->chip.hclk_hz / QUARTZ_HZ + 1;
}

/* ---- events ---- */

static void flag(struct device *d, uint32_t bit, uint32_t enable, size_t line)
{
    *regs_at(d, ISR) |= bit;
    int64_t exti = json_int(json_at(json_get(d->json, "exti"), line), -1);
    if (*regs_at(d, CR) & enable && exti >= 0) exti_pulse(d->sim, (unsigned)exti);
}

static void arm_wake_up(struct device *d)
{
    struct rtc *r = d->state;
    uint32_t cr = *regs_at(d, CR), clock = cr & 7U;
    uint64_t count = (*regs_at(d, WUTR) & 0xffffU) + UINT64_C(1);
    if (clock & 4U && clock & 2U) count += 0x10000;
    uint64_t each = clock & 4U ? ticks_a_second(d) : UINT64_C(16) >> (clock & 3U);
    event_cancel(&d->sim->events, &r->wake_up);
    if (cr & WUTE) event_at(&d->sim->events, &r->wake_up, cycle_in(d, count * each));
    sim_attention(d->sim);
}

static void wakes_up(void *context)
{
    struct device *d = context;
    flag(d, WUTF, WUTIE, 1);
    arm_wake_up(d);
}

/* An alarm is looked at at each second: masked fields of it do not count. */
static void arm_alarm(struct device *d)
{
    struct rtc *r = d->state;
    uint64_t second = ticks_a_second(d);
    event_cancel(&d->sim->events, &r->alarm);
    if (!(*regs_at(d, CR) & ALRAE)) return;
    uint64_t passed = (ticks_at(d, sim_time(d->sim)) - r->zero) % second;
    event_at(&d->sim->events, &r->alarm, cycle_in(d, second - passed));
    sim_attention(d->sim);
}

static void second_passes(void *context)
{
    struct device *d = context;
    uint32_t alarm = *regs_at(d, ALRMAR), mask = 0;
    if (!(alarm >> 7 & 1U)) mask |= 0x7fU;
    if (!(alarm >> 15 & 1U)) mask |= 0x7fU << 8;
    if (!(alarm >> 23 & 1U)) mask |= 0x7fU << 16;
    uint32_t now = time_register(d, second_of(d, ticks_at(d, d->sim->now)));
    if (((now ^ alarm) & mask) == 0) flag(d, ALRAF, ALRAIE, 0);
    arm_alarm(d);
}

/* ---- registers ---- */

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct rtc *r = d->state;
    r->wake_up = (struct event){.call = wakes_up, .context = d};
    r->alarm = (struct event){.call = second_passes, .context = d};
    *regs_at(d, ISR) = ALRAWF | 1U << 1 | WUTWF;
    *regs_at(d, PRER) = 0x007f00ff;
    *regs_at(d, WUTR) = 0xffff;
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    struct rtc *r = d->state;
    if (offset > LAST) return false;
    regs_read(d, offset, size, value);
    if (*regs_at(d, ISR) & INIT) return true; /* as they were set */
    uint64_t ticks = ticks_at(d, sim_time(d->sim)), second = ticks_a_second(d);
    if (offset == TR)
        *value = time_register(d, second_of(d, ticks));
    else if (offset == DR)
        *value = date_register(second_of(d, ticks));
    else if (offset == SSR)
        *value = (uint32_t)((second - 1 - (ticks - r->zero) % second) /
                            ((*regs_at(d, PRER) >> 16 & 0x7fU) + 1));
    return true;
}

static void write_isr(struct device *d, uint32_t value)
{
    struct rtc *r = d->state;
    uint32_t *isr = regs_at(d, ISR), was = *isr;
    *isr &= value | ~(uint32_t)(ALRAF | 1U << 9 | WUTF | 1U << 11 | RSF);
    *isr = (*isr & ~(uint32_t)(INIT | INITF)) | (value & INIT ? INIT | INITF : 0);
    if (value & INIT && !(was & INIT)) {
        int64_t second = second_of(d, ticks_at(d, sim_time(d->sim)));
        *regs_at(d, TR) = time_register(d, second);
        *regs_at(d, DR) = date_register(second);
    }
    if (!(value & INIT) && was & INIT) {
        r->set = stored_second(d);
        r->zero = ticks_at(d, sim_time(d->sim));
        *isr |= INITS;
        arm_alarm(d);
    }
    *isr |= RSF; /* the shadow registers follow at once */
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    uint32_t was = *regs_at(d, CR);
    if (offset > LAST) return false;
    if (offset == ISR) {
        write_isr(d, value);
        return true;
    }
    if (offset == WPR || offset == SSR) return true; /* the keys are not asked for */
    regs_write(d, offset, size, value);
    if (offset == CR && (was ^ value) & WUTE) arm_wake_up(d);
    if (offset == CR && (was ^ value) & ALRAE) arm_alarm(d);
    return true;
}

/* Ticks of the old clock are counted; what waits is set anew. */
static void clock_changes(struct device *d, bool after)
{
    struct rtc *r = d->state;
    if (!after) {
        r->ticks = ticks_at(d, sim_time(d->sim));
        r->since = sim_time(d->sim);
        return;
    }
    if (r->alarm.armed) arm_alarm(d);
    if (r->wake_up.armed) arm_wake_up(d);
}

/* ---- the layout of the H7A3 (RM0455 chapter 46): the same device ---- */

enum { V3_SSR = 0x08, V3_CR = 0x18, V3_ALRMAR = 0x40, V3_SR = 0x50, V3_MISR = 0x54 };
enum { V3_SCR = 0x5c, V3_LAST = 0x60, FLAGS_AT = 8 /* of ISR: where SR's bits are */ };

/* Where a register is in the other layout; LAST + 4: only here. */
static uint32_t translated(uint32_t offset)
{
    switch (offset) {
    case V3_SSR:
        return SSR;
    case V3_CR:
        return CR;
    case V3_ALRMAR:
        return ALRMAR;
    }
    return offset <= WUTR || offset == WPR ? offset : LAST + 4;
}

static bool read_v3(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    uint32_t flags = *regs_at(d, ISR) >> FLAGS_AT & 7U, cr = *regs_at(d, CR);
    uint32_t enabled = (cr >> 12 & 3U) | (cr & WUTIE ? 4U : 0U);
    if (offset > V3_LAST) return false;
    if (translated(offset) <= LAST) {
        if (!read_reg(d, translated(offset), size, value)) return false;
        if (offset == ISR) *value &= 0xffU;
        return true;
    }
    *value = offset == V3_SR ? flags : offset == V3_MISR ? flags & enabled : 0;
    return true;
}

static bool write_v3(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    if (offset > V3_LAST) return false;
    if (offset == V3_SCR)
        *regs_at(d, ISR) &= ~((value & 7U) << FLAGS_AT);
    else if (offset == ISR)
        write_isr(d, value | 7U << FLAGS_AT); /* the flags are not here */
    else if (translated(offset) <= LAST)
        return write_reg(d, translated(offset), size, value);
    return true;
}

const struct periph_ops periph_rtc = {
    .kind = "rtc",
    .state_bytes = sizeof(struct rtc),
    .clockwork = true,
    .init = init,
    .read = read_reg,
    .write = write_reg,
    .clock_changes = clock_changes,
};

const struct periph_ops periph_rtc_v3 = {
    .kind = "rtc-v3",
    .state_bytes = sizeof(struct rtc),
    .clockwork = true,
    .init = init,
    .read = read_v3,
    .write = write_v3,
    .clock_changes = clock_changes,
};
