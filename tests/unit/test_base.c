/* SPDX-License-Identifier: GPL-2.0-or-later
 * The helpers of tools/base: text, JSON in and out, hashes, files, other programs. */
#include "tools/base/arena.h"
#include "tools/base/buf.h"
#include "tools/base/err.h"
#include "tools/base/file.h"
#include "tools/base/hash.h"
#include "tools/base/json.h"
#include "tools/base/number.h"
#include "tools/base/proc.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void commas(void **state)
{
    (void)state;
    char b[BUF_COMMAS];
    assert_string_equal(buf_commas(b, 0), "0");
    assert_string_equal(buf_commas(b, 999), "999");
    assert_string_equal(buf_commas(b, 1000), "1,000");
    assert_string_equal(buf_commas(b, -1234567), "-1,234,567");
    assert_string_equal(buf_commas(b, INT64_MIN), "-9,223,372,036,854,775,808");
}

static void numbers_have_units(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "k",
                                      "-1",
                                      "1K",
                                      "1 k",
                                      "1kM",
                                      "x",
                                      "1.5",
                                      "20E",
                                      "0x",
                                      "18446744073709551616",
                                      "18446744073709552k"};
    uint64_t v = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (number_read(bad[i], &v)) fail_msg("%s was read", bad[i]);
    assert_int_equal(v, 7);
    assert_true(number_read("0x10", &v) && v == 16);
    assert_true(number_read("64k", &v) && v == 64000);
    assert_true(number_read("3M", &v) && v == 3000000);
    assert_true(number_read("20G", &v) && v == UINT64_C(20000000000));
    assert_true(number_read("18446744073709551615", &v) && v == UINT64_MAX);
}

static void arena_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena a = {0};
    for (size_t i = 1; i < 200000; i = i * 3 + 1) {
        unsigned char *p = arena_alloc(&a, i);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t k = 0; k < i; k++)
            assert_int_equal(p[k], 0);
        memset(p, 0xff, i);
    }
    assert_string_equal(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    arena_done(&a);
}

static void json_round_trip(void **state)
{
    (void)state;
    struct err e;
    const char *text = "{\"a\":{\"b\":[1,\"0x10\",2.5,true,null]},\"x.y\":3}";
    struct json *j = json_parse(text, strlen(text), "t", &e);
    assert_non_null(j);
    assert_int_equal(json_len(json_get(j, "a.b")), 5);
    assert_int_equal(json_int(json_at(json_get(j, "a.b"), 1), 0), 16);
    assert_int_equal(json_int(json_get(j, "x.y"), 0), 3);
    assert_int_equal(json_int(json_get(j, "a.c"), -1), -1);
    assert_true(json_flag(json_at(json_get(j, "a.b"), 3), false));
    assert_string_equal(json_key_at(j, 1), "x.y");
    json_set_real(j, "r", 0.1 + 0.2, 6);
    char *out = json_text(j);
    assert_non_null(strstr(out, "\"r\": 0.3\n"));
    free(out);
    json_free(j);
}

static void json_errors_name_the_place(void **state)
{
    (void)state;
    struct err e;
    static const char *const bad[] = {"",     "{",        "{\"a\":1,}", "[1 2]",
                                      "{} x", "\"\xff\"", "nan"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_null(json_parse(bad[i], strlen(bad[i]), "b.json", &e));
        assert_int_equal(e.code, ERR_FORMAT);
        assert_non_null(strstr(e.text, "b.json:1:"));
    }
    char deep[400];
    memset(deep, '[', sizeof deep);
    assert_null(json_parse(deep, sizeof deep - 1, "deep", &e));
}

