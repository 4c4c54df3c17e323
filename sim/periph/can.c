/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * bxCAN (F4: RM0090 chapter 32; F7: RM0385 chapter 36; L4: RM0351 chapter 46). Modes are
 * acknowledged at once. There is no other node: in loop back mode a frame is sent after the
 * time of its bits and goes through the filters into a FIFO; else nobody acknowledges it and it
 * stays pending, as on a bus of one. CAN2 has filters of its own here; on silicon they are
 * CAN1's.
 *
 *     0x000 MCR MSR TSR RF0R RF1R IER ESR BTR      0x180 + 0x10 n: TIR TDTR TDLR TDHR
 *     0x1b0 + 0x10 n: RIR RDTR RDLR RDHR           0x200 FMR FM1R - FS1R - FFA1R - FA1R, 0x240
 * banks
 */
#include <string.h>

#include "sim/periph/regs.h"
#include "sim/state.h"

enum { MCR = 0x00, MSR = 0x04, TSR = 0x08, RF0R = 0x0c, IER = 0x14, ESR = 0x18, BTR = 0x1c };
enum { TX = 0x180, RX = 0x1b0, BOX_BYTES = 0x10, MAILBOXES = 3, BANKS = 28, FIFO_DEPTH = 3 };
enum { FM1R = 0x204, FS1R = 0x20c, FFA1R = 0x214, FA1R = 0x21c, BANK = 0x240 };
enum { INRQ = 1 << 0, SLEEP = 1 << 1, RESET = 1 << 15, INAK = 1 << 0, SLAK = 1 << 1 };
enum { TXRQ = 1 << 0, RQCP = 1 << 0, TXOK = 1 << 1, ABRQ = 1 << 7, RTR = 1 << 1, IDE = 1 << 2 };
enum { FULL = 1 << 3, FOVR = 1 << 4, RFOM = 1 << 5, WAKE_FLAGS = 0x1c };
enum { TMEIE = 1 << 0, FMPIE0 = 1 << 1, FFIE0 = 1 << 2, FOVIE0 = 1 << 3, SLKIE = 1 << 17 };
enum { IRQ_TX, IRQ_RX0, IRQ_RX1, IRQ_SCE };

struct can_frame {
    uint32_t word[4]; /* RIR, RDTR, RDLR, RDHR */
};

struct can {
    struct regs regs; /* first: regs_*() */
    struct can_frame fifo[2][FIFO_DEPTH];
    unsigned held[2];
    struct event sent; /* the mailbox whose turn it is */
    unsigned sending;  /* … its number; MAILBOXES: none */
};

static void line(struct device *d, unsigned which, bool high)
{
    nvic_line(d->sim, device_irq(d, which), high);
}

static void update(struct device *d)
{
    struct can *c = d->state;
    uint32_t ier = *regs_at(d, IER), *at = regs_at(d, TSR), tsr = *at;
    uint32_t empty = tsr >> 26 & 7U; /* TSR.CODE: the next that is free */
    *at = (tsr & ~(3U << 24)) | (empty ? (uint32_t)__builtin_ctz(empty) << 24 : 0);
    line(d, IRQ_TX, ier & TMEIE && tsr & (RQCP | RQCP << 8 | RQCP << 16));
    for (unsigned i = 0; i < 2; i++) {
        uint32_t *rf = regs_at(d, RF0R + 4 * i), on = ier >> 3 * i;
        *rf = (*rf & ~3U) | c->held[i];
        line(d, IRQ_RX0 + i,
             (on & FMPIE0 && c->held[i]) || (on & FFIE0 && *rf & FULL) ||
                 (on & FOVIE0 && *rf & FOVR));
        for (unsigned w = 0; w < 4; w++)
            *regs_at(d, RX + BOX_BYTES * i + 4 * w) = c->held[i] ? c->fifo[i][0].word[w] : 0;
    }
    line(d, IRQ_SCE, ier & SLKIE && *regs_at(d, MSR) & 1U << 4);
}

