/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Faults: status bits, precise registers, handlers that repair, handlers that give up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_case.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"

static const char *const f746 = "stm32f746g-disco", *const f412 = "stm32f412g-disco";

/* What tests/firmware/recover.c prints: exception, CFSR, HFSR, address, pc - label, r0. */
static const char *const recovered =
    "load 03 00008200 40000000 9fff0010 00000000 01 main\n"
    "store 03 00008200 40000000 9fff0006 00000000 01 main\n"
    "pair 03 00008200 40000000 9fff0010 00000000 01 main\n"
    "push 03 00008200 40000000 9fff0034 00000000 01 main\n"
    "condition 03 00008200 40000000 9fff0008 00000008 01 main\n"
    "conditional store 03 00008200 40000000 9fff0018 00000006 03 main\n"
    "01 once\n"
    "undefined 03 00010000 40000000 00000000 01 main\n"
    "unaligned 03 01000000 40000000 00000000 01 main\n"
    "fpu off 03 00080000 40000000 00000000 01 main\n"
    "divide 03 02000000 40000000 00000000 01 main\n"
    "trapped 03 01000000 40000000 00000000 01 main\n"
    "even 03 00020000 40000000 08000000 01 main\n"
    "nowhere 03 00000100 40000000 60000000 01 main\n"
    "device 03 00000001 40000000 40020000 01 main\n"
    "breakpoint 03 00000000 80000000 00000000 01 main\n"
    "monitor 0c 00000000 00000000 00000000 01 main\n"
    "ignored 00008200 9fff0000 \n"
    "masked svc 03 00000000 40000000 00000000 01 main\n"
    "svc svc in a handler 03 00008200 40000000 9fffffff 00000000 01 main\n"
    "return 03 00040000 40000000 00000000 00 main\n"
    "\n"
    "stack 03 00001000 40000000 stack\n"
    "svc in a handler 03 00008200 40000000 9fffffff 00000000 01 main\n"
    "enabled\n"
    "load 05 00008200 00000000 9fff0010 00000000 01 main\n"
    "store 05 00008200 00000000 9fff0006 00000000 01 main\n"
    "pair 05 00008200 00000000 9fff0010 00000000 01 main\n"
    "push 05 00008200 00000000 9fff0034 00000000 01 main\n"
    "condition 05 00008200 00000000 9fff0008 00000008 01 main\n"
    "conditional store 05 00008200 00000000 9fff0018 00000006 03 main\n"
    "01 once\n"
    "undefined 06 00010000 00000000 00000000 01 main\n"
    "unaligned 06 01000000 00000000 00000000 01 main\n"
    "fpu off 06 00080000 00000000 00000000 01 main\n"
    "divide 06 02000000 00000000 00000000 01 main\n"
    "trapped 06 01000000 00000000 00000000 01 main\n"
    "even 06 00020000 00000000 08000000 01 main\n"
    "nowhere 05 00000100 00000000 60000000 01 main\n"
    "device 04 00000001 00000000 40020000 01 main\n"
    "breakpoint 03 00000000 80000000 00000000 01 main\n"
    "monitor 0c 00000000 00000000 00000000 01 main\n"
    "ignored 00008200 9fff0000 \n"
    "masked svc 03 00000000 40000000 00000000 01 main\n"
    "svc svc in a handler 05 00008200 00000000 9fffffff 00000000 01 main\n"
    "return 06 00040000 00000000 00000000 00 main\n"
    "\n"
    "stack 05 00001000 00000000 stack\n"
    "svc in a handler 05 00008200 00000000 9fffffff 00000000 01 main\n";

static void handlers_see_and_repair(void **state)
{
    (void)state;
    static const char *const boards[] = {f746, f412};
    const char *image = firmware("recover.elf");
    for (size_t i = 0; image && i < 2; i++) {
        struct sim_case c = case_run(image, boards[i], (struct sim_options){0});
        assert_string_equal(c.profile->console, recovered);
        assert_int_equal(c.stop.cause, SIM_EXIT);
        assert_int_equal(c.stop.cycle, c.profile->total.cycles);
        case_done(&c);
    }
}

