/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Boards: every file of the project loads and names its sources; sizes are the silicon's; a
 * user's own file works from any folder; what is wrong in one is said, with its place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "boards/board.h"
#include "tools/base/file.h"

static struct board *must_load(const char *name)
{
    struct err e = {0};
    struct board *b = board_load(name, &e);
    if (!b) fail_msg("%s", e.text);
    return b;
}

static void every_board_loads_and_names_sources(void **state)
{
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    size_t n;
    const char *const *list = board_list(&a, &n, &e);
    assert_non_null(list);
    assert_true(n >= 15);
    for (size_t i = 0; i < n; i++) {
        if (i) assert_true(strcmp(list[i - 1], list[i]) < 0);
        struct board *b = must_load(list[i]);
        assert_string_equal(b->name, list[i]);
        assert_true(board_data_span(b).size >= 96 * 1024);
        assert_true(b->periph_count >= 10);
        assert_int_equal(strlen(b->sha256), 64);
        const char *clock = arena_printf(&a, "boards/start/clock_%s.c", b->family);
        if (!file_exists(clock)) fail_msg("%s: no %s to start its clock", list[i], clock);
        /* A memory behind the AXI port has a price. */
        for (size_t k = 0; k < b->region_count; k++) {
            int64_t v;
            const struct region *r = &b->regions[k];
            const char *key = arena_printf(&a, "timing.bus.%s.first", r->bus);
            if (r->port == PORT_AXI && !board_int(b, key, &v, &e)) fail_msg("%s", e.text);
        }
        if (!board_check_sources(arena_printf(&a, "boards/%s.json", list[i]), &e))
            fail_msg("%s", e.text);
        board_free(b);
    }
    arena_done(&a);
}

