/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mcuscope mlperf IMAGE: speaks the runner's side of the MLPerf Tiny protocol with a firmware
 * image and prints latency as the firmware's own timer measured it, beside simulated cycles. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/export.h"
#include "sim/gdb/server.h"
#include "sim/mlperf.h"
#include "tools/base/buf.h"
#include "tools/base/file.h"
#include "tools/base/json.h"
#include "tools/cli/output.h"
#include "tools/cli/simulate.h"
#include "tools/cli/tracing.h"

static double off(double cycles, int32_t ppm)
{
    return cycles * (1 + ppm * 1e-6);
}

static bool ended_badly(const struct mlperf_result *r)
{
    return r->stop.cause != SIM_EXIT;
}

/* A run that ended badly has measured nothing: null, not 0. */
static void set_figure(struct json *j, const struct mlperf_result *r, const char *key,
                       double value)
{
    if (ended_badly(r))
        json_set_str(j, key, NULL);
    else
        json_set_real(j, key, value, 3);
}

static bool write_json(const struct cli *c, const struct mlperf_result *r, const struct sim *s,
                       const struct board *b, struct err *e)
{
    struct json *j = profile_json(sim_profile(s));
    struct json *results = json_new_array();
    json_set_str(j, "board", b->name);
    json_set_str(j, "name", r->name);
    json_set_str(j, "model", r->model);
    json_set_str(j, "profile_name", r->profile_name);
    json_set_str(j, "stop", ended_badly(r) ? r->stop.text : NULL);
    set_figure(j, r, "cycles_per_inference", r->cycles_per_inference);
    set_figure(j, r, "cycles_per_inference_low",
               off(r->cycles_per_inference, r->range.low_ppm));
    set_figure(j, r, "cycles_per_inference_high",
               off(r->cycles_per_inference, r->range.high_ppm));
    set_figure(j, r, "us_per_inference", r->us_per_inference);
    if (r->period_us > 0) set_figure(j, r, "period_us", r->period_us);
    json_set_uint(j, "inferences", r->inferences);
    json_set_uint(j, "lap_us", r->lap_us);
    json_set_uint(j, "lap_cycles", r->lap_cycles);
    for (size_t i = 0; i < r->result_count; i++)
        json_push_real(results, r->results[i], 6);
    json_set(j, "results", results);
    char *text = json_text(j);
    bool ok = cli_write(cli_get(c, "json"), text, e);
    free(text);
    json_free(j);
    return ok;
}

static void print_text(const struct mlperf_result *r, const struct sim *s,
                       const struct board *b)
{
    const struct profile *p = sim_profile(s);
    char n[BUF_COMMAS];
    printf("  name            : %s\n", r->name);
    printf("  profile         : %s, model %s\n", r->profile_name, r->model);
    printf("  board           : %s, simulated, timing model %s version %s\n", b->title,
           p->timing_name, p->timing_version);
    if (ended_badly(r)) {
        printf("  no latency      : the firmware did not finish; the runner's last command was "
               "\"%s\"\n",
               r->step);
        return;
    }
    printf("  inferences      : %u\n", r->inferences);
    if (r->period_us > 0)
        printf("  processing      : %.3f us of each %.3f us (duty cycle %.4f), by its pin\n",
               r->us_per_inference, r->period_us, r->us_per_inference / r->period_us);
    else
        printf("  latency         : %.3f us per inference, by the firmware's own timer\n",
               r->us_per_inference);
    printf("  cycles          : %s per inference at %.1f MHz",
           buf_commas(n, (int64_t)(r->cycles_per_inference + 0.5)), p->hclk_hz / 1e6);
    if (r->range.low_ppm || r->range.high_ppm)
        printf(" (silicon expected within %+.1f to %+.1f %%)", r->range.low_ppm * 1e-4,
               r->range.high_ppm * 1e-4);
    printf("\n");
    printf("  throughput      : %.3f inf./sec.\n",
           r->us_per_inference > 0 ? 1e6 / r->us_per_inference : 0.0);
    if (*r->results_text) printf("  results         : [%s]\n", r->results_text);
}

