/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Layers of firmware that was built elsewhere: each rule of --layers, names from another file,
 * and that every row adds up. The firmware is tests/firmware/calls.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/load/map.h"
#include "sim/trace/trace.h"
#include "sim_case.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"

static const char *const f746 = "stm32f746g-disco";

static struct sim_case run_layers(const char *image, const char *layers, const char *symbols)
{
    const char *words[1] = {layers};
    struct sim_case c =
        case_run(image, f746,
                 (struct sim_options){.layers = words, .layer_count = 1, .symbols = symbols});
    assert_int_equal(c.stop.cause, SIM_EXIT);
    if (strstr(image, "calls")) assert_string_equal(c.profile->console, "done\n");
    uint64_t cycles = 0, instructions = 0;
    for (size_t i = 0; i < c.profile->layer_count; i++) {
        uint64_t causes = 0;
        for (int k = 0; k < CAUSE_COUNT; k++)
            causes += c.profile->layers[i].causes[k];
        assert_int_equal(causes, c.profile->layers[i].cycles);
        cycles += c.profile->layers[i].cycles;
        instructions += c.profile->layers[i].instructions;
    }
    assert_int_equal(cycles, c.profile->total.cycles);
    assert_int_equal(instructions, c.profile->total.instructions);
    return c;
}

/* "name:calls name:calls …" */
static void expect_rows(const struct profile *p, const char *expected)
{
    struct buf b = {0};
    for (size_t i = 0; i < p->layer_count; i++)
        buf_printf(&b, "%s%s:%llu", i ? " " : "", p->layers[i].name,
                   (unsigned long long)p->layers[i].calls);
    assert_string_equal(buf_text(&b), expected);
    buf_done(&b);
}

static const char *const invoke_rows =
    "convolve_1x1_s8#1:2 depthwise_kernel3x3_CHW#1:2 convolve_1x1_s8#2:2 add_fpreq#1:2 "
    "add_fpreq#2:2 add_fpreq#3:2 last_jump:2 depthwise_kernel3x3_CHW#2:2 invoke:2 (rest):0";

static void each_call_is_a_layer(void **state)
{
    (void)state;
    static const char *const words[] = {"calls-of:invoke", "tinyengine", "auto"};
    const char *image = firmware("calls.elf");
    for (size_t i = 0; image && i < 3; i++) {
        struct sim_case c = run_layers(image, words[i], NULL);
        const struct profile *p = c.profile;
        expect_rows(p, invoke_rows);
        assert_int_equal(p->layer_rule_count, 1);
        assert_string_equal(p->layer_rules[0], i ? "tinyengine" : words[0]);
        assert_string_equal(p->inference, "invoke");
        assert_string_equal(p->layers[0].symbol, "convolve_1x1_s8");
        assert_true(p->layers[0].cycles >
                    2 * p->layers[2].cycles - 1000); /* 100 and 50 rounds */
        assert_true(p->layers[0].cycles > p->layers[2].cycles);
        case_done(&c);
    }
}

static void runtimes_are_known_by_their_names(void **state)
{
    (void)state;
    static const struct {
        const char *words, *rows;
    } cases[] = {
        {"tflm", "CONV#1:2 CONV#2:2 IF:2 CONV#3:2 POOL:2 CONV#4:2 INVOKE:2 (rest):0"},
        {"auto", "CONV#1:2 CONV#2:2 IF:2 CONV#3:2 POOL:2 CONV#4:2 INVOKE:2 (rest):0"},
        {"stedgeai", "forward_conv2d#1:2 forward_dense:2 forward_conv2d#2:2 "
                     "ai_platform_network_process:2 (rest):0"},
    };
    /* For people; the symbols stay. */
    static const char *const names[][2] = {{"CONV", "conv_eval (kernels.c)"},
                                           {"IF", "if_eval (kernels.c)"},
                                           {"POOL", "pool_eval (kernels.c)"},
                                           {"INVOKE", "interpreter_invoke (kernels.c)"}};
    enum { NAMES = sizeof names / sizeof *names };
    const char *image = firmware("kernels.elf");
    for (size_t i = 0; image && i < 3; i++) {
        struct sim_case c = run_layers(image, cases[i].words, NULL);
        struct buf want = {0};
        for (const char *p = cases[i].rows; *p;) {
            size_t k = 0;
            while (k < NAMES && strncmp(p, names[k][0], strlen(names[k][0])) != 0)
                k++;
            buf_puts(&want, k < NAMES ? names[k][1] : "");
            if (k < NAMES)
                p += strlen(names[k][0]);
            else
                buf_add(&want, p++, 1);
        }
        expect_rows(c.profile, buf_text(&want));
        if (i < 2)
            assert_string_equal(
                c.profile->layers[0].symbol,
                "_ZN6tflite12_GLOBAL__N_18ConvEvalEP13TfLiteContextP10TfLiteNode");
        buf_done(&want);
        case_done(&c);
    }
}

