/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool proc_found(const char *program)
{
    if (strchr(program, '/')) return access(program, X_OK) == 0;
    const char *path = getenv("PATH");
    struct buf b = {0};
    bool found = false;
    while (path && *path && !found) {
        size_t n = strcspn(path, ":");
        b.len = 0;
        buf_printf(&b, "%.*s/%s", (int)n, path, program);
        found = access(buf_text(&b), X_OK) == 0;
        path += n + (path[n] == ':');
    }
    buf_done(&b);
    return found;
}

static void child(const char *const argv[], const char *dir, int out)
{
    int null = open("/dev/null", O_RDONLY);
    if (null >= 0) dup2(null, 0);
    dup2(out, 1);
    dup2(out, 2);
    if (dir && chdir(dir) != 0) _exit(126);
    setenv("LC_ALL", "C", 1);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

bool proc_run(const char *const argv[], const char *dir, struct buf *output, struct err *e)
{
    if (!proc_found(argv[0]))
        return err_set(e, ERR_MISSING, "%s: program not found on PATH", argv[0]);
    int fds[2];
    if (pipe(fds) != 0) return err_set(e, ERR_IO, "pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid < 0) {
        close(fds[0]);
        close(fds[1]);
        return err_set(e, ERR_IO, "fork: %s", strerror(errno));
    }
    if (pid == 0) {
        close(fds[0]);
        child(argv, dir, fds[1]);
    }
    close(fds[1]);
    struct buf own = {0}, *b = output ? output : &own;
    size_t start = b->len;
    char chunk[4096];
    ssize_t n;
    while ((n = read(fds[0], chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0) buf_add(b, chunk, (size_t)n);
    close(fds[0]);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!ok) {
        const char *how = WIFEXITED(status) ? "exit code" : "signal";
        int which = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
        err_set(e, ERR_TOOL, "%s failed (%s %d): %.4000s", argv[0], how, which,
                b->len > start ? b->data + start : "no output");
    }
    buf_done(&own);
    return ok;
}
