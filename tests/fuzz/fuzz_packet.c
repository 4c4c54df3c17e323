/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any bytes from a debugger's client: every packet that comes out fits, ends in NUL, and is the
 * same packet again when it is framed and read once more.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sim/gdb/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(const struct packet_reader *r)
{
    static struct packet_reader second;
    struct buf frame = {0};
    enum packet_event last = PACKET_NONE;
    packet_frame(&frame, r->data, r->len);
    memset(&second, 0, sizeof second);
    for (size_t i = 0; i < frame.len; i++)
        last = packet_byte(&second, (uint8_t)frame.data[i]);
    if (last != PACKET_READY || second.len != r->len ||
        memcmp(second.data, r->data, r->len) != 0)
        __builtin_trap();
    buf_done(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct packet_reader r;
    memset(&r, 0, sizeof r);
    for (size_t i = 0; i < size; i++) {
        if (packet_byte(&r, data[i]) != PACKET_READY) continue;
        const char *p = r.data;
        uint32_t number;
        uint8_t bytes[64];
        if (r.len > PACKET_MAX || r.data[r.len]) __builtin_trap();
        if (packet_number(&p, &number) && (p <= r.data || p > r.data + r.len)) __builtin_trap();
        packet_unhex(r.data, bytes, sizeof bytes);
        again(&r);
    }
    return 0;
}
