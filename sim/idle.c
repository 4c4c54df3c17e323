/* SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sim/idle.h"

#include "sim/fault.h"
#include "sim/run.h"
#include "sim/state.h"

static uint64_t charge_sum(const struct charge *c)
{
    uint64_t sum = 0;
    for (int i = 0; i < CAUSE_COUNT; i++)
        sum += c->cycles[i];
    return sum;
}

/* Time passes until the next event; false when none can come. */
static bool sleep_until_event(struct sim *s)
{
    uint64_t next = events_next(&s->events);
    if (next == UINT64_MAX) return false;
    if (next > run_max_cycles(s)) next = run_max_cycles(s);
    if (next > s->now) sim_charge(s, CAUSE_IDLE, next - s->now);
    events_run(&s->events, s->now);
    return true;
}

static void sleep_until(struct sim *s, bool (*awake)(const struct sim *s), const char *how)
{
    while (!s->ended && !awake(s) && s->now < run_max_cycles(s))
        if (!sleep_until_event(s) && !host_waits(&s->host, s, true)) {
            fault_text(s, SIM_DEADLOCK, machine_reg(s->machine, MREG_PC), how);
            return;
        }
    s->attention = true;
}

void idle_wfi(struct sim *s)
{
    sim_finish_block(s, machine_reg(s->machine, MREG_PC));
    sleep_until(s, nvic_wakes,
                "WFI sleeps for ever: no interrupt is enabled that could still come");
}

static bool signalled(const struct sim *s)
{
    return s->nvic.event || nvic_next(s);
}

/* Goes on when an event was registered (SEV, an exception's entry or return, SEVONPEND). */
void idle_wfe(struct sim *s)
{
    sim_finish_block(s, machine_reg(s->machine, MREG_PC));
    sleep_until(s, signalled, "WFE sleeps for ever: no event can still come");
    s->nvic.event = false;
}

static bool can_run(const struct sim *s)
{
    return nvic_next(s) != 0;
}

void idle_on_exit(struct sim *s)
{
    sleep_until(
        s, can_run,
        "SCR.SLEEPONEXIT sleeps for ever: no interrupt is enabled that could still come");
}

/* A loop with nothing to wait for ends the run; otherwise it skips to the next event, charged
 * as the rounds that fit. */
void idle_spin(struct sim *s)
{
    struct charge c = s->trace.pending; /* one round */
    uint64_t round = charge_sum(&c), next = events_next(&s->events);
    trace_flush(&s->trace);
    if (host_waits(&s->host, s, next == UINT64_MAX && !nvic_next(s))) return;
    /* The handler of a fault that nothing can interrupt has given up, unless it asks a device.
     */
    bool gave_up = s->faults.handler && !s->spin.polled && nvic_level(s) <= 0;
    if ((next == UINT64_MAX && !nvic_next(s)) || gave_up) {
        fault_loop(s);
        return;
    }
    if (next > run_max_cycles(s)) next = run_max_cycles(s);
    if (round == 0 || next <= s->now) return;
    uint64_t rounds = (next - s->now) / round, most = UINT32_MAX / (c.instructions + 1U);
    if (rounds > most) rounds = most;
    for (int i = 0; i < CAUSE_COUNT; i++)
        if (c.cycles[i]) sim_charge(s, (enum cause)i, c.cycles[i] * rounds);
    s->trace.pending.instructions = (uint32_t)(c.instructions * rounds);
    trace_flush(&s->trace);
}
