/* SPDX-License-Identifier: GPL-2.0-or-later
 * Each fast kernel against its reference: random weights, inputs and scales over sweeps of
 * shapes: odd channels, odd sizes, strides, padding, zero points at the ends of int8, every
 * kind of limits, every blocking. The graph's op is packed as the emitter does it; the kernel's
 * portable form runs here, its Arm form in the tests that run firmware. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/emit/pack.h"
#include "engine/kernels/kernels.h"
#include "engine/kernels/params.h"
#include "tools/base/rng.h"

struct layer {
    struct arena arena;
    struct graph g;
    struct tensor tensors[5]; /* input, weights, bias, output, second input */
    struct op op;
    struct rng rng;
};

static int between(struct rng *r, int low, int high)
{
    return low + (int)rng_below(r, (uint32_t)(high - low + 1));
}

static int zero_point(struct rng *r)
{
    static const int ends[] = {-128, 127, 0, -1};
    return rng_below(r, 2) ? ends[rng_below(r, 4)] : between(r, -128, 127);
}

static void activation(struct layer *l, int number, int h, int w, int c)
{
    struct tensor *t = &l->tensors[number];
    float *scale = arena_alloc(&l->arena, sizeof *scale);
    int32_t *zero = arena_alloc(&l->arena, sizeof *zero);
    *scale = (float)between(&l->rng, 50, 400) / 10000.0F;
    *zero = zero_point(&l->rng);
    *t = (struct tensor){.name = "activation",
                         .type = DT_INT8,
                         .rank = 4,
                         .dim = {1, h, w, c},
                         .bytes = (uint32_t)(h * w * c),
                         .quant = {1, scale, zero, 0}};
}

/* Weights with a scale per channel that brings sums into the output's range; now and then a
 * channel that is dead, negative or (with a ReLU) larger than one. */
static void weights(struct layer *l, int channels, int axis, int positions)
{
    struct tensor *w = &l->tensors[1];
    int8_t *data = arena_alloc(&l->arena, (size_t)(channels * positions));
    int32_t *bias = arena_array(&l->arena, (size_t)channels, sizeof *bias);
    float *scale = arena_array(&l->arena, (size_t)channels, sizeof *scale);
    int32_t *zero = arena_array(&l->arena, (size_t)channels, sizeof *zero);
    for (int i = 0; i < channels * positions; i++)
        data[i] = (int8_t)between(&l->rng, -127, 127);
    const float ratio = l->tensors[3].quant.scale[0] / l->tensors[0].quant.scale[0];
    for (int c = 0; c < channels; c++) {
        bias[c] = between(&l->rng, -20000, 20000);
        scale[c] = ratio * (float)between(&l->rng, 1, 100) / 100000.0F;
        if (rng_below(&l->rng, 16) == 0) scale[c] = -scale[c];
        if (rng_below(&l->rng, 32) == 0) scale[c] *= 1e-9F;
    }
    w->name = "weights";
    w->type = DT_INT8;
    w->data = data;
    w->bytes = (uint32_t)(channels * positions);
    w->quant = (struct quant){channels, scale, zero, axis};
    l->tensors[2] = (struct tensor){.name = "bias",
                                    .type = DT_INT32,
                                    .rank = 1,
                                    .dim = {channels, 1, 1, 1},
                                    .bytes = 4u * (uint32_t)channels,
                                    .data = bias};
}

static void limits(struct layer *l)
{
    int32_t *zero = (int32_t *)(uintptr_t)l->tensors[3].quant.zero;
    l->op.clamp_min = -128;
    l->op.clamp_max = 127;
    switch (rng_below(&l->rng, 4)) {
    case 0: /* ReLU, as MCUNet's files have it */
        *zero = -128;
        break;
    case 1: /* no activation */
        break;
    case 2: /* ReLU6 inside int8 */
        l->op.clamp_min = *zero;
        l->op.clamp_max = *zero + 100 > 127 ? 127 : *zero + 100;
        break;
    case 3:
        l->op.clamp_min = -77;
        l->op.clamp_max = 78;
        break;
    }
}

