/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How fast the simulator is: one firmware under each way of counting, in one run.
 *
 *     bench_sim IMAGE BOARD     best of three, MIPS of host CPU time and the ratio to icount */
#include <stdio.h>
#include <time.h>

#include "sim/sim.h"

enum { RUNS = 3 };

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool measure(const char *image, const struct board *b, enum timing_kind kind,
                    double *mips, struct err *e)
{
    *mips = 0;
    for (int i = 0; i < RUNS; i++) {
        struct sim *s = sim_new(&(struct sim_options){.board = b, .timing = kind}, e);
        if (!s) return false;
        if (!sim_load(s, image, e)) {
            sim_free(s);
            return false;
        }
        double start = cpu_seconds();
        struct sim_stop stop = sim_run(s);
        double seconds = cpu_seconds() - start;
        double now = (double)sim_profile(s)->total.instructions / seconds / 1e6;
        if (now > *mips) *mips = now;
        sim_free(s);
        if (stop.cause != SIM_EXIT) return err_set(e, ERR_FAULT, "%s: %s", image, stop.text);
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
    double icount, model;
    if (!b || !measure(argv[1], b, TIMING_ICOUNT, &icount, &e) ||
        !measure(argv[1], b, TIMING_MODEL, &model, &e)) {
        fprintf(stderr, "bench_sim: %s\n", e.text);
        board_free(b);
        return err_exit(e.code);
    }
    printf("  %-24s %8s %8s\n", b->name, "MIPS", "ratio");
    printf("  %-24s %8.1f %8.2f\n", "instruction count", icount, 1.0);
    printf("  %-24s %8.1f %8.2f\n", b->core_name, model, model / icount);
    board_free(b);
    return 0;
}