static void kernels_inside_belong_to_the_outermost(void **state)
{
    (void)state;
    const char *image = firmware("calls.elf");
    if (!image) return;
    struct sim_case c = run_layers(image, "cmsis-nn", NULL);
    expect_rows(c.profile, "arm_convolve_wrapper_s8:1 arm_convolve_s8:1 (rest):0");
    assert_null(c.profile->inference);
    uint64_t whole = c.profile->layers[0].cycles;
    case_done(&c);
    c = run_layers(image, "regex:^arm_.*_s8$", NULL); /* … of a pattern to the innermost */
    expect_rows(c.profile, "arm_convolve_wrapper_s8:1 arm_convolve_s8:2 (rest):0");
    assert_true(c.profile->layers[0].cycles < whole / 2);
    case_done(&c);
}

static void left_by_a_jump_is_left(void **state)
{
    (void)state;
    const char *image = firmware("calls.elf");
    if (!image) return;
    struct sim_case c = run_layers(image, "regex:^(recursive|deep|jumps)$", NULL);
    expect_rows(c.profile, "recursive:41 jumps:1 deep:6 (rest):0");
    /* Ten rounds of work after the longjmp: for jumps, not for what it left. */
    assert_true(c.profile->layers[1].instructions > 60);
    case_done(&c);
}

static void threads_have_layers_of_their_own(void **state)
{
    (void)state;
    const char *image = firmware("calls.elf");
    if (!image) return;
    struct sim_case c = run_layers(image, "regex:^work_[ab]$", NULL);
    expect_rows(c.profile, "work_a:4 work_b:4 (rest):0");
    /* 20 rounds of work in each call of work_a, 200 in one of work_b. */
    assert_true(c.profile->layers[1].instructions > 3 * c.profile->layers[0].instructions);
    case_done(&c);
}

static void refused(const char *file, const char *layers, const char *symbols,
                    const char *message)
{
    struct err e = {0};
    const char *words[1] = {layers};
    struct board *b = board_load(f746, &e);
    const char *image = firmware(file);
    if (!b || !image) return board_free(b);
    struct sim *s = sim_new(
        &(struct sim_options){
            .board = b, .layers = words, .layer_count = layers ? 1 : 0, .symbols = symbols},
        &e);
    assert_non_null(s);
    if (sim_load(s, image, &e) || !strstr(e.text, message))
        fail_msg("%s: no \"%s\" in: %s", layers ? layers : symbols, message, e.text);
    sim_free(s);
    board_free(b);
}

static void what_means_nothing_is_refused(void **state)
{
    (void)state;
    refused("hello.elf", "auto", NULL, "(tried: mcuscope, tflm, tinyengine, stedgeai, ");
    refused("hello.elf", "auto", NULL, "\n  name functions with --layers NAME");
    refused("calls.bin", "auto", NULL, "the image has no symbols: --symbols FILE gives them");
    refused("calls.bin", "invoke", NULL, "no symbols at all: --symbols FILE");
    refused("calls.bin", "sub_0800036", NULL, "no function of that name");
    refused("calls.bin", "sub_08000361", NULL, "no function of that name");
    refused("calls.elf", "tflm", NULL, "layers tflm: no function is its inference");
    refused("calls.elf", "regex:^x(", NULL, "not a regular expression");
    refused("calls.elf", "regex:^nothing", NULL, "no function matches");
    refused("calls.elf", "convolve", NULL, "\n  there is convolve_1x1_s8");
    refused("calls.elf", "net::Op::invoke", NULL, "\n  there is invoke");
    refused("calls.elf", "calls-of:nobody", NULL, "layer nobody: no function of that name");
}

/* A temporary file with the names of an ELF as nm -S writes them. */
static char *write_map(struct arena *a, const char *elf)
{
    struct err e = {0};
    struct buf b = {0};
    struct image *m = image_load(elf, 0, &e);
    if (!m) {
        fail_msg("%s", e.text);
        return NULL;
    }
    buf_puts(&b, "                 U missing\n\nlib.a:object.o:\n");
    for (size_t i = 0; i < m->symbol_count; i++)
        if (m->symbols[i].kind == SYMBOL_FUNC)
            buf_printf(&b, "%08x %08x T %s\n", m->symbols[i].addr, m->symbols[i].size,
                       m->symbols[i].name);
    char *dir = file_temp(a, &e);
    if (!dir) fail_msg("%s", e.text);
    if (!file_save(arena_printf(a, "%s/map", dir), b.data, b.len, &e)) fail_msg("%s", e.text);
    buf_done(&b);
    image_free(m);
    return dir;
}

