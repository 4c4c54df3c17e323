/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Runs the files of tests/timing through the timing models, without executing anything: each
 * file is assembled, cut at its labels into cases, and every instruction goes to timing_block()
 * as a block of its own with the accesses and the branch target that its comment names. The
 * number in the comment is how many cycles the clock moves. tests/timing/README.md has the
 * notation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/cpu/decode.h"
#include "sim/timing/timing.h"
#include "tools/base/file.h"
#include "tools/base/proc.h"

enum { MAX_LABELS = 512, MAX_ACCESSES = 16 };

struct program {
    struct bytes text;
    struct label {
        char name[64];
        uint32_t at;
    } labels[MAX_LABELS];
    size_t label_count;
    uint32_t base;
};

struct machine {
    struct board *board;
    struct chip chip;
};

static void must(bool good, const struct err *e)
{
    if (!good) fail_msg("%s", e->text);
}

static const struct label *find_label(const struct program *p, const char *name)
{
    for (size_t k = 0; k < p->label_count; k++)
        if (strcmp(p->labels[k].name, name) == 0) return &p->labels[k];
    fail_msg("no label %s", name);
    return NULL;
}

/* Assembles `source` for a core; the code is placed at `base`. */
static void assemble(const char *source, const char *core, uint32_t base, struct program *p)
{
    struct err e = {0};
    char dir[] = "/tmp/mcuscope-timing-XXXXXX", object[64], elf[64], binary[64], cpu[64],
         at[64];
    assert_non_null(mkdtemp(dir));
    snprintf(object, sizeof object, "%s/t.o", dir);
    snprintf(elf, sizeof elf, "%s/t.elf", dir);
    snprintf(binary, sizeof binary, "%s/t.bin", dir);
    snprintf(cpu, sizeof cpu, "-mcpu=%s", core);
    snprintf(at, sizeof at, "-Ttext=0x%x", base);
    const char *fpu = strcmp(core, "cortex-m7") == 0 ? "-mfpu=fpv5-d16" : "-mfpu=fpv4-sp-d16";
    const char *const as[] = {"arm-none-eabi-as",
                              cpu,
                              "-mthumb",
                              fpu,
                              "-mfloat-abi=hard",
                              "-o",
                              object,
                              source,
                              NULL};
    const char *const ld[] = {"arm-none-eabi-ld", "-e", "0", at, "-o", elf, object, NULL};
    const char *const copy[] = {
        "arm-none-eabi-objcopy", "-O", "binary", "-j", ".text", elf, binary, NULL};
    const char *const nm[] = {"arm-none-eabi-nm", elf, NULL};
    struct buf names = {0};
    *p = (struct program){.base = base};
    must(proc_run(as, NULL, NULL, &e), &e);
    must(proc_run(ld, NULL, NULL, &e), &e);
    must(proc_run(copy, NULL, NULL, &e), &e);
    must(proc_run(nm, NULL, &names, &e), &e);
    must(file_load(binary, 0, &p->text, &e), &e);
    for (char *line = strtok(names.data, "\n"); line; line = strtok(NULL, "\n")) {
        char kind, name[64];
        unsigned value;
        if (sscanf(line, "%x %c %63s", &value, &kind, name) != 3 || name[0] == '$') continue;
        assert_true(p->label_count < MAX_LABELS);
        struct label *l = &p->labels[p->label_count++];
        snprintf(l->name, sizeof l->name, "%s", name);
        l->at = value;
    }
    buf_done(&names);
    unlink(object);
    unlink(elf);
    unlink(binary);
    rmdir(dir);
}

/* "@ machine BOARD ws N [icache] [dcache] [prefetch] [art] at ADDRESS" */
static uint32_t read_machine(const char *line, struct machine *m)
{
    char words[256], *save = NULL;
    struct err e = {0};
    uint32_t base = 0;
    snprintf(words, sizeof words, "%s", line);
    strtok_r(words, " \n", &save); /* @ */
    strtok_r(NULL, " \n", &save);  /* machine */
    m->board = board_load(strtok_r(NULL, " \n", &save), &e);
    if (!m->board) {
        fail_msg("%s", e.text);
        return 0;
    }
    m->chip = (struct chip){.hclk_hz = m->board->clock_hz, .axi_divider = 1};
    for (char *w; (w = strtok_r(NULL, " \n", &save));) {
        if (strcmp(w, "icache") == 0)
            m->chip.l1_icache = true;
        else if (strcmp(w, "dcache") == 0)
            m->chip.l1_dcache = true;
        else if (strcmp(w, "prefetch") == 0)
            m->chip.flash_prefetch = true;
        else if (strcmp(w, "art") == 0)
            m->chip.flash_icache = m->chip.flash_dcache = true;
        else if (strcmp(w, "ws") == 0)
            m->chip.flash_wait_states = (unsigned)atoi(strtok_r(NULL, " \n", &save));
        else if (strcmp(w, "at") == 0)
            base = (uint32_t)strtoul(strtok_r(NULL, " \n", &save), NULL, 16);
        else
            fail_msg("machine: what is %s?", w);
    }
    return base;
}

