/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/export.h"

#include <string.h>

enum {
#define EXPORTER(name) EXPORTER_##name,
#include "reports/exporters.def"
#undef EXPORTER
    EXPORTER_COUNT
};

static const struct exporter *const exporters[EXPORTER_COUNT] = {
#define EXPORTER(name) &exporter_##name,
#include "reports/exporters.def"
#undef EXPORTER
};

const struct exporter *const *exporter_all(size_t *n)
{
    *n = EXPORTER_COUNT;
    return exporters;
}

const struct exporter *exporter_find(const char *name)
{
    for (size_t i = 0; i < EXPORTER_COUNT; i++)
        if (!strcmp(exporters[i]->name, name)) return exporters[i];
    return NULL;
}