static void names_come_from_another_file(void **state)
{
    (void)state;
    static const char *const images[] = {"calls.bin", "calls.hex"};
    struct arena a = {0};
    if (!firmware("calls.elf")) return;
    char *elf = arena_str(&a, firmware("calls.elf")), *dir = write_map(&a, elf);
    const char *files[] = {elf, arena_printf(&a, "%s/map", dir)};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++) {
            struct sim_case c = run_layers(firmware(images[i]), "calls-of:invoke", files[k]);
            expect_rows(c.profile, invoke_rows);
            case_done(&c);
        }
    file_temp_remove(dir);
    char *other = arena_str(&a, firmware("hello.elf"));
    refused("calls.bin", NULL, other, "not the ELF of");
    refused("calls.bin", NULL, arena_str(&a, firmware("calls.hex")),
            "calls.hex: no symbols in it");
    arena_done(&a);
}

/* Two functions of calls.c that the map calls `name` both. */
static void two_are_one_name(const char *name, const char *layers)
{
    struct arena a = {0};
    struct err e = {0};
    struct image *m = image_load(firmware("calls.elf"), 0, &e);
    assert_non_null(m);
    const struct symbol *one = image_symbol(m, "recursive"), *two = image_symbol(m, "jumps");
    assert_string_equal(image_symbol(m, "work")->file, "calls.c"); /* a local one */
    assert_null(one->file);
    char *dir = file_temp(&a, &e), *map = arena_printf(&a, "%s/map", dir);
    char *text = arena_printf(&a, "%08x %08x t %s\n%08x %08x t %s\n", one->addr, one->size,
                              name, two->addr, two->size, name);
    assert_true(file_save(map, text, strlen(text), &e));
    struct sim_case c = run_layers(firmware("calls.bin"), layers, map);
    expect_rows(c.profile,
                arena_printf(&a, "Eval@%08x:41 Eval@%08x:1 (rest):0", one->addr, two->addr));
    case_done(&c);
    image_free(m);
    file_temp_remove(dir);
    arena_done(&a);
}

/* Static functions of one name, as nm lists them. */
static void one_name_for_two(void **state)
{
    (void)state;
    if (firmware("calls.elf")) two_are_one_name("Eval", "regex:^Eval");
}

/* … in anonymous namespaces of two sources, as TFLM's kernels are, and without DWARF. */
static void cpp_names_become_their_own(void **state)
{
    (void)state;
    if (!firmware("calls.elf")) return;
    two_are_one_name("_ZN6tflite12_GLOBAL__N_14EvalEP7ContextP4Node", "regex:Eval");
    static const struct {
        const char *symbol, *own;
    } names[] = {
        {"_ZN6tflite12_GLOBAL__N_18ConvEvalEP13TfLiteContextP10TfLiteNode", "ConvEval"},
        {"conv.cc:_ZN6tflite4EvalEi", "Eval"},
        {"_ZNK6tflite5micro14GetTensorShapeEPK12TfLiteTensor", "GetTensorShape"},
        {"_ZN6tflite16MicroInterpreterD2Ev", "~MicroInterpreter"},
        {"_ZN6tflite16MicroInterpreterC1EPKNS_5ModelE", "MicroInterpreter"},
        {"_ZNSt6vectorIiSaIiEE9push_backEOi", "vector"}, /* up to the template's arguments */
        {"_ZL3runv", "run"},
        {"_Z4funci.isra.0", "func"},
        {"_Zplii", NULL},
        {"_Z99x", NULL},
        {"_ZN", NULL},
        {"main", NULL},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char out[64] = "";
        bool good = names_own(names[i].symbol, out, sizeof out);
        if (good != (names[i].own != NULL) || (good && strcmp(out, names[i].own) != 0))
            fail_msg("%s: \"%s\"", names[i].symbol, out);
    }
}

