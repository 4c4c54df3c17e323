/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/make_tflite.h"

#include <string.h>

static size_t write_quant(struct buf *out, const struct mt_tensor *t)
{
    struct fbw_field f[] = {FBW_REF(2), FBW_REF(3), FBW_U32(6, (uint32_t)t->axis)};
    const size_t at = fbw_table(out, f, 3);
    fbw_link(out, f[0].at, fbw_vector(out, t->scale, (size_t)t->scale_count, 4, 4));
    fbw_link(out, f[1].at, fbw_vector(out, t->zero, (size_t)t->zero_count, 8, 8));
    return at;
}

static size_t write_tensor(struct buf *out, const struct mt_tensor *t, int buffer)
{
    struct fbw_field f[8];
    size_t n = 0;
    f[n++] = FBW_REF(0);
    f[n++] = FBW_U8(1, (uint32_t)t->type);
    f[n++] = FBW_U32(2, (uint32_t)buffer);
    f[n++] = FBW_REF(3);
    if (t->scale_count) f[n++] = FBW_REF(4);
    if (t->variable) f[n++] = FBW_U8(5, 1);
    if (t->sparse) f[n++] = FBW_REF(6);
    if (t->dynamic_width) f[n++] = FBW_REF(7);
    const size_t at = fbw_table(out, f, n);
    for (size_t i = 0; i < n; i++) {
        if (f[i].id == 0)
            fbw_link(out, f[i].at, fbw_vector(out, t->dim, (size_t)t->rank, 4, 4));
        if (f[i].id == 3) fbw_link(out, f[i].at, fbw_string(out, t->name));
        if (f[i].id == 4) fbw_link(out, f[i].at, write_quant(out, t));
        if (f[i].id == 6) fbw_link(out, f[i].at, fbw_table(out, NULL, 0));
        if (f[i].id == 7) {
            const int32_t signature[] = {-1, t->dim[1], -1, t->dim[3]};
            fbw_link(out, f[i].at, fbw_vector(out, signature, 4, 4, 4));
        }
    }
    return at;
}

static size_t write_op(struct buf *out, const struct mt_op *op, int code)
{
    struct fbw_field f[] = {FBW_U32(0, (uint32_t)code), FBW_REF(1), FBW_REF(2),
                            FBW_U8(3, (uint32_t)op->options_type), FBW_REF(4)};
    const size_t at = fbw_table(out, f, op->options_type ? 5 : 3);
    fbw_link(out, f[1].at, fbw_vector(out, op->input, (size_t)op->input_count, 4, 4));
    fbw_link(out, f[2].at, fbw_vector(out, op->output, (size_t)op->output_count, 4, 4));
    if (op->options_type) {
        struct fbw_field fields[8];
        memcpy(fields, op->fields, sizeof fields);
        fbw_link(out, f[4].at, fbw_table(out, fields, (size_t)op->field_count));
    }
    return at;
}

static size_t write_code(struct buf *out, const struct mt_op *op)
{
    const int old = op->code < 127 ? op->code : 127;
    struct fbw_field f[4];
    size_t n = 0;
    f[n++] = FBW_U8(0, (uint32_t)old);
    if (op->custom) f[n++] = FBW_REF(1);
    f[n++] = FBW_U32(3, (uint32_t)op->code);
    const size_t at = fbw_table(out, f, n);
    if (op->custom) fbw_link(out, f[1].at, fbw_string(out, op->custom));
    return at;
}

static size_t write_subgraph(struct buf *out, const struct mt_model *m)
{
    struct fbw_field f[] = {FBW_REF(0), FBW_REF(1), FBW_REF(2), FBW_REF(3)};
    const size_t at = fbw_table(out, f, 4);
    const size_t tensors = fbw_refs(out, (size_t)m->tensor_count);
    fbw_link(out, f[0].at, tensors);
    fbw_link(out, f[1].at, fbw_vector(out, m->inputs, (size_t)m->input_count, 4, 4));
    fbw_link(out, f[2].at, fbw_vector(out, m->outputs, (size_t)m->output_count, 4, 4));
    const size_t ops = fbw_refs(out, (size_t)m->op_count);
    fbw_link(out, f[3].at, ops);
    for (int i = 0; i < m->tensor_count; i++)
        fbw_link(out, tensors + 4 + 4 * (size_t)i,
                 write_tensor(out, &m->tensors[i], m->tensors[i].data ? i + 1 : 0));
    for (int i = 0; i < m->op_count; i++)
        fbw_link(out, ops + 4 + 4 * (size_t)i, write_op(out, &m->ops[i], i));
    return at;
}

