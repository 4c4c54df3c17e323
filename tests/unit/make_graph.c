/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/make_graph.h"

#include <ctype.h>
#include <string.h>

enum { TENSORS = 1024, OPS = 256 };

static int32_t between(struct maker *m, int32_t low, int32_t high)
{
    return low + (int32_t)rng_below(&m->rng, (uint32_t)(high - low + 1));
}

static int add_tensor(struct maker *m, enum dtype type, int rank, const int32_t *dim)
{
    struct tensor *t = &m->g.tensors[m->g.tensor_count];
    t->name = arena_printf(m->a, "t%d", m->g.tensor_count);
    t->type = type;
    t->rank = rank;
    t->bytes = dtype_bytes(type);
    for (int i = 0; i < RANK_MAX; i++) {
        t->dim[i] = i < rank ? dim[i] : 1;
        t->bytes *= (uint32_t)t->dim[i];
    }
    return m->g.tensor_count++;
}

static void set_quant(struct maker *m, int tensor, int count, int axis, float scale,
                      int32_t zero)
{
    float *s = arena_array(m->a, (size_t)count, sizeof *s);
    int32_t *z = arena_array(m->a, (size_t)count, sizeof *z);
    for (int i = 0; i < count; i++) {
        s[i] = count > 1 ? scale * (1.0F + 0.01F * (float)i) : scale;
        z[i] = zero;
    }
    m->g.tensors[tensor].quant = (struct quant){count, s, z, count > 1 ? axis : 0};
}

static int add_activation(struct maker *m, int rank, const int32_t *dim)
{
    const int t = add_tensor(m, DT_INT8, rank, dim);
    set_quant(m, t, 1, 0, 0.05F, 3);
    return t;
}

static int add_image(struct maker *m, int32_t h, int32_t w, int32_t c)
{
    return add_activation(m, 4, (const int32_t[]){1, h, w, c});
}

static int add_weights(struct maker *m, int rank, const int32_t *dim, int axis)
{
    const int t = add_tensor(m, DT_INT8, rank, dim);
    struct tensor *w = &m->g.tensors[t];
    int8_t *data = arena_alloc(m->a, w->bytes);
    for (uint32_t i = 0; i < w->bytes; i++)
        data[i] = (int8_t)between(m, -127, 127);
    w->data = data;
    set_quant(m, t, w->dim[axis], axis, 0.004F, 0);
    return t;
}

static int add_bias(struct maker *m, int32_t c)
{
    const int t = add_tensor(m, DT_INT32, 1, &c);
    int32_t *data = arena_array(m->a, (size_t)c, sizeof *data);
    for (int32_t i = 0; i < c; i++)
        data[i] = between(m, -500, 500);
    m->g.tensors[t].data = data;
    return t;
}

static struct op *add_op(struct maker *m, enum op_kind kind, int in, int out)
{
    struct op *op = &m->g.ops[m->g.op_count];
    const int index = m->g.op_count++;
    char *name = arena_printf(m->a, "%s_%d", op_kind_name(kind), index);
    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    *op = (struct op){.kind = kind,
                      .index = index,
                      .name = name,
                      .input = {in},
                      .input_count = 1,
                      .output = out,
                      .clamp_min = -128,
                      .clamp_max = 127};
    return op;
}

static int32_t slid(int32_t in, int32_t kernel, int32_t stride, int32_t pad)
{
    return (in + 2 * pad - kernel) / stride + 1;
}

static void set_window(struct op *op, int32_t kernel, int32_t stride, int32_t pad)
{
    op->kernel_h = op->kernel_w = kernel;
    op->stride_h = op->stride_w = stride;
    op->pad_top = op->pad_bottom = op->pad_left = op->pad_right = pad;
}

void maker_start(struct maker *m, struct arena *a, uint64_t seed, int32_t h, int32_t w,
                 int32_t c)
{
    *m = (struct maker){.a = a, .rng = {seed}};
    m->g = (struct graph){.name = "made", .arena = a};
    m->g.tensors = arena_array(a, TENSORS, sizeof *m->g.tensors);
    m->g.ops = arena_array(a, OPS, sizeof *m->g.ops);
    m->g.input = add_image(m, h, w, c);
}

int maker_conv(struct maker *m, int in, int32_t kernel, int32_t stride, int32_t pad, int32_t c)
{
    const struct tensor *t = &m->g.tensors[in];
    const int w = add_weights(m, 4, (const int32_t[]){c, kernel, kernel, t->dim[3]}, 0);
    const int b = add_bias(m, c);
    const int out = add_image(m, slid(t->dim[1], kernel, stride, pad),
                              slid(t->dim[2], kernel, stride, pad), c);
    struct op *op = add_op(m, OP_CONV_2D, in, out);
    op->input[1] = w;
    op->input[2] = b;
    op->input_count = 3;
    op->dilation_h = op->dilation_w = 1;
    set_window(op, kernel, stride, pad);
    return out;
}