/* An identifier in the layout of a 16-bit filter: STID, RTR, IDE, EXID[17:15]. */
static uint32_t narrow(uint32_t id)
{
    return (id >> 21) << 5 | (id & RTR) << 3 | (id & IDE) << 1 | (id >> 18 & 7U);
}

static bool passes(struct device *d, unsigned bank, uint32_t id)
{
    uint32_t a = *regs_at(d, BANK + 8 * bank), b = *regs_at(d, BANK + 8 * bank + 4);
    bool list = *regs_at(d, FM1R) >> bank & 1U;
    if (*regs_at(d, FS1R) >> bank & 1U)
        return list ? (id ^ a) >> 1 == 0 || (id ^ b) >> 1 == 0 : !((id ^ a) & b & ~1U);
    uint32_t n = narrow(id);
    if (list) return n == (a & 0xffffU) || n == a >> 16 || n == (b & 0xffffU) || n == b >> 16;
    return !((n ^ a) & a >> 16 & 0xffffU) || !((n ^ b) & b >> 16 & 0xffffU);
}

static void receive(struct device *d, const struct can_frame *f)
{
    struct can *c = d->state;
    uint32_t active = *regs_at(d, FA1R);
    for (unsigned bank = 0; bank < BANKS; bank++) {
        if (!(active >> bank & 1U) || !passes(d, bank, f->word[0])) continue;
        unsigned i = *regs_at(d, FFA1R) >> bank & 1U;
        uint32_t *rf = regs_at(d, RF0R + 4 * i);
        if (c->held[i] == FIFO_DEPTH) {
            *rf |= FOVR; /* the newest takes the last place unless MCR.RFLM is set */
            if (*regs_at(d, MCR) & 1U << 3) return;
            c->held[i]--;
        }
        c->fifo[i][c->held[i]] = *f;
        c->fifo[i][c->held[i]++].word[1] |= bank << 8; /* FMI, by banks */
        if (c->held[i] == FIFO_DEPTH) *rf |= FULL;
        return;
    }
}

/* Cycles of a frame: its bits at the bit time of BTR; stuff bits are left out. */
static uint64_t duration(struct device *d, unsigned box)
{
    uint32_t btr = *regs_at(d, BTR), id = *regs_at(d, TX + BOX_BYTES * box);
    uint32_t bytes = *regs_at(d, TX + BOX_BYTES * box + 4) & 15U;
    uint32_t quanta = 3 + (btr >> 16 & 15U) + (btr >> 20 & 7U), prescaler = (btr & 0x3ffU) + 1;
    uint32_t bits = (id & IDE ? 67 : 47) + 8 * (id & RTR ? 0 : bytes > 8 ? 8 : bytes);
    const struct chip *chip = &d->sim->chip;
    uint32_t apb_hz = chip->apb1_hz ? chip->apb1_hz : chip->hclk_hz;
    return (uint64_t)bits * quanta * prescaler * chip->hclk_hz / apb_hz;
}

static bool loops(struct device *d)
{
    return *regs_at(d, BTR) >> 30 & 1U && !(*regs_at(d, MSR) & (INAK | SLAK));
}

/* The lowest mailbox that asks is next (MCR.TXFP makes no difference). */
static void send(struct device *d)
{
    struct can *c = d->state;
    if (c->sending < MAILBOXES || !loops(d)) return;
    for (unsigned n = 0; n < MAILBOXES; n++) {
        if (!(*regs_at(d, TX + BOX_BYTES * n) & TXRQ)) continue;
        c->sending = n;
        device_wake(d, &c->sent, duration(d, n));
        return;
    }
}

static void finish(struct device *d, unsigned box, uint32_t result)
{
    *regs_at(d, TX + BOX_BYTES * box) &= ~(uint32_t)TXRQ;
    *regs_at(d, TSR) |= (RQCP | result) << 8 * box | 1U << (26 + box);
}

