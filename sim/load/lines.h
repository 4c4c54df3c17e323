/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Lines: what DWARF knows of an address: its source line, and how the frame of the function
 * there is undone (.debug_frame). Opened when something went wrong, not for each run.
 *
 *     struct lines *l = lines_open(image);        NULL: no DWARF, and everything else says no
 *     lines_at(l, pc, text, sizeof text);         "conv.c:123"
 *     lines_unwind(l, regs, load, context);       regs of the caller
 *     lines_close(l);
 */
#ifndef SIM_LOAD_LINES_H
#define SIM_LOAD_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image;
struct lines;

struct lines *lines_open(const struct image *m);
void lines_close(struct lines *l);

/* File and line; false with an empty text when they are not known. */
bool lines_at(struct lines *l, uint32_t addr, char *out, size_t out_bytes);

/* The function at addr as its source calls it, with the source: "Eval (conv.cc)". */
bool lines_function(struct lines *l, uint32_t addr, char *out, size_t out_bytes);
/* Where that function is written: "conv.cc:57", whatever was inlined at its start. */
bool lines_declared(struct lines *l, uint32_t addr, char *out, size_t out_bytes);

/* regs (r0 … r15) are those at the instruction `addr` of a function; replaces them by its
 * caller's, r15 by the return address. load reads a word of the guest. False when nothing is
 * known about the function's frame. */
bool lines_unwind(struct lines *l, uint32_t addr, uint32_t regs[16],
                  bool (*load)(void *context, uint32_t addr, uint32_t *word), void *context);

#endif
