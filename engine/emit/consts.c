/* SPDX-License-Identifier: GPL-2.0-or-later
 * weights.c: constant arrays, named after their layer so that flash can be told by layer. */
#include <inttypes.h>

#include "engine/emit/emitter.h"

static const char *begin(struct emitter *m, const char *type, const char *what, size_t n,
                         size_t element_bytes)
{
    const char *name = arena_printf(m->arena, "layer_%03d_%s", m->layer, what);
    buf_printf(&m->decls, "extern const %s %s[%zu];\n", type, name, n);
    buf_printf(&m->consts, "const %s %s[%zu] __attribute__((aligned(4))) = {", type, name, n);
    m->const_bytes += (n * element_bytes + 3) / 4 * 4;
    return name;
}

static void number(struct buf *b, size_t i, size_t per_line, int64_t v)
{
    if (i % per_line == 0) buf_puts(b, "\n   ");
    buf_printf(b, " %" PRId64 ",", v);
}

const char *emit_int8s(struct emitter *m, const char *what, const int8_t *v, size_t n)
{
    const char *name = begin(m, "int8_t", what, n, 1);
    for (size_t i = 0; i < n; i++)
        number(&m->consts, i, 18, v[i]);
    buf_puts(&m->consts, "\n};\n");
    return name;
}

const char *emit_uint8s(struct emitter *m, const char *what, const uint8_t *v, size_t n)
{
    const char *name = begin(m, "uint8_t", what, n, 1);
    for (size_t i = 0; i < n; i++)
        number(&m->consts, i, 18, v[i]);
    buf_puts(&m->consts, "\n};\n");
    return name;
}

const char *emit_int32s(struct emitter *m, const char *what, const int32_t *v, size_t n)
{
    const char *name = begin(m, "int32_t", what, n, 4);
    for (size_t i = 0; i < n; i++) {
        if (v[i] == INT32_MIN) { /* has no literal of its own */
            buf_puts(&m->consts, i % 8 ? " INT32_MIN," : "\n    INT32_MIN,");
            continue;
        }
        number(&m->consts, i, 8, v[i]);
    }
    buf_puts(&m->consts, "\n};\n");
    return name;
}

const char *emit_words(struct emitter *m, const char *what, const uint32_t *v, size_t n)
{
    const char *name = begin(m, "uint32_t", what, n, 4);
    for (size_t i = 0; i < n; i++) {
        if (i % 6 == 0) buf_puts(&m->consts, "\n   ");
        buf_printf(&m->consts, " 0x%08" PRIx32 ",", v[i]);
    }
    buf_puts(&m->consts, "\n};\n");
    return name;
}
