/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Stuck: a loop of several blocks that can never end, such as HAL_Delay() without a tick. While
 * no device is asked or told, nothing is due (but a tick that is masked) and no exception runs,
 * what comes next follows from registers and RAM alone: when both are as they were before, they
 * will be again, for ever.
 *
 *     border ─► stuck_look() … registers as before? remember RAM's hash … both as before? end
 *
 * (A single block that goes round is found sooner: sim/idle.h.) Private to sim/.
 */
#ifndef SIM_STUCK_H
#define SIM_STUCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/uc.h"
#include "tools/base/hash.h"

enum { STUCK_SAMPLES = 32 };

struct stuck {
    uint64_t due;    /* the next look */
    bool disturbed;  /* by a device, an exception, a debugger since the last one */
    unsigned taken;  /* samples since then */
    unsigned hashed; /* how often RAM was looked at in vain, up to 8 */
    struct {
        uint32_t regs[MREG_COUNT];
        char ram[HASH_HEX];   /* "": not taken yet */
    } samples[STUCK_SAMPLES]; /* the latest, in turn */
};

struct sim;

/* At a block border, when the time of s->stuck.due has come. */
void stuck_look(struct sim *s);

#endif
