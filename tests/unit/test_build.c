/* SPDX-License-Identifier: GPL-2.0-or-later
 * From a model to an ELF: the same bytes in any folder, sizes that add up, and clear refusals:
 * no compiler, no room, an unknown schedule. */
#include "generated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/base/file.h"
#include "tools/base/json.h"
#include "tools/base/proc.h"

static struct board *board(const char *name)
{
    struct err e = {0};
    struct board *b = board_load(name, &e);
    if (!b) fail_msg("%s", e.text);
    return b;
}

static bool have_compiler(void)
{
    if (proc_found("arm-none-eabi-gcc")) return true;
    print_message("arm-none-eabi-gcc is not there: skipped\n");
    return false;
}

/* Compiles tiny into a folder of its own and returns the ELF. */
static struct bytes build_tiny(const struct board *b, const char *schedule, char dir[64])
{
    struct arena a = {0};
    struct err e = {0};
    struct compile_result r = {0};
    struct bytes elf;
    generated_temp(dir);
    const struct compile_options o = {
        .model = generated_tiny(&a, dir), .board = b, .schedule = schedule, .out_dir = dir};
    if (!engine_compile(&o, &r, &e)) fail_msg("%s: %s", b->name, e.text);
    if (!file_load(r.elf_path, 0, &elf, &e)) fail_msg("%s", e.text);
    assert_int_equal(r.size.arena, r.plan.arena_bytes);
    assert_int_equal(r.size.static_ram, r.size.data + r.size.bss + r.size.arena);
    assert_int_equal(r.size.flash_total, r.size.code + r.size.weights);
    compile_result_done(&r);
    arena_done(&a);
    return elf;
}

static void elf_is_the_same_in_any_folder(void **state)
{
    (void)state;
    if (!have_compiler()) return;
    struct board *b = board("stm32f746g-disco");
    char dir1[64], dir2[64];
    struct bytes one = build_tiny(b, "tinyengine", dir1),
                 two = build_tiny(b, "tinyengine", dir2);
    assert_string_not_equal(dir1, dir2);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.data, two.data, one.len);
    assert_null(memmem(one.data, one.len, "/tmp/", 5));
    free(one.data);
    free(two.data);
    generated_remove(dir1);
    generated_remove(dir2);
    board_free(b);
}

/* Every symbol of ops.json is in size.json with code, and layers' flash is in the total. */
static void sizes_add_up(void **state)
{
    (void)state;
    if (!have_compiler()) return;
    struct board *b = board("stm32f412g-disco");
    struct err e = {0};
    struct arena a = {0};
    char dir[64];
    struct bytes elf = build_tiny(b, "reference", dir);
    struct json *size = json_load(arena_printf(&a, "%s/size.json", dir), &e);
    struct json *ops = json_load(arena_printf(&a, "%s/gen/ops.json", dir), &e);
    assert_non_null(size);
    assert_non_null(ops);
    const struct json *layers = json_get(size, "layers");
    assert_int_equal(json_len(layers), json_len(ops));
    int64_t sum = 0;
    for (size_t i = 0; i < json_len(layers); i++) {
        const struct json *l = json_at(layers, i), *op = json_at(ops, i);
        const char *symbol = json_str(json_get(op, "symbol"), "");
        assert_string_equal(json_str(json_get(l, "symbol"), ""), symbol);
        const int64_t code = json_int(json_get(l, "code_bytes"), -1);
        assert_true(*symbol ? code > 0 : code == 0);
        sum += json_int(json_get(l, "flash_bytes"), 0);
    }
    assert_true(sum < json_int(json_get(size, "flash.total_bytes"), 0));
    assert_int_equal(strlen(json_str(json_get(size, "elf_sha256"), "")), 64);
    json_free(size);
    json_free(ops);
    free(elf.data);
    generated_remove(dir);
    arena_done(&a);
    board_free(b);
}

static void every_board_has_start_up_code(void **state)
{
    (void)state;
    if (!have_compiler()) return;
    struct arena a = {0};
    struct err e = {0};
    size_t n = 0;
    const char *const *names = board_list(&a, &n, &e);
    assert_non_null(names);
    for (size_t i = 0; i < n; i++) {
        struct board *b = board(names[i]);
        char dir[64];
        struct bytes elf = build_tiny(b, "tinyengine", dir);
        free(elf.data);
        generated_remove(dir);
        board_free(b);
    }
    arena_done(&a);
}

