/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fbwrite: a small writer of FlatBuffers' binary form, front to back.
 *
 * A FlatBuffers reference is an unsigned distance forward, so parents are written first, with
 * empty references, and linked once their child stands:
 *
 *     struct fbw_field f[] = {FBW_U32(0, 3), FBW_REF(2)};
 *     fbw_table(out, f, 2);                            vtable and table; f[1].at is the slot
 *     fbw_link(out, f[1].at, fbw_string(out, "main"));
 *
 * Positions are offsets into the buffer, whose start must be aligned to 16 bytes when read.
 */
#ifndef MODELS_FBWRITE_H
#define MODELS_FBWRITE_H

#include <stddef.h>
#include <stdint.h>

#include "tools/base/buf.h"

enum { FBW_FIELDS_MAX = 16 };

struct fbw_field {
    uint16_t id;    /* the field's number in the schema */
    uint8_t size;   /* bytes of an inline value: 1, 4; a reference takes 4 */
    uint32_t value; /* little endian bits of the inline value; 0 for a reference */
    size_t at;      /* out: where the value or the slot stands */
};

#define FBW_U8(id, v)  ((struct fbw_field){id, 1, v, 0})
#define FBW_U32(id, v) ((struct fbw_field){id, 4, v, 0})
#define FBW_REF(id)    ((struct fbw_field){id, 4, 0, 0})

/* The header of a file: root reference (its slot is returned) and the 4-letter identifier. */
size_t fbw_start(struct buf *out, const char identifier[4]);
/* A table with these fields, ascending id; returns its position. */
size_t fbw_table(struct buf *out, struct fbw_field *fields, size_t n);
/* A vector of scalars of `size` 1, 4 or 8 bytes, contents aligned to `align` (a power of two,
 * at least 4). Elements of 8 bytes are given as 32-bit ones and extended with their sign. */
size_t fbw_vector(struct buf *out, const void *data, size_t count, size_t size, size_t align);
/* A vector of empty references; slot i is at the returned position + 4 + 4 * i. */
size_t fbw_refs(struct buf *out, size_t count);
size_t fbw_string(struct buf *out, const char *text);
/* Lets the slot refer to what stands at target (behind it). */
void fbw_link(struct buf *out, size_t slot, size_t target);

#endif
