/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Analog converters of both layouts (v1: F4, F7, RM0385 chapter 15; v3: L4, RM0351 chapter 18,
 * H7, RM0433 chapter 25). Every input is at half of the reference: what is read is half of full
 * scale at the resolution that is set. A conversion takes 15 cycles of a clock of a quarter of
 * the bus's; sequences deliver their values one after another. Calibration is over at once;
 * watchdogs, injected channels and external triggers have no effect.
 */
#include <string.h>

#include "sim/periph/dma.h"
#include "sim/periph/regs.h"
#include "sim/state.h"

enum { V1_SR = 0x00, V1_CR1 = 0x04, V1_CR2 = 0x08, V1_SQR1 = 0x2c, V1_DR = 0x4c };
enum { V1_EOC = 1 << 1, V1_STRT = 1 << 4, V1_OVR = 1 << 5, V1_EOCIE = 1 << 5 };
enum { V1_ADON = 1 << 0, V1_CONT = 1 << 1, V1_DMA = 1 << 8, V1_EOCS = 1 << 10 };
enum {
    V3_ISR = 0x00,
    V3_IER = 0x04,
    V3_CR = 0x08,
    V3_CFGR = 0x0c,
    V3_SQR1 = 0x30,
    V3_DR = 0x40
};
enum {
    V3_ADRDY = 1 << 0,
    V3_EOSMP = 1 << 1,
    V3_EOC = 1 << 2,
    V3_EOS = 1 << 3,
    V3_OVR = 1 << 4
};
enum { V3_ADEN = 1 << 0, V3_ADDIS = 1 << 1, V3_ADSTART = 1 << 2, V3_ADSTP = 1 << 4 };
enum { V3_CONT = 1 << 13, CONVERSION_CYCLES = 60 };
static const uint32_t v1_start = 1U << 30, v3_calibrate = 1U << 31;

struct adc {
    struct regs regs; /* first: regs_*() */
    unsigned left;    /* conversions of the sequence */
    struct event event;
};

static bool v3(const struct device *d)
{
    return d->ops == &periph_adc_v3;
}

static uint32_t half_scale(struct device *d)
{
    if (!v3(d)) return 1U << (11 - 2 * (*regs_at(d, V1_CR1) >> 24 & 3U));
    uint32_t cfgr = *regs_at(d, V3_CFGR), resolution = cfgr >> 2 & 7U;
    if (strncmp(d->sim->board->family, "stm32h7", 7) != 0)
        return 1U << (11 - 2 * (cfgr >> 3 & 3U));
    return 1U << (15 - 2 * (resolution > 4 ? 4 : resolution));
}

static unsigned sequence(struct device *d)
{
    return (v3(d) ? *regs_at(d, V3_SQR1) & 15U : *regs_at(d, V1_SQR1) >> 20 & 15U) + 1;
}

static bool waits_for_dma(struct device *d)
{
    return v3(d) ? *regs_at(d, V3_CFGR) & 3U : *regs_at(d, V1_CR2) & V1_DMA;
}

static void lines(struct device *d)
{
    bool high = v3(d) ? (*regs_at(d, V3_ISR) & *regs_at(d, V3_IER) & 0x7ffU) != 0
                      : *regs_at(d, V1_SR) & V1_EOC && *regs_at(d, V1_CR1) & V1_EOCIE;
    nvic_line(d->sim, d->irq, high);
}

static void next_conversion(struct device *d)
{
    struct adc *a = d->state;
    device_wake(d, &a->event, CONVERSION_CYCLES);
}

static void start(struct device *d)
{
    ((struct adc *)d->state)->left = sequence(d);
    next_conversion(d);
}

