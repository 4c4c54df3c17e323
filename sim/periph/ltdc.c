/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * LTDC (RM0385 chapter 18, RM0090 chapter 16, RM0433 chapter 33): registers, their shadows, and
 * the scan's position, told from the time since it was switched on and the clock of the pixels
 * (the PLLs of rcc_f4.c, rcc_h7.c).
 *
 *     layer register ─► next ─► SRCR: at once, or in the vertical blanking ─► what holds
 *
 * Events are armed for what an interrupt or a reload waits for, so that a display which only
 * shines keeps no program awake. What the scan reads from memory takes no bus time from others,
 * and FIFOs never run dry.
 */
#include "sim/periph/ltdc.h"

#include "sim/periph/ltdc_regs.h"
#include "sim/periph/rcc.h"
#include "sim/state.h"
#include "tools/base/json.h"

enum {
    SRCR = 0x24,
    IER = 0x34,
    ISR = 0x38,
    ICR = 0x3c,
    LIPCR = 0x40,
    CPSR = 0x44,
    CDSR = 0x48
};
enum { LTDCEN = 1 << 0, IMR = 1 << 0, VBR = 1 << 1, LIF = 1 << 0, RRIF = 1 << 3 };

/* Pixel clocks of a line, lines of a frame. */
static uint32_t line_clocks(struct device *d)
{
    return (*regs_at(d, LTDC_TWCR) >> 16 & 0xfffU) + 1;
}

static uint32_t frame_lines(struct device *d)
{
    return (*regs_at(d, LTDC_TWCR) & 0x7ffU) + 1;
}

/* Core cycles of so many pixel clocks; 0: there is no clock, or nothing scans. */
static uint64_t cycles(struct device *d, uint64_t clocks)
{
    uint32_t hz = rcc_pixel_hz(d->sim);
    if (!hz || !(*regs_at(d, LTDC_GCR) & LTDCEN)) return 0;
    uint64_t n = clocks * d->sim->chip.hclk_hz / hz;
    return n ? n : 1;
}

/* Pixel clocks into the frame. */
static uint64_t position(struct device *d)
{
    const struct ltdc *s = d->state;
    uint64_t clocks = (uint64_t)line_clocks(d) * frame_lines(d), frame = cycles(d, clocks);
    if (!frame) return 0;
    /* Whole frames first: the product stays small. */
    uint64_t since = (sim_time(d->sim) - s->started) % frame;
    return since * rcc_pixel_hz(d->sim) / d->sim->chip.hclk_hz % clocks;
}

/* The time when the scan next enters that line, after `after`; UINT64_MAX: never. */
static uint64_t entry(struct device *d, uint32_t line, uint64_t after)
{
    const struct ltdc *s = d->state;
    uint64_t frame = cycles(d, (uint64_t)line_clocks(d) * frame_lines(d));
    if (!frame || line >= frame_lines(d)) return UINT64_MAX;
    uint64_t at = s->started + cycles(d, (uint64_t)line_clocks(d) * line);
    return at > after ? at : at + ((after - at) / frame + 1) * frame;
}

static void raise_lines(struct device *d)
{
    uint32_t pending = *regs_at(d, ISR) & *regs_at(d, IER);
    nvic_line(d->sim, d->irq, pending & (LIF | RRIF));
    nvic_line(d->sim, (int)json_int(json_get(d->json, "irq_error"), -1), pending & 6U);
}

static void reload(struct device *d)
{
    struct ltdc *s = d->state;
    for (uint32_t k = 0; k < 2; k++)
        for (uint32_t w = 0; w < L_CLUTWR; w++)
            *regs_at(d, LTDC_LAYER + k * LTDC_LAYER_STEP + 4 * w) = s->next[k][w];
    *regs_at(d, SRCR) = 0;
}

/* The line's flag, for the time that has passed. */
static void look(struct device *d)
{
    struct ltdc *s = d->state;
    uint64_t now = sim_time(d->sim);
    if (entry(d, *regs_at(d, LIPCR) & 0x7ffU, s->looked) <= now) *regs_at(d, ISR) |= LIF;
    s->looked = now;
}

static void arm(struct device *d)
{
    struct ltdc *s = d->state;
    struct events *q = &d->sim->events;
    uint64_t now = sim_time(d->sim);
    uint64_t line =
        *regs_at(d, IER) & LIF ? entry(d, *regs_at(d, LIPCR) & 0x7ffU, now) : UINT64_MAX;
    uint32_t first = (*regs_at(d, LTDC_AWCR) & 0x7ffU) + 1; /* of the blanking */
    uint64_t blank =
        *regs_at(d, SRCR) & VBR ? entry(d, first % frame_lines(d), now) : UINT64_MAX;
    if (line == UINT64_MAX)
        event_cancel(q, &s->line);
    else
        event_at(q, &s->line, line);
    if (blank == UINT64_MAX)
        event_cancel(q, &s->blank);
    else
        event_at(q, &s->blank, blank);
    sim_attention(d->sim);
}

