/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Consoles: where the firmware's output goes, and what is plugged into its serial ports.
 *
 *     --console rtt=trace.txt,USART2=-      --uart USART2=script:login.txt
 */
#ifndef CLI_CONSOLES_H
#define CLI_CONSOLES_H

#include <stdio.h>

#include "sim/sim.h"
#include "tools/cli/cli.h"

#define CONSOLES_OPTIONS                                                                       \
    {"console", "NAME=FILE,…",                                                                 \
     "where output goes (- is standard output, the default): NAME is semihosting,\n"           \
     "itm (asked for, its port 0 is on as with a probe), rtt, uart (every serial\n"            \
     "port) or a serial port such as USART2"},                                                 \
    {                                                                                          \
        "uart", "PORT=WHAT,…",                                                                 \
            "what is plugged into a serial port, or rtt: file:PATH (its bytes, at the baud "   \
            "rate),\n"                                                                         \
            "script:PATH (lines expect \"text\", send \"text\\r\", wait N ms, timeout N ms,\n" \
            "end; exit code 3 when a text does not come), or pty (a terminal, real time)"      \
    }

enum { CONSOLES_MAX = 16 };

struct consoles {
    FILE *standard; /* where what is not named goes */
    bool mid_line;  /* … and what went there last was no whole line */
    struct {
        const char *name, *path;
        FILE *file;  /* NULL: standard */
        bool shared; /* with one before it, which closes it */
    } to[CONSOLES_MAX];
    size_t count;
    struct sim_plug plugs[CONSOLES_MAX];
};

/* Reads both options, opens the files, and fills what concerns them in *o, which has its board;
 * *k must stay. */
bool consoles_open(struct consoles *k, struct cli *c, FILE *standard, struct sim_options *o,
                   struct err *e);
bool consoles_close(struct consoles *k, struct err *e); /* false: a file could not be written */

#endif
