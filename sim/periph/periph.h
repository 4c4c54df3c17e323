/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Peripherals: a device is a const record of functions and a state of its own. Which devices a
 * chip has, and where, its JSON says ("periphs"); the core's own (SCB, NVIC, SysTick, DWT, ITM)
 * are on every board.
 *
 *     guest load or store ─► bus_read/write ─► device at that address ─► ops->read/write
 *                                    └─ nobody there: reads 0, stores nothing, is counted;
 *                                       with options.strict the run ends
 *
 * Offsets are from the device's base. Registers are words; the bus makes byte and halfword
 * accesses out of word accesses unless a device sets `narrow`. A device learns the time with
 * sim_time(), arms events, raises interrupts with nvic_line(), and writes struct chip.
 */
#ifndef SIM_PERIPH_PERIPH_H
#define SIM_PERIPH_PERIPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boards/board.h"
#include "tools/base/err.h"

struct sim;
struct device;
struct event;

struct periph_ops {
    const char *kind; /* as the chip's JSON says */
    size_t state_bytes;
    bool narrow;    /* handles sizes 1 and 2 itself */
    bool clockwork; /* what it reads changes with time, or by reading, without an event */
    /* Reset values, events; called once. False refuses the board. */
    bool (*init)(struct device *d, struct err *e);
    /* False: there is no such register. */
    bool (*read)(struct device *d, uint32_t offset, unsigned size, uint32_t *value);
    bool (*write)(struct device *d, uint32_t offset, unsigned size, uint32_t value);
    /* Does the device ask a DMA controller to write or read the register, and when may that be
     * done, in cycles from now? NULL: it never asks. */
    bool (*dma)(struct device *d, uint32_t offset, bool write, uint64_t *wait);
    void (*done)(struct device *d); /* releases what init and the rest allocated */
    /* Called around a change of the chip's clocks: before (old ones hold) and after. */
    void (*clock_changes)(struct device *d, bool after);
};

struct device {
    const struct periph_ops *ops;
    const char *name;
    uint32_t base, size;
    int irq;
    const struct json *json; /* of its entry in the chip's JSON; NULL: none */
    struct sim *sim;
    void *state;
};

struct bus {
    struct device *devices; /* ascending base */
    size_t count;
    struct device *last;
};

bool bus_init(struct bus *b, struct sim *s, struct err *e);
void bus_done(struct bus *b);
/* Every device as at power on. Events must have been dropped. */
bool bus_reset(struct bus *b, struct err *e);
/* The device at addr, or NULL. */
struct device *bus_find(struct bus *b, uint32_t addr);
uint32_t bus_read(struct bus *b, uint32_t addr, unsigned size);
void bus_write(struct bus *b, uint32_t addr, unsigned size, uint32_t value);
void bus_clock_changes(struct bus *b, bool after);
/* "I2C1 + 0x04", also when I2C has no model; "0x50001000" when the board has nothing there. */
void bus_describe(const struct board *board, uint32_t addr, char *out, size_t out_bytes);
struct device *bus_device(const struct bus *b, const char *name);

/* Line n of those that the chip's JSON lists as "irqs"; -1: none. */
int device_irq(const struct device *d, size_t n);
/* The clock of the APB that its "bus" names, APB1 without. */
uint32_t device_apb_hz(const struct device *d);
/* Calls ev so many cycles from now. */
void device_wake(struct device *d, struct event *ev, uint64_t cycles);

/* Every kind there is: KIND(record). */
#define KIND(record) extern const struct periph_ops record;
#include "sim/periph/kinds.def"
#undef KIND

/* DEMCR.TRCENA, which is the SCB's, starts and stops the cycle counter. */
void dwt_trace_enable(struct sim *s, bool on);

#endif
