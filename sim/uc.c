/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The machine on Unicorn 2. What shaped this file, all measured on 2.0.1:
 * - UC_MODE_MCLASS silently selects a Cortex-M33: the mode is THUMB, the model is set by name.
 * - Exactly one BLOCK and one MEM hook are called inline; more of a kind go through a list.
 * - A stop in a CODE hook is exact, except inside an IT block, where it comes too late. With a
 *   CODE hook, PC after a stop in the BLOCK hook may be that of an instruction before.
 * - Hooks are baked into translated code: they are installed once, before anything runs; where
 *   one is added later (divides), the code is translated again. PC may then stay at a divide
 *   until the block's end.
 * - Stopping in a MEM hook rewinds PC with registers changed: only the BLOCK hook stops, and
 *   accesses that fault, behind which nothing goes on.
 * - PC in a MEM hook is the block's start: accesses are attributed by their order.
 * - A bad store, or a stop from a MEM hook, inside an IT block takes effect after the next
 *   access outside of it: what was done meanwhile is undone.
 * - WFE and YIELD end a run as if they were undefined.
 */
#include "sim/uc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "sim/chip.h"
#include "tools/base/arena.h"

enum { IO_MAX = 16, UNDO_STORES = 128 };
/* The header's macro shifts into the sign bit. */
static const uc_control_type get_model =
    (uc_control_type)((unsigned)UC_CTL_CPU_MODEL | 1U << 26 | (unsigned)UC_CTL_IO_READ << 30);

struct machine {
    uc_engine *uc;
    struct access_log *log;
    struct core *core; /* who has the registers now, or NULL */
    struct machine_calls calls;
    void *context;
    bool stopped;  /* the BLOCK or the CODE hook asked to stop */
    bool at_block; /* … the BLOCK hook, before block_pc */
    uint32_t block_pc;
    uint32_t *divides; /* that are logged, by address */
    size_t divide_count;
    uint32_t stale_from, stale_to; /* new ones lie here: to be translated again */
    bool refused;                  /* a trap handler did */
    bool faulted;
    struct machine_fault fault;
    uint32_t before[MREG_COUNT]; /* registers when it faulted */
    struct machine_undo {        /* what was stored since */
        uint32_t addr, n;
        uint8_t bytes[8];
    } undo[UNDO_STORES];
    size_t undo_count;
    char trouble[128];
    struct io {
        struct machine *machine;
        uint32_t base;
    } io[IO_MAX];
    size_t io_count;
};

static const int reg_ids[MREG_COUNT] = {
    UC_ARM_REG_R0,    UC_ARM_REG_R1,      UC_ARM_REG_R2,      UC_ARM_REG_R3,
    UC_ARM_REG_R4,    UC_ARM_REG_R5,      UC_ARM_REG_R6,      UC_ARM_REG_R7,
    UC_ARM_REG_R8,    UC_ARM_REG_R9,      UC_ARM_REG_R10,     UC_ARM_REG_R11,
    UC_ARM_REG_R12,   UC_ARM_REG_SP,      UC_ARM_REG_LR,      UC_ARM_REG_PC,
    UC_ARM_REG_XPSR,  UC_ARM_REG_MSP,     UC_ARM_REG_PSP,     UC_ARM_REG_CONTROL,
    UC_ARM_REG_IPSR,  UC_ARM_REG_PRIMASK, UC_ARM_REG_BASEPRI, UC_ARM_REG_FAULTMASK,
    UC_ARM_REG_FPSCR,
};

static int reg_id(enum machine_reg r)
{
    return r < MREG_S0 ? reg_ids[r] : UC_ARM_REG_S0 + (int)(r - MREG_S0);
}

static void on_block(uc_engine *uc, uint64_t pc, uint32_t bytes, void *context)
{
    struct machine *m = context;
    if (m->faulted) {
        uc_emu_stop(uc);
        return;
    }
    if (!m->calls.block(m->context, (uint32_t)pc, bytes)) {
        m->stopped = m->at_block = true;
        m->block_pc = (uint32_t)pc;
        uc_emu_stop(uc);
    }
}

