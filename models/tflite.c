/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The .tflite of a quantised network: TensorFlow Lite's schema, version 3 (field numbers from
 * tensorflow/lite/schema/schema.fbs), in the form that its own converter writes: tensor 0 is
 * the input, each op's constants stand before its output, buffer 0 is the empty one that
 * activations share, constant buffers are aligned to 16 bytes.
 */
#include <string.h>

#include "models/fbwrite.h"
#include "models/quant.h"

enum { SCHEMA_VERSION = 3, BUFFER_ALIGN = 16, RANK = 4, INPUTS_MAX = 3, OPCODES = 11 };

enum tensor_type { TYPE_INT32 = 2, TYPE_INT8 = 9 };

/* BuiltinOperator, the version that int8 needs, BuiltinOptions; by enum zoo_op. */
static const struct {
    int code, version, options;
} opcodes[OPCODES] = {
    [ZOO_PAD] = {34, 2, 22},     [ZOO_CONV] = {3, 3, 1},
    [ZOO_DEPTHWISE] = {4, 3, 2}, [ZOO_FULLY_CONNECTED] = {9, 4, 8},
    [ZOO_MUL] = {18, 2, 21},     [ZOO_MEAN] = {40, 2, 27},
    [ZOO_ADD] = {0, 2, 11},      [ZOO_AVERAGE_POOL] = {1, 2, 5},
    [ZOO_MAX_POOL] = {17, 2, 5}, [ZOO_RESHAPE] = {22, 1, 17},
    [ZOO_SOFTMAX] = {25, 2, 9},
};

struct out_tensor {
    const char *name;
    enum tensor_type type;
    int rank, axis;
    int32_t dim[RANK];
    const void *data; /* constants; NULL: an activation */
    size_t count;     /* elements of data */
    const float *scale;
    const int32_t *zero; /* scale_count of them; NULL with a scale: zeros */
    int scale_count;
    int buffer;
};

struct out_op {
    const struct zoo_layer *layer;
    int32_t input[INPUTS_MAX], output;
    int input_count;
};

struct model {
    struct arena arena;
    struct out_tensor *tensors;
    int tensor_count;
    struct out_op *ops;
    int op_count;
    bool used[OPCODES];
};

static int add_tensor(struct model *m, struct out_tensor t)
{
    m->tensors[m->tensor_count] = t;
    return m->tensor_count++;
}

/* Rows (dense layers, RESHAPE, SOFTMAX, a 1x1 input) have rank 2, images rank 4. */
static bool is_row(const struct zoo_layer *l)
{
    if (l->op == ZOO_RESHAPE) return l->out.h == 1 && l->out.w == 1;
    return l->op == ZOO_FULLY_CONNECTED || l->op == ZOO_SOFTMAX;
}

static int dims(int32_t out[RANK], struct zoo_shape s, bool row)
{
    const int32_t image[RANK] = {1, s.h, s.w, s.c}, flat[RANK] = {1, s.c};
    memcpy(out, row ? flat : image, sizeof image);
    return row ? 2 : 4;
}

static struct out_tensor activation(const char *name, struct zoo_shape s, bool row,
                                    const float *scale, const int32_t *zero)
{
    struct out_tensor t = {
        .name = name, .type = TYPE_INT8, .scale = scale, .zero = zero, .scale_count = 1};
    t.rank = dims(t.dim, s, row);
    return t;
}

static int add_ints(struct model *m, const char *name, int rank, const int32_t dim[RANK],
                    const int32_t *v, size_t count)
{
    int32_t *data = arena_array(&m->arena, count, sizeof *data);
    memcpy(data, v, count * sizeof *data);
    struct out_tensor t = {
        .name = name, .type = TYPE_INT32, .rank = rank, .data = data, .count = count};
    memcpy(t.dim, dim, sizeof t.dim);
    return add_tensor(m, t);
}

/* One value for every channel: the top of a range that begins at 0, so exactly representable.
 */
static int add_constant(struct model *m, const char *name, const struct zoo_layer *l)
{
    size_t n = (size_t)l->out.c;
    int8_t *data = arena_alloc(&m->arena, n);
    float *scale = arena_alloc(&m->arena, sizeof *scale);
    int32_t *zero = arena_alloc(&m->arena, sizeof *zero);
    memset(data, 127, n);
    *scale = (float)(l->constant / 255.0);
    *zero = -128;
    const struct zoo_shape one = {1, 1, l->out.c};
    struct out_tensor t =
        activation(arena_printf(&m->arena, "%s/constant", name), one, false, scale, zero);
    t.data = data;
    t.count = n;
    return add_tensor(m, t);
}

