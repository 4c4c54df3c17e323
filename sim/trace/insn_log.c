/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A line an instruction: cycle at which it began to be charged, address, place, text, accesses
 * (R4:20000010 is a read of four bytes), and after the last of a block the registers that the
 * block changed. The executor tells registers at borders of blocks only.
 */
#include <inttypes.h>
#include <string.h>

#include "sim/trace/trace.h"

enum { LOGGED_REGS = MREG_XPSR + 1, TEXT_COLUMN = 76 };

static void read_regs(const struct trace *t, uint32_t regs[LOGGED_REGS])
{
    for (int i = 0; i < LOGGED_REGS; i++)
        regs[i] = i == MREG_PC ? 0 : machine_reg(t->machine, (enum machine_reg)i);
}

void insn_log_start(struct trace *t)
{
    struct chronicle *c = t->chronicle;
    chronicle_look(c);
    c->have_regs = c->open && !c->insns.ended;
    if (c->have_regs) read_regs(t, c->regs);
}

static void changes(struct trace *t)
{
    struct chronicle *c = t->chronicle;
    uint32_t now[LOGGED_REGS];
    read_regs(t, now);
    for (int i = 0; i < LOGGED_REGS; i++) {
        if (now[i] == c->regs[i]) continue;
        if (i < MREG_SP)
            fprintf(c->insns.file, " r%d=%08" PRIx32, i, now[i]);
        else
            fprintf(c->insns.file, " %s=%08" PRIx32,
                    i == MREG_SP   ? "sp"
                    : i == MREG_LR ? "lr"
                                   : "xpsr",
                    now[i]);
    }
}

void insn_log(struct trace *t, const struct code *code, uint32_t index, uint64_t cycle,
              const struct access *a, size_t n, bool last)
{
    struct chronicle *c = t->chronicle;
    if (!c->have_regs || cycle < c->from || cycle >= c->to || !chronicle_may(c, &c->insns))
        return;
    struct fine_insn *f = &code->fine->insns[index];
    const struct insn *i = &code->block->insns[index];
    uint32_t pc = code->pc + i->offset;
    if (!f->text) {
        char text[96];
        insn_text(i, pc, true, text, sizeof text);
        f->text =
            arena_printf(&t->arena, "%08" PRIx32 "  %-28s %s", pc,
                         arena_printf(&t->arena, "%s+0x%" PRIx32, code->function->row.name,
                                      pc - code->function->addr),
                         text);
    }
    int written = fprintf(c->insns.file, "%10" PRIu64 "  %s", cycle, f->text);
    bool shows = n > 0 || last;
    if (shows && written < TEXT_COLUMN)
        fprintf(c->insns.file, "%*s", TEXT_COLUMN - written, "");
    for (size_t k = 0; k < n; k++)
        fprintf(c->insns.file, " %c%u:%08" PRIx32, a[k].write ? 'W' : 'R', a[k].size,
                a[k].addr);
    if (last) changes(t);
    fputc('\n', c->insns.file);
}
