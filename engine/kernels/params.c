/* SPDX-License-Identifier: GPL-2.0-or-later
 * Products and quotients of scales are formed in the width and order in which TensorFlow Lite
 * forms them; see quant.c. */
#include "engine/kernels/params.h"

#include "engine/kernels/quant.h"

#include <math.h>

static const struct tensor *input(const struct graph *g, const struct op *op, int i)
{
    return &g->tensors[op->input[i]];
}

static const struct tensor *output(const struct graph *g, const struct op *op)
{
    return &g->tensors[op->output];
}

static float scale(const struct tensor *t)
{
    return t->quant.scale[0];
}

static int32_t zero(const struct tensor *t)
{
    return t->quant.zero[0];
}

static struct ref_window window(const struct graph *g, const struct op *op)
{
    const struct tensor *in = input(g, op, 0), *out = output(g, op);
    return (struct ref_window){
        .in_h = in->dim[1],
        .in_w = in->dim[2],
        .in_c = in->dim[3],
        .out_h = out->dim[1],
        .out_w = out->dim[2],
        .out_c = out->dim[3],
        .kernel_h = op->kernel_h,
        .kernel_w = op->kernel_w,
        .stride_h = op->stride_h,
        .stride_w = op->stride_w,
        .pad_top = op->pad_top,
        .pad_left = op->pad_left,
    };
}

void params_conv(const struct graph *g, const struct op *op, struct arena *a,
                 struct ref_conv *out)
{
    const struct tensor *in = input(g, op, 0), *w = input(g, op, 1), *o = output(g, op);
    const int channels = o->dim[3];
    int32_t *multiplier = arena_array(a, (size_t)channels, sizeof *multiplier);
    int32_t *shift = arena_array(a, (size_t)channels, sizeof *shift);
    for (int c = 0; c < channels; c++) {
        const float w_scale = w->quant.scale[w->quant.count > 1 ? c : 0];
        const struct quant_mul m =
            quant_multiplier((double)scale(in) * (double)w_scale / (double)scale(o));
        multiplier[c] = m.multiplier;
        shift[c] = m.shift;
    }
    *out = (struct ref_conv){
        .win = window(g, op),
        .input_zero = zero(in),
        .output_zero = zero(o),
        .clamp_min = op->clamp_min,
        .clamp_max = op->clamp_max,
        .multiplier = multiplier,
        .shift = shift,
    };
}

void params_fully_connected(const struct graph *g, const struct op *op, struct arena *a,
                            struct ref_fully_connected *out)
{
    const struct tensor *in = input(g, op, 0), *w = input(g, op, 1), *o = output(g, op);
    const int channels = w->dim[0];
    const bool per_channel = w->quant.count > 1;
    int32_t *multiplier = arena_array(a, (size_t)channels, sizeof *multiplier);
    int32_t *shift = arena_array(a, (size_t)channels, sizeof *shift);
    for (int c = 0; c < channels; c++) {
        const float w_scale = w->quant.scale[per_channel ? c : 0];
        /* With one scale, TFLite multiplies the two in single precision here, and here only. */
        const double product =
            per_channel ? (double)scale(in) * (double)w_scale : (double)(scale(in) * w_scale);
        const struct quant_mul m = quant_multiplier(product / (double)scale(o));
        multiplier[c] = m.multiplier;
        shift[c] = m.shift;
    }
    *out = (struct ref_fully_connected){
        .rows = (int32_t)(tensor_elements(in) / (size_t)w->dim[1]),
        .in_c = w->dim[1],
        .out_c = channels,
        .input_zero = zero(in),
        .output_zero = zero(o),
        .clamp_min = op->clamp_min,
        .clamp_max = op->clamp_max,
        .multiplier = multiplier,
        .shift = shift,
    };
}

void params_pool(const struct graph *g, const struct op *op, struct ref_pool *out)
{
    *out = (struct ref_pool){window(g, op), op->clamp_min, op->clamp_max};
}

void params_add(const struct graph *g, const struct op *op, struct ref_add *out)
{
    const struct tensor *a = input(g, op, 0), *b = input(g, op, 1), *o = output(g, op);
    const double twice = 2.0 * (double)(scale(a) > scale(b) ? scale(a) : scale(b));
    const struct quant_mul ma = quant_multiplier((double)scale(a) / twice);
    const struct quant_mul mb = quant_multiplier((double)scale(b) / twice);
    const struct quant_mul mo = quant_multiplier(twice / ((1 << 20) * (double)scale(o)));
    *out = (struct ref_add){
        .count = (int32_t)tensor_elements(o),
        .period = (int32_t)tensor_elements(b),
        .input1_zero = zero(a),
        .input2_zero = zero(b),
        .output_zero = zero(o),
        .input1_multiplier = ma.multiplier,
        .input1_shift = ma.shift,
        .input2_multiplier = mb.multiplier,
        .input2_shift = mb.shift,
        .output_multiplier = mo.multiplier,
        .output_shift = mo.shift,
        .clamp_min = op->clamp_min,
        .clamp_max = op->clamp_max,
    };
}

