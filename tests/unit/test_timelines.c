/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Time lines: Chrome's events parse and nest, and their lengths are the profile's cycles; value
 * changes come in order; the instruction log has every instruction; windows and limits hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/trace/chronicle.h"
#include "sim_case.h"
#include "tools/base/json.h"

static const char *const f746 = "stm32f746g-disco";

enum { CHROME, VCD, INSNS, FILES };

struct lines { /* a run with all three */
    char *text[FILES];
    size_t bytes[FILES];
    struct sim_case c;
};

static bool run_lines_by(struct lines *l, const char *image, struct sim_timelines w,
                         enum sim_executor who)
{
    static const char *const words[] = {"calls-of:invoke"};
    FILE *f[FILES];
    if (!image) return false;
    for (int i = 0; i < FILES; i++) {
        f[i] = open_memstream(&l->text[i], &l->bytes[i]);
        assert_non_null(f[i]);
    }
    w.chrome = f[CHROME], w.vcd = f[VCD], w.insns = f[INSNS];
    l->c = case_run(image, f746,
                    (struct sim_options){.timelines = &w,
                                         .executor = who,
                                         .layers = words,
                                         .layer_count = strstr(image, "calls") ? 1 : 0});
    for (int i = 0; i < FILES; i++)
        fclose(f[i]);
    return true;
}

static bool run_lines(struct lines *l, const char *image, struct sim_timelines w)
{
    return run_lines_by(l, image, w, EXECUTOR_FAST);
}

static void done(struct lines *l)
{
    for (int i = 0; i < FILES; i++)
        free(l->text[i]);
    case_done(&l->c);
}

struct open { /* an event that has begun */
    const char *name;
    int64_t cycle;
};

/* Walks the events; *spent: cycles of events of that name on that track. Fails unless B and E
 * nest on each track and time goes on. Returns how many there are. */
static size_t walk(const struct json *root, int64_t track, const char *name, int64_t *spent)
{
    struct open stack[TRACK_MAX][64];
    size_t depth[TRACK_MAX] = {0}, n = 0;
    double last = 0;
    const struct json *events = json_get(root, "traceEvents");
    *spent = 0;
    for (size_t i = 0; i < json_len(events); i++) {
        const struct json *e = json_at(events, i);
        const char *phase = json_str(json_get(e, "ph"), "");
        int64_t tid = json_int(json_get(e, "tid"), 0);
        int64_t cycle = json_int(json_get(json_get(e, "args"), "cycle"), -1);
        double ts = json_real(json_get(e, "ts"), -1);
        if (*phase == 'M') continue;
        n++;
        assert_true(tid > 0 && tid < TRACK_MAX && cycle >= 0 && ts >= last);
        last = ts;
        if (*phase == 'B') {
            assert_true(depth[tid] < 64);
            stack[tid][depth[tid]++] =
                (struct open){json_str(json_get(e, "name"), NULL), cycle};
            assert_non_null(stack[tid][depth[tid] - 1].name);
        } else {
            assert_int_equal(*phase, 'E');
            assert_true(depth[tid] > 0);
            const struct open *o = &stack[tid][--depth[tid]];
            assert_true(cycle >= o->cycle);
            if (tid == track && strcmp(o->name, name) == 0) *spent += cycle - o->cycle;
        }
    }
    for (int i = 0; i < TRACK_MAX; i++)
        assert_int_equal(depth[i], 0);
    return n;
}

static struct json *parse(const struct lines *l)
{
    struct err e = {0};
    struct json *j = json_parse(l->text[CHROME], l->bytes[CHROME], "trace", &e);
    if (!j) fail_msg("%s", e.text);
    return j;
}

static void chrome_nests_and_adds_up(void **state)
{
    (void)state;
    struct lines l;
    static const char *const layers[] = {"convolve_1x1_s8", "add_fpreq", "last_jump", "invoke",
                                         "depthwise_kernel3x3_CHW"};
    if (!run_lines(&l, firmware("calls.elf"), (struct sim_timelines){0})) return;
    struct json *j = parse(&l);
    int64_t spent;
    for (size_t i = 0; i < 5; i++) {
        uint64_t cycles = 0;
        for (size_t k = 0; k + 1 < l.c.profile->layer_count; k++)
            if (strcmp(l.c.profile->layers[k].symbol, layers[i]) == 0)
                cycles += l.c.profile->layers[k].cycles;
        assert_true(walk(j, TRACK_LAYERS, layers[i], &spent) > 500);
        assert_int_equal(spent, cycles);
    }
    walk(j, TRACK_EXCEPTIONS, "systick_handler", &spent);
    assert_true(spent > 0);
    walk(j, TRACK_THREADS, "main", &spent);
    assert_true(spent > 0 && spent < (int64_t)l.c.profile->total.cycles);
    assert_false(l.c.profile->timelines_cut);
    json_free(j);
    done(&l);
    if (!run_lines(&l, firmware("interrupts.elf"), (struct sim_timelines){0})) return;
    j = parse(&l);
    walk(j, TRACK_SLEEP, "asleep", &spent);
    assert_int_equal(spent, l.c.profile->total.causes[CAUSE_IDLE]);
    json_free(j);
    done(&l);
}

/* A mangled name is shown as its source has it. */
static void names_are_for_people(void **state)
{
    (void)state;
    struct lines l;
    if (!run_lines(&l, firmware("kernels.elf"), (struct sim_timelines){0})) return;
    assert_non_null(strstr(l.text[CHROME], "\"name\":\"conv_eval (kernels.c)\""));
    assert_null(strstr(l.text[CHROME], "_ZN6tflite"));
    done(&l);
}

