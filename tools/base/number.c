/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/base/number.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

bool number_read(const char *text, uint64_t *out)
{
    char *end;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 0);
    uint64_t scale = 1;
    if (*end == 'k')
        scale = 1000, end++;
    else if (*end == 'M')
        scale = 1000000, end++;
    else if (*end == 'G')
        scale = 1000000000, end++;
    if (!isdigit((unsigned char)*text) || *end || errno || v > UINT64_MAX / scale) return false;
    *out = v * scale;
    return true;
}