static void on_insn(uc_engine *uc, uint64_t pc, uint32_t bytes, void *context)
{
    (void)bytes;
    struct machine *m = context;
    if (m->faulted) {
        uc_emu_stop(uc);
        return;
    }
    if (!m->calls.insn(m->context, (uint32_t)pc)) {
        m->stopped = true;
        uc_emu_stop(uc);
    }
}

/* SDIV and UDIV, first halfword above the second. */
static bool is_divide(uint32_t w)
{
    return (w & 0xffd0f0f0U) == 0xfb90f0f0U;
}

/* An instruction runs where a divide was once. */
static void on_divide(uc_engine *uc, uint64_t pc, uint32_t bytes, void *context)
{
    (void)bytes;
    struct machine *m = context;
    struct access_log *log = m->log;
    uint16_t h[2];
    if (m->faulted) {
        uc_emu_stop(uc);
        return;
    }
    if (!machine_read(m, (uint32_t)pc, h, sizeof h)) return;
    uint32_t w = (uint32_t)h[0] << 16 | h[1];
    if (log->divides && log->divided[log->divides - 1].pc == pc) log->divides--; /* resumed */
    if (!is_divide(w) || log->divides == MACHINE_DIVIDES) return;
    log->divided[log->divides++] =
        (struct divide){.pc = (uint32_t)pc,
                        .dividend = machine_reg(m, (enum machine_reg)(w >> 16 & 15)),
                        .divisor = machine_reg(m, (enum machine_reg)(w & 15))};
}

static void keep_bytes(struct machine *m, uint32_t addr, uint32_t n)
{
    struct machine_undo *u = &m->undo[m->undo_count];
    if (m->undo_count == UNDO_STORES || n > sizeof u->bytes ||
        !machine_read(m, addr, u->bytes, n))
        return;
    u->addr = addr;
    u->n = n;
    m->undo_count++;
}

/* Something is wrong with the access that is being made; the registers are right now. */
static void faults(struct machine *m, struct machine_fault f)
{
    m->faulted = true;
    m->fault = f;
    for (int r = 0; r < MREG_COUNT; r++)
        m->before[r] = machine_reg(m, (enum machine_reg)r);
}

/* Back to where it was. PC is the caller's. */
static void undo(struct machine *m)
{
    while (m->undo_count) {
        const struct machine_undo *u = &m->undo[--m->undo_count];
        machine_write(m, u->addr, u->bytes, u->n);
    }
    if (machine_reg(m, MREG_CONTROL) != m->before[MREG_CONTROL])
        machine_set_reg(m, MREG_CONTROL, m->before[MREG_CONTROL]);
    for (int r = 0; r < MREG_COUNT; r++)
        if (r != MREG_PC && r != MREG_MSP && r != MREG_PSP && r != MREG_CONTROL &&
            r != MREG_IPSR)
            machine_set_reg(m, (enum machine_reg)r, m->before[r]);
}

static void on_access(uc_engine *uc, uc_mem_type type, uint64_t addr, int size, int64_t value,
                      void *context)
{
    (void)uc;
    (void)value;
    struct machine *m = context;
    struct access_log *log = m->log;
    if (m->faulted) {
        if (type == UC_MEM_WRITE) keep_bytes(m, (uint32_t)addr, (uint32_t)size);
        return;
    }
    if (log->n < MACHINE_LOG)
        log->at[log->n++] =
            (struct access){(uint32_t)addr, (uint8_t)size, type == UC_MEM_WRITE};
    bool odd = addr & (unsigned)(size - 1);
    if (m->calls.check &&
        (log->guard & GUARD_ALL || (odd && (log->guard || chip_devices_at((uint32_t)addr))))) {
        bool write = type == UC_MEM_WRITE;
        int why = m->calls.check(m->context, (uint32_t)addr, (unsigned)size, write);
        if (why)
            machine_deny(m, write ? BAD_WRITE : BAD_READ, (uint32_t)addr, (uint32_t)size, why);
    }
}

