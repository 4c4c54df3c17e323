/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SAI: serial audio, two blocks (L4: RM0351 chapter 41; L4+: RM0432 chapter 45; F7: RM0385
 * chapter 33). A block that receives gets options.audio, 16-bit samples at 16 kHz, the same in
 * every slot of a frame, and silence when that is over; one that sends empties its FIFO at that
 * rate. PROVISIONAL: so do masters, whose own clock is not modelled. Frame errors do not occur.
 *
 *     0x00 GCR      A at 0x04, B at 0x24: CR1 CR2 FRCR SLOTR IM SR CLRFR DR
 */
#include <string.h>

#include "sim/periph/dma.h"
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { BLOCK_A = 0x04, BLOCK_BYTES = 0x20, BLOCKS_END = 0x44 };
enum { CR1 = 0x00, CR2 = 0x04, SLOTR = 0x0c, IM = 0x10, SR = 0x14, CLRFR = 0x18, DR = 0x1c };
enum { MODE_RX = 1 << 0, SAIEN = 1 << 16, DMAEN = 1 << 17, FFLUSH = 1 << 3 };
enum { OVRUDR = 1 << 0, FREQ = 1 << 3, FLAGS = 0x77, FIFO_WORDS = 8, FRAMES_HZ = 16000 };

struct sai_block {
    struct device *device;
    unsigned index;
    uint32_t fifo[FIFO_WORDS];
    unsigned held;
    uint64_t slots;    /* since it was enabled first: where the audio is */
    uint64_t at, part; /* cycle of the last slot, and parts of one that are due */
    struct event event;
};

struct sai {
    struct regs regs; /* first: regs_*() */
    struct sai_block block[2];
};

static uint32_t *reg(const struct sai_block *k, uint32_t offset)
{
    return regs_at(k->device, BLOCK_A + k->index * BLOCK_BYTES + offset);
}

static bool receives(const struct sai_block *k)
{
    return *reg(k, CR1) & MODE_RX;
}

static unsigned slots(const struct sai_block *k)
{
    return (*reg(k, SLOTR) >> 8 & 15U) + 1;
}

/* FREQ and the level follow what the FIFO holds (CR2.FTH: RM0351 41.5.2). */
static void update(struct sai_block *k)
{
    uint32_t th = *reg(k, CR2) & 7U, *sr = reg(k, SR);
    unsigned held = k->held, level;
    bool on = *reg(k, CR1) & SAIEN;
    bool request = receives(k) ? held >= (th ? 2 * th : 1) : th ? held < 2 * th : !held;
    level = held == FIFO_WORDS ? 5 : held ? 1 + (held - 1) / 2 : 0;
    *sr = (*sr & ~(uint32_t)(FREQ | 7U << 16)) | level << 16;
    if (request && (on || held || !receives(k))) *sr |= FREQ;
    struct device *d = k->device;
    uint32_t due = 0;
    for (unsigned i = 0; i < 2; i++) {
        const struct sai_block *b = &((struct sai *)d->state)->block[i];
        due |= *reg(b, SR) & *reg(b, IM) & (FLAGS | FREQ);
    }
    nvic_line(d->sim, d->irq, due != 0);
    if (*sr & FREQ && *reg(k, CR1) & DMAEN) dma_request(d->sim, d);
}

static void next_slot(struct sai_block *k)
{
    struct sim *s = k->device->sim;
    uint64_t rate = (uint64_t)FRAMES_HZ * slots(k), due = s->chip.hclk_hz + k->part;
    k->at += due / rate;
    k->part = due % rate;
    event_at(&s->events, &k->event, k->at);
    sim_attention(s);
}

static uint32_t sample(const struct sai_block *k)
{
    const struct sim_options *o = &k->device->sim->options;
    uint64_t at = k->slots / slots(k);
    if (at >= o->audio_samples) return 0;
    return (uint16_t)o->audio[at];
}

static void slot(void *context)
{
    struct sai_block *k = context;
    if (receives(k)) {
        if (k->held < FIFO_WORDS)
            k->fifo[k->held++] = sample(k);
        else
            *reg(k, SR) |= OVRUDR;
    } else if (k->held) {
        memmove(k->fifo, k->fifo + 1, --k->held * sizeof *k->fifo);
    } else {
        *reg(k, SR) |= OVRUDR;
    }
    k->slots++;
    next_slot(k);
    update(k);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct sai *a = d->state;
    for (unsigned i = 0; i < 2; i++) {
        a->block[i] = (struct sai_block){.device = d, .index = i};
        a->block[i].event = (struct event){.call = slot, .context = &a->block[i]};
        *reg(&a->block[i], CR1) = 0x40;
        *reg(&a->block[i], CR2 + 4) = 0x07; /* FRCR */
    }
    return true;
}

static void control(struct sai_block *k, uint32_t value)
{
    uint32_t was = *reg(k, CR1);
    *reg(k, CR1) = value;
    if (!(value & SAIEN)) {
        event_cancel(&k->device->sim->events, &k->event);
    } else if (!(was & SAIEN)) {
        k->at = sim_time(k->device->sim);
        k->slots = k->part = 0;
        next_slot(k);
    }
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    struct sai *a = d->state;
    if (!regs_read(d, offset, size, value)) return false;
    if (offset < BLOCK_A || offset >= BLOCKS_END) return true;
    struct sai_block *k = &a->block[(offset - BLOCK_A) / BLOCK_BYTES];
    if ((offset - BLOCK_A) % BLOCK_BYTES != DR) return true;
    *value = k->held ? k->fifo[0] : 0;
    if (k->held && receives(k)) memmove(k->fifo, k->fifo + 1, --k->held * sizeof *k->fifo);
    update(k);
    return true;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    struct sai *a = d->state;
    if (offset < BLOCK_A || offset >= BLOCKS_END) return regs_write(d, offset, size, value);
    struct sai_block *k = &a->block[(offset - BLOCK_A) / BLOCK_BYTES];
    switch ((offset - BLOCK_A) % BLOCK_BYTES) {
    case CR1:
        control(k, value);
        break;
    case CR2:
        *reg(k, CR2) = value & ~(uint32_t)FFLUSH;
        if (value & FFLUSH) k->held = 0;
        break;
    case SR:
        break;
    case CLRFR:
        *reg(k, SR) &= ~(value & FLAGS);
        break;
    case DR:
        if (!receives(k) && k->held < FIFO_WORDS) k->fifo[k->held++] = value;
        break;
    default:
        regs_write(d, offset, size, value);
    }
    update(k);
    return true;
}

static bool ask_dma(struct device *d, uint32_t offset, bool write, uint64_t *wait)
{
    struct sai *a = d->state;
    *wait = 0;
    if (offset < BLOCK_A || (offset - BLOCK_A) % BLOCK_BYTES != DR) return false;
    const struct sai_block *k = &a->block[(offset - BLOCK_A) / BLOCK_BYTES];
    return write != receives(k) && *reg(k, SR) & FREQ && *reg(k, CR1) & DMAEN;
}

const struct periph_ops periph_sai = {
    .kind = "sai",
    .state_bytes = sizeof(struct sai),
    .clockwork = true, /* by reading DR */
    .init = init,
    .read = read_reg,
    .write = write_reg,
    .dma = ask_dma,
};
