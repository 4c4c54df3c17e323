/* SPDX-License-Identifier: GPL-2.0-or-later
 * Positions are size_t and at most fb.len; differences are compared instead of sums, so no
 * check can overflow. Numbers are put together from bytes: no alignment of the host is needed,
 * and alignment in the file is checked because other readers rely on it. */
#include "engine/tflite/flatbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool broken(struct fb *f, size_t pos, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool broken(struct fb *f, size_t pos, const char *fmt, ...)
{
    if (f->bad) return false;
    f->bad = true;
    int n = snprintf(f->why, sizeof f->why, "offset 0x%zx: ", pos);
    va_list args;
    va_start(args, fmt);
    vsnprintf(f->why + n, sizeof f->why - (size_t)n, fmt, args);
    va_end(args);
    return false;
}

/* May `bytes` be read at pos, which must be a multiple of align? */
static bool inside(struct fb *f, size_t pos, size_t bytes, size_t align, const char *what)
{
    if (f->bad) return false;
    if (pos > f->len || bytes > f->len - pos)
        return broken(f, pos, "%s passes the end of the file (%zu bytes)", what, f->len);
    if (pos % align) return broken(f, pos, "%s is not aligned to %zu", what, align);
    return true;
}

static uint64_t little(const uint8_t *p, size_t bytes)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

/* Follows the unsigned 32-bit offset stored at pos. */
static bool follow(struct fb *f, size_t pos, size_t *to, const char *what)
{
    if (!inside(f, pos, 4, 4, what)) return false;
    const size_t offset = (size_t)little(f->data + pos, 4);
    if (offset == 0 || offset > f->len - pos)
        return broken(f, pos, "offset 0x%zx of %s leads out of the file", offset, what);
    *to = pos + offset;
    return true;
}

static struct fb_table open_table(struct fb *f, size_t pos)
{
    const struct fb_table none = {0};
    if (!inside(f, pos, 4, 4, "table")) return none;
    /* The vtable lies at pos minus a signed offset. */
    const int64_t back = (int32_t)(uint32_t)little(f->data + pos, 4);
    const int64_t at = (int64_t)pos - back;
    if (at < 0 || at > (int64_t)f->len) {
        broken(f, pos, "table's vtable lies outside the file");
        return none;
    }
    const size_t vtable = (size_t)at;
    if (!inside(f, vtable, 4, 2, "vtable")) return none;
    const size_t vtable_bytes = (size_t)little(f->data + vtable, 2);
    const size_t table_bytes = (size_t)little(f->data + vtable + 2, 2);
    if (vtable_bytes < 4 || vtable_bytes % 2) {
        broken(f, vtable, "vtable of %zu bytes", vtable_bytes);
        return none;
    }
    if (table_bytes < 4) {
        broken(f, vtable, "table of %zu bytes", table_bytes);
        return none;
    }
    if (!inside(f, vtable, vtable_bytes, 2, "vtable")) return none;
    if (!inside(f, pos, table_bytes, 4, "table")) return none;
    return (struct fb_table){f, pos, vtable, vtable_bytes, table_bytes};
}

/* Finds field `slot`; false when it is absent or broken. */
static bool field(struct fb_table t, int slot, size_t bytes, size_t *pos)
{
    if (!t.fb || t.fb->bad) return false;
    const size_t entry = 4 + 2 * (size_t)slot;
    if (entry + 2 > t.vtable_bytes) return false;
    const size_t offset = (size_t)little(t.fb->data + t.vtable + entry, 2);
    if (offset == 0) return false;
    if (offset < 4 || offset > t.table_bytes || bytes > t.table_bytes - offset)
        return broken(t.fb, t.vtable + entry, "field %d lies outside its table", slot);
    *pos = t.pos + offset;
    return inside(t.fb, *pos, bytes, bytes, "field");
}

void fb_open(struct fb *f, const void *data, size_t len)
{
    *f = (struct fb){.data = data, .len = len};
    if (len > INT32_MAX) broken(f, 0, "a file of %zu bytes: at most 2 GiB are possible", len);
}

