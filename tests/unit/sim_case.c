/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * MCUSCOPE_FIRMWARE is the folder of the built test firmwares; CMake defines it.
 */
#include "sim_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/state.h"
#include "tools/base/file.h"

const char *firmware(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", MCUSCOPE_FIRMWARE, name);
    if (file_exists(path)) return path;
    printf("skipped: %s is not built (arm-none-eabi-gcc is missing)\n", name);
    return NULL;
}

struct sim_case case_run(const char *image, const char *board, struct sim_options options)
{
    struct err e = {0};
    struct sim_case c = {.board = board_load(board, &e)};
    if (!c.board) fail_msg("%s", e.text);
    options.board = c.board;
    if (!options.max_cycles) options.max_cycles = 1000000;
    c.sim = sim_new(&options, &e);
    if (!c.sim) fail_msg("%s", e.text);
    if (!sim_load(c.sim, image, &e)) fail_msg("%s", e.text);
    c.stop = sim_run(c.sim);
    c.profile = sim_profile(c.sim);
    return c;
}

struct sim_case case_input(const char *image, const char *board, const char *input)
{
    return case_run(
        image, board,
        (struct sim_options){.console_in = input, .console_in_bytes = strlen(input)});
}

void case_done(struct sim_case *c)
{
    sim_free(c->sim);
    board_free(c->board);
}

void case_ended(const struct sim_case *c, enum sim_cause cause, const char *text)
{
    const struct profile *p = c->profile;
    if (c->stop.cause != cause) fail_msg("%s: %s", c->board->name, c->stop.text);
    if (p->console_bytes != strlen(text) || memcmp(p->console, text, strlen(text)) != 0)
        fail_msg("%s: %.*s", c->board->name, (int)p->console_bytes, p->console);
}

struct sim *case_machine_with(const char *board, struct board **b, struct sim_options options)
{
    struct err e;
    *b = board_load(board, &e);
    if (!*b) fail_msg("%s", e.text);
    options.board = *b;
    struct sim *s = sim_new(&options, &e);
    if (!s) fail_msg("%s", e.text);
    return s;
}

struct sim *case_machine(const char *board, struct board **b)
{
    return case_machine_with(board, b, (struct sim_options){0});
}

void case_machine_done(struct sim *s, struct board *b)
{
    sim_free(s);
    board_free(b);
}

void case_pass(struct sim *s, uint64_t cycle)
{
    while (events_next(&s->events) <= cycle) {
        s->now = events_next(&s->events);
        events_run(&s->events, s->now);
    }
    s->now = cycle;
}

void case_set(struct sim *s, uint32_t addr, uint32_t bits)
{
    bus_write(&s->bus, addr, 4, bus_read(&s->bus, addr, 4) | bits);
}