/* What stands behind the '@' of an instruction. */
struct note {
    bool checked;
    unsigned cycles;
    struct access accesses[MAX_ACCESSES];
    size_t count;
    struct divide divide;
    bool divides;
    uint32_t next; /* 0: in line */
};

static struct effects effects_in(const struct note *n)
{
    struct effects did = effects_of(n->accesses, n->count);
    did.divides = &n->divide;
    did.divide_count = n->divides;
    return did;
}

static struct note read_note(const struct program *p, const char *text, const struct insn *i,
                             uint32_t pc)
{
    struct note n = {.divide.pc = pc};
    char words[256], *save = NULL;
    snprintf(words, sizeof words, "%s", text);
    for (char *w = strtok_r(words, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save)) {
        if (strcmp(w, "mem") == 0) {
            uint32_t addr = (uint32_t)strtoul(strtok_r(NULL, " \t\n", &save), NULL, 16);
            for (n.count = 0; n.count < i->accesses && n.count < MAX_ACCESSES; n.count++) {
                n.accesses[n.count] = (struct access){.addr = addr,
                                                      .size = i->access_bytes,
                                                      .write = i->flags & INSN_STORE ? 1 : 0};
                addr += i->access_bytes;
            }
        } else if (strcmp(w, "divides") == 0) {
            n.divides = true;
            n.divide.dividend = (uint32_t)strtoll(strtok_r(NULL, " \t\n", &save), NULL, 0);
            n.divide.divisor = (uint32_t)strtoll(strtok_r(NULL, " \t\n", &save), NULL, 0);
        } else if (strcmp(w, "to") == 0) {
            n.next = find_label(p, strtok_r(NULL, " \t\n", &save))->at;
        } else if (strspn(w, "0123456789") == strlen(w)) {
            n.checked = true;
            n.cycles = (unsigned)atoi(w);
        }
    }
    return n;
}

static uint64_t sum(const struct charge *c)
{
    uint64_t n = 0;
    for (int k = 0; k < CAUSE_COUNT; k++)
        n += c->cycles[k];
    return n;
}

enum { CASES_MAX = 64, STEPS_MAX = 64 };

/* A case as it ran, to run it again. */
struct steps {
    struct step {
        struct block *block;
        struct note note;
        uint32_t next;
    } at[STEPS_MAX];
    size_t count;
};

/* The case a second time, when caches have what it needs: its cycles. Empties the list. */
static uint64_t again(struct timing *t, struct steps *s)
{
    struct charge unused = {0};
    uint64_t before = t ? timing_cycles(t) : 0;
    for (size_t i = 0; i < s->count; i++) {
        struct step *p = &s->at[i];
        struct effects did = effects_in(&p->note);
        timing_block(t, p->block, &did, p->next, &unused);
    }
    uint64_t took = s->count ? timing_cycles(t) - before : 0;
    while (s->count)
        block_free(s->at[--s->count].block);
    return took;
}

/* What a run of a file found. */
struct result {
    unsigned checked, wrong;    /* instructions, against what their comment says */
    uint64_t cycles[CASES_MAX]; /* of each case when it runs again */
    size_t cases;
};

