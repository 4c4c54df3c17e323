/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * DMA2D, which fills, copies, converts and blends rectangles (RM0385 chapter 9, RM0090 chapter
 * 11, RM0433 chapter 19 without YCbCr).
 *
 *     CR.START ─► rows up to the watermark ─► TWIF ─► the rest ─► TCIF
 *
 * Rows are done at the time when the last of them would be: a pixel takes a bus clock, or what
 * its bytes take on the memories that they come from and go to, 4 bytes a bus clock on the
 * chip, SDRAM at its own rate. PROVISIONAL: from the widths of buses; no measurement was used,
 * the core is not slowed down meanwhile, and AMTCR's dead time is not added. A CLUT is loaded
 * at once.
 */
#include "sim/mem/sdram.h"
#include "sim/periph/pixel.h"
#include "sim/periph/regs.h"
#include "sim/state.h"

enum {
    CR = 0x00,
    ISR = 0x04,
    IFCR = 0x08,
    FGMAR = 0x0c,
    FGOR = 0x10,
    BGMAR = 0x14,
    BGOR = 0x18,
    FGPFCCR = 0x1c,
    FGCOLR = 0x20,
    BGPFCCR = 0x24,
    BGCOLR = 0x28,
    FGCMAR = 0x2c,
    BGCMAR = 0x30,
    OPFCCR = 0x34,
    OCOLR = 0x38,
    OMAR = 0x3c,
    OOR = 0x40,
    NLR = 0x44,
    LWR = 0x48,
    AMTCR = 0x4c,
    CLUTS = 0x400,
    END = 0xc00
};
enum {
    START = 1 << 0,
    SUSP = 1 << 1,
    ABORT = 1 << 2,
    PFC_START = 1 << 5,
    CLUT_RGB888 = 1 << 4
};
enum {
    TEIF = 1 << 0,
    TCIF = 1 << 1,
    TWIF = 1 << 2,
    CTCIF = 1 << 4,
    CEIF = 1 << 5,
    FLAGS = 0x3f
};
enum mode { COPY, CONVERT, BLEND, FILL, BLEND_FRONT_FIXED, BLEND_BACK_FIXED, MODES };
enum { PIXELS_MAX = 0x3fff };

struct dma2d {
    struct regs regs; /* first: regs_*() */
    uint32_t clut[2][256];
    uint32_t done, until; /* rows */
    struct event event;
    uint8_t row[PIXELS_MAX * 4 + 4];
};

struct layer {
    uint32_t addr, step; /* bytes from row to row */
    enum pixel_format format;
    uint32_t control, colour;
    const uint32_t *clut;
};

static enum mode mode_of(struct device *d)
{
    return (enum mode)(*regs_at(d, CR) >> 16 & 7U);
}

static uint32_t pixels(struct device *d)
{
    return *regs_at(d, NLR) >> 16 & PIXELS_MAX;
}

static uint32_t rows(struct device *d)
{
    return *regs_at(d, NLR) & 0xffffU;
}

static struct layer layer(struct device *d, bool back)
{
    const struct dma2d *s = d->state;
    uint32_t control = *regs_at(d, back ? BGPFCCR : FGPFCCR);
    unsigned format = control & 15U;
    struct layer l = {.addr = *regs_at(d, back ? BGMAR : FGMAR),
                      .format = format < PIXEL_FORMATS ? (enum pixel_format)format : PIXEL_L8,
                      .control = control,
                      .colour = *regs_at(d, back ? BGCOLR : FGCOLR) & 0xffffffU,
                      .clut = s->clut[back]};
    uint32_t offset = *regs_at(d, back ? BGOR : FGOR) & 0xffffU;
    l.step = (uint32_t)pixel_bytes(l.format, pixels(d) + offset);
    return l;
}

static struct layer output(struct device *d)
{
    unsigned format = *regs_at(d, OPFCCR) & 7U;
    struct layer l = {.addr = *regs_at(d, OMAR),
                      .control = *regs_at(d, OPFCCR),
                      .format = format <= PIXEL_ARGB4444 ? (enum pixel_format)format
                                                         : PIXEL_ARGB8888};
    if (mode_of(d) == COPY) l.format = layer(d, false).format; /* bytes as they are */
    l.step = (uint32_t)pixel_bytes(l.format, pixels(d) + (*regs_at(d, OOR) & 0xffffU));
    return l;
}

static bool reads(enum mode m, bool back)
{
    return back ? m == BLEND || m == BLEND_FRONT_FIXED : m != FILL && m != BLEND_FRONT_FIXED;
}