static void add_weights(struct model *m, struct out_op *op, const char *name,
                        const struct zoo_layer *l, const struct quant_layer *q)
{
    bool depthwise = l->op == ZOO_DEPTHWISE, dense = l->op == ZOO_FULLY_CONNECTED;
    struct out_tensor w = {.type = TYPE_INT8,
                           .rank = dense ? 2 : 4,
                           .data = q->weights,
                           .count = (size_t)l->weights,
                           .scale = q->weight_scale,
                           .scale_count = q->scale_count,
                           .axis = depthwise ? 3 : 0};
    const int32_t conv[RANK] = {l->out.c, l->kernel_h, l->kernel_w, l->in.c};
    const int32_t dw[RANK] = {1, l->kernel_h, l->kernel_w, l->out.c};
    const int32_t fc[RANK] = {l->out.c, l->in.c};
    w.name = arena_printf(&m->arena, "%s/weights", name);
    memcpy(w.dim, dense ? fc : depthwise ? dw : conv, sizeof w.dim);
    op->input[op->input_count++] = add_tensor(m, w);
    struct out_tensor b = {.type = TYPE_INT32,
                           .rank = 1,
                           .dim = {l->out.c},
                           .data = q->bias,
                           .count = (size_t)l->out.c,
                           .scale = q->bias_scale,
                           .scale_count = q->scale_count};
    b.name = arena_printf(&m->arena, "%s/bias", name);
    op->input[op->input_count++] = add_tensor(m, b);
}

static void collect(struct model *m, const struct zoo_net *net, const struct quant_layer *q)
{
    static const char *const stems[OPCODES] = {"pad",      "conv",    "depthwise", "dense",
                                               "add",      "mul",     "mean",      "avg_pool",
                                               "max_pool", "reshape", "softmax"};
    size_t n = (size_t)net->layer_count;
    m->tensors = arena_array(&m->arena, 3 * n + 1, sizeof *m->tensors);
    m->ops = arena_array(&m->arena, n, sizeof *m->ops);
    int *output = arena_array(&m->arena, n + 1, sizeof *output);
    bool flat_input = net->input.h == 1 && net->input.w == 1;
    output[0] = add_tensor(
        m, activation("input", net->input, flat_input, &net->input_scale, &net->input_zero));
    for (int i = 0; i < net->layer_count; i++) {
        const struct zoo_layer *l = &net->layers[i];
        struct out_op op = {.layer = l, .input_count = 1};
        const char *name = arena_printf(&m->arena, "%s_%d", stems[l->op], i);
        op.input[0] = output[l->input + 1];
        m->used[l->op] = true;
        if (l->weights) add_weights(m, &op, name, l, &q[i]);
        if (zoo_reads_two(l)) op.input[op.input_count++] = output[l->input2 + 1];
        if ((l->op == ZOO_ADD || l->op == ZOO_MUL) && l->input2 == ZOO_CONSTANT)
            op.input[op.input_count++] = add_constant(m, name, l);
        if (l->op == ZOO_MEAN) {
            const char *text = arena_printf(&m->arena, "%s/axes", name);
            const int32_t axes[] = {1, 2};
            op.input[op.input_count++] =
                add_ints(m, text, 1, (const int32_t[RANK]){2}, axes, 2);
        }
        if (l->op == ZOO_PAD) {
            const int32_t pads[] = {0, 0, l->pad_top, l->pad_bottom, l->pad_left, l->pad_right,
                                    0, 0};
            const char *text = arena_printf(&m->arena, "%s/paddings", name);
            op.input[op.input_count++] =
                add_ints(m, text, 2, (const int32_t[RANK]){4, 2}, pads, 8);
        }
        if (l->op == ZOO_RESHAPE) {
            int32_t shape[RANK];
            int rank = dims(shape, l->out, is_row(l));
            const char *text = arena_printf(&m->arena, "%s/shape", name);
            op.input[op.input_count++] =
                add_ints(m, text, 1, (const int32_t[RANK]){rank}, shape, (size_t)rank);
        }
        op.output = output[i + 1] =
            add_tensor(m, activation(name, l->out, is_row(l), &q[i].scale, &q[i].zero));
        m->ops[m->op_count++] = op;
    }
}

