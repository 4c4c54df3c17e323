/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The executor gives the pc of a block, not of an instruction: the access that failed is the
 * last one in the log, so the instruction is found by counting accesses along the block. When
 * conditional accesses make the count ambiguous, the text says "near".
 */
#include "sim/fault.h"

#include <stdio.h>
#include <string.h>

#include "sim/state.h"

void fault_place(const struct sim *s, uint32_t pc, char *out, size_t out_bytes)
{
    const struct symbol *sym = image_symbol_at(s->image, pc);
    if (sym)
        snprintf(out, out_bytes, "0x%08x (%s + %u)", pc, sym->name, pc - sym->addr);
    else
        memory_describe(&s->memory, pc, out, out_bytes);
}

static void add_registers(const struct sim *s, struct buf *b)
{
    static const char *const names[] = {"r0", "r1", "r2",  "r3",  "r4",  "r5", "r6", "r7",
                                        "r8", "r9", "r10", "r11", "r12", "sp", "lr"};
    for (int i = 0; i <= MREG_LR; i++)
        buf_printf(b, "%s%s=%08x", i % 8 ? " " : "\n  ", names[i],
                   machine_reg(s->machine, (enum machine_reg)i));
    buf_printf(b, " xpsr=%08x", machine_reg(s->machine, MREG_XPSR));
    unsigned exception = nvic_active(s);
    if (exception) buf_printf(b, "\n  inside the handler of exception %u", exception);
    char place[160];
    uint32_t lr = machine_reg(s->machine, MREG_LR);
    if (lr < 0xffffff00U) {
        fault_place(s, lr & ~1U, place, sizeof place);
        buf_printf(b, "\n  called from before %s", place);
    }
}

static void finish(struct sim *s, enum sim_cause cause, uint32_t pc, uint32_t code,
                   struct buf *b)
{
    add_registers(s, b);
    sim_end(s, cause, code, "%s", buf_text(b));
    s->stop.pc = pc;
    buf_done(b);
}

void fault_text(struct sim *s, enum sim_cause cause, uint32_t pc, const char *what)
{
    char place[160];
    struct buf b = {0};
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b, "%s\n  at %s", what, place);
    finish(s, cause, pc, 0, &b);
}

/* The instruction of the block that runs which made the access to addr. The executor logs a bad
 * store, but not a bad load. */
static const struct insn *failing(const struct sim *s, uint32_t addr, bool *sure)
{
    *sure = true;
    if (!s->current || !s->logs) return NULL;
    const struct block *b = s->current->block;
    size_t seen = 0, wanted = s->log.n;
    if (wanted == 0 || s->log.at[wanted - 1].addr != addr) wanted++;
    for (uint32_t i = 0; i < b->count; i++) {
        const struct insn *in = &b->insns[i];
        if (in->accesses && in->cond != COND_ALWAYS) *sure = false;
        seen += in->accesses;
        if (seen >= wanted) return in;
    }
    *sure = false;
    return NULL;
}

static const char *likely_cause(const struct sim *s, const struct machine_fault *f)
{
    uint32_t sp = machine_reg(s->machine, MREG_SP);
    const struct region *r = board_region(s->board, f->addr);
    if (f->mapped && r && r->kind == REGION_FLASH)
        return "flash cannot be stored to: a const object written, or a pointer gone astray";
    if (f->addr < 0x1000) return "a null pointer";
    if (f->addr + 256 >= sp && f->addr < sp + 256 && (!r || f->addr < s->trace.stack_floor))
        return "stack overflow: the stack grew below its memory";
    if (f->addr == 0xffffffffU || (f->addr & 3U && f->addr >= 0xc0000000U))
        return "a pointer that was never set, or was overwritten";
    return NULL;
}

void fault_access(struct sim *s, const struct machine_fault *f)
{
    if (f->kind == BAD_FETCH) {
        fault_fetch(s, f->addr);
        return;
    }
    struct machine_fault fault = *f;
    bool sure;
    const struct insn *in = failing(s, f->addr, &sure);
    uint32_t pc = s->current ? s->current->pc : machine_reg(s->machine, MREG_PC);
    if (in) pc += in->offset;
    char place[160], where[96];
    const struct region *r = board_region(s->board, f->addr);
    fault_place(s, pc, place, sizeof place);
    memory_describe(&s->memory, f->addr, where, sizeof where);
    struct buf b = {0};
    buf_printf(&b, "%s: %u-byte %s %s\n  at %s%s",
               f->mapped && r && r->kind == REGION_FLASH && f->kind == BAD_WRITE
                   ? "write to flash"
                   : "bad access",
               f->size, f->kind == BAD_WRITE ? "store to" : "load from", where,
               in && sure ? "" : "or after ", place);
    if (in) {
        char text[96];
        insn_text(in, pc, true, text, sizeof text);
        buf_printf(&b, ": %s", text);
    }
    const char *why = likely_cause(s, &fault);
    if (why) buf_printf(&b, "\n  likely: %s", why);
    finish(s, SIM_FAULT, pc, f->addr, &b);
}

