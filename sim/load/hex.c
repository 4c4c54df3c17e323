/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Intel HEX. A record is ":" count(1) address(2) type(1) data checksum(1), all in hexadecimal.
 * Records that follow one another without a gap become one segment.
 */
#include <assert.h>
#include <string.h>

#include "sim/load/image.h"

enum {
    RECORD_DATA,
    RECORD_END,
    RECORD_SEGMENT,
    RECORD_START_SEGMENT,
    RECORD_LINEAR,
    RECORD_START_LINEAR
};

struct reader {
    struct image *m;
    struct segment *segments;
    uint8_t *out; /* all data, in order of the file; a line's data is shorter than its text */
    size_t used;
    unsigned line;
};

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes of one line after the colon; -1 when a digit is wrong or there are too many. */
static int line_bytes(const uint8_t *text, size_t n, uint8_t out[260])
{
    if (n % 2 || n / 2 > 260) return -1;
    for (size_t i = 0; i < n; i += 2) {
        int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0) return -1;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return (int)(n / 2);
}

static void add(struct reader *r, uint32_t addr, const uint8_t *data, unsigned n)
{
    assert(r->segments && r->out);
    struct segment *last = r->m->segment_count ? &r->segments[r->m->segment_count - 1] : NULL;
    if (n == 0) return;
    uint8_t *at = r->out + r->used;
    memcpy(at, data, n);
    r->used += n;
    if (last && last->addr + last->size == addr)
        last->size += n;
    else
        r->segments[r->m->segment_count++] = (struct segment){addr, n, at};
}

static bool record(struct reader *r, const uint8_t *rec, int n, uint32_t *high, bool *end,
                   struct err *e)
{
    const char *name = r->m->name;
    unsigned sum = 0;
    for (int i = 0; i < n; i++)
        sum += rec[i];
    if (n < 5 || rec[0] + 5 != n)
        return err_set(e, ERR_FORMAT, "%s:%u: the record's length is wrong", name, r->line);
    if (sum & 0xffU)
        return err_set(e, ERR_FORMAT, "%s:%u: the checksum is wrong", name, r->line);
    uint32_t addr = (uint32_t)rec[1] << 8 | rec[2];
    switch (rec[3]) {
    case RECORD_DATA:
        if (*high + addr + rec[0] < *high)
            return err_set(e, ERR_FORMAT, "%s:%u: data past the end of memory", name, r->line);
        add(r, *high + addr, rec + 4, rec[0]);
        return true;
    case RECORD_END:
        *end = true;
        return true;
    case RECORD_SEGMENT:
    case RECORD_LINEAR:
        if (rec[0] != 2)
            return err_set(e, ERR_FORMAT, "%s:%u: an address record has 2 bytes", name,
                           r->line);
        *high = ((uint32_t)rec[4] << 8 | rec[5]) << (rec[3] == RECORD_LINEAR ? 16 : 4);
        return true;
    case RECORD_START_SEGMENT:
    case RECORD_START_LINEAR:
        return true; /* the core starts from its vector table */
    }
    return err_set(e, ERR_FORMAT, "%s:%u: record type %u is not known (have: 0 to 5)", name,
                   r->line, rec[3]);
}

bool hex_parse(struct image *m, const uint8_t *bytes, size_t n, struct err *e)
{
    struct reader r = {.m = m, .out = arena_alloc(&m->arena, n / 2 + 1)};
    size_t lines = 1;
    for (size_t i = 0; i < n; i++)
        lines += bytes[i] == '\n' || bytes[i] == '\r';
    r.segments = arena_array(&m->arena, lines, sizeof *r.segments);
    m->segments = r.segments;
    uint32_t high = 0;
    bool end = false;
    for (size_t i = 0; i < n && !end;) {
        const uint8_t *text = bytes + i;
        size_t length = 0;
        while (i + length < n && text[length] != '\n' && text[length] != '\r')
            length++;
        i += length + 1;
        if (i >= 2 && text[0] != '\n')
            r.line += i < 2 || bytes[i - 1] == '\n' || bytes[i - 1] == '\r';
        while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
            length--;
        if (length == 0) continue;
        uint8_t rec[260];
        int got = text[0] == ':' ? line_bytes(text + 1, length - 1, rec) : -1;
        if (got < 0)
            return err_set(e, ERR_FORMAT, "%s:%u: not a line of Intel HEX", m->name, r.line);
        if (!record(&r, rec, got, &high, &end, e)) return false;
    }
    if (!end)
        return err_set(e, ERR_FORMAT, "%s: no end record: the file is cut short", m->name);
    return true;
}
