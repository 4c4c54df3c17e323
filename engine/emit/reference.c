/* SPDX-License-Identifier: GPL-2.0-or-later
 * A layer as a call of its reference kernel: the parameters become a constant struct with
 * literal numbers. */
#include <inttypes.h>

#include "engine/emit/emitter.h"
#include "engine/kernels/params.h"

#define FIELD(name) buf_printf(b, " ." #name " = %" PRId32 ",", p->name)

static void begin(struct emitter *m, const char *type)
{
    buf_printf(&m->code, "    static const struct %s p = {", type);
}

static void line(struct buf *b)
{
    buf_puts(b, "\n       ");
}

static void window(struct buf *b, const struct ref_window *p)
{
    buf_puts(b, "\n        .win = {");
    FIELD(in_h);
    FIELD(in_w);
    FIELD(in_c);
    FIELD(out_h);
    FIELD(out_w);
    FIELD(out_c);
    buf_puts(b, "\n                ");
    FIELD(kernel_h);
    FIELD(kernel_w);
    FIELD(stride_h);
    FIELD(stride_w);
    FIELD(pad_top);
    FIELD(pad_left);
    buf_puts(b, "},");
}

/* Weights and bias; "0" for a bias that is not there. */
static void weights(struct emitter *m, const struct op *op, int channels, const char **w,
                    const char **bias)
{
    const struct tensor *t = emit_tensor(m, op->input[1]);
    *w = emit_int8s(m, "weights", t->data, t->bytes);
    *bias = "0";
    if (op->input_count > 2 && op->input[2] != NO_TENSOR)
        *bias = emit_int32s(m, "bias", emit_tensor(m, op->input[2])->data, (size_t)channels);
}

static void scales(struct emitter *m, const int32_t *multiplier, const int32_t *shift, int n)
{
    const char *mult = emit_int32s(m, "multiplier", multiplier, (size_t)n);
    const char *sh = emit_int32s(m, "shift", shift, (size_t)n);
    buf_printf(&m->code, "\n        .multiplier = %s, .shift = %s,\n    };\n", mult, sh);
}

static void conv(struct emitter *m, const struct op *op, const char *function)
{
    struct ref_conv params, *p = &params;
    struct buf *b = &m->code;
    const char *w, *bias;
    params_conv(m->g, op, m->arena, p);
    begin(m, "ref_conv");
    window(b, &p->win);
    line(b);
    FIELD(input_zero);
    FIELD(output_zero);
    FIELD(clamp_min);
    FIELD(clamp_max);
    weights(m, op, p->win.out_c, &w, &bias);
    scales(m, p->multiplier, p->shift, p->win.out_c);
    buf_printf(b, "    %s(&p, %s, %s, %s, %s);\n", function, emit_address(m, op->input[0]), w,
               bias, emit_address(m, op->output));
}

static void fully_connected(struct emitter *m, const struct op *op)
{
    struct ref_fully_connected params, *p = &params;
    struct buf *b = &m->code;
    const char *w, *bias;
    params_fully_connected(m->g, op, m->arena, p);
    begin(m, "ref_fully_connected");
    line(b);
    FIELD(rows);
    FIELD(in_c);
    FIELD(out_c);
    line(b);
    FIELD(input_zero);
    FIELD(output_zero);
    FIELD(clamp_min);
    FIELD(clamp_max);
    weights(m, op, p->out_c, &w, &bias);
    scales(m, p->multiplier, p->shift, p->out_c);
    buf_printf(b, "    ref_fully_connected(&p, %s, %s, %s, %s);\n",
               emit_address(m, op->input[0]), w, bias, emit_address(m, op->output));
}

/* Ends the parameters and calls `function` on input 0 and the output. */
static void call(struct emitter *m, const struct op *op, const char *function)
{
    buf_printf(&m->code, "\n    };\n    %s(&p, %s%s, %s%s);\n", function,
               emit_tensor(m, op->input[0])->type == DT_FLOAT32 ? "(const float *)" : "",
               emit_address(m, op->input[0]),
               emit_tensor(m, op->output)->type == DT_FLOAT32 ? "(float *)" : "",
               emit_address(m, op->output));
}

static void pool(struct emitter *m, const struct op *op, const char *function)
{
    struct ref_pool params, *p = &params;
    struct buf *b = &m->code;
    params_pool(m->g, op, p);
    begin(m, "ref_pool");
    window(b, &p->win);
    line(b);
    FIELD(clamp_min);
    FIELD(clamp_max);
    call(m, op, function);
}

