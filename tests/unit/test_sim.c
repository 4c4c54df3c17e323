/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The machine with real firmware: how runs end, exceptions, time, rewritten code, the profile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim_case.h"
#include "tools/base/file.h"
#include "tools/base/hash.h"
#include "tools/base/json.h"

static const char *const f746 = "stm32f746g-disco", *const f412 = "stm32f412g-disco";

static void faults_say_what_happened(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        enum sim_cause cause;
        const char *text[4]; /* all of them are in the message */
    } cases[] = {
        {"w",
         SIM_FAULT,
         {"write to flash", "(write_flash + 4, faults.c:", "): str r2, [r3]", "const object"}},
        {"n", SIM_FAULT, {"INVSTATE", "null function pointer"}},
        {"j", SIM_FAULT, {"0x60000000 (sdram-swapped + 0x0)", "(main +", "RCC_AHB3ENR"}},
        {"p", SIM_FAULT, {"0x40020000 (peripherals)", "(main +"}},
        {"l",
         SIM_FAULT,
         {"4-byte load from 0x20050010 (16 bytes past the end of sram2)",
          "ldr r0, [r3, #0x10]"}},
        {"s", SIM_FAULT, {"below dtcm)", "(deep +", "stack overflow"}},
        {"u", SIM_FAULT, {"undefined instruction de00", "trap that the compiler placed"}},
        {"f", SIM_FAULT, {"FPU is off", "(main +", "vadd.f32 s0, s0, s0", "CPACR"}},
        {"0", SIM_FAULT, {"division by zero", "DIVBYZERO", "(main +", "udiv r0, r0, r3"}},
        {"2", SIM_FAULT, {"UNALIGNED", "0x20000101 (dtcm + 0x101)", "CCR.UNALIGN_TRP is set"}},
        {"b", SIM_FAULT, {"breakpoint BKPT 0x01"}},
        {"i", SIM_LOOP, {"spins for ever", "(main +"}},
        {"v", SIM_LOOP, {"spins for ever", "(main +"}},
        {"q", SIM_LOOP, {"spins for ever", "it waits for USART1 (register 0x1c)", "(main +"}},
        {"a", SIM_LOOP, {"it waits for 0x50001000, a device without a model"}},
        {"t", SIM_EXIT, {"code 0"}},
        {"z", SIM_DEADLOCK, {"WFI sleeps for ever"}},
        {"r", SIM_EXIT_CODE, {"asked for a reset", "#0 0x08", "(main +", "(reset_handler +"}},
        {"x", SIM_EXIT_CODE, {"exit with code 42"}},
        {"1", SIM_EXIT_CODE, {"abnormal end, reason 0x20023", "(main +", "(reset_handler +"}},
        {"o", SIM_EXIT_CODE, {"exit with code 4294967295"}}, /* no file was granted */
        {"c", SIM_MAX_CYCLES, {"1000000 cycles", "(main +", "#1 0x08"}},
        {"m", SIM_FAULT, {"UNALIGNED", "0x20000101 (dtcm + 0x101)", "ldm", "byte pointer"}},
        {"d", SIM_FAULT, {"UNALIGNED", "0x20000102 (dtcm + 0x102)", "strd r1, r2, [r0]"}},
        {"e", SIM_EXIT, {"code 0"}},
        {"h", SIM_FAULT, {"exception 11: its vector 0x00000000 has no Thumb bit"}},
        {"", SIM_EXIT, {"code 0"}},
    };
    const char *image = firmware("faults.elf");
    if (!image) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim_case c = case_input(image, f746, cases[i].input);
        if (c.stop.cause != cases[i].cause)
            fail_msg("%s: %s: %s", cases[i].input, sim_cause_name(c.stop.cause), c.stop.text);
        for (size_t k = 0; k < 4 && cases[i].text[k]; k++)
            if (!strstr(c.stop.text, cases[i].text[k]))
                fail_msg("%s: no \"%s\" in: %s", cases[i].input, cases[i].text[k], c.stop.text);
        assert_int_equal(c.stop.cycle, c.profile->total.cycles);
        case_done(&c);
    }
}