/* Buffer i + 1 belongs to tensor i; buffer 0 is empty. */
static size_t write_buffer(struct buf *out, const struct mt_tensor *t)
{
    struct fbw_field f[] = {FBW_REF(0)};
    const size_t at = fbw_table(out, f, t && t->data ? 1 : 0);
    if (t && t->data) fbw_link(out, f[0].at, fbw_vector(out, t->data, t->data_bytes, 1, 16));
    return at;
}

void make_tflite(const struct mt_model *m, struct buf *out)
{
    struct fbw_field f[] = {FBW_U32(0, m->version), FBW_REF(1), FBW_REF(2), FBW_REF(4)};
    const size_t root = fbw_start(out, "TFL3");
    fbw_link(out, root, fbw_table(out, f, 4));
    const size_t codes = fbw_refs(out, (size_t)m->op_count);
    fbw_link(out, f[1].at, codes);
    for (int i = 0; i < m->op_count; i++)
        fbw_link(out, codes + 4 + 4 * (size_t)i, write_code(out, &m->ops[i]));
    const size_t subgraphs = fbw_refs(out, (size_t)m->subgraphs);
    fbw_link(out, f[2].at, subgraphs);
    for (int i = 0; i < m->subgraphs; i++)
        fbw_link(out, subgraphs + 4 + 4 * (size_t)i, write_subgraph(out, m));
    const size_t buffers = fbw_refs(out, (size_t)m->tensor_count + 1);
    fbw_link(out, f[3].at, buffers);
    for (int i = 0; i <= m->tensor_count; i++)
        fbw_link(out, buffers + 4 + 4 * (size_t)i,
                 write_buffer(out, i ? &m->tensors[i - 1] : NULL));
}

static const float half[] = {0.5F}, small[] = {0.05F, 0.04F, 0.03F, 0.02F};
static const float class_scale[] = {1.0F / 256.0F};
static const int32_t zeros[] = {0, 0, 0, 0}, class_zero[] = {-128};
static int8_t weights[72];
static int32_t biases[] = {10, -20, 30, -40};

static struct mt_tensor image(const char *name, int32_t h, int32_t w, int32_t c)
{
    return (struct mt_tensor){.name = name,
                              .type = MT_INT8,
                              .rank = 4,
                              .dim = {1, h, w, c},
                              .scale = half,
                              .zero = zeros,
                              .scale_count = 1,
                              .zero_count = 1};
}

static struct mt_tensor row(const char *name, int32_t c)
{
    return (struct mt_tensor){.name = name,
                              .type = MT_INT8,
                              .rank = 2,
                              .dim = {1, c},
                              .scale = half,
                              .zero = zeros,
                              .scale_count = 1,
                              .zero_count = 1};
}

static struct mt_tensor bias(const char *name)
{
    return (struct mt_tensor){.name = name,
                              .type = MT_INT32,
                              .rank = 1,
                              .dim = {4},
                              .data = biases,
                              .data_bytes = sizeof biases};
}

