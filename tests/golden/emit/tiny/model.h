/* SPDX-License-Identifier: 0BSD
 * Generated from tiny (8f04473c0734ed4f98a14ec007ccf445181538dc2050ae710b529e669c0ad039), schedule tinyengine. */
#ifndef MODEL_H
#define MODEL_H

#include <stdint.h>

enum {
    MODEL_INPUT_BYTES = 432,
    MODEL_INPUT_ZERO = -1, /* the byte of a zero input */
    MODEL_OUTPUT_BYTES = 4,
    MODEL_ARENA_BYTES = 1744,
};

/* Activations and scratch; plan.json says what lies where and when. */
extern int8_t model_arena[MODEL_ARENA_BYTES];

void *model_input(void);
void model_invoke(void);
void *model_output(void);

#endif
