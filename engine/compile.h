/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Compile: the engine's driver: a model becomes firmware for a board.
 *
 *     model.tflite ─► read ─► passes ─► select ─► plan ─► emit ─► build ─► fw.elf
 *                      OUT/graph.txt          OUT/plan.json  OUT/gen   OUT/size.json
 *
 *     struct compile_result r = {0};
 *     bool ok = engine_compile(&(struct compile_options){.model = "vww.tflite", .board = b,
 *                                  .schedule = "tinyengine", .out_dir = "out"}, &r, &e);
 *     compile_result_done(&r);
 *
 * Each step is followed by its verifier. Same model, board, schedule and compiler: same bytes.
 */
#ifndef ENGINE_COMPILE_H
#define ENGINE_COMPILE_H

#include "boards/board.h"
#include "engine/build/build.h"
#include "engine/ir/graph.h"
#include "engine/plan/plan.h"
#include "engine/schedule.h"

struct compile_options { /* zero means default */
    const char *model;   /* path of a .tflite */
    const struct board *board;
    const char *schedule; /* NULL: "tinyengine" */
    const char *out_dir;
    uint32_t stack_bytes; /* reserve; 0: COMPILE_STACK_BYTES */
    const char *compiler; /* prefix; NULL: "arm-none-eabi-" */
};

enum { COMPILE_STACK_BYTES = 2048 };

/* All memory hangs from the arena; release with compile_result_done(), also after a failure. */
struct compile_result {
    struct arena arena;
    struct graph graph; /* after all passes */
    struct plan plan;
    const struct schedule *schedule;
    uint64_t const_bytes; /* weights and tables */
    struct build_size size;
    const char *elf_path;
};

bool engine_compile(const struct compile_options *o, struct compile_result *r, struct err *e);

/* The first half, without a board and without writing anything: graph, passes, plan. What
 * `analyze` shows. */
bool engine_lower(const char *model, const char *schedule, struct compile_result *r,
                  struct err *e);
/* graph.txt, plan.json and gen/ of a lowered model. Board NULL: without start-up code. */
bool engine_emit(const struct compile_options *o, struct compile_result *r,
                 struct build_job *job, struct err *e);

void compile_result_done(struct compile_result *r);

#endif
