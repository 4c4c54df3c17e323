/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/trace/annotate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cpu/decode.h"

enum { CAUSES_SHOWN = 3 };

/* "flash 12, operand 3": the largest causes besides issue. */
static void stalls(const uint64_t causes[CAUSE_COUNT], struct buf *out)
{
    bool done[CAUSE_COUNT] = {[CAUSE_ISSUE] = true};
    for (int k = 0; k < CAUSES_SHOWN; k++) {
        int best = -1;
        for (int i = 0; i < CAUSE_COUNT; i++)
            if (!done[i] && causes[i] && (best < 0 || causes[i] > causes[best])) best = i;
        if (best < 0) return;
        done[best] = true;
        buf_printf(out, "%s%s %" PRIu64, k ? ", " : "", cause_name((enum cause)best),
                   causes[best]);
    }
}

static void number(struct buf *out, uint64_t v, unsigned width)
{
    char text[BUF_COMMAS];
    buf_printf(out, " %*s", (int)width, buf_commas(text, (int64_t)v));
}

static void line(const struct profile_row *f, const struct profile_line *l, struct buf *out)
{
    char text[128];
    struct insn i;
    insn_decode(&i, l->encoding, l->bytes, false);
    insn_text(&i, l->pc, true, text, sizeof text);
    size_t start = out->len;
    buf_printf(out, "  %08" PRIx32, l->pc);
    number(out, l->executions, 12);
    number(out, l->cycles, 14);
    buf_printf(out, " %6.2f %8.2f  ",
               f->cycles ? 100.0 * (double)l->cycles / (double)f->cycles : 0.0,
               (double)l->cycles / (double)l->executions);
    buf_printf(out, "%-36s ", text);
    stalls(l->causes, out);
    while (out->len > start && out->data[out->len - 1] == ' ')
        out->len--;
    buf_puts(out, "\n");
}

/* What the function's cycles are more than its instructions' (waits that are skipped), or less:
 * they ran before a call had shown that a function begins there, as another's. */
static void outside(const struct profile_row *f, uint64_t sum, uint64_t causes[CAUSE_COUNT],
                    struct buf *out)
{
    char cycles[BUF_COMMAS];
    int64_t rest = (int64_t)(f->cycles - sum);
    buf_printf(out, "  %-20s", rest > 0 ? "(outside of them)" : "(in another's sum)");
    buf_printf(out, " %15s %6.2f %8s  %-36s", buf_commas(cycles, rest),
               f->cycles ? 100.0 * (double)rest / (double)f->cycles : 0.0, "", "");
    for (int c = 0; c < CAUSE_COUNT; c++)
        causes[c] = f->causes[c] > causes[c] ? f->causes[c] - causes[c] : 0;
    buf_puts(out, " ");
    if (rest > 0) stalls(causes, out);
    while (out->data[out->len - 1] == ' ')
        out->len--;
    buf_puts(out, "\n");
}

static void function(const struct profile *p, const struct profile_row *f, struct buf *out)
{
    char cycles[BUF_COMMAS], calls[BUF_COMMAS];
    uint64_t sum = 0, causes[CAUSE_COUNT] = {0};
    const char *file = NULL;
    uint32_t number = 0; /* of the source line that was shown last */
    buf_printf(out, "%s: %s cycles, %s calls, %.1f %% of the run\n", f->name,
               buf_commas(cycles, (int64_t)f->cycles), buf_commas(calls, (int64_t)f->calls),
               p->total.cycles ? 100.0 * (double)f->cycles / (double)p->total.cycles : 0.0);
    buf_printf(out, "   address   executions         cycles      %%  cyc/exe  %-36s stalls\n",
               "instruction");
    for (size_t i = 0; i < p->line_count; i++) {
        const struct profile_line *l = &p->lines[i];
        if (l->function != f->addr || strcmp(l->name, f->name) != 0) continue;
        if (l->file && (l->file != file || l->line != number))
            buf_printf(out, " %s:%" PRIu32 "\n", l->file, l->line);
        file = l->file;
        number = l->line;
        line(f, l, out);
        sum += l->cycles;
        for (int c = 0; c < CAUSE_COUNT; c++)
            causes[c] += l->causes[c];
    }
    if (sum != f->cycles) outside(f, sum, causes, out);
    buf_puts(out, "\n");
}

bool profile_annotate(const struct profile *p, const char *only, struct buf *out, struct err *e)
{
    bool found = false;
    for (size_t i = 0; i < p->function_count; i++) {
        const struct profile_row *f = &p->functions[i];
        if (only && strcmp(f->name, only) != 0 && strcmp(f->symbol, only) != 0) continue;
        found = true;
        function(p, f, out);
    }
    return found || !only ||
           err_set(e, ERR_MISSING, "--annotate-function %s: no function of that name ran",
                   only);
}
