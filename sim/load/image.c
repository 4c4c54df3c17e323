/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tells the format by its contents, and answers questions about addresses.
 */
#include "sim/load/image.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tools/base/file.h"

enum { IMAGE_MAX_BYTES = 64 << 20 };

static int by_address(const void *a, const void *b)
{
    const struct segment *x = a, *y = b;
    return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static int by_place(const void *a, const void *b)
{
    const struct symbol *x = a, *y = b;
    if (x->addr != y->addr) return x->addr < y->addr ? -1 : 1;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return strcmp(x->name, y->name);
}

static bool looks_like_hex(const uint8_t *bytes, size_t n)
{
    size_t i = 0;
    while (i < n && (bytes[i] == '\r' || bytes[i] == '\n' || bytes[i] == ' '))
        i++;
    if (n - i < 11 || bytes[i] != ':') return false;
    for (size_t k = 1; k < 9; k++)
        if (!strchr("0123456789abcdefABCDEF", bytes[i + k]) || bytes[i + k] == 0) return false;
    return true;
}

/* What is certainly no raw binary, though people hand it over as one. */
static const char *foreign(const uint8_t *bytes, size_t n)
{
    static const struct {
        size_t at;
        const char *magic, *what;
    } known[] = {
        {0, "UF2\n", "a UF2 file; uf2conv.py turns it into a binary"},
        {0, "DfuSe", "a DfuSe file; dfuse-tool turns it into binaries"},
        {0, "PK\003\004", "a ZIP archive; the firmware may be inside"},
        {4, "TFL3", "a TensorFlow Lite model; mcuscope bench, validate and analyze take it"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].magic);
        if (n >= known[i].at + length &&
            memcmp(bytes + known[i].at, known[i].magic, length) == 0)
            return known[i].what;
    }
    size_t digits = 0;
    while (digits + 2 < n && isxdigit(bytes[digits + 2]))
        digits++;
    if (bytes[0] == 'S' && bytes[1] >= '0' && bytes[1] <= '3' && digits >= 8)
        return "an S-record file; arm-none-eabi-objcopy -I srec -O ihex turns it into HEX";
    return NULL;
}

static bool raw_parse(struct image *m, const uint8_t *bytes, size_t n, uint32_t base)
{
    struct segment *s = arena_alloc(&m->arena, sizeof *s);
    *s = (struct segment){base, (uint32_t)n, bytes};
    m->segments = s;
    m->segment_count = 1;
    return true;
}

void image_sort(struct image *m)
{
    if (m->symbol_count) qsort(m->symbols, m->symbol_count, sizeof *m->symbols, by_place);
}

struct image *image_parse(const void *bytes, size_t n, const char *name, uint32_t flash_base,
                          struct err *e)
{
    struct image *m = xcalloc(1, sizeof *m);
    m->name = arena_str(&m->arena, name);
    if (n < 8 || n > IMAGE_MAX_BYTES) {
        err_set(e, ERR_FORMAT, "%s: %zu bytes are no firmware image (have: 8 bytes to 64 MiB)",
                name, n);
        image_free(m);
        return NULL;
    }
    hash_sha256(bytes, n, m->sha256);
    uint8_t *copy = arena_alloc(&m->arena, n);
    memcpy(copy, bytes, n);
    bool good;
    if (memcmp(copy, "\177ELF", 4) == 0) {
        m->kind = IMAGE_ELF;
        m->elf = copy;
        m->elf_bytes = n;
        good = elf_parse(m, copy, n, e);
    } else if (looks_like_hex(copy, n)) {
        m->kind = IMAGE_HEX;
        good = hex_parse(m, copy, n, e);
    } else if (foreign(copy, n)) {
        good = err_set(e, ERR_FORMAT, "%s: this is %s (have: ELF, Intel HEX, raw binary)", name,
                       foreign(copy, n));
    } else {
        m->kind = IMAGE_BIN;
        good = raw_parse(m, copy, n, flash_base);
    }
    if (good && m->segment_count == 0)
        good = err_set(e, ERR_FORMAT, "%s: the image holds nothing to load", name);
    if (!good) {
        image_free(m);
        return NULL;
    }
    qsort(m->segments, m->segment_count, sizeof *m->segments, by_address);
    image_sort(m);
    if (m->kind != IMAGE_ELF) m->vectors = m->segments[0].addr;
    return m;
}

struct image *image_load(const char *path, uint32_t flash_base, struct err *e)
{
    struct bytes file;
    if (!file_load(path, IMAGE_MAX_BYTES, &file, e)) return NULL;
    struct image *m = image_parse(file.data, file.len, path, flash_base, e);
    free(file.data);
    return m;
}

void image_free(struct image *m)
{
    if (!m) return;
    arena_done(&m->arena);
    free(m);
}

bool image_reserve(const struct section *s)
{
    return s->zeros && (strstr(s->name, "stack") || strstr(s->name, "heap"));
}

const struct symbol *image_symbol(const struct image *m, const char *name)
{
    const struct symbol *found = NULL;
    for (size_t i = 0; i < m->symbol_count; i++)
        if (strcmp(m->symbols[i].name, name) == 0 &&
            (!found || m->symbols[i].kind < found->kind))
            found = &m->symbols[i];
    return found;
}

/* The last symbol at or below addr that reaches it; of several at one address the first. */
const struct symbol *image_symbol_at(const struct image *m, uint32_t addr)
{
    size_t low = 0, high = m->symbol_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (m->symbols[mid].addr <= addr)
            low = mid + 1;
        else
            high = mid;
    }
    enum { LOOK_BACK = 64 };
    for (size_t k = low; k-- > 0 && low - k <= LOOK_BACK;) {
        const struct symbol *s = &m->symbols[k];
        uint32_t size = s->size;
        if (size == 0) {
            if (s->kind == SYMBOL_OBJECT)
                size = 1;
            else
                size = low < m->symbol_count ? m->symbols[low].addr - s->addr : 0x1000;
        }
        if (addr - s->addr >= size) continue;
        while (k > 0 && m->symbols[k - 1].addr == s->addr &&
               (m->symbols[k - 1].size == s->size || m->symbols[k - 1].size == 0))
            s = &m->symbols[--k];
        return s;
    }
    return NULL;
}
