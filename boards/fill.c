/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fills struct board from the merged JSON. What can be wrong in a hand-written file is checked
 * here once, so that no other module has to: types, sizes, overlaps, aliases, the wait-state
 * table, the clock.
 */
#include "boards/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/file.h"

enum { PAGE = 4096, ITEMS_MAX = 512, IRQ_MAX = 239 };

struct reader { /* what every step of filling needs */
    struct board *b;
    const char *file;
    struct err *e;
};

bool board_number(const struct json *j, int64_t *out)
{
    if (json_is_object(j)) j = json_get(j, "value");
    *out = json_int(j, INT64_MIN);
    return *out != INT64_MIN;
}

static bool read_u32(const struct reader *r, const struct json *j, const char *place,
                     const char *key, uint32_t *out)
{
    int64_t v;
    const struct json *at = json_get(j, key);
    if (!at)
        return err_set(r->e, ERR_FORMAT, "%s: %s%s: missing; it must be a whole number",
                       r->file, place, key);
    if (!board_number(at, &v) || v < 0 || v > UINT32_MAX)
        return err_set(
            r->e, ERR_FORMAT,
            "%s: %s%s: must be a whole number from 0 to 0xffffffff (in decimal, or a "
            "string such as \"0x20000000\")",
            r->file, place, key);
    *out = (uint32_t)v;
    return true;
}

static const char *read_text(const struct reader *r, const struct json *j, const char *place,
                             const char *key)
{
    const char *s = json_str(json_get(j, key), "");
    if (*s) return arena_str(&r->b->arena, s);
    err_set(r->e, ERR_FORMAT, "%s: %s%s: %s; it must be text", r->file, place, key,
            json_get(j, key) ? "not text" : "missing");
    return NULL;
}

struct word {
    const char *text;
    int value;
};

static bool read_word(const struct reader *r, const struct json *j, const char *place,
                      const char *key, const struct word *words, size_t n, int *out)
{
    const char *s = json_str(json_get(j, key), "");
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i].text, s) == 0) {
            *out = words[i].value;
            return true;
        }
    char all[256] = "";
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", words[i].text);
    }
    return err_set(r->e, ERR_FORMAT, "%s: %s%s: '%.40s' is not one of %s", r->file, place, key,
                   s, all);
}

static bool read_list(const struct reader *r, const char *key, const struct json **out)
{
    *out = json_get(r->b->json, key);
    if (!json_is_array(*out) || json_len(*out) == 0 || json_len(*out) > ITEMS_MAX)
        return err_set(r->e, ERR_FORMAT, "%s: %s: must be a list of 1 to %d objects", r->file,
                       key, ITEMS_MAX);
    return true;
}

static const struct word cores[] = {{"cortex-m4", CORE_CORTEX_M4},
                                    {"cortex-m7", CORE_CORTEX_M7}};
static const struct word fpus[] = {{"fpv4-sp-d16", CORE_CORTEX_M4},
                                   {"fpv5-sp-d16", CORE_CORTEX_M7},
                                   {"fpv5-d16", CORE_CORTEX_M7}};
static const struct word kinds[] = {{"flash", REGION_FLASH}, {"ram", REGION_RAM}};
static const struct word m4_ports[] = {{"code", PORT_CODE}, {"system", PORT_SYSTEM}};
static const struct word m7_ports[] = {
    {"itcm", PORT_ITCM}, {"dtcm", PORT_DTCM}, {"axi", PORT_AXI}};