struct fb_table fb_root(struct fb *f, const char *id)
{
    const struct fb_table none = {0};
    size_t pos = 0;
    if (f->len < 8) {
        broken(f, 0, "%zu bytes: too short for a header", f->len);
        return none;
    }
    if (memcmp(f->data + 4, id, 4) != 0) {
        broken(f, 4, "file identifier is not \"%s\"", id);
        return none;
    }
    if (!follow(f, 0, &pos, "root table")) return none;
    return open_table(f, pos);
}

bool fb_has(struct fb_table t, int slot)
{
    size_t pos = 0;
    return field(t, slot, 1, &pos);
}

uint8_t fb_u8(struct fb_table t, int slot, uint8_t fallback)
{
    size_t pos = 0;
    return field(t, slot, 1, &pos) ? t.fb->data[pos] : fallback;
}

int8_t fb_i8(struct fb_table t, int slot, int8_t fallback)
{
    return (int8_t)fb_u8(t, slot, (uint8_t)fallback);
}

uint32_t fb_u32(struct fb_table t, int slot, uint32_t fallback)
{
    size_t pos = 0;
    return field(t, slot, 4, &pos) ? (uint32_t)little(t.fb->data + pos, 4) : fallback;
}

int32_t fb_i32(struct fb_table t, int slot, int32_t fallback)
{
    return (int32_t)fb_u32(t, slot, (uint32_t)fallback);
}

uint64_t fb_u64(struct fb_table t, int slot, uint64_t fallback)
{
    size_t pos = 0;
    return field(t, slot, 8, &pos) ? little(t.fb->data + pos, 8) : fallback;
}

static float to_float(uint32_t bits)
{
    float v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

float fb_f32(struct fb_table t, int slot, float fallback)
{
    size_t pos = 0;
    return field(t, slot, 4, &pos) ? to_float((uint32_t)little(t.fb->data + pos, 4)) : fallback;
}

struct fb_table fb_table(struct fb_table t, int slot)
{
    size_t pos = 0, to = 0;
    if (!field(t, slot, 4, &pos) || !follow(t.fb, pos, &to, "table"))
        return (struct fb_table){0};
    return open_table(t.fb, to);
}

struct fb_vec fb_vec(struct fb_table t, int slot, size_t element_bytes)
{
    const struct fb_vec none = {0};
    size_t pos = 0, to = 0;
    if (!field(t, slot, 4, &pos) || !follow(t.fb, pos, &to, "vector")) return none;
    struct fb *f = t.fb;
    if (!inside(f, to, 4, 4, "vector")) return none;
    const size_t count = (size_t)little(f->data + to, 4);
    const size_t first = to + 4;
    if (count > (f->len - first) / element_bytes) {
        broken(f, to, "vector of %zu elements passes the end of the file", count);
        return none;
    }
    if (count && first % element_bytes) {
        broken(f, to, "vector's elements are not aligned to %zu", element_bytes);
        return none;
    }
    return (struct fb_vec){f, first, (uint32_t)count};
}

const char *fb_str(struct fb_table t, int slot, size_t *len)
{
    const struct fb_vec v = fb_vec(t, slot, 1);
    *len = v.count;
    return v.count ? (const char *)v.fb->data + v.pos : "";
}

const uint8_t *fb_vec_bytes(struct fb_vec v)
{
    return v.count ? v.fb->data + v.pos : NULL;
}

int32_t fb_vec_i32(struct fb_vec v, uint32_t i)
{
    return (int32_t)(uint32_t)little(v.fb->data + v.pos + 4 * (size_t)i, 4);
}

int64_t fb_vec_i64(struct fb_vec v, uint32_t i)
{
    return (int64_t)little(v.fb->data + v.pos + 8 * (size_t)i, 8);
}

float fb_vec_f32(struct fb_vec v, uint32_t i)
{
    return to_float((uint32_t)little(v.fb->data + v.pos + 4 * (size_t)i, 4));
}

struct fb_table fb_vec_table(struct fb_vec v, uint32_t i)
{
    size_t to = 0;
    if (!follow(v.fb, v.pos + 4 * (size_t)i, &to, "table")) return (struct fb_table){0};
    return open_table(v.fb, to);
}