static size_t write_options(struct buf *out, const struct zoo_layer *l)
{
    static const unsigned acts[] = {[ZOO_LINEAR] = 0, [ZOO_RELU] = 1, [ZOO_RELU6] = 3};
    unsigned valid = l->same ? 0 : 1, act = acts[l->act];
    uint32_t stride = (uint32_t)l->stride;
    switch (l->op) {
    case ZOO_CONV: {
        struct fbw_field f[] = {FBW_U8(0, valid), FBW_U32(1, stride), FBW_U32(2, stride),
                                FBW_U8(3, act)};
        return fbw_table(out, f, 4);
    }
    case ZOO_DEPTHWISE: {
        struct fbw_field f[] = {FBW_U8(0, valid), FBW_U32(1, stride), FBW_U32(2, stride),
                                FBW_U32(3, (uint32_t)(l->out.c / l->in.c)), FBW_U8(4, act)};
        return fbw_table(out, f, 5);
    }
    case ZOO_AVERAGE_POOL:
    case ZOO_MAX_POOL: {
        struct fbw_field f[] = {FBW_U8(0, valid),
                                FBW_U32(1, stride),
                                FBW_U32(2, stride),
                                FBW_U32(3, (uint32_t)l->kernel_w),
                                FBW_U32(4, (uint32_t)l->kernel_h),
                                FBW_U8(5, act)};
        return fbw_table(out, f, 6);
    }
    case ZOO_MEAN: {
        struct fbw_field f[] = {FBW_U8(0, 1)}; /* keep_dims */
        return fbw_table(out, f, 1);
    }
    case ZOO_FULLY_CONNECTED:
    case ZOO_MUL:
    case ZOO_ADD: {
        struct fbw_field f[] = {FBW_U8(0, act)};
        return fbw_table(out, f, 1);
    }
    case ZOO_SOFTMAX: {
        struct fbw_field f[] = {FBW_U32(0, 0x3f800000)}; /* beta 1.0f */
        return fbw_table(out, f, 1);
    }
    case ZOO_RESHAPE: {
        struct fbw_field f[] = {FBW_REF(0)};
        int32_t shape[RANK];
        size_t table = fbw_table(out, f, 1);
        size_t rank = (size_t)dims(shape, l->out, is_row(l));
        fbw_link(out, f[0].at, fbw_vector(out, shape, rank, 4, 4));
        return table;
    }
    case ZOO_PAD:
        break;
    }
    return fbw_table(out, NULL, 0);
}

static size_t write_quantisation(struct model *m, struct buf *out, const struct out_tensor *t)
{
    size_t n = (size_t)t->scale_count;
    struct fbw_field f[] = {FBW_REF(2), FBW_REF(3), FBW_U32(6, (uint32_t)t->axis)};
    size_t table = fbw_table(out, f, t->axis ? 3 : 2);
    fbw_link(out, f[0].at, fbw_vector(out, t->scale, n, 4, 4));
    const int32_t *zeros = t->zero ? t->zero : arena_array(&m->arena, n, sizeof *zeros);
    fbw_link(out, f[1].at, fbw_vector(out, zeros, n, 8, 8));
    return table;
}

static size_t write_tensor(struct model *m, struct buf *out, const struct out_tensor *t)
{
    struct fbw_field f[] = {FBW_REF(0), FBW_U8(1, t->type), FBW_U32(2, (uint32_t)t->buffer),
                            FBW_REF(3), FBW_REF(4)};
    size_t table = fbw_table(out, f, t->scale ? 5 : 4);
    fbw_link(out, f[0].at, fbw_vector(out, t->dim, (size_t)t->rank, 4, 4));
    fbw_link(out, f[3].at, fbw_string(out, t->name));
    if (t->scale) fbw_link(out, f[4].at, write_quantisation(m, out, t));
    return table;
}

static size_t write_op(struct model *m, struct buf *out, const struct out_op *op)
{
    uint32_t opcode = 0;
    for (int i = 0; i < (int)op->layer->op; i++)
        if (m->used[i]) opcode++;
    struct fbw_field f[] = {FBW_U32(0, opcode), FBW_REF(1), FBW_REF(2),
                            FBW_U8(3, (unsigned)opcodes[op->layer->op].options), FBW_REF(4)};
    size_t table = fbw_table(out, f, 5);
    fbw_link(out, f[1].at, fbw_vector(out, op->input, (size_t)op->input_count, 4, 4));
    fbw_link(out, f[2].at, fbw_vector(out, &op->output, 1, 4, 4));
    fbw_link(out, f[4].at, write_options(out, op->layer));
    return table;
}

