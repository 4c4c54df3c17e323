/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The executor of sim/exec against Unicorn: random blocks, the same state before, and the same
 * registers, flags, memory, accesses and next pc after. What it declines must leave no trace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exec_case.h"
#include "tools/base/arena.h"

struct bench {
    struct board *board;
    struct machine *machine;
    struct memory memory;
    struct pages pages;
    struct access_log log; /* the machine's */
    struct access_log own;
    struct undo undo;
    unsigned blocks;
    uint32_t next;
    unsigned counts[UOP_COUNT];
};

static bool on_block(void *context, uint32_t pc, uint32_t bytes)
{
    (void)bytes;
    struct bench *b = context;
    b->next = pc;
    return b->blocks++ == 0;
}

static bool on_trap(void *context, enum machine_trap trap)
{
    struct bench *b = context;
    (void)trap;
    b->next = machine_reg(b->machine, MREG_PC);
    return false;
}

static uint32_t on_read(void *context, uint32_t addr, unsigned size)
{
    (void)context, (void)addr, (void)size;
    return 0;
}

static void on_write(void *context, uint32_t addr, unsigned size, uint32_t value)
{
    (void)context, (void)addr, (void)size, (void)value;
}

static struct bench *bench_new(const char *board)
{
    struct err e;
    struct bench *b = xcalloc(1, sizeof *b);
    const struct machine_calls calls = {
        .block = on_block, .trap = on_trap, .io_read = on_read, .io_write = on_write};
    b->board = board_load(board, &e);
    assert_non_null(b->board);
    b->machine = machine_new(b->board->core, &b->log, &calls, b, &e);
    assert_non_null(b->machine);
    assert_true(memory_init(&b->memory, b->board, b->machine, &e));
    pages_init(&b->pages, &b->memory);
    machine_set_reg(b->machine, MREG_CONTROL, 4); /* the FPU is in use */
    return b;
}

static void bench_free(struct bench *b)
{
    machine_free(b->machine);
    pages_done(&b->pages);
    memory_done(&b->memory);
    board_free(b->board);
    free(b);
}

static void set_memory(struct bench *b, const struct exec_case *c)
{
    memcpy(memory_at(&b->memory, CASE_DATA, CASE_DATA_BYTES), c->data, CASE_DATA_BYTES);
}

/* Listing and difference, for the person who reads the failure. */
static void explain(const struct exec_case *c, const char *what, uint32_t got, uint32_t wanted)
{
    for (uint32_t i = 0; i < c->block->count; i++) {
        char text[96];
        const struct insn *in = &c->block->insns[i];
        insn_text(in, c->block->pc + in->offset, true, text, sizeof text);
        print_message("  %08x %08x %s\n", c->block->pc + in->offset, in->encoding, text);
    }
    for (int i = 0; i < 15; i++)
        print_message(" r%d=%08x", i, c->core.r[i]);
    print_message(" xpsr=%08x fpscr=%08x\n", core_xpsr(&c->core), c->core.fpscr);
    fail_msg("%s: %08x, Unicorn has %08x", what, got, wanted);
}

/* The machine's side; b->next is where it went. */
static void run_machine(struct bench *b, const struct exec_case *c)
{
    struct core core;
    machine_lend(b->machine, &core);
    machine_lend_fp(b->machine);
    core = c->core;
    machine_take_back(b->machine);
    set_memory(b, c);
    for (uint32_t i = 0; i < c->block->count; i++)
        if (c->block->insns[i].kind == INSN_DIV)
            machine_log_divide(b->machine, CASE_CODE + c->block->insns[i].offset);
    b->log.n = b->log.divides = 0;
    b->blocks = 0;
    enum machine_end end = machine_start(b->machine, CASE_CODE);
    if (end == MACHINE_BAD_ACCESS && machine_fault(b->machine)->kind == BAD_FETCH)
        b->next = machine_fault(b->machine)->addr;
    else if (end != MACHINE_STOPPED && end != MACHINE_REFUSED)
        explain(c, "the executor took what Unicorn ends with", 0, end);
}

static void compare_logs(const struct bench *b, const struct exec_case *c)
{
    for (size_t i = 0; i < b->own.n && i < b->log.n; i++) {
        const struct access *got = &b->own.at[i], *wanted = &b->log.at[i];
        if (got->addr != wanted->addr) explain(c, "address", got->addr, wanted->addr);
        if (got->size != wanted->size || got->write != wanted->write)
            explain(c, "access", got->size | (unsigned)got->write << 8,
                    wanted->size | (unsigned)wanted->write << 8);
    }
    if (b->own.n != b->log.n) explain(c, "accesses", (uint32_t)b->own.n, (uint32_t)b->log.n);
    for (size_t i = 0; i < b->own.divides && i < b->log.divides; i++) {
        const struct divide *got = &b->own.divided[i], *wanted = &b->log.divided[i];
        if (got->pc != wanted->pc) explain(c, "divide", got->pc, wanted->pc);
        if (got->dividend != wanted->dividend || got->divisor != wanted->divisor)
            explain(c, "divisor", got->divisor, wanted->divisor);
    }
    if (b->own.divides != b->log.divides)
        explain(c, "divides", (uint32_t)b->own.divides, (uint32_t)b->log.divides);
}

