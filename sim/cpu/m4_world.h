/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * M4 world: what lies outside the Cortex-M4's pipeline, as questions (sim/timing/core.h): flash
 * and its accelerator, and what an address tells about an access.
 *
 *     cortex_m4.c ── m4_answer(QUESTION, subject, cycle) ──► mem/art.c, mem/map.h
 *
 * The pipeline itself may look up what memory a pc is in, and the costs of a memory.
 */
#ifndef SIM_CPU_M4_WORLD_H
#define SIM_CPU_M4_WORLD_H

#include "sim/cpu/divide.h"
#include "sim/mem/art.h"
#include "sim/mem/sdram.h"
#include "sim/timing/core.h"

struct m4_world {
    struct map *map;
    struct art art;
    struct sdram sdram;
    struct divide_law divide;
};

/* Subject → answer. "access" is its number in struct executed; waits are << ANSWER_WAIT. */
enum m4_question {
    M4_PLACE,   /* access → its memory in map->places, with what splitting it costs */
    M4_FLASH,   /* access to flash → wait */
    M4_SDRAM,   /* access to memory beside the chip → wait */
    M4_FIT,     /* fit_subject() → did a predicated instruction make it? */
    M4_DIVIDED, /* divide_subject() → cycles, as a wait; 0: its condition failed */
    M4_FETCH,   /* address of a flash word → wait; M4_FETCH + n: asked for n cycles ago */
    M4_AGO_MAX = 32, /* longer ago, prefetch is done as well: at most 15 wait states */
};

enum m4_answer {
    ANSWER_PLACE = 31, /* mask */
    ANSWER_SPLIT = 5,  /* shift: cycles of an unaligned access */
};

bool m4_world_init(struct m4_world *w, const struct board *b, const struct chip *chip,
                   struct err *e);
void m4_world_done(struct m4_world *w);
void m4_world_copy(void *to, const void *from);
uint32_t m4_answer(struct m4_world *w, const struct executed *x, uint32_t kind,
                   uint32_t subject, uint64_t at);
const struct memo_node *m4_walk(struct m4_world *w, const struct executed *x,
                                struct memo_path *path, const struct memo_node *root,
                                uint64_t now);

#endif