/* A loop of several blocks ends the run when nothing in it changes, and only then. */
static void loops_that_cannot_end_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        enum sim_cause cause;
        const char *text;
    } cases[] = {{"3", SIM_LOOP, "nothing is due"},
                 {"M", SIM_LOOP, "the tick that is due stays masked"},
                 {"H", SIM_LOOP, "behind the handler that runs"},
                 {"L", SIM_EXIT, "code 0"},
                 {"c", SIM_MAX_CYCLES, "8000000 cycles"}};
    const char *image = firmware("faults.elf");
    if (!image) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim_case c = case_run(image, f412,
                                     (struct sim_options){.console_in = cases[i].input,
                                                          .console_in_bytes = 1,
                                                          .max_cycles = 8000000});
        if (c.stop.cause != cases[i].cause || !strstr(c.stop.text, cases[i].text))
            fail_msg("%s: %s: %s", cases[i].input, sim_cause_name(c.stop.cause), c.stop.text);
        assert_true(c.stop.cause == SIM_EXIT || strstr(c.stop.text, "(main +"));
        case_done(&c);
    }
}

static void exceptions_come_in_order(void **state)
{
    (void)state;
    static const char *const boards[] = {f746, f412};
    const char *image = firmware("interrupts.elf");
    for (size_t i = 0; image && i < 2; i++)
        for (int timing = TIMING_MODEL; timing <= TIMING_ICOUNT; timing++) {
            struct sim_case c = case_run(
                image, boards[i], (struct sim_options){.timing = (enum timing_kind)timing});
            assert_string_equal(c.profile->console, "sSp5\nabA\n-babA\nf-b\nfy\nsSp\n20\n");
            assert_int_equal(c.stop.cause, SIM_EXIT);
            if (timing == TIMING_MODEL) {
                assert_true(c.profile->total.causes[CAUSE_EXCEPTION] > 480);
                assert_true(c.profile->total.causes[CAUSE_IDLE] > 1000);
                /* Twenty periods of a thousand cycles: asleep or awake. */
                assert_in_range(c.profile->total.cycles, 20000, 26000);
            }
            case_done(&c);
        }
}

static void counters_follow_the_cycles(void **state)
{
    (void)state;
    const char *image = firmware("time.elf");
    if (!image) return;
    struct sim_case c = case_run(image, f746, (struct sim_options){0});
    assert_string_equal(c.profile->console, "still\ngood\nmoves\nagree\nflags\n");
    assert_false(c.profile->dwt_refused); /* unlocked in time */
    case_done(&c);
    c = case_run(image, f412, (struct sim_options){0}); /* the M4's is not locked */
    assert_string_equal(c.profile->console, "counts\ngood\nmoves\nagree\nflags\n");
    case_done(&c);
    c = case_run(firmware("locked.elf"), f746, (struct sim_options){0});
    assert_string_equal(c.profile->console, "still\n");
    assert_true(c.profile->dwt_refused);
    case_done(&c);
    c = case_run(firmware("locked.elf"), f412, (struct sim_options){0});
    assert_string_equal(c.profile->console, "counts\n");
    assert_false(c.profile->dwt_refused);
    case_done(&c);
}

/* What the divides of divides.elf take beyond their first cycles. skipped: a divide whose
 * condition fails. */
static uint64_t divide_cycles_expected(uint64_t skipped)
{
    uint64_t sum = 0;
    for (int i = 0; i < 32; i++)
        for (int j = 0; j < 32; j++) /* as UDIV and SDIV */
            sum += 2 * (i < j ? 2 : 4 + (uint64_t)(i - j) / 4);
    sum += 50 * (4 + 16 / 4) + 50 * 2 + 100 * skipped; /* in IT blocks */
    sum += 100 * 1;                                    /* an operand is 0 */
    return sum + 40 * (4 + (10 - 2) / 4) + 40 * 4;     /* 1000 / -3, 12 / 12 */
}

/* Whoever executes, and however closely one looks. */
static void divides_take_what_their_operands_say(void **state)
{
    (void)state;
    static const char *const boards[] = {f746, f412};
    const char *image = firmware("divides.elf");
    for (int i = 0; image && i < 12; i++) {
        struct sim_case c =
            case_run(image, boards[i & 1],
                     (struct sim_options){.executor = i & 2 ? EXECUTOR_UNICORN : EXECUTOR_FAST,
                                          .verify_core = i == 4 || i == 5,
                                          .lines = i >= 8});
        assert_int_equal(c.stop.cause, SIM_EXIT);
        assert_int_equal(c.profile->total.causes[CAUSE_DIVIDE],
                         divide_cycles_expected(i & 1 ? 0 : 1));
        case_done(&c);
    }
}

