/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ELF through libelf: 32-bit little-endian ARM executables. Segments are taken by physical
 * address (that is what a programmer writes into flash; start-up code copies .data from there).
 * libelf checks its own tables; every offset and size that is used here is checked again
 * against the file.
 */
#include <libelf.h>
#include <string.h>

#include "sim/load/image.h"

enum { SYMBOLS_MAX = 1 << 20, NAME_MAX_BYTES = 4096 };

struct reader {
    struct image *m;
    Elf *elf;
    const uint8_t *bytes;
    size_t n;
    size_t names; /* section of section names */
};

static bool in_file(const struct reader *r, uint64_t offset, uint64_t size)
{
    return offset <= r->n && size <= r->n - offset;
}

/* Where contents begin: linkers without -n put the file's own headers into the first segment,
 * below the flash. */
static uint32_t first_contents(const struct reader *r)
{
    uint32_t first = UINT32_MAX;
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(r->elf, scn)) != NULL;) {
        const Elf32_Shdr *sh = elf32_getshdr(scn);
        if (sh && sh->sh_flags & SHF_ALLOC && sh->sh_type != SHT_NOBITS && sh->sh_size &&
            sh->sh_offset < first)
            first = sh->sh_offset;
    }
    return first;
}

static bool read_segments(struct reader *r, struct err *e)
{
    size_t count = 0;
    const Elf32_Phdr *ph = elf32_getphdr(r->elf);
    if (elf_getphdrnum(r->elf, &count) != 0 || !ph || count == 0)
        return err_set(e, ERR_FORMAT,
                       "%s: no program headers: not a linked executable (an object file?)",
                       r->m->name);
    struct segment *out = arena_array(&r->m->arena, count, sizeof *out);
    for (size_t i = 0; i < count; i++) {
        Elf32_Phdr h; /* libelf points into the file, at any offset */
        memcpy(&h, (const char *)ph + i * sizeof h, sizeof h);
        if (h.p_type != PT_LOAD || h.p_filesz == 0) continue;
        if (!in_file(r, h.p_offset, h.p_filesz))
            return err_set(e, ERR_FORMAT, "%s: segment %zu reaches past the end of the file",
                           r->m->name, i);
        if (h.p_paddr + (h.p_filesz - 1) < h.p_paddr)
            return err_set(e, ERR_FORMAT, "%s: segment %zu reaches past the end of memory",
                           r->m->name, i);
        uint32_t skip = ph[i].p_offset == 0 ? first_contents(r) : 0;
        if (skip >= ph[i].p_filesz) skip = 0;
        out[r->m->segment_count++] = (struct segment){
            ph[i].p_paddr + skip, ph[i].p_filesz - skip, r->bytes + ph[i].p_offset + skip};
    }
    r->m->segments = out;
    return true;
}

/* The text at an offset of a string table; libelf checks that it ends inside. */
static const char *string_at(const struct reader *r, size_t table, size_t offset)
{
    const char *s = elf_strptr(r->elf, table, offset);
    return s ? s : "";
}