static bool on_bad_access(uc_engine *uc, uc_mem_type type, uint64_t addr, int size,
                          int64_t value, void *context)
{
    (void)uc;
    (void)value;
    struct machine *m = context;
    if (m->faulted) return false; /* the rest of an access that was denied */
    bool fetch = type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT;
    bool write = type == UC_MEM_WRITE_UNMAPPED || type == UC_MEM_WRITE_PROT;
    struct machine_fault f = {
        .kind = fetch   ? BAD_FETCH
                : write ? BAD_WRITE
                        : BAD_READ,
        .mapped =
            type == UC_MEM_FETCH_PROT || type == UC_MEM_WRITE_PROT || type == UC_MEM_READ_PROT,
        .addr = (uint32_t)addr,
        .size = (uint32_t)size,
    };
    faults(m, f);
    return false;
}

/* Exception numbers of the executor: 2 SVC, 7 BKPT, 8 a return from a handler that it knows to
 * be one, 3 a jump to a magic address that it does not. */
static void on_intr(uc_engine *uc, uint32_t number, void *context)
{
    struct machine *m = context;
    enum machine_trap trap = TRAP_EXC_RETURN;
    uint32_t pc = machine_reg(m, MREG_PC);
    if (m->faulted) {
        uc_emu_stop(uc);
        return;
    }
    if (number == 2) {
        trap = TRAP_SVC;
    } else if (number == 7) {
        trap = TRAP_BKPT;
    } else if (!machine_reg(m, MREG_IPSR) ||
               (number != 8 && !(number == 3 && pc >= 0xffffffe0U - 1))) {
        m->faulted = true; /* a fetch from a device: the executor would try for ever */
        m->fault = (struct machine_fault){.kind = BAD_FETCH, .addr = pc, .size = 2};
        uc_emu_stop(uc);
        return;
    }
    if (!m->calls.trap(m->context, trap)) {
        m->refused = true;
        uc_emu_stop(uc);
    }
}

static uint64_t on_io_read(uc_engine *uc, uint64_t offset, unsigned size, void *context)
{
    (void)uc;
    const struct io *io = context;
    const struct machine *m = io->machine;
    if (m->faulted) return 0; /* denied */
    return m->calls.io_read(m->context, io->base + (uint32_t)offset, size);
}

static void on_io_write(uc_engine *uc, uint64_t offset, unsigned size, uint64_t value,
                        void *context)
{
    (void)uc;
    const struct io *io = context;
    const struct machine *m = io->machine;
    if (m->faulted) return;
    m->calls.io_write(m->context, io->base + (uint32_t)offset, size, (uint32_t)value);
}

/* From first to last; everywhere when first is above last. */
static bool hook_at(struct machine *m, int type, void (*call)(void), void *context,
                    uint32_t first, uint32_t last)
{
    uc_hook handle;
    void *pointer;
    memcpy(&pointer, &call, sizeof pointer);
    return uc_hook_add(m->uc, &handle, type, pointer, context, first, last) == UC_ERR_OK;
}

static bool hook(struct machine *m, int type, void (*call)(void), void *context)
{
    return hook_at(m, type, call, context, 1, 0);
}