void make_sound(struct mt_model *m)
{
    for (int i = 0; i < 72; i++)
        weights[i] = (int8_t)(37 * i % 255 - 127);
    *m = (struct mt_model){.version = 3,
                           .subgraphs = 1,
                           .tensor_count = T_OUT + 1,
                           .op_count = O_SOFTMAX + 1,
                           .inputs = {T_IN},
                           .outputs = {T_OUT},
                           .input_count = 1,
                           .output_count = 1};
    struct mt_tensor *t = m->tensors;
    t[T_IN] = image("input", 4, 4, 2);
    t[T_W1] = image("conv/weights", 3, 3, 2);
    t[T_W1].dim[0] = 4;
    t[T_W1].scale = small, t[T_W1].scale_count = t[T_W1].zero_count = 4;
    t[T_W1].data = weights, t[T_W1].data_bytes = 72;
    t[T_B1] = bias("conv/bias");
    t[T_CONV] = image("conv", 4, 4, 4);
    t[T_W2] = image("dw/weights", 3, 3, 4);
    t[T_W2].scale = small, t[T_W2].scale_count = t[T_W2].zero_count = 4, t[T_W2].axis = 3;
    t[T_W2].data = weights, t[T_W2].data_bytes = 36;
    t[T_B2] = bias("dw/bias");
    t[T_DW] = image("dw", 2, 2, 4);
    t[T_POOL] = image("pool", 1, 1, 4);
    t[T_FLAT] = row("flat", 4);
    t[T_W3] = row("fc/weights", 4);
    t[T_W3].dim[0] = 3;
    t[T_W3].data = weights, t[T_W3].data_bytes = 12;
    t[T_FC] = row("fc", 3);
    t[T_OUT] = row("classes", 3);
    t[T_OUT].scale = class_scale, t[T_OUT].zero = class_zero;

    m->ops[O_CONV] = (struct mt_op){
        .code = 3,
        .input = {T_IN, T_W1, T_B1},
        .input_count = 3,
        .output = {T_CONV},
        .output_count = 1,
        .options_type = 1,
        .fields = {FBW_U8(0, 0), FBW_U32(1, 1), FBW_U32(2, 1), FBW_U8(3, 1), FBW_U32(4, 1)},
        .field_count = 5};
    m->ops[O_DW] = (struct mt_op){
        .code = 4,
        .input = {T_CONV, T_W2, T_B2},
        .input_count = 3,
        .output = {T_DW},
        .output_count = 1,
        .options_type = 2,
        .fields = {FBW_U8(0, 0), FBW_U32(1, 2), FBW_U32(2, 2), FBW_U32(3, 1), FBW_U8(4, 3)},
        .field_count = 5};
    m->ops[O_POOL] = (struct mt_op){
        .code = 1,
        .input = {T_DW},
        .input_count = 1,
        .output = {T_POOL},
        .output_count = 1,
        .options_type = 5,
        .fields = {FBW_U8(0, 1), FBW_U32(1, 2), FBW_U32(2, 2), FBW_U32(3, 2), FBW_U32(4, 2)},
        .field_count = 5};
    m->ops[O_RESHAPE] = (struct mt_op){
        .code = 22, .input = {T_POOL}, .input_count = 1, .output = {T_FLAT}, .output_count = 1};
    m->ops[O_FC] = (struct mt_op){.code = 9,
                                  .input = {T_FLAT, T_W3, -1},
                                  .input_count = 3,
                                  .output = {T_FC},
                                  .output_count = 1,
                                  .options_type = 8,
                                  .fields = {FBW_U8(0, 0)},
                                  .field_count = 1};
    m->ops[O_SOFTMAX] = (struct mt_op){.code = 25,
                                       .input = {T_FC},
                                       .input_count = 1,
                                       .output = {T_OUT},
                                       .output_count = 1,
                                       .options_type = 9,
                                       .fields = {FBW_U32(0, 0x3f800000)},
                                       .field_count = 1};
}

static const int32_t mean_axes[] = {1, 2}, big_sizes[] = {8, 8};
static const int8_t addend[] = {5, -5, 100, -100, 1, 0}, factor[] = {77};

static struct mt_tensor ints(const char *name, const int32_t *data)
{
    return (struct mt_tensor){
        .name = name, .type = MT_INT32, .rank = 1, .dim = {2}, .data = data, .data_bytes = 8};
}

static struct mt_op plain(int code, int32_t in, int32_t out)
{
    return (struct mt_op){
        .code = code, .input = {in}, .input_count = 1, .output = {out}, .output_count = 1};
}

static struct mt_op with_options(int code, int options, struct fbw_field field, int32_t in1,
                                 int32_t in2, int32_t out)
{
    return (struct mt_op){.code = code,
                          .input = {in1, in2},
                          .input_count = 2,
                          .output = {out},
                          .output_count = 1,
                          .options_type = options,
                          .fields = {field},
                          .field_count = 1};
}

