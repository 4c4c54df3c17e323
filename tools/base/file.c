/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_load(const char *path, size_t max_bytes, struct bytes *out, struct err *e)
{
    bool ok = false;
    unsigned char *data = NULL;
    size_t len = 0;
    if (!max_bytes) max_bytes = (size_t)256 << 20;
    *out = (struct bytes){0};
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe without writer: no wait */
    FILE *f = fd >= 0 ? fdopen(fd, "rb") : NULL;
    if (!f) return err_set(e, ERR_IO, "%s: cannot open: %s", path, strerror(errno));
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        err_set(e, ERR_IO, "%s: not a regular file", path);
        goto done;
    }
    if ((uintmax_t)st.st_size > max_bytes) {
        err_set(e, ERR_FORMAT, "%s: %jd bytes, at most %zu are accepted here", path,
                (intmax_t)st.st_size, max_bytes);
        goto done;
    }
    data = xmalloc((size_t)st.st_size + 1);
    len = fread(data, 1, (size_t)st.st_size, f);
    if (ferror(f)) {
        err_set(e, ERR_IO, "%s: cannot read: %s", path, strerror(errno));
        goto done;
    }
    data[len] = 0;
    *out = (struct bytes){data, len};
    data = NULL;
    ok = true;
done:
    free(data);
    fclose(f);
    return ok;
}

bool file_save(const char *path, const void *data, size_t len, struct err *e)
{
    char temp[4096];
    struct stat st;
    int n = snprintf(temp, sizeof temp, "%s.part", path);
    if (n < 0 || (size_t)n >= sizeof temp) return err_set(e, ERR_IO, "%s: path too long", path);
    /* A device or a pipe is written to: a file must not take the place of /dev/null. */
    bool direct = stat(path, &st) == 0 && !S_ISREG(st.st_mode);
    FILE *f = fopen(direct ? path : temp, "wb");
    if (!f) return err_set(e, ERR_IO, "%s: cannot write: %s", path, strerror(errno));
    bool ok = fwrite(data, 1, len, f) == len;
    if (fclose(f) != 0) ok = false;
    if (ok && !direct && rename(temp, path) != 0) ok = false;
    if (!ok) {
        err_set(e, ERR_IO, "%s: cannot write: %s", path, strerror(errno));
        if (!direct) remove(temp);
    }
    return ok;
}

bool file_may_save(const char *path, struct err *e)
{
    char folder[4096];
    struct stat st;
    size_t n = (size_t)(file_base(path) - path);
    if (n + 2 >= sizeof folder) return err_set(e, ERR_IO, "%s: path too long", path);
    memcpy(folder, n ? path : ".", n ? n : 1);
    folder[n ? n : 1] = 0;
    bool there = stat(path, &st) == 0;
    if (!path[n] || (there && S_ISDIR(st.st_mode)))
        return err_set(e, ERR_IO, "%s: cannot write: %s", path, strerror(EISDIR));
    bool direct = there && !S_ISREG(st.st_mode);
    return access(direct ? path : folder, direct ? W_OK : W_OK | X_OK) == 0 ||
           err_set(e, ERR_IO, "%s: cannot write: %s", path, strerror(errno));
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_mkdirs(const char *path, struct err *e)
{
    char part[4096];
    size_t len = strlen(path);
    if (len >= sizeof part) return err_set(e, ERR_IO, "%s: path too long", path);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return err_set(e, ERR_IO, "%s: cannot make the folder: %s", part, strerror(errno));
    }
    return file_is_folder(path) || err_set(e, ERR_IO, "%s: not a folder", path);
}

const char *file_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *file_stem(struct arena *a, const char *path)
{
    char *stem = arena_str(a, file_base(path));
    char *dot = strrchr(stem, '.');
    if (dot && dot != stem) *dot = 0;
    return stem;
}

static int by_text(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

const char *const *file_list(struct arena *a, const char *dir, const char *suffix, size_t *n,
                             struct err *e)
{
    size_t count = 0, cap = 0, tail = strlen(suffix);
    const char **list = NULL;
    *n = 0;
    DIR *d = opendir(dir);
    if (!d) {
        err_set(e, ERR_IO, "%s: cannot list the folder: %s", dir, strerror(errno));
        return NULL;
    }
    for (struct dirent *entry; (entry = readdir(d));) {
        size_t len = strlen(entry->d_name);
        if (len <= tail || strcmp(entry->d_name + len - tail, suffix) != 0) continue;
        if (count == cap) {
            cap = cap ? 2 * cap : 64;
            const char **more = arena_array(a, cap, sizeof *more);
            if (count) memcpy(more, list, count * sizeof *more);
            list = more;
        }
        list[count++] = file_stem(a, entry->d_name);
    }
    closedir(d);
    if (!list) list = arena_array(a, 1, sizeof *list);
    qsort(list, count, sizeof *list, by_text);
    *n = count;
    return list;
}

char *file_temp(struct arena *a, struct err *e)
{
    const char *base = getenv("TMPDIR");
    char *path = arena_printf(a, "%s/mcuscope-XXXXXX", base && *base ? base : "/tmp");
    if (mkdtemp(path)) return path;
    err_set(e, ERR_IO, "%s: cannot make a temporary folder: %s", path, strerror(errno));
    return NULL;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st, (void)kind, (void)where;
    return remove(path);
}

void file_temp_remove(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

char *file_data(struct arena *a, const char *name, struct err *e)
{
    const char *env = getenv("MCUSCOPE_ROOT");
    char *path;
    if (env && *env) {
        path = arena_printf(a, "%s/%s", env, name);
        if (file_exists(path)) return path;
    }
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n > 0) {
        self[n] = 0;
        static const char *const above[] = {"../share/mcuscope", "../..", "../../.."};
        char *slash = strrchr(self, '/');
        if (slash) *slash = 0;
        for (size_t i = 0; i < sizeof above / sizeof above[0]; i++) {
            path = arena_printf(a, "%s/%s/%s", self, above[i], name);
            /* A build tree mirrors the source folders: build/dev/boards holds no data. */
            if (file_exists(arena_printf(a, "%s/%s/CMakeCache.txt", self, above[i]))) continue;
            if (file_exists(path)) return realpath(path, self) ? arena_str(a, self) : path;
        }
    }
    path = arena_printf(a, "%s/%s", MCUSCOPE_SOURCE_DIR, name);
    if (file_exists(path)) return path;
    err_set(e, ERR_MISSING,
            "the project's data folder '%s' is not found; set MCUSCOPE_ROOT to the folder that "
            "holds boards/, engine/ and models/",
            name);
    return NULL;
}
