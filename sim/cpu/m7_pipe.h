/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The state of a Cortex-M7's pipeline: made, packed for the memo and brought back here, moved
 * on by cortex_m7.c.
 */
#ifndef SIM_CPU_M7_PIPE_H
#define SIM_CPU_M7_PIPE_H

#include "sim/cpu/m7_units.h"
#include "sim/cpu/m7_world.h"

enum { QUEUE_MAX = 8 };

struct m7 {
    struct core_state core;
    int32_t param[M7_PARAM_COUNT];
    int32_t distance[PRODUCER_COUNT][USE_COUNT];
    uint64_t memory; /* cycles after which no rule looks back at a result: made from these */
    struct m7_world world;
    /* From here on: the pipeline's state, all that blocks change; pack() knows each field. */
    uint64_t written[REG_COUNT]; /* issue cycle of the last writer */
    uint8_t writer[REG_COUNT];   /* enum m7_producer */
    /* The open issue group, with one instruction in it so far. It is the one before `now`, or
     * time has passed since (an exception, sleep). */
    uint64_t group; /* its cycle */
    bool open;
    uint8_t older_unit;
    bool older_fresh;       /* it uses a word that was loaded the cycle before */
    bool older_early_shift; /* it holds the shifter of the early stage */
    uint8_t older_bank;     /* of its load, when one follows: answer to M7_BANK */
    bool fp_mla;            /* fp_mac was VMLA */
    bool settled;           /* the block is in the I-cache: no need to ask for its packets */
    uint64_t fp_mac;        /* issue cycle of the last FP multiply and accumulate, + 1 */
    uint32_t narrow;        /* 16-bit instructions since the last taken branch */
    uint8_t slack; /* … since the last multiple or double access, up to those it needs */
    bool lone;     /* the last instruction was one, without another right before it */
    bool owes;     /* one owes a cycle */
    uint64_t due;  /* then: the last cycle before it is paid */
    /* Fetch: the packet that issue reads from and when it was there. */
    uint32_t packet;
    uint64_t packet_time;
    enum cause packet_cause;
    uint32_t left_next;
    uint64_t left[QUEUE_MAX]; /* when issue left each of the last packets */
};

/* What core_model (sim/timing/core.h) wants of them; state is a struct m7. */
bool m7_init(void *state, const struct board *b, const struct chip *chip, struct err *e);
void m7_done(void *state);
int32_t *m7_parameter(void *state, const char *name);
bool m7_pack(void *state);
void m7_unpack(void *state);

/* Parameters may be set until the first block runs: what is built from them is built then. */
void m7_start(struct m7 *m);

#endif
