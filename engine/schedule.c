/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/schedule.h"

#include <string.h>

#include "engine/pass/pass.h"
#include "tools/base/buf.h"

static const struct schedule schedules[] = {
#define PASSES(...)                                                                            \
    {                                                                                          \
        __VA_ARGS__                                                                            \
    }
#define SCHEDULE(name, passes, fast_kernels, optimise, text)                                   \
    {name, passes, fast_kernels, optimise, text},
#include "engine/schedules.def"
#undef SCHEDULE
#undef PASSES
};

const struct schedule *schedule_list(size_t *n)
{
    *n = sizeof schedules / sizeof schedules[0];
    return schedules;
}

const struct schedule *schedule_find(const char *name, struct err *e)
{
    struct buf have = {0};
    for (size_t i = 0; i < sizeof schedules / sizeof schedules[0]; i++) {
        if (strcmp(schedules[i].name, name) == 0) {
            buf_done(&have);
            return &schedules[i];
        }
        buf_printf(&have, "%s%s", i ? ", " : "", schedules[i].name);
    }
    err_set(e, ERR_MISSING, "schedule '%s' does not exist (have: %s)", name, buf_text(&have));
    buf_done(&have);
    return NULL;
}
