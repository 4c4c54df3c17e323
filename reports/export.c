/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/export.h"

#include <string.h>

static const struct exporter *const exporters[] = {
#define EXPORTER(name) &exporter_##name,
#include "reports/exporters.def"
#undef EXPORTER
};

const struct exporter *const *exporter_all(size_t *n)
{
    *n = sizeof exporters / sizeof *exporters;
    return exporters;
}

const struct exporter *exporter_find(const char *name)
{
    for (size_t i = 0; i < sizeof exporters / sizeof *exporters; i++)
        if (!strcmp(exporters[i]->name, name)) return exporters[i];
    return NULL;
}
