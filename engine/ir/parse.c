/* SPDX-License-Identifier: GPL-2.0-or-later
 * The text form, read back: line by line, word by word. What was read is a graph only after
 * graph_verify(), so nothing is checked here but the syntax and what memory depends on. */
#include "engine/ir/graph.h"
#include "tools/base/hash.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const char *name, *at;
    int line;
    struct graph *g;
    const struct graph *weights;
    uint32_t const_bytes; /* allocated for constants without contents */
    struct err *e;
};

static bool bad(const struct parser *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool bad(const struct parser *p, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    err_setv(p->e, ERR_FORMAT, fmt, args);
    va_end(args);
    return err_prefix(p->e, "%s:%d", p->name, p->line);
}

/* The word at the present place, cut, for messages: "%.*s" takes both. */
#define HERE(p) word_length(p), (p)->at

static int word_length(const struct parser *p)
{
    const size_t n = strcspn(p->at, " \n");
    return n < 30 ? (int)n : 30;
}

static void skip_blanks(struct parser *p)
{
    while (*p->at == ' ')
        p->at++;
}

static bool at_end(struct parser *p)
{
    skip_blanks(p);
    return *p->at == '\n' || *p->at == 0;
}

/* Takes `word` when it comes next, up to and without what follows it. */
static bool take(struct parser *p, const char *word)
{
    skip_blanks(p);
    const size_t n = strlen(word);
    if (strncmp(p->at, word, n) != 0) return false;
    p->at += n;
    return true;
}

static bool need(struct parser *p, const char *word)
{
    return take(p, word) || bad(p, "\"%s\" is missing at \"%.*s\"", word, HERE(p));
}

static bool number(struct parser *p, int64_t min, int64_t max, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    const long long v = strtoll(p->at, &end, 10);
    if (end == p->at || !strchr("-0123456789", *p->at))
        return bad(p, "a number is missing at \"%.*s\"", HERE(p));
    if (errno || v < min || v > max)
        return bad(p, "%.*s is not from %lld to %lld", HERE(p), (long long)min, (long long)max);
    p->at = end;
    *out = v;
    return true;
}

static bool number_int(struct parser *p, int64_t min, int64_t max, int *out)
{
    int64_t v = 0;
    if (!number(p, min, max, &v)) return false;
    *out = (int)v;
    return true;
}

static bool real(struct parser *p, float *out)
{
    char *end = NULL;
    const float v = strtof(p->at, &end);
    if (end == p->at || !strchr("-.0123456789", *p->at) || !isfinite(v))
        return bad(p, "a number is missing at \"%.*s\"", HERE(p));
    p->at = end;
    *out = v;
    return true;
}

/* A run of characters without blanks. */
static char *word(struct parser *p)
{
    skip_blanks(p);
    const size_t n = strcspn(p->at, " \n");
    char *copy = arena_alloc(p->g->arena, n + 1);
    memcpy(copy, p->at, n);
    p->at += n;
    return copy;
}

static bool quoted(struct parser *p, const char **out)
{
    if (!need(p, "\"")) return false;
    const size_t n = strcspn(p->at, "\"\n");
    if (p->at[n] != '"') return bad(p, "a name does not end");
    char *copy = arena_alloc(p->g->arena, n + 1);
    memcpy(copy, p->at, n);
    p->at += n + 1;
    *out = copy;
    return true;
}

static bool tensor_number(struct parser *p, int *out)
{
    return need(p, "%") && number_int(p, 0, p->g->tensor_count - 1, out);
}

/* How many numbers with commas between them come next. */
static size_t count_list(const struct parser *p)
{
    size_t n = 1;
    for (const char *c = p->at; *c && *c != ' ' && *c != '\n'; c++)
        n += *c == ',';
    return n;
}

static bool parse_header(struct parser *p)
{
    struct graph *g = p->g;
    int64_t bytes = 0;
    const char *input_at;
    if (!need(p, "graph") || !quoted(p, &g->name) || !need(p, "input=")) return false;
    input_at = p->at; /* the tensors' count comes after the two numbers it limits */
    g->tensor_count = GRAPH_TENSORS_MAX;
    if (!tensor_number(p, &g->input) || !need(p, "output=") || !tensor_number(p, &g->output) ||
        !need(p, "tensors=") || !number_int(p, 1, GRAPH_TENSORS_MAX, &g->tensor_count) ||
        !need(p, "bytes=") || !number(p, 0, UINT32_MAX, &bytes))
        return false;
    if (g->input >= g->tensor_count || g->output >= g->tensor_count)
        return bad(p, "input and output are tensors of %d: \"%.30s\"", g->tensor_count,
                   input_at);
    g->model_bytes = (uint32_t)bytes;
    if (take(p, "sha256=")) {
        const size_t n = strspn(p->at, "0123456789abcdef");
        if (n != sizeof g->model_sha256 - 1) return bad(p, "sha256 has %zu digits", n);
        memcpy(g->model_sha256, p->at, n);
        p->at += n;
    }
    if (!at_end(p)) return bad(p, "what is \"%.*s\"?", HERE(p));
    g->tensors = arena_array(g->arena, (size_t)g->tensor_count, sizeof *g->tensors);
    for (int t = 0; t < g->tensor_count; t++) {
        g->tensors[t].name = "";
        for (int k = 0; k < RANK_MAX; k++)
            g->tensors[t].dim[k] = 1;
    }
    return true;
}

static bool parse_kind(struct parser *p, enum op_kind *out)
{
    const char *name = word(p);
#define OP(kind, code, text)                                                                   \
    if (strcmp(name, #kind) == 0) {                                                            \
        *out = OP_##kind;                                                                      \
        return true;                                                                           \
    }
#include "engine/ir/ops.def"
#undef OP
    return bad(p, "\"%.40s\" is no op", name);
}

static bool parse_absorbed(struct parser *p, struct op *op)
{
    const size_t n = count_list(p);
    if (n > GRAPH_OPS_MAX) return bad(p, "%zu absorbed ops", n);
    int *list = arena_array(p->g->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++)
        if ((i && !need(p, ",")) || !number_int(p, 0, INT32_MAX, &list[i])) return false;
    op->absorbed = list;
    op->absorbed_count = (int)n;
    return true;
}

static bool parse_op_field(struct parser *p, struct op *op)
{
    int64_t a = 0, b = 0;
#define PAIR(key, first, second)                                                               \
    if (take(p, #key "=")) {                                                                   \
        if (!number(p, INT32_MIN, INT32_MAX, &a) || !need(p, ",") ||                           \
            !number(p, INT32_MIN, INT32_MAX, &b))                                              \
            return false;                                                                      \
        op->first = (int32_t)a;                                                                \
        op->second = (int32_t)b;                                                               \
        return true;                                                                           \
    }
#define ONE(key, field)                                                                        \
    if (take(p, #key "=")) {                                                                   \
        if (!number(p, 0, INT32_MAX, &a)) return false;                                        \
        op->field = (__typeof__(op->field))a;                                                  \
        return true;                                                                           \
    }
#include "engine/ir/op_fields.def"
#undef PAIR
#undef ONE
    if (take(p, "alpha=")) return real(p, &op->alpha);
    if (take(p, "beta=")) return real(p, &op->beta);
    if (take(p, "absorbed=")) return parse_absorbed(p, op);
    if (take(p, "kernel=")) {
        op->kernel = word(p);
        return true;
    }
    return bad(p, "what is \"%.*s\"?", HERE(p));
}

static bool parse_op(struct parser *p)
{
    struct graph *g = p->g;
    if (g->op_count == GRAPH_OPS_MAX) return bad(p, "more than %d ops", GRAPH_OPS_MAX);
    struct op *op = &g->ops[g->op_count++];
    *op = (struct op){.output = NO_TENSOR};
    skip_blanks(p);
    if (!number_int(p, 0, INT32_MAX, &op->index)) return false;
    op->name = word(p);
    if (!parse_kind(p, &op->kind)) return false;
    while (!take(p, "->")) {
        if (op->input_count == OP_INPUTS_MAX)
            return bad(p, "more than %d inputs", OP_INPUTS_MAX);
        int *input = &op->input[op->input_count++];
        *input = NO_TENSOR;
        if (!take(p, "none") && !tensor_number(p, input)) return false;
    }
    if (!tensor_number(p, &op->output)) return false;
    while (!at_end(p))
        if (!parse_op_field(p, op)) return false;
    return true;
}

static bool parse_type(struct parser *p, enum dtype *out)
{
    static const enum dtype types[] = {DT_INT8,  DT_UINT8, DT_INT16,
                                       DT_INT32, DT_INT64, DT_FLOAT32};
    const char *name = word(p);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(name, dtype_name(types[i])) != 0) continue;
        *out = types[i];
        return true;
    }
    return bad(p, "\"%.40s\" is no type", name);
}

static bool parse_shape(struct parser *p, struct tensor *t)
{
    uint64_t bytes = dtype_bytes(t->type);
    if (!take(p, "scalar")) {
        do {
            if (t->rank == RANK_MAX) return bad(p, "more than %d dimensions", RANK_MAX);
            if (t->rank == 0) skip_blanks(p);
            if (!number_int(p, 1, GRAPH_TENSOR_BYTES_MAX, &t->dim[t->rank])) return false;
            bytes *= (uint64_t)t->dim[t->rank++];
            if (bytes > GRAPH_TENSOR_BYTES_MAX)
                return bad(p, "a tensor of more than %d bytes", GRAPH_TENSOR_BYTES_MAX);
        } while (*p->at == 'x' && p->at++);
    }
    t->bytes = (uint32_t)bytes;
    return true;
}

static bool parse_quant(struct parser *p, struct tensor *t)
{
    const size_t n = count_list(p);
    if (n > GRAPH_TENSOR_BYTES_MAX / 8) return bad(p, "%zu scales", n);
    float *scale = arena_array(p->g->arena, n, sizeof *scale);
    int32_t *zero = arena_array(p->g->arena, n, sizeof *zero);
    for (size_t i = 0; i < n; i++)
        if ((i && !need(p, ",")) || !real(p, &scale[i])) return false;
    if (!need(p, "zero=")) return false;
    const size_t zeros = count_list(p);
    if (zeros != 1 && zeros != n) return bad(p, "%zu scales and %zu zero points", n, zeros);
    for (size_t i = 0; i < zeros; i++)
        if ((i && !need(p, ",")) || !number_int(p, INT32_MIN, INT32_MAX, &zero[i]))
            return false;
    for (size_t i = zeros; i < n; i++)
        zero[i] = zero[0];
    t->quant.count = (int)n;
    t->quant.scale = scale;
    t->quant.zero = zero;
    return true;
}

/* The contents come from the graph that holds the weights, or are zero. */
static bool parse_const(struct parser *p, int number_of, struct tensor *t)
{
    const size_t digits = strspn(p->at, "0123456789abcdef");
    if (digits != 8) return bad(p, "a CRC-32 has 8 digits, not %zu", digits);
    const uint32_t crc = (uint32_t)strtoul(p->at, NULL, 16);
    p->at += digits;
    if (!p->weights) {
        if (t->bytes > GRAPH_TENSOR_BYTES_MAX - p->const_bytes)
            return bad(p, "constants of more than %d bytes", GRAPH_TENSOR_BYTES_MAX);
        p->const_bytes += t->bytes;
        t->data = arena_alloc(p->g->arena, t->bytes);
        return true;
    }
    const struct tensor *w =
        number_of < p->weights->tensor_count ? &p->weights->tensors[number_of] : NULL;
    if (!w || !w->data || w->bytes != t->bytes || hash_crc32(w->data, w->bytes) != crc)
        return bad(p, "tensor %d: the weights are of another model", number_of);
    t->data = w->data;
    return true;
}

/* Contents in the text itself, as hexadecimal bytes: for tests. They follow const=. */
static bool parse_data(struct parser *p, struct tensor *t)
{
    const char *c = p->at;
    const size_t digits = strspn(c, "0123456789abcdef");
    if (!t->data || digits != 2 * (size_t)t->bytes)
        return bad(p, "%zu digits for a constant of %u bytes", digits, t->bytes);
    unsigned char *data = arena_alloc(p->g->arena, t->bytes);
    for (size_t i = 0; i < digits; i++)
        data[i / 2] =
            (unsigned char)(data[i / 2] << 4 | (c[i] < 'a' ? c[i] - '0' : c[i] - 'a' + 10));
    t->data = data;
    p->at += digits;
    return true;
}

static bool parse_tensor(struct parser *p)
{
    int n = 0;
    if (!tensor_number(p, &n)) return false;
    struct tensor *t = &p->g->tensors[n];
    if (t->bytes) return bad(p, "tensor %d comes twice", n);
    if (!parse_type(p, &t->type) || !parse_shape(p, t) || !quoted(p, &t->name)) return false;
    while (!at_end(p)) {
        bool ok;
        if (take(p, "axis="))
            ok = number_int(p, 0, RANK_MAX - 1, &t->quant.axis);
        else if (take(p, "scale="))
            ok = parse_quant(p, t);
        else if (take(p, "const="))
            ok = parse_const(p, n, t);
        else if (take(p, "data="))
            ok = parse_data(p, t);
        else
            ok = bad(p, "what is \"%.*s\"?", HERE(p));
        if (!ok) return false;
    }
    return true;
}

bool graph_parse(const char *text, const char *name, const struct graph *weights,
                 struct arena *a, struct graph *g, struct err *e)
{
    struct parser p = {.name = name, .at = text, .line = 1, .g = g, .weights = weights, .e = e};
    *g = (struct graph){.arena = a, .input = NO_TENSOR, .output = NO_TENSOR};
    if (!parse_header(&p)) return false;
    size_t lines = 1; /* at most that many ops */
    for (const char *c = text; (c = strchr(c, '\n')) && lines < GRAPH_OPS_MAX; c++)
        lines++;
    g->ops = arena_array(a, lines, sizeof *g->ops);
    while (*p.at) {
        bool ok = true;
        p.at++; /* the end of the line before */
        p.line++;
        if (at_end(&p)) continue;
        if (take(&p, "op "))
            ok = parse_op(&p);
        else if (take(&p, "tensor "))
            ok = parse_tensor(&p);
        else
            ok = bad(&p, "\"%.*s\": a line is an op or a tensor", HERE(&p));
        if (!ok) return false;
    }
    return graph_verify(g, e);
}
