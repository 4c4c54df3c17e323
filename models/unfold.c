/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The blocks. Numbers that a block repeats (its input channels, the width that follows from the
 * expansion) are checked against what comes before: the tables are typed in by hand, and a slip
 * must not become a network.
 */
#include "models/unfold.h"

#include <stdio.h>
#include <string.h>

enum { KERNEL_MAX = 64, WEIGHTS_MAX = 1 << 26, ARGS_MAX = 8 };

static bool wrong(const struct unfold *u, const char *what)
{
    const char *op = json_str(json_at(u->row, 0), "?");
    return err_set(u->e, ERR_FORMAT, "%s: layers[%zu] (%.20s): %s", u->file, u->index, op,
                   what);
}

static struct zoo_shape shape_of(const struct zoo_net *net, int layer)
{
    return layer == ZOO_INPUT ? net->input : net->layers[layer].out;
}

static struct zoo_shape here(const struct unfold *u)
{
    return shape_of(u->net, u->last);
}

static int64_t size_of(struct zoo_shape s)
{
    return (int64_t)s.h * s.w * s.c;
}

/* Appends a layer that reads the last one; the caller has filled what its op has. */
static bool append(struct unfold *u, struct zoo_layer l)
{
    struct zoo_net *net = u->net;
    const struct zoo_shape *o = &l.out;
    if (net->layer_count == LAYERS_MAX) return wrong(u, "too many layers");
    if (o->h < 1 || o->w < 1 || o->c < 1 || o->h > SIDE_MAX || o->w > SIDE_MAX ||
        o->c > CHANNELS_MAX || size_of(*o) > TENSOR_MAX)
        return wrong(u, "its output would be empty or beyond 1024 x 1024, 8192 channels, 16 M");
    l.in = here(u);
    l.input = u->last;
    if (zoo_reads_two(&l)) l.in2 = shape_of(net, l.input2);
    uint64_t window = (uint64_t)l.kernel_h * (uint64_t)l.kernel_w;
    uint64_t channels = (uint64_t)o->c, points = (uint64_t)o->h * (uint64_t)o->w;
    if (l.op == ZOO_CONV) l.weights = window * (uint64_t)l.in.c * channels;
    if (l.op == ZOO_DEPTHWISE) l.weights = window * channels;
    if (l.op == ZOO_FULLY_CONNECTED) l.weights = (uint64_t)l.in.c * channels;
    l.macs = l.weights * points;
    l.params = l.weights ? l.weights + (l.norm ? 2 : 1) * channels : 0;
    net->macs += l.macs;
    net->weights += l.weights;
    net->params += l.params;
    if (net->weights > WEIGHTS_MAX) return wrong(u, "more than 64 M weights");
    u->last = net->layer_count;
    net->layers[net->layer_count++] = l;
    return true;
}

/* Resolves padding and output size of a window op; adds a PAD layer in the torch form. */
static bool window(struct unfold *u, struct zoo_layer *l, bool padded)
{
    struct zoo_shape in = here(u);
    int k[2] = {l->kernel_h, l->kernel_w}, size[2] = {in.h, in.w}, out[2], before[2], after[2];
    if (l->kernel_h < 1 || l->kernel_w < 1 || l->kernel_h > KERNEL_MAX ||
        l->kernel_w > KERNEL_MAX || l->stride < 1 || l->stride > KERNEL_MAX)
        return wrong(u, "kernel and stride must be from 1 to 64");
    if (padded && u->torch && (k[0] > 1 || k[1] > 1)) {
        struct zoo_layer pad = {.op = ZOO_PAD, .input2 = ZOO_INPUT};
        pad.pad_top = pad.pad_bottom = k[0] / 2;
        pad.pad_left = pad.pad_right = k[1] / 2;
        pad.out = (struct zoo_shape){in.h + 2 * (k[0] / 2), in.w + 2 * (k[1] / 2), in.c};
        if (!append(u, pad)) return false;
        size[0] = pad.out.h;
        size[1] = pad.out.w;
        padded = false;
    }
    for (int i = 0; i < 2; i++) {
        before[i] = after[i] = 0;
        if (padded && !u->torch) {
            out[i] = (size[i] + l->stride - 1) / l->stride;
            int total = (out[i] - 1) * l->stride + k[i] - size[i];
            before[i] = total > 0 ? total / 2 : 0;
            after[i] = total > 0 ? total - before[i] : 0;
        } else {
            if (size[i] < k[i]) return wrong(u, "the kernel is larger than its input");
            out[i] = (size[i] - k[i]) / l->stride + 1;
        }
    }
    l->same = padded && !u->torch;
    l->pad_top = before[0];
    l->pad_bottom = after[0];
    l->pad_left = before[1];
    l->pad_right = after[1];
    l->out.h = out[0];
    l->out.w = out[1];
    return true;
}