static int8_t *random_bytes(struct layer *l, size_t n)
{
    int8_t *b = arena_alloc(&l->arena, n + 4);
    for (size_t i = 0; i < n; i++)
        b[i] = (int8_t)rng_next(&l->rng);
    return b;
}

static struct layer *layer_new(uint64_t seed, enum op_kind kind)
{
    struct layer *l = xcalloc(1, sizeof *l);
    l->rng.state = seed;
    l->op = (struct op){.kind = kind,
                        .name = "op",
                        .input = {0, 1, 2, NO_TENSOR},
                        .input_count = 3,
                        .output = 3,
                        .dilation_h = 1,
                        .dilation_w = 1,
                        .depth_multiplier = 1};
    l->g = (struct graph){.name = "test",
                          .tensors = l->tensors,
                          .tensor_count = 5,
                          .ops = &l->op,
                          .op_count = 1,
                          .output = 3,
                          .arena = &l->arena};
    return l;
}

static void layer_free(struct layer *l)
{
    arena_done(&l->arena);
    free(l);
}

/* A window with random padding; the output's size follows. */
static void window(struct layer *l, int h, int w, int k, int stride, int in_c, int out_c)
{
    struct op *op = &l->op;
    op->kernel_h = op->kernel_w = k;
    op->stride_h = op->stride_w = stride;
    op->pad_top = between(&l->rng, 0, k - 1);
    op->pad_left = between(&l->rng, 0, k - 1);
    op->pad_bottom = between(&l->rng, 0, k - 1);
    op->pad_right = between(&l->rng, 0, k - 1);
    if (h + op->pad_top + op->pad_bottom < k) op->pad_bottom = k - h;
    if (w + op->pad_left + op->pad_right < k) op->pad_right = k - w;
    activation(l, 0, h, w, in_c);
    activation(l, 3, (h + op->pad_top + op->pad_bottom - k) / stride + 1,
               (w + op->pad_left + op->pad_right - k) / stride + 1, out_c);
}

static void check_same(const struct layer *l, const int8_t *want, const int8_t *have,
                       const char *what)
{
    const struct tensor *i = &l->tensors[0], *o = &l->tensors[3];
    for (uint32_t k = 0; k < o->bytes; k++)
        if (want[k] != have[k])
            fail_msg("%s: %dx%dx%d -> %dx%dx%d, kernel %d, stride %d, pad %d %d: element %u is "
                     "%d, expected %d",
                     what, i->dim[1], i->dim[2], i->dim[3], o->dim[1], o->dim[2], o->dim[3],
                     l->op.kernel_h, l->op.stride_h, l->op.pad_top, l->op.pad_left, k, have[k],
                     want[k]);
}

static void table(struct layer *l, const struct pack_scales *s, int rows, int bytes,
                  struct conv_table *t)
{
    size_t words;
    *t = (struct conv_table){
        .weights = pack_conv(&l->g, &l->op, s, rows, bytes, &l->arena, &words),
        .bias = s->bias,
        .multiplier = s->multiplier,
        .shift = s->shift,
        .pairs = pack_pairs(rows, bytes),
        .out_c = s->channels,
        .output_zero = s->output_zero,
        .clamp_min = s->clamp_min,
        .clamp_max = s->clamp_max,
    };
}

static int packed, refused; /* how many ops of each sweep the packer took */

