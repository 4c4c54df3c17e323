/* SPDX-License-Identifier: 0BSD
 * See conv_block.h. Registers of the assembler:
 *   r0 weights, r1 x, r2 r3 r12 lr temporaries, r4-r7 sums of a, r8-r11 sums of b;
 *   on the stack: the struct, the weights' end. BOARD_DUAL_ISSUE: for a Cortex-M7. */
#include "conv_block.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb__)

#define BEGIN                                                                                  \
    "push   {r4-r11, lr}\n\t"                                                                  \
    "ldr    r2, [r0, #4]\n\t"                                                                  \
    "ldr    r1, [r0, #8]\n\t"                                                                  \
    "push   {r0, r2, r3}\n\t"

/* 32 products: two words of weights. The M7's order has something beside each SMLAD, and loads
 * the next iteration's first words (past the end at last: nothing comes of those); the M4's has
 * loads from one memory behind each other, which it overlaps. */
#ifdef BOARD_DUAL_ISSUE
#define AHEAD                                                                                  \
    "ldr r2, [r0]\n\t"                                                                         \
    "ldr r12, [r1]\n\t"
#define INNER                                                                                  \
    "sxtb16 r3, r2\n\t"                                                                        \
    "ldr    lr, [r1, #4]\n\t"                                                                  \
    "sxtb16 r2, r2, ror #8\n\t"                                                                \
    "smlad  r4, r3, r12, r4\n\t"                                                               \
    "smlad  r8, r2, r12, r8\n\t"                                                               \
    "ldr    r12, [r1, #8]\n\t"                                                                 \
    "smlad  r5, r3, lr, r5\n\t"                                                                \
    "smlad  r9, r2, lr, r9\n\t"                                                                \
    "ldr    lr, [r1, #12]\n\t"                                                                 \
    "smlad  r6, r3, r12, r6\n\t"                                                               \
    "smlad  r10, r2, r12, r10\n\t"                                                             \
    "ldr    r12, [r1, #16]\n\t"                                                                \
    "smlad  r7, r3, lr, r7\n\t"                                                                \
    "ldr    r3, [r0, #4]\n\t"                                                                  \
    "smlad  r11, r2, lr, r11\n\t"                                                              \
    "ldr    lr, [sp, #4]\n\t"                                                                  \
    "sxtb16 r2, r3\n\t"                                                                        \
    "add    r0, r0, #8\n\t"                                                                    \
    "sxtb16 r3, r3, ror #8\n\t"                                                                \
    "smlad  r4, r2, r12, r4\n\t"                                                               \
    "cmp    r0, lr\n\t"                                                                        \
    "ldr    lr, [r1, #20]\n\t"                                                                 \
    "smlad  r8, r3, r12, r8\n\t"                                                               \
    "ldr    r12, [r1, #24]\n\t"                                                                \
    "add    r1, r1, #32\n\t"                                                                   \
    "smlad  r5, r2, lr, r5\n\t"                                                                \
    "smlad  r9, r3, lr, r9\n\t"                                                                \
    "ldr    lr, [r1, #-4]\n\t"                                                                 \
    "smlad  r6, r2, r12, r6\n\t"                                                               \
    "smlad  r10, r3, r12, r10\n\t"                                                             \
    "ldr    r12, [r1]\n\t"                                                                     \
    "smlad  r7, r2, lr, r7\n\t"                                                                \
    "ldr    r2, [r0]\n\t"                                                                      \
    "smlad  r11, r3, lr, r11\n\t"
