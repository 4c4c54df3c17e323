/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * USART, UART and LPUART in both register layouts (v1: F4, RM0402 chapter 30; v2: F7, L4, H7,
 * RM0385 chapter 31). Sending takes no time: TXE and TC are always set. Receiving takes ten bit
 * times a byte, as does sending by DMA. Modes and parity have no effect.
 */
#include "sim/periph/usart.h"

#include <stdlib.h>
#include <string.h>

#include "sim/periph/dma.h"
#include "sim/state.h"
#include "tools/base/json.h"

enum {
    V1_SR = 0x00,
    V1_DR = 0x04,
    V1_BRR = 0x08,
    V1_CR1 = 0x0c,
    V1_CR3 = 0x14,
    V1_LAST = 0x18,
    V2_CR3 = 0x08
};
enum {
    V2_CR1 = 0x00,
    V2_BRR = 0x0c,
    V2_RQR = 0x18,
    V2_ISR = 0x1c,
    V2_ICR = 0x20,
    V2_RDR = 0x24,
    V2_TDR = 0x28,
    V2_PRESC = 0x2c,
};
/* Status and the interrupt enables of CR1 have the same places in both layouts. */
enum {
    IDLE = 1 << 4,
    RXNE = 1 << 5,
    TC = 1 << 6,
    TXE = 1 << 7,
    TEACK = 1 << 21,
    REACK = 1 << 22,
    CR1_RE = 1 << 2,
    CR1_TE = 1 << 3,
    CR3_DMAR = 1 << 6,
    CR3_DMAT = 1 << 7,
    V1_UE = 1 << 13,
    V2_UE = 1 << 0,
    QUEUE = 1 << 12, /* bytes at first */
};

struct usart {
    uint32_t reg[0x30 / 4];
    bool full; /* RXNE */
    uint8_t data;
    bool tc;          /* cleared by the firmware, set again by the next byte */
    bool idle;        /* a byte's time passed after the last one */
    uint64_t free_at; /* when the next byte may arrive */
    struct event event, silence;
    uint8_t *queue; /* what waits: count bytes from head on */
    size_t head, count, room;
};

static bool v2(const struct device *d)
{
    return d->ops == &periph_usart_v2;
}

static uint32_t cr1(const struct device *d)
{
    const struct usart *u = d->state;
    return u->reg[(v2(d) ? V2_CR1 : V1_CR1) / 4];
}

static uint32_t cr3(const struct device *d)
{
    const struct usart *u = d->state;
    return u->reg[(v2(d) ? V2_CR3 : V1_CR3) / 4];
}

static uint32_t status(const struct device *d)
{
    const struct usart *u = d->state;
    return TXE | (u->tc ? TC : 0U) | (u->full ? RXNE : 0U) | (u->idle ? IDLE : 0U);
}

static void lines(struct device *d)
{
    nvic_line(d->sim, d->irq, status(d) & cr1(d) & (IDLE | RXNE | TC | TXE));
}

static uint64_t byte_cycles(const struct device *d)
{
    const struct usart *u = d->state;
    uint64_t clock = device_apb_hz(d);
    uint64_t divider = u->reg[(v2(d) ? V2_BRR : V1_BRR) / 4];
    if (json_flag(json_get(d->json, "low_power"), false)) divider = (divider + 128) / 256;
    return clock ? 10 * divider * d->sim->chip.hclk_hz / clock : 0;
}

static void schedule(struct device *d)
{
    struct usart *u = d->state;
    uint32_t on = v2(d) ? V2_UE : V1_UE;
    bool enabled = (cr1(d) & (on | CR1_RE)) == (on | CR1_RE);
    if (!enabled || u->full || u->count == 0) {
        event_cancel(&d->sim->events, &u->event);
        return;
    }
    uint64_t now = sim_time(d->sim);
    if (!u->event.armed)
        event_at(&d->sim->events, &u->event, now > u->free_at ? now : u->free_at);
    sim_attention(d->sim);
}

static void arrives(void *context)
{
    struct device *d = context;
    struct usart *u = d->state;
    u->data = u->queue[u->head++];
    u->count--;
    u->full = true;
    u->free_at = d->sim->now + byte_cycles(d);
    event_at(&d->sim->events, &u->silence, u->free_at);
    lines(d);
    dma_request(d->sim, d);
}

static void falls_silent(void *context)
{
    struct device *d = context;
    struct usart *u = d->state;
    if (u->count) return;
    u->idle = true;
    lines(d);
}

