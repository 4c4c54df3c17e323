/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * DCMI (RM0385 chapter 19, RM0090 chapter 15, RM0433 chapter 30) behind which a camera may be
 * (sim/host/camera.h): snapshots and continuous capture, every frame, every second or fourth,
 * crop, 8 data bits. Embedded synchronisation, JPEG and byte selection have no effect.
 *
 *     CR.CAPTURE ─► the next frame's start ─► each fourth byte: a word ─► FIFO ─► DR, DMA
 *                                                                    └─► LINE, FRAME, OVR
 *
 * The bytes of a frame come evenly, with the time of a line before the first and after the
 * last. Without a camera nothing ever comes.
 */
#include <string.h>

#include "sim/periph/dma.h"
#include "sim/periph/regs.h"
#include "sim/state.h"

enum {
    CR = 0x00,
    SR = 0x04,
    RIS = 0x08,
    IER = 0x0c,
    MIS = 0x10,
    ICR = 0x14,
    CWSTRT = 0x20,
    CWSIZE = 0x24,
    DR = 0x28
};
enum { CAPTURE = 1 << 0, SNAPSHOT = 1 << 1, CROP = 1 << 2, ENABLE = 1 << 14 };
enum { FRAME = 1 << 0, OVR = 1 << 1, VSYNC = 1 << 3, LINE = 1 << 4, FNE = 1 << 2 };
enum { FIFO_WORDS = 4 };

struct dcmi {
    struct regs regs; /* first: regs_*() */
    struct event event;
    bool in_frame, stopping; /* CAPTURE was cleared: this frame is the last */
    uint64_t start;          /* of the frame */
    uint32_t line_bytes, lines;
    struct dcmi_window {
        uint32_t x, y, bytes, lines;
    } window;
    uint32_t word; /* the next one of the window */
    uint32_t fifo[FIFO_WORDS], count;
};

static void changed(struct device *d)
{
    const struct dcmi *s = d->state;
    nvic_line(d->sim, d->irq, (*regs_at(d, RIS) & *regs_at(d, IER)) != 0);
    if (s->count) dma_request(d->sim, d);
}

static void flag(struct device *d, uint32_t bits)
{
    *regs_at(d, RIS) |= bits;
}

static void wake(struct device *d, uint64_t at)
{
    struct dcmi *s = d->state;
    event_at(&d->sim->events, &s->event, at);
    sim_attention(d->sim);
}

/* Which bytes of the frame's lines are captured. */
static struct dcmi_window window(struct device *d)
{
    const struct dcmi *s = d->state;
    struct dcmi_window w = {0, 0, s->line_bytes, s->lines};
    if (*regs_at(d, CR) & CROP) {
        uint32_t from = *regs_at(d, CWSTRT), size = *regs_at(d, CWSIZE);
        w.x = from & 0x3fffU;
        w.y = from >> 16 & 0x1fffU;
        w.bytes = (size & 0x3fffU) + 1;
        w.lines = (size >> 16 & 0x3fffU) + 1;
        if (w.x >= s->line_bytes || w.y >= s->lines) w.bytes = 0;
        if (w.bytes > s->line_bytes - w.x) w.bytes = s->line_bytes - w.x;
        if (w.lines > s->lines - w.y) w.lines = s->lines - w.y;
    }
    return w;
}

/* Byte k of the window, as a byte of the frame. */
static uint32_t place(const struct dcmi *s, uint32_t k)
{
    const struct dcmi_window *w = &s->window;
    return (w->y + k / w->bytes) * s->line_bytes + w->x + k % w->bytes;
}

static uint32_t words(const struct dcmi *s)
{
    return s->window.bytes * s->window.lines / 4;
}

/* When the frame's bytes up to `at` are there. */
static uint64_t time_of(struct device *d, uint32_t at)
{
    const struct dcmi *s = d->state;
    uint64_t all = (uint64_t)(s->lines + 2) * s->line_bytes;
    return s->start + camera_period(d->sim->host.camera) * (at + 1 + s->line_bytes) / all;
}

/* FCRC: every frame, every second, every fourth. */
static uint64_t frames_apart(struct device *d)
{
    return UINT64_C(1) << (*regs_at(d, CR) >> 8 & 3U);
}

/* To the start of the next frame that is captured; without a camera there is none. */
static void await(struct device *d)
{
    uint32_t line_bytes, lines;
    if (!camera_frame(d->sim->host.camera, d, &line_bytes, &lines)) return;
    uint64_t step = camera_period(d->sim->host.camera) * frames_apart(d);
    wake(d, (sim_time(d->sim) / step + 1) * step);
}

