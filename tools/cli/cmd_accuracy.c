/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope accuracy: the error of the timing models against measured silicon. With --images,
 * the programs that are there (told by SHA-256) are simulated again and must give the recorded
 * count. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reports/accuracy.h"
#include "sim/mlperf.h"
#include "tools/base/file.h"
#include "tools/base/hash.h"
#include "tools/cli/simulate.h"

enum { INFERENCES = 4 };

/* Cycles of n inferences, of n frames of a streaming model, or below 0 with *e set. */
static double laps(const char *image, const struct board *b, unsigned n,
                   struct timing_range *range, struct err *e)
{
    struct mlperf_options o = {
        .sim = {.board = b, .range = true}, .inferences = n, .skip_results = true};
    struct mlperf_result r;
    struct sim *s = NULL;
    simulate_progress(&o.sim);
    if (!mlperf_run(image, &o, &r, &s, e)) return -1;
    *range = r.range;
    sim_free(s);
    if (r.stop.cause != SIM_EXIT) {
        simulate_failed(&r.stop, e);
        return -1;
    }
    return r.period_us > 0 ? r.cycles_per_inference * n : (double)r.lap_cycles;
}

/* The command's overhead goes away in the difference of two runs. */
static double per_inference(const char *image, const char *board, struct timing_range *range,
                            struct err *e)
{
    struct board *b = board_load(board, e);
    if (!b) return -1;
    double one = laps(image, b, INFERENCES, range, e);
    double two = one < 0 ? -1 : laps(image, b, 2 * INFERENCES, range, e);
    board_free(b);
    return two < 0 ? -1 : (two - one) / INFERENCES;
}

static const char *today(struct arena *a)
{
    char text[16];
    time_t now = time(NULL);
    struct tm utc;
    strftime(text, sizeof text, "%Y-%m-%d", gmtime_r(&now, &utc));
    return arena_str(a, text);
}

static bool again(struct cli *c, const struct accuracy *acc, const char *dir, struct err *e)
{
    struct dirent **entries;
    size_t found = 0, changed = 0;
    bool ok = true;
    int n = scandir(dir, &entries, NULL, alphasort);
    if (n < 0) return err_set(e, ERR_IO, "--images %s: cannot open the folder", dir);
    for (int k = 0; k < n; k++) {
        char *path = arena_printf(&c->arena, "%s/%s", dir, entries[k]->d_name), hex[HASH_HEX];
        free(entries[k]);
        if (!ok) continue;
        struct bytes file;
        if (!file_load(path, 0, &file, e)) continue; /* folders and the like */
        hash_sha256(file.data, file.len, hex);
        free(file.data);
        for (size_t i = 0; ok && i < acc->count; i++) {
            struct accuracy_row *r = &acc->rows[i];
            if (!r->image_sha256 || strcmp(r->image_sha256, hex) != 0) continue;
            if (!strstr(r->group, "whole images")) continue; /* others lack a protocol */
            struct timing_range range;
            double now = per_inference(path, r->board, &range, e);
            ok = now >= 0 || err_prefix(e, "%s", path);
            r->low = now * (1 + range.low_ppm * 1e-6);
            r->high = now * (1 + range.high_ppm * 1e-6);
            found++;
            changed += ok && fabs(now - r->simulated) > 0.005;
            if (ok && fabs(now - r->simulated) > 0.005) {
                printf("  %s: recorded %.2f, now %.2f cycles\n", r->anchor, r->simulated, now);
                r->simulated = now;
                r->date = today(&c->arena);
            }
        }
    }
    free(entries);
    cli_progress("%s", "");
    if (ok && !found)
        return err_set(e, ERR_MISSING, "--images %s: no file there is an image of an anchor",
                       dir);
    if (ok)
        printf("  simulated again: %zu images, %zu differ from what is recorded\n\n", found,
               changed);
    if (changed && !cli_has(c, "record")) c->exit_code = err_exit(ERR_GATE);
    return ok;
}

static bool run(struct cli *c, struct err *e)
{
    struct accuracy acc;
    struct buf out = {0};
    const char *format = cli_has(c, "format") ? cli_get(c, "format") : "text";
    const char *dir = file_data(&c->arena, "boards/measured", e);
    if (strcmp(format, "text") != 0 && strcmp(format, "md") != 0)
        return err_set(e, ERR_USAGE, "--format %s: have text and md", format);
    if (!dir || !accuracy_load(dir, &c->arena, &acc, e)) return false;
    if (cli_has(c, "images") && !again(c, &acc, cli_get(c, "images"), e)) return false;
    if (cli_has(c, "record") && !accuracy_save(&acc, dir, e)) return false;
    if (strcmp(format, "md") == 0)
        accuracy_markdown(&acc, &out);
    else
        accuracy_text(&acc, &out);
    bool ok = cli_write("-", buf_text(&out), e);
    buf_done(&out);
    return ok;
}

const struct cli_command cmd_accuracy = {
    .name = "accuracy",
    .group = "look things up",
    .arguments = "",
    .min_arguments = 0,
    .max_arguments = 0,
    .summary = "simulated cycles beside measured silicon, error by anchor\n\n"
               "With --images, images of anchors (told by SHA-256) are simulated again; exit\n"
               "code 1 when a count differs from the recorded one.",
    .example = "mcuscope accuracy --format md",
    .options =
        (const struct cli_option[]){
            {"format", "NAME", "text (default) or md"},
            {"images", "DIR", "simulate the images found there again"},
            {"record", NULL, "write what they gave to boards/measured/results.csv"},
            {0}},
    .run = run,
};
