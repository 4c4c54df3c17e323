/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Flatbuf: reads FlatBuffers without trusting a byte of them.
 *
 *     bytes ─► fb_open ─► fb_root ─► fb_table/fb_vec/fb_str ─► fb_i32, fb_vec_i32 …
 *
 * Every access checks range, overflow and alignment. The first violation is kept in fb.why and
 * all later reads answer with their default, so callers test fb.bad once at the end of a step
 * instead of after every field. Counts come out checked: a loop over fb_vec.count ends, because
 * each element lies in the file.
 *
 *     struct fb f;
 *     fb_open(&f, data, len);
 *     struct fb_table model = fb_root(&f, "TFL3");
 *     uint32_t version = fb_u32(model, 0, 0);
 *     if (f.bad) return err_set(e, ERR_FORMAT, "%s: %s", path, f.why);
 *
 * Borrowed: tables, vectors and strings point into the bytes. Format: FlatBuffers internals,
 * flatbuffers.dev; all numbers little endian, offsets unsigned except table to vtable.
 */
#ifndef TFLITE_FLATBUF_H
#define TFLITE_FLATBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fb {
    const uint8_t *data;
    size_t len;
    bool bad;
    char why[160]; /* "offset 0x40: vector of 9 elements passes the end of the file" */
};

/* An absent table has fb NULL; its fields are all absent. */
struct fb_table {
    struct fb *fb;
    size_t pos, vtable, vtable_bytes, table_bytes;
};

struct fb_vec {
    struct fb *fb;
    size_t pos; /* of the first element */
    uint32_t count;
};

void fb_open(struct fb *f, const void *data, size_t len);
/* The root table; the file identifier must be `id` (4 characters). */
struct fb_table fb_root(struct fb *f, const char *id);

/* Field `slot` of a table, counted from 0 in the schema's order; the default when absent. */
bool fb_has(struct fb_table t, int slot);
uint8_t fb_u8(struct fb_table t, int slot, uint8_t fallback);
int8_t fb_i8(struct fb_table t, int slot, int8_t fallback);
int32_t fb_i32(struct fb_table t, int slot, int32_t fallback);
uint32_t fb_u32(struct fb_table t, int slot, uint32_t fallback);
uint64_t fb_u64(struct fb_table t, int slot, uint64_t fallback);
float fb_f32(struct fb_table t, int slot, float fallback);
struct fb_table fb_table(struct fb_table t, int slot);
/* A vector of elements of element_bytes (1, 4, 8; 4 for tables). Absent: count 0. */
struct fb_vec fb_vec(struct fb_table t, int slot, size_t element_bytes);
/* A string without its NUL; *len is 0 and the pointer "" when absent. */
const char *fb_str(struct fb_table t, int slot, size_t *len);

/* Elements; i < count. */
const uint8_t *fb_vec_bytes(struct fb_vec v); /* of a vector of bytes; NULL when empty */
int32_t fb_vec_i32(struct fb_vec v, uint32_t i);
int64_t fb_vec_i64(struct fb_vec v, uint32_t i);
float fb_vec_f32(struct fb_vec v, uint32_t i);
struct fb_table fb_vec_table(struct fb_vec v, uint32_t i);

#endif