static bool conv(struct unfold *u, int kh, int kw, int stride, int out, enum zoo_act act,
                 bool norm)
{
    struct zoo_layer l = {.op = ZOO_CONV,
                          .act = act,
                          .input2 = ZOO_INPUT,
                          .kernel_h = kh,
                          .kernel_w = kw,
                          .stride = stride,
                          .norm = norm};
    l.out.c = out;
    return window(u, &l, true) && append(u, l);
}

static bool depthwise(struct unfold *u, int kh, int kw, int stride, int multiplier,
                      enum zoo_act act)
{
    struct zoo_layer l = {.op = ZOO_DEPTHWISE,
                          .act = act,
                          .input2 = ZOO_INPUT,
                          .kernel_h = kh,
                          .kernel_w = kw,
                          .stride = stride,
                          .norm = true};
    l.out.c = here(u).c * multiplier;
    return window(u, &l, true) && append(u, l);
}

static bool pool(struct unfold *u, enum zoo_op op, int kh, int kw, int stride)
{
    struct zoo_layer l = {
        .op = op, .input2 = ZOO_INPUT, .kernel_h = kh, .kernel_w = kw, .stride = stride};
    l.out.c = here(u).c;
    return window(u, &l, false) && append(u, l);
}

static bool add(struct unfold *u, int other, enum zoo_act act)
{
    struct zoo_layer l = {.op = ZOO_ADD, .act = act, .input2 = other};
    struct zoo_shape a = here(u), b = shape_of(u->net, other);
    if (a.h != b.h || a.w != b.w || a.c != b.c)
        return wrong(u, "the two sides of the addition differ in shape");
    l.out = a;
    return append(u, l);
}

static bool mean(struct unfold *u)
{
    struct zoo_layer l = {.op = ZOO_MEAN, .input2 = ZOO_INPUT, .out = {1, 1, here(u).c}};
    return append(u, l);
}

static bool with_constant(struct unfold *u, enum zoo_op op, double constant, enum zoo_act act)
{
    struct zoo_layer l = {
        .op = op, .act = act, .input2 = ZOO_CONSTANT, .constant = constant, .out = here(u)};
    return append(u, l);
}

/* Squeeze-and-excite of the last layer: its channels weighted by hard_sigmoid(two 1x1). */
static bool excite(struct unfold *u, int reduced)
{
    int values = u->last, c = here(u).c;
    if (!mean(u) || !conv(u, 1, 1, 1, reduced, ZOO_RELU6, false) ||
        !conv(u, 1, 1, 1, c, ZOO_LINEAR, false) || !with_constant(u, ZOO_ADD, 3.0, ZOO_RELU6) ||
        !with_constant(u, ZOO_MUL, 1.0 / 6, ZOO_LINEAR))
        return false;
    struct zoo_layer l = {.op = ZOO_MUL, .input2 = u->last};
    u->last = values;
    l.out = here(u);
    return append(u, l);
}

static bool flatten(struct unfold *u)
{
    struct zoo_shape in = here(u);
    struct zoo_layer l = {.op = ZOO_RESHAPE, .input2 = ZOO_INPUT};
    if (in.h == 1 && in.w == 1 && u->last != ZOO_INPUT &&
        (u->net->layers[u->last].op == ZOO_FULLY_CONNECTED ||
         u->net->layers[u->last].op == ZOO_RESHAPE))
        return true; /* flat already */
    if (in.h == 1 && in.w == 1 && u->last == ZOO_INPUT) return true;
    int64_t n = size_of(in);
    if (n > TENSOR_MAX) return wrong(u, "its input is too large to be flattened");
    l.out = (struct zoo_shape){1, 1, (int)n};
    /* A flattened row may be longer than a layer may have channels. */
    if (n > CHANNELS_MAX) return wrong(u, "more than 8192 values reach a dense layer");
    return append(u, l);
}

static bool dense(struct unfold *u, int out, enum zoo_act act, bool norm)
{
    struct zoo_layer l = {.op = ZOO_FULLY_CONNECTED,
                          .act = act,
                          .input2 = ZOO_INPUT,
                          .norm = norm,
                          .kernel_h = 1,
                          .kernel_w = 1,
                          .stride = 1};
    l.out = (struct zoo_shape){1, 1, out};
    return append(u, l);
}

