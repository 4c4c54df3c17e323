/* SPDX-License-Identifier: GPL-2.0-or-later
 * Tensors and their constants. A tensor that cannot be represented is no error by itself: files
 * hold unused ones. What is wrong with it is kept and told when an op uses it. */
#include "engine/tflite/reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* TensorType of the schema. */
static const char *const type_names[] = {
    "FLOAT32", "FLOAT16",   "INT32",  "UINT8",   "INT64",      "STRING", "BOOL",
    "INT16",   "COMPLEX64", "INT8",   "FLOAT64", "COMPLEX128", "UINT64", "RESOURCE",
    "VARIANT", "UINT32",    "UINT16", "INT4",    "BFLOAT16",
};

static bool dtype_of(int type, enum dtype *out)
{
    switch (type) {
    case 0:
        *out = DT_FLOAT32;
        return true;
    case 2:
        *out = DT_INT32;
        return true;
    case 3:
        *out = DT_UINT8;
        return true;
    case 4:
        *out = DT_INT64;
        return true;
    case 7:
        *out = DT_INT16;
        return true;
    case 9:
        *out = DT_INT8;
        return true;
    default:
        return false;
    }
}

static void trouble(struct reader *r, uint32_t i, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void trouble(struct reader *r, uint32_t i, enum err_code code, const char *fmt, ...)
{
    if (r->trouble[i]) return;
    char line[200];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    r->trouble[i] = arena_str(r->g->arena, line);
    r->malformed[i] = code == ERR_FORMAT;
}

/* Counts copied bytes: in a sound file all copies together are smaller than the file, strings
 * and vectors being shared now and then. */
static bool affordable(struct reader *r, size_t bytes)
{
    r->copied += bytes;
    if (r->copied <= 4 * r->fb.len + 4096) return true;
    if (!r->fb.bad) {
        r->fb.bad = true;
        snprintf(r->fb.why, sizeof r->fb.why, "vectors overlap: they are larger than the file");
    }
    return false;
}

static void read_shape(struct reader *r, uint32_t i, struct fb_table t)
{
    struct tensor *out = &r->g->tensors[i];
    const struct fb_vec shape = fb_vec(t, TENSOR_SHAPE, 4);
    const struct fb_vec signature = fb_vec(t, TENSOR_SIGNATURE, 4);
    for (int k = 0; k < RANK_MAX; k++)
        out->dim[k] = 1;
    if (shape.count > RANK_MAX) {
        trouble(r, i, ERR_UNSUPPORTED, "rank %u is not supported (have: 0 to %d)", shape.count,
                RANK_MAX);
        return;
    }
    out->rank = (int)shape.count;
    uint64_t bytes = dtype_bytes(out->type);
    for (uint32_t k = 0; k < shape.count; k++) {
        out->dim[k] = fb_vec_i32(shape, k);
        if (out->dim[k] < 1) {
            trouble(r, i, out->dim[k] == -1 ? ERR_UNSUPPORTED : ERR_FORMAT,
                    "dimension %u is %d (have: sizes known when compiling)", k,
                    (int)out->dim[k]);
            return;
        }
        bytes *= (uint64_t)out->dim[k];
        if (bytes > GRAPH_TENSOR_BYTES_MAX) {
            trouble(r, i, ERR_UNSUPPORTED, "larger than %d bytes", GRAPH_TENSOR_BYTES_MAX);
            return;
        }
    }
    out->bytes = (uint32_t)bytes;
    /* A free batch size with shape 1 is what converters write; other free sizes are dynamic. */
    for (uint32_t k = 1; k < signature.count; k++)
        if (fb_vec_i32(signature, k) < 0)
            trouble(r, i, ERR_UNSUPPORTED, "dimension %u is dynamic, which is not supported",
                    k);
}

static void read_quant(struct reader *r, uint32_t i, struct fb_table q)
{
    struct tensor *out = &r->g->tensors[i];
    const struct fb_vec scale = fb_vec(q, QUANT_SCALE, 4), zero = fb_vec(q, QUANT_ZERO, 8);
    if (scale.count == 0) return;
    if (fb_u8(q, QUANT_DETAILS_TYPE, 0) != 0) {
        trouble(r, i, ERR_UNSUPPORTED, "custom quantisation is not supported");
        return;
    }
    /* Of a vector there is one axis only; converters write its owner's here. */
    const int32_t axis = out->rank == 1 ? 0 : fb_i32(q, QUANT_AXIS, 0);
    if (zero.count != scale.count && zero.count > 1) {
        trouble(r, i, ERR_FORMAT, "%u scales and %u zero points", scale.count, zero.count);
        return;
    }
    if (scale.count > 1 &&
        (axis < 0 || axis >= out->rank || scale.count != (uint32_t)out->dim[axis])) {
        trouble(r, i, ERR_FORMAT, "%u scales along axis %d of a tensor of rank %d", scale.count,
                (int)axis, out->rank);
        return;
    }
    if (!affordable(r, 8 * (size_t)scale.count)) return;
    float *scales = arena_array(r->g->arena, scale.count, sizeof *scales);
    int32_t *zeros = arena_array(r->g->arena, scale.count, sizeof *zeros);
    for (uint32_t k = 0; k < scale.count; k++) {
        scales[k] = fb_vec_f32(scale, k);
        const int64_t z = zero.count ? fb_vec_i64(zero, zero.count == 1 ? 0 : k) : 0;
        if (!isfinite(scales[k]))
            trouble(r, i, ERR_FORMAT, "scale %u is %g", k, (double)scales[k]);
        if (z < INT32_MIN || z > INT32_MAX)
            trouble(r, i, ERR_FORMAT, "zero point %u is %lld", k, (long long)z);
        else
            zeros[k] = (int32_t)z;
    }
    out->quant = (struct quant){.count = (int)scale.count,
                                .scale = scales,
                                .zero = zeros,
                                .axis = scale.count > 1 ? axis : 0};
}

static void read_contents(struct reader *r, uint32_t i, uint32_t buffer)
{
    struct tensor *out = &r->g->tensors[i];
    if (buffer >= r->buffers.count) {
        trouble(r, i, ERR_FORMAT, "buffer %u of %u", buffer, r->buffers.count);
        return;
    }
    const struct fb_table b = fb_vec_table(r->buffers, buffer);
    const struct fb_vec data = fb_vec(b, BUFFER_DATA, 1);
    if (r->fb.bad) return;
    if (data.count == 0) {
        if (fb_u64(b, BUFFER_SIZE, 0) != 0)
            trouble(r, i, ERR_UNSUPPORTED,
                    "contents outside the FlatBuffer are not supported (files below 2 GiB)");
        return;
    }
    if (data.count != out->bytes) {
        trouble(r, i, ERR_FORMAT, "buffer %u holds %u bytes, the shape needs %u", buffer,
                data.count, out->bytes);
        return;
    }
    if (!r->contents[buffer]) {
        if (!affordable(r, data.count)) return;
        void *copy = arena_alloc(r->g->arena, data.count);
        memcpy(copy, fb_vec_bytes(data), data.count);
        r->contents[buffer] = copy;
    }
    out->data = r->contents[buffer];
}

static void read_tensor(struct reader *r, uint32_t i, struct fb_table t)
{
    struct tensor *out = &r->g->tensors[i];
    size_t len = 0;
    const char *name = fb_str(t, TENSOR_NAME, &len);
    if (!affordable(r, len)) return;
    char *copy = arena_alloc(r->g->arena, len + 1);
    /* Names go into texts of one line: quotes and what does not print becomes '_'. */
    for (size_t k = 0; k < len; k++) {
        const unsigned char c = (unsigned char)name[k];
        copy[k] = name[k];
        if (c < 0x20 || c == 0x7f || c == '"' || c == '\\') copy[k] = '_';
    }
    out->name = copy;

    const int type = fb_i8(t, TENSOR_TYPE, 0);
    out->type = DT_INT8;
    if (!dtype_of(type, &out->type)) {
        const int known = (int)(sizeof type_names / sizeof *type_names);
        if (type >= 0 && type < known)
            trouble(r, i, ERR_UNSUPPORTED, "type %s is not supported", type_names[type]);
        else
            trouble(r, i, ERR_UNSUPPORTED, "type number %d is not supported", type);
    }
    read_shape(r, i, t);
    if (fb_u8(t, TENSOR_VARIABLE, 0))
        trouble(r, i, ERR_UNSUPPORTED, "variables (state between runs) are not supported");
    if (fb_has(t, TENSOR_SPARSITY))
        trouble(r, i, ERR_UNSUPPORTED, "sparse storage is not supported");
    if (r->trouble[i]) return;
    read_quant(r, i, fb_table(t, TENSOR_QUANT));
    if (!r->fb.bad) read_contents(r, i, fb_u32(t, TENSOR_BUFFER, 0));
}

struct named {
    const char *name;
    int tensor;
};

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    const int order = strcmp(x->name, y->name);
    return order ? order : (x->tensor > y->tensor) - (x->tensor < y->tensor);
}