static void sent(void *context)
{
    struct device *d = context;
    struct can *c = d->state;
    struct can_frame f;
    for (unsigned w = 0; w < 4; w++)
        f.word[w] = *regs_at(d, TX + BOX_BYTES * c->sending + 4 * w);
    f.word[0] &= ~(uint32_t)TXRQ;
    f.word[1] &= 0xffff000fU;
    finish(d, c->sending, TXOK);
    c->sending = MAILBOXES;
    receive(d, &f);
    update(d);
    send(d);
}

static bool init(struct device *d, struct err *e)
{
    static const struct reg_reset reset[] = {
        {MCR, 0x10002}, {MSR, 0xc02}, {TSR, 0x1c000000}, {BTR, 0x1230000}, {0x200, 0x2a1c0e01}};
    (void)e;
    struct can *c = d->state;
    regs_reset(d, reset, sizeof reset / sizeof *reset);
    c->sent = (struct event){.call = sent, .context = d};
    c->sending = MAILBOXES;
    return true;
}

static void control(struct device *d, uint32_t value)
{
    struct can *c = d->state;
    if (value & RESET) {
        struct err e;
        event_cancel(&d->sim->events, &c->sent);
        memset(c, 0, sizeof *c);
        init(d, &e);
        return;
    }
    *regs_at(d, MCR) = value & 0x100ffU;
    uint32_t *msr = regs_at(d, MSR);
    *msr = (*msr & ~(uint32_t)(INAK | SLAK)) | (value & INRQ    ? INAK
                                                : value & SLEEP ? SLAK
                                                                : 0U);
}

/* Completed requests are cleared by ones, pending ones aborted. */
static void write_tsr(struct device *d, uint32_t value)
{
    struct can *c = d->state;
    for (unsigned n = 0; n < MAILBOXES; n++) {
        uint32_t part = value >> 8 * n & 0xffU;
        if (part & RQCP) *regs_at(d, TSR) &= ~(0xfU << 8 * n);
        if (part & ABRQ && *regs_at(d, TX + BOX_BYTES * n) & TXRQ && c->sending != n)
            finish(d, n, 0);
    }
}

static void write_fifo(struct device *d, unsigned i, uint32_t value)
{
    struct can *c = d->state;
    uint32_t *rf = regs_at(d, RF0R + 4 * i);
    *rf &= ~(value & (FULL | FOVR));
    if (!(value & RFOM) || !c->held[i]) return;
    memmove(c->fifo[i], c->fifo[i] + 1, --c->held[i] * sizeof c->fifo[i][0]);
    *rf &= ~(uint32_t)FULL;
}

static bool write_reg(struct device *d, uint32_t offset, unsigned size, uint32_t value)
{
    unsigned box = (offset - TX) / BOX_BYTES;
    if (offset == MCR) {
        control(d, value);
    } else if (offset == MSR) {
        *regs_at(d, MSR) &= ~(value & WAKE_FLAGS);
    } else if (offset == TSR) {
        write_tsr(d, value);
    } else if (offset == RF0R || offset == RF0R + 4) {
        write_fifo(d, (offset - RF0R) / 4, value);
    } else if (offset == BTR && !(*regs_at(d, MSR) & INAK)) {
        return true; /* in initialisation mode only */
    } else if (offset >= TX && box < MAILBOXES) {
        if (!(*regs_at(d, TSR) >> (26 + box) & 1U)) return true; /* it is being sent */
        regs_write(d, offset, size, value);
        if (offset % BOX_BYTES == 0 && value & TXRQ)
            *regs_at(d, TSR) &= ~(1U << (26 + box) | 0xfU << 8 * box);
    } else if (offset < RX || offset >= RX + 2 * BOX_BYTES) {
        if (!regs_write(d, offset, size, value)) return false;
    }
    send(d);
    update(d);
    return true;
}

const struct periph_ops periph_can = {
    .kind = "can",
    .state_bytes = sizeof(struct can),
    .init = init,
    .read = regs_read,
    .write = write_reg,
};