struct machine *machine_new(enum core_kind core, struct access_log *log,
                            const struct machine_calls *calls, void *context, struct err *e)
{
    struct machine *m = xcalloc(1, sizeof *m);
    m->log = log;
    m->calls = *calls;
    m->context = context;
    int model = core == CORE_CORTEX_M4 ? UC_CPU_ARM_CORTEX_M4 : UC_CPU_ARM_CORTEX_M7;
    int got = -1;
    if (uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &m->uc) != UC_ERR_OK) {
        err_set(e, ERR_INTERNAL, "the executor cannot be opened");
        free(m);
        return NULL;
    }
    bool good = uc_ctl_set_cpu_model(m->uc, model) == UC_ERR_OK &&
                uc_ctl(m->uc, get_model, &got) == UC_ERR_OK && got == model &&
                (!calls->block || hook(m, UC_HOOK_BLOCK, (void (*)(void))on_block, m)) &&
                hook(m, UC_HOOK_MEM_INVALID, (void (*)(void))on_bad_access, m) &&
                hook(m, UC_HOOK_INTR, (void (*)(void))on_intr, m);
    if (good && log)
        good = hook(m, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void (*)(void))on_access, m);
    if (good && calls->insn) good = hook(m, UC_HOOK_CODE, (void (*)(void))on_insn, m);
    if (!good) {
        err_set(e, ERR_INTERNAL, "the executor refuses the core or its hooks");
        machine_free(m);
        return NULL;
    }
    return m;
}

void machine_free(struct machine *m)
{
    if (!m) return;
    uc_close(m->uc);
    free(m->divides);
    free(m);
}

static uint32_t uc_perms(unsigned perms)
{
    return (perms & MACHINE_READ ? UC_PROT_READ : 0U) |
           (perms & MACHINE_WRITE ? UC_PROT_WRITE : 0U) |
           (perms & MACHINE_EXEC ? UC_PROT_EXEC : 0U);
}

bool machine_map(struct machine *m, uint32_t base, uint32_t size, void *host, unsigned perms,
                 struct err *e)
{
    uc_err r = uc_mem_map_ptr(m->uc, base, size, uc_perms(perms), host);
    if (r != UC_ERR_OK)
        return err_set(e, ERR_INTERNAL, "memory 0x%08x + 0x%x cannot be mapped: %s", base, size,
                       uc_strerror(r));
    return true;
}

void machine_allow(struct machine *m, uint32_t base, uint32_t size, unsigned perms)
{
    uc_mem_protect(m->uc, base, size, uc_perms(perms));
}

bool machine_map_io(struct machine *m, uint32_t base, uint32_t size, struct err *e)
{
    if (m->io_count == IO_MAX)
        return err_set(e, ERR_INTERNAL, "more than %d windows of devices", IO_MAX);
    struct io *io = &m->io[m->io_count++];
    *io = (struct io){m, base};
    uc_err r = uc_mmio_map(m->uc, base, size, on_io_read, io, on_io_write, io);
    if (r != UC_ERR_OK)
        return err_set(e, ERR_INTERNAL, "devices at 0x%08x + 0x%x cannot be mapped: %s", base,
                       size, uc_strerror(r));
    return true;
}

/* The hint (WFI, WFE, YIELD…) that ends at pc, as its 16-bit encoding, or 0. */
static unsigned hint_before(const struct machine *m, uint32_t pc)
{
    uint16_t h[2] = {0};
    if (machine_read(m, pc - 2, &h[1], 2) && (h[1] & 0xff0fU) == 0xbf00U) return h[1];
    if (machine_read(m, pc - 4, h, 4) && h[0] == 0xf3afU && (h[1] & 0xfff0U) == 0x8000U)
        return 0xbf00U | (unsigned)(h[1] & 15U) << 4;
    return 0;
}

/* `until` of a run without end: an address where code cannot run. */
static const uint32_t nowhere = 0xe0000000U;

