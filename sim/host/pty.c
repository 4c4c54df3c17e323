/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/host/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

int pty_open(char *path, size_t path_bytes, struct err *e)
{
    struct termios t;
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0 ||
        ptsname_r(fd, path, path_bytes) != 0 || tcgetattr(fd, &t) != 0) {
        err_set(e, ERR_IO, "a pseudo-terminal cannot be opened: %s", strerror(errno));
        if (fd >= 0) close(fd);
        return -1;
    }
    cfmakeraw(&t); /* bytes as they are, no echo */
    tcsetattr(fd, TCSANOW, &t);
    return fd;
}

size_t pty_read(int fd, void *bytes, size_t n, double seconds)
{
    ssize_t got = read(fd, bytes, n);
    if (got <= 0 && seconds != 0) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ms = seconds < 0 ? 1000 : (int)(seconds * 1000);
        poll(&p, 1, ms);
        /* Nobody has the terminal open yet: poll() says so at once, again and again. */
        if (p.revents & POLLHUP && ms > 0)
            nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
        got = read(fd, bytes, n);
    }
    return got > 0 ? (size_t)got : 0;
}

void pty_write(int fd, uint8_t byte)
{
    ssize_t done = write(fd, &byte, 1);
    (void)done;
}
