/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Calls that were followed: the tree, its sums, edges, and the files that other tools open. The
 * firmware is tests/firmware/calls.c: tail calls, recursion, longjmp, handlers, threads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/trace/paths.h"
#include "sim_case.h"

static const char *const boards[] = {"stm32f746g-disco", "stm32f412g-disco"};

static struct sim_case run_calls(const char *image, const char *board)
{
    return case_run(image, board, (struct sim_options){.calls = true});
}

static const struct profile_row *row_of(const struct profile *p, const char *name)
{
    for (size_t i = 0; i < p->function_count; i++)
        if (strcmp(p->functions[i].name, name) == 0) return &p->functions[i];
    fail_msg("no function %s", name);
    return NULL;
}

/* Nodes of a function add up to its row, all of them to the total; parents come first. */
static void nodes_add_up(void **state)
{
    (void)state;
    static const char *const images[] = {"calls.elf", "interrupts.elf", "hello.elf"};
    for (size_t k = 0; k < 6; k++) {
        const char *image = firmware(images[k % 3]);
        if (!image) return;
        struct sim_case c = run_calls(image, boards[k / 3]);
        const struct profile *p = c.profile;
        uint64_t cycles = 0, instructions = 0;
        for (size_t i = 0; i < p->node_count; i++) {
            cycles += p->nodes[i].cycles;
            instructions += p->nodes[i].instructions;
            assert_true(i == 0 || p->nodes[i].parent < i);
        }
        assert_int_equal(cycles, p->total.cycles);
        assert_int_equal(instructions, p->total.instructions);
        assert_int_equal(p->nodes[0].inclusive_cycles, p->total.cycles);
        for (size_t f = 0; f < p->function_count; f++) {
            uint64_t own = 0, calls = 0;
            for (size_t i = 0; i < p->node_count; i++)
                if (strcmp(p->nodes[i].name, p->functions[f].name) == 0) {
                    own += p->nodes[i].cycles;
                    calls += p->nodes[i].calls;
                }
            assert_int_equal(own, p->functions[f].cycles);
            assert_int_equal(calls, p->functions[f].calls);
            assert_true(p->functions[f].inclusive_cycles >= own);
        }
        case_done(&c);
    }
}

static void following_changes_no_cycle(void **state)
{
    (void)state;
    const char *image = firmware("calls.elf");
    if (!image) return;
    struct sim_case with = run_calls(image, boards[0]);
    struct sim_case without = case_run(image, boards[0], (struct sim_options){0});
    assert_int_equal(with.profile->function_count, without.profile->function_count);
    for (size_t i = 0; i < with.profile->function_count; i++) {
        assert_string_equal(with.profile->functions[i].name,
                            without.profile->functions[i].name);
        assert_int_equal(with.profile->functions[i].cycles,
                         without.profile->functions[i].cycles);
        assert_int_equal(with.profile->functions[i].calls, without.profile->functions[i].calls);
    }
    assert_int_equal(without.profile->node_count, 0);
    case_done(&with);
    case_done(&without);
}

/* The paths that were taken, as collapsed stacks without their numbers. */
static void every_path_is_there(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "reset_handler",
        "reset_handler;main;arm_convolve_wrapper_s8;arm_convolve_s8;work",
        "reset_handler;main;invoke;convolve_1x1_s8;work",
        "reset_handler;main;invoke;last_jump;convolve_1x1_s8;work",
        "reset_handler;main;invoke;depthwise_kernel3x3_CHW;work",
        "reset_handler;main;recursive;recursive;recursive;recursive",
        "reset_handler;main;jumps;deep;deep;deep;deep;deep;deep;long_jump",
        "reset_handler;main;jumps;work", /* after the longjmp */
        "reset_handler;main;run_threads;thread_a;work_a;yield",
        "systick_handler;tick_work;work",
        "thread_b;work_b;work",
        "reset_handler;leave",
    };
    const char *image = firmware("calls.elf");
    if (!image) return;
    struct sim_case c = run_calls(image, boards[0]);
    struct buf out = {0};
    profile_collapsed(c.profile, &out);
    uint64_t sum = 0;
    bool found[sizeof paths / sizeof *paths] = {false};
    for (const char *line = buf_text(&out); *line; line = strchr(line, '\n') + 1) {
        const char *space = strchr(line, ' ');
        assert_non_null(space);
        sum += strtoull(space, NULL, 10);
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
            found[i] |= strlen(paths[i]) == (size_t)(space - line) &&
                        strncmp(paths[i], line, strlen(paths[i])) == 0;
    }
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (!found[i]) fail_msg("no %s in:\n%s", paths[i], buf_text(&out));
    assert_int_equal(sum, c.profile->total.cycles);
    assert_null(strstr(buf_text(&out), "deep;work")); /* what longjmp left is left */
    assert_null(strstr(buf_text(&out), "tick_work;tick_work"));
    buf_done(&out);
    case_done(&c);
}

