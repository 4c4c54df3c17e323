/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Random Thumb code for the test that compares executors: blocks of instructions that the
 * executor of sim/exec claims to know, with registers and memory full of values from the edges.
 */
#ifndef TESTS_EXEC_CASE_H
#define TESTS_EXEC_CASE_H

#include "sim/exec/exec.h"
#include "tools/base/rng.h"

enum { CASE_CODE = 0x20020000, CASE_DATA = 0x20030000, CASE_DATA_BYTES = 4096 };

struct exec_case {
    uint8_t code[128];
    uint32_t bytes;
    struct block *block;
    struct uop *uops;
    bool fp;
    struct core core; /* at its start */
    uint8_t data[CASE_DATA_BYTES];
};

void case_make(struct exec_case *c, struct rng *r, enum core_kind core);
void case_free(struct exec_case *c);

#endif