/* The row's numbers after its op's name, exactly n of them; a kernel [h, w] counts as one. */
static bool numbers(const struct unfold *u, size_t n, int *out, const char *form)
{
    char text[160];
    snprintf(text, sizeof text, "must be %s", form);
    if (n > ARGS_MAX) return wrong(u, text);
    for (size_t i = 0; i < n; i++) {
        int64_t v = json_int(json_at(u->row, i + 1), -1);
        if (v < 0 || v > CHANNELS_MAX) return wrong(u, text);
        out[i] = (int)v;
    }
    return true;
}

static bool ends_at(const struct unfold *u, size_t n, const char *form)
{
    char text[160];
    snprintf(text, sizeof text, "must be %s", form);
    return json_len(u->row) == n || wrong(u, text);
}

static bool activation(const struct unfold *u, size_t at, enum zoo_act *out)
{
    static const char *const names[] = {"linear", "relu", "relu6"};
    const char *s = json_str(json_at(u->row, at), "");
    for (int i = 0; i < 3; i++)
        if (strcmp(s, names[i]) == 0) {
            *out = (enum zoo_act)i;
            return true;
        }
    return wrong(u, "the activation must be linear, relu or relu6");
}

static bool channels_are(const struct unfold *u, int c)
{
    char text[96];
    if (here(u).c == c) return true;
    snprintf(text, sizeof text, "says %d input channels, but %d arrive", c, here(u).c);
    return wrong(u, text);
}

/* ["conv", k, s, in, out, act] and ["dw", k, s, in, multiplier, act], k a number or [kh, kw] */
static bool row_window(struct unfold *u, bool per_channel)
{
    static const char form[] =
        "[\"conv\" or \"dw\", k or [kh, kw], stride, in, out or multiplier, activation]";
    const struct json *k = json_at(u->row, 1);
    int64_t kh = json_int(json_is_array(k) ? json_at(k, 0) : k, 0);
    int64_t kw = json_int(json_is_array(k) ? json_at(k, 1) : k, 0);
    int64_t s = json_int(json_at(u->row, 2), 0), in = json_int(json_at(u->row, 3), 0);
    int64_t out = json_int(json_at(u->row, 4), 0);
    enum zoo_act act = ZOO_LINEAR;
    if (!ends_at(u, 6, form) || !activation(u, 5, &act)) return false;
    if (kh < 1 || kh > KERNEL_MAX || kw < 1 || kw > KERNEL_MAX || s < 1 || s > KERNEL_MAX ||
        in < 1 || in > CHANNELS_MAX || out < 1 || out > CHANNELS_MAX)
        return wrong(u, "kernel and stride must be from 1 to 64, channels from 1 to 8192");
    if (!channels_are(u, (int)in)) return false;
    if (per_channel) return depthwise(u, (int)kh, (int)kw, (int)s, (int)out, act);
    return conv(u, (int)kh, (int)kw, (int)s, (int)out, act, true);
}

/* ["image", h, w, c]: the row of values as an image */
static bool row_image(struct unfold *u)
{
    static const char form[] = "[\"image\", height, width, channels]";
    struct zoo_shape in = here(u);
    struct zoo_layer l = {.op = ZOO_RESHAPE, .input2 = ZOO_INPUT};
    int v[3] = {0};
    if (!ends_at(u, 4, form) || !numbers(u, 3, v, form)) return false;
    if ((int64_t)v[0] * v[1] > TENSOR_MAX || (int64_t)v[0] * v[1] * v[2] != size_of(in))
        return wrong(u, "has another number of values than arrives");
    l.out = (struct zoo_shape){v[0], v[1], v[2]};
    return append(u, l);
}

/* ["mb", k, s, e, in, mid, out]: 1x1 to mid (unless e is 1), depthwise k, 1x1 to out; "mb_se"
 * has the width of its squeeze-and-excite at the end */
static bool row_mb(struct unfold *u, bool residual, bool squeeze)
{
    static const char form[] =
        "[\"mb\" or \"mb_add\" (or mb_se, mb_se_add), k, stride, e, in, mid, out (, se)]";
    int v[7] = {0}, start = u->last;
    size_t n = squeeze ? 7 : 6;
    if (!ends_at(u, n + 1, form) || !numbers(u, n, v, form)) return false;
    int k = v[0], s = v[1], e = v[2], in = v[3], mid = v[4], out = v[5];
    if (!channels_are(u, in)) return false;
    if (mid != in * e) return wrong(u, "mid is not e times in");
    if (e != 1 && !conv(u, 1, 1, 1, mid, ZOO_RELU6, true)) return false;
    if (!depthwise(u, k, k, s, 1, ZOO_RELU6)) return false;
    if (squeeze && !excite(u, v[6])) return false;
    if (!conv(u, 1, 1, 1, out, ZOO_LINEAR, true)) return false;
    return !residual || add(u, start, ZOO_LINEAR);
}

