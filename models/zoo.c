/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Finds and reads zoo files; unfold.c turns their blocks into layers.
 */
#include "models/zoo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/unfold.h"
#include "tools/base/file.h"

enum { ZOO_FILE_MAX = 256 * 1024 };

static bool read_input(struct zoo_net *net, const struct json *j, const char *file,
                       struct err *e)
{
    const struct json *shape = json_get(j, "input.shape");
    int64_t v[3];
    for (size_t i = 0; i < 3; i++) {
        v[i] = json_int(json_at(shape, i), 0);
        if (json_len(shape) != 3 || v[i] < 1 || v[i] > (i < 2 ? SIDE_MAX : CHANNELS_MAX))
            return err_set(e, ERR_FORMAT,
                           "%s: input.shape: must be [height, width, channels], up to 1024, "
                           "1024 and 8192",
                           file);
    }
    net->input = (struct zoo_shape){(int)v[0], (int)v[1], (int)v[2]};
    if (v[0] * v[1] * v[2] > TENSOR_MAX)
        return err_set(e, ERR_FORMAT, "%s: input.shape: more than 16 M values", file);
    double scale = json_real(json_get(j, "input.scale"), 0);
    int64_t zero = json_int(json_get(j, "input.zero"), 1000);
    if (!(scale >= 1e-6 && scale <= 1e6))
        return err_set(e, ERR_FORMAT, "%s: input.scale: must be a number from 1e-6 to 1e6",
                       file);
    if (zero < -128 || zero > 127)
        return err_set(e, ERR_FORMAT, "%s: input.zero: must be from -128 to 127", file);
    net->input_scale = (float)scale;
    net->input_zero = (int32_t)zero;
    return true;
}

static bool read_net(struct zoo_net *net, const struct json *j, const char *file, struct err *e)
{
    static const char *const known[] = {"title",     "source", "note",  "padding",
                                        "published", "input",  "layers"};
    if (!json_is_object(j)) return err_set(e, ERR_FORMAT, "%s: not a JSON object { … }", file);
    for (size_t i = 0; i < json_len(j); i++) {
        bool ok = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            if (strcmp(json_key_at(j, i), known[k]) == 0) ok = true;
        if (!ok)
            return err_set(e, ERR_FORMAT,
                           "%s: unknown key '%.40s'; known: title, source, note, padding, "
                           "published, input, layers",
                           file, json_key_at(j, i));
    }
    net->name = file_stem(&net->arena, file);
    net->title = arena_str(&net->arena, json_str(json_get(j, "title"), ""));
    net->source = arena_str(&net->arena, json_str(json_get(j, "source"), ""));
    if (!*net->title || !*net->source)
        return err_set(e, ERR_FORMAT, "%s: title, source: must be text", file);
    const char *padding = json_str(json_get(j, "padding"), "");
    bool torch = strcmp(padding, "torch") == 0;
    if (!torch && strcmp(padding, "same") != 0)
        return err_set(e, ERR_FORMAT,
                       "%s: padding: must be \"torch\" (explicit, symmetric) or \"same\" "
                       "(TensorFlow's)",
                       file);
    if (!read_input(net, j, file, e)) return false;
    net->published_macs_millions = json_real(json_get(j, "published.macs_millions"), 0);
    net->published_macs = (uint64_t)json_int(json_get(j, "published.macs"), 0);
    net->published_arena_bytes = (uint64_t)json_int(json_get(j, "published.arena_bytes"), 0);
    net->published_params = (uint64_t)json_int(json_get(j, "published.params"), 0);

    const struct json *rows = json_get(j, "layers");
    size_t n = json_len(rows);
    if (!json_is_array(rows) || n == 0 || n > LAYERS_MAX)
        return err_set(e, ERR_FORMAT, "%s: layers: must be a list of blocks", file);
    net->layers = arena_array(&net->arena, LAYERS_MAX, sizeof *net->layers);
    struct unfold u = {.net = net, .file = file, .torch = torch, .last = ZOO_INPUT, .e = e};
    for (u.index = 0; u.index < n; u.index++) {
        u.row = json_at(rows, u.index);
        if (!json_is_array(u.row))
            return err_set(e, ERR_FORMAT, "%s: layers[%zu]: must be a list [\"block\", …]",
                           file, u.index);
        if (!unfold_row(&u)) return false;
    }
    return true;
}

static struct zoo_net *from_json(struct json *j, const char *file, struct err *e)
{
    if (!j) return NULL;
    struct zoo_net *net = xcalloc(1, sizeof *net);
    bool ok = read_net(net, j, file, e);
    json_free(j);
    if (ok) return net;
    zoo_free(net);
    return NULL;
}

struct zoo_net *zoo_parse(const char *text, size_t len, const char *name, struct err *e)
{
    if (len > ZOO_FILE_MAX) {
        err_set(e, ERR_FORMAT, "%s: larger than %d bytes", name, ZOO_FILE_MAX);
        return NULL;
    }
    return from_json(json_parse(text, len, name, e), name, e);
}

static bool is_path(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".json") == 0;
}

struct zoo_net *zoo_load(const char *name, struct err *e)
{
    struct arena a = {0};
    struct zoo_net *net = NULL;
    const char *path = name;
    if (!is_path(name)) {
        const char *dir = file_data(&a, "models/zoo", e);
        if (!dir) goto done;
        path = arena_printf(&a, "%s/%s.json", dir, name);
        if (strchr(name, '/') || !*name || !file_exists(path)) {
            size_t n;
            const char *const *list = zoo_list(&a, &n, e);
            if (!list) goto done;
            err_set(e, ERR_MISSING, "no network of the zoo is named '%.60s'; there are", name);
            for (size_t i = 0; i < n; i++) {
                size_t used = strlen(e->text);
                snprintf(e->text + used, sizeof e->text - used, "%s %s", i ? "," : "", list[i]);
            }
            goto done;
        }
    }
    struct bytes in;
    if (!file_load(path, ZOO_FILE_MAX, &in, e)) goto done;
    net = zoo_parse((const char *)in.data, in.len, path, e);
    free(in.data);
done:
    arena_done(&a);
    return net;
}

void zoo_free(struct zoo_net *net)
{
    if (!net) return;
    arena_done(&net->arena);
    free(net);
}

const char *const *zoo_list(struct arena *a, size_t *n, struct err *e)
{
    const char *path = file_data(a, "models/zoo", e);
    return path ? file_list(a, path, ".json", n, e) : NULL;
}

bool zoo_reads_two(const struct zoo_layer *l)
{
    return (l->op == ZOO_ADD || l->op == ZOO_MUL) && l->input2 != ZOO_CONSTANT;
}
