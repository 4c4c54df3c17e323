/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A small fuzzing driver for compilers without libFuzzer: same entry point, same two options,
 * no coverage feedback. Seeds are files, or folders whose files are taken in order of names.
 *
 *     fuzz_report [-runs=N] [-seed=S] [-max_len=BYTES] [-dump=FILE] SEED…
 *
 * Every seed is tried as it is, then N mutants: flipped bits, interesting integers, cut ends,
 * moved, repeated and spliced pieces. Same seeds and options, same mutants. Nothing is caught:
 * a crash is a crash, and the sanitizers say where. -dump writes each input before it is tried,
 * so that after a crash FILE is what did it. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/base/arena.h"
#include "tools/base/file.h"
#include "tools/base/rng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seeds {
    struct bytes *list;
    size_t count;
};

struct options {
    uint64_t runs, seed;
    size_t max_len;
    const char *dump;
};

/* ---- seeds ---- */

static void add_seed(struct seeds *s, struct bytes b)
{
    s->list = xrealloc(s->list, s->count + 1, sizeof *s->list);
    s->list[s->count++] = b;
}

static bool add_file(struct seeds *s, const char *path)
{
    struct err e;
    struct bytes b;
    if (!file_load(path, 0, &b, &e)) {
        fprintf(stderr, "fuzz: %s\n", e.text);
        return false;
    }
    add_seed(s, b);
    return true;
}

static bool add_path(struct seeds *s, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) return add_file(s, path);
    struct dirent **names;
    bool ok = true;
    int n = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        struct arena a = {0};
        char *file = arena_printf(&a, "%s/%s", path, names[i]->d_name);
        if (stat(file, &st) == 0 && S_ISREG(st.st_mode)) ok = add_file(s, file) && ok;
        arena_done(&a);
        free(names[i]);
    }
    if (n >= 0) free(names);
    return ok && n >= 0;
}

/* ---- mutants ---- */

static const uint64_t interesting[] = {
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    0x7fffffff,
    0x80000000,
    0xffffffff,
    0xfffffffe,
    0x100000000,
    UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8000000000000000),
    UINT64_MAX,
};
/* For readers of text: what breaks numbers and nesting. */
static const char *const words[] = {"-1",    "9223372036854775808",
                                    "1e999", "0x",
                                    "\"",    "{",
                                    "[",     "]}",
                                    "null",  "\\u",
                                    "%s",    ",",
                                    "\n",    "4294967296",
                                    "{}",    "[]",
                                    "\"\"",  ":"};

struct mutant {
    uint8_t *data;
    size_t len, cap;
};

static size_t place(struct rng *r, size_t n)
{
    return n ? (size_t)(rng_next(r) % n) : 0;
}

/* Puts n bytes at `at`, moving the rest. */
static void insert(struct mutant *m, size_t at, const void *bytes, size_t n)
{
    if (n > m->cap - m->len) n = m->cap - m->len;
    memmove(m->data + at + n, m->data + at, m->len - at);
    memcpy(m->data + at, bytes, n);
    m->len += n;
}

static void erase(struct mutant *m, size_t at, size_t n)
{
    if (n > m->len - at) n = m->len - at;
    memmove(m->data + at, m->data + at + n, m->len - at - n);
    m->len -= n;
}

/* Puts a word in the place of the number that begins at or after `at`: most mutants of JSON
 * that are still JSON. */
static void replace_number(struct mutant *m, size_t at, const char *word)
{
    while (at < m->len && !(m->data[at] >= '0' && m->data[at] <= '9'))
        at++;
    size_t n = 0;
    while (at + n < m->len && m->data[at + n] >= '0' && m->data[at + n] <= '9')
        n++;
    if (!n) return;
    erase(m, at, n);
    insert(m, at, word, strlen(word));
}

/* The line around `at` again in another place, or gone. */
static void move_line(struct mutant *m, size_t at, size_t to, bool again)
{
    size_t n = 0;
    uint8_t line[256];
    while (at && m->data[at - 1] != '\n')
        at--;
    while (at + n < m->len && n < sizeof line && m->data[at + n] != '\n')
        n++;
    if (at + n < m->len && n < sizeof line) n++;
    memcpy(line, m->data + at, n);
    if (!again) erase(m, at, n);
    while (to < m->len && to && m->data[to - 1] != '\n')
        to++;
    if (to > m->len) to = m->len;
    if (again) insert(m, to, line, n);
}

