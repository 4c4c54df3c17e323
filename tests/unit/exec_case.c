/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Encodings are drawn from families (fixed bits, free bits) and kept when the executor takes
 * them: so whatever it claims to know is drawn sooner or later, and nothing has to be listed.
 */
#include "exec_case.h"

#include <stdlib.h>
#include <string.h>

#include "sim/blocks.h"

static const struct {
    uint32_t fixed, free;
    unsigned weight;
} families[] = {
    {0x0000, 0x3fff, 4}, /* shift, add, subtract, move, compare */
    {0x4000, 0x03ff, 3}, /* data processing */
    {0x4400, 0x02ff, 1}, /* high registers */
    {0x4800, 0x000f, 1}, /* literal */
    {0x5000, 0x0fff, 2}, /* loads and stores, also relative to SP */
    {0x6000, 0x3fff, 2},         {0x9000, 0x081f, 1},
    {0xa000, 0x0fff, 1}, /* ADR, ADD SP */
    {0xb000, 0x0f8f, 2}, /* miscellaneous */
    {0xb200, 0x00ff, 1},         {0xba00, 0x00ff, 1},
    {0xc000, 0x0fff, 1},         {0xe8000000, 0x01ffffff, 2}, /* multiple, dual */
    {0xe9000000, 0x00ffff0f, 2}, {0xe8400000, 0x013fffff, 3},
    {0xea000000, 0x01ff7fff, 8}, {0xeac00000, 0x000f7fff, 1},
    {0xeb000000, 0x00af7fcf, 2}, {0xfab0f080, 0x000f0f0f, 1},
    {0xf0000000, 0x07ff7fff, 6}, {0xf3000000, 0x00ff7fff, 2},
    {0xfa00f000, 0x007f0f0f, 2}, {0xfa00f080, 0x007f0f3f, 3},
    {0xfa0ff080, 0x00700f3f, 1}, {0xfa80f000, 0x007f0f7f, 12},
    {0xfa80f080, 0x003f0f3f, 3}, {0xfb000000, 0x007fff3f, 9},
    {0xfb00f000, 0x007f0f3f, 6}, {0xfb800000, 0x007fffff, 4},
    {0xfb800000, 0x002fff0f, 2}, {0xfbc00080, 0x001fff7f, 6},
    {0xfb90f0f0, 0x002f0f0f, 1}, {0xf8000000, 0x017fff3f, 4},
    {0xf8000800, 0x017fffff, 6}, {0xf8800000, 0x017ff0ff, 4},
    {0xed100a00, 0x00cff107, 2}, {0xed000a00, 0x00cff107, 2},
    {0xec200a00, 0x01dff107, 3}, {0xec800a00, 0x013ff107, 1},
    {0xec400a10, 0x001ff12f, 1}, {0xee000a10, 0x001ff080, 1},
    {0xee000a00, 0x00fff0ef, 9}, {0xeeb00a40, 0x004ff0af, 6},
    {0xee800a00, 0x004ff0af, 1}, {0xeeb00a00, 0x004ff00f, 1},
    {0xfe000a00, 0x007ff0af, 1}, {0xfe800a00, 0x004ff0ef, 1},
    {0xf3200000, 0x008f0f0f, 1}, {0xeeb50a40, 0x0040f080, 1},
    {0xed1f0b00, 0x0080f007, 1}, {0xea4f0030, 0x00100f0f, 1},
    {0xf1400000, 0x003f0fff, 1}, {0xeef1fa10, 0, 1},
    {0xeeb80a40, 0x0046f0af, 2},
};

/* What kernels of networks are made of: neighbours that the executor fuses. */
static const struct {
    uint32_t fixed, free;
} kernel[] = {
    {0x6800, 0x07ff},
    {0xfb200000, 0x000fff0f},
    {0xfb200000, 0x000fff0f},
    {0xfa2ff080, 0x00000f3f},
};

