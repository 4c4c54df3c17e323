/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A conversation is a list of steps; each "m-ready" lets the next one go. Firmware that was not
 * ready to receive yet loses nothing: the virtual line holds a byte until it is taken.
 */
#include "sim/mlperf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/pulses.h"
#include "tools/base/arena.h"

enum step {
    STEP_BOOT,
    STEP_NAME,
    STEP_PROFILE,
    STEP_TIMESTAMP,
    STEP_LOAD,
    STEP_DATA,
    STEP_INFER,
    STEP_LOAD_AGAIN,
    STEP_DATA_AGAIN,
    STEP_INFER_ONCE,
    STEP_RESULTS,
    STEP_START, /* a streaming model: sww */
    STEP_LISTEN,
    STEP_STOP,
    STEP_END,
};

enum { LINE_BYTES = 32, INPUT_MAX = 1 << 20, MARK_NS = 20000 /* shorter pulses are marks */ };

struct talk {
    const struct mlperf_options *options;
    struct mlperf_result *result;
    enum step step;
    size_t input_bytes, sent;
    char line[1024];
    size_t length;
    unsigned laps;
    uint64_t lap_us[2], lap_cycles[2];
    char port[16];
    struct pulses pulses;
    bool refused;
    char trouble[640];
};

#define HAVE "(have: kws, ic, vww, ad, sww)"
static const struct model {
    const char *name;   /* or how it begins */
    size_t input_bytes; /* 0: it hears a stream of audio instead */
} models[] = {{"kws", 490}, {"ic", 3072}, {"vww", 27648}, {"ad", 2560}, {"sww", 0}};

static const struct model *model_of(const char *name)
{
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        if (strncmp(name, models[i].name, strlen(models[i].name)) == 0) return &models[i];
    return NULL;
}

static size_t model_bytes(const char *name)
{
    const struct model *m = model_of(name);
    return m ? m->input_bytes : 0;
}

static bool streams(const struct talk *t)
{
    const struct model *m = model_of(t->options->model ? t->options->model : t->result->model);
    return m && !m->input_bytes;
}

static void command(struct sim *s, const char *port, const char *text)
{
    sim_send(s, port, text, strlen(text));
}

static void send_data(struct talk *t, struct sim *s, const char *port)
{
    char text[2 * LINE_BYTES + 8] = "db ";
    size_t at = 3;
    for (size_t i = 0; i < LINE_BYTES && t->sent < t->input_bytes; i++, t->sent++) {
        unsigned byte =
            t->options->input ? ((const unsigned char *)t->options->input)[t->sent] : 0;
        at += (size_t)snprintf(text + at, sizeof text - at, "%02x", byte);
    }
    snprintf(text + at, sizeof text - at, "%%");
    command(s, port, text);
}

static void refuse(struct talk *t, struct sim *s, const char *what)
{
    if (!t->refused) snprintf(t->trouble, sizeof t->trouble, "%s", what);
    t->refused = true;
    sim_finish(s);
}

/* The step after `step`, once the firmware is ready. */
static enum step next_step(const struct talk *t)
{
    if ((t->step == STEP_DATA || t->step == STEP_DATA_AGAIN) && t->sent < t->input_bytes)
        return t->step;
    if (t->step == STEP_INFER && t->options->skip_results) return STEP_END;
    if (t->step == STEP_TIMESTAMP && streams(t)) return STEP_START;
    if (t->step == STEP_RESULTS) return STEP_END;
    return t->step + 1;
}

