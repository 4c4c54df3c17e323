/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The map is a table of 4 KiB pages over the first gigabyte, where code and memories are; a
 * region that starts or ends inside a page is widened to it. Beyond it memory beside the chip
 * is found by its bounds, and so is the private peripheral bus, which is inside the core:
 * its registers answer without waits. Everything else is devices.
 */
#include "sim/mem/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/arena.h"
#include "tools/base/json.h"

/* Private peripheral bus (Armv7-M ARM, B3.1). */
enum { PPB_BUS = 1 };
static const uint32_t PPB_BASE = 0xe0000000U, PPB_END = 0xe0100000U;

int64_t map_number(const struct board *b, const char *path, int64_t fallback)
{
    struct json *j = json_get(b->json, path);
    if (json_is_object(j)) j = json_get(j, "value");
    return json_int(j, fallback);
}

static bool bus_number(const struct board *b, const char *bus, const char *key, uint32_t *out,
                       struct err *e)
{
    char path[96];
    int64_t v = 0;
    snprintf(path, sizeof path, "timing.bus.%s.%s", bus, key);
    if (!board_int(b, path, &v, e)) return false;
    if (v < 0 || v > 1000)
        return err_set(e, ERR_FORMAT, "%s: %s is %lld cycles; have 0 to 1000", b->name, path,
                       (long long)v);
    *out = (uint32_t)v;
    return true;
}

/* The bus called name, read when it is new. Only ports outside the core have one. */
static bool find_bus(struct map *m, const struct board *b, const struct region *r, uint8_t *out,
                     struct err *e)
{
    for (uint32_t k = 0; k < m->bus_count; k++) {
        if (strcmp(m->buses[k].name, r->bus) == 0 && m->buses[k].port == r->port) {
            *out = (uint8_t)k;
            return true;
        }
    }
    if (m->bus_count == MAP_MAX_BUSES)
        return err_set(e, ERR_FORMAT, "%s: more than %d buses", b->name, MAP_MAX_BUSES);
    struct bus *s = &m->buses[m->bus_count];
    s->name = r->bus;
    s->port = r->port;
    s->flash = r->kind == REGION_FLASH;
    s->axi = r->port == PORT_AXI;
    if (r->port == PORT_AXI && !(bus_number(b, r->bus, "first", &s->first, e) &&
                                 bus_number(b, r->bus, "beat", &s->beat, e) &&
                                 bus_number(b, r->bus, "busy", &s->busy, e) &&
                                 bus_number(b, r->bus, "single", &s->single, e)))
        return false;
    if (r->port == PORT_SYSTEM) {
        char path[96];
        snprintf(path, sizeof path, "timing.bus.%s.first", r->bus);
        s->first = (uint32_t)map_number(b, path, map_number(b, "timing.bus.system.first", 0));
        snprintf(path, sizeof path, "timing.bus.%s.single", r->bus);
        s->single =
            (uint32_t)map_number(b, path, map_number(b, "timing.bus.system.single", s->first));
        snprintf(path, sizeof path, "timing.bus.%s.narrow", r->bus);
        s->narrow = (uint32_t)map_number(b, path, 0);
        snprintf(path, sizeof path, "timing.bus.%s.always", r->bus);
        s->always = map_number(b, path, 0) != 0;
        m->always |= s->always;
    }
    *out = (uint8_t)m->bus_count++;
    return true;
}

static bool add_region(struct map *m, const struct board *b, const struct region *r,
                       struct err *e)
{
    if ((r->base >> 30 && !r->sdram) || !r->size) return true; /* beyond the table: a device */
    if (m->place_count == MAP_MAX_PLACES - 1)
        return err_set(e, ERR_FORMAT, "%s: more than %d regions", b->name, MAP_MAX_PLACES - 2);
    struct place *p = &m->places[m->place_count];
    *p = (struct place){.base = r->base,
                        .end = r->base + r->size,
                        .canonical = r->alias_of ? r->alias_of - r->base : 0,
                        .port = r->port,
                        .kind = r->kind,
                        .sdram = r->sdram};
    if (!find_bus(m, b, r, &p->bus, e)) return false;
    if (!m->far && r->base >> 30) m->far = m->place_count;
    for (uint32_t page = r->base >> MAP_PAGE_SHIFT;
         page < MAP_PAGES && page <= (p->end - 1) >> MAP_PAGE_SHIFT; page++)
        m->page[page] = (uint8_t)m->place_count;
    m->place_count++;
    return true;
}

struct map *map_new(const struct board *b, struct err *e)
{
    struct map *m = xcalloc(1, sizeof *m);
    m->buses[0] = (struct bus){.name = "device"};
    m->buses[PPB_BUS] = (struct bus){.name = "ppb"};
    m->bus_count = 2;
    m->places[0] = (struct place){.device = true, .port = PORT_AXI, .kind = REGION_RAM};
    m->place_count = 1;
    m->other_block = (uint32_t)map_number(b, "timing.matrix.other_block", 0);
    m->straddle = (uint32_t)map_number(b, "timing.matrix.straddle", 0);
    m->after_flash = (uint32_t)map_number(b, "timing.matrix.after_flash", 0);
    m->buses[0].single = (uint32_t)map_number(b, "timing.bus.device.single", 0);
    for (size_t k = 0; k < b->region_count; k++) {
        if (!add_region(m, b, &b->regions[k], e)) {
            map_free(m);
            return NULL;
        }
    }
    if (!m->far) m->far = m->place_count;
    m->places[m->place_count++] = (struct place){
        .base = PPB_BASE, .end = PPB_END, .device = true, .port = PORT_AXI, .bus = PPB_BUS};
    return m;
}

void map_free(struct map *m)
{
    free(m);
}
