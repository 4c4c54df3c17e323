/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope board NAME: the memory map and clocks of a board, as data. */
#include <inttypes.h>
#include <stdio.h>

#include "boards/board.h"
#include "tools/base/buf.h"
#include "tools/base/json.h"
#include "tools/cli/cli.h"

static const char *const port_names[] = {
    [PORT_CODE] = "I/D-Code bus", [PORT_SYSTEM] = "system bus",    [PORT_ITCM] = "ITCM",
    [PORT_DTCM] = "DTCM",         [PORT_AXI] = "AXIM (L1 caches)",
};

static void print_map(const struct board *b)
{
    printf("\n  %-12s %-23s %10s  %-5s  %-17s %s\n", "region", "addresses", "KiB", "kind",
           "path", "remark");
    for (size_t i = 0; i < b->region_count; i++) {
        const struct region *r = &b->regions[i];
        printf("  %-12s 0x%08" PRIx32 "-0x%08" PRIx32 " %11.1f  %-5s  %-17s ", r->name, r->base,
               r->base + (r->size - 1), (double)r->size / 1024,
               r->kind == REGION_FLASH ? "flash" : "RAM", port_names[r->port]);
        if (r->alias_of)
            printf("same bytes as 0x%08" PRIx32, r->alias_of);
        else if (r->sdram)
            printf("beside the chip, on SDRAM bank %u of the FMC", r->sdram);
        else if (r->data)
            printf("data and stack of generated firmware");
        printf("\n");
    }
}

static bool run(struct cli *c, struct err *e)
{
    struct board *b = board_load(c->argument[0], e);
    if (!b) return false;
    unsigned ws = 0;
    char number[BUF_COMMAS];
    board_wait_states(b, b->clock_hz, &ws);
    printf("%s: %s\n", b->name, b->title);
    printf("  chip          %s (%s)\n", b->chip, b->family);
    printf("  core          %s, %s\n", b->core_name, b->fpu);
    printf("  clock         %.1f MHz, flash at %u wait states\n", (double)b->clock_hz / 1e6,
           ws);
    printf("  SRAM          %s B (%.0f KiB)\n", buf_commas(number, b->sram_bytes),
           (double)b->sram_bytes / 1024);
    printf("  flash         %s B (%.0f KiB)\n", buf_commas(number, b->flash_bytes),
           (double)b->flash_bytes / 1024);
    const struct json *cameras = json_get(b->json, "cameras");
    for (size_t i = 0; i < json_len(cameras); i++)
        printf("  %-13s %s\n", i ? "" : "cameras",
               json_str(json_get(json_at(cameras, i), "name"), ""));
    print_map(b);
    struct span span = board_data_span(b);
    printf("\n  generated firmware keeps data and stack in 0x%08" PRIx32 "-0x%08" PRIx32
           " (%s B)\n",
           span.base, span.base + (span.size - 1), buf_commas(number, span.size));
    board_free(b);
    return true;
}

const struct cli_command cmd_board = {
    .name = "board",
    .group = "look things up",
    .arguments = "NAME",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "print a board's memory map, clock and wait states",
    .example = "mcuscope board stm32f746g-disco",
    .options = (const struct cli_option[]){{0}},
    .run = run,
};