/* Where operand 2 of ADD and MUL is; it may be constant. */
static const char *operand(struct emitter *m, const struct op *op)
{
    const struct tensor *t = emit_tensor(m, op->input[1]);
    return t->data ? emit_int8s(m, "operand", t->data, t->bytes)
                   : emit_address(m, op->input[1]);
}

static void add(struct emitter *m, const struct op *op)
{
    struct ref_add params, *p = &params;
    struct buf *b = &m->code;
    params_add(m->g, op, p);
    begin(m, "ref_add");
    line(b);
    FIELD(count);
    FIELD(period);
    FIELD(input1_zero);
    FIELD(input2_zero);
    FIELD(output_zero);
    line(b);
    FIELD(input1_multiplier);
    FIELD(input1_shift);
    FIELD(input2_multiplier);
    FIELD(input2_shift);
    line(b);
    FIELD(output_multiplier);
    FIELD(output_shift);
    FIELD(clamp_min);
    FIELD(clamp_max);
    buf_printf(b, "\n    };\n    ref_add(&p, %s, %s, %s);\n", emit_address(m, op->input[0]),
               operand(m, op), emit_address(m, op->output));
}

static void mul(struct emitter *m, const struct op *op)
{
    struct ref_mul params, *p = &params;
    struct buf *b = &m->code;
    params_mul(m->g, op, p);
    begin(m, "ref_mul");
    line(b);
    FIELD(count);
    FIELD(period);
    FIELD(input1_zero);
    FIELD(input2_zero);
    FIELD(output_zero);
    line(b);
    FIELD(multiplier);
    FIELD(shift);
    FIELD(clamp_min);
    FIELD(clamp_max);
    buf_printf(b, "\n    };\n    ref_mul(&p, %s, %s, %s);\n", emit_address(m, op->input[0]),
               operand(m, op), emit_address(m, op->output));
}

static void lookup(struct emitter *m, const struct op *op)
{
    int8_t table[256];
    params_table(m->g, op, table);
    const char *name = emit_int8s(m, "table", table, sizeof table);
    buf_printf(&m->code, "    ref_lookup(%" PRIu32 ", %s, %s, %s);\n",
               emit_tensor(m, op->output)->bytes, name, emit_address(m, op->input[0]),
               emit_address(m, op->output));
}

static void concatenation(struct emitter *m, const struct op *op)
{
    for (int i = 0; i < op->input_count; i++) {
        struct ref_concatenation params, *p = &params;
        struct buf *b = &m->code;
        params_concatenation(m->g, op, i, p);
        buf_printf(b, "    static const struct ref_concatenation p%d = {", i);
        FIELD(outer);
        FIELD(in_bytes);
        FIELD(out_bytes);
        FIELD(offset);
        buf_printf(b, "};\n    ref_concatenation(&p%d, %s, %s);\n", i,
                   emit_address(m, op->input[i]), emit_address(m, op->output));
    }
}

static void resize(struct emitter *m, const struct op *op)
{
    struct ref_resize params, *p = &params;
    struct buf *b = &m->code;
    params_resize(m->g, op, m->arena, p);
    const char *rows = emit_int32s(m, "rows", p->rows, (size_t)p->out_h);
    const char *columns = emit_int32s(m, "columns", p->columns, (size_t)p->out_w);
    begin(m, "ref_resize");
    line(b);
    FIELD(in_w);
    FIELD(channels);
    FIELD(out_h);
    FIELD(out_w);
    buf_printf(b, "\n        .rows = %s, .columns = %s,", rows, columns);
    call(m, op, "ref_resize_nearest");
}

static void mean(struct emitter *m, const struct op *op)
{
    struct ref_mean params, *p = &params;
    struct buf *b = &m->code;
    params_mean(m->g, op, p);
    begin(m, "ref_mean");
    line(b);
    FIELD(outer);
    FIELD(reduced);
    FIELD(inner);
    FIELD(input_zero);
    FIELD(output_zero);
    FIELD(multiplier);
    FIELD(shift);
    call(m, op, "ref_mean");
}

static void pad(struct emitter *m, const struct op *op)
{
    struct ref_pad params, *p = &params;
    struct buf *b = &m->code;
    params_pad(m->g, op, p);
    begin(m, "ref_pad");
    line(b);
    FIELD(in_h);
    FIELD(in_w);
    FIELD(in_c);
    FIELD(pad_top);
    FIELD(pad_bottom);
    FIELD(pad_left);
    FIELD(pad_right);
    FIELD(zero);
    call(m, op, "ref_pad");
}