void make_functions(struct mt_model *m)
{
    *m = (struct mt_model){.version = 3,
                           .subgraphs = 1,
                           .tensor_count = F_POOL + 1,
                           .op_count = P_POOL + 1,
                           .inputs = {F_IN},
                           .outputs = {F_POOL},
                           .input_count = 1,
                           .output_count = 1};
    struct mt_tensor *t = m->tensors;
    static const char *const images[] = {
        [F_IN] = "input",    [F_RELU] = "relu",   [F_SWISH] = "swish",
        [F_GATED] = "gated", [F_RELU6] = "relu6", [F_LEAKY] = "leaky"};
    for (int i = F_IN; i <= F_LEAKY; i++)
        if (images[i]) t[i] = image(images[i], 4, 4, 2);
    t[F_AXES] = ints("axes", mean_axes);
    t[F_SIZES] = ints("sizes", big_sizes);
    t[F_MEAN] = image("mean", 1, 1, 2);
    t[F_GATE] = image("gate", 1, 1, 2);
    t[F_GATE].scale = class_scale, t[F_GATE].zero = class_zero;
    t[F_CONCAT] = image("concat", 4, 4, 6);
    t[F_BIG] = image("big", 8, 8, 6);
    t[F_ADDEND] = row("addend", 6);
    t[F_ADDEND].data = addend, t[F_ADDEND].data_bytes = 6;
    t[F_SUM] = image("sum", 8, 8, 6);
    t[F_FACTOR] = row("factor", 1);
    t[F_FACTOR].rank = 0;
    t[F_FACTOR].scale = small, t[F_FACTOR].data = factor, t[F_FACTOR].data_bytes = 1;
    t[F_PRODUCT] = image("product", 8, 8, 6);
    t[F_POOL] = image("pool", 4, 4, 6);

    struct mt_op *o = m->ops;
    o[P_RELU] = plain(19, F_IN, F_RELU);
    o[P_SWISH] = plain(117, F_RELU, F_SWISH);
    o[P_MEAN] = with_options(40, 27, FBW_U8(0, 1), F_SWISH, F_AXES, F_MEAN);
    o[P_LOGISTIC] = plain(14, F_MEAN, F_GATE);
    o[P_MUL] = with_options(18, 21, FBW_U8(0, 0), F_GATE, F_SWISH, F_GATED);
    o[P_RELU6] = plain(21, F_GATED, F_RELU6);
    o[P_LEAKY] = with_options(98, 75, FBW_U32(0, 0x3e4ccccd), F_IN, 0, F_LEAKY);
    o[P_LEAKY].input_count = 1;
    o[P_CONCAT] = with_options(2, 10, FBW_U32(0, (uint32_t)-1), F_LEAKY, F_RELU6, F_CONCAT);
    o[P_CONCAT].input[2] = F_IN, o[P_CONCAT].input_count = 3;
    o[P_RESIZE] = with_options(97, 74, FBW_U8(1, 1), F_CONCAT, F_SIZES, F_BIG);
    o[P_ADD] = with_options(0, 11, FBW_U8(0, 0), F_ADDEND, F_BIG, F_SUM);
    o[P_SCALE] = with_options(18, 21, FBW_U8(0, 1), F_SUM, F_FACTOR, F_PRODUCT);
    o[P_POOL] = (struct mt_op){
        .code = 17,
        .input = {F_PRODUCT},
        .input_count = 1,
        .output = {F_POOL},
        .output_count = 1,
        .options_type = 5,
        .fields = {FBW_U8(0, 0), FBW_U32(1, 2), FBW_U32(2, 2), FBW_U32(3, 3), FBW_U32(4, 3)},
        .field_count = 5};
}

void make_borders(struct mt_model *m)
{
    *m = (struct mt_model){.version = 3,
                           .subgraphs = 1,
                           .tensor_count = 4,
                           .op_count = 3,
                           .inputs = {0},
                           .outputs = {3},
                           .input_count = 1,
                           .output_count = 1};
    m->tensors[0] =
        (struct mt_tensor){.name = "in", .type = MT_FLOAT32, .rank = 2, .dim = {1, 8}};
    m->tensors[1] = row("quantised", 8);
    m->tensors[1].scale = class_scale, m->tensors[1].zero = class_zero;
    m->tensors[2] = row("requantised", 8);
    m->tensors[3] = m->tensors[0];
    m->tensors[3].name = "out";
    m->ops[0] = plain(114, 0, 1);
    m->ops[1] = plain(114, 1, 2);
    m->ops[2] = plain(6, 2, 3);
}
