/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Image: a firmware as loaded: what bytes go where, and which names it gives to addresses.
 *
 *     file ─► image_load ─┬─ "\x7fELF"       elf.c  segments, sections, symbols, compiler
 *                         ├─ ":10…" lines    hex.c  Intel HEX: bytes only
 *                         └─ anything else   a raw binary, from the flash's base
 *
 * Told by contents, never by name. The file is hostile until it is checked: offsets, sizes and
 * counts are bounded by the file's own size. Everything lives in the image's arena and is
 * released with image_free(). Symbols and functions are sorted by address.
 */
#ifndef SIM_LOAD_IMAGE_H
#define SIM_LOAD_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/arena.h"
#include "tools/base/err.h"
#include "tools/base/hash.h"

enum image_kind { IMAGE_ELF, IMAGE_HEX, IMAGE_BIN };

struct segment {   /* bytes to load */
    uint32_t addr; /* where they are stored (ELF: physical address) */
    uint32_t size;
    const uint8_t *bytes;
};

struct section { /* of an ELF, allocated ones only */
    const char *name;
    uint32_t addr, size;
    bool code, writable, zeros; /* zeros: no contents in the file (.bss) */
};

enum symbol_kind { SYMBOL_FUNC, SYMBOL_OBJECT, SYMBOL_LABEL };

struct symbol {
    const char *name;
    uint32_t addr; /* without the Thumb bit */
    uint32_t size; /* 0: unknown */
    enum symbol_kind kind;
    const char *file; /* of a local one: the source that it comes from; NULL: not said */
    uint8_t rank;     /* of several names for one address: 0 global, 1 weak, 2 local */
};

struct image {
    enum image_kind kind;
    const char *name;         /* as messages call it */
    struct segment *segments; /* ascending address */
    size_t segment_count;
    const struct section *sections;
    size_t section_count;
    struct symbol *symbols; /* by address, then rank, then name */
    size_t symbol_count;
    uint32_t vectors;     /* address of the vector table */
    const char *compiler; /* NULL: not said */
    const uint8_t *elf;   /* the file, of an ELF */
    size_t elf_bytes;
    char sha256[HASH_HEX];
    struct arena arena;
};

/* flash_base: where a raw binary goes. */
struct image *image_load(const char *path, uint32_t flash_base, struct err *e);
/* The same from memory; bytes are copied. */
struct image *image_parse(const void *bytes, size_t n, const char *name, uint32_t flash_base,
                          struct err *e);
void image_free(struct image *m);

/* Puts the symbols into their order. */
void image_sort(struct image *m);
/* Is the section room that the linker script only sets aside for stack or heap? Such room
 * counts as stack and heap, by what the run used of it, never as static data. */
bool image_reserve(const struct section *s);
/* The first symbol of that name (functions before the rest), or NULL. */
const struct symbol *image_symbol(const struct image *m, const char *name);
/* The function or object that holds addr, or NULL. */
const struct symbol *image_symbol_at(const struct image *m, uint32_t addr);

/* The readers behind image_parse(). They fill segments and what else they know. */
bool elf_parse(struct image *m, uint8_t *bytes, size_t n, struct err *e);
bool hex_parse(struct image *m, const uint8_t *bytes, size_t n, struct err *e);

#endif
