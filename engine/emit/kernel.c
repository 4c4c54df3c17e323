/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/emit/kernel.h"

#include <string.h>

#define KERNEL(record, text) extern const struct kernel record;
#include "engine/emit/kernels.def"
#undef KERNEL

static const struct kernel *const kernels[] = {
#define KERNEL(record, text) &record,
#include "engine/emit/kernels.def"
#undef KERNEL
    NULL,
};

const struct kernel *const *kernel_list(size_t *n)
{
    *n = sizeof kernels / sizeof kernels[0] - 1;
    return kernels;
}

const struct kernel *kernel_find(const char *name)
{
    for (const struct kernel *const *k = kernels; *k; k++)
        if (strcmp((*k)->name, name) == 0) return *k;
    return NULL;
}