static bool read_core(const struct reader *r)
{
    struct board *b = r->b;
    const struct json *j = b->json;
    int core = 0, fpu_core = 0;
    uint32_t divider = 1;
    if (!read_word(r, j, "", "core", cores, 2, &core)) return false;
    if (!read_word(r, j, "", "fpu", fpus, 3, &fpu_core)) return false;
    b->core = (enum core_kind)core;
    b->core_name = cores[core].text;
    if (!(b->fpu = read_text(r, j, "", "fpu"))) return false;
    if (fpu_core != core)
        return err_set(r->e, ERR_FORMAT, "%s: fpu: a %s has no %s", r->file, b->core_name,
                       b->fpu);
    if (!read_u32(r, j, "", "clock_hz", &b->clock_hz)) return false;
    if (!read_u32(r, j, "", "sram_bytes", &b->sram_bytes)) return false;
    if (!read_u32(r, j, "", "flash_bytes", &b->flash_bytes)) return false;
    if (json_get(j, "hclk_divider") && !read_u32(r, j, "", "hclk_divider", &divider))
        return false;
    if (divider < 1 || divider > 16)
        return err_set(r->e, ERR_FORMAT, "%s: hclk_divider: must be from 1 to 16", r->file);
    if (b->clock_hz < 1000000 || b->clock_hz > 1000000000)
        return err_set(r->e, ERR_FORMAT, "%s: clock_hz: %u is not between 1 MHz and 1 GHz",
                       r->file, b->clock_hz);
    b->hclk_divider = divider;
    b->hclk_hz = b->clock_hz / divider;
    return true;
}

static int by_base(const void *x, const void *y)
{
    const struct region *a = x, *b = y;
    return a->base < b->base ? -1 : a->base > b->base;
}

static bool read_region(const struct reader *r, const struct json *j, size_t i,
                        struct region *out)
{
    char place[96];
    int kind = 0, port = 0;
    snprintf(place, sizeof place, "regions[%zu].", i);
    if (!(out->name = read_text(r, j, place, "name"))) return false;
    snprintf(place, sizeof place, "regions.%.60s.", out->name);
    const struct word *ports = r->b->core == CORE_CORTEX_M4 ? m4_ports : m7_ports;
    size_t port_count = r->b->core == CORE_CORTEX_M4 ? 2 : 3;
    if (!read_word(r, j, place, "kind", kinds, 2, &kind)) return false;
    if (!read_word(r, j, place, "port", ports, port_count, &port)) return false;
    out->kind = (enum region_kind)kind;
    out->port = (enum region_port)port;
    if (!read_u32(r, j, place, "base", &out->base)) return false;
    if (!read_u32(r, j, place, "size", &out->size)) return false;
    if (json_get(j, "alias_of") && !read_u32(r, j, place, "alias_of", &out->alias_of))
        return false;
    const struct json *data = json_get(j, "data");
    out->data = json_flag(data, false);
    if (data && !json_flag(data, false) && json_flag(data, true))
        return err_set(r->e, ERR_FORMAT, "%s: %sdata: must be true or false", r->file, place);
    out->swapped = json_flag(json_get(j, "swapped"), false);
    uint32_t bank = 0;
    if (json_get(j, "sdram") && !read_u32(r, j, place, "sdram", &bank)) return false;
    out->sdram = (uint8_t)bank;
    out->bus = json_get(j, "bus") ? read_text(r, j, place, "bus") : out->name;
    if (!out->bus) return false;
    if (out->size == 0 || out->size % PAGE || out->base % PAGE)
        return err_set(r->e, ERR_FORMAT,
                       "%s: %sbase, size: 0x%08x, 0x%x: must be multiples of 4 KiB (0x1000), "
                       "size not 0",
                       r->file, place, out->base, out->size);
    if (out->size - 1 > UINT32_MAX - out->base)
        return err_set(r->e, ERR_FORMAT, "%s: %ssize: reaches beyond 0xffffffff", r->file,
                       place);
    if (bank > 2 || (bank && (out->kind != REGION_RAM || out->data || out->base >> 30 == 0)))
        return err_set(
            r->e, ERR_FORMAT,
            "%s: %ssdram: must be 1 or 2, of RAM above 0x40000000 that takes no data", r->file,
            place);
    if (out->data && (out->kind != REGION_RAM || out->alias_of))
        return err_set(r->e, ERR_FORMAT, "%s: %sdata: only RAM that is no alias takes data",
                       r->file, place);
    return true;
}

