/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Handles: 1 console in, 2 console out, 3 console error, 4… files, last the list of features
 * (a file that a C library reads to learn that exit codes are taken).
 * Unknown operations answer -1, as the specification asks for.
 */
#include "sim/semihost.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/fault.h"
#include "sim/state.h"

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITEC = 0x03,
    SYS_WRITE0 = 0x04,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_READC = 0x07,
    SYS_ISERROR = 0x08,
    SYS_ISTTY = 0x09,
    SYS_SEEK = 0x0a,
    SYS_FLEN = 0x0c,
    SYS_TMPNAM = 0x0d,
    SYS_REMOVE = 0x0e,
    SYS_RENAME = 0x0f,
    SYS_CLOCK = 0x10,
    SYS_TIME = 0x11,
    SYS_SYSTEM = 0x12,
    SYS_ERRNO = 0x13,
    SYS_GET_CMDLINE = 0x15,
    SYS_HEAPINFO = 0x16,
    SYS_EXIT = 0x18,
    SYS_EXIT_EXTENDED = 0x20,
    SYS_ELAPSED = 0x30,
    SYS_TICKFREQ = 0x31,
};
enum { ADP_STOPPED_APPLICATION_EXIT = 0x20026, TEXT_MAX = 1 << 16, FIRST_FILE = 4 };
enum { FEATURES = FIRST_FILE + SEMIHOST_FILES };
/* Magic, then bit 0: SYS_EXIT_EXTENDED, bit 1: output and error are two consoles. */
static const uint8_t features[5] = {'S', 'H', 'F', 'B', 3};
static const uint32_t no_success = 0xffffffffU;

static bool word(struct sim *s, uint32_t addr, unsigned i, uint32_t *out)
{
    return machine_read(s->machine, addr + 4 * i, out, sizeof *out);
}

/* A NUL-terminated text of the guest goes to the console. */
static void write0(struct sim *s, uint32_t addr)
{
    char text[256];
    size_t n = 0;
    for (unsigned i = 0; i < TEXT_MAX && machine_read(s->machine, addr + i, text + n, 1); i++) {
        if (!text[n]) break;
        if (++n < sizeof text) continue;
        sim_console(s, CONSOLE_SEMIHOSTING, NULL, text, n);
        n = 0;
    }
    if (n) sim_console(s, CONSOLE_SEMIHOSTING, NULL, text, n);
}

static int file_of(const struct sim *s, uint32_t handle)
{
    if (handle < FIRST_FILE || handle >= FIRST_FILE + SEMIHOST_FILES) return -1;
    return s->semihost.files[handle - FIRST_FILE];
}

static uint32_t failed(struct sim *s, int error)
{
    s->semihost.error = (uint32_t)error;
    return no_success;
}

/* A file by its plain name: no folders, no links, nothing outside of the folder that was
 * granted. */