/* Without an access log the instruction is found by its address. */
static void counting_finds_the_instruction_too(void **state)
{
    (void)state;
    const char *image = firmware("recover.elf");
    if (!image) return;
    struct sim_case c = case_run(image, f746, (struct sim_options){.timing = TIMING_ICOUNT});
    const char *end = strstr(recovered, "undefined");
    assert_memory_equal(c.profile->console, recovered, (size_t)(end - recovered));
    case_done(&c);
}

/* tests/firmware/aligned.c: what a Cortex-M7 says ("fault 01000000": UsageFault, UNALIGNED, the
 * pc is the instruction's), and where a Cortex-M4 lets it pass. */
static const char *const alignments[][3] = {
    {"register", "fault 01000000", "passes"},
    {"half", "fault 01000000", "passes"},
    {"store", "fault 01000000", "passes"},
    {"system", "fault 01000000", "passes"},
    {"backup", "fault 01000000", "passes"},
    {"backup store", "fault 01000000", "passes"},
    {NULL, "04030201", "04abcd01"},
    {"ram", "passes", "passes"},
    {NULL, "08010203", "08010203"},
    {"pair", "fault 01000000", "fault 01000000"},
    {"multiple", "fault 01000000", "fault 01000000"},
    {"multiple store", "fault 01000000", "fault 01000000"},
    {"exclusive", "fault 01000000", "fault 01000000"},
    {"single", "fault 01000000", "fault 01000000"},
    {"double", "passes", "passes"},
    {"hot", "", ""},
    {NULL, "fault 01000000", NULL},
    {NULL, "fault 01000000", NULL},
    {NULL, "fault 01000000", NULL},
    {NULL, "fault 01000000", NULL},
    {NULL, "15", "5"},
    {"typed", "", ""},
    {"ram", "fault 01000000", "passes"},
    {"aligned", "passes", "passes"},
    {"trapped", "", ""},
    {"ram", "fault 01000000", "fault 01000000"},
    {"half", "fault 01000000", "fault 01000000"},
    {"double", "passes", "passes"},
};

static void alignment_depends_on_the_core_and_the_memory(void **state)
{
    (void)state;
    static const char *const boards[] = {"stm32f746g-disco", "stm32f407-disco"};
    const char *image = firmware("aligned.elf");
    for (size_t i = 0; image && i < 2; i++) {
        struct buf want = {0};
        for (size_t k = 0; k < sizeof alignments / sizeof *alignments; k++)
            if (alignments[k][1 + i])
                buf_printf(&want, "%s%s%s\n", alignments[k][0] ? alignments[k][0] : "",
                           alignments[k][0] ? " " : "", alignments[k][1 + i]);
        struct sim_case c = case_input(image, boards[i], "b");
        assert_string_equal(c.profile->console, buf_text(&want));
        assert_int_equal(c.stop.cause, SIM_EXIT);
        buf_done(&want);
        case_done(&c);
    }
}

static void handlers_that_give_up_end_the_run(void **state)
{
    (void)state;
    static const struct {
        const char *input, *text;
    } cases[] = {
        {"x", "then, in the handler of HardFault: exit with code 0"},
        {"c", "then, in the handler of HardFault: the limit of 1000000 cycles"},
        {"p", "then, in the handler of BusFault: it has not returned for 500 million cycles"},
        {"n", "HardFault: its handler has returned 16 times without a repair"},
        {"b", "then, in the handler of HardFault: breakpoint BKPT 0x00"},
        {"f", "then, in the handler of HardFault: bad access: 4-byte load from 0x9fff0020"},
        {"r", "then, in the handler of HardFault: the firmware asked for a reset"},
        {"w", "then, in the handler of HardFault: WFI sleeps for ever"},
        {"s", "then, in the handler of HardFault: the core spins for ever"},
        {"v", "then, in the handler of HardFault: SVC while its exception must not run"},
    };
    const char *image = firmware("gives_up.elf");
    for (size_t i = 0; image && i < sizeof cases / sizeof *cases; i++) {
        struct sim_case c = case_run(
            image, f412,
            (struct sim_options){.console_in = cases[i].input,
                                 .console_in_bytes = 1,
                                 .max_cycles = *cases[i].input == 'p' ? 2000000000 : 1000000});
        static const char first[] =
            "bad access: 4-byte load from 0x9fff0010 (no memory there)\n"
            "  at 0x";
        if (c.stop.cause != SIM_FAULT || strncmp(c.stop.text, first, sizeof first - 1) != 0)
            fail_msg("%s: %s", cases[i].input, c.stop.text);
        if (!strstr(c.stop.text, cases[i].text))
            fail_msg("%s: no \"%s\" in %s", cases[i].input, cases[i].text, c.stop.text);
        assert_int_equal(c.stop.code, 0x9fff0010);
        assert_int_equal(sim_cause_exit(c.stop.cause), 3);
        case_done(&c);
    }
}

