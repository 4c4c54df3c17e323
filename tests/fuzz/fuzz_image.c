/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any bytes as a firmware image (ELF, Intel HEX, raw): refused or loaded, and every symbol and
 * segment that comes out can be asked about, and what DWARF says of its code.
 */
#include <stddef.h>
#include <stdint.h>

#include "sim/load/lines.h"
#include "sim/load/map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool load(void *context, uint32_t addr, uint32_t *word)
{
    (void)context;
    *word = addr;
    return true;
}

static void ask_lines(const struct image *m)
{
    struct lines *l = lines_open(m);
    for (uint32_t at = 0; at < 64; at++) {
        uint32_t regs[16] = {[13] = 0x20000000}, pc = 0x08000140 + at * 20;
        char text[96];
        lines_at(l, pc, text, sizeof text);
        lines_function(l, pc, text, sizeof text);
        lines_declared(l, pc, text, sizeof text);
        lines_unwind(l, pc, regs, load, NULL);
    }
    lines_close(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct err e;
    struct image names = {.name = "fuzz"}; /* and as what nm prints */
    if (map_parse(&names, (const char *)data, size, "fuzz", &e) && !names.symbol_count)
        __builtin_trap();
    arena_done(&names.arena);
    struct image *m = image_parse(data, size, "fuzz", 0x08000000, &e);
    if (!m) return 0;
    unsigned sum = 0;
    for (size_t i = 0; i < m->segment_count; i++)
        for (uint32_t k = 0; k < m->segments[i].size; k += 64)
            sum += m->segments[i].bytes[k];
    for (size_t i = 0; i < m->symbol_count && i < 100; i++)
        if (!image_symbol(m, m->symbols[i].name)) __builtin_trap();
    image_symbol_at(m, 0x08000000 + sum);
    ask_lines(m);
    image_free(m);
    return 0;
}