static void converted(void *context)
{
    struct device *d = context;
    struct adc *a = d->state;
    bool last = --a->left == 0, goes_on;
    if (v3(d)) {
        goes_on = *regs_at(d, V3_CFGR) & V3_CONT;
        *regs_at(d, V3_DR) = half_scale(d);
        *regs_at(d, V3_ISR) |= V3_EOSMP | V3_EOC | (last ? V3_EOS : 0);
        if (last && !goes_on) *regs_at(d, V3_CR) &= ~(uint32_t)V3_ADSTART;
    } else {
        goes_on = *regs_at(d, V1_CR2) & V1_CONT;
        *regs_at(d, V1_DR) = half_scale(d);
        if (last || *regs_at(d, V1_CR2) & (V1_EOCS | V1_DMA)) *regs_at(d, V1_SR) |= V1_EOC;
    }
    lines(d);
    if (waits_for_dma(d)) dma_request(d->sim, d);
    if (last && !goes_on) return;
    if (last) a->left = sequence(d);
    next_conversion(d);
}

static void stop(struct device *d)
{
    event_cancel(&d->sim->events, &((struct adc *)d->state)->event);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    ((struct adc *)d->state)->event = (struct event){.call = converted, .context = d};
    if (v3(d)) *regs_at(d, V3_CR) = 1U << 29; /* DEEPPWD */
    return true;
}

static bool ask_dma(struct device *d, uint32_t offset, bool write, uint64_t *wait)
{
    uint32_t ready = v3(d) ? *regs_at(d, V3_ISR) & V3_EOC : *regs_at(d, V1_SR) & V1_EOC;
    *wait = 0;
    return !write && offset == (v3(d) ? V3_DR : V1_DR) && ready && waits_for_dma(d);
}

static bool read_reg(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    if (!regs_read(d, offset, size, value)) return false;
    if (offset == (v3(d) ? V3_DR : V1_DR)) {
        *regs_at(d, v3(d) ? V3_ISR : V1_SR) &= ~(uint32_t)(v3(d) ? V3_EOC : V1_EOC);
        lines(d);
    }
    return true;
}

static bool write_v1(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    if (offset == V1_SR) {
        *regs_at(d, V1_SR) &= value; /* zeros clear */
    } else if (offset == V1_CR2) {
        *regs_at(d, V1_CR2) = value & ~v1_start;
        if (!(value & V1_ADON)) stop(d);
        if (value & V1_ADON && value & v1_start) {
            *regs_at(d, V1_SR) |= V1_STRT;
            start(d);
        }
    } else if (offset != V1_DR && !regs_write(d, offset, size, value)) {
        return false;
    }
    lines(d);
    return true;
}

static void control_v3(struct device *d, uint32_t value)
{
    uint32_t *cr = regs_at(d, V3_CR), was = *cr;
    *cr = (value & 0x30000000U) | (was & (V3_ADEN | V3_ADSTART)) |
          (value & (V3_ADEN | V3_ADSTART));
    *cr &= ~v3_calibrate;
    if (value & V3_ADEN) *regs_at(d, V3_ISR) |= V3_ADRDY;
    if (value & V3_ADSTP) {
        stop(d);
        *cr &= ~(uint32_t)V3_ADSTART;
    } else if (value & V3_ADDIS) {
        stop(d);
        *cr &= ~(uint32_t)(V3_ADEN | V3_ADSTART);
    } else if (value & V3_ADSTART && !(was & V3_ADSTART)) {
        start(d);
    }
}

static bool write_v3(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    if (offset == V3_ISR)
        *regs_at(d, V3_ISR) &= ~value;
    else if (offset == V3_CR)
        control_v3(d, value);
    else if (offset != V3_DR && !regs_write(d, offset, size, value))
        return false;
    lines(d);
    return true;
}

#define ADC(record, name, store)                                                               \
    const struct periph_ops record = {                                                         \
        .kind = (name),                                                                        \
        .state_bytes = sizeof(struct adc),                                                     \
        .clockwork = true, /* by reading DR */                                                 \
        .init = init,                                                                          \
        .dma = ask_dma,                                                                        \
        .read = read_reg,                                                                      \
        .write = (store),                                                                      \
    }
ADC(periph_adc_v1, "adc-v1", write_v1);
ADC(periph_adc_v3, "adc-v3", write_v3);
