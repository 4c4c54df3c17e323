/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How fast the simulator is: one firmware under each way of counting, with the executor of
 * sim/exec and in Unicorn alone, against Unicorn without any hook (nothing counted at all).
 *
 *     bench_sim IMAGE BOARD     best of five: MIPS of host CPU time, and the ratio to bare
 *                               Unicorn; of time that passes where two threads run
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/run.h"
#include "sim/state.h"

enum { RUNS = 5 };

struct way {
    enum timing_kind timing;
    bool logs; /* instruction counting with the accesses that it does not need */
    bool bare;
    bool calls, range; /* options of sim.h */
    unsigned threads;
};

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Without its BLOCK hook the machine stops only where code cannot run. */
static bool bare_trap(void *context, enum machine_trap trap)
{
    struct sim *s = context;
    if (run_calls(&s->options).trap(context, trap)) return true;
    machine_set_reg(s->machine, MREG_PC, 0xe0000000U);
    return false;
}

/* Another machine into s, before the image is loaded: without hooks, or with the log. */
static bool exchange_machine(struct sim *s, const struct way *way, struct err *e)
{
    struct machine_calls calls = run_calls(&s->options);
    if (way->bare) {
        calls.block = NULL;
        calls.trap = bare_trap;
    }
    bool fast = s->takeover.on;
    takeover_done(s);
    memory_done(&s->memory);
    machine_free(s->machine);
    s->logs = way->logs;
    s->machine = machine_new(s->board->core, way->logs ? &s->log : NULL, &calls, s, e);
    if (!s->machine || !memory_init(&s->memory, s->board, s->machine, e)) return false;
    if (fast) takeover_init(s);
    return true;
}

/* One run; *instructions is set by runs that count. */
static bool run(const char *image, const struct board *b, const struct way *way,
                enum sim_executor executor, uint64_t *instructions, double *seconds,
                struct err *e)
{
    struct sim *s = sim_new(&(struct sim_options){.board = b,
                                                  .timing = way->timing,
                                                  .executor = executor,
                                                  .calls = way->calls,
                                                  .range = way->range,
                                                  .threads = way->threads},
                            e);
    bool good = s && (!(way->bare || way->logs) || exchange_machine(s, way, e)) &&
                sim_load(s, image, e);
    if (good) {
        bool two = way->range && way->threads != 1;
        clockid_t clock = two ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
        double start = seconds_of(clock);
        struct sim_stop stop = sim_run(s);
        *seconds = seconds_of(clock) - start;
        if (!way->bare) *instructions = sim_profile(s)->total.instructions;
        if (stop.cause != SIM_EXIT) good = err_set(e, ERR_FAULT, "%s: %s", image, stop.text);
    }
    sim_free(s);
    return good;
}

static bool measure(const char *image, const struct board *b, const struct way *way,
                    enum sim_executor executor, uint64_t *instructions, double *mips,
                    struct err *e)
{
    *mips = 0;
    for (int i = 0; i < RUNS; i++) {
        double seconds;
        if (!run(image, b, way, executor, instructions, &seconds, e)) return false;
        double now = (double)*instructions / seconds / 1e6;
        if (now > *mips) *mips = now;
    }
    return true;
}

static bool bench(const char *image, const struct board *b, struct err *e)
{
    static const struct {
        const char *name;
        struct way way;
    } ways[] = {
        {"instruction count", {.timing = TIMING_ICOUNT}},
        {"  with access log", {.timing = TIMING_ICOUNT, .logs = true}},
        {"model", {.timing = TIMING_MODEL}},
        {"  following calls", {.timing = TIMING_MODEL, .calls = true}},
        {"  with the range", {.timing = TIMING_MODEL, .range = true}},
        {"    on one thread", {.timing = TIMING_MODEL, .range = true, .threads = 1}},
    };
    uint64_t n = 0;
    double bare, fast, slow;
    if (!measure(image, b, &ways[0].way, EXECUTOR_FAST, &n, &fast, e) ||
        !measure(image, b, &(struct way){.timing = TIMING_ICOUNT, .bare = true},
                 EXECUTOR_UNICORN, &n, &bare, e))
        return false;
    printf("  %-26s %8s %6s %8s %6s\n", b->name, "MIPS", "ratio", "Unicorn", "ratio");
    printf("  %-26s %8s %6s %8.1f %6.2f\n", "bare Unicorn", "", "", bare, 1.0);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!measure(image, b, &ways[i].way, EXECUTOR_FAST, &n, &fast, e) ||
            !measure(image, b, &ways[i].way, EXECUTOR_UNICORN, &n, &slow, e))
            return false;
        bool model = strcmp(ways[i].name, "model") == 0;
        printf("  %-26s %8.1f %6.2f %8.1f %6.2f\n", model ? b->core_name : ways[i].name, fast,
               fast / bare, slow, slow / bare);
    }
    return true;
}

int main(int argc, char **argv)
{
    static struct err e;
    if (argc != 3) {
        fprintf(stderr, "usage: bench_sim IMAGE BOARD\n");
        return 2;
    }
    struct board *b = board_load(argv[2], &e);
    bool good = b && bench(argv[1], b, &e);
    if (!good) fprintf(stderr, "bench_sim: %s\n", e.text);
    board_free(b);
    return good ? 0 : err_exit(e.code);
}