static enum machine_end start(struct machine *m, uint32_t pc, uint32_t until)
{
    enum { HINT_YIELD = 0xbf10, HINT_WFE = 0xbf20, HINT_WFI = 0xbf30 };
    for (;;) {
        if (m->stale_to)
            uc_ctl_remove_cache(m->uc, (uint64_t)m->stale_from, (uint64_t)m->stale_to);
        m->stale_to = 0;
        m->stopped = m->at_block = m->refused = m->faulted = false;
        m->undo_count = 0;
        uc_err r = uc_emu_start(m->uc, pc | 1U, until, 0, 0);
        if (m->at_block && (m->calls.insn || m->divides))
            machine_set_reg(m, MREG_PC, m->block_pc);
        if (m->refused) return MACHINE_REFUSED;
        if (m->stopped) return MACHINE_STOPPED;
        if (m->faulted) {
            if (m->fault.kind != BAD_FETCH) undo(m);
            return MACHINE_BAD_ACCESS;
        }
        pc = machine_reg(m, MREG_PC);
        if (r == UC_ERR_OK && pc == until && until != nowhere) return MACHINE_REACHED;
        unsigned hint = hint_before(m, pc);
        if (r == UC_ERR_OK && hint == HINT_WFI) return MACHINE_WFI;
        if (r == UC_ERR_INSN_INVALID) {
            if (hint == HINT_YIELD) continue; /* it may do nothing */
            return hint == HINT_WFE ? MACHINE_WFE : MACHINE_UNDEFINED;
        }
        if (r == UC_ERR_EXCEPTION) return MACHINE_UNDEFINED;
        if (r == UC_ERR_OK && pc == until) {
            m->fault = (struct machine_fault){.kind = BAD_FETCH, .addr = pc, .size = 2};
            return MACHINE_BAD_ACCESS;
        }
        snprintf(m->trouble, sizeof m->trouble, "the executor ended with \"%s\" at 0x%08x",
                 uc_strerror(r), pc);
        return MACHINE_BROKEN;
    }
}

enum machine_end machine_start(struct machine *m, uint32_t pc)
{
    return start(m, pc, nowhere);
}

/* `until` is baked into code when it is translated. */
enum machine_end machine_run_to(struct machine *m, uint32_t pc, uint32_t until, uint32_t bytes)
{
    uc_ctl_remove_cache(m->uc, (uint64_t)pc, (uint64_t)pc + bytes);
    enum machine_end end = start(m, pc, until);
    uc_ctl_remove_cache(m->uc, (uint64_t)pc, (uint64_t)pc + bytes);
    return end;
}

void machine_deny(struct machine *m, enum bad_access kind, uint32_t addr, uint32_t size,
                  int why)
{
    faults(m, (struct machine_fault){
                  .kind = kind, .why = why, .mapped = true, .addr = addr, .size = size});
    if (kind == BAD_WRITE) keep_bytes(m, addr, size);
    uc_emu_stop(m->uc);
}

bool machine_log_divide(struct machine *m, uint32_t pc)
{
    size_t low = 0, high = m->divide_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (m->divides[middle] < pc)
            low = middle + 1;
        else
            high = middle;
    }
    if (!m->log || (low < m->divide_count && m->divides[low] == pc)) return false;
    if (!hook_at(m, UC_HOOK_CODE, (void (*)(void))on_divide, m, pc, pc)) return false;
    if (!(m->divide_count & (m->divide_count - 1))) /* room doubles */
        m->divides = xrealloc(m->divides, m->divide_count * 2 + 1, sizeof *m->divides);
    memmove(&m->divides[low + 1], &m->divides[low],
            (m->divide_count - low) * sizeof *m->divides);
    m->divides[low] = pc;
    m->divide_count++;
    if (!m->stale_to || pc < m->stale_from) m->stale_from = pc;
    if (pc + 4 > m->stale_to) m->stale_to = pc + 4;
    return true;
}

const struct machine_fault *machine_fault(const struct machine *m)
{
    return &m->fault;
}

const char *machine_trouble(const struct machine *m)
{
    return m->trouble;
}