/* Runs the file, on a worse machine when `worsen` makes one: nothing is checked then. */
static struct result run_file(const char *path, void (*worsen)(struct chip *chip))
{
    struct err e = {0};
    struct bytes source;
    struct machine m = {0};
    struct program p = {0};
    struct timing *t = NULL;
    struct result r = {0};
    static struct steps steps; /* large; empty between files */
    unsigned line_number = 0;
    uint32_t pc = 0;
    must(file_load(path, 0, &source, &e), &e);
    for (char *line = (char *)source.data, *end; line && *line; line = end ? end + 1 : NULL) {
        end = strchr(line, '\n');
        if (end) *end = 0;
        line_number++;
        if (strncmp(line, "@ machine ", 10) == 0) {
            uint32_t base = read_machine(line, &m);
            if (worsen) worsen(&m.chip);
            assemble(path, m.board->core_name, base, &p);
            continue;
        }
        char name[64];
        if (sscanf(line, "%63[a-z0-9_A-Z]:", name) == 1 && strchr(line, ':')) {
            if (strncmp(name, "to_", 3) == 0) continue; /* a target inside a case */
            if (r.cases) r.cycles[r.cases - 1] = again(t, &steps);
            timing_free(t);
            t = timing_new(m.board, TIMING_MODEL, &m.chip, &e);
            must(t != NULL, &e);
            pc = find_label(&p, name)->at;
            assert_true(r.cases < CASES_MAX);
            r.cases++;
            continue;
        }
        char *comment = strchr(line, '@');
        if ((line[0] != ' ' && line[0] != '\t') || !comment || !t) continue;
        if (line[strspn(line, " \t")] == '.' || line[strspn(line, " \t")] == '@') continue;
        struct block *b = NULL;
        uint32_t at = pc - p.base;
        assert_true(at + 2 <= p.text.len);
        unsigned bytes = p.text.data[at + 1] >> 3 >= 0x1d ? 4 : 2;
        b = block_decode(p.text.data + at, pc, bytes, &e);
        must(b != NULL, &e);
        if (!b) break;
        struct note n = read_note(&p, comment + 1, &b->insns[0], pc);
        uint32_t next = n.next ? n.next : pc + bytes;
        struct charge c = {0};
        uint64_t before = timing_cycles(t);
        struct effects did = effects_in(&n);
        timing_block(t, b, &did, next, &c);
        uint64_t took = timing_cycles(t) - before;
        assert_int_equal(took, sum(&c));
        if (n.checked) r.checked++;
        if (n.checked && took != n.cycles && !worsen) {
            print_message("%s:%u: %llu cycles:%s\n", path, line_number,
                          (unsigned long long)took, line);
            r.wrong++;
        }
        assert_true(steps.count < STEPS_MAX);
        steps.at[steps.count++] = (struct step){b, n, next};
        pc = next;
    }
    if (r.cases) r.cycles[r.cases - 1] = again(t, &steps);
    timing_free(t);
    free(p.text.data);
    free(source.data);
    board_free(m.board);
    return r;
}

static void more_wait_states(struct chip *c)
{
    c->flash_wait_states += 3;
}

static void no_caches(struct chip *c)
{
    c->l1_icache = c->l1_dcache = c->flash_icache = c->flash_dcache = c->flash_prefetch = false;
}

static void slower_bus(struct chip *c)
{
    c->axi_divider *= 2;
}

static void check_file(const char *path)
{
    if (!proc_found("arm-none-eabi-as")) {
        print_message("skipped: no arm-none-eabi-as\n");
        return;
    }
    struct result r = run_file(path, NULL);
    assert_int_equal(r.wrong, 0);
    assert_true(r.checked > 10);
    /* More wait states, no caches, a slower bus: no case becomes faster. */
    static void (*const worse[])(struct chip *) = {more_wait_states, no_caches, slower_bus};
    for (size_t w = 0; w < sizeof worse / sizeof worse[0]; w++) {
        struct result slow = run_file(path, worse[w]);
        for (size_t i = 0; i < r.cases; i++)
            if (slow.cycles[i] < r.cycles[i])
                fail_msg("%s: case %zu is faster on worse machine %zu", path, i, w);
    }
}

#define FILE_TEST(name)                                                                        \
    static void name(void **state)                                                             \
    {                                                                                          \
        (void)state;                                                                           \
        check_file("tests/timing/" #name ".S");                                                \
    }
FILE_TEST(m4_core)
FILE_TEST(m4_memory)
FILE_TEST(m4_flash)
FILE_TEST(m4_fetch)
FILE_TEST(m7_pairs)
FILE_TEST(m7_operands)
FILE_TEST(m7_memory)
FILE_TEST(m7_h7)
FILE_TEST(m7_fp)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(m4_core),   cmocka_unit_test(m4_memory), cmocka_unit_test(m4_flash),
        cmocka_unit_test(m4_fetch),  cmocka_unit_test(m7_pairs),  cmocka_unit_test(m7_operands),
        cmocka_unit_test(m7_memory), cmocka_unit_test(m7_h7),     cmocka_unit_test(m7_fp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