static void check_1x1(uint64_t seed, int in_c, int out_c, int pixels)
{
    struct layer *l = layer_new(seed, OP_CONV_2D);
    struct pack_scales s;
    struct conv_table t;
    struct ref_conv ref;
    l->op.kernel_h = l->op.kernel_w = l->op.stride_h = l->op.stride_w = 1;
    activation(l, 0, 1, pixels, in_c);
    activation(l, 3, 1, pixels, out_c);
    limits(l);
    l->tensors[1] = (struct tensor){.rank = 4, .dim = {out_c, 1, 1, in_c}};
    weights(l, out_c, 0, in_c);
    if (pack_scales(&l->g, &l->op, &l->arena, &s)) {
        const int8_t *in = random_bytes(l, l->tensors[0].bytes);
        int8_t *want = arena_alloc(&l->arena, l->tensors[3].bytes);
        params_conv(&l->g, &l->op, &l->arena, &ref);
        ref_conv_2d(&ref, in, l->tensors[1].data, l->tensors[2].data, want);
        table(l, &s, 1, in_c, &t);
        const int chunk = between(&l->rng, 1, 3) * 4;
        uint32_t *scratch = arena_array(&l->arena, (size_t)(chunk * t.pairs), 4);
        int8_t *have = arena_alloc(&l->arena, l->tensors[3].bytes);
        if (s.limits == PACK_RELU) conv_1x1_relu(&t, in_c, pixels, chunk, in, scratch, have);
        if (s.limits == PACK_PLAIN) conv_1x1_plain(&t, in_c, pixels, chunk, in, scratch, have);
        if (s.limits == PACK_CLAMP) conv_1x1_clamp(&t, in_c, pixels, chunk, in, scratch, have);
        check_same(l, want, have, "conv_1x1");
        packed++;
    } else {
        refused++;
    }
    layer_free(l);
}

static void pointwise(void **state)
{
    (void)state;
    static const int channels[] = {1, 2, 3, 4, 5, 7, 8, 16, 27};
    uint64_t seed = 1;
    packed = refused = 0;
    for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++)
        for (size_t o = 0; o < sizeof channels / sizeof channels[0]; o++)
            for (int pixels = 1; pixels <= 13; pixels += 3)
                check_1x1(seed++, channels[i], channels[o], pixels);
    assert_true(packed > 9 * refused);
}

static void check_kxk(uint64_t seed, int h, int w, int k, int stride, int in_c, int out_c)
{
    struct layer *l = layer_new(seed, OP_CONV_2D);
    struct pack_scales s;
    struct conv_table t;
    struct ref_conv ref;
    window(l, h, w, k, stride, in_c, out_c);
    limits(l);
    l->tensors[1] = (struct tensor){.rank = 4, .dim = {out_c, k, k, in_c}};
    weights(l, out_c, 0, k * k * in_c);
    if (pack_scales(&l->g, &l->op, &l->arena, &s)) {
        const int8_t *in = random_bytes(l, l->tensors[0].bytes);
        int8_t *want = arena_alloc(&l->arena, l->tensors[3].bytes);
        params_conv(&l->g, &l->op, &l->arena, &ref);
        ref_conv_2d(&ref, in, l->tensors[1].data, l->tensors[2].data, want);
        table(l, &s, k, k * in_c, &t);
        const struct ref_window *r = &ref.win;
        const struct conv_image m = {
            r->in_h,     r->in_w,     r->in_c,     r->out_h,   r->out_w,    r->kernel_h,
            r->kernel_w, r->stride_h, r->stride_w, r->pad_top, r->pad_left, s.input_zero,
        };
        const int chunk = between(&l->rng, 1, 3) * 4;
        uint32_t *scratch =
            arena_array(&l->arena, (size_t)(chunk * t.pairs + (k * in_c + 3) / 4), 4);
        int8_t *have = arena_alloc(&l->arena, l->tensors[3].bytes);
        if (s.limits == PACK_RELU)
            conv_kxk(&t, m, chunk, in, scratch, have, conv_multiply_relu);
        if (s.limits == PACK_PLAIN)
            conv_kxk(&t, m, chunk, in, scratch, have, conv_multiply_plain);
        if (s.limits == PACK_CLAMP)
            conv_kxk(&t, m, chunk, in, scratch, have, conv_multiply_clamp);
        check_same(l, want, have, "conv_kxk");
        packed++;
    } else {
        refused++;
    }
    layer_free(l);
}

static void windows(void **state)
{
    (void)state;
    uint64_t seed = 1000;
    packed = refused = 0;
    for (int k = 1; k <= 5; k++)
        for (int stride = 1; stride <= 3; stride++)
            for (int size = 1; size <= 9; size += 4)
                for (int c = 1; c <= 4; c++)
                    check_kxk(seed++, size, size + 2, k, stride, c, 5 - c + 1);
    assert_true(packed > 9 * refused);
}