/* FP registers stored late or at once, alignment, stacks, preemption, masks, sleep: each rule
 * of tests/firmware/contexts.c prints "good". */
static void contexts_are_kept(void **state)
{
    (void)state;
    static const char *const boards[] = {f746, f412};
    const char *image = firmware("contexts.elf");
    for (size_t i = 0; image && i < 2; i++) {
        struct sim_case c = case_run(image, boards[i], (struct sim_options){0});
        unsigned lines = 0, good = 0;
        for (const char *at = c.profile->console; *at; at++) {
            lines += *at == '\n';
            good += strncmp(at, " good\n", 6) == 0;
        }
        if (good != 31 || lines != good + 4) fail_msg("%s", c.profile->console);
        /* Interrupts: nested, in one group, by priority; NMI under PRIMASK, one under
         * FAULTMASK. */
        assert_non_null(strstr(c.profile->console, "\nabA\n"));
        assert_non_null(strstr(c.profile->console, "\naAb\nbaAb\nn--b\n"));
        assert_int_equal(c.stop.cause, SIM_EXIT);
        case_done(&c);
    }
}

/* A handler that waits for a device, its last words' receiver for one, goes on. */
static void handlers_may_wait_for_devices(void **state)
{
    (void)state;
    const char *image = firmware("gives_up.elf");
    struct err e;
    if (!image) return;
    struct board *b;
    struct sim *s = case_machine_with(
        f746, &b,
        (struct sim_options){.max_cycles = 1000000, .console_in = "u", .console_in_bytes = 1});
    assert_true(sim_load(s, image, &e) && sim_send(s, "USART1", "BA", 2));
    struct sim_stop stop = sim_run(s);
    assert_int_equal(stop.cause, SIM_FAULT);
    if (!strstr(stop.text, "then, in the handler of HardFault: exit with code 65"))
        fail_msg("%s", stop.text);
    case_machine_done(s, b);
}

/* The texts stand in this order. */
static void in_order(const char *text, const char *const *parts)
{
    for (const char *at = text; *parts; parts++) {
        const char *found = strstr(at, *parts);
        if (!found) fail_msg("no \"%s\" in its place: %s", *parts, text);
        if (found) at = found;
    }
}