static size_t write_subgraph(struct model *m, struct buf *out, const char *name)
{
    const int32_t input = 0, output = m->ops[m->op_count - 1].output;
    struct fbw_field f[] = {FBW_REF(0), FBW_REF(1), FBW_REF(2), FBW_REF(3), FBW_REF(4)};
    size_t table = fbw_table(out, f, 5);
    size_t tensors = fbw_refs(out, (size_t)m->tensor_count);
    fbw_link(out, f[0].at, tensors);
    for (int i = 0; i < m->tensor_count; i++)
        fbw_link(out, tensors + 4 + 4 * (size_t)i, write_tensor(m, out, &m->tensors[i]));
    fbw_link(out, f[1].at, fbw_vector(out, &input, 1, 4, 4));
    fbw_link(out, f[2].at, fbw_vector(out, &output, 1, 4, 4));
    size_t ops = fbw_refs(out, (size_t)m->op_count);
    fbw_link(out, f[3].at, ops);
    for (int i = 0; i < m->op_count; i++)
        fbw_link(out, ops + 4 + 4 * (size_t)i, write_op(m, out, &m->ops[i]));
    fbw_link(out, f[4].at, fbw_string(out, name));
    return table;
}

static size_t write_opcodes(const struct model *m, struct buf *out)
{
    size_t n = 0;
    for (int i = 0; i < OPCODES; i++)
        if (m->used[i]) n++;
    size_t list = fbw_refs(out, n), slot = list + 4;
    for (int i = 0; i < OPCODES; i++) {
        if (!m->used[i]) continue;
        uint32_t code = (uint32_t)opcodes[i].code;
        struct fbw_field f[] = {FBW_U8(0, code), FBW_U32(2, (uint32_t)opcodes[i].version),
                                FBW_U32(3, code)};
        fbw_link(out, slot, fbw_table(out, f, 3));
        slot += 4;
    }
    return list;
}

static size_t write_buffers(const struct model *m, struct buf *out)
{
    size_t n = 1;
    for (int i = 0; i < m->tensor_count; i++)
        if (m->tensors[i].data) n++;
    size_t list = fbw_refs(out, n), slot = list + 4;
    fbw_link(out, slot, fbw_table(out, NULL, 0));
    for (int i = 0; i < m->tensor_count; i++) {
        const struct out_tensor *t = &m->tensors[i];
        if (!t->data) continue;
        struct fbw_field f[] = {FBW_REF(0)};
        slot += 4;
        fbw_link(out, slot, fbw_table(out, f, 1));
        size_t size = t->type == TYPE_INT8 ? 1 : 4;
        size_t data = fbw_vector(out, t->data, t->count, size, BUFFER_ALIGN);
        /* The schema's vector counts bytes, whatever the tensor's type. */
        uint32_t bytes = (uint32_t)(t->count * size);
        memcpy(out->data + data,
               (const char[]){(char)bytes, (char)(bytes >> 8), (char)(bytes >> 16),
                              (char)(bytes >> 24)},
               4);
        fbw_link(out, f[0].at, data);
    }
    return list;
}

void tflite_write(const struct zoo_net *net, const struct quant_layer *q,
                  const char *description, struct buf *out)
{
    struct model m = {0};
    collect(&m, net, q);
    int buffers = 1;
    for (int i = 0; i < m.tensor_count; i++)
        if (m.tensors[i].data) m.tensors[i].buffer = buffers++;
    size_t root = fbw_start(out, "TFL3");
    struct fbw_field f[] = {FBW_U32(0, SCHEMA_VERSION), FBW_REF(1), FBW_REF(2), FBW_REF(3),
                            FBW_REF(4)};
    fbw_link(out, root, fbw_table(out, f, 5));
    fbw_link(out, f[1].at, write_opcodes(&m, out));
    size_t graphs = fbw_refs(out, 1);
    fbw_link(out, f[2].at, graphs);
    fbw_link(out, graphs + 4, write_subgraph(&m, out, net->name));
    fbw_link(out, f[3].at, fbw_string(out, description));
    fbw_link(out, f[4].at, write_buffers(&m, out));
    while (out->len % BUFFER_ALIGN)
        buf_add(out, "", 1);
    arena_done(&m.arena);
}