static void compare(struct bench *b, const struct exec_case *c, const struct core *k,
                    const uint8_t *data)
{
    char name[16];
    for (int i = 0; i < 15; i++) {
        uint32_t wanted = machine_reg(b->machine, (enum machine_reg)i);
        snprintf(name, sizeof name, "r%d", i);
        if (k->r[i] != wanted) explain(c, name, k->r[i], wanted);
    }
    uint32_t xpsr = machine_reg(b->machine, MREG_XPSR);
    if (core_xpsr(k) != xpsr) explain(c, "xpsr", core_xpsr(k), xpsr);
    if (k->r[15] != b->next) explain(c, "next pc", k->r[15], b->next);
    for (int i = 0; i < 32; i++) {
        uint32_t wanted = machine_reg(b->machine, (enum machine_reg)(MREG_S0 + i));
        snprintf(name, sizeof name, "s%d", i);
        if (k->s[i] != wanted) explain(c, name, k->s[i], wanted);
    }
    uint32_t fpscr = machine_reg(b->machine, MREG_FPSCR);
    if (k->fpscr != fpscr) explain(c, "fpscr", k->fpscr, fpscr);
    compare_logs(b, c);
    const uint8_t *now = memory_at(&b->memory, CASE_DATA, CASE_DATA_BYTES);
    for (uint32_t i = 0; i < CASE_DATA_BYTES; i++)
        if (data[i] != now[i]) explain(c, "byte", data[i], now[i]);
}

/* True when the executor ran it. */
static bool run_case(struct bench *b, struct exec_case *c)
{
    static uint8_t data[CASE_DATA_BYTES];
    struct core k = c->core;
    set_memory(b, c);
    assert_true(machine_write(b->machine, CASE_CODE, c->code, c->bytes));
    b->own.n = b->own.divides = b->undo.n = 0;
    bool ran = exec_run(c->uops, &k, &b->pages, &b->own, &b->undo, c->fp);
    memcpy(data, memory_at(&b->memory, CASE_DATA, CASE_DATA_BYTES), CASE_DATA_BYTES);
    if (!ran) {
        assert_memory_equal(&k, &c->core, offsetof(struct core, r[15]));
        assert_int_equal(core_xpsr(&k), core_xpsr(&c->core));
        assert_memory_equal(k.s, c->core.s, sizeof k.s);
        assert_int_equal(k.fpscr, c->core.fpscr);
        assert_memory_equal(data, c->data, CASE_DATA_BYTES);
        assert_int_equal(b->own.n + b->own.divides, 0);
        return false;
    }
    exec_undo(&b->undo, 0);
    assert_memory_equal(memory_at(&b->memory, CASE_DATA, CASE_DATA_BYTES), c->data,
                        CASE_DATA_BYTES);
    run_machine(b, c);
    compare(b, c, &k, data);
    return true;
}

static void count_kinds(struct bench *b, const struct exec_case *c)
{
    for (const struct uop *u = c->uops;; u++) {
        b->counts[u->kind]++;
        if (u->kind == UOP_END && u->imm == CASE_CODE + c->bytes) break;
    }
}

/* Whatever the executor knows was compared. */
static void all_were_drawn(const struct bench *b)
{
    static const char *const names[] = {
#define OP(name, reads, writes, plain, ...) #name,
#include "sim/exec/ops.def"
#undef OP
    };
    bool all = true;
    for (unsigned i = 0; i < UOP_COUNT; i++)
        if (!b->counts[i]) {
            print_message("never drawn: %s\n", names[i]);
            all = false;
        }
    assert_true(all);
}

static void agrees(const char *board, uint64_t seed, unsigned cases)
{
    struct bench *b = bench_new(board);
    struct rng r = {seed};
    unsigned ran = 0;
    for (unsigned i = 0; i < cases; i++) {
        struct exec_case c;
        case_make(&c, &r, b->board->core);
        assert_non_null(c.uops);
        if (run_case(b, &c)) {
            count_kinds(b, &c);
            ran++;
        }
        case_free(&c);
    }
    print_message("%s: %u of %u blocks were the executor's\n", board, ran, cases);
    assert_true(ran > cases / 4);
    if (b->board->core == CORE_CORTEX_M7) all_were_drawn(b);
    bench_free(b);
}

static void same_as_unicorn_m7(void **state)
{
    (void)state;
    const char *cases = getenv("CASES"); /* for longer runs by hand */
    agrees("stm32f746g-disco", 1, cases ? (unsigned)atoi(cases) : 5000);
}

static void same_as_unicorn_m4(void **state)
{
    (void)state;
    agrees("stm32f412g-disco", 2, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_unicorn_m7),
        cmocka_unit_test(same_as_unicorn_m4),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