static uint32_t open_file(struct sim *s, const char *name, uint32_t mode)
{
    static const int flags[] = {O_RDONLY,
                                O_RDWR,
                                O_WRONLY | O_CREAT | O_TRUNC,
                                O_RDWR | O_CREAT | O_TRUNC,
                                O_WRONLY | O_CREAT | O_APPEND,
                                O_RDWR | O_CREAT | O_APPEND};
    if (!s->options.semihosting_dir || mode >= 12 || !name[0] || strchr(name, '/') ||
        strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return failed(s, EACCES);
    if (mode > 1 && ++s->semihost.opens > SEMIHOST_OPENS_MAX) {
        sim_end(s, SIM_REFUSED, 0, "more than %d files were opened for writing",
                SEMIHOST_OPENS_MAX);
        return failed(s, EMFILE);
    }
    unsigned slot = 0;
    while (slot < SEMIHOST_FILES && s->semihost.files[slot] >= 0)
        slot++;
    int dir = slot < SEMIHOST_FILES
                  ? open(s->options.semihosting_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                  : -1;
    if (dir < 0) return failed(s, EMFILE);
    int fd = openat(dir, name, flags[mode / 2] | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0644);
    int error = errno;
    close(dir);
    struct stat st;
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        fd = -1;
        error = EACCES;
    }
    if (fd < 0) return failed(s, error);
    s->semihost.files[slot] = fd;
    return FIRST_FILE + slot;
}

static uint32_t sys_open(struct sim *s, uint32_t block)
{
    uint32_t addr, mode, length;
    char name[256];
    if (!word(s, block, 0, &addr) || !word(s, block, 1, &mode) || !word(s, block, 2, &length) ||
        length >= sizeof name || !machine_read(s->machine, addr, name, length))
        return failed(s, EINVAL);
    name[length] = 0;
    if (strcmp(name, ":tt") == 0) return mode < 4 ? 1 : mode < 8 ? 2 : 3;
    if (strcmp(name, ":semihosting-features") == 0) {
        s->semihost.features_read = 0;
        return mode < 2 ? FEATURES : failed(s, EACCES);
    }
    return open_file(s, name, mode);
}

/* Bytes not written: 0 is success. */
static uint32_t sys_write(struct sim *s, uint32_t block)
{
    uint32_t handle, addr, length;
    if (!word(s, block, 0, &handle) || !word(s, block, 1, &addr) || !word(s, block, 2, &length))
        return failed(s, EINVAL);
    const char *bytes = (const char *)memory_at(&s->memory, addr, length);
    if (!bytes) return length;
    if (handle == 2 || handle == 3) {
        sim_console(s, CONSOLE_SEMIHOSTING, NULL, bytes, length);
        return 0;
    }
    int fd = file_of(s, handle);
    if (fd >= 0 && length > SEMIHOST_WRITE_MAX - s->semihost.written) {
        sim_end(s, SIM_REFUSED, 0, "more than %d MiB were written to files",
                SEMIHOST_WRITE_MAX >> 20);
        return length;
    }
    ssize_t n = fd < 0 ? -1 : write(fd, bytes, length);
    if (n > 0) s->semihost.written += (uint64_t)n;
    return n < 0 ? length : length - (uint32_t)n;
}

/* Bytes not read: 0 is success, all of them end of file. */
static uint32_t sys_read(struct sim *s, uint32_t block)
{
    uint32_t handle, addr, length;
    if (!word(s, block, 0, &handle) || !word(s, block, 1, &addr) || !word(s, block, 2, &length))
        return failed(s, EINVAL);
    const struct span_host *span = memory_span(&s->memory, addr);
    uint8_t *to = memory_at(&s->memory, addr, length);
    if (!to || !span || span->region->kind != REGION_RAM) return length;
    size_t n = 0;
    if (handle == 1) {
        n = s->options.console_in_bytes - s->semihost.console_read;
        if (n > length) n = length;
        if (n) {
            const uint8_t *from = s->options.console_in;
            machine_write(s->machine, addr, from + s->semihost.console_read, n);
        }
        s->semihost.console_read += n;
    } else if (handle == FEATURES) {
        n = sizeof features - s->semihost.features_read;
        if (n > length) n = length;
        machine_write(s->machine, addr, features + s->semihost.features_read, n);
        s->semihost.features_read += n;
    } else if (file_of(s, handle) >= 0) {
        ssize_t got = read(file_of(s, handle), to, length);
        n = got < 0 ? 0 : (size_t)got;
        machine_write(s->machine, addr, to, n); /* makes code there void */
    }
    return length - (uint32_t)n;
}

static uint32_t sys_readc(struct sim *s)
{
    if (s->semihost.console_read == s->options.console_in_bytes) return no_success;
    return ((const uint8_t *)s->options.console_in)[s->semihost.console_read++];
}

static uint32_t sys_close(struct sim *s, uint32_t handle)
{
    if ((handle >= 1 && handle < FIRST_FILE) || handle == FEATURES) return 0;
    int fd = file_of(s, handle);
    if (fd < 0) return failed(s, EBADF);
    close(fd);
    s->semihost.files[handle - FIRST_FILE] = -1;
    return 0;
}

static uint32_t sys_seek(struct sim *s, uint32_t handle, uint32_t offset)
{
    if (handle == FEATURES) {
        s->semihost.features_read = offset < sizeof features ? offset : sizeof features;
        return 0;
    }
    int fd = file_of(s, handle);
    struct stat st;
    if (fd >= 0 && offset > SEMIHOST_WRITE_MAX &&
        (fstat(fd, &st) != 0 || (off_t)offset > st.st_size))
        return failed(s, EINVAL); /* one byte there would make the file as large */
    return fd >= 0 && lseek(fd, (off_t)offset, SEEK_SET) >= 0 ? 0 : failed(s, EBADF);
}

static uint32_t sys_flen(struct sim *s, uint32_t handle)
{
    struct stat st;
    if (handle >= 1 && handle < FIRST_FILE) return 0;
    if (handle == FEATURES) return sizeof features;
    int fd = file_of(s, handle);
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size > INT32_MAX) return failed(s, EBADF);
    return (uint32_t)st.st_size;
}

