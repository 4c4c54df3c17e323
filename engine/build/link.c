/* SPDX-License-Identifier: GPL-2.0-or-later
 * The linker script: a template with @WORDS@ and the board's flash and data span. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/build/build.h"
#include "tools/base/file.h"

static bool word(const struct board *b, uint32_t stack_bytes, const char *name, size_t len,
                 struct buf *out)
{
    const struct region *flash = build_flash(b);
    const struct span ram = board_data_span(b);
    const struct {
        const char *name;
        uint32_t value;
    } words[] = {
        {"FLASH_BASE", flash->base}, {"FLASH_BYTES", flash->size}, {"RAM_BASE", ram.base},
        {"RAM_BYTES", ram.size},     {"STACK_BYTES", stack_bytes},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].name) != len || memcmp(words[i].name, name, len) != 0) continue;
        buf_printf(out, "0x%08" PRIx32, words[i].value);
        return true;
    }
    if (len == 5 && memcmp(name, "BOARD", 5) == 0) {
        buf_puts(out, b->name);
        return true;
    }
    return false;
}

bool build_linker_script(const struct board *b, uint32_t stack_bytes, const char *template_path,
                         struct buf *out, struct err *e)
{
    struct bytes file;
    if (!build_flash(b) || board_data_span(b).size == 0)
        return err_set(e, ERR_NO_FIT, "%s: no flash or no RAM for data", b->name);
    if (!file_load(template_path, 0, &file, e)) return false;
    bool ok = true;
    for (const char *p = (const char *)file.data; *p && ok;) {
        const char *end = *p == '@' ? strchr(p + 1, '@') : NULL;
        if (!end) {
            buf_add(out, p++, 1);
            continue;
        }
        ok = word(b, stack_bytes, p + 1, (size_t)(end - p - 1), out);
        if (!ok)
            err_set(e, ERR_FORMAT, "%s: unknown word %.*s", template_path, (int)(end - p + 1),
                    p);
        p = end + 1;
    }
    free(file.data);
    return ok;
}