static void looking_changes_no_cycle(void **state)
{
    (void)state;
    static const char *const images[] = {"calls.elf", "interrupts.elf"};
    for (int i = 0; i < 2; i++) {
        struct lines l, again;
        const char *image = firmware(images[i]);
        if (!run_lines(&l, image, (struct sim_timelines){0})) return;
        struct sim_case plain = case_run(image, f746, (struct sim_options){0});
        assert_memory_equal(plain.profile->total.causes, l.c.profile->total.causes,
                            sizeof plain.profile->total.causes);
        run_lines_by(&again, image, (struct sim_timelines){0}, EXECUTOR_UNICORN);
        for (int k = 0; k < FILES; k++)
            assert_string_equal(l.text[k], again.text[k]);
        case_done(&plain);
        done(&l);
        done(&again);
    }
}

static size_t count_lines(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void value_changes_come_in_order(void **state)
{
    (void)state;
    struct lines l;
    if (!run_lines(&l, firmware("calls.elf"), (struct sim_timelines){0})) return;
    unsigned long long last = 0, ns;
    unsigned exceptions = 0;
    assert_non_null(strstr(l.text[VCD], "$timescale 1 ns $end\n"));
    assert_non_null(strstr(l.text[VCD], "$comment layer 2 is convolve_1x1_s8 $end\n"));
    for (const char *p = strstr(l.text[VCD], "$enddefinitions"); *p; p = strchr(p, '\n') + 1) {
        if (*p == '#') {
            ns = strtoull(p + 1, NULL, 10);
            assert_true(ns >= last);
            last = ns;
        }
        exceptions += strncmp(p, "b000001111 e", 12) == 0; /* SysTick is 15 */
    }
    assert_true(exceptions > 20);
    /* 16 MHz: 62.5 ns a cycle. */
    assert_int_equal(last, l.c.profile->total.cycles * 125 / 2);
    done(&l);
}

static void every_instruction_is_logged(void **state)
{
    (void)state;
    struct lines l;
    if (!run_lines(&l, firmware("calls.elf"), (struct sim_timelines){0})) return;
    unsigned long long last = 0, cycle;
    unsigned pc;
    char place[64];
    assert_int_equal(count_lines(l.text[INSNS]), l.c.profile->total.instructions);
    for (const char *p = l.text[INSNS]; *p; p = strchr(p, '\n') + 1) {
        assert_int_equal(sscanf(p, "%llu %x %63s", &cycle, &pc, place), 3);
        assert_true(cycle >= last);
        last = cycle;
    }
    assert_non_null(strstr(l.text[INSNS], "add_fpreq+0x0 "));
    assert_non_null(strstr(l.text[INSNS], " W4:2000fff8 W4:2000fffc\n")); /* the first push */
    done(&l);
}

static void windows_and_limits_hold(void **state)
{
    (void)state;
    struct lines l;
    const char *image = firmware("calls.elf");
    if (!run_lines(&l, image, (struct sim_timelines){.from = "add_fpreq", .to = "add_fpreq"}))
        return;
    size_t n = count_lines(l.text[INSNS]);
    assert_in_range(n, 103, 200); /* 20 rounds of 5, 3 outside, an interrupt or none */
    assert_non_null(strstr(l.text[INSNS], "bx lr"));
    assert_null(strstr(l.text[INSNS], "invoke+"));
    struct json *j = parse(&l);
    int64_t spent;
    size_t events = walk(j, TRACK_THREADS, "add_fpreq", &spent);
    assert_in_range(events, 4, 20); /* the layer and the function, with their ends */
    json_free(j);
    done(&l);
    run_lines(&l, image, (struct sim_timelines){.from = "3000", .to = "0x1000"});
    assert_true(l.bytes[INSNS] > 0);
    for (const char *p = l.text[INSNS]; *p; p = strchr(p, '\n') + 1)
        assert_in_range(strtoull(p, NULL, 10), 3000, 4095);
    done(&l);
    run_lines(&l, image, (struct sim_timelines){.limit = 100});
    assert_int_equal(count_lines(l.text[INSNS]), 100);
    assert_true(l.c.profile->timelines_cut);
    j = parse(&l);
    walk(j, TRACK_THREADS, "main", &spent); /* nests although it was cut */
    assert_non_null(strstr(l.text[CHROME], "the limit of events was reached"));
    json_free(j);
    done(&l);
}

static void what_names_nothing_is_refused(void **state)
{
    (void)state;
    static const struct {
        struct sim_timelines w;
        const char *message;
    } cases[] = {
        {{.from = "nobody"}, "--from nobody: no function of that name"},
        {{.to = "12x"}, "--to 12x: needs a cycle (k, M and G are accepted) or a function"},
        {{.from = "20", .to = "10"}, "--to 10: is not after --from"},
    };
    struct err e = {0};
    const char *image = firmware("calls.elf");
    struct board *b = board_load(f746, &e);
    for (size_t i = 0; image && i < 3; i++) {
        struct sim *s =
            sim_new(&(struct sim_options){.board = b, .timelines = &cases[i].w}, &e);
        assert_non_null(s);
        assert_false(sim_load(s, image, &e));
        if (!strstr(e.text, cases[i].message)) fail_msg("%s", e.text);
        sim_free(s);
    }
    board_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chrome_nests_and_adds_up),
        cmocka_unit_test(names_are_for_people),
        cmocka_unit_test(looking_changes_no_cycle),
        cmocka_unit_test(value_changes_come_in_order),
        cmocka_unit_test(every_instruction_is_logged),
        cmocka_unit_test(windows_and_limits_hold),
        cmocka_unit_test(what_names_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