static void lines(struct device *d)
{
    nvic_line(d->sim, d->irq, *regs_at(d, ISR) & *regs_at(d, CR) >> 8 & FLAGS);
}

/* Red and blue swapped, alpha inverted (H7, L4): bits that others have not. */
static uint32_t arrange(uint32_t argb, uint32_t control)
{
    if (control >> 21 & 1U)
        argb = (argb & 0xff00ff00U) | (argb & 0xffU) << 16 | (argb >> 16 & 0xffU);
    return control >> 20 & 1U ? argb ^ 0xff000000U : argb;
}

/* Pixel i of a row in front or behind, after its conversion. */
static uint32_t fetch(const struct layer *l, const uint8_t *row, size_t i)
{
    uint32_t argb = l->colour | 0xff000000U, given = l->control >> 24;
    if (row) argb = pixel_get(row, i, l->format, l->clut);
    if (row && (l->format == PIXEL_A8 || l->format == PIXEL_A4)) argb |= l->colour;
    argb = arrange(argb, l->control);
    switch (l->control >> 16 & 3U) {
    case 1:
        return (argb & 0xffffffU) | given << 24;
    case 2:
        return (argb & 0xffffffU) | (argb >> 24) * given / 255 << 24;
    }
    return argb;
}

/* The output register holds the colour in the output's format; a pixel of it, as bytes. */
static void fill_row(struct device *d, const struct layer *out)
{
    struct dma2d *s = d->state;
    uint32_t v = *regs_at(d, OCOLR);
    unsigned n = pixel_bits(out->format) / 8;
    for (size_t i = 0; i < pixels(d); i++)
        for (unsigned k = 0; k < n; k++)
            s->row[n * i + k] = (uint8_t)(v >> 8 * k);
}

/* False: a row is not in memory. */
static bool do_row(struct device *d, uint32_t y)
{
    struct dma2d *s = d->state;
    struct sim *sim = d->sim;
    enum mode m = mode_of(d);
    struct layer front = layer(d, false), back = layer(d, true), out = output(d);
    const uint8_t *from[2] = {NULL, NULL};
    for (unsigned k = 0; k < 2; k++) {
        const struct layer *l = k ? &back : &front;
        if (!reads(m, k)) continue;
        size_t n = pixel_bytes(l->format, pixels(d));
        from[k] = memory_at(&sim->memory, l->addr + y * l->step, n);
        if (!from[k]) return false;
        memory_touch(&sim->memory, l->addr + y * l->step, (uint32_t)n);
    }
    size_t bytes = pixel_bytes(out.format, pixels(d));
    if (m == COPY) {
        for (size_t i = 0; i < bytes; i++)
            s->row[i] = from[0][i];
    } else if (m == FILL) {
        fill_row(d, &out);
    } else {
        for (size_t i = 0; i < pixels(d); i++) {
            uint32_t argb = fetch(&front, from[0], i);
            if (m != CONVERT) argb = pixel_blend(argb, fetch(&back, from[1], i));
            pixel_put(s->row, i, out.format, arrange(argb, out.control));
        }
    }
    uint32_t to = out.addr + y * out.step;
    const struct span_host *span = memory_span(&sim->memory, to);
    if (!span || span->region->kind != REGION_RAM || !(span->rights & MACHINE_WRITE) ||
        !memory_at(&sim->memory, to, bytes))
        return false;
    memory_touch(&sim->memory, to, (uint32_t)bytes);
    return machine_write(sim->machine, to, s->row, bytes);
}

/* Core cycles for the bytes of a row there. */
static uint64_t row_cycles(struct device *d, const struct layer *l)
{
    const struct chip *c = &d->sim->chip;
    const struct region *r = board_region(d->sim->board, l->addr);
    uint32_t bytes = (uint32_t)pixel_bytes(l->format, pixels(d));
    if (r && r->sdram) return sdram_beats(c, r->sdram, bytes);
    return (uint64_t)((bytes + 3) / 4) * c->axi_divider;
}

static uint64_t cycles(struct device *d, uint32_t n)
{
    enum mode m = mode_of(d);
    struct layer front = layer(d, false), back = layer(d, true), out = output(d);
    uint64_t row = row_cycles(d, &out), least = (uint64_t)pixels(d) * d->sim->chip.axi_divider;
    if (reads(m, false)) row += row_cycles(d, &front);
    if (reads(m, true)) row += row_cycles(d, &back);
    return (row > least ? row : least) * n + 1;
}

