/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every board of boards/ builds and runs a small network of the zoo: the start-up code brings
 * up the clock that the board file states, the output is the reference kernels' to the byte,
 * no instruction or register along the way is unknown to the simulator, and what timing's memo
 * replays is what the pipeline does after every block. A new board file is tested by being
 * there. Slow: one cross compile a board.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/compile.h"
#include "engine/oracle/oracle.h"
#include "engine/tflite/read.h"
#include "models/build.h"
#include "sim/state.h"
#include "tools/base/proc.h"

struct net {
    const char *path;
    struct graph graph;
    void *input;
    struct oracle_result expected;
};

static void run_on(const char *name, const struct net *net, const char *dir)
{
    static struct err e;
    struct board *b = board_load(name, &e);
    if (!b) fail_msg("%s", e.text);
    struct compile_result built = {0};
    struct compile_options how = {.model = net->path, .board = b, .out_dir = dir};
    if (!engine_compile(&how, &built, &e)) fail_msg("%s: %s", name, e.text);
    struct sim_options options = {
        .board = b,
        .max_cycles = 100000000,
        .console_in = net->input,
        .console_in_bytes = net->graph.tensors[net->graph.input].bytes,
    };
    struct sim *s = sim_new(&options, &e);
    if (!s || !sim_load(s, built.elf_path, &e)) {
        fail_msg("%s: %s", name, e.text);
        return;
    }
    timing_memo(s->timing, MEMO_CHECK, 0);
    struct sim_stop stop = sim_run(s);
    const struct profile *p = sim_profile(s);
    if (stop.cause != SIM_EXIT) fail_msg("%s: %s", name, stop.text);
    if (p->console_bytes != net->expected.output_bytes ||
        memcmp(p->console, net->expected.output, p->console_bytes) != 0)
        fail_msg("%s: the output is not the reference kernels'", name);
    if (p->hclk_hz != b->clock_hz)
        fail_msg("%s: runs at %u Hz, the board file says %u", name, p->hclk_hz, b->clock_hz);
    if (p->unmodelled_count)
        fail_msg("%s: no model for the register at 0x%08x", name, p->unmodelled[0].addr);
    if (timing_disagreements(s->timing)) fail_msg("%s: memo and pipeline do not agree", name);
    if (p->default_count) fail_msg("%s: no timing for %s", name, p->defaults[0].name);
    sim_free(s);
    compile_result_done(&built);
    board_free(b);
}

static void every_board_runs_a_network(void **state)
{
    (void)state;
    if (!proc_found("arm-none-eabi-gcc")) {
        printf("skipped: arm-none-eabi-gcc is not installed\n");
        return;
    }
    static struct err e;
    struct arena a = {0};
    char dir[] = "/tmp/mcuscope-every-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct net net = {.path = arena_printf(&a, "%s/tiny.tflite", dir)};
    struct zoo_net *zoo = zoo_load("tiny", &e);
    if (!zoo || !model_build(zoo, MODEL_SEED, net.path, &e)) fail_msg("%s", e.text);
    zoo_free(zoo);
    if (!tflite_read(net.path, &a, &net.graph, &e) ||
        !oracle_input(&net.graph, "lcg", &a, &net.input, &e) ||
        !oracle_run(&net.graph, net.input, &a, &net.expected, &e))
        fail_msg("%s", e.text);
    size_t n;
    const char *const *list = board_list(&a, &n, &e);
    if (!list) fail_msg("%s", e.text);
    for (size_t i = 0; i < n; i++)
        run_on(list[i], &net, dir);
    const char *const clean[] = {"rm", "-rf", dir, NULL};
    proc_run(clean, NULL, NULL, &e);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_board_runs_a_network)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