/* Where a lent register is; NULL: the machine still has it. */
static uint32_t *lent_reg(struct core *k, enum machine_reg r)
{
    if (r <= MREG_PC) return &k->r[r];
    if (r == (k->main_stack ? MREG_MSP : MREG_PSP)) return &k->r[MREG_SP];
    if (r == MREG_FPSCR && k->fp) return &k->fpscr;
    return r >= MREG_S0 && k->fp ? &k->s[r - MREG_S0] : NULL;
}

uint32_t machine_reg(const struct machine *m, enum machine_reg r)
{
    uint32_t value = 0;
    if (m->core) {
        const uint32_t *lent = lent_reg(m->core, r);
        if (lent) return *lent;
        if (r == MREG_XPSR) return core_xpsr(m->core);
    }
    uc_reg_read(m->uc, reg_id(r), &value);
    return value;
}

void machine_set_reg(struct machine *m, enum machine_reg r, uint32_t value)
{
    if (m->core && lent_reg(m->core, r)) {
        *lent_reg(m->core, r) = value;
        return;
    }
    if (r == MREG_PC) value |= 1U;
    uc_reg_write(m->uc, reg_id(r), &value);
    /* That leaves GE alone. */
    if (r == MREG_XPSR) uc_reg_write(m->uc, UC_ARM_REG_APSR_NZCVQG, &value);
}

enum { LENT = MREG_XPSR + 1 }; /* core registers and flags, in one call */

void machine_lend(struct machine *m, struct core *core)
{
    uint32_t xpsr = 0;
    int ids[LENT];
    void *values[LENT];
    memcpy(ids, reg_ids, sizeof ids);
    for (int i = 0; i <= MREG_PC; i++)
        values[i] = &core->r[i];
    values[MREG_XPSR] = &xpsr;
    uc_reg_read_batch(m->uc, ids, values, LENT);
    core_set_xpsr(core, xpsr);
    core->control = machine_reg(m, MREG_CONTROL);
    core->main_stack = machine_reg(m, MREG_IPSR) || !(core->control & 2U);
    core->fp = false;
    m->core = core;
}

void machine_lend_fp(struct machine *m)
{
    int ids[32];
    void *values[32];
    for (int i = 0; i < 32; i++) {
        ids[i] = UC_ARM_REG_S0 + i;
        values[i] = &m->core->s[i];
    }
    uc_reg_read_batch(m->uc, ids, values, 32);
    uc_reg_read(m->uc, UC_ARM_REG_FPSCR, &m->core->fpscr);
    m->core->fp = true;
}

void machine_take_back(struct machine *m)
{
    struct core *core = m->core;
    int ids[32];
    void *values[32];
    m->core = NULL;
    if (core->fp) {
        for (int i = 0; i < 32; i++) {
            ids[i] = UC_ARM_REG_S0 + i;
            values[i] = &core->s[i];
        }
        uc_reg_write_batch(m->uc, ids, values, 32);
        uc_reg_write(m->uc, UC_ARM_REG_FPSCR, &core->fpscr);
    }
    uint32_t xpsr = core_xpsr(core);
    core->r[MREG_PC] |= 1U;
    memcpy(ids, reg_ids, LENT * sizeof *ids);
    for (int i = 0; i <= MREG_PC; i++)
        values[i] = &core->r[i];
    ids[MREG_XPSR] = UC_ARM_REG_APSR_NZCVQG; /* with GE, which XPSR would not write */
    values[MREG_XPSR] = &xpsr;
    uc_reg_write_batch(m->uc, ids, values, LENT);
}

bool machine_read(const struct machine *m, uint32_t addr, void *out, size_t n)
{
    return n == 0 || uc_mem_read(m->uc, addr, out, n) == UC_ERR_OK;
}

bool machine_write(struct machine *m, uint32_t addr, const void *bytes, size_t n)
{
    if (n == 0) return true;
    if (uc_mem_write(m->uc, addr, bytes, n) != UC_ERR_OK) return false;
    uc_ctl_remove_cache(m->uc, (uint64_t)addr, (uint64_t)addr + n);
    return true;
}