static bool check_regions(const struct reader *r)
{
    const struct board *b = r->b;
    uint64_t flash = 0, ram = 0;
    bool data = false;
    for (size_t i = 0; i < b->region_count; i++) {
        const struct region *x = &b->regions[i], *target = NULL;
        for (size_t k = 0; k < b->region_count; k++) {
            const struct region *y = &b->regions[k];
            if (k > i && strcmp(x->name, y->name) == 0)
                return err_set(r->e, ERR_FORMAT, "%s: regions: two are named '%.60s'", r->file,
                               x->name);
            if (k != i && !y->alias_of && y->base == x->alias_of) target = y;
        }
        if (i && b->regions[i - 1].base + (b->regions[i - 1].size - 1) >= x->base)
            return err_set(r->e, ERR_FORMAT, "%s: regions: '%.60s' and '%.60s' overlap",
                           r->file, b->regions[i - 1].name, x->name);
        if (x->alias_of && (!target || target->kind != x->kind || target->size < x->size))
            return err_set(r->e, ERR_FORMAT,
                           "%s: regions.%.60s.alias_of: no region of that kind and at least "
                           "that size begins at 0x%08x",
                           r->file, x->name, x->alias_of);
        if (!x->alias_of && x->kind == REGION_FLASH) flash += x->size;
        if (!x->alias_of && x->kind == REGION_RAM && !x->sdram) ram += x->size;
        data = data || x->data;
    }
    if (flash != b->flash_bytes)
        return err_set(r->e, ERR_FORMAT,
                       "%s: flash_bytes: %u, but the flash regions add up to %llu", r->file,
                       b->flash_bytes, (unsigned long long)flash);
    if (b->sram_bytes == 0 || b->sram_bytes > ram)
        return err_set(r->e, ERR_FORMAT,
                       "%s: sram_bytes: %u, but the RAM regions add up to %llu", r->file,
                       b->sram_bytes, (unsigned long long)ram);
    if (!data)
        return err_set(r->e, ERR_FORMAT,
                       "%s: regions: none has \"data\": true, the firmware's data has no place",
                       r->file);
    return true;
}

static bool read_regions(const struct reader *r)
{
    const struct json *list;
    if (!read_list(r, "regions", &list)) return false;
    struct board *b = r->b;
    struct region *all = arena_array(&b->arena, json_len(list), sizeof *all);
    for (size_t i = 0; i < json_len(list); i++)
        if (!read_region(r, json_at(list, i), i, &all[i])) return false;
    qsort(all, json_len(list), sizeof *all, by_base);
    b->regions = all;
    b->region_count = json_len(list);
    return check_regions(r);
}

static bool read_wait_states(const struct reader *r)
{
    struct board *b = r->b;
    const struct json *rows = json_get(b->json, "wait_states.rows");
    size_t n = json_len(rows);
    if (!json_is_array(rows) || n == 0 || n > ITEMS_MAX)
        return err_set(r->e, ERR_FORMAT,
                       "%s: wait_states.rows: must be a list of {max_hz, wait_states}",
                       r->file);
    struct wait_state *all = arena_array(&b->arena, n, sizeof *all);
    for (size_t i = 0; i < n; i++) {
        char place[64];
        uint32_t ws = 0;
        snprintf(place, sizeof place, "wait_states.rows[%zu].", i);
        if (!read_u32(r, json_at(rows, i), place, "max_hz", &all[i].max_hz)) return false;
        if (!read_u32(r, json_at(rows, i), place, "wait_states", &ws)) return false;
        all[i].wait_states = ws;
        if (ws > 15 ||
            (i && (all[i].max_hz <= all[i - 1].max_hz || ws <= all[i - 1].wait_states)))
            return err_set(r->e, ERR_FORMAT,
                           "%s: wait_states.rows[%zu]: both numbers must rise from row to row, "
                           "up to 15 wait states",
                           r->file, i);
    }
    b->wait_states = all;
    b->wait_state_count = n;
    unsigned ws;
    if (!board_wait_states(b, b->clock_hz, &ws))
        return err_set(r->e, ERR_FORMAT,
                       "%s: clock_hz: the bus clock of %u Hz is above the wait-state table, "
                       "which ends at %u Hz",
                       r->file, b->hclk_hz, all[n - 1].max_hz);
    return true;
}

