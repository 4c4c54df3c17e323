/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Layout, all little endian (FlatBuffers internals, "Binary format"):
 *
 *     vtable: u16 bytes of vtable, u16 bytes of table, u16 offset per field (0: absent)
 *     table:  i32 distance back to its vtable, fields
 *     vector: u32 count, elements          string: the same, then a NUL
 */
#include "models/fbwrite.h"

#include <string.h>

static void put(struct buf *out, uint32_t v, size_t bytes)
{
    unsigned char b[4] = {(unsigned char)v, (unsigned char)(v >> 8), (unsigned char)(v >> 16),
                          (unsigned char)(v >> 24)};
    buf_add(out, b, bytes);
}

/* Zeros until `ahead` bytes from here would be aligned. */
static void align_to(struct buf *out, size_t align, size_t ahead)
{
    while ((out->len + ahead) % align)
        put(out, 0, 1);
}

static void poke(struct buf *out, size_t at, uint32_t v)
{
    for (size_t i = 0; i < 4; i++)
        out->data[at + i] = (char)(unsigned char)(v >> (8 * i));
}

void fbw_link(struct buf *out, size_t slot, size_t target)
{
    poke(out, slot, (uint32_t)(target - slot));
}

size_t fbw_start(struct buf *out, const char identifier[4])
{
    size_t slot = out->len;
    put(out, 0, 4);
    buf_add(out, identifier, 4);
    return slot;
}

size_t fbw_table(struct buf *out, struct fbw_field *fields, size_t n)
{
    uint16_t offset[FBW_FIELDS_MAX] = {0};
    size_t ids = n ? (size_t)fields[n - 1].id + 1 : 0, vtable_bytes = 4 + 2 * ids, end = 4;
    for (unsigned size = 4; size; size = size == 4 ? 1 : 0) /* wide fields first: no gaps */
        for (size_t i = 0; i < n; i++)
            if (fields[i].size == size) {
                offset[fields[i].id] = (uint16_t)end;
                end += size;
            }
    align_to(out, 4, vtable_bytes);
    size_t vtable = out->len, table = vtable + vtable_bytes;
    put(out, (uint32_t)vtable_bytes, 2);
    put(out, (uint32_t)end, 2);
    for (size_t i = 0; i < ids; i++)
        put(out, offset[i], 2);
    put(out, (uint32_t)(table - vtable), 4);
    for (unsigned size = 4; size; size = size == 4 ? 1 : 0)
        for (size_t i = 0; i < n; i++)
            if (fields[i].size == size) {
                fields[i].at = out->len;
                put(out, fields[i].value, size);
            }
    return table;
}

size_t fbw_vector(struct buf *out, const void *data, size_t count, size_t size, size_t align)
{
    align_to(out, align, 4);
    size_t at = out->len;
    put(out, (uint32_t)count, 4);
    if (size == 1 || !data) {
        for (size_t i = 0; !data && i < count * size; i++)
            put(out, 0, 1);
        if (data) buf_add(out, data, count);
        return at;
    }
    for (size_t i = 0; i < count; i++) { /* little endian whatever the host */
        uint32_t v;
        memcpy(&v, (const char *)data + i * 4, 4);
        put(out, v, 4);
        if (size == 8) put(out, v & 0x80000000u ? 0xffffffffu : 0, 4);
    }
    return at;
}

size_t fbw_refs(struct buf *out, size_t count)
{
    return fbw_vector(out, NULL, count, 4, 4);
}

size_t fbw_string(struct buf *out, const char *text)
{
    size_t at = fbw_vector(out, text, strlen(text), 1, 4);
    put(out, 0, 1);
    return at;
}
