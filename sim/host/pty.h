/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pty: a pseudo-terminal, the host's side of it.
 */
#ifndef SIM_HOST_PTY_H
#define SIM_HOST_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/base/err.h"

/* The descriptor, -1 on failure; the path for a terminal program goes to path[]. */
int pty_open(char *path, size_t path_bytes, struct err *e);
/* Bytes that were typed, waiting at most so many seconds (below 0: for ever) for one. */
size_t pty_read(int fd, void *bytes, size_t n, double seconds);
void pty_write(int fd, uint8_t byte); /* lost when nobody reads */

#endif