static bool read_periph(const struct reader *r, const struct json *j, size_t i,
                        struct periph *out)
{
    char place[96];
    snprintf(place, sizeof place, "periphs[%zu].", i);
    if (!(out->name = read_text(r, j, place, "name"))) return false;
    snprintf(place, sizeof place, "periphs.%.60s.", out->name);
    if (!(out->kind = read_text(r, j, place, "kind"))) return false;
    if (!read_u32(r, j, place, "base", &out->base)) return false;
    if (!read_u32(r, j, place, "size", &out->size)) return false;
    out->irq = -1;
    if (json_get(j, "irq")) {
        uint32_t irq = 0;
        if (!read_u32(r, j, place, "irq", &irq)) return false;
        if (irq > IRQ_MAX)
            return err_set(r->e, ERR_FORMAT, "%s: %sirq: %u is above %d", r->file, place, irq,
                           IRQ_MAX);
        out->irq = (int)irq;
    }
    if (out->size == 0 || out->size % 4 || out->base % 4 ||
        out->size - 1 > UINT32_MAX - out->base)
        return err_set(r->e, ERR_FORMAT,
                       "%s: %sbase, size: must be multiples of 4, size not 0, end below 4 GiB",
                       r->file, place);
    out->json = j;
    return true;
}

static int by_periph_base(const void *x, const void *y)
{
    const struct periph *a = x, *b = y;
    return a->base < b->base ? -1 : a->base > b->base;
}

static bool read_periphs(const struct reader *r)
{
    const struct json *list;
    struct board *b = r->b;
    if (!json_get(b->json, "periphs")) return true;
    if (!read_list(r, "periphs", &list)) return false;
    size_t n = json_len(list);
    struct periph *all = arena_array(&b->arena, n, sizeof *all);
    for (size_t i = 0; i < n; i++)
        if (!read_periph(r, json_at(list, i), i, &all[i])) return false;
    qsort(all, n, sizeof *all, by_periph_base);
    for (size_t i = 0; i < n; i++) {
        const struct region *in = board_region(b, all[i].base);
        const char *other = in ? in->name : i ? all[i - 1].name : NULL;
        if (in || (i && all[i - 1].base + (all[i - 1].size - 1) >= all[i].base))
            return err_set(r->e, ERR_FORMAT, "%s: periphs.%.60s: overlaps '%.60s'", r->file,
                           all[i].name, other);
        for (size_t k = 0; k < i; k++)
            if (strcmp(all[k].name, all[i].name) == 0)
                return err_set(r->e, ERR_FORMAT, "%s: periphs: two are named '%.60s'", r->file,
                               all[i].name);
    }
    b->periphs = all;
    b->periph_count = n;
    return true;
}

static bool read_console(const struct reader *r)
{
    struct board *b = r->b;
    if (!json_get(b->json, "console")) return true;
    const char *name = read_text(r, b->json, "", "console");
    if (!name) return false;
    for (size_t i = 0; i < b->periph_count; i++)
        if (strcmp(b->periphs[i].name, name) == 0) b->console = &b->periphs[i];
    return b->console ||
           err_set(r->e, ERR_FORMAT, "%s: console: '%.40s' is not in periphs", r->file, name);
}

bool board_fill(struct board *b, const struct chain *c, struct err *e)
{
    struct reader r = {.b = b, .file = c->path[0], .e = e};
    int last = c->count - 1;
    b->name = file_stem(&b->arena, c->path[0]);
    b->chip = file_stem(&b->arena, c->path[c->chip]);
    b->family = file_stem(&b->arena, c->path[last]);
    if (!(b->title = read_text(&r, b->json, "", "title"))) return false;
    if (!read_core(&r) || !read_regions(&r) || !read_wait_states(&r)) return false;
    return read_periphs(&r) && read_console(&r);
}