static void rewritten_code_is_decoded_again(void **state)
{
    (void)state;
    const char *image = firmware("copied.elf");
    for (int timing = TIMING_MODEL; image && timing <= TIMING_ICOUNT; timing++) {
        struct sim_case c =
            case_run(image, f746, (struct sim_options){.timing = (enum timing_kind)timing});
        assert_string_equal(c.profile->console, "1225\n5050\n");
        case_done(&c);
    }
}

static const char *const two_layers[] = {"layer_a", "layer_b"};

static void layers_and_functions_sum_up(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    if (!image) return;
    const struct sim_probe probes[] = {
        {.symbol = "layer_a",
         .base_symbol = "result",
         .offset = 4,
         .bytes = 4,
         .id = 7,
         .keep = true},
        {.symbol = "helper", .base_symbol = "result", .bytes = 16, .id = 8},
    };
    struct sim_case c = case_run(
        image, f746,
        (struct sim_options){
            .layers = two_layers, .layer_count = 2, .probes = probes, .probe_count = 2});
    const struct profile *p = c.profile;
    assert_int_equal(c.stop.cause, SIM_EXIT);
    assert_int_equal(p->layer_count, 3);
    assert_int_equal(p->layers[0].calls, 1);
    assert_int_equal(p->layers[1].calls, 3);
    uint64_t layers = 0, functions = 0, causes = 0, instructions = 0;
    for (size_t i = 0; i < p->layer_count; i++)
        layers += p->layers[i].cycles;
    for (size_t i = 0; i < p->function_count; i++) {
        functions += p->functions[i].cycles;
        instructions += p->functions[i].instructions;
        if (i) assert_true(p->functions[i - 1].cycles >= p->functions[i].cycles);
    }
    for (int i = 0; i < CAUSE_COUNT; i++)
        causes += p->total.causes[i];
    assert_int_equal(layers, p->total.cycles);
    assert_int_equal(functions, p->total.cycles);
    assert_int_equal(causes, p->total.cycles);
    assert_int_equal(instructions, p->total.instructions);
    assert_int_equal(c.stop.cycle, p->total.cycles);
    assert_string_equal(p->functions[0].name, "helper");
    assert_int_equal(p->functions[0].calls, 1 + 3 * 100);
    assert_string_equal(p->layers[2].name, "(rest)");
    assert_true(p->layers[1].cycles > 10 * p->layers[0].cycles);
    /* layer_b: 100 words and what it saves, called from main, called from reset. */
    assert_in_range(p->stack_peak_bytes, 400, 480);
    assert_int_equal(p->bss_bytes, 16);
    static const uint8_t expected[4] = {0x44, 0x33, 0x22, 0x11};
    assert_memory_equal(p->probes[0].bytes, expected, 4);
    assert_int_equal(p->probes[0].crc32, hash_crc32(expected, 4));
    assert_int_equal(p->probes[0].calls, 1);
    assert_int_equal(p->probes[1].calls, 301);
    case_done(&c);
}

static char *profile_text(const char *image, const char *board)
{
    struct sim_case c =
        case_run(image, board, (struct sim_options){.layers = two_layers, .layer_count = 2});
    struct json *j = profile_json(c.profile);
    char *text = json_text(j);
    json_free(j);
    case_done(&c);
    return text;
}

static void same_image_same_profile(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    if (!image) return;
    char *a = profile_text(image, f746), *b = profile_text(image, f746);
    assert_string_equal(a, b);
    assert_non_null(strstr(a, "\"(rest)\""));
    free(a);
    free(b);
}

static void every_format_runs_the_same(void **state)
{
    (void)state;
    static const char *const files[] = {"hello.elf", "hello.hex", "hello.bin"};
    uint64_t cycles[3] = {0};
    for (size_t i = 0; i < 3; i++) {
        const char *image = firmware(files[i]);
        if (!image) return;
        struct sim_case c = case_run(image, f412, (struct sim_options){0});
        assert_int_equal(c.stop.cause, SIM_EXIT);
        assert_string_equal(c.profile->console, "hello\n11223344\n");
        cycles[i] = c.profile->total.cycles;
        if (i) /* no symbols: named by address */
            assert_memory_equal(c.profile->functions[0].name, "sub_0800", 8);
        assert_in_range(c.profile->stack_peak_bytes, 400, 480);
        case_done(&c);
    }
    assert_int_equal(cycles[0], cycles[1]);
    assert_int_equal(cycles[0], cycles[2]);
}

