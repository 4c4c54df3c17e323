/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * DWARF through libdw. The expressions of call frames are those that compilers write: an offset
 * from a register for the frame's address, from that for where a register was stored.
 */
#include "sim/load/lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/load/image.h"

enum { CHILDREN_MAX = 100000, NAMESPACES_MAX = 8 };
enum { REGISTERS = 16, SP = 13, LR = 14, PC = 15 };

struct lines {
    char *bytes; /* our own: libelf unpacks compressed sections by changing their headers in
                    place */
    Elf *elf;
    Dwarf *dwarf;
    Dwarf_CFI *frames; /* NULL: none */
};

struct lines *lines_open(const struct image *m)
{
    if (!m || !m->elf) return NULL;
    struct lines *l = xcalloc(1, sizeof *l);
    elf_version(EV_CURRENT);
    l->bytes = xmalloc(m->elf_bytes);
    memcpy(l->bytes, m->elf, m->elf_bytes);
    l->elf = elf_memory(l->bytes, m->elf_bytes);
    l->dwarf = l->elf ? dwarf_begin_elf(l->elf, DWARF_C_READ, NULL) : NULL;
    if (!l->dwarf) {
        lines_close(l);
        return NULL;
    }
    l->frames = dwarf_getcfi(l->dwarf);
    return l;
}

void lines_close(struct lines *l)
{
    if (!l) return;
    if (l->dwarf) dwarf_end(l->dwarf);
    elf_end(l->elf);
    free(l->bytes);
    free(l);
}

static const char *without_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Names come from the file: nothing for a terminal. */
static void no_controls(char *text)
{
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127) *c = '?';
}

bool lines_at(struct lines *l, uint32_t addr, char *out, size_t out_bytes)
{
    Dwarf_Die unit;
    int number = 0;
    out[0] = 0;
    if (!l || !dwarf_addrdie(l->dwarf, addr, &unit)) return false;
    Dwarf_Line *line = dwarf_getsrc_die(&unit, addr);
    const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
    if (!file || dwarf_lineno(line, &number) != 0 || number <= 0) return false;
    snprintf(out, out_bytes, "%.64s:%d", without_folder(file), number);
    no_controls(out);
    return true;
}

/* The function below `parent` that addr is in; namespaces hold functions, too. */
static bool find_function(Dwarf_Die *parent, uint32_t addr, unsigned depth, Dwarf_Die *out)
{
    Dwarf_Die die;
    if (dwarf_child(parent, &die) != 0) return false;
    for (unsigned n = 0; n < CHILDREN_MAX; n++) {
        int tag = dwarf_tag(&die);
        if (tag == DW_TAG_subprogram && dwarf_haspc(&die, addr) > 0) {
            *out = die;
            return true;
        }
        if (tag == DW_TAG_namespace && depth && find_function(&die, addr, depth - 1, out))
            return true;
        if (dwarf_siblingof(&die, &die) != 0) return false;
    }
    return false;
}

static bool function_at(struct lines *l, uint32_t addr, Dwarf_Die *out)
{
    Dwarf_Die unit;
    return l && dwarf_addrdie(l->dwarf, addr, &unit) &&
           find_function(&unit, addr, NAMESPACES_MAX, out);
}

bool lines_function(struct lines *l, uint32_t addr, char *out, size_t out_bytes)
{
    Dwarf_Die die;
    out[0] = 0;
    if (!function_at(l, addr, &die)) return false;
    const char *name = dwarf_diename(&die), *file = dwarf_decl_file(&die);
    if (!name) return false;
    if (file)
        snprintf(out, out_bytes, "%.96s (%.64s)", name, without_folder(file));
    else
        snprintf(out, out_bytes, "%.96s", name);
    no_controls(out);
    return true;
}

bool lines_declared(struct lines *l, uint32_t addr, char *out, size_t out_bytes)
{
    Dwarf_Die die;
    int number = 0;
    out[0] = 0;
    if (!function_at(l, addr, &die)) return false;
    const char *file = dwarf_decl_file(&die);
    if (!file || dwarf_decl_line(&die, &number) != 0 || number <= 0) return false;
    snprintf(out, out_bytes, "%.64s:%d", without_folder(file), number);
    no_controls(out);
    return true;
}

/* The value of an expression; cfa is the frame's address when it is known. */
static bool evaluate(const Dwarf_Op *op, size_t n, const uint32_t regs[REGISTERS], uint32_t cfa,
                     uint32_t *value)
{
    uint32_t v = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned atom = op[i].atom;
        if (atom == DW_OP_call_frame_cfa && i == 0)
            v = cfa;
        else if (atom >= DW_OP_breg0 && atom < DW_OP_breg0 + REGISTERS && i == 0)
            v = regs[atom - DW_OP_breg0] + (uint32_t)op[i].number;
        else if (atom == DW_OP_bregx && op[i].number < REGISTERS && i == 0)
            v = regs[op[i].number] + (uint32_t)op[i].number2;
        else if (atom == DW_OP_plus_uconst)
            v += (uint32_t)op[i].number;
        else if (atom != DW_OP_stack_value)
            return false;
    }
    *value = v;
    return n > 0;
}

static bool undo(Dwarf_Frame *frame, uint32_t regs[REGISTERS],
                 bool (*load)(void *context, uint32_t addr, uint32_t *word), void *context)
{
    uint32_t caller[REGISTERS], cfa = 0;
    Dwarf_Op *ops;
    size_t n;
    if (dwarf_frame_cfa(frame, &ops, &n) != 0 || !evaluate(ops, n, regs, 0, &cfa)) return false;
    for (int r = 0; r < PC; r++) {
        Dwarf_Op room[3];
        caller[r] = regs[r];
        if (r == SP || dwarf_frame_register(frame, r, room, &ops, &n) != 0 || n == 0) continue;
        if (!evaluate(ops, n, regs, cfa, &caller[r])) return false;
        bool is_value = ops[n - 1].atom == DW_OP_stack_value;
        if (!is_value && !load(context, caller[r], &caller[r])) return false;
    }
    caller[SP] = cfa;
    caller[PC] = caller[LR];
    memcpy(regs, caller, sizeof caller);
    return true;
}

bool lines_unwind(struct lines *l, uint32_t addr, uint32_t regs[REGISTERS],
                  bool (*load)(void *context, uint32_t addr, uint32_t *word), void *context)
{
    Dwarf_Frame *frame = NULL;
    if (!l || !l->frames || dwarf_cfi_addrframe(l->frames, addr, &frame) != 0) return false;
    bool good = undo(frame, regs, load, context);
    free(frame);
    return good;
}
