/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * size.json: what the ELF holds, by section and by layer, and what it was made with. binutils'
 * `size -A` and `nm -S` read the ELF; a layer's flash is its function and every symbol that
 * begins with "layer_NNN_" (its weights and tables).
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/build/build.h"
#include "tools/base/file.h"
#include "tools/base/json.h"
#include "tools/base/proc.h"

static bool tool(const struct build_job *job, const char *name, const char *option,
                 struct arena *a, struct buf *out, struct err *e)
{
    const char *program =
        arena_printf(a, "%s%s", job->compiler ? job->compiler : "arm-none-eabi-", name);
    const char *argv[] = {program, option, "fw.elf", NULL};
    return proc_run(argv, job->out_dir, out, e);
}

/* One line ".text   1234   134217728" of `size -A`. */
static void sections(const char *text, struct build_size *s)
{
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        char name[64];
        uint64_t bytes = 0;
        if (sscanf(line, "%63s %" SCNu64, name, &bytes) != 2) continue;
        if (strcmp(name, ".vectors") == 0 || strcmp(name, ".text") == 0) s->text += bytes;
        if (strcmp(name, ".rodata") == 0) s->rodata += bytes;
        if (strcmp(name, ".data") == 0) s->data += bytes;
        if (strcmp(name, ".bss") == 0) s->bss += bytes;
        if (strcmp(name, ".arena") == 0) s->arena += bytes;
    }
}

struct layer_size {
    uint64_t code, weights;
};

/* Lines "08000200 000000a4 T layer_000_conv_2d" of `nm -S`. */
static void symbols(const struct build_job *job, const char *text, struct layer_size *layers)
{
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        char kind = 0, name[128];
        uint64_t bytes = 0;
        unsigned index = 0;
        if (sscanf(line, "%*x %" SCNx64 " %c %127s", &bytes, &kind, name) != 3) continue;
        if (sscanf(name, "layer_%u_", &index) != 1 || index >= job->symbol_count) continue;
        const char k = (char)toupper((unsigned char)kind);
        if (k == 'T') layers[index].code += bytes;
        if (k == 'R' || k == 'D') layers[index].weights += bytes;
    }
}

static bool hash_sources(const struct build_job *job, struct arena *a, struct json *into,
                         struct err *e)
{
    for (size_t i = 0; i < job->source_count; i++) {
        struct bytes file;
        const char *path = arena_printf(a, "%s/gen/%s", job->out_dir, job->sources[i]);
        if (!file_load(path, 0, &file, e)) return false;
        char hex[HASH_HEX];
        hash_sha256(file.data, file.len, hex);
        free(file.data);
        json_set_str(into, job->sources[i], hex);
    }
    return true;
}

static bool compiler(const struct build_job *job, const char *const *flags, struct arena *a,
                     struct json *into, struct err *e)
{
    const char *program =
        arena_printf(a, "%sgcc", job->compiler ? job->compiler : "arm-none-eabi-");
    const char *argv[] = {program, "--version", NULL};
    struct buf out = {0};
    if (!proc_run(argv, NULL, &out, e)) {
        buf_done(&out);
        return false;
    }
    json_set_str(into, "name", program);
    json_set_str(into, "version",
                 arena_printf(a, "%.*s", (int)strcspn(buf_text(&out), "\n"), buf_text(&out)));
    buf_done(&out);
    struct json *list = json_set(into, "flags", json_new_array());
    for (size_t i = 0; flags[i]; i++)
        json_push_str(list, flags[i]);
    return true;
}

static void write_sizes(const struct build_job *job, const struct build_size *s,
                        const struct layer_size *layers, struct json *root)
{
    struct json *j = json_set(root, "sections", json_new_object());
    json_set_uint(j, "text_bytes", s->text);
    json_set_uint(j, "rodata_bytes", s->rodata);
    json_set_uint(j, "data_bytes", s->data);
    json_set_uint(j, "bss_bytes", s->bss);
    json_set_uint(j, "arena_bytes", s->arena);
    j = json_set(root, "flash", json_new_object());
    json_set_uint(j, "total_bytes", s->flash_total);
    json_set_uint(j, "code_bytes", s->code);
    json_set_uint(j, "weights_bytes", s->weights);
    j = json_set(root, "sram", json_new_object());
    json_set_uint(j, "static_bytes", s->static_ram);
    json_set_uint(j, "arena_bytes", s->arena);
    json_set_uint(j, "stack_reserve_bytes", job->stack_bytes);
    j = json_set(root, "layers", json_new_array());
    for (size_t i = 0; i < job->symbol_count; i++) {
        struct json *l = json_push(j, json_new_object());
        json_set_uint(l, "index", i);
        json_set_str(l, "symbol", job->symbols[i]);
        json_set_uint(l, "flash_bytes", layers[i].code + layers[i].weights);
        json_set_uint(l, "code_bytes", layers[i].code);
        json_set_uint(l, "weights_bytes", layers[i].weights);
    }
}

bool build_measure(const struct build_job *job, const char *const *flags, struct arena *a,
                   struct build_size *size, struct err *e)
{
    struct build_size s = {0};
    struct buf text = {0};
    struct bytes elf = {0};
    struct layer_size *layers = arena_array(a, job->symbol_count + 1, sizeof *layers);
    struct json *root = json_new_object();
    bool ok = tool(job, "size", "-A", a, &text, e);
    if (ok) {
        sections(buf_text(&text), &s);
        text.len = 0;
        ok = tool(job, "nm", "-S", a, &text, e);
    }
    if (ok) {
        symbols(job, buf_text(&text), layers);
        for (size_t i = 0; i < job->symbol_count; i++)
            s.weights += layers[i].weights;
        s.flash_total = s.text + s.rodata + s.data;
        s.code = s.flash_total - s.weights;
        s.static_ram = s.data + s.bss + s.arena;
        ok = file_load(arena_printf(a, "%s/fw.elf", job->out_dir), 0, &elf, e);
    }
    if (ok) {
        char hex[HASH_HEX];
        hash_sha256(elf.data, elf.len, hex);
        json_set_int(root, "schema_version", 1);
        json_set_str(root, "board", job->board->name);
        json_set_str(root, "schedule", job->schedule->name);
        json_set_str(root, "elf_sha256", hex);
        write_sizes(job, &s, layers, root);
        ok = compiler(job, flags, a, json_set(root, "compiler", json_new_object()), e) &&
             hash_sources(job, a, json_set(root, "sources", json_new_object()), e) &&
             json_save(root, arena_printf(a, "%s/size.json", job->out_dir), e);
    }
    *size = s;
    free(elf.data);
    buf_done(&text);
    json_free(root);
    return ok;
}