static void unknown_layers_are_refused(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    static const char *const layers[] = {"no_such_layer"};
    struct err e;
    if (!image) return;
    struct board *b = board_load(f746, &e);
    struct sim *s =
        sim_new(&(struct sim_options){.board = b, .layers = layers, .layer_count = 1}, &e);
    assert_false(sim_load(s, image, &e));
    assert_non_null(strstr(e.text, "no_such_layer"));
    sim_free(s);
    board_free(b);
}

static void semihosting_stays_inside(void **state)
{
    (void)state;
    const char *image = firmware("hosted.elf");
    if (!image) return;
    static const char *const always =
        "in 1\nout 2\nerror 3\ntty 1\nleft 0\nabcdewrite 0\nchar 102\nchar failed\n"
        "end 9\nwrite elsewhere 5\nwrite nowhere 5\nread into flash 5\nelapsed\n"
        "hz 16000000\nclock 0\ntime 0\nheap\nup failed\nabsolute failed\ndots failed\n"
        "errno 13\nsystem failed\nfile ";
    struct sim_case c = case_input(image, f746, "abcdef");
    assert_int_equal(c.stop.cause, SIM_EXIT);
    assert_memory_equal(c.profile->console, always, strlen(always));
    assert_string_equal(c.profile->console + strlen(always),
                        "failed\nfeatures 5\nHFB\nunknown failed\n");
    assert_int_equal(c.profile->heap_peak_bytes,
                     1004); /* what was written, not what was asked */
    case_done(&c);

    char dir[] = "/tmp/mcuscope-hosted-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    c = case_run(image, f746,
                 (struct sim_options){
                     .console_in = "abcdef", .console_in_bytes = 6, .semihosting_dir = dir});
    assert_memory_equal(c.profile->console, always, strlen(always));
    assert_string_equal(
        c.profile->console + strlen(always),
        "4\nwrite 0\nclose 0\nlength 10\nfar failed\nseek 0\nread 0\nfile\nclose 0\n"
        "again failed\nfeatures 5\nHFB\nunknown failed\n");
    case_done(&c);
    snprintf(path, sizeof path, "%s/made.txt", dir);
    struct err e;
    struct bytes made;
    assert_true(file_load(path, 0, &made, &e));
    assert_string_equal((const char *)made.data, "hello file");
    free(made.data);
    unlink(path);
    rmdir(dir);
}

/* Links, folders and pipes in the granted folder are no files of the firmware's. */
static void semihosting_follows_nothing(void **state)
{
    (void)state;
    enum { TO_NOTHING, TO_FILE, FOLDER, PIPE, KINDS };
    const char *image = firmware("hosted.elf");
    if (!image) return;
    char dir[] = "/tmp/mcuscope-links-XXXXXX", made[64], none[64], kept[64];
    struct err e;
    struct bytes file;
    assert_non_null(mkdtemp(dir));
    snprintf(made, sizeof made, "%s/made.txt", dir);
    snprintf(none, sizeof none, "%s/none", dir);
    snprintf(kept, sizeof kept, "%s/kept", dir);
    assert_true(file_save(kept, "kept", 4, &e));
    for (int kind = 0; kind < KINDS; kind++) {
        assert_int_equal(kind == TO_NOTHING ? symlink(none, made)
                         : kind == TO_FILE  ? symlink(kept, made)
                         : kind == FOLDER   ? mkdir(made, 0755)
                                            : mkfifo(made, 0644),
                         0);
        struct sim_case c = case_run(image, f746,
                                     (struct sim_options){.console_in = "abcdef",
                                                          .console_in_bytes = 6,
                                                          .semihosting_dir = dir});
        assert_int_equal(c.stop.cause, SIM_EXIT);
        assert_non_null(strstr(c.profile->console, "file failed\n"));
        assert_false(file_exists(none));
        assert_true(file_load(kept, 0, &file, &e));
        assert_string_equal((const char *)file.data, "kept");
        free(file.data);
        case_done(&c);
        assert_int_equal(kind == FOLDER ? rmdir(made) : unlink(made), 0);
    }
    unlink(kept);
    assert_int_equal(rmdir(dir), 0);
}

