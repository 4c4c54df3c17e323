/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The host's side of engine/kernels/depthwise.h. The shape is computed here with the kernel's
 * own macros, so that both agree on the scratch.
 */
#include "engine/emit/kernel.h"
#include "engine/emit/pack.h"
#include "engine/kernels/depthwise.h"

enum { MIN_STRIP_ROWS = 2 };

static struct depthwise_shape shape(const struct graph *g, const struct op *op, int strip_rows)
{
    const struct tensor *in = &g->tensors[op->input[0]], *out = &g->tensors[op->output];
    const int out_w = out->dim[2];
    struct depthwise_shape s = {
        .in_h = in->dim[1],
        .in_w = in->dim[2],
        .channels = in->dim[3],
        .out_h = out->dim[1],
        .out_w = out_w,
        .kernel = op->kernel_h,
        .stride = op->stride_h,
        .pad_top = op->pad_top,
        .pad_left = op->pad_left,
        .strip_rows = strip_rows,
        .input_zero = in->quant.zero[0],
        .output_zero = out->quant.zero[0],
        .clamp_min = op->clamp_min,
        .clamp_max = op->clamp_max,
    };
    /* Four outputs share the unpacked weights of a row; of a narrow row some are thrown away.
     */
    const int two = (out_w + 1) / 2 * 2, four = (out_w + 3) / 4 * 4;
    s.across = 7 * two <= 6 * four ? 2 : 4;
    return s;
}

static bool fits(const struct graph *g, const struct op *op)
{
    const struct tensor *in = &g->tensors[op->input[0]];
    const int k = op->kernel_h;
    if (op->depth_multiplier != 1 || in->dim[3] % 4 != 0) return false;
    if (op->kernel_w != k || (k != 3 && k != 5 && k != 7)) return false;
    if (op->stride_h != op->stride_w || op->stride_h > 2) return false;
    if (op->pad_top >= k || op->pad_left >= k) return false;
    struct arena a = {0};
    struct pack_scales s;
    const bool ok = pack_scales(g, op, &a, &s);
    arena_done(&a);
    return ok;
}

static uint32_t scratch_bytes(const struct depthwise_shape s)
{
    return (uint32_t)DEPTHWISE_SCRATCH_BYTES(s);
}

/* As many rows as the budget gives; from the whole image down, in equal strips. */
static uint32_t scratch(const struct graph *g, const struct op *op, uint32_t budget)
{
    const int out_h = g->tensors[op->output].dim[1];
    for (int strips = 1; strips < out_h; strips++) {
        const int rows = (out_h + strips - 1) / strips;
        if (rows <= MIN_STRIP_ROWS) break;
        const uint32_t need = scratch_bytes(shape(g, op, rows));
        if (need <= budget) return need;
    }
    return scratch_bytes(shape(g, op, out_h < MIN_STRIP_ROWS ? out_h : MIN_STRIP_ROWS));
}

static int strip_rows(const struct graph *g, const struct op *op)
{
    int rows = g->tensors[op->output].dim[1];
    while (rows > 1 && scratch_bytes(shape(g, op, rows)) > op->scratch_bytes)
        rows--;
    return rows;
}

/* A strip's outputs must not lie on pixels that are still to be gathered. */
static bool in_place(const struct graph *g, const struct op *op)
{
    const struct depthwise_shape s = shape(g, op, strip_rows(g, op));
    if (g->tensors[op->output].bytes > g->tensors[op->input[0]].bytes) return false;
    for (int oy = 0; oy < s.out_h; oy += s.strip_rows) {
        const int end = oy + s.strip_rows < s.out_h ? oy + s.strip_rows : s.out_h;
        const int gathered = (end - 1) * s.stride - s.pad_top + s.kernel;
        if (gathered < s.in_h && end * s.out_w > gathered * s.in_w) return false;
    }
    return true;
}

static bool emit(struct emitter *m, const struct op *op, struct err *e)
{
    struct pack_scales p;
    if (!pack_scales(m->g, op, m->arena, &p))
        return err_set(e, ERR_INTERNAL, "%s: kernel taken that does not fit", op->name);
    const struct depthwise_shape s = shape(m->g, op, strip_rows(m->g, op));
    const size_t n = (size_t)p.channels;
    size_t bytes;
    const int8_t *packed = pack_depthwise(m->g, op, &p, m->arena, &bytes);
    buf_printf(
        &m->code,
        "    const struct depthwise_shape s = {\n"
        "        .in_h = %d, .in_w = %d, .channels = %d, .out_h = %d, .out_w = %d,\n"
        "        .kernel = %d, .stride = %d, .pad_top = %d, .pad_left = %d,\n"
        "        .strip_rows = %d, .across = %d,\n"
        "        .input_zero = %d, .output_zero = %d, .clamp_min = %d, .clamp_max = %d,\n"
        "    };\n",
        s.in_h, s.in_w, s.channels, s.out_h, s.out_w, s.kernel, s.stride, s.pad_top, s.pad_left,
        s.strip_rows, s.across, s.input_zero, s.output_zero, s.clamp_min, s.clamp_max);
    const char *weights = emit_int8s(m, "weights", packed, bytes);
    const char *bias = emit_int32s(m, "bias", p.bias, n);
    const char *multiplier = emit_int32s(m, "multiplier", p.multiplier, n);
    const char *shift = emit_uint8s(m, "shift", p.shift, n);
    buf_printf(&m->code,
               "    const struct depthwise_table t = {\n"
               "        .weights = %s, .bias = %s,\n        .multiplier = %s, .shift = %s,\n"
               "    };\n",
               weights, bias, multiplier, shift);
    buf_printf(&m->code, "    depthwise(s, t, %s, (int16_t *)%s, %s);\n",
               emit_address(m, op->input[0]), emit_scratch(m), emit_address(m, op->output));
    return true;
}

const struct kernel kernel_depthwise = {
    .name = "depthwise",
    .kind = OP_DEPTHWISE_CONV_2D,
    .fits = fits,
    .scratch = scratch,
    .in_place = in_place,
    .emit = emit,
};