static void ready(struct talk *t, struct sim *s, const char *port)
{
    char text[64];
    t->step = next_step(t);
    switch (t->step) {
    case STEP_BOOT:
        return;
    case STEP_NAME:
        command(s, port, "name%");
        return;
    case STEP_PROFILE:
        command(s, port, "profile%");
        return;
    case STEP_TIMESTAMP:
        command(s, port, "timestamp%");
        return;
    case STEP_LOAD:
        if (!t->input_bytes) t->input_bytes = model_bytes(t->result->model);
        if (!t->input_bytes) {
            refuse(t, s, "the firmware names no model that is known " HAVE);
            return;
        }
        /* falls through */
    case STEP_LOAD_AGAIN:
        t->sent = 0;
        snprintf(text, sizeof text, "db load %zu%%", t->input_bytes);
        command(s, port, text);
        return;
    case STEP_DATA:
    case STEP_DATA_AGAIN:
        send_data(t, s, port);
        return;
    case STEP_INFER:
        t->laps = 0;
        snprintf(text, sizeof text, "infer %u %u%%", t->result->inferences,
                 t->options->warmups);
        command(s, port, text);
        return;
    case STEP_INFER_ONCE:
        command(s, port, "infer 1 0%");
        return;
    case STEP_RESULTS:
        command(s, port, "results%");
        return;
    case STEP_START:
        command(s, port, "start%");
        return;
    case STEP_LISTEN:
        pulses_begin(&t->pulses, t->options->warmups, MARK_NS);
        sim_range_restart(s);
        return;
    case STEP_STOP:
        command(s, port, "stop%");
        return;
    case STEP_END:
        sim_finish(s);
        return;
    }
}

/* "…[text]" of a line into out. */
static void bracket(const char *line, char *out, size_t out_bytes)
{
    const char *from = strchr(line, '[');
    if (!from) return;
    size_t n = strcspn(from + 1, "]");
    if (n >= out_bytes) n = out_bytes - 1;
    memcpy(out, from + 1, n);
    out[n] = 0;
}

static void take_results(struct mlperf_result *r)
{
    const char *p = r->results_text;
    for (r->result_count = 0; r->result_count < MLPERF_RESULTS && *p;) {
        char *end;
        double v = strtod(p, &end);
        if (end == p) return;
        r->results[r->result_count++] = v;
        p = *end == ',' ? end + 1 : end;
    }
}

static void take_line(struct talk *t, struct sim *s, const char *port)
{
    struct mlperf_result *r = t->result;
    const char *line = t->line;
    if (strncmp(line, "m-name-", 7) == 0)
        bracket(line, r->name, sizeof r->name);
    else if (strncmp(line, "m-profile-", 10) == 0)
        bracket(line, r->profile_name, sizeof r->profile_name);
    else if (strncmp(line, "m-model-", 8) == 0)
        bracket(line, r->model, sizeof r->model);
    else if (strncmp(line, "m-lap-us-", 9) == 0 && t->step == STEP_INFER && t->laps < 2) {
        t->lap_cycles[t->laps] = sim_cycles(s);
        if (t->laps == 0)
            sim_range_restart(s);
        else
            r->range = sim_range(s);
        t->lap_us[t->laps++] = strtoull(line + 9, NULL, 10);
    } else if (strncmp(line, "m-results-", 10) == 0) {
        bracket(line, r->results_text, sizeof r->results_text);
        take_results(r);
    } else if (strncmp(line, "e-", 2) == 0) {
        char text[600];
        snprintf(text, sizeof text, "the firmware answers \"%.400s\"", line);
        refuse(t, s, text);
    } else if (strcmp(line, "m-ready") == 0) {
        ready(t, s, port);
    }
}

/* A pin of a streaming firmware: enough frames end the listening. */
static void output(void *context, struct sim *s, const char *port, uint32_t pins)
{
    struct talk *t = context;
    bool ended = pulses_output(&t->pulses, port, pins, sim_ns(s));
    if (t->step != STEP_LISTEN || !ended ||
        pulses_busiest(&t->pulses)->count < t->options->warmups + t->result->inferences)
        return;
    t->result->range = sim_range(s);
    ready(t, s, t->port);
}