/* Up to the watermark, if it is still ahead, or to the end. */
static void go_on(struct device *d)
{
    struct dma2d *s = d->state;
    uint32_t mark = *regs_at(d, LWR) & 0xffffU;
    s->until = mark > s->done && mark < rows(d) ? mark : rows(d);
    device_wake(d, &s->event, cycles(d, s->until - s->done));
}

static void finish(struct device *d, uint32_t flag)
{
    *regs_at(d, ISR) |= flag;
    *regs_at(d, CR) &= ~(uint32_t)(START | SUSP | ABORT);
    event_cancel(&d->sim->events, &((struct dma2d *)d->state)->event);
}

static void rows_are_due(void *context)
{
    struct device *d = context;
    struct dma2d *s = d->state;
    bool good = true;
    for (; good && s->done < s->until; s->done++)
        good = do_row(d, s->done);
    if (!good)
        finish(d, TEIF);
    else if (s->done == rows(d))
        finish(d, TCIF);
    else
        *regs_at(d, ISR) |= TWIF;
    if (*regs_at(d, CR) & START) go_on(d);
    lines(d);
}

static void start(struct device *d)
{
    struct dma2d *s = d->state;
    enum mode m = mode_of(d);
    bool whole =
        (pixel_bits(layer(d, false).format) != 4 || !reads(m, false) || pixels(d) % 2 == 0) &&
        (pixel_bits(layer(d, true).format) != 4 || !reads(m, true) || pixels(d) % 2 == 0);
    s->done = 0;
    if (!pixels(d) || !rows(d) || m >= MODES || !whole ||
        (m != COPY && (*regs_at(d, OPFCCR) & 7U) > PIXEL_ARGB4444)) {
        finish(d, CEIF);
        return;
    }
    go_on(d);
}

static void load_clut(struct device *d, bool back)
{
    struct dma2d *s = d->state;
    uint32_t *control = regs_at(d, back ? BGPFCCR : FGPFCCR);
    size_t n = (*control >> 8 & 0xffU) + 1;
    enum pixel_format f = *control & CLUT_RGB888 ? PIXEL_RGB888 : PIXEL_ARGB8888;
    const uint8_t *from =
        memory_at(&d->sim->memory, *regs_at(d, back ? BGCMAR : FGCMAR), pixel_bytes(f, n));
    *control &= ~(uint32_t)PFC_START;
    for (size_t i = 0; from && i < n; i++)
        s->clut[back][i] = pixel_get(from, i, f, NULL);
    *regs_at(d, ISR) |= from ? CTCIF : TEIF;
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    ((struct dma2d *)d->state)->event = (struct event){.call = rows_are_due, .context = d};
    return true;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    const struct dma2d *s = d->state;
    if (offset <= AMTCR) return regs_read(d, offset, size, value);
    if (offset < CLUTS || offset >= END) return false;
    *value = s->clut[(offset - CLUTS) / 0x400][(offset - CLUTS) / 4 % 256];
    return true;
}

static void control(struct device *d, uint32_t value)
{
    struct dma2d *s = d->state;
    bool was = *regs_at(d, CR) & START;
    *regs_at(d, CR) = value | (was ? START : 0U);
    if (was && value & ABORT) {
        finish(d, 0);
    } else if (was && value & SUSP) {
        event_cancel(&d->sim->events, &s->event); /* its rows will take their time again */
    } else if (was) {
        if (!s->event.armed) go_on(d);
    } else if (value & START) {
        start(d);
    } else {
        *regs_at(d, CR) &= ~(uint32_t)(SUSP | ABORT);
    }
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    struct dma2d *s = d->state;
    if (offset >= END) return false;
    if (offset >= CLUTS) {
        s->clut[(offset - CLUTS) / 0x400][(offset - CLUTS) / 4 % 256] = value;
        return true;
    }
    if (offset > AMTCR) return false;
    bool works = *regs_at(d, CR) & START; /* then the settings cannot be written */
    if (offset == CR)
        control(d, value);
    else if (offset == IFCR)
        *regs_at(d, ISR) &= ~value;
    else if (offset != ISR && (!works || offset == LWR))
        regs_write(d, offset, size, value);
    if ((offset == FGPFCCR || offset == BGPFCCR) && *regs_at(d, offset) & PFC_START)
        load_clut(d, offset == BGPFCCR);
    lines(d);
    return true;
}

const struct periph_ops periph_dma2d = {
    .kind = "dma2d",
    .state_bytes = sizeof(struct dma2d),
    .init = init,
    .read = read_reg,
    .write = write_reg,
};