static void missing_compiler_is_named(void **state)
{
    (void)state;
    struct board *b = board("stm32f746g-disco");
    struct arena a = {0};
    struct err e = {0};
    struct compile_result r = {0};
    char dir[64];
    generated_temp(dir);
    const struct compile_options o = {
        .model = generated_tiny(&a, dir), .board = b, .out_dir = dir, .compiler = "no-such-"};
    assert_false(engine_compile(&o, &r, &e));
    assert_int_equal(e.code, ERR_MISSING);
    assert_non_null(strstr(e.text, "no-such-gcc"));
    assert_non_null(strstr(e.text, "apt-get install gcc-arm-none-eabi"));
    compile_result_done(&r);
    generated_remove(dir);
    arena_done(&a);
    board_free(b);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct board *b = board("stm32f746g-disco");
    struct err e = {0};
    struct build_job job = {.board = b, .arena_bytes = 327680, .stack_bytes = 2048};
    assert_false(build_check_fit(&job, &e));
    assert_int_equal(e.code, ERR_NO_FIT);
    assert_non_null(strstr(e.text, "2,048 too many"));
    assert_non_null(strstr(e.text, "stm32h743"));
    job.arena_bytes = 327680 - 2048;
    assert_true(build_check_fit(&job, &e));
    job.const_bytes = 1048576;
    assert_false(build_check_fit(&job, &e));
    assert_non_null(strstr(e.text, "region flash"));
    job.arena_bytes = 1 << 30;
    assert_false(build_check_fit(&job, &e));
    assert_non_null(strstr(e.text, "no board"));
    board_free(b);
}

static void linker_overflow_is_translated(void **state)
{
    (void)state;
    if (!have_compiler()) return;
    struct board *b = board("stm32f746g-disco");
    struct arena a = {0};
    struct err e = {0};
    struct build_size size;
    char dir[64];
    generated_temp(dir);
    /* Larger than what is known before compiling. */
    static const char program[] = "__attribute__((used, section(\".vectors\")))\n"
                                  "const char big[1048576 + 100] = {1};\n";
    const char *sources[] = {"big.c"};
    const struct build_job job = {.out_dir = dir,
                                  .board = b,
                                  .sources = sources,
                                  .source_count = 1,
                                  .stack_bytes = 2048,
                                  .schedule = schedule_find("reference", &e)};
    struct buf script = {0};
    assert_true(file_mkdirs(arena_printf(&a, "%s/gen", dir), &e));
    assert_true(
        file_save(arena_printf(&a, "%s/gen/big.c", dir), program, sizeof program - 1, &e));
    assert_true(build_linker_script(b, 2048, "boards/start/link.ld.in", &script, &e));
    assert_true(
        file_save(arena_printf(&a, "%s/gen/link.ld", dir), script.data, script.len, &e));
    assert_false(build_firmware(&job, &a, &size, &e));
    assert_int_equal(e.code, ERR_NO_FIT);
    assert_non_null(strstr(e.text, "FLASH"));
    assert_non_null(strstr(e.text, ": 100 bytes too many"));
    buf_done(&script);
    generated_remove(dir);
    arena_done(&a);
    board_free(b);
}

static void unknown_schedule_lists_those_there_are(void **state)
{
    (void)state;
    struct err e = {0};
    assert_null(schedule_find("fastest", &e));
    assert_int_equal(e.code, ERR_MISSING);
    assert_non_null(strstr(e.text, "reference, tinyengine"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest fast[] = {
        cmocka_unit_test(missing_compiler_is_named),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(linker_overflow_is_translated),
        cmocka_unit_test(unknown_schedule_lists_those_there_are),
    };
    const struct CMUnitTest slow[] = {
        cmocka_unit_test(elf_is_the_same_in_any_folder),
        cmocka_unit_test(sizes_add_up),
        cmocka_unit_test(every_board_has_start_up_code),
    };
    return argc > 1 && strcmp(argv[1], "all") == 0 ? cmocka_run_group_tests(slow, NULL, NULL)
                                                   : cmocka_run_group_tests(fast, NULL, NULL);
}