/* A firmware cannot fill the host's disk or memory, or take its time without limit. */
static void floods_are_stopped(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        enum sim_cause cause;
        const char *text;
    } cases[] = {
        {"c", SIM_REFUSED, "more than 16 MiB were printed"},
        {"f", SIM_REFUSED, "more than 64 MiB were written to files"},
        {"o", SIM_REFUSED, "more than 256 files were opened for writing"},
        {"r", SIM_MAX_HOST, "0.2 seconds on the host"},
    };
    const char *image = firmware("floods.elf");
    if (!image) return;
    char dir[] = "/tmp/mcuscope-floods-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim_case c =
            case_run(image, f746,
                     (struct sim_options){.console_in = cases[i].input,
                                          .console_in_bytes = 1,
                                          .semihosting_dir = dir,
                                          .max_cycles = UINT64_C(1) << 40,
                                          .max_host_seconds = i == 3 ? 0.2 : 30});
        if (c.stop.cause != cases[i].cause || !strstr(c.stop.text, cases[i].text))
            fail_msg("%s: %s", cases[i].input, c.stop.text);
        case_done(&c);
        for (unsigned k = 0; k < 260; k++) {
            snprintf(path, sizeof path, "%s/flood-%c%c%c%c", dir, 'a' + (k & 15),
                     'a' + (k >> 4 & 15), 'a' + (k >> 8 & 15), 'a');
            unlink(path);
        }
    }
    assert_int_equal(rmdir(dir), 0); /* nothing else was made */
}

static void two_machines_do_not_mix(void **state)
{
    (void)state;
    const char *image = firmware("hello.elf");
    if (!image) return;
    struct err e;
    struct board *b = board_load(f746, &e);
    struct sim *s[2];
    for (int i = 0; i < 2; i++) {
        s[i] = sim_new(&(struct sim_options){.board = b}, &e);
        assert_true(s[i] && sim_load(s[i], image, &e));
    }
    struct sim_stop first = sim_run(s[1]), second = sim_run(s[0]);
    assert_int_equal(first.cycle, second.cycle);
    assert_string_equal(sim_profile(s[0])->console, "hello\n11223344\n");
    assert_string_equal(sim_profile(s[1])->console, "hello\n11223344\n");
    sim_free(s[0]);
    sim_free(s[1]);
    board_free(b);
}

/* tests/firmware/latency.c: an interrupt is taken at most one instruction behind the one that
 * makes it due, wherever in a block that is, and a tick within the time of entry and of the few
 * instructions that look at it. Nothing is run twice or left out. */
static void interrupts_are_prompt(void **state)
{
    (void)state;
    static const char *const boards[] = {"stm32f746g-disco", "nucleo-f446re"};
    static const struct sim_options ways[] = {
        {.verify_core = true, .console_in = "a", .console_in_bytes = 1},
        {.executor = EXECUTOR_UNICORN, .console_in = "a", .console_in_bytes = 1},
        {.timing = TIMING_ICOUNT, .console_in = "a", .console_in_bytes = 1}};
    const char *image = firmware("latency.elf");
    for (size_t i = 0; image && i < 6; i++) {
        struct sim_case c = case_run(image, boards[i / 3], ways[i % 3]);
        const char *text = c.profile->console;
        unsigned at_once = 0, in_time = 0, lines = 0;
        for (const char *p = text; (p = strchr(p, '\n')); p++) {
            at_once += strncmp(p - 8, " at once", 8) == 0;
            in_time += strncmp(p - 9, ", in time", 9) == 0;
            lines++;
        }
        /* A pair of stores is not taken apart without a log of accesses. */
        unsigned all = ways[i % 3].timing == TIMING_ICOUNT ? 13 : 14;
        if (c.stop.cause != SIM_EXIT || at_once != all || in_time != 4 || lines != 18)
            fail_msg("%s: %s%s", boards[i / 3], text, c.stop.text);
        assert_null(strstr(text, "wrong"));
        assert_null(strstr(text, "missing"));
        case_done(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_say_what_happened),
        cmocka_unit_test(loops_that_cannot_end_are_found),
        cmocka_unit_test(exceptions_come_in_order),
        cmocka_unit_test(counters_follow_the_cycles),
        cmocka_unit_test(divides_take_what_their_operands_say),
        cmocka_unit_test(rewritten_code_is_decoded_again),
        cmocka_unit_test(layers_and_functions_sum_up),
        cmocka_unit_test(same_image_same_profile),
        cmocka_unit_test(every_format_runs_the_same),
        cmocka_unit_test(unknown_layers_are_refused),
        cmocka_unit_test(semihosting_stays_inside),
        cmocka_unit_test(semihosting_follows_nothing),
        cmocka_unit_test(floods_are_stopped),
        cmocka_unit_test(two_machines_do_not_mix),
        cmocka_unit_test(interrupts_are_prompt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
