/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Firmware files: what a sound one gives, and how damaged ones are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/load/image.h"
#include "sim_case.h"
#include "tools/base/file.h"

enum { FLASH = 0x08000000 };

static struct image *parse(const char *text, struct err *e)
{
    return image_parse(text, strlen(text), "x.hex", FLASH, e);
}

static void hex_gives_segments(void **state)
{
    (void)state;
    struct err e;
    struct image *m = parse(":020000040800F2\r\n:0401000001020304F1\r\n:0201040005AA4A\n"
                            ":020000022000DC\n:0100000077 88\n",
                            &e);
    assert_null(m); /* a blank inside a record */
    m = parse(":020000040800F2\r\n:0401000001020304F1\r\n:0201040005AA4A\n"
              ":020000022000DC\n:010000007788\n:00000001FF\nrubbish after the end\n",
              &e);
    if (!m) {
        fail_msg("%s", e.text);
        return;
    }
    assert_int_equal(m->kind, IMAGE_HEX);
    assert_int_equal(m->segment_count, 2); /* by address */
    assert_int_equal(m->segments[0].addr, 0x20000);
    assert_int_equal(m->segments[1].addr, 0x08000100);
    assert_int_equal(m->segments[1].size, 6); /* two records in a row are one */
    static const uint8_t bytes[6] = {1, 2, 3, 4, 5, 0xaa};
    assert_memory_equal(m->segments[1].bytes, bytes, 6);
    image_free(m);
}

static void damaged_hex_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {":0401000001020304F1\n:0401000001020304F2\n:00000001FF\n", "x.hex:2: the checksum"},
        {":0501000001020304F1\n:00000001FF\n", "x.hex:1: the record's length"},
        {":0401000001020304F1\n", "no end record"},
        {":0401000001020304F1\nhello\n:00000001FF\n", "x.hex:2: not a line of Intel HEX"},
        {":0401000001020304F1\n:040100000102030g\n", "x.hex:2: not a line of Intel HEX"},
        {":0000000001020304F1\n:00000001FF\n", "x.hex:1: the record's length"},
        {":0401000901020304E8\n:00000001FF\n", "record type 9 is not known"},
        {":02000004FFFFFC\n:02FFFF000102FD\n:00000001FF\n", "past the end of memory"},
        {":0100000408F3\n:00000001FF\n", "an address record has 2 bytes"},
        {":00000001FF\n", "nothing to load"},
    };
    struct err e;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct image *m = parse(cases[i].text, &e);
        if (m || !strstr(e.text, cases[i].message))
            fail_msg("case %zu: no \"%s\" in: %s", i, cases[i].message, m ? "taken" : e.text);
    }
}

static void raw_bytes_go_to_flash(void **state)
{
    (void)state;
    struct err e;
    struct image *m = image_parse("\0\0\1 \11\0\0\10 and so on", 18, "x.bin", FLASH, &e);
    if (!m) {
        fail_msg("%s", e.text);
        return;
    }
    assert_int_equal(m->kind, IMAGE_BIN);
    assert_int_equal(m->segments[0].addr, FLASH);
    assert_int_equal(m->segments[0].size, 18);
    assert_int_equal(m->vectors, FLASH);
    assert_int_equal(m->symbol_count, 0);
    assert_null(image_symbol_at(m, FLASH));
    image_free(m);
    assert_null(image_parse("short", 5, "x.bin", FLASH, &e));
}

static void elf_gives_names(void **state)
{
    (void)state;
    struct err e;
    const char *path = firmware("hello.elf");
    if (!path) return;
    struct image *m = image_load(path, FLASH, &e);
    if (!m) {
        fail_msg("%s", e.text);
        return;
    }
    assert_int_equal(m->kind, IMAGE_ELF);
    assert_int_equal(m->vectors, FLASH);
    assert_int_equal(strlen(m->sha256), 64);
    assert_non_null(m->compiler);
    assert_non_null(strstr(m->compiler, "GCC"));
    const struct symbol *f = image_symbol(m, "layer_a"), *o = image_symbol(m, "result");
    assert_non_null(f);
    assert_int_equal(f->kind, SYMBOL_FUNC);
    assert_int_equal(f->addr & 1, 0);
    assert_true(f->size > 4);
    assert_ptr_equal(image_symbol_at(m, f->addr + f->size - 2), f);
    assert_non_null(o);
    assert_int_equal(o->kind, SYMBOL_OBJECT);
    assert_int_equal(o->size, 16);
    assert_null(image_symbol(m, "no such name"));
    bool bss = false;
    for (size_t i = 0; i < m->section_count; i++)
        bss |= strcmp(m->sections[i].name, ".bss") == 0 && m->sections[i].zeros &&
               m->sections[i].size == 16;
    assert_true(bss);
    image_free(m);
}

/* Some linkers let the first segment begin with the ELF header. */
static void headers_are_not_loaded(void **state)
{
    (void)state;
    struct err e;
    struct bytes file;
    const char *path = firmware("hello.elf");
    if (!path || !file_load(path, 0, &file, &e)) return;
    unsigned char *ph = file.data + 52; /* program header 0: offset, addresses, sizes */
    uint32_t offset, size, addr;
    memcpy(&offset, ph + 4, 4);
    memcpy(&addr, ph + 12, 4);
    memcpy(&size, ph + 16, 4);
    uint32_t zero = 0, low = addr - offset, more = size + offset;
    memcpy(ph + 4, &zero, 4);
    memcpy(ph + 12, &low, 4);
    memcpy(ph + 16, &more, 4);
    struct image *m = image_parse(file.data, file.len, "x.elf", FLASH, &e);
    if (!m) {
        fail_msg("%s", e.text);
        return;
    }
    assert_int_equal(m->segments[0].addr, addr);
    assert_int_equal(m->segments[0].size, size);
    assert_int_equal(m->vectors, FLASH);
    image_free(m);
    free(file.data);
}

static void damaged_elf_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        unsigned char byte;
        const char *message;
    } cases[] = {
        {4, 2, "not a 32-bit little-endian ELF"}, {5, 2, "not a 32-bit little-endian ELF"},
        {16, 1, "not a linked executable"},       {18, 3, "another machine"},
        {31, 0x7f, "no program headers"},         {44, 0, "no program headers"},
    };
    struct err e;
    struct bytes file;
    const char *path = firmware("hello.elf");
    if (!path || !file_load(path, 0, &file, &e)) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char before = file.data[cases[i].offset];
        file.data[cases[i].offset] = cases[i].byte;
        struct image *m = image_parse(file.data, file.len, "x.elf", FLASH, &e);
        if (m || !strstr(e.text, cases[i].message))
            fail_msg("case %zu: no \"%s\" in: %s", i, cases[i].message, m ? "taken" : e.text);
        file.data[cases[i].offset] = before;
    }
    for (size_t n = 8; n < file.len && n < 2000; n += 37) { /* cut anywhere: never a crash */
        struct image *m = image_parse(file.data, n, "x.elf", FLASH, &e);
        image_free(m);
    }
    free(file.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hex_gives_segments),     cmocka_unit_test(damaged_hex_is_refused),
        cmocka_unit_test(raw_bytes_go_to_flash),  cmocka_unit_test(elf_gives_names),
        cmocka_unit_test(damaged_elf_is_refused), cmocka_unit_test(headers_are_not_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
