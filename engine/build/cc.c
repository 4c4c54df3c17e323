/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The cross compiler. It runs inside gen/ with relative names and -ffile-prefix-map, so that no
 * path of this machine reaches the ELF: same sources, same bytes. newlib-nano is at hand for
 * what the compiler may call; the kernels need only memcpy and memset, which start/ has.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/build/build.h"
#include "tools/base/file.h"
#include "tools/base/proc.h"

static const char *prefix(const struct build_job *job)
{
    return job->compiler ? job->compiler : "arm-none-eabi-";
}

const char **build_flags(const struct board *b, const struct schedule *s, struct arena *a,
                         size_t *n)
{
    unsigned wait_states = 0;
    board_wait_states(b, b->clock_hz, &wait_states);
    const char *flags[] = {
        arena_printf(a, "-mcpu=%s", b->core_name),
        "-mthumb",
        arena_printf(a, "-mfpu=%s", b->fpu),
        "-mfloat-abi=hard",
        s->optimise,
        "-std=gnu17",
        "-g1", /* functions and lines; variables cost half the compile time */
        "-ffunction-sections",
        "-fdata-sections",
        "-fno-common",
        "-ffp-contract=off",
        "-Wall",
        "-Wextra",
        arena_printf(a, "-DBOARD_CLOCK_HZ=UINT32_C(%" PRIu32 ")", b->clock_hz),
        arena_printf(a, "-DBOARD_WAIT_STATES=UINT32_C(%u)", wait_states),
        b->core == CORE_CORTEX_M7 ? "-DBOARD_HAS_CACHES" : NULL,
        b->core == CORE_CORTEX_M7 ? "-DBOARD_DUAL_ISSUE" : NULL,
    };
    const char **out = arena_array(a, sizeof flags / sizeof flags[0] + 1, sizeof *out);
    *n = 0;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (flags[i]) out[(*n)++] = arena_str(a, flags[i]);
    return out;
}

static bool missing(const char *program, struct err *e)
{
    return err_set(e, ERR_MISSING,
                   "%s is not found on PATH; install the cross compiler: "
                   "apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi",
                   program);
}

/* "region `FLASH' overflowed by 1234 bytes" → ERR_NO_FIT in our words; false: another error. */
static bool translate_overflow(const struct build_job *job, const char *log, struct err *e)
{
    struct buf text = {0};
    for (const char *p = log; (p = strstr(p, "region `")); p++) {
        const char *name = p + strlen("region `");
        const size_t len = strcspn(name, "'\n");
        const char *by = strstr(name, "overflowed by ");
        if (name[len] != '\'' || !by) continue;
        char bytes[BUF_COMMAS];
        buf_printf(&text,
                   "%s%s: %.*s: %s bytes too many (arena %" PRIu32 ", stack %" PRIu32
                   ", constants %" PRIu64 ", and code)",
                   text.len ? "\n" : "", job->board->name, (int)len, name,
                   buf_commas(bytes, strtoll(by + strlen("overflowed by "), NULL, 10)),
                   job->arena_bytes, job->stack_bytes, job->const_bytes);
    }
    const bool found = text.len > 0;
    if (found)
        err_set(e, ERR_NO_FIT, "%s\na board with more memory is needed (mcuscope list boards)",
                buf_text(&text));
    buf_done(&text);
    return found;
}

static bool run(const char **argv, const char *dir, struct buf *log, struct err *e)
{
    log->len = 0;
    return proc_run(argv, dir, log, e);
}

bool build_firmware(const struct build_job *job, struct arena *a, struct build_size *size,
                    struct err *e)
{
    const char *gcc = arena_printf(a, "%sgcc", prefix(job));
    const char *gen = arena_printf(a, "%s/gen", job->out_dir);
    if (!proc_found(gcc)) return missing(gcc, e);
    if (!build_check_fit(job, e)) return false;

    char *absolute = realpath(gen, NULL);
    if (!absolute) return err_set(e, ERR_IO, "%s: no such folder", gen);
    const char *map = arena_printf(a, "-ffile-prefix-map=%s=.", absolute);
    free(absolute);

    size_t flag_count = 0;
    const char **flags = build_flags(job->board, job->schedule, a, &flag_count);
    struct buf log = {0};
    bool ok = true;

    const char **objects = arena_array(a, job->source_count, sizeof *objects);
    for (size_t i = 0; i < job->source_count && ok; i++) {
        objects[i] = arena_printf(a, "%s.o", file_stem(a, job->sources[i]));
        const char **argv = arena_array(a, flag_count + 8, sizeof *argv);
        size_t n = 0;
        argv[n++] = gcc;
        for (size_t k = 0; k < flag_count; k++)
            argv[n++] = flags[k];
        argv[n++] = map;
        argv[n++] = "-c";
        argv[n++] = job->sources[i];
        argv[n++] = "-o";
        argv[n++] = objects[i];
        ok = run(argv, gen, &log, e);
    }
    if (ok) {
        static const char *const link[] = {
            "-nostartfiles",
            "--specs=nano.specs",
            "-Wl,-T,link.ld",
            "-Wl,--gc-sections",
            "-Wl,--build-id=none",
            "-Wl,-Map,fw.map",
            "-Wl,--no-warn-rwx-segments",
        };
        const size_t link_count = sizeof link / sizeof link[0];
        const char **argv =
            arena_array(a, flag_count + job->source_count + link_count + 4, sizeof *argv);
        size_t n = 0;
        argv[n++] = gcc;
        for (size_t k = 0; k < flag_count; k++)
            argv[n++] = flags[k];
        for (size_t k = 0; k < job->source_count; k++)
            argv[n++] = objects[k];
        for (size_t k = 0; k < link_count; k++)
            argv[n++] = link[k];
        argv[n++] = "-o";
        argv[n++] = "../fw.elf";
        ok = run(argv, gen, &log, e);
        if (!ok && e->code == ERR_TOOL) translate_overflow(job, buf_text(&log), e);
    }
    buf_done(&log);
    return ok && build_measure(job, flags, a, size, e);
}
