/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decode: operands of chosen encodings (those that Capstone gets wrong among them), IT context,
 * block limits; and the class table against Capstone's mnemonics over random encodings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/cpu/decode.h"
#include "tools/base/rng.h"

#define R(n) (UINT64_C(1) << (n))
#define S(n) (UINT64_C(1) << (REG_S0 + (n)))
#define D(n) (S(2 * (n)) | S(2 * (n) + 1))
#define F    R(REG_FLAGS)

static const struct {
    const char *text;
    uint32_t encoding;
    unsigned bytes;
    uint64_t reads, writes;
    enum insn_class kind;
    unsigned accesses;
} cases[] = {
    {"movs r1, #3", 0x2103, 2, 0, R(1) | F, INSN_ADDSUB, 0},
    {"adds r0, r1, r2", 0x1888, 2, R(1) | R(2), R(0) | F, INSN_ADDSUB, 0},
    {"cmp r0, #1", 0x2801, 2, R(0), F, INSN_LOGIC, 0},
    {"muls r2, r3", 0x435a, 2, R(2) | R(3), R(2) | F, INSN_MUL, 0},
    {"push {r4, lr}", 0xb510, 2, R(13) | R(4) | R(14), R(13), INSN_STM, 2},
    {"pop {r4, pc}", 0xbd10, 2, R(13), R(13) | R(4), INSN_LDM, 2},
    {"ldr r3, [r0, r1]", 0x5843, 2, R(0) | R(1), R(3), INSN_LDR, 1},
    {"strb r3, [r0, #1]", 0x7043, 2, R(0) | R(3), 0, INSN_STRB, 1},
    {"bx lr", 0x4770, 2, R(14), 0, INSN_BX, 0},
    {"smlad r0, r1, r2, r3", 0xfb213002, 4, R(1) | R(2) | R(3), R(0), INSN_MLA, 0},
    {"smlal r0, r1, r2, r3", 0xfbc20103, 4, R(0) | R(1) | R(2) | R(3), R(0) | R(1), INSN_MLAL,
     0},
    {"umaal r0, r1, r2, r3", 0xfbe20163, 4, R(0) | R(1) | R(2) | R(3), R(0) | R(1), INSN_MLAL,
     0},
    {"umull r0, r1, r2, r3", 0xfba20103, 4, R(2) | R(3), R(0) | R(1), INSN_MULL, 0},
    {"sxtab16 r0, r1, r2", 0xfa21f082, 4, R(1) | R(2), R(0), INSN_EXTADD, 0},
    {"sxtb16 r0, r2, ror #8", 0xfa2ff092, 4, R(2), R(0), INSN_EXTEND, 0},
    {"ssat r0, #8, r1", 0xf3010007, 4, R(1), R(0), INSN_SATURATE, 0},
    {"pkhbt r0, r1, r2", 0xeac10002, 4, R(1) | R(2), R(0), INSN_PACK, 0},
    {"add r0, r1, r2, lsl #3", 0xeb0100c2, 4, R(1) | R(2), R(0), INSN_SHIFTED, 0},
    {"adc r0, r1, r2", 0xeb410002, 4, R(1) | R(2) | F, R(0), INSN_LOGIC, 0},
    {"subs r0, r1, #1", 0xf1b10001, 4, R(1), R(0) | F, INSN_ADDSUB, 0},
    {"eor r0, r1, #0x1fc0", 0xf48150fe, 4, R(1), R(0), INSN_SHIFTED, 0},
    {"tst r0, #1", 0xf0100f01, 4, R(0), F, INSN_LOGIC, 0},
    {"bfi r0, r1, #4, #4", 0xf3611007, 4, R(0) | R(1), R(0), INSN_INSERT, 0},
    {"ldr r0, [r1], #4", 0xf8510b04, 4, R(1), R(0) | R(1), INSN_LDR, 1},
    {"ldrsb r0, [r1, r2]", 0xf9110002, 4, R(1) | R(2), R(0), INSN_LDRB, 1},
    {"ldrd r0, r1, [r2, #8]", 0xe9d20102, 4, R(2), R(0) | R(1), INSN_LDRD, 2},
    {"strd r0, r1, [r2], #8", 0xe8e20102, 4, R(0) | R(1) | R(2), R(2), INSN_STRD, 2},
    {"stmdb sp!, {r4-r11, lr}", 0xe92d4ff0, 4, 0x4ff0 | R(13), R(13), INSN_STM, 9},
    {"tbb [pc, r0]", 0xe8dff000, 4, R(0), 0, INSN_TB, 1},
    {"sdiv r0, r1, r2", 0xfb91f0f2, 4, R(1) | R(2), R(0), INSN_DIV, 0},
    {"vadd.f32 s0, s1, s2", 0xee300a81, 4, S(1) | S(2), S(0), INSN_VADD, 0},
    {"vmla.f32 s0, s1, s2", 0xee000a81, 4, S(0) | S(1) | S(2), S(0), INSN_VMLA, 0},
    {"vfma.f64 d0, d1, d2", 0xeea10b02, 4, D(0) | D(1) | D(2), D(0), INSN_VFMA, 0},
    {"vdiv.f32 s0, s1, s2", 0xee800a81, 4, S(1) | S(2), S(0), INSN_VDIV, 0},
    {"vcvt.s32.f32 s0, s1", 0xeebd0ae0, 4, S(1), S(0), INSN_VADD, 0},
    {"vmov r0, s1", 0xee100a90, 4, S(1), R(0), INSN_VMOV_GET, 0},
    {"vldr d1, [r0]", 0xed901b00, 4, R(0), D(1), INSN_VLDR, 1},
    {"vpush {d8-d9}", 0xed2d8b04, 4, R(13) | D(8) | D(9), R(13), INSN_VSTM, 2},
    {"vldmia r0!, {s0-s3}", 0xecb00a04, 4, R(0), R(0) | S(0) | S(1) | S(2) | S(3), INSN_VLDM,
     4},
    {"vmrs apsr_nzcv, fpscr", 0xeef1fa10, 4, R(REG_FPSCR), F, INSN_VMRS, 0},
};

