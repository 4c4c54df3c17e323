/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Single instructions: charging them one by one changes no cycle of any cause or function, and
 * what they cost adds up to the functions' rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/trace/annotate.h"
#include "sim_case.h"

static const char *const boards[] = {"stm32f746g-disco", "stm32f412g-disco"};

static void same_rows(const struct profile_row *a, const struct profile_row *b,
                      const char *what)
{
    if (strcmp(a->name, b->name) != 0 || a->calls != b->calls ||
        a->instructions != b->instructions ||
        memcmp(a->causes, b->causes, sizeof a->causes) != 0)
        fail_msg("%s: %s has %llu cycles, %s %llu one by one", what, a->name,
                 (unsigned long long)a->cycles, b->name, (unsigned long long)b->cycles);
}

/* Cycles of a function that are no instruction's: exceptions, sleep. */
static void lines_add_up(const struct profile *p)
{
    for (size_t f = 0; f < p->function_count; f++) {
        const struct profile_row *row = &p->functions[f];
        uint64_t causes[CAUSE_COUNT] = {0}, all = 0;
        for (size_t i = 0; i < p->line_count; i++) {
            if (p->lines[i].function != row->addr || strcmp(p->lines[i].name, row->name) != 0)
                continue;
            all += p->lines[i].cycles;
            for (int c = 0; c < CAUSE_COUNT; c++)
                causes[c] += p->lines[i].causes[c];
        }
        for (int c = 0; c < CAUSE_COUNT; c++) {
            if (c == CAUSE_EXCEPTION || c == CAUSE_IDLE)
                assert_true(causes[c] == 0);
            else
                assert_int_equal(causes[c], row->causes[c]);
        }
        assert_true(all <= row->cycles);
    }
}

static void no_cycle_moves(void **state)
{
    (void)state;
    static const char *const images[] = {"calls.elf", "hello.elf", "interrupts.elf", "time.elf",
                                         "copied.elf"};
    for (size_t k = 0; k < 10; k++) {
        const char *image = firmware(images[k % 5]);
        if (!image) return;
        struct sim_case a = case_run(image, boards[k / 5], (struct sim_options){0});
        struct sim_case b = case_run(image, boards[k / 5], (struct sim_options){.lines = true});
        same_rows(&a.profile->total, &b.profile->total, image);
        assert_int_equal(a.profile->function_count, b.profile->function_count);
        for (size_t i = 0; i < a.profile->function_count; i++)
            same_rows(&a.profile->functions[i], &b.profile->functions[i], image);
        assert_string_equal(a.profile->console, b.profile->console);
        assert_true(b.profile->line_count > 50);
        assert_int_equal(a.profile->line_count, 0);
        if (k % 5 < 2) lines_add_up(b.profile); /* the others wait in loops that are skipped */
        case_done(&a);
        case_done(&b);
    }
}

static void text_is_for_people(void **state)
{
    (void)state;
    const char *image = firmware("calls.elf");
    struct err e = {0};
    struct buf out = {0};
    if (!image) return;
    struct sim_case c = case_run(image, boards[0], (struct sim_options){.lines = true});
    assert_true(profile_annotate(c.profile, "add_fpreq", &out, &e));
    const char *text = buf_text(&out);
    assert_non_null(strstr(text, "add_fpreq: "));
    assert_non_null(strstr(text, " calls, "));
    assert_non_null(strstr(text, "         120 ")); /* 6 calls, 20 rounds */
    assert_non_null(strstr(text, "ldr r3, [r1]"));
    assert_non_null(strstr(text, "\n calls.c:"));
    assert_null(strstr(text, "work: "));
    out.len = 0;
    assert_true(profile_annotate(c.profile, NULL, &out, &e));
    assert_true(strncmp(buf_text(&out), "work: ", 6) == 0); /* the most cycles first */
    assert_non_null(strstr(buf_text(&out), "(outside of them)"));
    out.len = 0;
    assert_false(profile_annotate(c.profile, "nobody", &out, &e));
    assert_non_null(strstr(e.text, "nobody: no function of that name ran"));
    buf_done(&out);
    case_done(&c);
}

/* A row of 24 cycles whose instruction took 27: three ran before its name was known. */
static void never_below_zero(void **state)
{
    (void)state;
    struct profile_row row = {.name = "sub_08012af6",
                              .symbol = "sub_08012af6",
                              .addr = 0x08012af6,
                              .cycles = 24,
                              .calls = 4,
                              .causes = {[CAUSE_ISSUE] = 20, [CAUSE_BRANCH] = 4}};
    struct profile_line line = {.function = row.addr,
                                .name = row.name,
                                .pc = row.addr,
                                .bytes = 2,
                                .encoding = 0x4770,
                                .executions = 5,
                                .cycles = 27,
                                .causes = {[CAUSE_ISSUE] = 22, [CAUSE_BRANCH] = 5}};
    struct profile p = {
        .functions = &row, .function_count = 1, .lines = &line, .line_count = 1, .total = row};
    struct err e = {0};
    struct buf out = {0};
    assert_true(profile_annotate(&p, NULL, &out, &e));
    assert_non_null(strstr(buf_text(&out), "(in another's sum)                -3 -12.50\n"));
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cycle_moves),
        cmocka_unit_test(text_is_for_people),
        cmocka_unit_test(never_below_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
