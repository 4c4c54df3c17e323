/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Before the block is found, the chip's RAM is searched at growing intervals: a dozen searches
 * cover any run.
 */
#include "sim/host/rtt.h"

#include <string.h>

#include "sim/state.h"

enum { ID_BYTES = 16, HEADER_BYTES = 24, CHANNEL_BYTES = 24, BUFFER_MAX = 1 << 20 };
enum { CHANNELS_MAX = 64, TO = 12, FROM = 16 /* of a descriptor: the indices */ };
/* Cycles between two looks: a probe polls about as often (0.1 ms at 200 MHz). */
static const uint64_t look_cycles = 20000, search_cycles = 100000, search_most = 50000000;
static const char id[ID_BYTES] = "SEGGER RTT";

static bool has_id(struct sim *s, uint32_t addr)
{
    uint8_t there[ID_BYTES];
    return memory_read(&s->memory, addr, ID_BYTES, there) && memcmp(there, id, ID_BYTES) == 0;
}

/* memmem() reads memory that is mostly zeros, byte by byte; memchr() flies over it. */
static const uint8_t *find_id(const uint8_t *from, size_t n)
{
    const uint8_t *end = from + n;
    while ((from = memchr(from, id[0], (size_t)(end - from)))) {
        if (end - from < ID_BYTES) return NULL;
        if (memcmp(from, id, ID_BYTES) == 0) return from;
        from++;
    }
    return NULL;
}

void rtt_search(struct rtt *r, struct sim *s)
{
    if (!r->on || r->block) return;
    for (size_t i = 0; i < s->memory.count; i++) {
        const struct span_host *span = &s->memory.spans[i];
        if (span->region->kind != REGION_RAM || span->region->alias_of || span->region->sdram)
            continue; /* megabytes beside the chip: too many to look through */
        const uint8_t *at = find_id(span->bytes, span->region->size);
        if (at) {
            r->block = span->region->base + (uint32_t)(at - span->bytes);
            r->interval = look_cycles;
            return;
        }
    }
    r->interval = r->interval * 2 < search_most ? r->interval * 2 : search_most;
}

void rtt_begin(struct rtt *r, struct sim *s)
{
    const struct symbol *sym = image_symbol(s->image, "_SEGGER_RTT");
    rtt_done(r);
    *r = (struct rtt){.on = s->options.rtt, .next = UINT64_MAX};
    if (!r->on) return;
    r->block = sym ? sym->addr : 0;
    r->interval = sym ? look_cycles : search_cycles;
    r->next = s->now + r->interval;
}

void rtt_done(struct rtt *r)
{
    buf_done(&r->down);
}

void rtt_send(struct rtt *r, const void *bytes, size_t n)
{
    buf_add(&r->down, bytes, n);
}

struct ring {    /* a channel, as the firmware has made it */
    uint32_t at; /* its descriptor */
    uint32_t buffer, size, to, from;
};

/* Channel 0 of the block's. False: it has none, or none that is right. */
static bool ring_at(struct sim *s, uint32_t block, bool down, struct ring *out)
{
    uint32_t header[HEADER_BYTES / 4], channel[CHANNEL_BYTES / 4];
    if (!block || !has_id(s, block) ||
        !memory_read(&s->memory, block, HEADER_BYTES, (uint8_t *)header) ||
        header[4] > CHANNELS_MAX || header[down ? 5 : 4] == 0)
        return false;
    out->at = block + HEADER_BYTES + (down ? header[4] : 0) * CHANNEL_BYTES;
    if (!memory_read(&s->memory, out->at, CHANNEL_BYTES, (uint8_t *)channel)) return false;
    out->buffer = channel[1];
    out->size = channel[2];
    out->to = channel[3];
    out->from = channel[4];
    return out->size > 0 && out->size <= BUFFER_MAX && out->to < out->size &&
           out->from < out->size && memory_read(&s->memory, out->buffer, out->size, NULL);
}

static bool fetch(struct rtt *r, struct sim *s)
{
    struct ring up;
    if (!ring_at(s, r->block, false, &up) || up.from == up.to) return false;
    while (up.from != up.to) {
        uint8_t bytes[256];
        uint32_t n = (up.to > up.from ? up.to : up.size) - up.from;
        if (n > sizeof bytes) n = sizeof bytes;
        if (!memory_read(&s->memory, up.buffer + up.from, n, bytes)) return false;
        sim_console(s, CONSOLE_RTT, NULL, (const char *)bytes, n);
        for (uint32_t i = 0; i < n; i++)
            host_heard(&s->host, s, NULL, bytes[i]);
        up.from = up.from + n == up.size ? 0 : up.from + n;
    }
    machine_write(s->machine, up.at + FROM, &up.from, sizeof up.from);
    return true;
}

/* One place of a ring stays free: a full one would look empty. */
static bool give(struct rtt *r, struct sim *s)
{
    struct ring down;
    size_t before = r->given;
    if (r->given == r->down.len || !ring_at(s, r->block, true, &down)) return false;
    while (r->given < r->down.len) {
        uint32_t next = down.to + 1 == down.size ? 0 : down.to + 1;
        if (next == down.from) break;
        machine_write(s->machine, down.buffer + down.to, r->down.data + r->given++, 1);
        down.to = next;
    }
    if (r->given == before) return false;
    machine_write(s->machine, down.at + TO, &down.to, sizeof down.to);
    return true;
}

bool rtt_fetch(struct rtt *r, struct sim *s)
{
    if (!r->on) return false;
    bool fetched = fetch(r, s);
    return give(r, s) || fetched;
}

void rtt_look(struct rtt *r, struct sim *s)
{
    if (!r->on || s->now < r->next) return;
    rtt_search(r, s);
    s->stuck.disturbed |= rtt_fetch(r, s);
    r->next = s->now + r->interval;
}