static void sizes_are_the_silicons(void **state)
{
    (void)state;
    static const struct {
        const char *name, *family, *core, *fpu;
        uint32_t clock_mhz, sram_kb, flash_kb, span_base, span_kb;
        unsigned wait_states;
    } rows[] = {
        {"stm32f412g-disco", "stm32f4", "cortex-m4", "fpv4-sp-d16", 100, 256, 1024, 0x20000000,
         256, 3},
        {"stm32f407-disco", "stm32f4", "cortex-m4", "fpv4-sp-d16", 168, 192, 1024, 0x20000000,
         128, 5},
        {"stm32f746g-disco", "stm32f7", "cortex-m7", "fpv5-sp-d16", 216, 320, 1024, 0x20000000,
         320, 7},
        {"stm32f765", "stm32f7", "cortex-m7", "fpv5-d16", 216, 512, 2048, 0x20000000, 512, 7},
        {"nucleo-f767zi", "stm32f7", "cortex-m7", "fpv5-d16", 216, 512, 2048, 0x20000000, 512,
         7},
        {"stm32h743", "stm32h7", "cortex-m7", "fpv5-d16", 480, 1060, 2048, 0x24000000, 512, 4},
        {"nucleo-l4r5zi", "stm32l4plus", "cortex-m4", "fpv4-sp-d16", 120, 640, 2048, 0x20000000,
         640, 5},
        {"nucleo-l4r5zi-1bank", "stm32l4plus", "cortex-m4", "fpv4-sp-d16", 120, 640, 2048,
         0x20000000, 640, 5},
        {"nucleo-h7a3zi-q", "stm32h7ab", "cortex-m7", "fpv5-d16", 280, 1380, 2048, 0x24000000,
         1024, 6},
        {"nucleo-f411re", "stm32f4", "cortex-m4", "fpv4-sp-d16", 100, 128, 512, 0x20000000, 128,
         3},
        {"nucleo-f446re", "stm32f4", "cortex-m4", "fpv4-sp-d16", 168, 128, 512, 0x20000000, 128,
         5},
        {"stm32f429i-disco", "stm32f4", "cortex-m4", "fpv4-sp-d16", 168, 256, 2048, 0x20000000,
         192, 5},
        {"stm32f769i-disco", "stm32f7", "cortex-m7", "fpv5-d16", 216, 512, 2048, 0x20000000,
         512, 7},
        {"nucleo-h743zi2", "stm32h7", "cortex-m7", "fpv5-d16", 480, 1060, 2048, 0x24000000, 512,
         4},
        {"b-l475e-iot01a", "stm32l4", "cortex-m4", "fpv4-sp-d16", 80, 128, 1024, 0x20000000, 96,
         4},
        {"nucleo-l476rg", "stm32l4", "cortex-m4", "fpv4-sp-d16", 80, 128, 1024, 0x20000000, 96,
         4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct board *b = must_load(rows[i].name);
        unsigned ws;
        assert_string_equal(b->family, rows[i].family);
        assert_string_equal(b->core_name, rows[i].core);
        assert_string_equal(b->fpu, rows[i].fpu);
        assert_int_equal(b->clock_hz, rows[i].clock_mhz * 1000000);
        assert_int_equal(b->sram_bytes, rows[i].sram_kb * 1024);
        assert_int_equal(b->flash_bytes, rows[i].flash_kb * 1024);
        assert_int_equal(board_data_span(b).base, rows[i].span_base);
        assert_int_equal(board_data_span(b).size, rows[i].span_kb * 1024);
        assert_true(board_wait_states(b, b->clock_hz, &ws));
        assert_int_equal(ws, rows[i].wait_states);
        board_free(b);
    }
}

static void f746_memory_map(void **state)
{
    (void)state;
    struct board *b = must_load("stm32f746g-disco");
    assert_string_equal(b->chip, "stm32f746ng");
    assert_string_equal(board_region(b, 0x20000000)->name, "dtcm");
    assert_int_equal(board_region(b, 0x2000ffff)->port, PORT_DTCM);
    assert_string_equal(board_region(b, 0x20010000)->name, "sram1");
    assert_string_equal(board_region(b, 0x2004ffff)->name, "sram2");
    assert_null(board_region(b, 0x20050000));
    const struct region *alias = board_region(b, 0x002fffff);
    assert_int_equal(alias->port, PORT_ITCM);
    assert_int_equal(alias->alias_of, 0x08000000);
    assert_string_equal(board_region(b, 0x080fffff)->name, "flash");
    assert_null(board_region(b, 0x08100000));
    for (size_t i = 1; i < b->region_count; i++)
        assert_true(b->regions[i - 1].base < b->regions[i].base);
    const struct periph *usart = NULL;
    for (size_t i = 0; i < b->periph_count; i++)
        if (strcmp(b->periphs[i].name, "USART1") == 0) usart = &b->periphs[i];
    if (!usart) {
        fail_msg("no USART1");
        return;
    }
    assert_int_equal(usart->base, 0x40011000);
    assert_int_equal(usart->irq, 37);
    assert_string_equal(usart->kind, "usart-v2");
    assert_ptr_equal(b->console, usart);
    int64_t hse;
    struct err e = {0};
    assert_true(board_int(b, "hse_hz", &hse, &e));
    assert_int_equal(hse, 25000000);
    board_free(b);
}

static void h743_counts_wait_states_on_the_axi_clock(void **state)
{
    (void)state;
    struct board *b = must_load("stm32h743");
    unsigned ws;
    assert_int_equal(b->hclk_hz, 240000000);
    assert_false(board_wait_states(b, b->clock_hz + 2, &ws));
    assert_true(board_wait_states(b, 140000000, &ws));
    assert_int_equal(ws, 0);
    assert_true(board_wait_states(b, 400000000, &ws));
    assert_int_equal(ws, 2);
    board_free(b);
}

static void numbers_are_found_by_path(void **state)
{
    (void)state;
    struct err e = {0};
    struct board *b = must_load("stm32f746g-disco");
    int64_t v;
    assert_true(board_int(b, "timing.l1.size.dcache_bytes", &v, &e));
    assert_int_equal(v, 4096);
    assert_true(board_int(b, "clock_hz", &v, &e)); /* an object with a value */
    assert_int_equal(v, 216000000);
    assert_false(board_int(b, "timing.warp.factor", &v, &e));
    assert_non_null(strstr(e.text, "stm32f746g-disco"));
    assert_non_null(strstr(e.text, "timing.warp.factor"));
    assert_false(board_int(b, "timing.l1", &v, &e));
    board_free(b);
}

static void same_file_same_hash(void **state)
{
    (void)state;
    struct board *a = must_load("stm32f765"), *b = must_load("stm32f765");
    struct board *c = must_load("nucleo-f767zi");
    assert_string_equal(a->sha256, b->sha256);
    assert_string_not_equal(a->sha256, c->sha256);
    board_free(a);
    board_free(b);
    board_free(c);
}

static void unknown_board_lists_those_there_are(void **state)
{
    (void)state;
    struct err e = {0};
    assert_null(board_load("stm32f99", &e));
    assert_int_equal(e.code, ERR_MISSING);
    assert_non_null(strstr(e.text, "'stm32f99'"));
    assert_non_null(
        strstr(e.text, "nucleo-l476rg, nucleo-l4r5zi, nucleo-l4r5zi-1bank, stm32f407-disco"));
    assert_null(board_load("chip/stm32h743", &e));
    assert_null(board_load("", &e));
    assert_null(board_load("nowhere.json", &e));
    assert_int_equal(e.code, ERR_IO);
}

static char folder[] = "/tmp/mcuscope-boards-XXXXXX";

static void put(const char *name, const char *text)
{
    struct err e = {0};
    struct arena a = {0};
    if (!file_mkdirs(arena_printf(&a, "%s/chip", folder), &e)) fail_msg("%s", e.text);
    if (!file_save(arena_printf(&a, "%s/%s", folder, name), text, strlen(text), &e))
        fail_msg("%s", e.text);
    arena_done(&a);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    struct arena a = {0};
    static const char *const made[] = {"mine.json", "slow.json", "chip/small.json", "chip",
                                       "."};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        remove(arena_printf(&a, "%s/%s", folder, made[i]));
    arena_done(&a);
    return 0;
}

/* The README's promise: one JSON is a new board. */
static void a_board_is_one_json(void **state)
{
    (void)state;
    struct arena a = {0};
    put("mine.json",
        "{\n"
        "  \"title\": \"My F746 at 100 MHz\",\n"
        "  \"uses\": \"stm32f746ng\",\n"
        "  \"clock_hz\": {\"value\": 100000000, \"source\": \"my start-up code\"},\n"
        "  \"timing\": {\"mine\": 7, \"measured\": \"mine.json: any file\"}\n"
        "}\n");
    struct board *b = must_load(arena_printf(&a, "%s/mine.json", folder));
    unsigned ws;
    int64_t v;
    struct err e = {0};
    assert_true(board_int(b, "timing.mine", &v, &e));
    assert_int_equal(v, 7);
    assert_string_equal(b->name, "mine");
    assert_string_equal(b->chip, "stm32f746ng");
    assert_string_equal(b->family, "stm32f7");
    assert_int_equal(b->clock_hz, 100000000);
    assert_int_equal(b->sram_bytes, 320 * 1024);
    assert_true(board_wait_states(b, b->clock_hz, &ws));
    assert_int_equal(ws, 3);
    board_free(b);
    arena_done(&a);
}

/* A chip beside the board is found first; regions merge by name, null deletes, rows replace. */
static void a_chip_of_ones_own_overrides_by_name(void **state)
{
    (void)state;
    struct arena a = {0};
    put("chip/small.json",
        "{\"extends\": \"stm32f412zg\", \"sources\": {\"d\": \"my data sheet\"},\n"
        " \"note\": null,\n"
        " \"sram_bytes\": {\"value\": 131072, \"source\": \"@d\"},\n"
        " \"wait_states\": {\"source\": \"@d\", \"rows\": [{\"max_hz\": 50000000, "
        "\"wait_states\": 1}]},\n"
        " \"periphs\": [{\"name\": \"GPIOH\", \"absent\": true}],\n"
        " \"regions\": [{\"name\": \"sram1\", \"size\": 131072, \"source\": \"@d\"}]}");
    put("slow.json", "{\"title\": \"slow\", \"uses\": \"small\",\n"
                     " \"clock_hz\": {\"value\": 48000000, \"source\": \"@d\"}}");
    struct board *b = must_load(arena_printf(&a, "%s/slow.json", folder));
    assert_string_equal(b->chip, "small");
    assert_string_equal(b->family, "stm32f4");
    assert_int_equal(board_region(b, 0x20000000)->size, 131072);
    assert_null(board_region(b, 0x20020000));
    assert_int_equal(b->wait_state_count, 1);
    assert_null(json_get(b->json, "note"));
    for (size_t i = 0; i < b->periph_count; i++)
        assert_string_not_equal(b->periphs[i].name, "GPIOH");
    board_free(b);
    arena_done(&a);
}

#define CLOCK(hz)    "\"clock_hz\": {\"value\": " #hz ", \"source\": \"s\"}"
#define BOARD(more)  "{\"title\": \"t\", \"uses\": \"stm32f746ng\", " CLOCK(100000000) more "}"
#define REGION(more) BOARD(", \"regions\": [{\"source\": \"s\", " more "}]")

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *json, *say;
    } rows[] = {
        {"", "bad.json:1:1: not valid JSON"},
        {"{\"title\": ", "bad.json:1:"},
        {"[]", "not a JSON object"},
        {"{\"uses\": 3}", "uses: must be a string"},
        {"{\"uses\": \"a\", \"extends\": \"b\"}", "keep one"},
        {"{\"uses\": \"../../etc/passwd\"}", "no file"},
        {"{\"uses\": \"stm32f999\"}", "no file 'stm32f999.json'"},
        {"{\"title\": \"t\"}", "core: '' is not one of cortex-m4, cortex-m7"},
        {BOARD(", \"clokc\": 1"), "unknown key 'clokc'; known: title"},
        {BOARD(", \"timing\": {\"x\": 1}"), "timing.x: a number without a source"},
        {BOARD(", \"timing\": {\"x\": [{\"y\": \"0x10\"}]}"),
         "timing.x[0].y: a number without"},
        {BOARD(", \"timing\": {\"x\": 1, \"source\": \"@nil p. 3\"}"), "document '@nil'"},
        {BOARD(", \"timing\": {\"x\": 1, \"source\": \"\"}"), "timing.source: must be text"},
        {BOARD(", \"timing\": {\"x\": 1, \"measured\": 7}"), "timing.measured: must be text"},
        {BOARD(", \"timing\": {\"x\": 1, \"measured\": \"nowhere.csv, row 3\"}"),
         "'nowhere.csv, row 3' does not begin with the name of a file"},
        {"{\"title\": \"t\", \"uses\": \"stm32f746ng\", " CLOCK(217000000) "}",
         "above the wait-state table, which ends at 216000000"},
        {"{\"title\": \"t\", \"uses\": \"stm32f746ng\", " CLOCK(1.5) "}",
         "clock_hz: must be a whole number"},
        {"{\"title\": \"t\", \"uses\": \"stm32f746ng\", " CLOCK("fast") "}",
         "clock_hz: must be a whole number"},
        {"{\"title\": 5, \"uses\": \"stm32f746ng\", " CLOCK(100000000) "}",
         "title: a number without a source"},
        {"{\"uses\": \"stm32f746ng\", " CLOCK(100000000) "}", "title: missing"},
        {BOARD(", \"core\": \"cortex-m4\""), "fpu: a cortex-m4 has no fpv5-sp-d16"},
        {BOARD(", \"core\": \"cortex-m0\""), "core: 'cortex-m0' is not one of"},
        {BOARD(", \"regions\": 3"), "regions: a number without a source"},
        {BOARD(", \"regions\": {}"), "regions: must be a list"},
        {BOARD(", \"regions\": [\"x\"]"), "regions[7].name: missing"},
        {REGION("\"name\": \"sram1\", \"size\": 5000"), "multiples of 4 KiB"},
        {REGION("\"name\": \"sram1\", \"size\": 0"), "multiples of 4 KiB"},
        {REGION("\"name\": \"sram1\", \"size\": -4096"), "regions.sram1.size: must be a whole"},
        {REGION("\"name\": \"sram1\", \"size\": 249856"), "'sram1' and 'sram2' overlap"},
        {REGION("\"name\": \"sram1\", \"port\": \"code\""),
         "'code' is not one of itcm, dtcm, axi"},
        {REGION("\"name\": \"sram1\", \"kind\": \"rom\""), "'rom' is not one of flash, ram"},
        {REGION("\"name\": \"sram1\", \"data\": 1"), "data: must be true or false"},
        {REGION("\"name\": \"flash\", \"data\": true"), "only RAM that is no alias"},
        {REGION("\"name\": \"flash-itcm\", \"alias_of\": \"0x09000000\""),
         "regions.flash-itcm.alias_of: no region"},
        {REGION("\"name\": \"flash\", \"size\": 524288"), "alias_of: no region"},
        {REGION("\"name\": \"itcm\", \"kind\": \"flash\""), "flash_bytes: 1048576, but"},
        {REGION(
             "\"name\": \"x\", \"kind\": \"ram\", \"port\": \"axi\", \"base\": \"0xfffff000\","
             " \"size\": 8192"),
         "reaches beyond 0xffffffff"},
        {BOARD(", \"wait_states\": {\"rows\": [], \"source\": \"s\"}"), "must be a list of"},
        {BOARD(", \"wait_states\": {\"source\": \"s\", \"rows\": [{\"max_hz\": 9000000, "
               "\"wait_states\": 1}, {\"max_hz\": 8000000, \"wait_states\": 2}]}"),
         "rows[1]: both numbers must rise"},
        {BOARD(", \"periphs\": [{\"name\": \"X\", \"kind\": \"k\", \"base\": \"0x20000100\", "
               "\"size\": 4, \"source\": \"s\"}]"),
         "periphs.X: overlaps 'dtcm'"},
        {BOARD(", \"periphs\": [{\"name\": \"X\", \"kind\": \"k\", \"base\": \"0x40011000\", "
               "\"size\": 4, \"source\": \"s\"}]"),
         "overlaps '"},
        {BOARD(", \"periphs\": [{\"name\": \"USART1\", \"irq\": 300, \"source\": \"s\"}]"),
         "periphs.USART1.irq: 300 is above 239"},
        {BOARD(", \"sram_bytes\": {\"value\": 1048576, \"source\": \"s\"}"),
         "but the RAM regions add up to 348160"},
        {BOARD(", \"console\": \"USART9\""), "console: 'USART9' is not in periphs"},
        {BOARD(", \"hclk_divider\": {\"value\": 0, \"source\": \"s\"}"), "hclk_divider"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        struct board *b = board_parse(rows[i].json, strlen(rows[i].json), "bad.json", &e);
        if (b) fail_msg("row %zu is accepted: %s", i, rows[i].json);
        if (!strstr(e.text, rows[i].say))
            fail_msg("row %zu says '%s', not '%s'", i, e.text, rows[i].say);
        if (!strstr(e.text, "bad.json")) fail_msg("row %zu names no file: '%s'", i, e.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_board_loads_and_names_sources),
        cmocka_unit_test(sizes_are_the_silicons),
        cmocka_unit_test(f746_memory_map),
        cmocka_unit_test(h743_counts_wait_states_on_the_axi_clock),
        cmocka_unit_test(numbers_are_found_by_path),
        cmocka_unit_test(same_file_same_hash),
        cmocka_unit_test(unknown_board_lists_those_there_are),
        cmocka_unit_test(a_board_is_one_json),
        cmocka_unit_test(a_chip_of_ones_own_overrides_by_name),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
