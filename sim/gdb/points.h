/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Points: breakpoints and watchpoints of a debugger, by the numbers of its Z packets. Memory is
 * never patched: software and hardware breakpoints are the same to a simulator.
 */
#ifndef SIM_GDB_POINTS_H
#define SIM_GDB_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/timing/timing.h"

enum point_kind { POINT_SOFTWARE, POINT_HARDWARE, POINT_WRITE, POINT_READ, POINT_ACCESS };

struct point {
    enum point_kind kind;
    uint32_t addr, bytes; /* bytes: of a watchpoint */
};

enum { POINTS_MAX = 256 };

struct points {
    struct point at[POINTS_MAX];
    size_t count, watches;
};

/* False when there is no room for one more. Setting one twice is one. */
bool points_set(struct points *p, struct point point);
void points_clear(struct points *p, struct point point);
/* A breakpoint at one of the addresses addr … addr + bytes - 1, or NULL. */
const struct point *points_break(const struct points *p, uint32_t addr, uint32_t bytes);
/* The watchpoint that the access meets, or NULL. */
const struct point *points_watch(const struct points *p, const struct access *a);

#endif
