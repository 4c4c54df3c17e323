/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The reader never looks back and never allocates: whatever comes, its state is a few words.
 */
#include "sim/gdb/packet.h"

#include <string.h>

enum { INTERRUPT = 3, ESCAPE = '}', ESCAPE_BIT = 0x20 };

/* Value of a hex digit, -1: none. */
static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static void begin(struct packet_reader *r)
{
    r->state = PACKET_DATA;
    r->sum = 0;
    r->len = 0;
    r->too_long = false;
}

static void add(struct packet_reader *r, uint8_t byte)
{
    if (r->len < PACKET_MAX)
        r->data[r->len++] = (char)byte;
    else
        r->too_long = true;
}

static enum packet_event idle(struct packet_reader *r, uint8_t byte)
{
    switch (byte) {
    case '$':
        begin(r);
        return PACKET_NONE;
    case '+':
        return PACKET_ACK;
    case '-':
        return PACKET_NAK;
    case INTERRUPT:
        return PACKET_INTERRUPT;
    }
    return PACKET_NONE;
}

static enum packet_event finish(struct packet_reader *r, int low)
{
    r->state = PACKET_IDLE;
    if (r->too_long) return PACKET_TOO_LONG;
    if (r->high < 0 || low < 0 || (r->high << 4 | low) != r->sum) return PACKET_BAD;
    r->data[r->len] = 0;
    return PACKET_READY;
}

enum packet_event packet_byte(struct packet_reader *r, uint8_t byte)
{
    switch (r->state) {
    case PACKET_IDLE:
        return idle(r, byte);
    case PACKET_DATA:
        if (byte == '$') { /* the end of the one before was lost */
            begin(r);
        } else if (byte == '#') {
            r->state = PACKET_SUM_HIGH;
        } else {
            r->sum = (uint8_t)(r->sum + byte);
            if (byte == ESCAPE)
                r->state = PACKET_ESCAPED;
            else
                add(r, byte);
        }
        return PACKET_NONE;
    case PACKET_ESCAPED:
        r->sum = (uint8_t)(r->sum + byte);
        add(r, byte ^ ESCAPE_BIT);
        r->state = PACKET_DATA;
        return PACKET_NONE;
    case PACKET_SUM_HIGH:
        r->high = digit_of((char)byte);
        r->state = PACKET_SUM_LOW;
        return PACKET_NONE;
    case PACKET_SUM_LOW:
        return finish(r, digit_of((char)byte));
    }
    return PACKET_NONE;
}

void packet_frame(struct buf *out, const void *data, size_t n)
{
    const uint8_t *bytes = data;
    uint8_t sum = 0;
    buf_puts(out, "$");
    for (size_t i = 0; i < n; i++) {
        char c[2] = {(char)bytes[i], 0};
        size_t length = 1;
        if (memchr("#$}*", bytes[i], 4)) {
            c[0] = ESCAPE;
            c[1] = (char)(bytes[i] ^ ESCAPE_BIT);
            length = 2;
        }
        for (size_t k = 0; k < length; k++)
            sum = (uint8_t)(sum + (uint8_t)c[k]);
        buf_add(out, c, length);
    }
    buf_printf(out, "#%02x", sum);
}

void packet_hex(struct buf *out, const void *bytes, size_t n)
{
    const uint8_t *from = bytes;
    for (size_t i = 0; i < n; i++) {
        char digits[2] = {"0123456789abcdef"[from[i] >> 4], "0123456789abcdef"[from[i] & 15U]};
        buf_add(out, digits, 2);
    }
}

bool packet_unhex(const char *text, void *bytes, size_t n)
{
    uint8_t *to = bytes;
    for (size_t i = 0; i < n; i++) {
        int high = digit_of(text[2 * i]);
        int low = high < 0 ? -1 : digit_of(text[2 * i + 1]);
        if (low < 0) return false;
        to[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool packet_number(const char **text, uint32_t *out)
{
    const char *p = *text;
    uint32_t v = 0;
    if (digit_of(*p) < 0) return false;
    for (; digit_of(*p) >= 0; p++) {
        if (v >> 28) return false;
        v = v << 4 | (uint32_t)digit_of(*p);
    }
    *out = v;
    *text = p;
    return true;
}