static void read_comment(struct reader *r, const Elf32_Shdr *sh)
{
    if (!in_file(r, sh->sh_offset, sh->sh_size) || sh->sh_size == 0) return;
    const char *text = (const char *)r->bytes + sh->sh_offset;
    size_t n = strnlen(text, sh->sh_size);
    char *copy = arena_alloc(&r->m->arena, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = (char)(text[i] >= ' ' && text[i] < 127 ? text[i] : '?');
    if (n) r->m->compiler = copy;
}

static void read_symbols(struct reader *r, Elf_Scn *scn, const Elf32_Shdr *sh)
{
    Elf_Data *data = elf_getdata(scn, NULL);
    if (!data || !data->d_buf || r->m->symbols) return;
    size_t count = data->d_size / sizeof(Elf32_Sym);
    if (count > SYMBOLS_MAX) count = SYMBOLS_MAX;
    const Elf32_Sym *in = data->d_buf;
    struct symbol *out = arena_array(&r->m->arena, count + 1, sizeof *out);
    size_t used = 0, names_bytes = 0;
    const char *file = NULL; /* stands before the local symbols of its object */
    for (size_t i = 0; i < count; i++) {
        unsigned type = ELF32_ST_TYPE(in[i].st_info), bind = ELF32_ST_BIND(in[i].st_info);
        if (type == STT_FILE) {
            const char *source = string_at(r, sh->sh_link, in[i].st_name);
            size_t length = strnlen(source, NAME_MAX_BYTES);
            bool fits = length < NAME_MAX_BYTES && (names_bytes += length) <= 4 * r->n;
            file = length && fits ? arena_str(&r->m->arena, source) : NULL;
        }
        if (in[i].st_shndx == SHN_UNDEF ||
            (type != STT_FUNC && type != STT_OBJECT && type != STT_NOTYPE))
            continue;
        const char *name = string_at(r, sh->sh_link, in[i].st_name);
        size_t length = strnlen(name, NAME_MAX_BYTES);
        if (length == 0 || name[0] == '$' || length == NAME_MAX_BYTES) continue;
        if ((names_bytes += length) > 4 * r->n) /* a table that repeats one long name */
            break;
        bool func = type == STT_FUNC;
        out[used++] = (struct symbol){
            .name = arena_str(&r->m->arena, name),
            .addr = func ? in[i].st_value & ~1U : in[i].st_value,
            .size = in[i].st_size,
            .kind = func                 ? SYMBOL_FUNC
                    : type == STT_OBJECT ? SYMBOL_OBJECT
                                         : SYMBOL_LABEL,
            .file = bind == STB_LOCAL ? file : NULL,
            .rank = bind == STB_GLOBAL ? 0
                    : bind == STB_WEAK ? 1
                                       : 2,
        };
    }
    r->m->symbols = out;
    r->m->symbol_count = used;
}

static bool read_sections(struct reader *r)
{
    size_t count = 0;
    if (elf_getshdrnum(r->elf, &count) != 0 || count == 0 ||
        elf_getshdrstrndx(r->elf, &r->names) != 0)
        return true; /* stripped to the bone: segments are enough */
    struct section *out = arena_array(&r->m->arena, count, sizeof *out);
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(r->elf, scn)) != NULL;) {
        const void *at = elf32_getshdr(scn);
        if (!at) continue;
        Elf32_Shdr copy, *sh = &copy; /* as with segments */
        memcpy(sh, at, sizeof copy);
        const char *name = string_at(r, r->names, sh->sh_name);
        if (sh->sh_type == SHT_SYMTAB) read_symbols(r, scn, sh);
        if (sh->sh_type == SHT_PROGBITS && !(sh->sh_flags & SHF_ALLOC) &&
            strcmp(name, ".comment") == 0)
            read_comment(r, sh);
        if ((sh->sh_flags & SHF_ALLOC) && sh->sh_size)
            out[r->m->section_count++] = (struct section){
                .name = arena_str(&r->m->arena, name),
                .addr = sh->sh_addr,
                .size = sh->sh_size,
                .code = (sh->sh_flags & SHF_EXECINSTR) != 0,
                .writable = (sh->sh_flags & SHF_WRITE) != 0,
                .zeros = sh->sh_type == SHT_NOBITS,
            };
    }
    r->m->sections = out;
    return true;
}

/* The vector table is the lowest thing that is loaded, unless a symbol says otherwise. */
static void find_vectors(struct image *m)
{
    static const char *const names[] = {"g_pfnVectors", "__isr_vector", "__Vectors",
                                        "__vector_table", "vector_table"};
    m->vectors = m->segment_count ? m->segments[0].addr : 0;
    for (size_t i = 0; i < m->segment_count; i++)
        if (m->segments[i].addr < m->vectors) m->vectors = m->segments[i].addr;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct symbol *s = NULL;
        for (size_t k = 0; k < m->symbol_count && !s; k++)
            if (strcmp(m->symbols[k].name, names[i]) == 0) s = &m->symbols[k];
        for (size_t k = 0; s && k < m->segment_count; k++)
            if (s->addr - m->segments[k].addr < m->segments[k].size && s->addr % 128 == 0) {
                m->vectors = s->addr;
                return;
            }
    }
}

bool elf_parse(struct image *m, uint8_t *bytes, size_t n, struct err *e)
{
    if (n < sizeof(Elf32_Ehdr) || bytes[EI_CLASS] != ELFCLASS32 ||
        bytes[EI_DATA] != ELFDATA2LSB)
        return err_set(e, ERR_UNSUPPORTED,
                       "%s: not a 32-bit little-endian ELF (have: ARM Cortex-M executables)",
                       m->name);
    elf_version(EV_CURRENT);
    struct reader r = {.m = m, .bytes = bytes, .n = n};
    r.elf = elf_memory((char *)bytes, n);
    const Elf32_Ehdr *eh = r.elf ? elf32_getehdr(r.elf) : NULL;
    bool good = false;
    if (!eh)
        err_set(e, ERR_FORMAT, "%s: damaged ELF: %s", m->name, elf_errmsg(-1));
    else if (eh->e_machine != EM_ARM)
        err_set(e, ERR_UNSUPPORTED, "%s: an ELF for another machine (%u; have: ARM, 40)",
                m->name, eh->e_machine);
    else if (eh->e_type != ET_EXEC)
        err_set(e, ERR_UNSUPPORTED, "%s: not a linked executable (ELF type %u; have: EXEC, 2)",
                m->name, eh->e_type);
    else
        good = read_segments(&r, e) && read_sections(&r);
    if (good) find_vectors(m);
    elf_end(r.elf);
    return good;
}