static void mutate(struct mutant *m, const struct seeds *seeds, struct rng *r)
{
    enum { KINDS = 12 };
    size_t at = place(r, m->len);
    uint64_t v = interesting[rng_below(r, sizeof interesting / sizeof *interesting)];
    const char *word = words[rng_below(r, sizeof words / sizeof *words)];
    const struct bytes *other = &seeds->list[rng_below(r, (uint32_t)seeds->count)];
    size_t width = (size_t)1 << rng_below(r, 4), from = place(r, other->len);
    size_t piece = 1 + place(r, 64);
    switch (rng_below(r, KINDS)) {
    case 0: /* a bit */
        if (m->len) m->data[at] ^= (uint8_t)(1u << rng_below(r, 8));
        break;
    case 1: /* a byte */
        if (m->len) m->data[at] = (uint8_t)rng_next(r);
        break;
    case 2: /* an interesting integer, little endian, aligned as formats like it */
        at &= ~(width - 1);
        if (m->len >= width && at <= m->len - width) memcpy(m->data + at, &v, width);
        break;
    case 3: /* a little more or less */
        at &= ~(size_t)3;
        if (m->len >= 4 && at <= m->len - 4) {
            uint32_t word32;
            memcpy(&word32, m->data + at, 4);
            word32 += rng_below(r, 33) - 16;
            memcpy(m->data + at, &word32, 4);
        }
        break;
    case 4: /* a cut end */
        if (rng_below(r, 4) == 0) m->len = at;
        break;
    case 5: /* a missing piece */
        if (m->len) erase(m, at, piece);
        break;
    case 6: /* a piece of a seed, put in or over */
        if (piece > other->len - from) piece = other->len - from;
        if (rng_below(r, 2))
            insert(m, at, other->data + from, piece);
        else if (piece <= m->len - at)
            memcpy(m->data + at, other->data + from, piece);
        break;
    case 7: /* a word */
        insert(m, at, word, strlen(word));
        break;
    case 8: /* the end of a seed behind this one's start */
        if (rng_below(r, 8) == 0) {
            m->len = at;
            insert(m, at, other->data + from, other->len - from);
        }
        break;
    case 9:
    case 10:
        replace_number(m, at, word);
        break;
    case 11:
        if (m->len) move_line(m, at, place(r, m->len), rng_below(r, 2));
        break;
    }
}

/* ---- running ---- */

static bool try_one(const struct options *o, const uint8_t *data, size_t len)
{
    struct err e;
    if (o->dump && !file_save(o->dump, data, len, &e)) {
        fprintf(stderr, "fuzz: %s\n", e.text);
        return false;
    }
    /* A block of its own size: reading one byte too far is seen. */
    uint8_t *copy = xmalloc(len ? len : 1);
    memcpy(copy, data, len);
    LLVMFuzzerTestOneInput(copy, len);
    free(copy);
    return true;
}

static bool run(const struct options *o, const struct seeds *seeds)
{
    struct mutant m = {.cap = o->max_len};
    struct rng r = {o->seed};
    bool ok = true;
    for (size_t i = 0; i < seeds->count; i++)
        if (seeds->list[i].len > m.cap) m.cap = seeds->list[i].len;
    m.data = xmalloc(m.cap + 1);
    for (size_t i = 0; ok && i < seeds->count; i++)
        ok = try_one(o, seeds->list[i].data, seeds->list[i].len);
    for (uint64_t i = 0; ok && i < o->runs; i++) {
        const struct bytes *seed = &seeds->list[rng_below(&r, (uint32_t)seeds->count)];
        memcpy(m.data, seed->data, seed->len);
        m.len = seed->len;
        for (uint32_t k = 1 + rng_below(&r, 6); k; k--)
            mutate(&m, seeds, &r);
        ok = try_one(o, m.data, m.len);
    }
    free(m.data);
    return ok;
}

int main(int argc, char **argv)
{
    struct options o = {.runs = 1000, .seed = 1, .max_len = 4096};
    struct seeds seeds = {0};
    bool ok = true;
    for (int i = 1; i < argc && ok; i++) {
        if (!strncmp(argv[i], "-runs=", 6))
            o.runs = strtoull(argv[i] + 6, NULL, 10);
        else if (!strncmp(argv[i], "-seed=", 6))
            o.seed = strtoull(argv[i] + 6, NULL, 10);
        else if (!strncmp(argv[i], "-max_len=", 9))
            o.max_len = (size_t)strtoull(argv[i] + 9, NULL, 10);
        else if (!strncmp(argv[i], "-dump=", 6))
            o.dump = argv[i] + 6;
        else
            ok = add_path(&seeds, argv[i]);
    }
    /* Without a seed: an empty input, and mutants of it. */
    if (ok && !seeds.count) add_seed(&seeds, (struct bytes){xcalloc(1, 1), 0});
    ok = ok && run(&o, &seeds);
    if (ok) printf("fuzz: %zu seeds, %" PRIu64 " mutants, no crash\n", seeds.count, o.runs);
    for (size_t i = 0; i < seeds.count; i++)
        free(seeds.list[i].data);
    free(seeds.list);
    return ok ? 0 : 2;
}