static void softmax(struct emitter *m, const struct op *op)
{
    struct ref_softmax params, *p = &params;
    struct buf *b = &m->code;
    params_softmax(m->g, op, p);
    begin(m, "ref_softmax");
    line(b);
    FIELD(rows);
    FIELD(depth);
    FIELD(multiplier);
    FIELD(shift);
    FIELD(diff_min);
    call(m, op, "ref_softmax");
}

static void affine(struct emitter *m, const struct op *op, const struct ref_affine *p,
                   const char *function)
{
    struct buf *b = &m->code;
    begin(m, "ref_affine");
    line(b);
    FIELD(count);
    FIELD(zero);
    buf_printf(b, " .scale = %aF,", (double)p->scale); /* hexadecimal: exact */
    call(m, op, function);
}

static void quantize(struct emitter *m, const struct op *op)
{
    if (emit_tensor(m, op->input[0])->type == DT_FLOAT32) {
        struct ref_affine a;
        params_quantize(m->g, op, &a);
        affine(m, op, &a, "ref_quantize");
        return;
    }
    struct ref_requantize params, *p = &params;
    struct buf *b = &m->code;
    params_requantize(m->g, op, p);
    begin(m, "ref_requantize");
    line(b);
    FIELD(count);
    FIELD(input_zero);
    FIELD(output_zero);
    FIELD(multiplier);
    FIELD(shift);
    call(m, op, "ref_requantize");
}

static void dequantize(struct emitter *m, const struct op *op)
{
    struct ref_affine a;
    params_dequantize(m->g, op, &a);
    affine(m, op, &a, "ref_dequantize");
}

bool emit_reference(struct emitter *m, const struct op *op, struct err *e)
{
    const char *file = NULL;
    switch (op->kind) {
    case OP_ADD:
        add(m, op);
        file = "ref/add.c";
        break;
    case OP_AVERAGE_POOL_2D:
        pool(m, op, "ref_average_pool_2d");
        file = "ref/pool.c";
        break;
    case OP_CONV_2D:
        conv(m, op, "ref_conv_2d");
        file = "ref/conv.c";
        break;
    case OP_DEPTHWISE_CONV_2D:
        conv(m, op, "ref_depthwise_conv_2d");
        file = "ref/depthwise.c";
        break;
    case OP_DEQUANTIZE:
        dequantize(m, op);
        file = "ref/quantize.c";
        break;
    case OP_FULLY_CONNECTED:
        fully_connected(m, op);
        file = "ref/fully_connected.c";
        break;
    case OP_MAX_POOL_2D:
        pool(m, op, "ref_max_pool_2d");
        file = "ref/pool.c";
        break;
    case OP_RESHAPE:
        buf_printf(&m->code, "    ref_copy(%" PRIu32 ", %s, %s);\n",
                   emit_tensor(m, op->output)->bytes, emit_address(m, op->input[0]),
                   emit_address(m, op->output));
        file = "ref/pad.c";
        break;
    case OP_SOFTMAX:
        softmax(m, op);
        emit_uses(m, "ref/fixed_exp.h");
        file = "ref/softmax.c";
        break;
    case OP_PAD:
        pad(m, op);
        file = "ref/pad.c";
        break;
    case OP_MUL:
        mul(m, op);
        file = "ref/mul.c";
        break;
    case OP_CONCATENATION:
        concatenation(m, op);
        file = "ref/move.c";
        break;
    case OP_RESIZE_NEAREST_NEIGHBOR:
        resize(m, op);
        file = "ref/move.c";
        break;
    case OP_HARD_SWISH:
    case OP_LEAKY_RELU:
    case OP_LOGISTIC:
    case OP_RELU:
    case OP_RELU6:
        lookup(m, op);
        file = "ref/lookup.c";
        break;
    case OP_MEAN:
        mean(m, op);
        file = "ref/mean.c";
        break;
    case OP_QUANTIZE:
        quantize(m, op);
        file = "ref/quantize.c";
        break;
    }
    if (!file) return err_set(e, ERR_INTERNAL, "%s: no reference kernel", op->name);
    emit_uses(m, "ref/fixed.h");
    emit_uses(m, file);
    return true;
}
