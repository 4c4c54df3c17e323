/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * DMA: what streams (F4, F7, H7) and channels (L4) have in common. A transfer moves items
 * between two addresses; its register file tells it where, and is told when half and all of it
 * is done.
 *
 *     dma_stream.c, dma_channel.c: registers ─► transfer_start ─► items, when due ─► tells them
 *     a device that wants an item moved ─► dma_request ─► the transfers that point at it
 *
 * Data moves between blocks of code, at simulated times: copies at a fixed rate, in two halves;
 * items of a device when it asks for them (periph_ops.dma). Which request line a channel is
 * wired to is not looked at: the address of the device's register tells it.
 */
#ifndef SIM_PERIPH_DMA_H
#define SIM_PERIPH_DMA_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/events.h"
#include "sim/periph/periph.h"

enum transfer_news { TRANSFER_HALF, TRANSFER_DONE, TRANSFER_ERROR };

struct transfer {
    struct device *dma;
    unsigned index;
    bool on, copy; /* copy: from memory to memory */
    bool circular;
    struct transfer_end {
        uint32_t addr;
        uint8_t bytes; /* of an item: 1, 2, 4 */
        bool steps;
        bool device; /* the end that asks */
    } from, to;
    uint32_t count, left; /* items */
    struct event event;
    void (*tell)(struct transfer *f, enum transfer_news news);
};

enum { DMA_TRANSFERS = 8 };
struct dma { /* first in the state of both kinds */
    struct transfer transfer[DMA_TRANSFERS];
};

void dma_init(struct device *d, void (*tell)(struct transfer *f, enum transfer_news news));
void transfer_start(struct transfer *f); /* from, to, count … are set */
void transfer_stop(struct transfer *f);
/* The device may have an item now. */
void dma_request(struct sim *s, const struct device *d);

#endif
