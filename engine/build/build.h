/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Build: gen/ becomes fw.elf with the cross compiler, and size.json says what is in it.
 *
 *     OUT/gen ─► build_check_fit ─► build_firmware ─► OUT/fw.elf, OUT/size.json
 *
 * The ELF is reproducible: it does not depend on the folder, the time or the user.
 * Errors: MISSING no compiler; NO_FIT flash or RAM, with the bytes that are too many and the
 * boards where it would fit; TOOL with the compiler's first lines.
 */
#ifndef BUILD_BUILD_H
#define BUILD_BUILD_H

#include "boards/board.h"
#include "engine/schedule.h"
#include "tools/base/arena.h"
#include "tools/base/buf.h"
#include "tools/base/err.h"

struct build_job {
    const char *out_dir; /* gen/ is below */
    const struct board *board;
    const struct schedule *schedule;
    const char *const *sources; /* .c files in gen/ */
    size_t source_count;
    const char *const *symbols; /* one per layer, NULL where a layer has no function */
    size_t symbol_count;
    uint32_t arena_bytes, stack_bytes;
    uint64_t const_bytes; /* constants: what flash must hold besides code */
    const char *compiler; /* NULL: "arm-none-eabi-" */
};

struct build_size { /* bytes */
    uint64_t text, rodata, data, bss, arena;
    uint64_t flash_total, code, weights;
    uint64_t static_ram; /* .data + .bss + arena */
};

/* The memory that a firmware needs on a board, before anything is compiled. */
struct build_need {
    uint64_t ram_bytes, flash_bytes;
};
struct build_need build_need(const struct build_job *job);
bool build_check_fit(const struct build_job *job, struct err *e);
bool build_firmware(const struct build_job *job, struct arena *a, struct build_size *size,
                    struct err *e);

/* The main flash region: the largest that is not an alias. NULL when there is none. */
const struct region *build_flash(const struct board *b);
/* link.ld from the template boards/start/link.ld.in. */
bool build_linker_script(const struct board *b, uint32_t stack_bytes, const char *template_path,
                         struct buf *out, struct err *e);
/* Compiler flags for a board, ends with NULL; strings live in the arena. */
const char **build_flags(const struct board *b, const struct schedule *s, struct arena *a,
                         size_t *n);
/* Reads sections and symbols of the ELF through binutils and writes size.json. */
bool build_measure(const struct build_job *job, const char *const *flags, struct arena *a,
                   struct build_size *size, struct err *e);

#endif
