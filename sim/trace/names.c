/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * After the run: what people read instead of symbols and addresses. A C++ name ("_ZN6tflite…")
 * becomes the function's own with its source, from DWARF, or without that from the symbol
 * itself; others stay as they are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/load/lines.h"
#include "sim/trace/trace.h"

enum { LOOKUPS_MAX = 200000, TEXT_MAX = 192 };

/* Where the C++ name in a function's name begins (setup.c may have put a file before it, an
 * address behind), or NULL. */
static const char *mangled(const char *name)
{
    const char *behind = strstr(name, ":_Z");
    if (behind) return behind + 1;
    return strncmp(name, "_Z", 2) == 0 ? name : NULL;
}

/* The grammar is that of the Itanium C++ ABI, 5.1: of a nested name, the last of its parts. */
bool names_own(const char *symbol, char *out, size_t out_bytes)
{
    const char *p = mangled(symbol), *part = NULL;
    size_t length = 0;
    bool destroys = false;
    if (!p) return false;
    p += 2;
    bool nested = *p == 'N';
    if (nested) p += 1 + strspn(p + 1, "KVr");
    for (;;) {
        if (nested && *p == 'S') { /* a part that was named before: S_, S3_, St */
            p += strspn(p + 1, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") + 1;
            p += *p == '_' || *p == 't';
        }
        if (*p == 'L') p++; /* of this file only */
        if (part && p[0] == 'D' && p[1] >= '0' && p[1] <= '2') destroys = true;
        if (*p < '1' || *p > '9') break;
        char *end;
        length = strtoul(p, &end, 10);
        part = end;
        if (length > strlen(part)) return false;
        p = part + length;
        if (!nested) break;
    }
    if (!part) return false;
    snprintf(out, out_bytes, "%s%.*s", destroys ? "~" : "", (int)length, part);
    return true;
}

static void title(struct trace *t, struct lines *l, struct function *f)
{
    char text[TEXT_MAX];
    if (!mangled(f->row.name)) return;
    if (l && lines_function(l, f->addr, text, sizeof text)) {
        f->title = arena_str(&t->arena, text);
    } else if (names_own(f->row.name, text, sizeof text)) {
        const struct symbol *s = image_symbol_at(t->image, f->addr);
        const char *file = s && s->addr == f->addr ? s->file : NULL;
        const char *addr = strchr(f->row.name, '@'); /* of one name with others */
        f->title = file ? arena_printf(&t->arena, "%s (%s)", text, file)
                        : arena_printf(&t->arena, "%s%s", text, addr ? addr : "");
    }
}

/* "conv.c:123" as file and number; what was there last is kept. */
static void split(struct trace *t, char *text, const char **file, uint32_t *number)
{
    char *colon = strrchr(text, ':');
    *number = (uint32_t)strtoul(colon + 1, NULL, 10);
    *colon = 0;
    if (!t->last_file || strcmp(t->last_file, text) != 0)
        t->last_file = arena_str(&t->arena, text);
    *file = t->last_file;
}

static void source(struct trace *t, struct lines *l, uint32_t addr, const char **file,
                   uint32_t *number)
{
    char text[TEXT_MAX];
    if (lines_at(l, addr, text, sizeof text)) split(t, text, file, number);
}

static void declared(struct trace *t, struct lines *l, uint32_t addr, const char **file,
                     uint32_t *number)
{
    char text[TEXT_MAX];
    if (lines_declared(l, addr, text, sizeof text))
        split(t, text, file, number);
    else
        source(t, l, addr, file, number);
}

void names_before(struct trace *t, bool all)
{
    bool any = false;
    for (size_t i = 0; i < t->function_count; i++) {
        t->functions[i].title = t->functions[i].row.name;
        any |= mangled(t->functions[i].row.name) != NULL;
    }
    if (!any) return;
    struct lines *l = lines_open(t->image);
    for (size_t i = 0; i < t->function_count; i++)
        if (all || t->functions[i].row.instructions) title(t, l, &t->functions[i]);
    lines_close(l);
}

void names_after(struct trace *t, struct profile_node *nodes, size_t node_count,
                 struct profile_line *insns, size_t line_count)
{
    if (!node_count && !line_count) return;
    struct lines *l = lines_open(t->image);
    if (!l) return;
    for (size_t i = 0; i < line_count && i < LOOKUPS_MAX; i++)
        source(t, l, insns[i].pc, &insns[i].file, &insns[i].line);
    for (size_t i = 1; i < node_count && i < LOOKUPS_MAX; i++) {
        const char *unused;
        declared(t, l, nodes[i].addr, &nodes[i].file, &nodes[i].line);
        if (nodes[i].site) source(t, l, nodes[i].site, &unused, &nodes[i].site_line);
    }
    lines_close(l);
}
