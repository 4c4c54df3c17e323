/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any bytes as a script of a serial port: refused, or carried out to its end with a port that
 * repeats what it is sent.
 */
#include <stddef.h>
#include <stdint.h>

#include "sim/host/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct err e;
    struct script *p = script_parse((const char *)data, size, "fuzz", &e);
    if (!p) return 0;
    const struct script_step *step;
    while ((step = script_step(p)) != NULL) {
        for (size_t i = 0; i < step->bytes; i++)
            script_hear(p, (uint8_t)step->text[i]);
        if (p->at < p->count && step == &p->steps[p->at]) script_next(p);
    }
    if (p->at != p->count) __builtin_trap();
    script_free(p);
    return 0;
}