/* What may end a block; most leave it. */
static const struct {
    uint32_t fixed, free;
} ends[] = {
    {0xd000, 0x0fff},         {0xe000, 0x03ff},         {0x4700, 0x00f8},
    {0xb100, 0x0aff},         {0xf0008000, 0x03c007ff}, {0xf0009000, 0x000007ff},
    {0xf000d000, 0x0fff2fff}, {0xe8d0f000, 0x000f001f}, {0xbd00, 0x00ff},
    {0xf850f000, 0x000f003f}, {0xf8d0f000, 0x000f001f}, {0xf850fb00, 0x000f0007},
    {0x4687, 0x0078},         {0xe8908000, 0x002f00ff},
};

static unsigned total_weight(void)
{
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        sum += families[i].weight;
    return sum;
}

enum draw { DRAW_ANY, DRAW_KERNEL, DRAW_END };

static uint32_t draw(struct rng *r, enum draw what)
{
    uint32_t noise = (uint32_t)rng_next(r);
    if (what == DRAW_KERNEL) {
        size_t i = rng_below(r, sizeof kernel / sizeof *kernel);
        return kernel[i].fixed | (noise & kernel[i].free);
    }
    if (what == DRAW_END) {
        size_t i = rng_below(r, sizeof ends / sizeof *ends);
        return ends[i].fixed | (noise & ends[i].free);
    }
    unsigned at = rng_below(r, total_weight());
    size_t i = 0;
    while (at >= families[i].weight)
        at -= families[i++].weight;
    uint32_t encoding = families[i].fixed | (noise & families[i].free);
    if ((encoding & 0xffd0f0c0U) == 0xfa90f080U) /* CLZ, REV, RBIT name their operand twice */
        encoding = (encoding & ~0xf0000U) | (encoding & 15U) << 16;
    return encoding;
}

static unsigned put_code(uint8_t *out, uint32_t encoding)
{
    uint16_t h[2] = {(uint16_t)(encoding >> 16), (uint16_t)encoding};
    if (h[0]) {
        memcpy(out, h, 4);
        return 4;
    }
    memcpy(out, &h[1], 2);
    return 2;
}

/* An instruction that the executor takes, alone; 0 when the draw was none. */
static uint32_t known(struct rng *r, enum draw what, enum core_kind core)
{
    struct err e;
    uint8_t code[4];
    uint32_t encoding = draw(r, what);
    unsigned bytes = put_code(code, encoding);
    struct block *b = block_decode(code, CASE_CODE, bytes, &e);
    if (!b) return 0;
    struct uop *u = NULL;
    bool leaves = b->insns[0].flags & INSN_TO_PC;
    if (b->count == 1 && leaves == (what == DRAW_END) && b->insns[0].kind != INSN_IT)
        u = compile_block(b, core);
    free(u);
    block_free(b);
    return u ? encoding : 0;
}

static uint32_t draw_known(struct rng *r, enum draw what, enum core_kind core)
{
    uint32_t encoding = 0;
    while (!encoding)
        encoding = known(r, what, core);
    return encoding;
}

/* Instructions, some of them in IT blocks, and a branch at the end. */
static void make_code(struct exec_case *c, struct rng *r, enum core_kind core)
{
    unsigned count = 1 + rng_below(r, 6), it_left = 0;
    enum draw what = rng_below(r, 8) ? DRAW_ANY : DRAW_KERNEL;
    for (unsigned i = 0; i < count; i++) {
        if (!it_left && rng_below(r, 4) == 0) {
            uint32_t mask = 1 + rng_below(r, 15);
            it_left = 4 - (unsigned)__builtin_ctz(mask);
            c->bytes += put_code(c->code + c->bytes, 0xbf00 | rng_below(r, 14) << 4 | mask);
        }
        c->bytes += put_code(c->code + c->bytes, draw_known(r, what, core));
        if (it_left) it_left--;
    }
    for (; it_left > 1; it_left--)
        c->bytes += put_code(c->code + c->bytes, draw_known(r, what, core));
    uint32_t end;
    do /* a branch that has a condition of its own is not for an IT block */
        end = draw_known(r, DRAW_END, core);
    while (it_left &&
           (end >> 12 == 13 || end >> 12 == 11 || (end & 0xf8009000U) == 0xf0008000U));
    c->bytes += put_code(c->code + c->bytes, end);
}

