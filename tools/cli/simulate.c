/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/cli/simulate.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/gdb/server.h"
#include "tools/base/buf.h"

bool simulate_options(const struct cli *c, struct sim_options *o, struct err *e)
{
    const char *timing = cli_get(c, "timing");
    uint64_t seconds, threads;
    if (!timing || strcmp(timing, "model") == 0)
        o->timing = TIMING_MODEL;
    else if (strcmp(timing, "icount") == 0)
        o->timing = TIMING_ICOUNT;
    else
        return err_set(e, ERR_USAGE, "--timing %s: have model and icount", timing);
    const char *executor = cli_get(c, "core");
    if (executor && strcmp(executor, "unicorn") == 0)
        o->executor = EXECUTOR_UNICORN;
    else if (executor && strcmp(executor, "fast") != 0)
        return err_set(e, ERR_USAGE, "--core %s: have fast and unicorn", executor);
    o->verify_core = cli_has(c, "verify-core");
    o->range = !cli_has(c, "no-range");
    if (!cli_number(c, "max-cycles", 0, &o->max_cycles, e) ||
        !cli_number(c, "max-host-seconds", 0, &seconds, e) ||
        !cli_number(c, "threads", 2, &threads, e))
        return false;
    if (threads != 1 && threads != 2)
        return err_set(e, ERR_USAGE, "--threads %s: have 1 and 2", cli_get(c, "threads"));
    o->threads = (unsigned)threads;
    o->max_host_seconds = (double)seconds;
    o->strict = cli_has(c, "strict");
    return true;
}

/* Splits at commas that are in no brackets: a pattern may hold some. */
static const char **split_rules(struct arena *a, const char *list, size_t *n)
{
    const char **out = arena_array(a, strlen(list) + 2, sizeof *out); /* … and one more */
    char *copy = arena_str(a, list);
    int depth = 0;
    *n = 0;
    for (char *word = copy, *p = copy;; p++) {
        if (*p && strchr("([{", *p)) depth++;
        if (*p && strchr(")]}", *p) && depth) depth--;
        if (*p && (*p != ',' || depth)) continue;
        bool last = !*p;
        *p = 0;
        if (*word) out[(*n)++] = word;
        if (last) return out;
        word = p + 1;
    }
}

void simulate_layers(struct cli *c, const char *invoke, struct sim_options *o)
{
    o->symbols = cli_get(c, "symbols");
    if (!cli_has(c, "layers")) return;
    size_t n;
    const char **words = split_rules(&c->arena, cli_get(c, "layers"), &n);
    if (!n) words[n++] = ""; /* refused where the others are looked at */
    bool known = !invoke;    /* the inference must be a row for its cycles to be known */
    for (size_t i = 0; i < n && !known; i++)
        known = strcmp(words[i], invoke) == 0 ||
                (strncmp(words[i], "calls-of:", 9) == 0 && strcmp(words[i] + 9, invoke) == 0);
    if (!known) words[n++] = invoke;
    o->layers = words;
    o->layer_count = n;
}

void simulate_say_layers(const struct profile *p)
{
    for (size_t i = 0; i < p->layer_rule_count; i++)
        fprintf(stderr, "mcuscope: layers by %s%s%s\n", p->layer_rules[i],
                p->inference ? ", an inference is a call of " : "",
                p->inference ? p->inference : "");
}

void simulate_say_verified(const struct sim_options *o, const struct profile *p)
{
    char number[BUF_COMMAS];
    if (o->verify_core)
        fprintf(stderr, "mcuscope: %s instructions were run twice and compared\n",
                buf_commas(number, (int64_t)p->verified_instructions));
}

static void say_waiting(void *image, unsigned port)
{
    fprintf(stderr, "gdb: waiting on 127.0.0.1:%u: gdb-multiarch -ex 'target remote :%u' %s\n",
            port, port, (const char *)image);
}

bool simulate_gdb(const struct cli *c, struct sim_options *o, struct err *e)
{
    uint64_t port;
    if (!cli_has(c, "gdb")) return true;
    if (!cli_number(c, "gdb", 0, &port, e)) return false;
    if (port > 65535) return err_set(e, ERR_USAGE, "--gdb %s: 0 to 65535", cli_get(c, "gdb"));
    o->gdb = gdb_listen((unsigned)port, e);
    if (!o->gdb) return false;
    gdb_on_wait(o->gdb, say_waiting, (void *)c->argument[0]);
    return true;
}

static void progress(void *context, uint64_t cycles)
{
    char number[BUF_COMMAS];
    (void)context;
    cli_progress("simulating: %s cycles", buf_commas(number, (int64_t)cycles));
}

void simulate_progress(struct sim_options *o)
{
    if (!o->progress) o->progress = progress;
}

bool simulate(const struct sim_options *options, const char *image, struct sim **out,
              struct sim_stop *stop, struct err *e)
{
    struct sim_options o = *options;
    simulate_progress(&o);
    struct sim *s = sim_new(&o, e);
    if (!s) return false;
    if (!sim_load(s, image, e)) {
        sim_free(s);
        return false;
    }
    *stop = sim_run(s);
    cli_progress("%s", "");
    simulate_say_verified(&o, sim_profile(s));
    *out = s;
    return true;
}

bool simulate_failed(const struct sim_stop *stop, struct err *e)
{
    enum err_code code = stop->cause == SIM_INTERNAL ? ERR_INTERNAL : ERR_FAULT;
    return err_set(
        e, code, "the firmware did not finish: %s at pc 0x%08" PRIx32 ", cycle %" PRIu64 "\n%s",
        sim_cause_name(stop->cause), stop->pc, stop->cycle, stop->text);
}

/* Memory beside the chip is a row of the report only then. */
static bool was_used(const struct profile *p, const struct region *r)
{
    for (size_t i = 0; i < p->region_count; i++)
        if (p->regions[i].base == r->base)
            return p->regions[i].static_bytes || p->regions[i].touched_bytes;
    return false;
}

void simulate_join(struct join_inputs *in, const struct board *b, const struct sim_stop *stop,
                   const struct profile *p, struct arena *a)
{
    struct join_region *regions = arena_array(a, b->region_count, sizeof *regions);
    in->tool_version = MCUSCOPE_VERSION;
    in->board_name = b->name;
    in->board_title = b->title;
    in->board_chip = b->chip;
    in->board_core = b->core_name;
    in->board_sha256 = b->sha256;
    in->clock_hz = b->clock_hz;
    in->sram_bytes = b->sram_bytes;
    in->flash_bytes = b->flash_bytes;
    for (size_t i = 0; i < b->region_count; i++)
        if (b->regions[i].kind == REGION_RAM && !b->regions[i].alias_of &&
            (!b->regions[i].sdram || was_used(p, &b->regions[i])))
            regions[in->region_count++] = (struct join_region){
                b->regions[i].name, b->regions[i].base, b->regions[i].size};
    in->regions = regions;
    char *cause = arena_str(a, sim_cause_name(stop->cause));
    for (char *s = cause; *s; s++)
        *s = (char)tolower((unsigned char)*s);
    in->stop = cause;
    in->stop_text = stop->text;
    in->exit_code = stop->cause == SIM_EXIT_CODE ? (int64_t)stop->code : 0;
    in->host_seconds = p->host_seconds;
}