static void reads_operands(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct insn i;
        insn_decode(&i, cases[k].encoding, cases[k].bytes, false);
        if (i.kind != cases[k].kind || insn_reads(&i) != cases[k].reads ||
            insn_writes(&i) != cases[k].writes || i.accesses != cases[k].accesses)
            fail_msg("%s: %s reads %016llx writes %016llx, %u accesses", cases[k].text,
                     insn_class_name((enum insn_class)i.kind),
                     (unsigned long long)insn_reads(&i), (unsigned long long)insn_writes(&i),
                     i.accesses);
    }
}

static const char *const mnemonics[] = {
#define CLASS(name, text, mnemonics) mnemonics,
#include "sim/cpu/insn_class.def"
#undef CLASS
};

/* "addseq.w" is of class words " add ": the longest head that some class lists. */
static bool spelt_as(const char *mnemonic, const char *words)
{
    char head[64], word[72];
    snprintf(head, sizeof head, "%s", mnemonic);
    head[strcspn(head, ".")] = 0;
    static const char *const conds[] = {"",   "eq", "ne", "hs", "lo", "mi", "pl", "vs",
                                        "vc", "hi", "ls", "ge", "lt", "gt", "le"};
    size_t n = strlen(head);
    for (int s = 0; s < 2; s++) {
        for (size_t c = 0; c < sizeof conds / sizeof conds[0]; c++) {
            size_t tail = strlen(conds[c]);
            if (n < tail + (size_t)s || strcmp(head + n - tail, conds[c]) != 0) continue;
            if (s && head[n - tail - 1] != 's') continue;
            snprintf(word, sizeof word, " %.*s ", (int)(n - tail - (size_t)s), head);
            if (strstr(words, word)) return true;
        }
    }
    return false;
}

/* What Capstone spells but an M4 or M7 does not have: other coprocessors, Advanced SIMD, UDF;
 * and loads of a narrow value into the PC, which are hints or unpredictable. */
static bool not_on_m(uint32_t w, const char *spelt)
{
    static const char *const heads[] = {
        "cdp",    "mcr",    "mrc",    "mrrc",    "ldc",   "stc",  "udf",  "trap",
        "vld1",   "vld2",   "vld3",   "vld4",    "vst1",  "vst2", "vst3", "vst4",
        "vmov.u", "vmov.s", "vmov.8", "vmov.16", "fldmx", "vdup", "hint", "crc"};
    if ((w >> 24 & 0xefu) == 0xef) return true;
    for (size_t k = 0; k < sizeof heads / sizeof heads[0]; k++)
        if (strncmp(spelt, heads[k], strlen(heads[k])) == 0) return true;
    return false;
}

/* Every random encoding that both sides know must be of a class that lists its mnemonic, and
 * what Capstone knows must not be unknown here. */
