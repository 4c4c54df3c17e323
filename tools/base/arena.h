/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Arena: one per job (a compile, a report, a NAS candidate), released whole.
 * Memory is zeroed and aligned to 16 bytes. When the host has no memory left, the program ends
 * with a message and exit code 70: a job that small does not survive it in any useful way.
 *
 *     struct arena a = {0};
 *     int *x = arena_alloc(&a, 10 * sizeof *x);
 *     arena_done(&a);
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;
struct arena {
    struct arena_chunk *last;
};

void *arena_alloc(struct arena *a, size_t bytes) __attribute__((returns_nonnull));
/* n items of size bytes each; refuses (ends the program) when the product overflows. */
void *arena_array(struct arena *a, size_t n, size_t size) __attribute__((returns_nonnull));
char *arena_str(struct arena *a, const char *text);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_done(struct arena *a);

/* malloc, calloc and realloc for what outlives a job: never return NULL. */
void *xmalloc(size_t bytes) __attribute__((returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((returns_nonnull));
void *xrealloc(void *p, size_t n, size_t size);

#endif