/* Gives empty and repeated names a number: "x", "x" become "x", "x~7". Files that provoke new
 * repetitions on purpose get names of ours. */
static void make_unique(struct reader *r)
{
    struct graph *g = r->g;
    struct named *order = xcalloc((size_t)g->tensor_count + 1, sizeof *order);
    for (int round = 0; round < 4; round++) {
        bool again = false;
        for (int i = 0; i < g->tensor_count; i++)
            order[i] = (struct named){g->tensors[i].name, i};
        qsort(order, (size_t)g->tensor_count, sizeof *order, by_name);
        for (int i = 0; i < g->tensor_count; i++) {
            const int t = order[i].tensor;
            const char *name = order[i].name;
            const bool repeated = i > 0 && strcmp(name, order[i - 1].name) == 0;
            if (*name && !repeated) continue;
            again = true;
            if (!affordable(r, strlen(name) + 8)) break;
            g->tensors[t].name = *name && round < 3 ? arena_printf(g->arena, "%s~%d", name, t)
                                                    : arena_printf(g->arena, "tensor~%d", t);
        }
        if (!again || r->fb.bad) break;
    }
    free(order);
}

bool reader_tensors(struct reader *r)
{
    struct graph *g = r->g;
    if (r->tensors.count > GRAPH_TENSORS_MAX) {
        problem_add(&r->problems, ERR_UNSUPPORTED, "%u tensors (have: up to %d)",
                    r->tensors.count, GRAPH_TENSORS_MAX);
        return false;
    }
    const size_t n = r->tensors.count;
    g->tensors = arena_array(g->arena, n + 1, sizeof *g->tensors);
    r->trouble = arena_array(g->arena, n + 1, sizeof *r->trouble);
    r->malformed = arena_array(g->arena, n + 1, sizeof *r->malformed);
    r->contents = arena_array(g->arena, (size_t)r->buffers.count + 1, sizeof *r->contents);
    for (uint32_t i = 0; i < n && !r->fb.bad; i++) {
        const struct fb_table t = fb_vec_table(r->tensors, i);
        if (r->fb.bad) return false;
        read_tensor(r, i, t);
        g->tensor_count = (int)i + 1;
    }
    if (!r->fb.bad) make_unique(r);
    return !r->fb.bad;
}
