/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * nm does not say which names are functions: those of code are taken for some. Lines of
 * undefined symbols (no address) and headings of archives are passed over.
 */
#include "sim/load/map.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/file.h"

enum { SYMBOLS_MAX = 1 << 20, NAME_MAX_BYTES = 4096, MAP_MAX_BYTES = 64 << 20, WORDS = 4 };

struct word {
    const char *at;
    size_t n;
};

static unsigned split(const char *line, size_t n, struct word out[WORDS])
{
    unsigned count = 0;
    for (size_t i = 0; i < n && count < WORDS;) {
        while (i < n && isspace((unsigned char)line[i]))
            i++;
        size_t from = i;
        while (i < n && !isspace((unsigned char)line[i]))
            i++;
        /* The last word is the name with all that follows: C++ names may hold blanks. */
        if (i > from) out[count++] = (struct word){line + from, i - from};
    }
    return count;
}

static bool hexadecimal(struct word w, uint32_t *out)
{
    uint64_t v = 0;
    if (w.n < 4 || w.n > 16) return false;
    for (size_t i = 0; i < w.n; i++) {
        if (!isxdigit((unsigned char)w.at[i])) return false;
        int c = tolower((unsigned char)w.at[i]);
        v = v << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *out = (uint32_t)v;
    return v <= UINT32_MAX;
}

static bool is_type(struct word w)
{
    return w.n == 1 && (isalpha((unsigned char)*w.at) || *w.at == '?');
}

static enum symbol_kind kind_of(char type)
{
    if (strchr("tTwWiI", type)) return SYMBOL_FUNC;
    return strchr("dDbBrRgGsScCvVuU", type) ? SYMBOL_OBJECT : SYMBOL_LABEL;
}

bool map_parse(struct image *m, const char *text, size_t n, const char *name, struct err *e)
{
    size_t lines = 1, used = 0;
    unsigned line = 0;
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    struct symbol *out = arena_array(&m->arena, lines, sizeof *out);
    for (size_t i = 0; i < n; line++) {
        const char *at = text + i;
        const char *end = memchr(at, '\n', n - i);
        size_t length = end ? (size_t)(end - at) : n - i;
        i += length + 1;
        struct word w[WORDS];
        unsigned words = split(at, length, w);
        uint32_t addr, size = 0;
        if (words == 0 || (words <= 2 && !hexadecimal(w[0], &addr))) continue;
        bool sized = words == 4 && hexadecimal(w[1], &size);
        unsigned type = sized ? 2 : 1;
        if (!hexadecimal(w[0], &addr) || words < type + 2 || !is_type(w[type]))
            return err_set(e, ERR_FORMAT,
                           "%s:%u: not a line of nm (have: \"08000124 T main\"); the image's "
                           "own ELF will do, too",
                           name, line + 1);
        struct word symbol = w[type + 1];
        if (symbol.n >= NAME_MAX_BYTES || used == SYMBOLS_MAX || symbol.at[0] == '$') continue;
        char letter = *w[type].at;
        enum symbol_kind kind = kind_of(letter);
        char *copy = arena_alloc(&m->arena, symbol.n + 1);
        memcpy(copy, symbol.at, symbol.n);
        out[used++] = (struct symbol){
            .name = copy,
            .addr = kind == SYMBOL_FUNC ? addr & ~1U : addr,
            .size = size,
            .kind = kind,
            .rank = strchr("wWvV", letter)           ? 1
                    : isupper((unsigned char)letter) ? 0
                                                     : 2,
        };
    }
    if (!used)
        return err_set(e, ERR_FORMAT, "%s: no symbols in it (have: an ELF, or what nm prints)",
                       name);
    m->symbols = out;
    m->symbol_count = used;
    return true;
}

/* The byte that the image loads at addr, or -1. */
static int byte_at(const struct image *m, uint32_t addr)
{
    for (size_t i = 0; i < m->segment_count; i++)
        if (addr - m->segments[i].addr < m->segments[i].size)
            return m->segments[i].bytes[addr - m->segments[i].addr];
    return -1;
}

/* Does the ELF load what the image loads, wherever both load something? */
static bool agrees(const struct image *m, const struct image *elf, struct err *e)
{
    size_t both = 0;
    for (size_t i = 0; i < elf->segment_count; i++)
        for (uint32_t k = 0; k < elf->segments[i].size; k++) {
            uint32_t addr = elf->segments[i].addr + k;
            int byte = byte_at(m, addr);
            if (byte < 0) continue;
            both++;
            if (byte != elf->segments[i].bytes[k])
                return err_set(e, ERR_UNSUPPORTED,
                               "%s: not the ELF of %s: they differ at 0x%08x; give the one it "
                               "was made from",
                               elf->name, m->name, addr);
        }
    return both > 0 || err_set(e, ERR_UNSUPPORTED,
                               "%s: not the ELF of %s: it loads nothing to the same addresses",
                               elf->name, m->name);
}

static bool take_elf(struct image *m, const struct bytes *file, const char *path, struct err *e)
{
    struct image *elf = image_parse(file->data, file->len, path, 0, e);
    if (!elf) return false;
    bool good = agrees(m, elf, e);
    if (good && !elf->symbol_count)
        good = err_set(e, ERR_MISSING, "%s: it has no symbols: it was stripped", path);
    if (good) {
        struct symbol *out = arena_array(&m->arena, elf->symbol_count, sizeof *out);
        struct section *sections =
            arena_array(&m->arena, elf->section_count + 1, sizeof *sections);
        for (size_t i = 0; i < elf->symbol_count; i++) {
            out[i] = elf->symbols[i];
            out[i].name = arena_str(&m->arena, elf->symbols[i].name);
            if (out[i].file) out[i].file = arena_str(&m->arena, elf->symbols[i].file);
        }
        for (size_t i = 0; i < elf->section_count; i++) {
            sections[i] = elf->sections[i];
            sections[i].name = arena_str(&m->arena, elf->sections[i].name);
        }
        m->symbols = out;
        m->symbol_count = elf->symbol_count;
        m->sections = sections;
        m->section_count = elf->section_count;
        if (elf->compiler) m->compiler = arena_str(&m->arena, elf->compiler);
    }
    image_free(elf);
    return good;
}

bool image_name(struct image *m, const char *path, struct err *e)
{
    struct bytes file;
    if (!file_load(path, MAP_MAX_BYTES, &file, e)) return false;
    bool good = file.len > 4 && memcmp(file.data, "\177ELF", 4) == 0
                    ? take_elf(m, &file, path, e)
                    : map_parse(m, (const char *)file.data, file.len, path, e);
    free(file.data);
    if (good) image_sort(m);
    return good;
}