void fault_fetch(struct sim *s, uint32_t pc)
{
    char where[96], place[160];
    struct buf b = {0};
    memory_describe(&s->memory, pc, where, sizeof where);
    buf_printf(&b, "no code there: the core was sent to %s", where);
    if (s->current) {
        fault_place(s, s->current->pc, place, sizeof place);
        buf_printf(&b, "\n  by the block at %s", place);
    }
    if (pc < 0x1000)
        buf_puts(&b, "\n  likely: a call through a null function pointer");
    else if (board_region(s->board, pc))
        buf_puts(&b, "\n  likely: a damaged return address or function pointer");
    else
        buf_puts(&b, "\n  likely: a damaged return address (stack overflow?) or function "
                     "pointer");
    finish(s, SIM_FAULT, pc, pc, &b);
}

void fault_undefined(struct sim *s)
{
    uint32_t pc = machine_reg(s->machine, MREG_PC);
    char place[160];
    struct buf b = {0};
    uint16_t h[2] = {0};
    if (!(machine_reg(s->machine, MREG_XPSR) & 1U << 24)) {
        fault_place(s, pc, place, sizeof place);
        buf_printf(&b,
                   "jump to an address without the Thumb bit (UsageFault INVSTATE)\n  to %s",
                   place);
        if (pc < 0x1000) buf_puts(&b, "\n  likely: a call through a null function pointer");
        finish(s, SIM_FAULT, pc, pc, &b);
        return;
    }
    fault_place(s, pc, place, sizeof place);
    machine_read(s->machine, pc, &h[0], 2);
    machine_read(s->machine, pc + 2, &h[1], 2);
    buf_printf(&b, "undefined instruction %04x %04x (UsageFault UNDEFINSTR)\n  at %s", h[0],
               h[1], place);
    if ((h[0] & 0xff00U) == 0xde00U)
        buf_puts(&b, "\n  likely: a trap that the compiler placed (abort, unreachable code)");
    else if (h[0] == 0 || h[0] == 0xffff)
        buf_puts(&b, "\n  likely: the core runs through empty memory: a lost return address");
    else if ((h[0] & 0xec00U) == 0xec00U)
        buf_printf(&b, "\n  likely: built for another core or FPU than %s has",
                   s->board->core_name);
    finish(s, SIM_FAULT, pc, pc, &b);
}

void fault_no_fpu(struct sim *s, uint32_t pc)
{
    char place[160];
    struct buf b = {0};
    fault_place(s, pc, place, sizeof place);
    buf_printf(&b,
               "FPU instruction while the FPU is off (UsageFault NOCP)\n  at %s\n"
               "  likely: start-up code does not enable it: SCB->CPACR |= 0xf << 20",
               place);
    finish(s, SIM_FAULT, pc, pc, &b);
}

void fault_unaligned(struct sim *s, const struct insn *in, uint32_t pc, uint32_t addr)
{
    char place[160], where[96], text[96];
    struct buf b = {0};
    fault_place(s, pc, place, sizeof place);
    memory_describe(&s->memory, addr, where, sizeof where);
    insn_text(in, pc, true, text, sizeof text);
    buf_printf(&b,
               "unaligned multiple, double or FP access to %s (UsageFault UNALIGNED)\n"
               "  at %s: %s\n"
               "  likely: a byte pointer read as words; only LDR, LDRH, STR and STRH may be "
               "unaligned",
               where, place, text);
    finish(s, SIM_FAULT, pc, addr, &b);
}

void fault_loop(struct sim *s)
{
    char what[256], waits[96] = "";
    unsigned exception = nvic_active(s);
    const struct device *d = bus_find(&s->bus, s->spin.polled);
    if (d)
        snprintf(waits, sizeof waits, "\n  it waits for %s (register 0x%02x)", d->name,
                 s->spin.polled - d->base);
    else if (s->spin.polled)
        snprintf(waits, sizeof waits, "\n  it waits for 0x%08x, a device without a model",
                 s->spin.polled);
    if (exception)
        snprintf(what, sizeof what, "the core spins for ever in the handler of exception %u%s",
                 exception, waits);
    else
        snprintf(what, sizeof what,
                 "the core spins for ever, and nothing is pending that could interrupt it%s",
                 waits);
    fault_text(s, SIM_LOOP, machine_reg(s->machine, MREG_PC), what);
}