static void after_word(struct device *d)
{
    const struct dcmi *s = d->state;
    if (s->word < words(s))
        wake(d, time_of(d, place(s, s->word * 4 + 3)));
    else
        wake(d, s->start + camera_period(d->sim->host.camera) - 1);
}

static void begin_frame(struct device *d)
{
    struct dcmi *s = d->state;
    if (!camera_frame(d->sim->host.camera, d, &s->line_bytes, &s->lines)) return;
    s->start = s->event.at; /* it may be a little later already */
    s->in_frame = true;
    s->word = 0;
    s->window = window(d);
    flag(d, VSYNC);
    after_word(d);
}

static void end_frame(struct device *d)
{
    struct dcmi *s = d->state;
    s->in_frame = false;
    flag(d, FRAME);
    if (*regs_at(d, CR) & SNAPSHOT || s->stopping) {
        *regs_at(d, CR) &= ~(uint32_t)CAPTURE;
        s->stopping = false;
    } else {
        wake(d, s->start + frames_apart(d) * camera_period(d->sim->host.camera));
    }
}

static void take_word(struct device *d)
{
    struct dcmi *s = d->state;
    uint32_t value = 0;
    for (uint32_t k = 0; k < 4; k++)
        value |= (uint32_t)camera_frame_byte(d->sim->host.camera, place(s, s->word * 4 + k))
                 << 8 * k;
    if (s->count < FIFO_WORDS)
        s->fifo[s->count++] = value;
    else
        flag(d, OVR);
    s->word++;
    if (s->word * 4 / s->window.bytes != (s->word * 4 - 4) / s->window.bytes) flag(d, LINE);
    after_word(d);
}

static void due(void *context)
{
    struct device *d = context;
    const struct dcmi *s = d->state;
    if (!s->in_frame)
        begin_frame(d);
    else if (s->word < words(s))
        take_word(d);
    else
        end_frame(d);
    changed(d);
}

static void halt(struct device *d)
{
    struct dcmi *s = d->state;
    event_cancel(&d->sim->events, &s->event);
    s->in_frame = s->stopping = false;
    s->count = 0;
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    ((struct dcmi *)d->state)->event = (struct event){.call = due, .context = d};
    return true;
}

static bool ask_dma(struct device *d, uint32_t offset, bool write, uint64_t *wait)
{
    *wait = 0;
    return offset == DR && !write && ((struct dcmi *)d->state)->count;
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    struct dcmi *s = d->state;
    if (offset > DR) return false;
    regs_read(d, offset, size, value);
    if (offset == SR) *value = (s->in_frame ? 0U : 3U) | (s->count ? FNE : 0U);
    if (offset == MIS) *value = *regs_at(d, RIS) & *regs_at(d, IER);
    if (offset == DR) {
        *value = s->count ? s->fifo[0] : 0;
        if (s->count) memmove(s->fifo, s->fifo + 1, --s->count * sizeof *s->fifo);
        changed(d);
    }
    return true;
}

static void control(struct device *d, uint32_t value)
{
    struct dcmi *s = d->state;
    uint32_t was = *regs_at(d, CR);
    *regs_at(d, CR) = value;
    if (!(value & ENABLE)) {
        *regs_at(d, CR) &= ~(uint32_t)CAPTURE;
        halt(d);
    } else if (was & CAPTURE && !(value & CAPTURE) && s->in_frame) {
        *regs_at(d, CR) |= CAPTURE;
        s->stopping = true;
    } else if (was & CAPTURE && !(value & CAPTURE)) {
        event_cancel(&d->sim->events, &s->event);
    } else if (!(was & CAPTURE) && value & CAPTURE) {
        s->count = 0;
        await(d);
    } else if (value & CAPTURE) {
        s->stopping = false;
    }
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    if (offset > DR) return false;
    if (offset == CR)
        control(d, value);
    else if (offset == ICR)
        *regs_at(d, RIS) &= ~value;
    else if (offset != SR && offset != RIS && offset != MIS && offset != DR)
        regs_write(d, offset, size, value);
    changed(d);
    return true;
}

const struct periph_ops periph_dcmi = {
    .kind = "dcmi",
    .state_bytes = sizeof(struct dcmi),
    .clockwork = true, /* by reading DR */
    .init = init,
    .dma = ask_dma,
    .read = read_reg,
    .write = write_reg,
};
