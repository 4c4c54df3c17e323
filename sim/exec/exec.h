/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Exec: runs one block's micro-ops on the registers of struct core and the host memory behind
 * struct pages, and reports data accesses and divides as the machine's hooks do: same order,
 * same sizes.
 *
 *     exec_run(uops, core, pages, log, undo) ─┬─► true:  core->r[15] is the next block's pc
 *                                             └─► false: the block is the machine's; nothing
 *                                                        has changed
 *
 * It is false when an access goes where the executor has no business (devices, no memory,
 * flash for writing, code), when an alignment or a target is odd, for a division by zero and
 * for floating-point results whose bits it does not vouch for.
 */
#ifndef SIM_EXEC_EXEC_H
#define SIM_EXEC_EXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/exec/core.h"
#include "sim/exec/pages.h"
#include "sim/exec/uop.h"
#include "sim/uc.h"

/* What stores replaced, oldest first. */
struct undo_entry {
    uint8_t *host;
    uint32_t old;
    uint32_t bytes;
};

enum {
    UNDO_MAX = 16384,
    EXEC_ACCESSES_MAX = 4096
}; /* of a block that is run: words, accesses */
struct undo {
    size_t n;
    struct undo_entry at[UNDO_MAX];
};

/* fp: the block uses the FPU; core->fp is set then. Appends to log and undo, which have room
 * for the block. */
bool exec_run(const struct uop *u, struct core *core, const struct pages *pages,
              struct access_log *log, struct undo *undo, bool fp);
/* Takes stores back, newest first, until `keep` are left. */
void exec_undo(struct undo *undo, size_t keep);

#endif
