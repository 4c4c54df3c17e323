/* SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sim/backtrace.h"

#include <string.h>

#include "sim/fault_text.h"
#include "sim/load/lines.h"
#include "sim/state.h"

enum { SP = 13, LR = 14, PC = 15, FRAMES_MAX = 4096, SHOWN_MAX = 12, SEARCH_WORDS = 1024 };

static bool load(void *context, uint32_t addr, uint32_t *word)
{
    struct sim *s = context;
    return !(addr & 3U) && memory_read(&s->memory, addr, sizeof *word, (uint8_t *)word);
}

/* The function that the call before a return address goes to; false when there is no call, 0
 * in *to when it goes where a register says. */
static bool call_before(struct sim *s, uint32_t addr, uint32_t *to)
{
    uint16_t h[2];
    *to = 0;
    if (!(addr & 1U) || !memory_read(&s->memory, addr - 5, sizeof h, (uint8_t *)h))
        return false;
    if ((h[1] & 0xff87U) == 0x4780) return true; /* BLX */
    if ((h[0] & 0xf800U) != 0xf000 || (h[1] & 0xd000U) != 0xd000) return false;
    uint32_t sign = h[0] >> 10 & 1U, i1 = (h[1] >> 13 & 1U) ^ sign ^ 1U;
    uint32_t i2 = (h[1] >> 11 & 1U) ^ sign ^ 1U;
    uint32_t offset = (sign ? 0xff000000U : 0) | i1 << 23 | i2 << 22 |
                      (uint32_t)(h[0] & 0x3ffU) << 12 | (uint32_t)(h[1] & 0x7ffU) << 1;
    *to = addr - 1 + offset;
    return true;
}

static bool is_call_of(struct sim *s, uint32_t addr, uint32_t pc)
{
    uint32_t to;
    if (!call_before(s, addr, &to)) return false;
    const struct symbol *f = fault_symbol(s, pc);
    return !to || !f || fault_symbol(s, to) == f;
}

/* The caller of the code at regs[PC] without DWARF: the link register in the innermost frame,
 * else the next fitting word of the stack. */
static bool search(struct sim *s, uint32_t regs[16], bool innermost)
{
    if (innermost && is_call_of(s, regs[LR], regs[PC])) {
        regs[PC] = regs[LR];
        return true;
    }
    for (uint32_t at = regs[SP], n = 0; n < SEARCH_WORDS; at += 4, n++) {
        uint32_t word;
        if (!load(s, at, &word)) return false;
        if (!is_call_of(s, word, regs[PC]) && word >> 4 != 0xffffffeU &&
            word >> 4 != 0xfffffffU)
            continue;
        regs[PC] = regs[LR] = word;
        regs[SP] = at + 4;
        return true;
    }
    return false;
}

/* Over an exception's frame, back into the code that it interrupted. */
static bool leave_handler(struct sim *s, uint32_t regs[16])
{
    static const uint8_t order[8] = {0, 1, 2, 3, 12, LR, PC, 15};
    uint32_t exc_return = regs[PC], word = 0;
    uint32_t at = exc_return & 4U ? machine_reg(s->machine, MREG_PSP) : regs[SP];
    for (unsigned i = 0; i < 8; i++) {
        if (!load(s, at + i * 4, &word)) return false;
        if (i < 7) regs[order[i]] = word;
    }
    regs[SP] = at + (exc_return & 16U ? 32U : 104U) + (word >> 9 & 1U) * 4;
    return true;
}

static void show(struct sim *s, uint32_t n, uint32_t pc, bool sure, struct buf *out)
{
    char place[160];
    fault_place_of(s, pc, n > 0, place, sizeof place);
    buf_printf(out, "\n    #%u %s%s", n, place, sure ? "" : " ?");
}

static void repeated(uint32_t *times, struct buf *out)
{
    if (*times == 1) buf_puts(out, "\n       the same once more");
    if (*times > 1) buf_printf(out, "\n       the same %u times", *times);
    *times = 0;
}

void fault_backtrace(struct sim *s, uint32_t pc, struct buf *out)
{
    struct lines *lines = sim_lines(s);
    uint32_t regs[16], shown = 0, same = 0, last = 1;
    bool sure = true, innermost = true;
    for (int i = 0; i < PC; i++)
        regs[i] = machine_reg(s->machine, (enum machine_reg)i);
    regs[PC] = pc;
    buf_puts(out, "\n  backtrace:");
    for (uint32_t n = 0; n < FRAMES_MAX && shown < SHOWN_MAX; n++) {
        uint32_t at = regs[PC] & ~1U, sp = regs[SP];
        if (at == last) {
            same++;
        } else {
            repeated(&same, out);
            show(s, n, at, sure, out);
            shown++;
        }
        last = at;
        bool code = memory_span(&s->memory, at) != NULL;
        if (!code && n) break;
        /* A call to nowhere has no frame. The call itself is before the return address. */
        if (!code) {
            regs[PC] = regs[LR];
            sure = is_call_of(s, regs[LR], 0);
            if (!sure) break;
        } else {
            sure = lines_unwind(lines, innermost ? at : at - 1, regs, load, s);
            if (!sure && !search(s, regs, innermost)) break;
        }
        innermost = false;
        if (regs[PC] >> 28 == 15) { /* EXC_RETURN; 0xffffffff: LR at reset */
            if (regs[PC] == UINT32_MAX || !leave_handler(s, regs)) break;
            buf_puts(out, "\n       -- exception --");
            innermost = sure = true;
            last = 1;
        } else if (!(regs[PC] & 1U) || (sure && n && regs[SP] <= sp)) {
            break;
        }
    }
    repeated(&same, out);
    if (shown == SHOWN_MAX) buf_puts(out, "\n       …");
}