#else
#define AHEAD
#define INNER                                                                                  \
    "ldr    r2, [r0]\n\t"                                                                      \
    "sxtb16 r3, r2\n\t"                                                                        \
    "sxtb16 r2, r2, ror #8\n\t"                                                                \
    "ldr    r12, [r1]\n\t"                                                                     \
    "ldr    lr, [r1, #4]\n\t"                                                                  \
    "smlad  r4, r3, r12, r4\n\t"                                                               \
    "smlad  r8, r2, r12, r8\n\t"                                                               \
    "smlad  r5, r3, lr, r5\n\t"                                                                \
    "smlad  r9, r2, lr, r9\n\t"                                                                \
    "ldr    r12, [r1, #8]\n\t"                                                                 \
    "ldr    lr, [r1, #12]\n\t"                                                                 \
    "smlad  r6, r3, r12, r6\n\t"                                                               \
    "smlad  r10, r2, r12, r10\n\t"                                                             \
    "smlad  r7, r3, lr, r7\n\t"                                                                \
    "smlad  r11, r2, lr, r11\n\t"                                                              \
    "ldr    r2, [r0, #4]\n\t"                                                                  \
    "sxtb16 r3, r2\n\t"                                                                        \
    "sxtb16 r2, r2, ror #8\n\t"                                                                \
    "ldr    r12, [r1, #16]\n\t"                                                                \
    "ldr    lr, [r1, #20]\n\t"                                                                 \
    "smlad  r4, r3, r12, r4\n\t"                                                               \
    "smlad  r8, r2, r12, r8\n\t"                                                               \
    "smlad  r5, r3, lr, r5\n\t"                                                                \
    "smlad  r9, r2, lr, r9\n\t"                                                                \
    "ldr    r12, [r1, #24]\n\t"                                                                \
    "ldr    lr, [r1, #28]\n\t"                                                                 \
    "smlad  r6, r3, r12, r6\n\t"                                                               \
    "smlad  r10, r2, r12, r10\n\t"                                                             \
    "smlad  r7, r3, lr, r7\n\t"                                                                \
    "smlad  r11, r2, lr, r11\n\t"                                                              \
    "ldr    r12, [sp, #4]\n\t"                                                                 \
    "add    r0, r0, #8\n\t"                                                                    \
    "add    r1, r1, #32\n\t"                                                                   \
    "cmp    r0, r12\n\t"
#endif

/* All sums of a block. */
#define SUMS                                                                                   \
    "1:\n\t"                                                                                   \
    "ldr    r4, [r0, #28]\n\t"                                                                 \
    "ldr    r8, [r0, #32]\n\t"                                                                 \
    "ldr    r0, [r0]\n\t"                                                                      \
    "mov    r5, r4\n\t"                                                                        \
    "mov    r6, r4\n\t"                                                                        \
    "mov    r7, r4\n\t"                                                                        \
    "mov    r9, r8\n\t"                                                                        \
    "mov    r10, r8\n\t"                                                                       \
    "mov    r11, r8\n\t" AHEAD ".balign 8\n\t"                                                 \
    "2:\n\t" INNER "bne    2b\n\t"

/* Eight sums to int8, a's and b's interleaved: multiplier, rounding, shift at [r0, #36] and
 * [r0, #48]. ties() is the correction that a ReLU does not need. */
