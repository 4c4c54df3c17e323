/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fields: fields.def as tables, which reading and writing walk alike, so that no key can be
 * written and not read. Internal to reports/. */
#ifndef REPORTS_FIELDS_H
#define REPORTS_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

enum field_kind { FIELD_STR, FIELD_INT, FIELD_REAL, FIELD_FLAG };

struct field {
    const char *path; /* dotted */
    enum field_kind kind;
    bool needed;
    size_t offset; /* of a const char *, int64_t (INT and FLAG) or double */
};

extern const struct field field_head[], field_tail[], field_layer[];
extern const size_t field_head_count, field_tail_count, field_layer_count;

#endif
