/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Before the block is found, RAM is searched at growing intervals: a dozen searches cover any
 * run.
 */
#include "sim/host/rtt.h"

#include <string.h>

#include "sim/state.h"

enum { ID_BYTES = 16, HEADER_BYTES = 24, CHANNEL_BYTES = 24, BUFFER_MAX = 1 << 20 };
/* Cycles between two looks: a probe polls about as often (0.1 ms at 200 MHz). */
static const uint64_t look_cycles = 20000, search_cycles = 100000, search_most = 50000000;
static const char id[ID_BYTES] = "SEGGER RTT";

static bool has_id(struct sim *s, uint32_t addr)
{
    uint8_t there[ID_BYTES];
    return memory_read(&s->memory, addr, ID_BYTES, there) && memcmp(there, id, ID_BYTES) == 0;
}

void rtt_search(struct rtt *r, struct sim *s)
{
    if (!r->on || r->block) return;
    for (size_t i = 0; i < s->memory.count; i++) {
        const struct span_host *span = &s->memory.spans[i];
        if (span->region->kind != REGION_RAM || span->region->alias_of) continue;
        const uint8_t *at = memmem(span->bytes, span->region->size, id, ID_BYTES);
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
    *r = (struct rtt){.on = s->options.rtt, .next = UINT64_MAX};
    if (!r->on) return;
    r->block = sym ? sym->addr : 0;
    r->interval = sym ? look_cycles : search_cycles;
    r->next = s->now + r->interval;
}

bool rtt_fetch(struct rtt *r, struct sim *s)
{
    uint32_t header[HEADER_BYTES / 4], channel[CHANNEL_BYTES / 4];
    if (!r->on || !r->block || !has_id(s, r->block) ||
        !memory_read(&s->memory, r->block, HEADER_BYTES, (uint8_t *)header) || header[4] == 0 ||
        !memory_read(&s->memory, r->block + HEADER_BYTES, CHANNEL_BYTES, (uint8_t *)channel))
        return false;
    uint32_t buffer = channel[1], size = channel[2], to = channel[3], from = channel[4];
    if (size == 0 || size > BUFFER_MAX || to >= size || from >= size || from == to ||
        !memory_read(&s->memory, buffer, size, NULL))
        return false;
    while (from != to) {
        uint8_t bytes[256];
        uint32_t n = (to > from ? to : size) - from;
        if (n > sizeof bytes) n = sizeof bytes;
        if (!memory_read(&s->memory, buffer + from, n, bytes)) return false;
        sim_console(s, CONSOLE_RTT, NULL, (const char *)bytes, n);
        from = from + n == size ? 0 : from + n;
    }
    machine_write(s->machine, r->block + HEADER_BYTES + 16, &from, sizeof from);
    return true;
}

void rtt_look(struct rtt *r, struct sim *s)
{
    if (!r->on || s->now < r->next) return;
    rtt_search(r, s);
    rtt_fetch(r, s);
    r->next = s->now + r->interval;
}