/* ["ds", k, s, in, out, act]: depthwise k, 1x1 to out, as in MobileNetV1 */
static bool row_ds(struct unfold *u)
{
    static const char form[] = "[\"ds\", k, stride, in, out, activation]";
    int v[4] = {0};
    enum zoo_act act = ZOO_LINEAR;
    if (!ends_at(u, 6, form) || !numbers(u, 4, v, form) || !activation(u, 5, &act))
        return false;
    return channels_are(u, v[2]) && depthwise(u, v[0], v[0], v[1], 1, act) &&
           conv(u, 1, 1, 1, v[3], act, true);
}

/* ["res", k, s, in, out]: two convolutions and a short cut, 1x1 where the shape changes */
static bool row_res(struct unfold *u)
{
    static const char form[] = "[\"res\", k, stride, in, out]";
    int v[4] = {0}, start = u->last;
    if (!ends_at(u, 5, form) || !numbers(u, 4, v, form) || !channels_are(u, v[2])) return false;
    if (!conv(u, v[0], v[0], v[1], v[3], ZOO_RELU, true)) return false;
    if (!conv(u, v[0], v[0], 1, v[3], ZOO_LINEAR, true)) return false;
    int main_path = u->last;
    u->last = start;
    if ((v[1] != 1 || v[2] != v[3]) && !conv(u, 1, 1, v[1], v[3], ZOO_LINEAR, true))
        return false;
    return add(u, main_path, ZOO_RELU);
}

bool unfold_row(struct unfold *u)
{
    const char *op = json_str(json_at(u->row, 0), "");
    struct zoo_shape in = here(u);
    enum zoo_act act = ZOO_LINEAR;
    int v[3] = {0};
    if (strcmp(op, "conv") == 0) return row_window(u, false);
    if (strcmp(op, "dw") == 0) return row_window(u, true);
    if (strcmp(op, "image") == 0) return row_image(u);
    if (strcmp(op, "mb") == 0) return row_mb(u, false, false);
    if (strcmp(op, "mb_add") == 0) return row_mb(u, true, false);
    if (strcmp(op, "mb_se") == 0) return row_mb(u, false, true);
    if (strcmp(op, "mb_se_add") == 0) return row_mb(u, true, true);
    if (strcmp(op, "ds") == 0) return row_ds(u);
    if (strcmp(op, "res") == 0) return row_res(u);
    if (strcmp(op, "maxpool") == 0)
        return ends_at(u, 3, "[\"maxpool\", k, stride]") &&
               numbers(u, 2, v, "[\"maxpool\", k, stride]") &&
               pool(u, ZOO_MAX_POOL, v[0], v[0], v[1]);
    if (strcmp(op, "avgpool") == 0) /* over the whole image */
        return ends_at(u, 1, "[\"avgpool\"]") && pool(u, ZOO_AVERAGE_POOL, in.h, in.w, 1);
    if (strcmp(op, "classifier") == 0) /* as a 1x1 convolution, then a row */
        return ends_at(u, 3, "[\"classifier\", in, classes]") &&
               numbers(u, 2, v, "[\"classifier\", in, classes]") && channels_are(u, v[0]) &&
               conv(u, 1, 1, 1, v[1], ZOO_LINEAR, false) && flatten(u);
    if (strcmp(op, "fc") == 0 || strcmp(op, "fc_norm") == 0)
        return ends_at(u, 4, "[\"fc\", in, out, activation]") &&
               numbers(u, 2, v, "[\"fc\", in, out, activation]") && activation(u, 3, &act) &&
               flatten(u) && channels_are(u, v[0]) && dense(u, v[1], act, op[2] == '_');
    if (strcmp(op, "softmax") == 0) {
        struct zoo_layer l = {.op = ZOO_SOFTMAX, .input2 = ZOO_INPUT};
        if (!ends_at(u, 1, "[\"softmax\"]") || !flatten(u)) return false;
        l.out = here(u);
        return append(u, l);
    }
    return wrong(u, "no such block; there are conv, dw, mb, mb_add, mb_se, "
                    "mb_se_add, ds, res, maxpool, "
                    "avgpool, image, classifier, fc, fc_norm, softmax");
}
