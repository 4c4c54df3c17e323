/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * After the run: what people read instead of symbols and addresses, where DWARF knows it. A C++
 * name ("_ZN6tflite…") becomes the function's own with its source; others stay as they are.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/load/lines.h"
#include "sim/trace/trace.h"

enum { LOOKUPS_MAX = 200000, TEXT_MAX = 192 };

static bool is_mangled(const char *name)
{
    return strncmp(name, "_Z", 2) == 0;
}

static void title(struct trace *t, struct lines *l, struct function *f)
{
    char text[TEXT_MAX];
    if (is_mangled(f->row.name) && lines_function(l, f->addr, text, sizeof text))
        f->title = arena_str(&t->arena, text);
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
        any |= is_mangled(t->functions[i].row.name);
    }
    if (!any) return;
    struct lines *l = lines_open(t->image);
    for (size_t i = 0; l && i < t->function_count; i++)
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
