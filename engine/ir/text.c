/* SPDX-License-Identifier: GPL-2.0-or-later
 * The text form, written. Ops first, since people read those; then the tensors that they use.
 *
 *     graph "vww1" input=%239 output=%1 tensors=240 bytes=635968 sha256=9f…
 *     op 1 conv_2d_1 CONV_2D %239 %238 %236 -> %234 kernel_size=3,3 stride=2,2 … absorbed=0
 *     tensor %239 int8 1x80x80x3 "input" scale=0.00784313772 zero=-1
 *     tensor %238 int8 16x3x3x3 "conv/weight" axis=0 scale=0.1,0.2… zero=0 const=1a2b3c4d
 *
 * Floats have nine digits: they come back as they were. const= is the contents' CRC-32; test
 * cases add the contents, data=00ff…, which is read but not written. */
#include "engine/ir/graph.h"
#include "tools/base/hash.h"

#include <stdlib.h>

static void write_name(struct buf *out, const char *name)
{
    buf_puts(out, " \"");
    for (; name && *name; name++) {
        const unsigned char c = (unsigned char)*name;
        buf_printf(out, "%c", c < 0x20 || c == 0x7f || c == '"' || c == '\\' ? '_' : c);
    }
    buf_puts(out, "\"");
}

static void write_pair(struct buf *out, const char *key, int64_t a, int64_t b)
{
    if (a || b) buf_printf(out, " %s=%lld,%lld", key, (long long)a, (long long)b);
}

static void write_one(struct buf *out, const char *key, int64_t a)
{
    if (a) buf_printf(out, " %s=%lld", key, (long long)a);
}

static void write_op(struct buf *out, const struct op *op)
{
    buf_printf(out, "op %d %s %s", op->index, op->name, op_kind_name(op->kind));
    for (int i = 0; i < op->input_count; i++) {
        if (op->input[i] == NO_TENSOR)
            buf_puts(out, " none");
        else
            buf_printf(out, " %%%d", op->input[i]);
    }
    buf_printf(out, " -> %%%d", op->output);
#define PAIR(key, first, second) write_pair(out, #key, op->first, op->second);
#define ONE(key, field)          write_one(out, #key, op->field);
#include "engine/ir/op_fields.def"
#undef PAIR
#undef ONE
    if (op->alpha != 0) buf_printf(out, " alpha=%.9g", (double)op->alpha);
    if (op->beta != 0) buf_printf(out, " beta=%.9g", (double)op->beta);
    if (op->kernel) buf_printf(out, " kernel=%s", op->kernel);
    for (int i = 0; i < op->absorbed_count; i++)
        buf_printf(out, "%s%d", i ? "," : " absorbed=", op->absorbed[i]);
    buf_puts(out, "\n");
}

static void write_quant(struct buf *out, const struct quant *q)
{
    if (q->count == 0) return;
    if (q->count > 1) buf_printf(out, " axis=%d", q->axis);
    for (int i = 0; i < q->count; i++)
        buf_printf(out, "%s%.9g", i ? "," : " scale=", (double)q->scale[i]);
    /* One zero point stands for all when they are equal. */
    int count = 1;
    for (int i = 1; i < q->count; i++)
        if (q->zero[i] != q->zero[0]) count = q->count;
    for (int i = 0; i < count; i++)
        buf_printf(out, "%s%d", i ? "," : " zero=", (int)q->zero[i]);
}

static void write_tensor(struct buf *out, int number, const struct tensor *t)
{
    buf_printf(out, "tensor %%%d %s ", number, dtype_name(t->type));
    if (t->rank == 0) buf_puts(out, "scalar");
    for (int i = 0; i < t->rank; i++)
        buf_printf(out, "%s%d", i ? "x" : "", (int)t->dim[i]);
    write_name(out, t->name);
    write_quant(out, &t->quant);
    if (t->data) buf_printf(out, " const=%08x", hash_crc32(t->data, t->bytes));
    buf_puts(out, "\n");
}

void graph_write(const struct graph *g, struct buf *out)
{
    buf_puts(out, "graph");
    write_name(out, g->name);
    buf_printf(out, " input=%%%d output=%%%d tensors=%d bytes=%u", g->input, g->output,
               g->tensor_count, g->model_bytes);
    if (g->model_sha256[0]) buf_printf(out, " sha256=%s", g->model_sha256);
    buf_puts(out, "\n");
    bool *used = xcalloc((size_t)g->tensor_count, sizeof *used);
    if (g->input >= 0) used[g->input] = true;
    for (int i = 0; i < g->op_count; i++) {
        const struct op *op = &g->ops[i];
        write_op(out, op);
        used[op->output] = true;
        for (int k = 0; k < op->input_count; k++)
            if (op->input[k] != NO_TENSOR) used[op->input[k]] = true;
    }
    for (int t = 0; t < g->tensor_count; t++)
        if (used[t]) write_tensor(out, t, &g->tensors[t]);
    free(used);
}
