/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Packet: the framing of GDB's remote serial protocol. Bytes of the client go in one by one,
 * whole packets with a good checksum come out; answers get their frame here.
 *
 *     socket ── packet_byte() ──► packet_reader.data ──► commands ── packet_frame() ──► socket
 *
 * A packet is "$data#hh"; "}" in data escapes the byte after it. Anything else between packets
 * is noise, except "+" and "-" (acknowledged or not) and the byte 3 (Ctrl-C).
 */
#ifndef SIM_GDB_PACKET_H
#define SIM_GDB_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/buf.h"

enum { PACKET_MAX = 16384 }; /* bytes of data, escapes undone; told to the client */

enum packet_event {
    PACKET_NONE,      /* more bytes are needed */
    PACKET_READY,     /* data, len */
    PACKET_BAD,       /* wrong checksum: ask for it again */
    PACKET_TOO_LONG,  /* dropped */
    PACKET_ACK,       /* "+" */
    PACKET_NAK,       /* "-": the client wants the last answer again */
    PACKET_INTERRUPT, /* Ctrl-C */
};

struct packet_reader { /* zeros: between packets */
    enum { PACKET_IDLE, PACKET_DATA, PACKET_ESCAPED, PACKET_SUM_HIGH, PACKET_SUM_LOW } state;
    uint8_t sum;
    int high; /* first digit of the checksum, -1: not a digit */
    bool too_long;
    size_t len;
    char data[PACKET_MAX + 1]; /* ends in NUL when ready */
};

enum packet_event packet_byte(struct packet_reader *r, uint8_t byte);
/* Appends "$data#hh" with escapes to *out. */
void packet_frame(struct buf *out, const void *data, size_t n);

/* Appends bytes as hex digits. */
void packet_hex(struct buf *out, const void *bytes, size_t n);
/* n bytes from 2 n hex digits at `text`; false when some are missing. */
bool packet_unhex(const char *text, void *bytes, size_t n);
/* A hex number of at most 32 bits; *text moves behind it. False: no digit, or too large. */
bool packet_number(const char **text, uint32_t *out);

#endif