static bool ask_dma(struct device *d, uint32_t offset, bool write, uint64_t *wait)
{
    const struct usart *u = d->state;
    *wait = write ? byte_cycles(d) : 0;
    return write ? offset == (v2(d) ? V2_TDR : V1_DR) && cr3(d) & CR3_DMAT
                 : offset == (v2(d) ? V2_RDR : V1_DR) && cr3(d) & CR3_DMAR && u->full;
}

bool usart_is(const struct device *d)
{
    return d->ops == &periph_usart_v1 || d->ops == &periph_usart_v2;
}

void usart_receive(struct device *d, const void *bytes, size_t n)
{
    struct usart *u = d->state;
    if (u->head + u->count + n > u->room) { /* to the front; larger when that is not enough */
        if (u->count) memmove(u->queue, u->queue + u->head, u->count);
        u->head = 0;
        while (u->room < u->count + n)
            u->room = u->room ? u->room * 2 : QUEUE;
        u->queue = xrealloc(u->queue, u->room, 1);
    }
    if (n) memcpy(u->queue + u->head + u->count, bytes, n);
    u->count += n;
    schedule(d);
}

static bool init(struct device *d, struct err *e)
{
    (void)e;
    struct usart *u = d->state;
    u->tc = true;
    u->event = (struct event){.call = arrives, .context = d};
    u->silence = (struct event){.call = falls_silent, .context = d};
    return true;
}

static void done(struct device *d)
{
    free(((struct usart *)d->state)->queue);
}

static uint32_t take(struct device *d)
{
    struct usart *u = d->state;
    u->full = false;
    lines(d);
    schedule(d);
    return u->data;
}

static void send(struct device *d, uint32_t value)
{
    struct usart *u = d->state;
    uint8_t byte = (uint8_t)value;
    u->tc = true;
    sim_serial(d->sim, d, byte);
    lines(d);
}

static void changed(struct device *d)
{
    lines(d);
    schedule(d);
    if (cr3(d) & (CR3_DMAT | CR3_DMAR)) dma_request(d->sim, d);
}

static bool read_v1(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    struct usart *u = d->state;
    if (offset > V1_LAST) return false;
    if (offset == V1_SR) {
        *value = status(d);
    } else if (offset == V1_DR) {
        u->idle = false; /* with the reading of SR before it */
        *value = take(d);
    } else {
        *value = u->reg[offset / 4];
    }
    return true;
}

static bool write_v1(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    struct usart *u = d->state;
    if (offset > V1_LAST) return false;
    if (offset == V1_SR)
        u->tc = u->tc && value & TC;
    else if (offset == V1_DR)
        send(d, value);
    else
        u->reg[offset / 4] = value;
    changed(d);
    return true;
}

static bool read_v2(struct device *d, uint32_t offset, unsigned size, uint32_t *value)
{
    (void)size;
    struct usart *u = d->state;
    uint32_t c = cr1(d);
    if (offset > V2_PRESC) return false;
    if (offset == V2_ISR)
        *value = status(d) | (c & V2_UE && c & CR1_TE ? TEACK : 0U) |
                 (c & V2_UE && c & CR1_RE ? REACK : 0U);
    else if (offset == V2_RDR)
        *value = take(d);
    else
        *value = u->reg[offset / 4];
    return true;
}

static bool write_v2(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    (void)size;
    struct usart *u = d->state;
    if (offset > V2_PRESC) return false;
    if (offset == V2_TDR)
        send(d, value);
    else if (offset == V2_ICR) {
        u->tc = u->tc && !(value & TC);
        u->idle = u->idle && !(value & IDLE);
    } else if (offset == V2_RQR)
        u->full = u->full && !(value & 1U << 3); /* RXFRQ */
    else if (offset != V2_ISR && offset != V2_RDR)
        u->reg[offset / 4] = value;
    changed(d);
    return true;
}

const struct periph_ops periph_usart_v1 = {
    .kind = "usart-v1",
    .state_bytes = sizeof(struct usart),
    .init = init,
    .done = done,
    .dma = ask_dma,
    .read = read_v1,
    .write = write_v1,
};

const struct periph_ops periph_usart_v2 = {
    .kind = "usart-v2",
    .state_bytes = sizeof(struct usart),
    .init = init,
    .done = done,
    .dma = ask_dma,
    .read = read_v2,
    .write = write_v2,
};