int maker_depthwise(struct maker *m, int in, int32_t kernel, int32_t stride, int32_t pad)
{
    const struct tensor *t = &m->g.tensors[in];
    const int32_t c = t->dim[3];
    const int w = add_weights(m, 4, (const int32_t[]){1, kernel, kernel, c}, 3);
    const int b = add_bias(m, c);
    const int out = add_image(m, slid(t->dim[1], kernel, stride, pad),
                              slid(t->dim[2], kernel, stride, pad), c);
    struct op *op = add_op(m, OP_DEPTHWISE_CONV_2D, in, out);
    op->input[1] = w;
    op->input[2] = b;
    op->input_count = 3;
    op->dilation_h = op->dilation_w = 1;
    op->depth_multiplier = 1;
    set_window(op, kernel, stride, pad);
    return out;
}

int maker_pool(struct maker *m, int in, int32_t kernel, bool max)
{
    const struct tensor *t = &m->g.tensors[in];
    const int out = add_image(m, slid(t->dim[1], kernel, kernel, 0),
                              slid(t->dim[2], kernel, kernel, 0), t->dim[3]);
    struct op *op = add_op(m, max ? OP_MAX_POOL_2D : OP_AVERAGE_POOL_2D, in, out);
    set_window(op, kernel, kernel, 0);
    return out;
}

int maker_pad(struct maker *m, int in, int32_t before, int32_t after)
{
    const struct tensor *t = &m->g.tensors[in];
    const int out =
        add_image(m, t->dim[1] + before + after, t->dim[2] + before + after, t->dim[3]);
    struct op *op = add_op(m, OP_PAD, in, out);
    op->pad_top = op->pad_left = before;
    op->pad_bottom = op->pad_right = after;
    return out;
}

int maker_add(struct maker *m, int in1, int in2)
{
    const struct tensor *t = &m->g.tensors[in1];
    const int out = add_activation(m, t->rank, t->dim);
    struct op *op = add_op(m, OP_ADD, in1, out);
    op->input[1] = in2;
    op->input_count = 2;
    return out;
}

int maker_reshape(struct maker *m, int in, int rank)
{
    const int32_t n = (int32_t)m->g.tensors[in].bytes;
    const int32_t flat[] = {1, n}, image[] = {1, 1, 1, n};
    const int out = add_activation(m, rank, rank == 2 ? flat : image);
    add_op(m, OP_RESHAPE, in, out);
    return out;
}

int maker_fully_connected(struct maker *m, int in, int32_t out_c)
{
    const int32_t in_c = (int32_t)m->g.tensors[in].bytes;
    const int w = add_weights(m, 2, (const int32_t[]){out_c, in_c}, 0);
    const int out = add_activation(m, 2, (const int32_t[]){1, out_c});
    struct op *op = add_op(m, OP_FULLY_CONNECTED, in, out);
    op->input[1] = w;
    op->input[2] = NO_TENSOR;
    op->input_count = 3;
    return out;
}

void maker_end(struct maker *m, int output)
{
    m->g.output = output;
}

/* An image among the last few activations; the newest most often. */
static int pick(struct maker *m, const int *made, int count)
{
    const int back = rng_below(&m->rng, 3) ? 0 : between(m, 0, count < 6 ? count - 1 : 5);
    return made[count - 1 - back];
}

static int random_op(struct maker *m, const int *made, int count)
{
    const int in = pick(m, made, count);
    const struct tensor *t = &m->g.tensors[in];
    const int32_t side = t->dim[1] < t->dim[2] ? t->dim[1] : t->dim[2];
    const int32_t kernel = side >= 3 ? 3 : 1, pad = kernel / 2;
    switch (rng_below(&m->rng, 10)) {
    case 0:
    case 1:
        return maker_conv(m, in, 1, 1, 0, between(m, 1, 12));
    case 2:
        return maker_conv(m, in, kernel, between(m, 1, 2), pad, between(m, 1, 8));
    case 3:
    case 4:
    case 5:
        return maker_depthwise(m, in, kernel, between(m, 1, 2), pad);
    case 6:
        if (t->dim[1] > 10) break;
        return maker_depthwise(m, maker_pad(m, in, between(m, 0, 1), between(m, 0, 1)), 1, 1,
                               0);
    case 7:
        if (side < 4) break;
        return maker_pool(m, in, 2, rng_below(&m->rng, 2));
    case 8:
        for (int i = count - 2; i >= 0; i--)
            if (made[i] != in && memcmp(m->g.tensors[made[i]].dim, t->dim, sizeof t->dim) == 0)
                return maker_add(m, in, made[i]);
        return maker_add(m, in, in);
    default:
        break;
    }
    return maker_reshape(m, in, 4);
}

void maker_random(struct maker *m, struct arena *a, uint64_t seed, int ops)
{
    int made[OPS + 1], count = 0;
    struct rng size = {seed ^ 0x5eed};
    maker_start(m, a, seed, 3 + (int32_t)rng_below(&size, 8), 3 + (int32_t)rng_below(&size, 8),
                1 + (int32_t)rng_below(&size, 6));
    made[count++] = m->g.input;
    while (m->g.op_count < ops) {
        made[count] = random_op(m, made, count);
        count++;
    }
    maker_end(m, made[count - 1]);
}