static void edges_and_inclusive_cycles(void **state)
{
    (void)state;
    const char *image = firmware("calls.elf");
    if (!image) return;
    struct sim_case c = run_calls(image, boards[0]);
    const struct profile *p = c.profile;
    uint64_t out_of_invoke = 0;
    const struct profile_row *invoke = row_of(p, "invoke"), *again = row_of(p, "recursive");
    for (size_t i = 0; i < p->edge_count; i++)
        if (strcmp(p->edges[i].caller_name, "invoke") == 0) {
            out_of_invoke += p->edges[i].cycles;
            if (strcmp(p->edges[i].callee_name, "convolve_1x1_s8") == 0)
                assert_int_equal(p->edges[i].calls, 4);
        }
    assert_int_equal(invoke->inclusive_cycles, invoke->cycles + out_of_invoke);
    assert_int_equal(again->inclusive_cycles, again->cycles); /* not 7 times over */
    assert_int_equal(again->calls, 41);
    size_t paths = 0; /* one for each depth, not one for each way there */
    for (size_t i = 0; i < p->node_count; i++)
        paths += strcmp(p->nodes[i].name, "recursive") == 0;
    assert_int_equal(paths, 7);
    case_done(&c);
}

/* The sum of all costs of functions is the total; costs of calls are known functions'. */
static void callgrind_adds_up(void **state)
{
    (void)state;
    const char *image = firmware("calls.elf");
    if (!image) return;
    struct sim_case c = run_calls(image, boards[0]);
    struct buf out = {0};
    profile_callgrind(c.profile, "calls.elf", &out);
    unsigned long long sum = 0, cycles, instructions;
    unsigned addr, line_number, calls = 0, functions = 0, sourced = 0;
    bool of_call = false;
    for (const char *line = buf_text(&out); *line; line = strchr(line, '\n') + 1) {
        functions += strncmp(line, "fn=", 3) == 0;
        if (strncmp(line, "calls=", 6) == 0) {
            calls++;
            of_call = true;
        } else if (sscanf(line, "0x%x %u %llu %llu", &addr, &line_number, &cycles,
                          &instructions) == 4) {
            sourced += line_number > 0;
            if (!of_call) sum += cycles;
            of_call = false;
        }
    }
    assert_int_equal(sum, c.profile->total.cycles);
    assert_true(functions >= c.profile->function_count);
    assert_true(calls > 20 && sourced > 20);
    assert_non_null(strstr(buf_text(&out), "\nfl=calls.c\nfn=invoke\n"));
    assert_non_null(strstr(buf_text(&out), "\nevents: Cycles Instructions\n"));
    assert_non_null(strstr(buf_text(&out), "\nfn=main\n0x080"));
    assert_non_null(strstr(buf_text(&out), "\ncfn=arm_convolve_wrapper_s8\ncalls=1 0x080"));
    buf_done(&out);
    case_done(&c);
}

/* An instruction ran 3 times before its function was known as one: it cost more than that. */
static void callgrind_has_no_negative_costs(void **state)
{
    (void)state;
    struct buf out = {0};
    const struct profile_node nodes[] = {
        {.name = "f", .cycles = 7, .instructions = 6},
        {.name = "g", .addr = 16, .cycles = 8, .instructions = 4}};
    const struct profile_line lines[] = {
        {.name = "f", .cycles = 2, .executions = 1},
        {.pc = 16, .function = 16, .name = "g", .cycles = 6, .executions = 5},
        {.pc = 18, .function = 16, .name = "g", .cycles = 7, .executions = 5}};
    const struct profile p = {.nodes = nodes, .node_count = 2, .lines = lines, .line_count = 3};
    profile_callgrind(&p, "x", &out);
    assert_non_null(strstr(buf_text(&out), "fn=f\n0x00000000 0 2 1\n0x00000000 0 5 5\n"));
    assert_non_null(strstr(buf_text(&out), "fn=g\n0x00000010 0 6 4\n0x00000012 0 2 0\n\n"));
    buf_done(&out);
}

static void same_run_same_files(void **state)
{
    (void)state;
    const char *image = firmware("calls.elf");
    if (!image) return;
    struct buf out[2] = {{0}, {0}};
    for (int i = 0; i < 2; i++) {
        struct sim_case c = run_calls(image, boards[1]);
        profile_callgrind(c.profile, "x", &out[i]);
        profile_collapsed(c.profile, &out[i]);
        case_done(&c);
    }
    assert_string_equal(buf_text(&out[0]), buf_text(&out[1]));
    buf_done(&out[0]);
    buf_done(&out[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_add_up),
        cmocka_unit_test(following_changes_no_cycle),
        cmocka_unit_test(every_path_is_there),
        cmocka_unit_test(edges_and_inclusive_cycles),
        cmocka_unit_test(callgrind_adds_up),
        cmocka_unit_test(same_run_same_files),
        cmocka_unit_test(callgrind_has_no_negative_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
