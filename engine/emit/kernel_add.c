/* SPDX-License-Identifier: GPL-2.0-or-later
 * The host's side of engine/kernels/add.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/emit/kernel.h"
#include "engine/kernels/params.h"

static bool fits(const struct graph *g, const struct op *op)
{
    struct ref_add p;
    params_add(g, op, &p);
    if (p.period != p.count || g->tensors[op->input[1]].data) return false;
    const int n = -p.output_shift;
    const bool inputs = p.input1_shift <= 0 && p.input1_shift > -31 && p.input2_shift <= 0 &&
                        p.input2_shift > -31 && p.input1_multiplier && p.input2_multiplier;
    /* The sum is below 2^29; with the rounding constant it must stay below 2^31. */
    return inputs && p.output_multiplier && n >= 1 && n <= 31 &&
           (llabs(2 * (int64_t)p.output_zero + 1) << n) < INT64_C(3) << 29;
}

static void side(struct buf *b, const char *name, int32_t zero, int32_t multiplier,
                 int32_t shift)
{
    buf_printf(b,
               "    const struct add_side %s = {.zero = %" PRId32 ", .multiplier = %" PRId32
               ", .shift = %" PRId32 "};\n",
               name, zero, multiplier, shift);
}

static bool emit(struct emitter *m, const struct op *op, struct err *e)
{
    (void)e;
    struct ref_add p;
    params_add(m->g, op, &p);
    side(&m->code, "a", p.input1_zero, p.input1_multiplier, p.input1_shift);
    side(&m->code, "b", p.input2_zero, p.input2_multiplier, p.input2_shift);
    buf_printf(&m->code,
               "    const struct dsp_requant q = dsp_requant((int32_t)(2 * UINT32_C(%" PRId32
               ")), %" PRId32 ", %" PRId32 ");\n",
               p.output_multiplier, -p.output_shift, p.output_zero);
    buf_printf(&m->code,
               "    add(%" PRId32 ", a, b, q, %" PRId32 ", %" PRId32 ", %s, %s, %s);\n",
               p.count, p.clamp_min, p.clamp_max, emit_address(m, op->input[0]),
               emit_address(m, op->input[1]), emit_address(m, op->output));
    return true;
}

const struct kernel kernel_add = {
    .name = "add",
    .kind = OP_ADD,
    .fits = fits,
    .emit = emit,
};
