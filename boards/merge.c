/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Follows uses/extends from file to file and folds the files into one. A reference is looked
 * for beside the file that makes it (same folder, its chip/ and family/ folders and those next
 * to it), then in the project's boards/, so that a user's board can use our chips, or bring
 * its own. A file never refers to itself: board stm32h743 may use chip stm32h743.
 */
#include "boards/merge.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/file.h"

static bool same_file(const char *a, const char *b)
{
    char ra[PATH_MAX], rb[PATH_MAX];
    if (!realpath(a, ra) || !realpath(b, rb)) return strcmp(a, b) == 0;
    return strcmp(ra, rb) == 0;
}

static bool in_chain(const struct chain *c, const char *path)
{
    for (int i = 0; i < c->count; i++)
        if (same_file(c->path[i], path)) return true;
    return false;
}

static const char *folder_of(struct arena *a, const char *path)
{
    const char *base = file_base(path);
    if (base == path) return ".";
    char *dir = arena_str(a, path);
    dir[base - path - 1] = 0;
    return *dir ? dir : "/";
}

/* The file that `ref` of the chain's last file means; NULL with a message when there is none.
 */
static const char *find(const struct chain *c, struct arena *a, const char *key,
                        const char *ref, struct err *e)
{
    static const char *const beside[] = {"chip", "family", ".", "../chip", "../family"};
    static const char *const ours[] = {"chip", "family", "."};
    const char *from = c->path[c->count - 1];
    const char *dir = folder_of(a, from);
    size_t n = strlen(ref);
    if (n == 0 || n > 200) {
        err_set(e, ERR_FORMAT, "%s: %s: '%.40s' is not a file's name", from, key, ref);
        return NULL;
    }
    if (n > 5 && strcmp(ref + n - 5, ".json") == 0) {
        const char *path = ref[0] == '/' ? ref : arena_printf(a, "%s/%s", dir, ref);
        if (file_exists(path) && !in_chain(c, path)) return path;
    } else if (!strchr(ref, '/')) {
        for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
            const char *path = arena_printf(a, "%s/%s/%s.json", dir, beside[i], ref);
            if (file_exists(path) && !in_chain(c, path)) return path;
        }
        const char *root = file_data(a, "boards", e);
        if (!root) return NULL;
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
            const char *path = arena_printf(a, "%s/%s/%s.json", root, ours[i], ref);
            if (file_exists(path) && !in_chain(c, path)) return path;
        }
    }
    err_set(e, ERR_MISSING,
            "%s: %s: no file '%s.json' beside it, in chip/ or family/, or in the project's "
            "boards/",
            from, key, ref);
    return NULL;
}

struct json *chain_read(const char *path, struct err *e)
{
    struct bytes in;
    if (!file_load(path, BOARD_FILE_MAX, &in, e)) return NULL;
    struct json *j = json_parse((const char *)in.data, in.len, path, e);
    free(in.data);
    return j;
}

bool chain_load(struct chain *c, struct arena *a, const char *path, struct json *first,
                struct err *e)
{
    *c = (struct chain){.path = {path}, .json = {first}, .count = 1};
    for (;;) {
        const struct json *last = c->json[c->count - 1];
        const char *from = c->path[c->count - 1];
        if (!json_is_object(last))
            return err_set(e, ERR_FORMAT, "%s: not a JSON object { … }", from);
        const struct json *uses = json_get(last, "uses"), *extends = json_get(last, "extends");
        if (uses && extends)
            return err_set(e, ERR_FORMAT, "%s: has both \"uses\" and \"extends\"; keep one",
                           from);
        const char *key = uses ? "uses" : "extends";
        const struct json *ref = uses ? uses : extends;
        if (!ref) return true;
        if (!json_is_string(ref))
            return err_set(e, ERR_FORMAT, "%s: %s: must be a string, the name of a file", from,
                           key);
        if (c->count == CHAIN_MAX)
            return err_set(e, ERR_FORMAT, "%s: %s: more than %d files build on each other",
                           from, key, CHAIN_MAX);
        const char *next = find(c, a, key, json_str(ref, ""), e);
        if (!next) return false;
        struct json *j = chain_read(next, e);
        if (!j) return false;
        if (uses && !c->chip) c->chip = c->count;
        c->path[c->count] = next;
        c->json[c->count++] = j;
    }
}

void chain_done(struct chain *c)
{
    for (int i = 0; i < c->count; i++)
        json_free(c->json[i]);
    *c = (struct chain){0};
}

static bool by_name(const char *key)
{
    return strcmp(key, "regions") == 0 || strcmp(key, "periphs") == 0;
}

static void merge_object(struct json *to, const struct json *from, bool top);

static struct json *named(struct json *list, const char *name)
{
    for (size_t i = 0; i < json_len(list); i++) {
        struct json *item = json_at(list, i);
        if (strcmp(json_str(json_get(item, "name"), ""), name) == 0) return item;
    }
    return NULL;
}

static struct json *merge_named(struct json *base, const struct json *over)
{
    struct json *all = json_copy(base);
    for (size_t i = 0; i < json_len(over); i++) {
        const struct json *item = json_at(over, i);
        const char *name = json_str(json_get(item, "name"), "");
        struct json *have = *name ? named(all, name) : NULL;
        if (have)
            merge_object(have, item, false);
        else
            json_push(all, json_copy(item));
    }
    return all;
}

static void merge_object(struct json *to, const struct json *from, bool top)
{
    for (size_t i = 0, n = json_len(from); i < n; i++) {
        const char *key = json_key_at(from, i);
        struct json *value = json_value_at(from, i);
        struct json *have = json_get(to, key);
        if (!value)
            json_del(to, key);
        else if (have && json_is_object(have) && json_is_object(value))
            merge_object(have, value, false);
        else if (have && top && by_name(key) && json_is_array(have) && json_is_array(value))
            json_set(to, key, merge_named(have, value));
        else
            json_set(to, key, json_copy(value));
    }
}

static void drop_absent(struct json *j, const char *key)
{
    struct json *list = json_get(j, key);
    if (!json_is_array(list)) return;
    struct json *kept = json_new_array();
    for (size_t i = 0; i < json_len(list); i++)
        if (!json_flag(json_get(json_at(list, i), "absent"), false))
            json_push(kept, json_copy(json_at(list, i)));
    json_set(j, key, kept);
}

struct json *chain_merge(const struct chain *c)
{
    struct json *all = json_new_object();
    for (int i = c->count - 1; i >= 0; i--)
        merge_object(all, c->json[i], true);
    json_del(all, "uses");
    json_del(all, "extends");
    drop_absent(all, "regions");
    drop_absent(all, "periphs");
    return all;
}
