/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * File: whole files in and out. Writing goes through a temporary name and a rename, so that an
 * interrupted run leaves the old file or the new one, never half of one.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/base/arena.h"
#include "tools/base/err.h"

struct bytes {
    unsigned char *data; /* followed by a NUL that len does not count */
    size_t len;
};

/* Reads a regular file of at most max_bytes (0: 256 MiB). Owner frees out->data. */
bool file_load(const char *path, size_t max_bytes, struct bytes *out, struct err *e);
bool file_save(const char *path, const void *data, size_t len, struct err *e);
/* Refuses a path that file_save() could not write to; touches nothing. */
bool file_may_save(const char *path, struct err *e);
bool file_exists(const char *path);
bool file_is_folder(const char *path);
/* Makes the folder and those above it; fine when it is there. */
bool file_mkdirs(const char *path, struct err *e);
/* The path's last part without folder, and optionally without its extension. */
const char *file_base(const char *path);
char *file_stem(struct arena *a, const char *path);
/* The stems of the files in `dir` whose names end in `suffix` (".json"), sorted, count in *n.
 */
const char *const *file_list(struct arena *a, const char *dir, const char *suffix, size_t *n,
                             struct err *e);
/* A new folder of our own below $TMPDIR or /tmp; file_temp_remove() deletes it with contents.
 */
char *file_temp(struct arena *a, struct err *e);
void file_temp_remove(const char *dir);
/* The project's data folder `name` ("boards", "models/zoo", "engine/kernels"): below
 * $MCUSCOPE_ROOT when set, else beside the program as installed or built, else where it was
 * configured. NULL with a message when it is nowhere. */
char *file_data(struct arena *a, const char *name, struct err *e);

#endif
