/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * MPU (ARMv7-M ARM B3.5): regions that firmware programs. What they make of memory's types
 * becomes struct chip's spans, which the timing model reads; what they forbid becomes guards on
 * accesses and code.
 *
 *     scb.c ─ register ─► mpu_write ─► struct chip.spans ─► l1.c    cached, written through, …
 *                             └─► mpu_guard ─► s->guard ─► mpu_allows() for each access
 *
 * Nothing is asked for each access unless an enabled region, or the missing background, forbids
 * something to the code that runs. Private to sim/.
 */
#ifndef SIM_MPU_H
#define SIM_MPU_H

#include <stdbool.h>
#include <stdint.h>

struct sim;

struct mpu {
    uint32_t ctrl, number;
    uint32_t base[16], attributes[16]; /* RBAR.ADDR, RASR */
    unsigned regions;                  /* that the core has */
    /* What mpu_guard() found: */
    bool in_force;
    bool privileged; /* the code that runs */
    bool fetches;    /* some code must not be run */
};

enum mpu_access { MPU_READ, MPU_WRITE, MPU_RUN };

void mpu_init(struct sim *s);
/* Registers at 0xe000ed90 + offset; false: there is none. */
bool mpu_read(struct sim *s, uint32_t offset, uint32_t *value);
bool mpu_write(struct sim *s, uint32_t offset, uint32_t value);

/* May the running code do that at addr? */
bool mpu_allows(const struct sim *s, uint32_t addr, enum mpu_access access);
/* … to all of n bytes. */
bool mpu_allows_all(const struct sim *s, uint32_t addr, uint32_t n, enum mpu_access access);
/* The privilege of the core, its priority or what is forbidden may have changed. FAULTMASK,
 * which code sets without a word, counts from the next exception on. */
void mpu_guard(struct sim *s);

#endif