static void check_depthwise(uint64_t seed, int h, int w, int k, int stride, int channels)
{
    struct layer *l = layer_new(seed, OP_DEPTHWISE_CONV_2D);
    struct pack_scales s;
    struct ref_conv ref;
    window(l, h, w, k, stride, channels, channels);
    limits(l);
    l->tensors[1] = (struct tensor){.rank = 4, .dim = {1, k, k, channels}};
    weights(l, channels, 3, k * k);
    if (pack_scales(&l->g, &l->op, &l->arena, &s)) {
        const int8_t *in = random_bytes(l, l->tensors[0].bytes);
        int8_t *want = arena_alloc(&l->arena, l->tensors[3].bytes);
        size_t words;
        params_conv(&l->g, &l->op, &l->arena, &ref);
        ref_depthwise_conv_2d(&ref, in, l->tensors[1].data, l->tensors[2].data, want);
        const struct depthwise_table t = {
            .weights = pack_depthwise(&l->g, &l->op, &s, &l->arena, &words),
            .bias = s.bias,
            .multiplier = s.multiplier,
            .shift = s.shift,
        };
        const struct ref_window *r = &ref.win;
        const struct depthwise_shape shape = {
            .in_h = r->in_h,
            .in_w = r->in_w,
            .channels = channels,
            .out_h = r->out_h,
            .out_w = r->out_w,
            .kernel = k,
            .stride = stride,
            .pad_top = r->pad_top,
            .pad_left = r->pad_left,
            .strip_rows = between(&l->rng, 1, r->out_h),
            .across = rng_below(&l->rng, 2) ? 2 : 4,
            .input_zero = s.input_zero,
            .output_zero = s.output_zero,
            .clamp_min = s.clamp_min,
            .clamp_max = s.clamp_max,
        };
        int16_t *scratch = arena_alloc(&l->arena, (size_t)DEPTHWISE_SCRATCH_BYTES(shape));
        int8_t *have = arena_alloc(&l->arena, l->tensors[3].bytes);
        depthwise(shape, t, in, scratch, have);
        check_same(l, want, have, "depthwise");
        packed++;
    } else {
        refused++;
    }
    layer_free(l);
}

static void depthwise_shapes(void **state)
{
    (void)state;
    uint64_t seed = 5000;
    packed = refused = 0;
    for (int k = 3; k <= 7; k += 2)
        for (int stride = 1; stride <= 2; stride++)
            for (int h = 1; h <= 10; h += 3)
                for (int w = 1; w <= 13; w++)
                    check_depthwise(seed++, h, w, k, stride, 4 * (1 + w % 2));
    assert_true(packed > 9 * refused);
}

static void additions(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct layer *l = layer_new(seed, OP_ADD);
        struct ref_add p;
        const int n = between(&l->rng, 1, 40);
        activation(l, 0, 1, n, 3);
        activation(l, 3, 1, n, 3);
        activation(l, 4, 1, n, 3);
        limits(l);
        l->op.input[1] = 4;
        params_add(&l->g, &l->op, &p);
        if (p.output_shift < 0 && p.output_shift > -22) {
            const struct add_side a = {p.input1_zero, p.input1_multiplier, p.input1_shift};
            const struct add_side b = {p.input2_zero, p.input2_multiplier, p.input2_shift};
            const struct dsp_requant q =
                dsp_requant((int32_t)(2 * (int64_t)p.output_multiplier - (INT64_C(1) << 32)),
                            (uint32_t)-p.output_shift, p.output_zero);
            const int8_t *x = random_bytes(l, l->tensors[0].bytes);
            const int8_t *y = random_bytes(l, l->tensors[0].bytes);
            int8_t *want = arena_alloc(&l->arena, l->tensors[3].bytes);
            int8_t *have = arena_alloc(&l->arena, l->tensors[3].bytes);
            ref_add(&p, x, y, want);
            add(p.count, a, b, q, p.clamp_min, p.clamp_max, x, y, have);
            check_same(l, want, have, "add");
        }
        layer_free(l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pointwise),
        cmocka_unit_test(windows),
        cmocka_unit_test(depthwise_shapes),
        cmocka_unit_test(additions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