#define NO_TIES(sum)
#define TIES(sum) "add    " sum ", " sum ", " sum ", asr #31\n\t"
#define FINISH(ties)                                                                                                                                                  \
    "ldr    r0, [sp]\n\t"                                                                                                                                             \
    "ldr    r2, [r0, #36]\n\t"                                                                                                                                        \
    "ldr    lr, [r0, #48]\n\t"                                                                                                                                        \
    "ldr    r3, [r0, #40]\n\t"                                                                                                                                        \
    "ldr    r12, [r0, #44]\n\t"                                                                                                                                       \
    "smmlar r4, r4, r2, r4\n\t"                                                                                                                                       \
    "smmlar r5, r5, r2, r5\n\t"                                                                                                                                       \
    "smmlar r6, r6, r2, r6\n\t" ties(                                                                                                                                 \
        "r4") "add    r4, r4, r3\n\t"                                                                                                                                 \
              "smmlar r7, r7, r2, r7\n\t" ties(                                                                                                                       \
                  "r5") "add    r5, r5, r3\n\t"                                                                                                                       \
                        "smmlar r8, r8, lr, r8\n\t" ties(                                                                                                             \
                            "r6") "add    r6, r6, r3\n\t"                                                                                                             \
                                  "smmlar r9, r9, lr, r9\n\t" ties("r7") "add    r7, r7, "                                                                            \
                                                                         "r3\n\t"                                                                                     \
                                                                         "smmlar r10, r10, "                                                                          \
                                                                         "lr, r10\n\t"                                                                                \
                                                                         "asr    r4, r4, "                                                                            \
                                                                         "r12\n\t"                                                                                    \
                                                                         "smmlar r11, r11, "                                                                          \
                                                                         "lr, r11\n\t"                                                                                \
                                                                         "asr    r5, r5, "                                                                            \
                                                                         "r12\n\t"                                                                                    \
                                                                         "ldr    r2, [r0, "                                                                           \
                                                                         "#52]\n\t"                                                                                   \
                                                                         "asr    r6, r6, "                                                                            \
                                                                         "r12\n\t"                                                                                    \
                                                                         "ldr    r3, [r0, "                                                                           \
                                                                         "#56]\n\t"                                                                                   \
                                                                         "asr    r7, r7, "                                                                            \
                                                                         "r12\n\t" ties("r8") "ldr    r12, [r0, #16]\n\t" ties("r9") "ldr    lr, [r0, #12]\n\t" ties( \
                                                                             "r10") "ssat   "                                                                         \
                                                                                    "r4, #8, "                                                                        \
                                                                                    "r4\n\t"                                                                          \
                                                                                    "add    "                                                                         \
                                                                                    "r8, r8, "                                                                        \
                                                                                    "r2\n"                                                                            \
                                                                                    "\t" ties(                                                                        \
                                                                                        "r11") "ssat   r5, #8, r5\n\t"                                                \
                                                                                               "add    r9, r9, r2\n\t"                                                \
                                                                                               "ssat   r6, #8, r6\n\t"                                                \
                                                                                               "add    r10, r10, r2\n\t"                                              \
                                                                                               "ssat   r7, #8, r7\n\t"                                                \
                                                                                               "add    r11, r11, r2\n\t"                                              \
                                                                                               "asr    r8, r8, r3\n\t"                                                \
                                                                                               "strb   r4, [lr]\n\t"                                                  \
                                                                                               "asr    r9, r9, r3\n\t"                                                \
                                                                                               "strb   r5, [lr, r12]\n\t"                                             \
                                                                                               "asr    r10, r10, r3\n\t"                                              \
                                                                                               "add    r2, lr, r12, lsl #1\n\t"                                       \
                                                                                               "asr    r11, r11, r3\n\t"                                              \
                                                                                               "ldr    r3, [r0, #20]\n\t"                                             \
                                                                                               "ssat   r8, #8, r8\n\t"                                                \
                                                                                               "strb   r6, [r2]\n\t"                                                  \
                                                                                               "ssat   r9, #8, r9\n\t"                                                \
                                                                                               "strb   r7, [r2, r12]\n\t"                                             \
                                                                                               "ssat   r10, #8, r10\n\t"                                              \
                                                                                               "add    lr, lr, r3\n\t"                                                \
                                                                                               "ssat   r11, #8, r11\n\t"                                              \
                                                                                               "add    r3, r3, r2\n\t"                                                \
                                                                                               "strb   r8, [lr]\n\t"                                                  \
                                                                                               "strb   r9, [lr, r12]\n\t"                                             \
                                                                                               "ldr    lr, [r0, #24]\n\t"                                             \
                                                                                               "strb   r10, [r3]\n\t"                                                 \
                                                                                               "add    r2, r2, r12, lsl #1\n\t"                                       \
                                                                                               "strb   r11, [r3, r12]\n\t"                                            \
                                                                                               "subs   lr, lr, #1\n\t"                                                \
                                                                                               "str    r2, [r0, #12]\n\t"                                             \
                                                                                               "str    lr, [r0, #24]\n\t"                                             \
                                                                                               "bne    1b\n\t"                                                        \
                                                                                               "add    sp, sp, #12\n\t"                                               \
                                                                                               "pop    {r4-r11, pc}\n\t"

#define PAIR(ties) BEGIN SUMS FINISH(ties)

__attribute__((naked)) void conv_pair_relu(__attribute__((unused)) struct conv_pair *p)
{
    __asm__(PAIR(NO_TIES));
}

__attribute__((naked)) void conv_pair_plain(__attribute__((unused)) struct conv_pair *p)
{
    __asm__(PAIR(TIES));
}

#else

static void conv_pair(struct conv_pair *p, int relu)
{
    const uint32_t *x = p->x;
    for (; p->blocks; p->blocks--, p->out += 4 * p->out_c) {
        int32_t a[4] = {p->bias_a, p->bias_a, p->bias_a, p->bias_a};
        int32_t b[4] = {p->bias_b, p->bias_b, p->bias_b, p->bias_b};
        for (const uint32_t *w = p->weights; w != p->end; w++, x += 4) {
            for (int i = 0; i < 4; i++) {
                a[i] = dsp_mac2(dsp_even(*w), x[i], a[i]);
                b[i] = dsp_mac2(dsp_odd(*w), x[i], b[i]);
            }
        }
        for (int i = 0; i < 4; i++) {
            int8_t *out = p->out + i * p->out_c;
            out[0] = (int8_t)dsp_requantize(a[i], p->a, -128, 127, relu);
            out[p->b_offset] = (int8_t)dsp_requantize(b[i], p->b, -128, 127, relu);
        }
    }
}

void conv_pair_relu(struct conv_pair *p)
{
    conv_pair(p, 1);
}

void conv_pair_plain(struct conv_pair *p)
{
    conv_pair(p, 0);
}

#endif