/* Without names the same functions are found by what is called, with the same cycles. */
static void functions_are_discovered(void **state)
{
    (void)state;
    static const char *const images[][2] = {{"calls.elf", "calls.bin"},
                                            {"kernels.elf", "kernels.hex"},
                                            {"interrupts.elf", "interrupts.bin"}};
    for (size_t i = 0; i < 3; i++) {
        const char *image = firmware(images[i][0]);
        if (!image) return;
        const struct sim_options o = {.calls = true};
        struct sim_case named = case_run(image, f746, o);
        struct sim_case bare = case_run(firmware(images[i][1]), f746, o);
        const struct profile *p = named.profile, *q = bare.profile;
        assert_int_equal(p->function_count, q->function_count);
        for (size_t k = 0; k < p->function_count; k++) {
            const struct profile_row *f = &p->functions[k], *g = q->functions;
            while (g < q->functions + q->function_count && g->addr != f->addr)
                g++;
            if (g == q->functions + q->function_count) fail_msg("%s: not found", f->name);
            assert_int_equal(f->calls, g->calls);
            assert_int_equal(f->cycles, g->cycles);
            assert_int_equal(f->inclusive_cycles, g->inclusive_cycles);
        }
        case_done(&named);
        case_done(&bare);
    }
    struct image *m = image_load(firmware("calls.elf"), 0, &(struct err){0});
    char word[64];
    snprintf(word, sizeof word, "calls-of:sub_%08x", image_symbol(m, "invoke")->addr);
    struct sim_case c = run_layers(firmware("calls.bin"), word, NULL);
    assert_int_equal(c.profile->layer_count, 10);
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(c.profile->layers[i].calls, 2);
    case_done(&c);
    image_free(m);
}

/* A linker script that calls the last byte of memory the stack's top. */
static void odd_stack_tops_are_rounded(void **state)
{
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct bytes image;
    if (!firmware("calls.bin")) return;
    assert_true(file_load(firmware("calls.bin"), 0, &image, &e));
    struct sim_case even = case_run(firmware("calls.bin"), f746, (struct sim_options){0});
    image.data[0] |= 3;
    char *dir = file_temp(&a, &e), *path = arena_printf(&a, "%s/odd.bin", dir);
    assert_true(file_save(path, image.data, image.len, &e));
    struct sim_case odd = case_run(path, f746, (struct sim_options){0});
    assert_int_equal(odd.stop.cause, SIM_EXIT);
    assert_int_equal(odd.profile->stack_peak_bytes, even.profile->stack_peak_bytes);
    assert_int_equal(odd.profile->total.cycles, even.profile->total.cycles);
    case_done(&even);
    case_done(&odd);
    file_temp_remove(dir);
    free(image.data);
    arena_done(&a);
}

static void maps_are_read_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"08000124 main\n08000130 T other\n", "x.map:1: not a line of nm"},
        {"08000124 T a\n0800012 4 T b c d\n", "x.map:2: not a line of nm"},
        {"\n\n         U printf\n", "no symbols in it"},
        {"108000124 T a\n", "x.map:1: not a line of nm"},
    };
    struct err e = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct image m = {.name = "x"};
        if (map_parse(&m, bad[i].text, strlen(bad[i].text), "x.map", &e) ||
            !strstr(e.text, bad[i].message))
            fail_msg("case %zu: no \"%s\" in: %s", i, bad[i].message, e.text);
        arena_done(&m.arena);
    }
    struct image m = {.name = "x"};
    const char *good = "08000125 T main\r\n20000000 00000010 b buffer\n08000200 w weak_one\n";
    assert_true(map_parse(&m, good, strlen(good), "x.map", &e));
    assert_int_equal(m.symbol_count, 3);
    assert_int_equal(m.symbols[0].addr, 0x08000124); /* without the Thumb bit */
    assert_int_equal(m.symbols[0].kind, SYMBOL_FUNC);
    assert_int_equal(m.symbols[1].size, 16);
    assert_int_equal(m.symbols[1].kind, SYMBOL_OBJECT);
    assert_int_equal(m.symbols[2].rank, 1);
    arena_done(&m.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_is_a_layer),
        cmocka_unit_test(runtimes_are_known_by_their_names),
        cmocka_unit_test(kernels_inside_belong_to_the_outermost),
        cmocka_unit_test(left_by_a_jump_is_left),
        cmocka_unit_test(threads_have_layers_of_their_own),
        cmocka_unit_test(what_means_nothing_is_refused),
        cmocka_unit_test(names_come_from_another_file),
        cmocka_unit_test(one_name_for_two),
        cmocka_unit_test(cpp_names_become_their_own),
        cmocka_unit_test(functions_are_discovered),
        cmocka_unit_test(odd_stack_tops_are_rounded),
        cmocka_unit_test(maps_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