/* Heap from the end of the data to the end of RAM, stack as the vector table says. */
static uint32_t sys_heapinfo(struct sim *s, uint32_t block)
{
    uint32_t to;
    uint32_t info[4] = {s->trace.stack_floor, s->trace.stack_top, s->trace.stack_top,
                        s->trace.stack_floor};
    if (word(s, block, 0, &to)) machine_write(s->machine, to, info, sizeof info);
    return 0;
}

static uint32_t sys_elapsed(struct sim *s, uint32_t block)
{
    uint64_t now = sim_time(s);
    return machine_write(s->machine, block, &now, sizeof now) ? 0 : no_success;
}

/* As after abort() or a failed assert(): who called it is what matters. */
static void abnormal_end(struct sim *s, uint32_t reason)
{
    char what[64];
    snprintf(what, sizeof what, "abnormal end, reason 0x%x (semihosting)", reason);
    fault_text(s, SIM_EXIT_CODE, machine_reg(s->machine, MREG_PC), what);
    if (s->stop.cause == SIM_EXIT_CODE) s->stop.code = reason;
}

static void exit_with(struct sim *s, uint32_t reason, uint32_t code)
{
    if (reason == ADP_STOPPED_APPLICATION_EXIT && code == 0)
        sim_end(s, SIM_EXIT, 0, "exit with code 0");
    else if (reason == ADP_STOPPED_APPLICATION_EXIT)
        sim_end(s, SIM_EXIT_CODE, code, "exit with code %u", code);
    else
        abnormal_end(s, reason);
}

static uint32_t call(struct sim *s, uint32_t operation, uint32_t block)
{
    uint32_t a = 0, b = 0;
    word(s, block, 0, &a);
    word(s, block, 1, &b);
    switch (operation) {
    case SYS_OPEN:
        return sys_open(s, block);
    case SYS_CLOSE:
        return sys_close(s, a);
    case SYS_WRITEC: {
        char c;
        if (machine_read(s->machine, block, &c, 1))
            sim_console(s, CONSOLE_SEMIHOSTING, NULL, &c, 1);
        return 0;
    }
    case SYS_WRITE0:
        write0(s, block);
        return 0;
    case SYS_WRITE:
        return sys_write(s, block);
    case SYS_READ:
        return sys_read(s, block);
    case SYS_READC:
        return sys_readc(s);
    case SYS_ISERROR:
        return (int32_t)a < 0;
    case SYS_ISTTY:
        return a >= 1 && a < FIRST_FILE;
    case SYS_SEEK:
        return sys_seek(s, a, b);
    case SYS_FLEN:
        return sys_flen(s, a);
    case SYS_CLOCK: { /* hundredths of a second */
        uint32_t hz = s->chip.hclk_hz ? s->chip.hclk_hz : 1;
        return (uint32_t)(sim_time(s) / (hz / 100 ? hz / 100 : 1));
    }
    case SYS_TIME:
        return 0; /* the epoch: the host's clock stays outside */
    case SYS_ERRNO:
        return s->semihost.error;
    case SYS_HEAPINFO:
        return sys_heapinfo(s, block);
    case SYS_EXIT: /* on 32-bit ARM the reason itself is in r1 */
        exit_with(s, block, 0);
        return 0;
    case SYS_EXIT_EXTENDED:
        exit_with(s, a, b);
        return 0;
    case SYS_ELAPSED:
        return sys_elapsed(s, block);
    case SYS_TICKFREQ:
        return s->chip.hclk_hz;
    case SYS_TMPNAM:
    case SYS_REMOVE:
    case SYS_RENAME:
    case SYS_SYSTEM:
    case SYS_GET_CMDLINE:
        return failed(s, EACCES);
    }
    return failed(s, ENOSYS);
}

void semihost_call(struct sim *s)
{
    uint32_t operation = machine_reg(s->machine, MREG_R0);
    uint32_t block = machine_reg(s->machine, MREG_R1);
    machine_set_reg(s->machine, MREG_R0, call(s, operation, block));
    s->stuck.disturbed = true;
    sim_attention(s); /* the host's time passes here, not the guest's: its limit is looked at */
}

void semihost_init(struct semihost *h)
{
    *h = (struct semihost){0};
    for (unsigned i = 0; i < SEMIHOST_FILES; i++)
        h->files[i] = -1;
}

void semihost_done(struct semihost *h)
{
    for (unsigned i = 0; i < SEMIHOST_FILES; i++)
        if (h->files[i] >= 0) close(h->files[i]);
}
