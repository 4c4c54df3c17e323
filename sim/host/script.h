/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Script: the other end of a serial line as a list of steps, one a line:
 *
 *     # a comment
 *     timeout 500 ms              for each expect below (default 10000 ms)
 *     expect "ready> "            waits for this text
 *     send "hello\r"              \r \n \t \\ \" \xHH
 *     wait 20 ms                  of simulated time
 *     end                         ends the run, as if the firmware had exited with 0
 *
 * Text that came before an expect, and after the one before it, counts. A script whose text
 * does not come in time, or at all, ends the run: SIM_SCRIPT.
 */
#ifndef SIM_HOST_SCRIPT_H
#define SIM_HOST_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/buf.h"
#include "tools/base/err.h"

enum script_kind { SCRIPT_EXPECT, SCRIPT_SEND, SCRIPT_WAIT, SCRIPT_END };

struct script_step {
    enum script_kind kind;
    unsigned line;
    char *text; /* of EXPECT and SEND: `bytes` of them */
    size_t bytes;
    uint32_t ms; /* of WAIT; the timeout of EXPECT */
};

struct script {
    char *name; /* for messages */
    struct script_step *steps;
    size_t count;
    size_t at;       /* the step that is due */
    uint32_t passed; /* ms that it has taken */
    struct buf heard;
};

struct script *script_parse(const char *text, size_t n, const char *name, struct err *e);
void script_free(struct script *p);
/* The port said something. */
void script_hear(struct script *p, uint8_t byte);
/* The step that is due, NULL after the last; an expect whose text was heard is passed. */
const struct script_step *script_step(struct script *p);
void script_next(struct script *p);

#endif
