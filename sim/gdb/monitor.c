/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a person types behind "monitor" in the debugger.
 */
#include <inttypes.h>
#include <string.h>

#include "sim/gdb/session.h"
#include "sim/state.h"

static void help(struct sim *s, struct buf *out)
{
    (void)s;
    buf_puts(out, "cycles   simulated cycles since the start, and the clock now\n"
                  "regs     every register of the core, and the exception that runs\n"
                  "reset    reset the chip: memory holds the image again, time goes on\n"
                  "help     this list\n");
}

static void cycles(struct sim *s, struct buf *out)
{
    uint64_t now = target_cycles(s);
    uint32_t hz = s->chip.hclk_hz;
    buf_printf(out, "%" PRIu64 " cycles, core clock %" PRIu32 " Hz\n", now, hz);
}

static void registers(struct sim *s, struct buf *out)
{
    for (unsigned i = 0; i < TARGET_CORE; i++)
        buf_printf(out, "%-9s 0x%08" PRIx64 "%s", target_register_name(i),
                   target_register(s, i), i % 4 == 3 || i == TARGET_CORE - 1 ? "\n" : "  ");
    if (nvic_active(s)) buf_printf(out, "in the handler of exception %u\n", nvic_active(s));
}

static void reset(struct sim *s, struct buf *out)
{
    sim_reset(s);
    buf_printf(out, "reset: pc 0x%08" PRIx32 "\n", machine_reg(s->machine, MREG_PC));
}

/* The machine is halted whenever it listens. */
static void halt(struct sim *s, struct buf *out)
{
    buf_printf(out, "halted: pc 0x%08" PRIx32 "\n", machine_reg(s->machine, MREG_PC));
}

/* The last three are what set-ups for OpenOCD and J-Link send. */
static const struct {
    const char *name;
    void (*run)(struct sim *s, struct buf *out);
} commands[] = {{"help", help},   {"cycles", cycles},    {"regs", registers},
                {"reset", reset}, {"reset halt", reset}, {"reset init", reset},
                {"halt", halt}};

void gdb_monitor(struct sim *s, const char *line, struct buf *out)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(line, commands[i].name) == 0) {
            commands[i].run(s, out);
            return;
        }
    buf_printf(out, "monitor %s is not known; have:\n", line);
    help(s, out);
}