void params_mul(const struct graph *g, const struct op *op, struct ref_mul *out)
{
    const struct tensor *a = input(g, op, 0), *b = input(g, op, 1), *o = output(g, op);
    const struct quant_mul m =
        quant_multiplier((double)scale(a) * (double)scale(b) / (double)scale(o));
    *out = (struct ref_mul){
        .count = (int32_t)tensor_elements(o),
        .period = (int32_t)tensor_elements(b),
        .input1_zero = zero(a),
        .input2_zero = zero(b),
        .output_zero = zero(o),
        .multiplier = m.multiplier,
        .shift = m.shift,
        .clamp_min = op->clamp_min,
        .clamp_max = op->clamp_max,
    };
}

void params_concatenation(const struct graph *g, const struct op *op, int i,
                          struct ref_concatenation *out)
{
    const struct tensor *o = output(g, op);
    int32_t outer = 1, inner = 1;
    for (int k = 0; k < op->axis; k++)
        outer *= o->dim[k];
    for (int k = op->axis + 1; k < o->rank; k++)
        inner *= o->dim[k];
    int32_t before = 0;
    for (int k = 0; k < i; k++)
        before += input(g, op, k)->dim[op->axis];
    *out = (struct ref_concatenation){outer, input(g, op, i)->dim[op->axis] * inner,
                                      o->dim[op->axis] * inner, before * inner};
}

/* Where each output row or column comes from, in single precision as TFLite computes it. */
static const int32_t *sources(const struct op *op, int32_t in, int32_t out, struct arena *a)
{
    int32_t *list = arena_array(a, (size_t)out, sizeof *list);
    const float ratio = op->align_corners && out > 1 ? (float)(in - 1) / (float)(out - 1)
                                                     : (float)in / (float)out;
    const float offset = op->half_pixel_centers ? 0.5F : 0.0F;
    for (int32_t i = 0; i < out; i++) {
        const float at = ((float)i + offset) * ratio;
        const int32_t from = (int32_t)(op->align_corners ? roundf(at) : floorf(at));
        list[i] = from < in ? from : in - 1;
    }
    return list;
}

void params_resize(const struct graph *g, const struct op *op, struct arena *a,
                   struct ref_resize *out)
{
    const struct tensor *in = input(g, op, 0), *o = output(g, op);
    *out = (struct ref_resize){
        .in_w = in->dim[2],
        .channels = in->dim[3],
        .out_h = o->dim[1],
        .out_w = o->dim[2],
        .rows = sources(op, in->dim[1], o->dim[1], a),
        .columns = sources(op, in->dim[2], o->dim[2], a),
    };
}

void params_mean(const struct graph *g, const struct op *op, struct ref_mean *out)
{
    const struct tensor *in = input(g, op, 0), *o = output(g, op);
    int32_t outer = 1, reduced = 1, inner = 1;
    for (int i = 0; i < in->rank; i++) {
        if (op->axes >> i & 1)
            reduced *= in->dim[i];
        else if (op->axes >> i)
            outer *= in->dim[i]; /* reduced axes follow */
        else
            inner *= in->dim[i];
    }
    const struct quant_mul m = quant_mean(scale(in), scale(o), reduced);
    *out = (struct ref_mean){outer, reduced, inner, zero(in), zero(o), m.multiplier, m.shift};
}

void params_pad(const struct graph *g, const struct op *op, struct ref_pad *out)
{
    const struct tensor *in = input(g, op, 0);
    *out = (struct ref_pad){
        .in_h = in->dim[1],
        .in_w = in->dim[2],
        .in_c = in->dim[3],
        .pad_top = op->pad_top,
        .pad_bottom = op->pad_bottom,
        .pad_left = op->pad_left,
        .pad_right = op->pad_right,
        .zero = zero(output(g, op)),
    };
}

void params_softmax(const struct graph *g, const struct op *op, struct ref_softmax *out)
{
    const struct tensor *in = input(g, op, 0);
    const int32_t depth = in->dim[in->rank - 1];
    int32_t diff_min = 0;
    const struct quant_mul m = quant_softmax(op->beta, scale(in), &diff_min);
    *out = (struct ref_softmax){(int32_t)(tensor_elements(in) / (size_t)depth), depth,
                                m.multiplier, m.shift, diff_min};
}

void params_requantize(const struct graph *g, const struct op *op, struct ref_requantize *out)
{
    const struct tensor *in = input(g, op, 0), *o = output(g, op);
    const struct quant_mul m = quant_multiplier((double)scale(in) / (double)scale(o));
    *out = (struct ref_requantize){(int32_t)tensor_elements(o), zero(in), zero(o), m.multiplier,
                                   m.shift};
}

void params_quantize(const struct graph *g, const struct op *op, struct ref_affine *out)
{
    const struct tensor *o = output(g, op);
    *out = (struct ref_affine){(int32_t)tensor_elements(o), zero(o), scale(o)};
}

void params_dequantize(const struct graph *g, const struct op *op, struct ref_affine *out)
{
    const struct tensor *in = input(g, op, 0);
    *out = (struct ref_affine){(int32_t)tensor_elements(in), zero(in), scale(in)};
}