static void at_line(void *context)
{
    struct device *d = context;
    look(d);
    raise_lines(d);
    arm(d);
}

static void in_blanking(void *context)
{
    struct device *d = context;
    reload(d);
    *regs_at(d, ISR) |= RRIF;
    raise_lines(d);
    arm(d);
}

/* Before other settings hold, and after: the scan begins anew, as clocks change. */
static void begin(struct device *d)
{
    struct ltdc *s = d->state;
    s->started = s->looked = sim_time(d->sim);
    arm(d);
}

static void clock_changes(struct device *d, bool after)
{
    if (!after)
        look(d);
    else
        begin(d);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct ltdc *s = d->state;
    *regs_at(d, LTDC_GCR) = 0x2220;
    for (uint32_t k = 0; k < 2; k++) {
        s->next[k][L_CACR] = 0xff;
        s->next[k][L_BFCR] = 0x607;
    }
    reload(d);
    s->line = (struct event){.call = at_line, .context = d};
    s->blank = (struct event){.call = in_blanking, .context = d};
    return true;
}

/* Where the scan is (CPSR), and which of its signals are active (CDSR). */
static uint32_t place(struct device *d, bool signals)
{
    uint64_t at = position(d);
    uint32_t x = (uint32_t)(at % line_clocks(d)), y = (uint32_t)(at / line_clocks(d));
    if (!signals) return x << 16 | y;
    uint32_t sync = *regs_at(d, LTDC_SSCR), porch = *regs_at(d, LTDC_BPCR),
             active = *regs_at(d, LTDC_AWCR);
    bool down = y > (porch & 0x7ffU) && y <= (active & 0x7ffU);
    bool across = x > (porch >> 16 & 0xfffU) && x <= (active >> 16 & 0xfffU);
    return (uint32_t)down | (uint32_t)across << 1 | (uint32_t)(y <= (sync & 0x7ffU)) << 2 |
           (uint32_t)(x <= (sync >> 16 & 0xfffU)) << 3;
}

static bool is_layer(uint32_t offset)
{
    uint32_t in = (offset - LTDC_LAYER) % LTDC_LAYER_STEP / 4;
    return offset >= LTDC_LAYER && offset < LTDC_LAYER + 2 * LTDC_LAYER_STEP &&
           in < LTDC_LAYER_WORDS;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    if (offset >= LTDC_LAYER && !is_layer(offset)) return false;
    if (offset == ISR) look(d);
    if (offset == CPSR || offset == CDSR)
        *value = place(d, offset == CDSR);
    else
        regs_read(d, offset, size, value);
    return true;
}

static void write_layer(struct device *d, uint32_t offset, uint32_t value)
{
    struct ltdc *s = d->state;
    uint32_t k = (offset - LTDC_LAYER) / LTDC_LAYER_STEP;
    uint32_t word = (offset - LTDC_LAYER) % LTDC_LAYER_STEP / 4;
    if (word == L_CLUTWR)
        s->clut[k][value >> 24] = (value & 0xffffffU) | 0xff000000U;
    else
        s->next[k][word] = value;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    uint32_t was = *regs_at(d, LTDC_GCR);
    if (offset >= LTDC_LAYER && !is_layer(offset)) return false;
    if (offset >= LTDC_LAYER) {
        write_layer(d, offset, value);
        return true;
    }
    look(d);
    if (offset == ICR)
        *regs_at(d, ISR) &= ~value;
    else if (offset == SRCR && value & IMR)
        reload(d);
    else if (offset != ISR && offset != CPSR && offset != CDSR)
        regs_write(d, offset, size, value);
    if (offset == LTDC_TWCR || (offset == LTDC_GCR && (was ^ value) & LTDCEN)) begin(d);
    if (offset == IER || offset == SRCR || offset == LIPCR || offset == LTDC_AWCR) arm(d);
    raise_lines(d);
    return true;
}

bool ltdc_is(const struct device *d)
{
    return d->ops == &periph_ltdc;
}

const struct periph_ops periph_ltdc = {
    .kind = "ltdc",
    .state_bytes = sizeof(struct ltdc),
    .clockwork = true, /* the scan's position */
    .init = init,
    .read = read_reg,
    .write = write_reg,
    .clock_changes = clock_changes,
};
