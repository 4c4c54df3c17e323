/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What every board file must keep, read file by file before merging: no unknown key at the top
 * level (a typing mistake would silently do nothing), and every number below an object that
 * says where it comes from: "source", "measured" or "provisional". A source may begin with
 * @name; the document's full title then stands once in "sources" of the file or of one that it
 * builds on. "measured" begins with the name of a file. A source at the top level covers
 * nothing: it would cover everything.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "boards/merge.h"
#include "tools/base/file.h"

static const char *const known[] = {
    "title",       "uses",    "extends",     "sources",      "core",
    "fpu",         "cameras", "clock_hz",    "hclk_divider", "sram_bytes",
    "flash_bytes", "regions", "wait_states", "periphs",      "timing",
    "start",       "note",    "console",     "hse_hz",
};

struct where { /* a place in a file, as a path built on the way down */
    const struct chain *chain;
    int file;
    char path[256];
};

static bool is_number(const struct json *j)
{
    if (json_is_number(j)) return true;
    const char *s = json_str(j, "");
    return s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && isxdigit((unsigned char)s[2]);
}

static const char *document(const struct chain *c, int from, const char *name)
{
    for (int i = from; i < c->count; i++) {
        const struct json *list = json_get(c->json[i], "sources");
        for (size_t k = 0; k < json_len(list); k++)
            if (json_key_at(list, k) && strcmp(json_key_at(list, k), name) == 0)
                return json_str(json_value_at(list, k), NULL);
    }
    return NULL;
}

/* "measured/x.csv, rows 3 to 9": the first word is a file beside the one that says so, in the
 * folder above (for chip/ and family/), or in the project's boards/. */
static bool is_file(const char *from, const char *text)
{
    struct arena a = {0};
    struct err ignored;
    const char *base = file_base(from), *root = file_data(&a, "boards", &ignored);
    int dir = (int)(base - from), n = (int)strcspn(text, " ,;:#");
    bool found = file_exists(arena_printf(&a, "%.*s%.*s", dir, from, n, text)) ||
                 file_exists(arena_printf(&a, "%.*s../%.*s", dir, from, n, text)) ||
                 (root && file_exists(arena_printf(&a, "%s/%.*s", root, n, text)));
    arena_done(&a);
    return n > 0 && found;
}

static bool check_origin(const struct where *w, const char *key, const struct json *value,
                         struct err *e)
{
    const char *file = w->chain->path[w->file];
    const char *text = json_str(value, "");
    if (!*text)
        return err_set(e, ERR_FORMAT,
                       "%s: %s.%s: must be text (a document, a file or a reason)", file,
                       w->path, key);
    if (strcmp(key, "measured") == 0 && !is_file(file, text))
        return err_set(
            e, ERR_FORMAT,
            "%s: %s.%s: '%.60s' does not begin with the name of a file that is there", file,
            w->path, key, text);
    if (text[0] != '@') return true;
    char name[64];
    size_t n = strcspn(text + 1, " ,;:");
    if (n == 0 || n >= sizeof name)
        return err_set(e, ERR_FORMAT, "%s: %s.%s: '@' must be followed by a document's name",
                       file, w->path, key);
    memcpy(name, text + 1, n);
    name[n] = 0;
    if (document(w->chain, w->file, name)) return true;
    return err_set(e, ERR_FORMAT,
                   "%s: %s.%s: document '@%s' is not in \"sources\" of this file or of one it "
                   "builds on",
                   file, w->path, key, name);
}

static bool check_below(struct where *w, const struct json *j, bool covered, struct err *e)
{
    if (is_number(j)) {
        if (covered) return true;
        return err_set(e, ERR_FORMAT,
                       "%s: %s: a number without a source; put \"source\", \"measured\" or "
                       "\"provisional\" into the object that holds it",
                       w->chain->path[w->file], w->path);
    }
    bool object = json_is_object(j);
    size_t n = json_len(j), length = strlen(w->path);
    if (object) {
        static const char *const origin[] = {"source", "measured", "provisional"};
        for (size_t i = 0; i < sizeof origin / sizeof origin[0]; i++) {
            const struct json *value = json_get(j, origin[i]);
            if (!value) continue;
            if (!check_origin(w, origin[i], value, e)) return false;
            covered = true;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const struct json *item = object ? json_value_at(j, i) : json_at(j, i);
        const char *name = object ? json_key_at(j, i) : json_str(json_get(item, "name"), NULL);
        char *end = w->path + length;
        size_t room = sizeof w->path - length;
        if (name)
            snprintf(end, room, "%s%.60s", length ? "." : "", name);
        else
            snprintf(end, room, "[%zu]", i);
        bool ok = check_below(w, item, covered, e);
        w->path[length] = 0;
        if (!ok) return false;
    }
    return true;
}

static bool check_keys(const char *file, const struct json *j, struct err *e)
{
    for (size_t i = 0; i < json_len(j); i++) {
        const char *key = json_key_at(j, i);
        bool ok = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            if (strcmp(key, known[k]) == 0) ok = true;
        if (ok) continue;
        char all[512] = "";
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            size_t used = strlen(all);
            snprintf(all + used, sizeof all - used, "%s%s", k ? ", " : "", known[k]);
        }
        return err_set(e, ERR_FORMAT, "%s: unknown key '%.60s'; known: %s", file, key, all);
    }
    return true;
}

bool chain_check(const struct chain *c, struct err *e)
{
    for (int i = 0; i < c->count; i++) {
        if (!check_keys(c->path[i], c->json[i], e)) return false;
        for (size_t k = 0; k < json_len(c->json[i]); k++) {
            struct where w = {.chain = c, .file = i};
            snprintf(w.path, sizeof w.path, "%.60s", json_key_at(c->json[i], k));
            if (!check_below(&w, json_value_at(c->json[i], k), false, e)) return false;
        }
    }
    return true;
}
