/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Loads a board by name or path, lists them, and answers questions about a loaded one.
 */
#include "boards/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boards/fill.h"
#include "tools/base/file.h"

/* Takes `first`. */
static struct board *load(const char *path, struct json *first, struct err *e)
{
    struct board *b = xcalloc(1, sizeof *b);
    struct chain c;
    path = arena_str(&b->arena, path);
    bool ok = chain_load(&c, &b->arena, path, first, e) && chain_check(&c, e);
    if (ok) {
        b->json = chain_merge(&c);
        char *text = json_text(b->json);
        hash_sha256(text, strlen(text), b->sha256);
        free(text);
        ok = board_fill(b, &c, e);
    }
    chain_done(&c);
    if (ok) return b;
    board_free(b);
    return NULL;
}

static bool is_path(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".json") == 0;
}

struct board *board_load(const char *name, struct err *e)
{
    struct arena a = {0};
    struct board *b = NULL;
    const char *path = name;
    if (!is_path(name)) {
        const char *dir = file_data(&a, "boards", e);
        if (!dir) goto done;
        path = arena_printf(&a, "%s/%s.json", dir, name);
        if (strchr(name, '/') || !*name || !file_exists(path)) {
            size_t n;
            const char *const *list = board_list(&a, &n, e);
            if (!list) goto done;
            err_set(e, ERR_MISSING, "no board is named '%.60s'; there are", name);
            for (size_t i = 0; i < n; i++) {
                size_t used = strlen(e->text);
                snprintf(e->text + used, sizeof e->text - used, "%s %s", i ? "," : "", list[i]);
            }
            size_t used = strlen(e->text);
            snprintf(e->text + used, sizeof e->text - used,
                     "; a file of your own is given by its path, ending in .json");
            goto done;
        }
    }
    struct json *first = chain_read(path, e);
    if (first) b = load(path, first, e);
done:
    arena_done(&a);
    return b;
}

struct board *board_parse(const char *text, size_t len, const char *name, struct err *e)
{
    if (len > BOARD_FILE_MAX) {
        err_set(e, ERR_FORMAT, "%s: larger than %d bytes", name, BOARD_FILE_MAX);
        return NULL;
    }
    struct json *first = json_parse(text, len, name, e);
    return first ? load(name, first, e) : NULL;
}

void board_free(struct board *b)
{
    if (!b) return;
    json_free(b->json);
    arena_done(&b->arena);
    free(b);
}

const char *const *board_list(struct arena *a, size_t *n, struct err *e)
{
    const char *path = file_data(a, "boards", e);
    return path ? file_list(a, path, ".json", n, e) : NULL;
}

bool board_int(const struct board *b, const char *path, int64_t *out, struct err *e)
{
    const struct json *j = json_get(b->json, path);
    if (!j)
        return err_set(e, ERR_MISSING,
                       "board %s: no '%s'; add it to the board, its chip or "
                       "its family",
                       b->name, path);
    if (!board_number(j, out))
        return err_set(e, ERR_FORMAT, "board %s: '%s' is not a whole number", b->name, path);
    return true;
}

bool board_wait_states(const struct board *b, uint32_t clock_hz, unsigned *out)
{
    uint32_t hclk_hz = clock_hz / b->hclk_divider;
    for (size_t i = 0; i < b->wait_state_count; i++)
        if (hclk_hz <= b->wait_states[i].max_hz) {
            *out = b->wait_states[i].wait_states;
            return true;
        }
    return false;
}

const struct region *board_region(const struct board *b, uint32_t addr)
{
    for (size_t i = 0; i < b->region_count; i++)
        if (addr >= b->regions[i].base && addr - b->regions[i].base < b->regions[i].size)
            return &b->regions[i];
    return NULL;
}

struct span board_data_span(const struct board *b)
{
    struct span best = {0}, now = {0};
    for (size_t i = 0; i < b->region_count; i++) {
        const struct region *r = &b->regions[i];
        if (!r->data) continue;
        if (now.size && now.base + now.size == r->base)
            now.size += r->size;
        else
            now = (struct span){r->base, r->size};
        if (now.size > best.size) best = now;
    }
    return best;
}

bool board_check_sources(const char *path, struct err *e)
{
    struct arena a = {0};
    struct chain c;
    struct json *first = chain_read(path, e);
    if (!first) return false;
    bool ok = chain_load(&c, &a, path, first, e) && chain_check(&c, e);
    chain_done(&c);
    arena_done(&a);
    return ok;
}