static uint32_t edge(struct rng *r)
{
    static const uint32_t edges[] = {0,          1,          2,          31,         32,
                                     33,         0x7f,       0x80,       0xff,       0x7fff,
                                     0x8000,     0xffff,     0x7fff7fff, 0x80008000, 0x7fffffff,
                                     0x80000000, 0x80000001, 0xffffffff, 0xffff0000, 0x40000000,
                                     0x7f80ff01, 0x807f8001};
    if (rng_below(r, 3) == 0) return (uint32_t)rng_next(r);
    return edges[rng_below(r, sizeof edges / sizeof *edges)];
}

static uint32_t float_edge(struct rng *r)
{
    static const uint32_t edges[] = {
        0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000,
        0x7f800001, 0x00800000, 0x80800001, 0x00000001, 0x807fffff, 0x7f7fffff, 0x4f000000,
        0xcf000000, 0x4f800000, 0x3f000000, 0x40490fdb, 0x4b7fffff, 0x34000000};
    if (rng_below(r, 2) == 0)
        return (uint32_t)(0x3c000000 + rng_below(r, 0x08000000)) | rng_below(r, 2) << 31;
    if (rng_below(r, 4) == 0) return (uint32_t)rng_next(r);
    return edges[rng_below(r, sizeof edges / sizeof *edges)];
}

static uint32_t address(struct rng *r)
{
    uint32_t a = CASE_DATA + CASE_DATA_BYTES / 4 + rng_below(r, CASE_DATA_BYTES / 2);
    return rng_below(r, 4) ? a & ~3U : a;
}

static void make_state(struct exec_case *c, struct rng *r)
{
    unsigned pointers = rng_below(r, 5); /* of four registers: some cases load, some compute */
    for (unsigned i = 0; i < 15; i++)
        c->core.r[i] = rng_below(r, 4) < pointers ? address(r) : edge(r);
    if (rng_below(r, 3) == 0) c->core.r[14] = CASE_CODE + 0x401;
    c->core.r[13] = (CASE_DATA + CASE_DATA_BYTES / 4 + rng_below(r, CASE_DATA_BYTES / 2)) & ~3U;
    c->core.r[15] = CASE_CODE;
    core_set_xpsr(&c->core, (uint32_t)rng_next(r) & 0xf80f0000U);
    c->core.psr_rest = 1U << 24;
    c->core.fp = true;
    c->core.fpscr = (uint32_t)rng_next(r) & (rng_below(r, 2) ? 0xf0000000U : 0xf000001fU);
    for (unsigned i = 0; i < 32; i++)
        c->core.s[i] = float_edge(r);
    for (unsigned i = 0; i < CASE_DATA_BYTES; i += 4) {
        uint32_t v = edge(r);
        memcpy(c->data + i, &v, sizeof v);
    }
}

void case_make(struct exec_case *c, struct rng *r, enum core_kind core)
{
    struct err e;
    *c = (struct exec_case){.bytes = 0};
    make_code(c, r, core);
    make_state(c, r);
    c->block = block_decode(c->code, CASE_CODE, c->bytes, &e);
    c->uops = c->block ? compile_block(c->block, core) : NULL;
    for (uint32_t i = 0; c->block && i < c->block->count; i++)
        c->fp |= insn_is_fpu(&c->block->insns[i]);
}

void case_free(struct exec_case *c)
{
    block_free(c->block);
    free(c->uops);
}