static void agrees_with_capstone(void **state)
{
    (void)state;
    struct rng r = {.state = 1};
    unsigned known = 0, wrong = 0;
    for (int k = 0; k < 60000; k++) {
        uint32_t w = (uint32_t)rng_next(&r);
        unsigned bytes = k % 6 == 0 ? 2 : 4;
        if (bytes == 2) {
            w = rng_below(&r, 0xe800);
        } else {
            /* spread over the spaces: loads, data processing, multiplies, FPU */
            static const uint32_t tops[] = {0xe8000000, 0xea000000, 0xec000a00, 0xee000a00,
                                            0xf0000000, 0xf8000000, 0xfa000000, 0xfb000000,
                                            0xfe000a00, 0xf3000000, 0xe9000000, 0xed000b00};
            uint32_t keep = 0x01ff0000u | (k & 4 ? 0x0000f1ffu : 0x0000ffffu);
            w = tops[rng_below(&r, 12)] | (w & (k & 8 ? keep : keep & ~0xf000u)) |
                (k & 8 ? 0 : 0xf000u);
        }
        struct insn i;
        char spelt[64], all[160];
        insn_decode(&i, w, bytes, false);
        insn_text(&i, 0x08000000, false, spelt, sizeof spelt);
        if (spelt[0] == '(' || not_on_m(w, spelt)) continue;
        bool good;
        if (i.kind == INSN_IT)
            good = strncmp(spelt, "it", 2) == 0;
        else if (i.kind == INSN_UNKNOWN &&
                 strstr(
                     "vldmia vldmdb vstmia vstmdb fldmdbx fstmdbx fldmiax fstmiax vpush vpop",
                     spelt))
            continue; /* a list that runs past the last register */
        else if (i.kind == INSN_PLD)
            good = strncmp(spelt, "pl", 2) == 0 || strncmp(spelt, "ldr", 3) == 0;
        else
            good = spelt_as(spelt, mnemonics[i.kind]);
        known++;
        if (good) continue;
        insn_text(&i, 0x08000000, true, all, sizeof all);
        print_message("%08x %s: class %s\n", w, all, insn_class_name((enum insn_class)i.kind));
        wrong++;
    }
    assert_int_equal(wrong, 0);
    assert_true(known > 20000);
}

static void carries_the_it_state(void **state)
{
    (void)state;
    /* itte eq; addeq r0, r1, r2; ldreq r3, [r0]; movne r4, #1; adds r0, r1, r2 */
    static const uint8_t code[] = {0x06, 0xbf, 0x88, 0x18, 0x03, 0x68, 0x01, 0x24, 0x88, 0x18};
    struct err e = {0};
    struct block *b = block_decode(code, 0x08000100, sizeof code, &e);
    assert_non_null(b);
    assert_int_equal(b->count, 5);
    assert_int_equal(b->accesses, 1);
    assert_true(b->predicated);
    static const struct {
        unsigned cond, it, sets;
    } want[5] = {{14, 0, 0}, {0, 1, 0}, {0, 1, 0}, {1, 1, 0}, {14, 0, 1}};
    for (int k = 0; k < 5; k++) {
        assert_int_equal(b->insns[k].cond, want[k].cond);
        assert_int_equal((b->insns[k].flags & INSN_IN_IT) != 0, want[k].it);
        assert_int_equal((b->insns[k].flags & INSN_SETS_FLAGS) != 0, want[k].sets);
    }
    block_free(b);
    /* The same, entered after the IT: execution knows the state. */
    b = block_decode_it(code + 2, 0x08000102, sizeof code - 2, 0x06, &e);
    assert_non_null(b);
    assert_int_equal(b->insns[0].cond, 0);
    assert_int_equal(b->insns[2].cond, 1);
    assert_int_equal(b->insns[3].cond, COND_ALWAYS);
    block_free(b);
}

static void refuses_cut_blocks(void **state)
{
    (void)state;
    static const uint8_t wide[] = {0x00, 0xf0, 0x00, 0xf8};
    struct err e = {0};
    assert_null(block_decode(wide, 0x100, 3, &e));
    assert_null(block_decode(wide, 0x100, 2, &e));
    assert_non_null(strstr(e.text, "wide instruction"));
    struct block *b = block_decode(wide, 0x100, 4, &e);
    assert_non_null(b);
    assert_int_equal(b->insns[0].kind, INSN_BL);
    block_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_operands),
        cmocka_unit_test(agrees_with_capstone),
        cmocka_unit_test(carries_the_it_state),
        cmocka_unit_test(refuses_cut_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