static void backtraces_lead_to_reset(void **state)
{
    (void)state;
    static const struct {
        const char *file, *input, *parts[8];
    } cases[] = {
        {"faults.elf",
         "s",
         {"stack overflow", "#0 ", "(deep + ", "#1 ", "the same ", " times\n", "(main + ",
          "(reset_handler + "}},
        {"faults.elf",
         "k",
         {"inside the handler of exception 16 (interrupt 0)", "#0 ", "(helper + ",
          "(irq0_handler + ", "-- exception --", "(main + ", "(reset_handler + "}},
        {"faults.elf", "w", {"#0 ", "(write_flash + 4, faults.c:", "#1 ", "(main + "}},
        {"faults.elf", "n", {"#0 0x00000000", "#1 ", "(main + ", "#2 ", "(reset_handler + "}},
        {"faults.elf", "g", {"the watchdog (IWDG)", "#0 ", "(main + ", "(reset_handler + "}},
        /* No symbols, no DWARF: what stands behind a call. */
        {"faults.hex",
         "w",
         {"#0 0x08000", "(flash + 0x", "#1 0x08000", " ?", "#2 0x0800", " ?"}},
        {"faults.hex", "k", {"#0 0x08000", "#1 0x08000", " ?", "-- exception --", "#"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *image = firmware(cases[i].file);
        if (!image) return;
        struct sim_case c = case_input(image, f746, cases[i].input);
        const char *parts[9] = {0};
        memcpy(parts, cases[i].parts, sizeof cases[i].parts);
        in_order(c.stop.text, parts);
        case_done(&c);
    }
}

static void strict_runs_end_at_what_is_not_modelled(void **state)
{
    (void)state;
    const char *image = firmware("faults.elf");
    if (!image) return;
    struct sim_options o = {.console_in = "5", .console_in_bytes = 1};
    struct sim_case c = case_run(image, f746, o);
    assert_int_equal(c.stop.cause, SIM_EXIT);
    assert_int_equal(c.profile->unmodelled_count, 2);
    assert_string_equal(c.profile->unmodelled[0].name, "DAC1 + 0x04");
    assert_int_equal(c.profile->unmodelled[0].addr, 0x40007404);
    assert_int_equal(c.profile->unmodelled[0].reads, 3);
    assert_int_equal(c.profile->unmodelled[0].writes, 0);
    assert_string_equal(c.profile->unmodelled[1].name, "0x50001000");
    assert_int_equal(c.profile->unmodelled[1].writes, 1);
    case_done(&c);
    o.strict = true;
    c = case_run(image, f746, o);
    assert_int_equal(c.stop.cause, SIM_UNMODELLED);
    assert_int_equal(sim_cause_exit(c.stop.cause), 3);
    char place[32]; /* the first access is meant, not a later one of the block */
    snprintf(place, sizeof place, "at 0x%08x (", c.stop.pc);
    assert_non_null(strstr(c.stop.text, place));
    in_order(c.stop.text,
             (const char *const[]){"2-byte load from DAC1 + 0x04 (0x40007404)", "not modelled",
                                   "at 0x", "(main + ", "#0 ", "(main + ", NULL});
    case_done(&c);
    o.console_in = "t"; /* what is modelled stays good */
    c = case_run(image, f746, o);
    assert_int_equal(c.stop.cause, SIM_EXIT);
    case_done(&c);
}

static void stacks_in_data_are_told(void **state)
{
    (void)state;
    const char *image = firmware("overflow.elf");
    if (!image) return;
    struct sim_case c = case_input(image, f746, "s");
    in_order(c.stop.text, (const char *const[]){
                              "4-byte load from 0xb0000000", "(deep + ",
                              "stack overflow: ", " bytes below the end of the data at 0x2000f",
                              "#0 ", "(main + ", NULL});
    case_done(&c);
}

/* In hot code, whoever executes: the same instruction, registers, cycles. */
static void hot_code_faults_precisely(void **state)
{
    (void)state;
    char text[2][SIM_TEXT];
    uint64_t cycle[2];
    const char *image = firmware("overflow.elf");
    for (int i = 0; image && i < 2; i++) {
        struct sim_case c =
            case_run(image, f412,
                     (struct sim_options){.executor = i ? EXECUTOR_UNICORN : EXECUTOR_FAST,
                                          .console_in = "h",
                                          .console_in_bytes = 1});
        /* 1 KiB is left, 8 bytes a round: round 128 stores its last word past the end. */
        in_order(c.stop.text,
                 (const char *const[]){"store to 0x20040000 (0 bytes past the end of",
                                       "(run_off + ", "str r4, [r0, #8]!",
                                       "r0=2003fff8 r1=00000080", "r4=00000081", NULL});
        memcpy(text[i], c.stop.text, SIM_TEXT);
        cycle[i] = c.stop.cycle;
        case_done(&c);
    }
    if (!image) return;
    assert_string_equal(text[0], text[1]);
    assert_int_equal(cycle[0], cycle[1]);
}

static void threads_keep_their_registers(void **state)
{
    (void)state;
    const char *image = firmware("threads.elf");
    for (int i = 0; image && i < 4; i++) {
        struct sim_case c = case_run(image, i & 1 ? f746 : f412,
                                     (struct sim_options){
                                         .max_cycles = 5000000,
                                         .executor = i & 2 ? EXECUTOR_UNICORN : EXECUTOR_FAST,
                                     });
        assert_string_equal(c.profile->console, "one good\ntwo good\nthree good\nswitched\n");
        case_done(&c);
    }
}

/* CFSR, MMFAR from the guarded array on, BFAR; what was read. */
static void the_mpu_forbids(void **state)
{
    (void)state;
    static const char *const boards[] = {f746, f412};
    const char *image = firmware("mpu.elf");
    for (size_t i = 0; image && i < 2; i++) {
        struct sim_case c = case_run(image, boards[i], (struct sim_options){0});
        assert_string_equal(c.profile->console,
                            "00000082\n00000011\n00000082\n000000df\n1\n2\n"
                            "stack\n00000010\n9\n"
                            "run\n00000001\n"
                            "unprivileged\n00000082\n00000064\n00000082\n20000000\n"
                            "00008200\ne000e010\n5\n");
        case_done(&c);
    }
}

static void memory_types_cost(void **state)
{
    (void)state;
    const char *image = firmware("mpu.elf");
    if (!image) return;
    struct sim_case c = case_input(image, f746, "c");
    assert_string_equal(c.profile->console, "as without\nloads go out\nstores go out\n"
                                            "loads stay\nstores go out\n");
    case_done(&c);
}

static void bits_have_aliases(void **state)
{
    (void)state;
    const char *image = firmware("bitband.elf");
    if (!image) return;
    struct sim_case c = case_run(image, f412, (struct sim_options){0});
    assert_string_equal(c.profile->console, "101\n80000010\n80800010\n00000008\n1\n");
    assert_int_equal(c.stop.cause, SIM_FAULT);
    assert_non_null(strstr(c.stop.text, "bad access: 4-byte load from 0x23e00000"));
    case_done(&c);
    c = case_run(image, f746, (struct sim_options){0}); /* the M7 has none */
    assert_int_equal(c.stop.cause, SIM_FAULT);
    assert_int_equal(c.profile->console_bytes, 0);
    case_done(&c);
}

/* ST's start-up code ends in `bl main; bx lr`: a main that returns has not kept LR for it. */
static void the_end_of_start_up_is_told(void **state)
{
    (void)state;
    static const uint16_t code[] = {
        0xf000, 0xf802, 0x4770, 0xbf00,         /* 0x40: bl 0x48; bx lr; nop */
        0x2020, 0x0600, 0x4671, 0x4686, 0x4708, /* 0x48: lr = 0x20000000, return */
        0xe7fe,                                 /* 0x52: b . */
    };
    uint8_t image[0x40 + sizeof code] = {0};
    const uint32_t vectors[4] = {0x20001000, 0x08000041, 0, 0x08000053};
    struct arena a = {0};
    struct err e;
    memcpy(image, vectors, sizeof vectors);
    memcpy(image + 0x40, code, sizeof code);
    const char *dir = file_temp(&a, &e);
    assert_non_null(dir);
    const char *path = arena_printf(&a, "%s/ends.bin", dir);
    assert_true(file_save(path, image, sizeof image, &e));
    struct sim_case c = case_run(path, "stm32f746g-disco", (struct sim_options){0});
    assert_int_equal(c.stop.cause, SIM_FAULT);
    if (!strstr(c.stop.text, "by the end of the start-up code: main returned"))
        fail_msg("%s", c.stop.text);
    case_done(&c);
    file_temp_remove(dir);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handlers_see_and_repair),
        cmocka_unit_test(counting_finds_the_instruction_too),
        cmocka_unit_test(alignment_depends_on_the_core_and_the_memory),
        cmocka_unit_test(handlers_that_give_up_end_the_run),
        cmocka_unit_test(handlers_may_wait_for_devices),
        cmocka_unit_test(backtraces_lead_to_reset),
        cmocka_unit_test(stacks_in_data_are_told),
        cmocka_unit_test(hot_code_faults_precisely),
        cmocka_unit_test(strict_runs_end_at_what_is_not_modelled),
        cmocka_unit_test(contexts_are_kept),
        cmocka_unit_test(threads_keep_their_registers),
        cmocka_unit_test(the_mpu_forbids),
        cmocka_unit_test(memory_types_cost),
        cmocka_unit_test(bits_have_aliases),
        cmocka_unit_test(the_end_of_start_up_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