static void hashes_match_the_standards(void **state)
{
    (void)state;
    char hex[HASH_HEX];
    hash_sha256("abc", 3, hex); /* FIPS 180-4, example 1 */
    assert_string_equal(hex,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(hash_crc32("123456789", 9), 0xcbf43926); /* the usual check value */
}

static void errors_map_to_exit_codes(void **state)
{
    (void)state;
    struct err e;
    assert_false(err_set(&e, ERR_FORMAT, "%s: bad", "x"));
    err_prefix(&e, "op %d", 3);
    assert_string_equal(e.text, "op 3: x: bad");
    assert_int_equal(err_exit(ERR_FORMAT), 2);
    assert_int_equal(err_exit(ERR_OUTPUT), 4);
    assert_int_equal(err_exit(ERR_INTERNAL), 70);
}

static void programs_run_without_a_shell(void **state)
{
    (void)state;
    struct err e;
    struct buf b = {0};
    assert_true(proc_run((const char *[]){"echo", "$HOME;", "*", NULL}, NULL, &b, &e));
    assert_string_equal(buf_text(&b), "$HOME; *\n");
    buf_done(&b);
    assert_false(proc_run((const char *[]){"false", NULL}, NULL, NULL, &e));
    assert_int_equal(e.code, ERR_TOOL);
    assert_false(proc_run((const char *[]){"no-such-program-here", NULL}, NULL, NULL, &e));
    assert_int_equal(e.code, ERR_MISSING);
}

static void files_round_trip(void **state)
{
    (void)state;
    struct err e;
    struct arena a = {0};
    char dir[] = "/tmp/mcuscope-test-XXXXXX";
    assert_non_null(mkdtemp(dir));
    char *deep = arena_printf(&a, "%s/a/b", dir), *path = arena_printf(&a, "%s/x.bin", deep);
    assert_true(file_mkdirs(deep, &e));
    assert_true(file_mkdirs(deep, &e));
    assert_true(file_save(path, "a\0b", 3, &e));
    struct bytes in;
    assert_true(file_load(path, 0, &in, &e));
    assert_int_equal(in.len, 3);
    assert_memory_equal(in.data, "a\0b", 4);
    free(in.data);
    assert_false(file_load(path, 2, &in, &e));
    assert_false(file_load(deep, 0, &in, &e));
    assert_int_equal(e.code, ERR_IO);
    assert_string_equal(file_stem(&a, path), "x");
    assert_true(proc_run((const char *[]){"rm", "-r", dir, NULL}, NULL, NULL, &e));
    arena_done(&a);
}

/* A pipe nobody writes to is refused at once; one that exists is written to, not replaced, as
 * /dev/null would be. */
static void pipes_are_no_files(void **state)
{
    (void)state;
    struct err e;
    struct arena a = {0};
    struct bytes in;
    struct stat st;
    char got[4] = "";
    char *dir = file_temp(&a, &e);
    assert_non_null(dir);
    char *path = arena_printf(&a, "%s/pipe", dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(file_load(path, 0, &in, &e));
    assert_int_equal(e.code, ERR_IO);
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(fd >= 0);
    assert_true(file_save(path, "abc", 3, &e));
    assert_int_equal(read(fd, got, sizeof got), 3);
    assert_memory_equal(got, "abc", 3);
    close(fd);
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    file_temp_remove(dir);
    arena_done(&a);
}

static void folders_are_listed_sorted_and_removed(void **state)
{
    (void)state;
    struct err e;
    struct arena a = {0};
    size_t n;
    char *dir = file_temp(&a, &e);
    assert_non_null(dir);
    static const char *const names[] = {"b.json", "a.json", ".json", "c.txt", "sub/d.json"};
    assert_true(file_mkdirs(arena_printf(&a, "%s/sub", dir), &e));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_true(file_save(arena_printf(&a, "%s/%s", dir, names[i]), "", 0, &e));
    const char *const *list = file_list(&a, dir, ".json", &n, &e);
    assert_int_equal(n, 2);
    assert_string_equal(list[0], "a");
    assert_string_equal(list[1], "b");
    file_temp_remove(dir);
    assert_false(file_exists(dir));
    assert_null(file_list(&a, dir, ".json", &n, &e));
    assert_int_equal(e.code, ERR_IO);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas),
        cmocka_unit_test(numbers_have_units),
        cmocka_unit_test(arena_is_zeroed_and_aligned),
        cmocka_unit_test(json_round_trip),
        cmocka_unit_test(json_errors_name_the_place),
        cmocka_unit_test(hashes_match_the_standards),
        cmocka_unit_test(errors_map_to_exit_codes),
        cmocka_unit_test(programs_run_without_a_shell),
        cmocka_unit_test(files_round_trip),
        cmocka_unit_test(pipes_are_no_files),
        cmocka_unit_test(folders_are_listed_sorted_and_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