static void serial(void *context, struct sim *s, const char *port, uint8_t byte)
{
    struct talk *t = context;
    if (byte == '\r') return;
    if (byte != '\n') {
        if (t->length + 1 < sizeof t->line) t->line[t->length++] = (char)byte;
        return;
    }
    t->line[t->length] = 0;
    t->length = 0;
    snprintf(t->port, sizeof t->port, "%s", port);
    take_line(t, s, port);
}

static bool measured(const struct talk *t, uint32_t hclk_hz, struct err *e)
{
    static const char *const steps[] = {
        [STEP_BOOT] = "boot",       [STEP_NAME] = "name",
        [STEP_PROFILE] = "profile", [STEP_TIMESTAMP] = "timestamp",
        [STEP_LOAD] = "db load",    [STEP_DATA] = "db",
        [STEP_INFER] = "infer",     [STEP_LOAD_AGAIN] = "db load",
        [STEP_DATA_AGAIN] = "db",   [STEP_INFER_ONCE] = "infer 1 0",
        [STEP_RESULTS] = "results", [STEP_START] = "start",
        [STEP_LISTEN] = "start",    [STEP_STOP] = "stop",
        [STEP_END] = "the end",
    };
    struct mlperf_result *r = t->result;
    r->step = steps[t->step];
    if (t->refused)
        return err_set(e, ERR_UNSUPPORTED, "%s (after \"%s\")", t->trouble, r->step);
    if (r->stop.cause != SIM_EXIT) return true;
    if (t->step == STEP_BOOT)
        return err_set(e, ERR_UNSUPPORTED,
                       "the firmware has ended and never said \"m-ready\" on a serial port: is "
                       "this an MLPerf Tiny performance image?");
    if (streams(t)) {
        const struct pulse_pin *pin = pulses_busiest(&t->pulses);
        double n = r->inferences;
        r->us_per_inference = (double)pin->high / n * 1e-3;
        r->cycles_per_inference = r->us_per_inference * hclk_hz * 1e-6;
        r->lap_cycles = (uint64_t)(r->cycles_per_inference * n + 0.5);
        if (n > 1) r->period_us = (double)(pin->last - pin->first) / (n - 1) * 1e-3;
        return true;
    }
    if (t->laps != 2)
        return err_set(e, ERR_UNSUPPORTED,
                       "the firmware has ended after \"%s\" and printed %u of 2 lap times",
                       r->step, t->laps);
    r->lap_us = (t->lap_us[1] - t->lap_us[0]) & 0xffffffffU;
    r->lap_cycles = t->lap_cycles[1] - t->lap_cycles[0];
    r->us_per_inference = (double)r->lap_us / r->inferences;
    r->cycles_per_inference = r->us_per_inference * hclk_hz * 1e-6;
    return true;
}

bool mlperf_run(const char *image, const struct mlperf_options *options,
                struct mlperf_result *result, struct sim **sim_out, struct err *e)
{
    *result = (struct mlperf_result){0};
    result->inferences = options->inferences ? options->inferences : 10;
    struct talk t = {.options = options, .result = result};
    t.input_bytes = options->input_bytes;
    if (!t.input_bytes && options->model) t.input_bytes = model_bytes(options->model);
    if ((options->model && !model_of(options->model)) || t.input_bytes > INPUT_MAX)
        return err_set(e, ERR_USAGE, "model %s is not known " HAVE,
                       options->model ? options->model : "with such an input");
    struct sim_options so = options->sim;
    so.serial = serial;
    so.output = output;
    so.dwt_open = true; /* published H7A3 images count on it: they wait by CYCCNT */
    so.audio = options->input;
    so.audio_samples = options->input_bytes / sizeof *so.audio;
    so.context = &t;
    so.console = NULL;
    so.progress = NULL;
    struct sim *s = sim_new(&so, e);
    if (!s) return false;
    bool good = sim_load(s, image, e);
    if (good) {
        result->stop = sim_run(s);
        good = measured(&t, sim_profile(s)->hclk_hz, e);
    }
    if (good && sim_out)
        *sim_out = s;
    else
        sim_free(s);
    return good;
}