/* The profile as `run` shows it, when somebody asked about more than the latency. */
static bool print_profile(struct cli *c, const struct mlperf_result *r, const struct sim *s,
                          const struct board *b, struct err *e)
{
    if (!cli_has(c, "layers") && !cli_has(c, "functions")) return true;
    struct report report;
    const struct report *list = &report;
    struct buf out = {0};
    struct json *profile = profile_json(sim_profile(s));
    struct join_inputs in = {
        .profile = profile,
        .model_name = file_stem(&c->arena, c->argument[0]),
        .schedule = "-",
        .reproducible = cli_has(c, "reproducible"),
    };
    simulate_join(&in, b, &r->stop, sim_profile(s), &c->arena);
    bool ok = report_join(&in, &report, e);
    if (ok) {
        ok = exporter_find("text")->write(&list, 1, &out, e);
        printf("\n%s", buf_text(&out));
        report_done(&report);
    }
    buf_done(&out);
    json_free(profile);
    return ok;
}

static bool run(struct cli *c, struct err *e)
{
    struct mlperf_options o = {.model = cli_get(c, "model")};
    struct mlperf_result r;
    struct sim *s = NULL;
    struct bytes input = {0};
    struct tracing t = {0};
    uint64_t inferences, warmups;
    bool ok = false;
    if (!cli_has(c, "board"))
        return err_set(e, ERR_USAGE, "--board is needed; mcuscope list boards");
    static const char *const written[] = {"json"};
    if (!cli_may_write(c, written, 1, e)) return false;
    struct board *b = board_load(cli_get(c, "board"), e);
    if (!b) return false;
    if (!simulate_options(c, &o.sim, e) || !simulate_gdb(c, &o.sim, e) ||
        !cli_number(c, "inferences", 10, &inferences, e) ||
        !cli_number(c, "warmups", 0, &warmups, e))
        goto done;
    if (inferences < 1 || inferences > 100000 || warmups > 100000) {
        err_set(e, ERR_USAGE, "--inferences 1 to 100000, --warmups 0 to 100000");
        goto done;
    }
    if (cli_has(c, "input") && !file_load(cli_get(c, "input"), 0, &input, e)) goto done;
    o.input = input.data;
    o.input_bytes = input.len;
    o.inferences = (unsigned)inferences;
    o.warmups = (unsigned)warmups;
    o.sim.board = b;
    simulate_layers(c, NULL, &o.sim);
    if (!tracing_options(c, &t, &o.sim, e)) goto done;
    simulate_progress(&o.sim);
    if (!mlperf_run(c->argument[0], &o, &r, &s, e)) goto done;
    cli_progress("%s", "");
    if (cli_has(c, "json") && !write_json(c, &r, s, b, e)) goto done;
    if (!cli_has(c, "json") || strcmp(cli_get(c, "json"), "-") != 0) {
        printf("%s\n", c->argument[0]);
        print_text(&r, s, b);
        if (!print_profile(c, &r, s, b, e)) goto done;
    }
    simulate_say_layers(sim_profile(s));
    simulate_say_verified(&o.sim, sim_profile(s));
    if (!tracing_write(c, sim_profile(s), e)) goto done;
    ok = !ended_badly(&r) || simulate_failed(&r.stop, e);
done:
    ok = tracing_done(&t, s ? sim_profile(s) : NULL, ok, e);
    sim_free(s);
    gdb_free(o.sim.gdb);
    free(input.data);
    board_free(b);
    return ok;
}

const struct cli_command cmd_mlperf = {
    .name = "mlperf",
    .group = "one stage at a time",
    .arguments = "IMAGE",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "run an MLPerf Tiny performance image: latency, cycles, inferences per second",
    .example = "mcuscope mlperf kws.bin --board stm32f746g-disco",
    .options =
        (const struct cli_option[]){
            {"board", "NAME", "the board (mcuscope list boards), or a board JSON file"},
            {"model", "NAME", "kws, ic, vww, ad or sww (default: as the firmware says)"},
            {"inferences", "N", "how many are timed together (default 10)"},
            {"warmups", "N", "how many run before (default 0)"},
            {"input", "FILE", "input bytes (default zeros); sww: audio, raw 16-bit at 16 kHz"},
            SIMULATE_OPTIONS,
            SIMULATE_LAYERS,
            SIMULATE_GDB,
            TRACING_OPTIONS,
            {"json", "FILE",
             "result and profile as JSON; - for standard output instead of text"},
            {0}},
    .run = run,
};
