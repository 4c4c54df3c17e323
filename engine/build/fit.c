/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Does it fit? What is known before compiling: the arena and the constants to the byte, the
 * stack by its reserve; code only by a floor, so the linker has the last word (cc.c turns its
 * complaint into the same message).
 */
#include <inttypes.h>

#include "engine/build/build.h"

enum { CODE_FLOOR_BYTES = 4096 };

const struct region *build_flash(const struct board *b)
{
    const struct region *best = NULL;
    for (size_t i = 0; i < b->region_count; i++) {
        const struct region *r = &b->regions[i];
        if (r->kind != REGION_FLASH || r->alias_of != 0) continue;
        if (!best || r->size > best->size) best = r;
    }
    return best;
}

struct build_need build_need(const struct build_job *job)
{
    return (struct build_need){
        .ram_bytes = (uint64_t)job->arena_bytes + job->stack_bytes,
        .flash_bytes = job->const_bytes + CODE_FLOOR_BYTES,
    };
}

static bool fits(const struct board *b, const struct build_need *need)
{
    const struct region *flash = build_flash(b);
    return flash && need->ram_bytes <= board_data_span(b).size &&
           need->flash_bytes <= flash->size;
}

static void name_boards(const struct build_need *need, struct buf *out)
{
    struct arena a = {0};
    struct err ignored;
    size_t n = 0, found = 0;
    const char *const *names = board_list(&a, &n, &ignored);
    for (size_t i = 0; names && i < n; i++) {
        struct board *b = board_load(names[i], &ignored);
        if (!b) continue;
        if (fits(b, need)) buf_printf(out, "%s%s", found++ ? ", " : "", names[i]);
        board_free(b);
    }
    if (!found) buf_puts(out, "no board there is");
    arena_done(&a);
}

bool build_check_fit(const struct build_job *job, struct err *e)
{
    const struct build_need need = build_need(job);
    const struct region *flash = build_flash(job->board);
    const struct span ram = board_data_span(job->board);
    if (!flash) return err_set(e, ERR_NO_FIT, "%s: the board has no flash", job->board->name);
    if (fits(job->board, &need)) return true;

    struct buf text = {0};
    char a[BUF_COMMAS], b[BUF_COMMAS], c[BUF_COMMAS];
    if (need.ram_bytes > ram.size)
        buf_printf(&text,
                   "%s: RAM at 0x%08" PRIx32 ": needs %s bytes (arena %s, stack %" PRIu32,
                   job->board->name, ram.base, buf_commas(a, (int64_t)need.ram_bytes),
                   buf_commas(b, job->arena_bytes), job->stack_bytes),
            buf_printf(&text, "), has %s: %s too many\n", buf_commas(a, ram.size),
                       buf_commas(c, (int64_t)(need.ram_bytes - ram.size)));
    if (need.flash_bytes > flash->size)
        buf_printf(&text, "%s: region %s: needs at least %s bytes, has %s: %s too many\n",
                   job->board->name, flash->name, buf_commas(a, (int64_t)need.flash_bytes),
                   buf_commas(b, flash->size),
                   buf_commas(c, (int64_t)(need.flash_bytes - flash->size)));
    buf_puts(&text, "it would fit on: ");
    name_boards(&need, &text);
    err_set(e, ERR_NO_FIT, "%s", buf_text(&text));
    buf_done(&text);
    return false;
}
